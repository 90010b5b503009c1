"""API: batches: how far they are, their items, cancelled, retried, mended, who is missing."""

from __future__ import annotations

from typing import Any, get_args

from flask import Response

from service.desk.batch.batches import cancel_batch, mend_item, retry_batch
from service.desk.batch.results import list_batches, not_filled, view_batch
from service.desk.batch.returned import match_returned
from service.desk.batch.views import BatchState, BatchView, ItemState, ItemView
from service.errors import Text
from service.web.api.answers import json_answer, moment, page, within
from service.web.api.asked import Ask
from service.web.api.operation import api_blueprint, list_of, operation
from service.web.api.problems import finding
from service.web.api.rosters import PDFS
from service.web.api.shapes import (
    ID,
    LANG,
    MOMENT,
    known,
    listed,
    mapping,
    one_of,
    or_null,
    ref,
    text,
    whole,
    yes_no,
)
from service.web.batch_words import reminder
from service.web.room import room
from service.web.signed import person
from service.web.uploaded import uploaded

BLUEPRINT = api_blueprint("batches")
_STATES: tuple[ItemState, ...] = get_args(ItemState)
_STATE = one_of(_STATES)
BATCH = known(
    id=ID,
    roster=ID,
    kind=text(),
    title=text(),
    lang=LANG,
    pdf=one_of(PDFS),
    odd_start=yes_no(),
    state=one_of(get_args(BatchState)),
    ended=yes_no(Text("不会再自行变化", "Nothing more happens by itself")),
    created_at=MOMENT,
    finished_at=or_null(MOMENT),
    done=whole(Text("已完成（含未能生成）", "Made or failed")),
    total=whole(),
    seconds_left=or_null({"type": "number"}),
    joined_pages=or_null(whole()),
    counts=known(**{name: whole() for name in _STATES}),
    reasons=listed(ref("Finding"), Text("整批没有做成的原因", "Why it failed as a whole")),
)
ITEM = known(
    id=ID,
    row=whole(),
    position=whole(Text("序号，0 表示没有", "Running number; 0: no form")),
    state=_STATE,
    name=text(),
    department=text(),
    file=text(Text("文件名，不带后缀", "File name without ending")),
    filled=yes_no(),
    returned=text(Text("交回的文件名", "Name of the file that came back")),
    pages=or_null(whole()),
    has_pdf=yes_no(),
    reasons=listed(ref("Finding")),
)


@BLUEPRINT.get("/batches")
@operation(**list_of("Batch", Text("我经办的批次", "The batches that I handle")))
def every(query: dict[str, Any]) -> Response:
    """The newest first."""
    return page(list_batches(room().desk, person().id), lambda one: one.id, _plain, query)


@BLUEPRINT.get("/batches/<id:batch>")
@operation(about=Text("一个批次的进度", "How far a batch is"), gives={200: ref("Batch")})
def one(batch: str) -> Response:
    """Where it stands; cheap, whatever its size."""
    return _batch(batch)


@BLUEPRINT.get("/batches/<id:batch>/items")
@operation(**list_of("Item", Text("各人各份", "Its items"), state={**_STATE, "default": None}))
def items(batch: str, query: dict[str, Any]) -> Response:
    """In the roster's order."""
    found = view_batch(room().desk, batch).items
    wanted = [one for one in found if query["state"] in {None, one.state}]
    return page(wanted, lambda one: str(one.row), _item, query)


@BLUEPRINT.patch("/batches/<id:batch>/items/<id:item>")
@operation(
    about=Text("改正没能生成的一份", "Mend an item that failed"),
    gives={200: ref("Item")},
    body=Ask(parts={"values": mapping(Text("填写内容", "Values by field name"))}),
    example={"values": {"person_name": "万里"}},
    conflicts=True,
)
def mend(batch: str, item: str, said: dict[str, Any]) -> Response:
    """A retry then makes it."""
    with within("values"):
        mend_item(room().desk, batch, item, said["values"])
    found = view_batch(room().desk, batch).items
    return json_answer(next(_item(one) for one in found if one.id == item))


@BLUEPRINT.post("/batches/<id:batch>/cancel")
@operation(about=Text("停止", "Stop it"), gives={200: ref("Batch")}, conflicts=True)
def cancel(batch: str) -> Response:
    """What is made stays."""
    cancel_batch(room().desk, batch)
    return _batch(batch)


@BLUEPRINT.post("/batches/<id:batch>/retry")
@operation(
    about=Text("重试没有做成的", "Try again what was not made"),
    gives={200: ref("Batch")},
    conflicts=True,
)
def retry(batch: str) -> Response:
    """What is made stays as it is."""
    retry_batch(room().desk, batch)
    return _batch(batch)


@BLUEPRINT.get("/batches/<id:batch>/missing")
@operation(
    about=Text("还差谁没有交", "Who has not handed in"),
    gives={
        200: known(
            items=listed(ref("Item")),
            reminder=text(Text("可以发到群里的话", "Words for the office's chat")),
        )
    },
)
def missing(batch: str) -> Response:
    """Blank forms that have not come back."""
    found = not_filled(room().desk, batch)
    view = view_batch(room().desk, batch, items=False)
    words = reminder(view.title, found, view.lang)
    return json_answer({"items": [_item(one) for one in found], "reminder": words})


@BLUEPRINT.post("/batches/<id:batch>/returned")
@operation(
    about=Text("交回的文件", "Files that came back"),
    gives={
        200: known(
            matched=listed(known(file=text(), item=ref("Item"))),
            unmatched=listed(known(file=text(), reason=ref("Finding"))),
        )
    },
    form=Ask(parts={}),
    files=("files",),
    conflicts=True,
)
def returned(batch: str, said: dict[str, Any]) -> Response:
    """Each is matched to its member by name."""
    found = match_returned(room().desk, batch, uploaded("files"))
    return json_answer(
        {
            "matched": [{"file": name, "item": _item(one)} for name, one in found.matched.items()],
            "unmatched": [
                {"file": name, "reason": finding(why)} for name, why in found.unmatched.items()
            ],
        }
    )


def _batch(batch: str) -> Response:
    return json_answer(_plain(view_batch(room().desk, batch, items=False)))


def _plain(view: BatchView) -> dict[str, Any]:
    plain = ("id", "roster", "kind", "title", "lang", "pdf", "odd_start", "state", "ended")
    numbers = ("done", "total", "seconds_left", "joined_pages")
    return {
        **{name: getattr(view, name) for name in (*plain, *numbers)},
        "created_at": moment(view.created_at),
        "finished_at": moment(view.finished_at),
        "counts": {state: view.counts.get(state, 0) for state in _STATES},
        "reasons": [finding(one) for one in view.reasons],
    }


def _item(item: ItemView) -> dict[str, Any]:
    return {**vars(item), "reasons": [finding(one) for one in item.reasons]}


COMPONENTS = {"Batch": BATCH, "Item": ITEM}
