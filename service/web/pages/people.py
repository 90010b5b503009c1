"""Pages: signing in and out, choosing a password by a link, one's own account."""

from __future__ import annotations

from flask import Blueprint, Response, g, make_response, redirect, render_template, request
from flask.typing import ResponseReturnValue

from service.desk.people.signing import sign_in as sign_in_there
from service.desk.people.signing import sign_out as sign_out_there
from service.desk.people.users import change_password, link_of
from service.desk.people.users import use_link as use_link_there
from service.errors import GongwenError, NotFoundError, Problem, WaitError
from service.web.errors import status_of
from service.web.room import room
from service.web.signed import let_in, let_out, person

BLUEPRINT = Blueprint("people", __name__)


@BLUEPRINT.route("/sign-in", methods=["GET", "POST"])
def sign_in() -> ResponseReturnValue:
    """The sign-in page."""
    onward = _ours(request.values.get("next", ""))
    if request.method == "GET":
        return redirect(onward, 303) if g.person else _sign_in_page(onward)
    name = request.form.get("name", "")
    try:
        _, secret = sign_in_there(
            room().desk, name, request.form.get("password", ""), request.remote_addr or ""
        )
    except GongwenError as error:
        return _sign_in_page(onward, name, error)
    let_in(secret)
    return redirect(onward, 303)


@BLUEPRINT.post("/sign-out")
def sign_out() -> ResponseReturnValue:
    """Ends it in this browser."""
    sign_out_there(room().desk, person(), let_out())
    return redirect("/sign-in", 303)


@BLUEPRINT.route("/link/<secret>", methods=["GET", "POST"])
def link(secret: str) -> ResponseReturnValue:
    """A password is chosen, once; by the first link the first administrator's."""
    whose = link_of(room().desk, secret)
    form = request.form
    problems: tuple[Problem, ...] = ()
    if request.method == "POST":
        try:
            _, held = use_link_there(
                room().desk,
                secret,
                password=form.get("password", ""),
                name=form.get("name", ""),
                shown=form.get("shown", ""),
            )
        except NotFoundError:
            raise
        except GongwenError as error:
            problems = error.problems
        else:
            let_in(held)
            return redirect("/", 303)
    body = render_template("link.html", whose=whose, form=form, problems=problems, page="link")
    return make_response(body, 422 if problems else 200)


@BLUEPRINT.route("/account", methods=["GET", "POST"])
def account() -> ResponseReturnValue:
    """One's own password."""
    problems: tuple[Problem, ...] = ()
    done, status = False, 200
    if request.method == "POST":
        old, new = request.form.get("old", ""), request.form.get("password", "")
        try:
            let_in(change_password(room().desk, person(), old, new))
            done = True
        except GongwenError as error:
            problems, status = error.problems, status_of(error)
    body = render_template("account.html", problems=problems, done=done, page="account")
    return make_response(body, status)


def _sign_in_page(onward: str, name: str = "", error: GongwenError | None = None) -> Response:
    body = render_template(
        "sign_in.html",
        onward=onward,
        name=name,
        problems=error.problems if error else (),
        page="sign_in",
    )
    response = make_response(body, status_of(error) if error else 200)
    if isinstance(error, WaitError):
        response.headers["Retry-After"] = str(int(error.seconds) + 1)
    return response


def _ours(onward: str) -> str:
    """An address of this desk to go on to, else the home page: never one of somebody else's."""
    # Browsers take a backslash for a slash, and drop tabs and newlines from addresses.
    plain = onward.startswith("/") and not onward.startswith("//") and "\\" not in onward
    return onward if plain and onward.isprintable() else "/"
