"""API: an activity copied for next year or another branch: looked at, then made."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from flask import Response

from service.core.definition import FieldDefinition
from service.core.shift import MOST, Shift
from service.desk.activity.copy import Copied, CopyView, Wish, copy_activity, typed_day, view_copy
from service.desk.once import Once, only_once
from service.errors import LANGS, InputError, Text, problem
from service.web.api.activities import made_activity
from service.web.api.answers import json_answer
from service.web.api.asked import Ask
from service.web.api.operation import api_blueprint, operation
from service.web.api.shapes import (
    ID,
    LANG,
    WORDS,
    Shape,
    known,
    listed,
    mapping,
    one_of,
    ref,
    text,
    whole,
    yes_no,
)
from service.web.room import room
from service.web.signed import person

BLUEPRINT = api_blueprint("copies")
_SHIFT: dict[str, Shape] = {
    "amount": whole(
        Text("日期往后移多少，往前为负", "How far dates move on; back where it is less than 0"),
        minimum=-MOST["days"],
        maximum=MOST["days"],
        default=1,
    ),
    "unit": one_of(("years", "days"), default="years"),
    "same_weekday": yes_no(Text("保持星期几不变", "To the same day of the week"), default=False),
}
_FIELD: dict[str, Shape] = {"field": text(), "label": WORDS}
_VALUE: Shape = {"description": Text("填写的原值", "Raw, as it was typed")}
_KEPT = known(
    **_FIELD,
    value=_VALUE,
    dated=yes_no(Text("其中有活动的年份", "A year of the activity stands in it")),
)
COPY = known(
    id=ID,
    title=text(),
    lang=LANG,
    others=listed(LANG, Text("还填了的语言", "Languages in which it is typed besides")),
    days=listed(known(**_FIELD, before=text(), after=text())),
    years=listed(known(**_FIELD, before=whole(), after=whole())),
    texts=listed(_KEPT, Text("可保留、改写或清空的文字", "To be kept, rewritten or cleared")),
    rest=listed(_KEPT, Text("可保留或清空的", "To be kept or cleared")),
    never=listed(known(**_FIELD), Text("不复制的数字", "Counted anew, and not copied")),
)


@BLUEPRINT.get("/activities/<id:activity>/copy")
@operation(
    about=Text("复制一项活动会得到什么", "What a copy of an activity would hold"),
    gives={200: ref("Copy")},
    query=Ask(parts={"lang": {**LANG, "default": "zh"}, **_SHIFT}),
)
def look(activity: str, query: dict[str, Any]) -> Response:
    """Nothing is made."""
    return json_answer(_plain(view_copy(room().desk, activity, query["lang"], _shift(query))))


@BLUEPRINT.post("/activities/<id:activity>/copies")
@operation(
    about=Text("复制一项活动", "Copy an activity"),
    gives={201: ref("Profile")},
    body=Ask(
        parts={
            "lang": {**LANG, "default": "zh"},
            **_SHIFT,
            "changed": mapping(
                Text(
                    "在这种语言中改写的填写项", "Values that are other in this language, by field"
                ),
                default={},
            ),
            "cleared": listed(
                text(), Text("清空的填写项", "Fields that are left empty"), default=[]
            ),
        }
    ),
    example={"amount": 1, "unit": "years", "changed": {"campaign_name": "第二批活动"}},
    once="may",
)
def make(activity: str, said: dict[str, Any], once: Once | None) -> Response:
    """Its profile alone: no document and no number is copied."""
    _refuse_unknown("changed", said["changed"])
    _refuse_unknown("cleared", said["cleared"])
    wish = Wish(
        shift=_shift(said),
        lang=said["lang"],
        changed=said["changed"],
        cleared=frozenset(said["cleared"]),
    )
    made = only_once(
        room().desk,
        once,
        lambda keep: copy_activity(room().desk, person(), activity, wish, keep=keep),
    )
    return made_activity(made, said["lang"])


def _shift(said: Mapping[str, Any]) -> Shift:
    found = Shift(amount=said["amount"], unit=said["unit"], same_weekday=said["same_weekday"])
    most = MOST[found.unit]
    if abs(found.amount) > most:
        zh, en = f"最多 {most}。", f"at most {most}."
        raise InputError(problem("bad_shift", zh, en, path="amount"))
    return found


def _refuse_unknown(part: str, names: Collection[str]) -> None:
    known_names = room().desk.catalog.activity().fields
    if any(one not in known_names for one in names):
        zh, en = "有活动档案里没有的填写项。", "names a field that no profile has."
        raise InputError(problem("unknown_field", zh, en, path=part))


def _plain(view: CopyView) -> dict[str, Any]:
    fields = room().desk.catalog.activity().fields
    return {
        "id": view.id,
        "title": view.title,
        "lang": view.lang,
        "others": list(view.others),
        "days": [
            {
                **_field(one.field),
                "before": typed_day(one.field, one.before),
                "after": typed_day(one.field, one.after),
            }
            for one in view.days
        ],
        "years": [
            {**_field(fields[name]), "before": before, "after": after}
            for name, (before, after) in view.years.items()
        ],
        "texts": [_copied(one) for one in view.texts],
        "rest": [_copied(one) for one in view.rest],
        "never": [_field(one) for one in view.never],
    }


def _copied(one: Copied) -> dict[str, Any]:
    return {**_field(one.field), "value": one.value, "dated": one.dated}


def _field(field: FieldDefinition) -> dict[str, Any]:
    return {"field": field.name, "label": {lang: field.label.of(lang) for lang in LANGS}}


COMPONENTS = {"Copy": COPY}
