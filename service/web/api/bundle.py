"""API: an activity's bundles: their parts, and the one PDF made of them."""

from __future__ import annotations

from typing import Any, get_args

from flask import Response

from service.desk.bundle.making import MakingState, open_bundle, start_making, view_making
from service.desk.bundle.papers import Standing, list_bundles, view_bundle
from service.desk.bundle.slots import Which
from service.desk.once import Once, only_once
from service.errors import LANGS, Text
from service.web.api.answers import json_answer
from service.web.api.asked import Ask
from service.web.api.operation import Files, api_blueprint, operation
from service.web.api.problems import finding
from service.web.api.shapes import LANG, WORDS, known, listed, one_of, ref, text, whole, yes_no
from service.web.api.where import BASE
from service.web.downloads import hand_over
from service.web.room import room
from service.web.signed import person

BLUEPRINT = api_blueprint("bundle")
_LANG = Ask(parts={"lang": {**LANG, "default": "zh"}})
BUNDLE = known(
    name=text(),
    title=text(),
    parts=listed(
        known(
            number=whole(),
            slot=text(),
            title=text(),
            standing=one_of(get_args(Standing)),
            required=yes_no(),
            takes_upload=yes_no(Text("可以放入文件", "A file can be put into the slot")),
            document=text(Text("文书编号，没有时为空", "The document's id, or empty")),
            upload=text(Text("上传文件的编号，没有时为空", "The upload's id, or empty")),
            source=text(),
        )
    ),
    state=one_of(get_args(MakingState)),
    done=whole(Text("已做好的材料数", "Parts that are made")),
    total=whole(),
    pages=whole(),
    contents=listed(known(number=whole(), title=text(), page=whole())),
    notes=listed(ref("Finding")),
    reasons=listed(ref("Finding")),
)


@BLUEPRINT.get("/activities/<id:activity>/bundles")
@operation(
    about=Text("一项活动可有的材料包", "The bundles that an activity may have"),
    gives={200: known(items=listed(known(name=text(), title=WORDS)))},
)
def every(activity: str) -> Response:
    """The same for every activity."""
    found = list_bundles(room().desk)
    items = [
        {"name": one.name, "title": {lang: one.title.of(lang) for lang in LANGS}} for one in found
    ]
    return json_answer({"items": items})


@BLUEPRINT.get("/activities/<id:activity>/bundles/<name:name>")
@operation(
    about=Text("材料包的各项材料和进度", "The bundle's parts, and where the making stands"),
    gives={200: ref("Bundle")},
    query=_LANG,
)
def one(activity: str, name: str, query: dict[str, Any]) -> Response:
    """Its parts in order, and where the making stands."""
    return json_answer(_plain(Which(activity_id=activity, name=name, lang=query["lang"])))


@BLUEPRINT.post("/activities/<id:activity>/bundles/<name:name>")
@operation(
    about=Text("开始生成材料包", "Begin making the bundle"),
    gives={202: ref("Bundle")},
    body=_LANG,
    example={"lang": "zh"},
    once="may",
)
def make(activity: str, name: str, said: dict[str, Any], once: Once | None) -> Response:
    """A second request finds the first at work."""
    which = Which(activity_id=activity, name=name, lang=said["lang"])
    only_once(room().desk, once, lambda keep: start_making(room().desk, person(), which, keep=keep))
    place = f"{BASE}/activities/{activity}/bundles/{name}?lang={which.lang}"
    return json_answer(_plain(which), 202, {"Location": place})


@BLUEPRINT.get("/activities/<id:activity>/bundles/<name:name>/file")
@operation(
    about=Text("材料包的 PDF", "The bundle's PDF"),
    gives={200: Files(endings=(".pdf",))},
    query=_LANG,
)
def file(activity: str, name: str, query: dict[str, Any]) -> Response:
    """As it was made last."""
    which = Which(activity_id=activity, name=name, lang=query["lang"])
    making = view_making(room().desk, person(), which)
    return hand_over(open_bundle(room().desk, person(), which), making.name, ".pdf")


def _plain(which: Which) -> dict[str, Any]:
    view = view_bundle(room().desk, person(), which)
    making = view_making(room().desk, person(), which)
    return {
        "name": view.name,
        "title": view.title,
        "parts": [
            {
                "number": one.number,
                "slot": one.slot,
                "title": one.title,
                "standing": one.standing,
                "required": one.required,
                "takes_upload": one.takes_upload,
                "document": one.document,
                "upload": one.upload,
                "source": one.source,
            }
            for one in view.lines
        ],
        "state": making.state,
        "done": making.done,
        "total": making.total,
        "pages": making.pages,
        "contents": [
            {"number": number, "title": title, "page": at} for number, title, at in making.entries
        ],
        "notes": [finding(one) for one in making.notes],
        "reasons": [finding(one) for one in making.problems],
    }


COMPONENTS = {"Bundle": BUNDLE}
