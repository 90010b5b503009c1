"""Page: what was submitted or archived: its digest, its files, its editions; noted as come back."""

from __future__ import annotations

from datetime import date
from pathlib import PurePosixPath

from flask import Blueprint, Response, abort, make_response, redirect, render_template, request
from flask.typing import ResponseReturnValue

from service.core.filing.manifest import Profile
from service.desk.filing.editions import send_back
from service.desk.filing.filed import FiledLine, filed_with, open_filed, view_filed
from service.desk.filing.papers import typed_wanted
from service.errors import GongwenError, NotFoundError, Problem, Text
from service.web.downloads import TYPES, hand_over
from service.web.errors import status_of
from service.web.room import room
from service.web.signed import person

BLUEPRINT = Blueprint("submissions", __name__, url_prefix="/submissions/<submission>")
ROLES = {
    "pdf": Text("全部材料", "All papers in one PDF"),
    "letter": Text("报送函", "Cover letter"),
    "list": Text("报送材料清单", "Handover list"),
    "catalogue": Text("归档文件目录", "Catalogue"),
    "closing": Text("备考表", "Closing sheets"),
    "item": Text("归档文件", "Items"),
    "package": Text("归档包（含原件、元数据和校验码）", "Package (originals, metadata, digests)"),
}
"""Groups of files, in the order of the page."""
_ARCHIVE_PDF = Text("归档文件目录（全部）", "All catalogues in one PDF")


@BLUEPRINT.get("")
def show(submission: str) -> Response:
    """One edition."""
    return _page(submission)


@BLUEPRINT.post("")
def act(submission: str) -> ResponseReturnValue:
    """Notes that it came back."""
    if request.form.get("_do") != "sent_back":
        abort(400)
    try:
        day = typed_wanted(request.form.get("day", ""), "", {}).day
        send_back(room().desk, person(), submission, request.form.get("reason", ""), day)
    except NotFoundError:
        raise
    except GongwenError as error:
        return _page(submission, error.problems, status_of(error))
    return redirect(f"/submissions/{submission}", 303)


@BLUEPRINT.app_template_global("filed_with")
def filed_with_here(document: str) -> FiledLine | None:
    """The last submission that a document went out with, as far as the reader may know of it."""
    return filed_with(room().desk, person(), document)


@BLUEPRINT.get("/files/<int:number>")
def file(submission: str, number: int) -> Response:
    """A file of it, counted from 1."""
    return hand_out_filed(submission, number)


def hand_out_filed(submission: str, number: int) -> Response:
    """A file of an edition, to be kept."""
    data, called = open_filed(room().desk, submission, number)
    name = PurePosixPath(called)
    ending = name.suffix.lower()
    return hand_over(data, name.stem, ending if ending in TYPES else "")


def grouped(digest: str) -> str:
    """A digest in groups of four, as the receipt prints it."""
    return " ".join(digest[at : at + 4] for at in range(0, len(digest), 4))


def _page(submission: str, problems: tuple[Problem, ...] = (), status: int = 200) -> Response:
    view = view_filed(room().desk, person(), submission)
    files = [
        (_heading(role, view.line.profile), [one for one in view.files if one.role == role])
        for role in ROLES
    ]
    body = render_template(
        "submission.html",
        view=view,
        line=view.line,
        files=[(label, found) for label, found in files if found],
        grouped=grouped,
        problems=problems,
        wrong={one.path: one for one in problems},
        day=request.form.get("day") or date.today().isoformat(),
        reason=request.form.get("reason", ""),
        page="activities",
    )
    return make_response(body, status)


def _heading(role: str, profile: Profile) -> Text:
    return _ARCHIVE_PDF if (role, profile) == ("pdf", "archive") else ROLES[role]
