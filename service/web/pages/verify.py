"""Page: is it what was handed over? A package or PDF is looked at, and nothing of it is kept."""

from __future__ import annotations

from flask import Blueprint, Response, make_response, render_template, request

from service.core.filing.verdict import Verdict
from service.desk.filing.known import register_of
from service.desk.filing.verify import verify_bytes
from service.errors import InputError, Problem
from service.web.errors import status_of
from service.web.pages.submissions import grouped
from service.web.room import room
from service.web.uploaded import uploaded

BLUEPRINT = Blueprint("verify", __name__, url_prefix="/verify")


@BLUEPRINT.get("")
def show() -> Response:
    """The empty form."""
    return _page()


@BLUEPRINT.post("")
def look() -> Response:
    """The verdict."""
    desk, expect = room().desk, request.form.get("expect", "")
    try:
        [(name, data), *_] = uploaded("file")
        verdict = verify_bytes(desk, data, name=name, expect=expect, known_hashes=register_of(desk))
    except InputError as error:
        return _page(problems=error.problems, status=status_of(error))
    return _page(verdict=verdict)


def _page(
    *, verdict: Verdict | None = None, problems: tuple[Problem, ...] = (), status: int = 200
) -> Response:
    expect = request.form.get("expect", "")
    context = {"verdict": verdict, "problems": problems, "expect": expect, "grouped": grouped}
    return make_response(render_template("verify.html", **context, page="verify"), status)
