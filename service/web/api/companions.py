"""API: papers that go with a document: begun from it, filled from it."""

from __future__ import annotations

from flask import Response

from service.desk.documents.companions import begin_companion
from service.desk.once import Once, only_once
from service.errors import Text
from service.web.api.answers import json_answer
from service.web.api.operation import api_blueprint, operation
from service.web.api.shapes import ID, known, text
from service.web.api.where import BASE
from service.web.room import room
from service.web.signed import person

BLUEPRINT = api_blueprint("companions")


@BLUEPRINT.post("/documents/<id:document>/companions/<kind:kind>")
@operation(
    about=Text(
        "起草随文的发文稿纸、打印清单等", "Begin a paper that goes with it: slip, print list"
    ),
    gives={201: known(id=ID, url=text())},
    once="may",
    conflicts=True,
)
def begin(document: str, kind: str, once: Once | None) -> Response:
    """A draft, filled from the document as far as it goes."""
    made = only_once(
        room().desk,
        once,
        lambda keep: begin_companion(room().desk, person(), document, kind, keep=keep),
    )
    url = f"{BASE}/documents/{made}"
    return json_answer({"id": made, "url": url}, 201, {"Location": url})
