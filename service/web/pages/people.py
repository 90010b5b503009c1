"""Pages: signing in and out, choosing a password by a link, one's own account."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Blueprint, Response, g, make_response, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError

from service.desk.people.passwords import change_password, link_of
from service.desk.people.passwords import use_link as use_link_there
from service.desk.people.signing import sign_in as sign_in_there
from service.desk.people.signing import sign_out as sign_out_there
from service.errors import GongwenError, InputError, NotFoundError, Problem, WaitError, problem
from service.web.errors import error_page, status_of
from service.web.room import room
from service.web.signed import let_in, let_out, person

BLUEPRINT = Blueprint("people", __name__)
_EXPIRED = problem(
    "page_expired",
    "页面放得太久，或浏览器不保存 Cookie，这一步没有执行；请重新填写，再按一次。",
    "The page had expired, or the browser keeps no cookies, and nothing was done; fill it in and "
    "press again.",
)


@BLUEPRINT.get("/sign-in")
def sign_in() -> ResponseReturnValue:
    """The sign-in page."""
    return redirect(_onward(), 303) if g.person else _sign_in_page()


@BLUEPRINT.post("/sign-in")
def enter() -> ResponseReturnValue:
    """Signs in, or says that name or password are wrong, and never which."""
    form = request.form
    try:
        _, secret = sign_in_there(
            room().desk, form.get("name", ""), form.get("password", ""), _address()
        )
    except GongwenError as error:
        return _sign_in_page(error)
    let_in(secret)
    return redirect(_onward(), 303)


@BLUEPRINT.post("/sign-out")
def sign_out() -> ResponseReturnValue:
    """Ends it in this browser."""
    secret = let_out()
    if g.person:
        sign_out_there(room().desk, person(), secret)
    return redirect("/sign-in", 303)


@BLUEPRINT.get("/link/<secret>")
def link(secret: str) -> Response:
    """Where a password is chosen, once; by the first link the first administrator's."""
    return _link_page(secret)


@BLUEPRINT.post("/link/<secret>")
def use_link(secret: str) -> ResponseReturnValue:
    """Keeps the password and signs in."""
    asked = {name: request.form.get(name, "") for name in ("name", "shown", "password")}
    try:
        _, held = use_link_there(room().desk, secret, **asked)
    except NotFoundError:
        raise
    except GongwenError as error:
        return _link_page(secret, error)
    let_in(held)
    return redirect("/", 303)


@BLUEPRINT.get("/account")
def account() -> Response:
    """One's own password."""
    return _account_page()


@BLUEPRINT.post("/account")
def change() -> Response:
    """Changes it; this browser stays signed in, all others are signed out."""
    old, new = request.form.get("old", ""), request.form.get("password", "")
    try:
        let_in(change_password(room().desk, person(), old, new, _address()))
    except GongwenError as error:
        return _account_page(error)
    return _account_page(done=True)


@BLUEPRINT.errorhandler(CSRFError)
def expired(_: CSRFError) -> ResponseReturnValue:
    """The page again, where its token was too old: names that were typed are still in it."""
    if request.endpoint == "people.sign_out" and not g.person:
        return redirect("/sign-in", 303)
    error = InputError(_EXPIRED)
    try:
        if request.endpoint == "people.enter":
            return _sign_in_page(error, 400)
        if request.endpoint == "people.use_link":
            return _link_page(str((request.view_args or {})["secret"]), error, 400)
    except GongwenError as other:  # what an error handler raises reaches no other handler
        return error_page(status_of(other), other.problems)
    return _account_page(error, 400)


def _sign_in_page(error: GongwenError | None = None, status: int = 0) -> Response:
    return _page("sign_in.html", error, status, name=request.form.get("name", ""), page="sign_in")


def _link_page(secret: str, error: GongwenError | None = None, status: int = 0) -> Response:
    whose = link_of(room().desk, secret)
    return _page("link.html", error, status, whose=whose, form=request.form, page="link")


def _account_page(
    error: GongwenError | None = None, status: int = 0, *, done: bool = False
) -> Response:
    return _page("account.html", error, status, done=done, page="account")


def _page(template: str, error: GongwenError | None, status: int, **more: object) -> Response:
    problems: Sequence[Problem] = error.problems if error else ()
    body = render_template(template, problems=problems, **more)
    response = make_response(body, status or (status_of(error) if error else 200))
    if isinstance(error, WaitError):
        response.headers["Retry-After"] = str(int(error.seconds) + 1)
    return response


def _address() -> str:
    return request.remote_addr or ""


def _onward() -> str:
    """An address of this desk to go on to, else the home page: never one of somebody else's."""
    onward = request.args.get("next", "")
    # Browsers take a backslash for a slash, and drop tabs and newlines from addresses.
    plain = onward.startswith("/") and not onward.startswith("//") and "\\" not in onward
    return onward if plain and onward.isprintable() else "/"
