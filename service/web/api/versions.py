"""API: of two who change one thing the second is told: ETag on what is read, If-Match on a save."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

from flask import Response, abort, request

from service.errors import ConflictError, Problem, Text, problem
from service.web.api.problems import problem_response
from service.web.api.shapes import text

_TAG = re.compile(r'\s*"(\d{1,9})"\s*')
_OVERTAKEN = frozenset({"draft_changed", "profile_changed", "task_changed"})
IF_MATCH = {
    "name": "If-Match",
    "in": "header",
    "required": True,
    "schema": text(
        Text("读取时得到的 ETag", "The ETag of what was read"), pattern=r'^"[0-9]{1,9}"$'
    ),
}
REFUSES = (412, 428)


def tagged(response: Response, revision: int) -> Response:
    """The same with the revision as its ETag."""
    response.headers["ETag"] = f'"{revision}"'
    return response


def said_revision() -> int:
    """The revision that the caller has seen; aborts with 428 where none, or no single one is said.

    `*` is none: it would write over what the caller has not seen.
    """
    found = _TAG.fullmatch(request.headers.get("If-Match", ""))
    if found is None:
        abort(problem_response(428, [_no_tag()]))
    return int(found[1])


@contextmanager
def if_not_overtaken() -> Iterator[None]:
    """Where somebody else has saved meanwhile, 412 in place of 409."""
    try:
        yield
    except ConflictError as error:
        if {one.code for one in error.problems} & _OVERTAKEN:
            abort(problem_response(412, error.problems))
        raise


def _no_tag() -> Problem:
    return problem(
        "no_if_match",
        '请先读取，再把得到的 ETag（如 "3"）写进请求头 If-Match。',
        'read it first, and send the ETag that you got (as "3") in the header If-Match.',
    )
