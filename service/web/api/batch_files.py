"""API: what a batch made: single forms, everything as zip, the print, the tally."""

from __future__ import annotations

from pathlib import PurePath

from flask import Response

from service.desk.batch.results import open_item, open_joined, tally_of, view_batch, zip_of
from service.desk.batch.returned import open_returned
from service.errors import Text
from service.web.api.answers import json_answer
from service.web.api.operation import Files, api_blueprint, operation
from service.web.api.shapes import known, listed, mapping
from service.web.downloads import TYPES, hand_over
from service.web.room import room

BLUEPRINT = api_blueprint("batch_files")


@BLUEPRINT.get("/batches/<id:batch>/items/<id:item>/docx")
@operation(
    about=Text("一份的 Word 文件", "One form as Word file"),
    gives={200: Files(endings=(".docx",))},
)
def docx(batch: str, item: str) -> Response:
    """One form as Word file."""
    data, name = open_item(room().desk, batch, item, "docx")
    return hand_over(data, name, ".docx")


@BLUEPRINT.get("/batches/<id:batch>/items/<id:item>/pdf")
@operation(
    about=Text("一份的 PDF", "One form as PDF"),
    gives={200: Files(endings=(".pdf",))},
)
def pdf(batch: str, item: str) -> Response:
    """One form as PDF, where PDFs were asked for one by one."""
    data, name = open_item(room().desk, batch, item, "pdf")
    return hand_over(data, name, ".pdf")


@BLUEPRINT.get("/batches/<id:batch>/items/<id:item>/returned")
@operation(
    about=Text("本人交回的文件", "The file that came back from the member"),
    gives={200: Files(endings=("", *TYPES))},
)
def returned(batch: str, item: str) -> Response:
    """As it came."""
    data, name = open_returned(room().desk, batch, item)
    ending = PurePath(name).suffix.lower()
    return hand_over(data, PurePath(name).stem, ending if ending in TYPES else "")


@BLUEPRINT.get("/batches/<id:batch>/files.zip")
@operation(
    about=Text("全部文件和结果表", "All forms and the tally"),
    gives={200: Files(endings=(".zip",))},
)
def files(batch: str) -> Response:
    """Written while it travels."""
    data, name = zip_of(room().desk, batch)
    return hand_over(data, name, ".zip")


@BLUEPRINT.get("/batches/<id:batch>/joined.pdf")
@operation(
    about=Text("合并打印的 PDF", "All forms in one PDF for printing"),
    gives={200: Files(endings=(".pdf",))},
)
def joined(batch: str) -> Response:
    """Where it was asked for."""
    data, name = open_joined(room().desk, batch)
    return hand_over(data, name, ".pdf")


@BLUEPRINT.get("/batches/<id:batch>/tally")
@operation(
    about=Text("结果清单", "What became of each row"),
    gives={200: known(tally=mapping(), rows=listed(mapping()))},
)
def tally(batch: str) -> Response:
    """Rows read = made + skipped + failed + duplicate."""
    return json_answer(tally_of(room().desk, batch).to_json())


@BLUEPRINT.get("/batches/<id:batch>/tally.xlsx")
@operation(
    about=Text("结果清单，表格", "The same as spreadsheet"),
    gives={200: Files(endings=(".xlsx",))},
)
def sheet(batch: str) -> Response:
    """For people."""
    view = view_batch(room().desk, batch, items=False)
    data = room().desk.sheet_writer.tally(
        tally_of(room().desk, batch), title=view.title, lang=view.lang
    )
    return hand_over(data, f"{view.title}_tally", ".xlsx")
