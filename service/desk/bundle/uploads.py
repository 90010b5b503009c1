"""Files from outside for the slots of an activity's bundle: looked at, and kept as they came."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import PurePath

from service.core.bundle import Slot
from service.core.people import Person
from service.desk.bundle.slots import Which
from service.desk.documents.kept import found_activity
from service.desk.once import Keep, unkept
from service.desk.tools import Desk
from service.errors import NotFoundError, Problem, Text, problem
from service.store import bundles as rows
from service.store.blobs import digest
from service.store.models import Upload, new_id


@dataclass(frozen=True, kw_only=True)
class Added:
    """A file that was put into a slot.

    Attributes:
        id: of the upload.
        removed: what will be taken out of it where it becomes pages.
    """

    id: str
    removed: tuple[Text, ...]

    def to_json(self) -> str:
        """The same as text, for `only_once`."""
        return json.dumps([self.id, [(one.zh, one.en) for one in self.removed]])

    @classmethod
    def of_json(cls, told: str) -> Added:
        """Read again from that text."""
        upload, removed = json.loads(told)
        return cls(id=upload, removed=tuple(Text(zh, en) for zh, en in removed))


def add_upload(
    desk: Desk,
    person: Person,
    which: Which,
    slot_id: str,
    *,
    name: str,
    data: bytes,
    keep: Keep = unkept,
) -> Added:
    """Puts a file into a slot; in a slot for one part it takes the place of the one before.

    Args:
        desk: the store and the engines.
        person: who has brought it.
        which: bundle.
        slot_id: of the slot.
        name: the file's, as it was called where it came from.
        data: the file.
        keep: told what was added as JSON, for `only_once`.

    Raises:
        NotFoundError: no such activity, bundle or slot.
        InputError: it cannot be made safe pages.
    """
    slot = _slot(desk, which, slot_id)
    name = PurePath(name.replace("\\", "/")).name or "?"
    clean = desk.uploads.read(data, name=name, title=slot.title.of(which.lang))
    upload_id = new_id()
    added = Added(id=upload_id, removed=tuple(clean.removed))
    blob = f"uploads/{which.activity_id}/{upload_id}"
    # The file before its row: a process that is killed in between leaves a file nobody names.
    desk.store.blobs.put(blob, data)
    with desk.store.write_with([blob]) as session:
        found_activity(session, which.activity_id)
        old = [
            one
            for one in rows.uploads(session, which.activity_id, which.name)
            if one.slot == slot_id and not slot.per_member
        ]
        for one in old:
            session.delete(one)
        session.add(
            Upload(
                id=upload_id,
                activity_id=which.activity_id,
                bundle=which.name,
                slot=slot_id,
                blob=blob,
                file_name=name,
                sha256=digest(data),
                added_by=person.id,
            )
        )
        desk.store.trail.note(session, person.id, "upload_added", "activity", which.activity_id)
        keep(session, added.to_json())
    desk.store.blobs.remove([one.blob for one in old])
    return added


def remove_upload(desk: Desk, person: Person, which: Which, upload_id: str) -> None:
    """Takes a file out of its slot. Raises NotFoundError."""
    with desk.store.write() as session:
        found = rows.upload(session, which.activity_id, upload_id)
        if found is None:
            raise NotFoundError(_no_upload())
        session.delete(found)
        desk.store.trail.note(session, person.id, "upload_removed", "activity", which.activity_id)
    desk.store.blobs.remove([found.blob])


def open_upload(desk: Desk, which: Which, upload_id: str) -> tuple[bytes, str]:
    """A file as it came, and its name. Raises NotFoundError."""
    with desk.store.read() as session:
        found = rows.upload(session, which.activity_id, upload_id)
    if found is None:
        raise NotFoundError(_no_upload())
    return desk.store.blobs.get(found.blob), found.file_name


def _slot(desk: Desk, which: Which, slot_id: str) -> Slot:
    for slot in desk.catalog.bundle(which.name).slots:
        if slot.id == slot_id and slot.upload:
            return slot
    raise NotFoundError(
        problem("unknown_slot", "没有这一项。", "there is no such slot.", path=slot_id)
    )


def _no_upload() -> Problem:
    return problem("no_upload", "没有这份上传材料。", "there is no such file.")
