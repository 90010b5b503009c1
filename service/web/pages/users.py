"""Pages of the administrator: users, and who did what."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from flask import Blueprint, Response, make_response, redirect, render_template, request
from flask.typing import ResponseReturnValue

from service.core.people import POSTS, ROLES
from service.desk.people.handovers import hand_over_all, load_of, takers
from service.desk.people.passwords import new_link
from service.desk.people.trail import list_trail, verify_trail
from service.desk.people.users import (
    UserLine,
    add_user,
    change_user,
    list_users,
    open_user,
    set_active,
)
from service.errors import GongwenError, InputError, NotFoundError, Problem, problem
from service.web.errors import status_of
from service.web.room import room
from service.web.signed import person

BLUEPRINT = Blueprint("users", __name__, url_prefix="/users")
_TYPED = ("name", "shown", "post", "branch")
_UNKNOWN = problem(
    "unknown_step", "没有这个操作，请从页面上按按钮。", "no such step; use the page's buttons."
)


@BLUEPRINT.get("")
def every() -> Response:
    """All users."""
    return _page()


@BLUEPRINT.post("")
def act() -> Response:
    """Adds, disables, lets back in, or makes a link; a link is shown once."""
    try:
        user_id, secret = _do(*request.form.get("_do", "").partition(":")[::2])
    except GongwenError as error:
        return _page(error.problems, status=status_of(error))
    link = request.host_url.rstrip("/") + f"/link/{secret}" if secret else ""
    return _page(link=link, of=user_id)


@BLUEPRINT.get("/<user>")
def show(user: str) -> Response:
    """One user: name, role, post and branch, to be changed."""
    return _user_page(user)


@BLUEPRINT.post("/<user>")
def change(user: str) -> ResponseReturnValue:
    """Changes them, or hands all papers over; what is wrong comes back with what was typed."""
    form = request.form
    if form.get("_do") == "give":
        return _give(user, form.get("to", ""))
    asked = {name: form.get(name, "") for name in ("shown", "role", "post", "branch")}
    try:
        change_user(room().desk, person(), user, **asked)
    except NotFoundError:
        raise
    except GongwenError as error:
        return _user_page(user, asked, error.problems, status_of(error))
    return redirect(f"/users?changed={user}", 303)


@BLUEPRINT.get("/trail")
def trail() -> Response:
    """The newest lines of the audit trail; with `?check=1` whether its chain is whole."""
    desk = room().desk
    body = render_template(
        "trail.html",
        lines=list_trail(desk),
        verdict=verify_trail(desk) if "check" in request.args else None,
        page="users",
    )
    return make_response(body)


def _do(verb: str, user_id: str) -> tuple[str, str]:
    """Whom it concerned, and the secret of a link that was made, or ""."""
    desk, by, form = room().desk, person(), request.form
    if verb == "add":
        asked: dict[str, Any] = {name: form.get(name, "") for name in _TYPED}
        added, secret = add_user(desk, by, role=form.get("role", ""), **asked)
        return added.id, secret
    if verb == "link":
        return user_id, new_link(desk, by, user_id)
    if verb in {"disable", "enable"}:
        set_active(desk, by, user_id, verb == "enable")
        return user_id, ""
    raise InputError(_UNKNOWN)


def _page(
    problems: tuple[Problem, ...] = (), status: int = 200, *, link: str = "", of: str = ""
) -> Response:
    lines = list_users(room().desk)
    changed = _among(lines, request.args.get("changed", ""))
    body = render_template(
        "users.html",
        lines=lines,
        problems=problems,
        form=request.form if problems else {},
        roles=ROLES,
        posts=POSTS,
        link=link,
        of=_among(lines, of),
        changed=changed,
        left=_left(changed or _among(lines, of)),
        page="users",
    )
    return make_response(body, status)


def _give(user: str, to: str) -> ResponseReturnValue:
    try:
        hand_over_all(room().desk, person(), user, to)
    except NotFoundError:
        raise
    except GongwenError as error:
        return _user_page(user, None, error.problems, status_of(error))
    return redirect(f"/users/{user}?given={to}", 303)


def _left(line: UserLine | None) -> UserLine | None:
    """Somebody who cannot go on with papers, and has some."""
    if line is None or (line.active and line.person.writes):
        return None
    return line if load_of(room().desk, line.person.id).anything else None


def _among(lines: list[UserLine], user_id: str) -> UserLine | None:
    return next((one for one in lines if one.person.id == user_id), None)


def _user_page(
    user: str,
    asked: Mapping[str, str] | None = None,
    problems: tuple[Problem, ...] = (),
    status: int = 200,
) -> Response:
    desk = room().desk
    line, lines = open_user(desk, user), list_users(desk)
    body = render_template(
        "user.html",
        line=line,
        form=asked or asdict(line.person),
        problems=problems,
        roles=ROLES,
        posts=POSTS,
        load=load_of(desk, user),
        takers=takers(desk, but={user}),
        given=_among(lines, request.args.get("given", "")),
        page="users",
    )
    return make_response(body, status)
