"""Pages of the administrator: users, and who did what."""

from __future__ import annotations

from flask import Blueprint, Response, make_response, render_template, request

from service.core.people import POSTS, ROLES
from service.desk.people.trail import list_trail
from service.desk.people.users import add_user, list_users, new_link, set_active
from service.errors import GongwenError, Problem
from service.web.errors import status_of
from service.web.room import room
from service.web.signed import person

BLUEPRINT = Blueprint("users", __name__, url_prefix="/users")


@BLUEPRINT.get("")
def every() -> Response:
    """All users."""
    return _page()


@BLUEPRINT.post("")
def act() -> Response:
    """Adds, disables, lets back in, or makes a link; a link is shown once."""
    form = request.form
    verb, _, user_id = form.get("_do", "").partition(":")
    desk, by = room().desk, person()
    secret = ""
    try:
        if verb == "link":
            secret = new_link(desk, by, user_id)
        elif verb in {"disable", "enable"}:
            set_active(desk, by, user_id, verb == "enable")
        else:
            asked = {name: form.get(name, "") for name in ("name", "shown", "post", "branch")}
            added, secret = add_user(desk, by, role=form.get("role", ""), **asked)
            user_id = added.id
    except GongwenError as error:
        return _page(error.problems, status=status_of(error))
    link = request.host_url.rstrip("/") + f"/link/{secret}" if secret else ""
    return _page(link=link, of=user_id, done=verb)


@BLUEPRINT.get("/trail")
def trail() -> Response:
    """The newest lines of the audit trail, and whether its chain is whole."""
    body = render_template("trail.html", trail=list_trail(room().desk), page="users")
    return make_response(body)


def _page(problems: tuple[Problem, ...] = (), status: int = 200, **more: str) -> Response:
    lines = list_users(room().desk)
    body = render_template(
        "users.html",
        lines=lines,
        problems=problems,
        form=request.form if problems else {},
        roles=ROLES,
        posts=POSTS,
        page="users",
        **{"link": "", "of": "", "done": "", **more},
    )
    return make_response(body, status)
