"""The sample activity's papers as documents: something to look at before one's own are there."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from service.core.bundle import PartSource, Slot
from service.core.people import Person
from service.desk.activity.files import read_answers
from service.desk.bundle.plan import read_instance
from service.desk.bundle.slots import Which
from service.desk.bundle.uploads import add_upload
from service.desk.documents.drafts import create_document
from service.desk.documents.versions import generate
from service.desk.tools import Desk
from service.errors import Lang


def add_sample_papers(desk: Desk, person: Person, activity_id: str, lang: Lang) -> int:
    """Makes the papers of the sample's bundle, each with a version, and puts its files in.

    Args:
        desk: the samples, the store and the engines.
        person: who handles them from now on.
        activity_id: the activity, made of the sample's profile.
        lang: of the papers.

    Returns:
        How many documents there are now; 0 where there is no sample in this language.

    Raises:
        ConflictError: the activity is closed.
    """
    file = desk.samples / f"bundle.{lang}.yaml"
    if not file.is_file():
        return 0
    instance = read_instance(file)
    which = Which(activity_id=activity_id, name=instance.bundle, lang=lang)
    made = 0
    for slot in desk.catalog.bundle(instance.bundle).slots:
        for source in instance.parts.get(slot.id, ()):
            if source.answers and slot.kind:
                _add_paper(desk, person, which, slot, file.parent / source.answers)
                made += 1
            elif source.file:
                _add_file(desk, person, which, slot, source, instance=file)
    return made


def _add_paper(desk: Desk, person: Person, which: Which, slot: Slot, answers: Path) -> None:
    raw = read_answers(answers).data
    typed = dict(raw) if isinstance(raw, Mapping) else {}
    document = create_document(
        desk,
        person,
        which.activity_id,
        str(slot.kind),
        which.lang,
        part=slot.part,
        person_name=str(typed.get("person_name") or ""),
        branch=str(typed.get("branch") or ""),
        answers=typed,
    )
    generate(desk, person, document)


def _add_file(
    desk: Desk, person: Person, which: Which, slot: Slot, source: PartSource, *, instance: Path
) -> None:
    path = instance.parent / str(source.file)
    if slot.upload:
        add_upload(desk, person, which, slot.id, name=path.name, data=path.read_bytes())
