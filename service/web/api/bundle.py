"""API: the sample activity's bundle: its parts, and the one PDF made of them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from flask import Response, abort

from service.desk.bundle.plan import outline_bundle
from service.errors import Lang, Text
from service.web.api.answers import json_answer
from service.web.api.asked import Ask
from service.web.api.operation import Files, api_blueprint, operation
from service.web.api.problems import finding
from service.web.api.shapes import LANG, known, listed, one_of, ref, text, whole, yes_no
from service.web.api.where import BASE
from service.web.downloads import hand_out
from service.web.room import room

BLUEPRINT = api_blueprint("bundle")
_LANG = Ask(parts={"lang": {**LANG, "default": "zh"}})
BUNDLE = known(
    title=text(),
    parts=listed(
        known(number=whole(), title=text(), source=text(), present=yes_no(), required=yes_no())
    ),
    state=one_of(("none", "running", "done", "failed")),
    done=whole(Text("已做好的材料数", "Parts that are made")),
    total=whole(),
    pages=whole(),
    contents=listed(known(number=whole(), title=text(), page=whole())),
    notes=listed(ref("Finding")),
    reasons=listed(ref("Finding")),
)


@BLUEPRINT.get("/bundle")
@operation(
    about=Text("材料包的各项材料和进度", "The bundle's parts, and where the making stands"),
    gives={200: ref("Bundle")},
    query=_LANG,
)
def one(query: dict[str, Any]) -> Response:
    """Its parts in order, and where the making stands."""
    return json_answer(_plain(query["lang"]))


@BLUEPRINT.post("/bundle")
@operation(
    about=Text("开始生成材料包", "Begin making the bundle"),
    gives={202: ref("Bundle")},
    body=_LANG,
    example={"lang": "zh"},
)
def make(said: dict[str, Any]) -> Response:
    """A second request finds the first at work."""
    lang: Lang = said["lang"]
    file = _file(lang)
    room().bundles.start(file, lang, outline_bundle(room().desk, file, lang).title)
    return json_answer(_plain(lang), 202, {"Location": f"{BASE}/bundle?lang={lang}"})


@BLUEPRINT.get("/bundle/file")
@operation(
    about=Text("材料包的 PDF", "The bundle's PDF"),
    gives={200: Files(endings=(".pdf",))},
    query=_LANG,
)
def file(query: dict[str, Any]) -> Response:
    """As it was made last."""
    lang: Lang = query["lang"]
    _file(lang)
    making = room().bundles.making(lang)
    if making.state != "done" or not room().bundles.pdf(lang).is_file():
        abort(404)
    return hand_out(room().bundles.pdf(lang), making.name)


def _file(lang: Lang) -> Path:
    found = room().desk.samples / f"bundle.{lang}.yaml"
    if not found.is_file():
        abort(404)
    return found


def _plain(lang: Lang) -> dict[str, Any]:
    outline = outline_bundle(room().desk, _file(lang), lang)
    making = room().bundles.making(lang)
    return {
        "title": outline.title,
        "parts": [vars(one) for one in outline.lines],
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
