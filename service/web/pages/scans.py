"""Page: an activity's scans: which are expected, which are back; several sent in at once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, Response, abort, make_response, redirect, render_template, request
from flask.typing import ResponseReturnValue

from service.desk.documents.returned import take_scan
from service.desk.documents.scan_sorting import Sorted, sort_scans
from service.desk.documents.scans import ScanBoard, list_scans
from service.errors import GongwenError, NotFoundError, Problem, problem
from service.web.errors import status_of
from service.web.room import room
from service.web.shelf import Shelf
from service.web.signed import person
from service.web.uploaded import uploaded

BLUEPRINT = Blueprint("scans", __name__, url_prefix="/activities/<activity>/scans")
_FILE = "paper.pdf"
"""What a file is called while it waits to be told whose it is, whatever is in it."""
_GONE = problem(
    "parked_too_long",
    "这个文件放得太久，已经清掉；请重新上传。",
    "this file waited too long and was thrown away; upload it again.",
)


@BLUEPRINT.get("")
def show(activity: str) -> Response:
    """What is expected, what is back."""
    return _page(activity)


@BLUEPRINT.post("")
def take(activity: str) -> ResponseReturnValue:
    """Takes files in, or those of which somebody has said whose they are."""
    what = request.form.get("_do", "")
    if what == "assign":
        return _assign(activity)
    if what != "take":
        abort(400)
    try:
        found = sort_scans(room().desk, person(), activity, uploaded("scans"))
    except NotFoundError:
        raise
    except GongwenError as error:
        return _page(activity, problems=error.problems, status=status_of(error))
    if not (found.unmatched or found.refused) and len(found.taken) == 1 and not _told(found):
        return redirect(f"/activities/{activity}/scans?back=1", 303)
    return _page(activity, found=found, waiting=[_park(*one) for one in found.unmatched])


def _assign(activity: str) -> ResponseReturnValue:
    """Files that waited, each to the paper that was chosen for it; the others go on waiting."""
    mine = {one.id for one in _choices(list_scans(room().desk, person(), activity))}
    refused: list[tuple[str, tuple[Problem, ...]]] = []
    waiting, count = [], 0
    for token in request.form.getlist("token"):
        found = _shelf().get(person().id, token, _FILE)
        document = request.form.get(f"paper-{token}", "")
        if found is None:
            refused.append((request.form.get(f"name-{token}", ""), (_GONE,)))
        elif document not in mine:
            waiting.append({"token": token, "name": found[1], "why": None})
        else:
            try:
                data = found[0].read_bytes()
                take_scan(room().desk, person(), document, name=found[1], data=data)
                count += 1
            except GongwenError as error:
                refused.append((found[1], error.problems))
    if not (refused or waiting):
        return redirect(f"/activities/{activity}/scans?back={count}", 303)
    found_ = Sorted(taken=(), unmatched=(), refused=tuple(refused))
    return _page(activity, found=found_, waiting=waiting, count=count)


def _told(found: Sorted) -> bool:
    return any(came.removed or came.notes for _, _, came in found.taken)


def _park(name: str, data: bytes, why: Problem) -> dict[str, Any]:
    """Lays a file aside for an hour, for whoever has sent it."""
    token = _shelf().put(person().id, name, {_FILE: data})
    return {"token": token, "name": name, "why": why}


def _shelf() -> Shelf:
    return Shelf(room().settings.data.resolve() / "parked")


def _choices(board: ScanBoard) -> list[Any]:
    return [*board.expected, *(one for one in board.back if one.state != "submitted")]


def _page(
    activity: str,
    *,
    problems: Sequence[Problem] = (),
    status: int = 200,
    found: Sorted | None = None,
    waiting: Sequence[dict[str, Any]] = (),
    count: int = 0,
) -> Response:
    board = list_scans(room().desk, person(), activity)
    context: dict[str, Any] = {
        "activity": activity,
        "board": board,
        "choices": _choices(board),
        "found": found,
        "waiting": waiting,
        "count": count or len(found.taken if found else ()),
        "back": request.args.get("back", 0, type=int),
        "problems": problems,
        "most": room().settings.upload_megabytes,
        "page": "activities",
    }
    return make_response(render_template("scans.html", **context), status)
