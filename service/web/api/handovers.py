"""API: papers handed over to another clerk: one by one, or all that somebody handles."""

from __future__ import annotations

from typing import Any

from flask import Response

from service.desk.documents.views import view_document
from service.desk.people.handovers import Load, hand_over, hand_over_all, load_of, takers
from service.errors import Text
from service.web.api.answers import json_answer
from service.web.api.asked import Ask
from service.web.api.operation import api_blueprint, operation
from service.web.api.shapes import ID, known, listed, ref, text, whole
from service.web.room import room
from service.web.signed import person

BLUEPRINT = api_blueprint("handovers")
_TO = {**ID, "description": Text("接手的用户", "The user who takes them over")}
_EXAMPLE = {"to": "0123456789abcdef0123456789abcdef"}
LOAD = known(
    documents=whole(),
    confidential=whole(Text("其中只有经办人和审阅人能看的", "Seen by handler and reviewer alone")),
    rosters=whole(Text("各连同其批次", "Each with its batches")),
)


@BLUEPRINT.get("/documents/<id:document>/handler")
@operation(
    about=Text("谁经办、可以移交给谁", "Who handles it, and to whom it can be handed over"),
    gives={200: known(handler=text(), takers=listed(known(id=ID, shown=text())))},
)
def who(document: str) -> Response:
    """Users who make papers, by name."""
    line = view_document(room().desk, document).line
    found = [{"id": one.id, "shown": one.shown} for one in takers(room().desk, but=())]
    return json_answer({"handler": line.handler, "takers": found})


@BLUEPRINT.put("/documents/<id:document>/handler")
@operation(
    about=Text("把文书移交给别人", "Hand it over to another clerk"),
    gives={204: None},
    body=Ask(parts={"to": _TO}),
    example=_EXAMPLE,
    conflicts=True,
)
def give(document: str, said: dict[str, Any]) -> Response:
    """Of a confidential one the former clerk sees nothing from then on."""
    hand_over(room().desk, person(), document, said["to"])
    return Response(status=204)


@BLUEPRINT.get("/users/<id:user>/load")
@operation(about=Text("一名用户经办多少", "What a user handles"), gives={200: ref("Load")})
def load(user: str) -> Response:
    """In numbers: an administrator is told no more of it."""
    return json_answer(_plain(load_of(room().desk, user)))


@BLUEPRINT.post("/users/<id:user>/handover")
@operation(
    about=Text("把一名用户经办的全部移交给别人", "Hand over all that a user handles"),
    gives={200: ref("Load")},
    body=Ask(parts={"to": _TO}),
    example=_EXAMPLE,
    conflicts=True,
)
def give_all(user: str, said: dict[str, Any]) -> Response:
    """What it was; asked again, there is nothing left to hand over."""
    return json_answer(_plain(hand_over_all(room().desk, person(), user, said["to"])))


def _plain(found: Load) -> dict[str, Any]:
    return {name: getattr(found, name) for name in ("documents", "confidential", "rosters")}


COMPONENTS = {"Load": LOAD}
