"""Batch: files that came back from members, matched to them by name and department."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import PurePath

from service.core.roster.names import same_person
from service.desk.batch.files import returned_name
from service.desk.batch.kept import found_batch, found_item, item_view
from service.desk.batch.views import ItemView, Returned
from service.desk.tools import Desk
from service.errors import GongwenError, NotFoundError, Problem, problem
from service.store import batches as rows
from service.store.blobs import digest

_LONGEST = 200
"""Characters of a file's name that are kept."""


def match_returned(desk: Desk, batch_id: str, files: Sequence[tuple[str, bytes]]) -> Returned:
    """Keeps files that came back and says whose each is; what belongs to nobody is not kept.

    A name is looked for in the file's name first, with the department where several have the
    name; then in the text, where the file is a Word file.

    Args:
        desk: the store.
        batch_id: which batch.
        files: (file name, content).
    """
    with desk.store.read() as session:
        batch = found_batch(session, batch_id)
        items = [
            item_view(batch, one)
            for one in rows.items(session, batch_id, raw=False)
            if one.state == "made"
        ]
    matched: dict[str, ItemView] = {}
    unmatched: dict[str, Problem] = {}
    taken: dict[str, str] = {}
    for name, data in files:
        owner = _owner(desk, items, name, data)
        if isinstance(owner, Problem):
            unmatched[name] = owner
        elif owner.id in taken:
            unmatched[name] = _twice()
        else:
            taken[owner.id] = name
            matched[name] = _keep(desk, batch_id, owner, name, data)
    return Returned(matched=matched, unmatched=unmatched)


def open_returned(desk: Desk, batch_id: str, item_id: str) -> tuple[bytes, str]:
    """The file that came back for an item, and its name. Raises NotFoundError."""
    with desk.store.read() as session:
        found_batch(session, batch_id)
        item = found_item(session, batch_id, item_id)
    if not item.returned_blob:
        zh, en = "还没有交回。", "nothing has come back yet."
        raise NotFoundError(problem("not_returned", zh, en))
    return desk.store.blobs.get(item.returned_blob), item.returned


def _keep(desk: Desk, batch_id: str, item: ItemView, name: str, data: bytes) -> ItemView:
    blob = returned_name(batch_id, item.id, digest(data))
    desk.store.blobs.put(blob, data)
    short = name[-_LONGEST:]
    with desk.store.write() as session:
        rows.change_items(session, [{"id": item.id, "returned": short, "returned_blob": blob}])
    return replace(item, returned=short)


def _owner(desk: Desk, items: Sequence[ItemView], name: str, data: bytes) -> ItemView | Problem:
    stem = PurePath(name.replace("\\", "/")).stem
    whole = [one for one in items if one.file and same_person(one.file) in same_person(stem)]
    if len(whole) == 1:
        return whole[0]  # our own name for it, perhaps with `(1)` or 已填 added
    found = _named(items, stem)
    if len(found) == 1:
        return found[0]
    text = _text(desk, name, data)
    within = _named(found or items, text) if text else []
    if len(within) == 1:
        return within[0]
    return _several() if found or within else _nobody()


def _named(items: Sequence[ItemView], text: str) -> list[ItemView]:
    """Whose name stands in a text: the longest names (not 张三 in 张三丰), then the departments."""
    plain = same_person(text)
    found = [one for one in items if one.name and same_person(one.name) in plain]
    names = {same_person(one.name) for one in found}
    inner = {one for one in names if any(one != other and one in other for other in names)}
    found = [one for one in found if same_person(one.name) not in inner]
    with_department = [
        one for one in found if one.department and same_person(one.department) in plain
    ]
    return with_department if len(found) > 1 and with_department else found


def _text(desk: Desk, name: str, data: bytes) -> str:
    if not name.lower().endswith(".docx"):
        return ""
    try:
        return desk.text_of(data)
    except GongwenError:
        return ""


def _nobody() -> Problem:
    return problem(
        "returned_unknown",
        "文件名和内容里都没有找到这一批里的姓名；请在文件名里写上姓名和部门，再上传。",
        "no name of this batch stands in the file's name or text; put name and department into "
        "the file's name and upload it again.",
    )


def _several() -> Problem:
    return problem(
        "returned_unclear",
        "可能是几个人的，分不清；请在文件名里同时写上姓名和部门，再上传。",
        "it may be one of several people's; put name and department into the file's name and "
        "upload it again.",
    )


def _twice() -> Problem:
    return problem(
        "returned_twice",
        "这个人的文件这次已经上传了一份，这一份没有保存。",
        "another file of this upload is the same person's; this one was not kept.",
    )
