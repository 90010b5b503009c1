"""API: the kinds and their JSON Schemas; answers checked, and made into a document."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import Response, abort

from service.core.answers import read
from service.core.definition import STAGES, FormDefinition
from service.core.prefill import prefill
from service.core.schema import DIALECT, answers_schema
from service.desk.fill import fill
from service.desk.kinds import Kind
from service.desk.roster.read import roster_template
from service.errors import LANGS, GongwenError, InputError, Problem, Text, problem
from service.web.api.answers import facts, found_form, json_answer, paper, wanted_ending, within
from service.web.api.asked import Ask
from service.web.api.operation import Files, api_blueprint, operation
from service.web.api.problems import finding
from service.web.api.shapes import (
    ACTIVITY,
    FINDING,
    LANG,
    STAGE,
    WORDS,
    Shape,
    known,
    listed,
    mapping,
    one_of,
    ref,
    text,
    yes_no,
)
from service.web.downloads import hand_over
from service.web.room import room

BLUEPRINT = api_blueprint("kinds")
KIND = known(
    name=text(),
    title=WORDS,
    audience=one_of(
        ("unit", "member"),
        Text("unit：一份；member：一人一份", "unit: one; member: one per member"),
    ),
    stages=listed(STAGE),
    languages=listed(LANG),
    parts=listed(text(), Text("可单独生成的附件", "Annexes that are made alone")),
    route=listed(text(), Text("由谁审阅，依次", "Whose opinion is asked, in order")),
)
_ANSWERS = mapping(Text("填写内容", "The answers, by field name"))
_SAID: dict[str, Shape] = {
    "answers": _ANSWERS,
    "lang": {**LANG, "default": "zh"},
    "stage": {**STAGE, "default": "draft"},
    "activity": ACTIVITY,
}
_FORMAT = one_of(
    ("docx", "pdf"), Text("不写则按 Accept", "By Accept where it is not said"), default=None
)
_PART = text(Text("只生成这个附件", "This annex alone"), default="")
_SCHEMA_QUERY = Ask(
    parts={
        "stage": {**STAGE, "default": "draft"},
        "lang": {**LANG, "default": "zh"},
        "activity": ACTIVITY,
    }
)


@BLUEPRINT.get("/kinds")
@operation(
    about=Text("全部文书种类", "Every kind of document"),
    gives={200: known(items=listed(ref("Kind")), broken=listed(text()))},
)
def every() -> Response:
    """Every kind; `broken` names those whose definition is wrong."""
    items, broken = [], []
    for name in room().desk.catalog.kinds():
        try:
            items.append(plain_kind(room().desk.catalog.kind(name)))
        except GongwenError:
            broken.append(name)
    return json_answer({"items": items, "broken": broken})


@BLUEPRINT.get("/kinds/<kind:kind>")
@operation(about=Text("一种文书", "One kind"), gives={200: ref("Kind")})
def one(kind: str) -> Response:
    """One kind."""
    found_form(kind)
    return json_answer(plain_kind(room().desk.catalog.kind(kind)))


@BLUEPRINT.get("/kinds/<kind:kind>/schema")
@operation(
    about=Text("填写内容的 JSON Schema", "The JSON Schema of its answers"),
    gives={200: mapping()},
    query=_SCHEMA_QUERY,
)
def schema(kind: str, query: dict[str, Any]) -> Response:
    """What the answers must be at a stage."""
    form = found_form(kind)
    lang = query["lang"]
    given = facts(lang, query["activity"])
    found = answers_schema(form, activity=given, stage=query["stage"], lang=lang)
    return json_answer({"$schema": DIALECT, **found})


@BLUEPRINT.get("/kinds/<kind:kind>/roster.xlsx")
@operation(
    about=Text("名册模板", "The spreadsheet to be filled with a roster"),
    gives={200: Files(endings=(".xlsx",))},
    query=Ask(parts={"lang": {**LANG, "default": "zh"}, "activity": ACTIVITY}),
)
def template(kind: str, query: dict[str, Any]) -> Response:
    """The empty roster of a kind."""
    lang = query["lang"]
    found_form(kind)
    data = roster_template(room().desk, kind, lang=lang, activity=facts(lang, query["activity"]))
    return hand_over(data, f"{kind}_roster", ".xlsx")


@BLUEPRINT.post("/kinds/<kind:kind>/check")
@operation(
    about=Text("核对填写内容，不生成", "Check answers; nothing is made"),
    gives={
        200: known(
            good=yes_no(Text("可以生成", "It could be made")),
            errors=listed(ref("Finding")),
            notes=listed(ref("Finding"), Text("空缺和提醒", "Gaps and warnings")),
        )
    },
    body=Ask(parts=_SAID),
    kinds=True,
)
def check(kind: str, said: dict[str, Any]) -> Response:
    """Every problem and every note."""
    form = found_form(kind)
    given = facts(said["lang"], said["activity"])
    full, origins = prefill(form, said["answers"], activity=given)
    found = read(form, full, stage=said["stage"], activity=given, filled_in=origins)
    return json_answer(
        {
            "good": not found.problems,
            "errors": [finding(one) for one in found.problems],
            "notes": [finding(one) for one in found.notes],
        }
    )


@BLUEPRINT.post("/kinds/<kind:kind>/fill")
@operation(
    about=Text("填写内容生成 Word 或 PDF", "Answers to a Word file or PDF"),
    gives={200: Files(endings=(".docx", ".pdf"))},
    body=Ask(parts={**_SAID, "part": _PART, "format": _FORMAT}),
    kinds=True,
)
def make(kind: str, said: dict[str, Any]) -> Response:
    """One document; nothing of it is kept."""
    ending = wanted_ending(said["format"])
    found_form(kind)
    parts = room().desk.catalog.kind(kind).parts
    if said["part"] and said["part"] not in parts:
        raise InputError(_no_part(parts))
    given = facts(said["lang"], said["activity"])
    with within("answers"):
        document = fill(
            room().desk,
            kind,
            said["answers"],
            lang=said["lang"],
            stage=said["stage"],
            activity=given,
            part=said["part"],
        )
    return paper(document, ending)


def member_form(name: str) -> FormDefinition:
    """A kind that is made once per member; aborts with 404 for others."""
    form = found_form(name)
    if form.audience != "member":
        abort(404)
    return form


def plain_kind(kind: Kind) -> dict[str, Any]:
    """A kind as it is told, in service or only tried."""
    form = kind.form
    return {
        "name": kind.name,
        "title": {lang: form.title.of(lang).replace("\n", "") for lang in LANGS},
        "audience": form.audience,
        "stages": list(STAGES),
        "languages": [lang for lang in LANGS if kind.template(lang).is_file()],
        "parts": list(kind.parts),
        "route": list(form.route),
    }


def _no_part(parts: Sequence[str]) -> Problem:
    return problem(
        "no_part",
        f"没有可单独生成的这个附件；有：{'、'.join(parts) or '（无）'}。",
        f"no such annex is made alone; there are: {', '.join(parts) or 'none'}.",
        path="part",
    )


COMPONENTS = {"Kind": KIND, "Finding": FINDING}
