"""What stands in the slots of an activity's bundle, as far as a person may know of it.

The signed scan goes before the file edited in Word, and that before the generated one: it is what
was signed that is handed over.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from service.core.bundle import Slot
from service.core.papers import SETTLED
from service.core.people import Person
from service.desk.documents.kept import found_activity
from service.desk.people.ties import ties_to_document
from service.desk.tools import Desk
from service.errors import GongwenError, Lang
from service.store import bundles as rows
from service.store import documents
from service.store.database import Session
from service.store.models import Document, Upload, Version


@dataclass(frozen=True, kw_only=True)
class Which:
    """Which bundle: of an activity, by its definition's name, in a language."""

    activity_id: str
    name: str
    lang: Lang


@dataclass(frozen=True, kw_only=True)
class Found:
    """What stands in a slot: a document with the version to take, or a file."""

    title: str
    document: Document | None = None
    version: Version | None = None
    upload: Upload | None = None


class SlotFinder:
    """Looks for what stands in the slots; all of an activity is read once."""

    def __init__(self, desk: Desk, session: Session, person: Person, which: Which) -> None:
        self._desk, self._session, self._lang = desk, session, which.lang
        self.definition = desk.catalog.bundle(which.name)
        self.activity = found_activity(session, which.activity_id)
        self._documents = [
            one
            for one in documents.of_activity(session, which.activity_id, answers=False)
            if one.lang == which.lang and ties_to_document(desk, person, one) & {"handler", "unit"}
        ]
        documents.open_answers(session, [one for one in self._documents if self._opened(one)])
        self._versions = signed_first(session, self._documents)
        self._uploads = rows.uploads(session, which.activity_id, which.name)

    def of(self, slot: Slot) -> list[Found]:
        """What stands in a slot; one part only, the furthest, unless it is one per member."""
        if slot.upload:
            title = slot.title.of(self._lang)
            return [Found(title=title, upload=one) for one in self._uploads if one.slot == slot.id]
        held = list(self._documents_in(slot))
        if slot.per_member or not held:
            return held
        made = [one for one in held if one.version]
        return [(made or held)[-1]]

    def _documents_in(self, slot: Slot) -> Iterator[Found]:
        for one in self._documents:
            if one.kind == slot.kind and one.part == slot.part and self._belongs(slot, one):
                yield Found(
                    title=self._title(slot, one), document=one, version=self._versions.get(one.id)
                )

    def _opened(self, document: Document) -> bool:
        """Whether a slot asks for an answer of it: of all others the texts stay unread."""
        return any(
            slot.only is not None or (slot.title_each is not None and not document.person)
            for slot in self.definition.slots
            if (slot.kind, slot.part) == (document.kind, document.part)
        )

    def _belongs(self, slot: Slot, document: Document) -> bool:
        """By the answer that the slot looks at: a choice is a code in raw answers already."""
        if slot.only is None:
            return True
        try:
            usual = self._desk.catalog.kind(document.kind).form.defaults
        except GongwenError:
            return False
        field = slot.only.field
        return slot.only.holds(document.answers.get(field) or usual.get(field))

    def _title(self, slot: Slot, document: Document) -> str:
        if slot.title_each is None:
            return slot.title.of(self._lang)
        person = document.person or str(document.answers.get("person_name") or "")
        if not person:
            return slot.title.of(self._lang)
        return slot.title_each.of(self._lang).replace("{person}", person)


def signed_first(session: Session, held: Sequence[Document]) -> dict[str, Version]:
    """Document id to the version to hand over: the newest scan, else the newest text."""
    ids = [one.id for one in held]
    texts = documents.newest(session, ids, answers=False)
    return {**texts, **documents.newer_scans(session, ids, texts)}


def is_final(found: Found) -> bool:
    """Whether what stands there is not changed any more; a file from outside is not."""
    return found.document is None or found.document.state in SETTLED
