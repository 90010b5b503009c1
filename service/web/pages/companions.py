"""Page: papers that go with a document, begun from its own page."""

from __future__ import annotations

from flask import Blueprint, redirect
from flask.typing import ResponseReturnValue

from service.desk.documents.companions import begin_companion
from service.web.room import room
from service.web.signed import person

BLUEPRINT = Blueprint("companions", __name__)


@BLUEPRINT.post("/documents/<document>/companions/<kind>")
def begin(document: str, kind: str) -> ResponseReturnValue:
    """Begins one, filled from the document, and leads to its draft."""
    made = begin_companion(room().desk, person(), document, kind)
    return redirect(f"/documents/{made}/draft", 303)
