"""API: who asks, and what the token may do."""

from __future__ import annotations

from flask import Response

from service.core.people import ROLES, SCOPES
from service.errors import Text
from service.web.api.answers import json_answer, moment
from service.web.api.bearer import bearer
from service.web.api.operation import api_blueprint, operation
from service.web.api.shapes import MOMENT, known, listed, one_of, ref, text

BLUEPRINT = api_blueprint("me")
ME = known(
    name=text(Text("登录名", "Sign-in name")),
    shown=text(Text("姓名", "As pages name the person")),
    role=one_of(ROLES),
    scopes=listed(one_of(SCOPES)),
    expires_at=MOMENT,
)


@BLUEPRINT.get("/me")
@operation(
    about=Text("这个令牌是谁的、能做什么", "Whose token it is, and what it may do"),
    gives={200: ref("Me")},
)
def me() -> Response:
    """To try a token out."""
    found = bearer()
    return json_answer(
        {
            "name": found.person.name,
            "shown": found.person.shown,
            "role": found.person.role,
            "scopes": sorted(found.scopes),
            "expires_at": moment(found.expires_at),
        }
    )


COMPONENTS = {"Me": ME}
