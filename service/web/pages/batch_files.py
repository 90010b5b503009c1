"""Pages: what a batch made, handed out: single forms, everything as zip, the print, the tally."""

from __future__ import annotations

import json
from pathlib import PurePath

from flask import Blueprint, Response, request

from service.desk.batch.results import open_item, open_joined, tally_of, view_batch, zip_of
from service.desk.batch.returned import open_returned
from service.web.downloads import TYPES, hand_over
from service.web.room import room

BLUEPRINT = Blueprint("batch_files", __name__, url_prefix="/batches/<batch>")
_TALLY = {"zh": "结果清单", "en": "outcome"}


@BLUEPRINT.get("/items/<item>/<any(docx, pdf):ending>")
def item(batch: str, item: str, ending: str) -> Response:
    """One form as Word file or PDF."""
    data, name = open_item(room().desk, batch, item, "pdf" if ending == "pdf" else "docx")
    return hand_over(data, name, f".{ending}")


@BLUEPRINT.get("/items/<item>/returned")
def returned(batch: str, item: str) -> Response:
    """The file that came back from a member."""
    data, name = open_returned(room().desk, batch, item)
    ending = PurePath(name).suffix.lower()
    return hand_over(data, PurePath(name).stem, ending if ending in TYPES else "")


@BLUEPRINT.get("/joined.pdf")
def joined(batch: str) -> Response:
    """All forms in one PDF for printing; `?show=1` opens it."""
    data, name = open_joined(room().desk, batch)
    return hand_over(data, name, ".pdf", show="show" in request.args)


@BLUEPRINT.get("/files.zip")
def files(batch: str) -> Response:
    """All forms and the tally, written while they travel."""
    data, name = zip_of(room().desk, batch)
    return hand_over(data, name, ".zip")


@BLUEPRINT.get("/tally.<any(xlsx, json):ending>")
def tally(batch: str, ending: str) -> Response:
    """What became of each row: for people a spreadsheet, for programs JSON."""
    view = view_batch(room().desk, batch, items=False)
    found = tally_of(room().desk, batch)
    name = f"{view.title}_{_TALLY[view.lang]}"
    if ending == "json":
        plain = json.dumps(found.to_json(), ensure_ascii=False, indent=1)
        return hand_over(plain.encode("utf-8"), name, ".json")
    sheet = room().desk.sheet_writer.tally(found, title=view.title, lang=view.lang)
    return hand_over(sheet, name, ".xlsx")
