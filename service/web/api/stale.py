"""API: documents made from a profile that has changed since, and made again."""

from __future__ import annotations

from typing import Any, get_args

from flask import Response

from service.desk.activity.stale import Stale, Why, remake, stale_documents
from service.errors import LANGS, Text
from service.web.api.answers import json_answer
from service.web.api.operation import api_blueprint, operation
from service.web.api.problems import finding
from service.web.api.shapes import ID, WORDS, known, listed, one_of, ref, text, whole
from service.web.room import room
from service.web.signed import person

BLUEPRINT = api_blueprint("stale")
STALE = known(
    document=ID,
    title=WORDS,
    person=text(),
    version=whole(Text("最新一稿", "The newest version")),
    stays=one_of(
        get_args(Why),
        Text(
            "不自动重新生成的原因；空为可以",
            "Why it is not made again by itself; empty: it is",
        ),
    ),
)


@BLUEPRINT.get("/activities/<id:activity>/stale")
@operation(
    about=Text("活动档案改后已不相符的文书", "Documents that the profile has left behind"),
    gives={200: known(items=listed(ref("Stale")))},
)
def every(activity: str) -> Response:
    """Made from facts that have changed since, where the paper prints them."""
    found = stale_documents(room().desk, person(), activity)
    return json_answer({"items": [_plain(one) for one in found]})


@BLUEPRINT.post("/activities/<id:activity>/stale/remake")
@operation(
    about=Text("重新生成这些文书", "Make them again"),
    gives={
        200: known(
            made=whole(),
            refused=listed(known(stale=ref("Stale"), reasons=listed(ref("Finding")))),
        )
    },
)
def again(activity: str) -> Response:
    """Never over one that was edited in Word; asked again, there is nothing left to do."""
    found = remake(room().desk, person(), activity)
    return json_answer(
        {
            "made": found.made,
            "refused": [
                {"stale": _plain(one), "reasons": [finding(why) for why in problems]}
                for one, problems in found.refused
            ],
        }
    )


def _plain(one: Stale) -> dict[str, Any]:
    return {
        "document": one.id,
        "title": {lang: one.title.of(lang).replace("\n", "") for lang in LANGS},
        "person": one.person,
        "version": one.no,
        "stays": one.stays,
    }


COMPONENTS = {"Stale": STALE}
