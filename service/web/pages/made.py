"""Page: documents that were made, and pictures of their pages."""

from __future__ import annotations

from flask import Blueprint, Response, abort, request

from service.web.downloads import hand_out
from service.web.room import room
from service.web.signed import person

BLUEPRINT = Blueprint("made", __name__)


@BLUEPRINT.get("/made/<token>/<file>")
def made(token: str, file: str) -> Response:
    """A Word file, a PDF (`?show=1` opens it), or a page's picture."""
    found = room().shelf.get(person().id, token, file)
    if found is None:
        abort(404)
    path, name = found
    return hand_out(path, name, show=path.suffix == ".png" or "show" in request.args)
