"""Page: one failed line of a batch, opened, mended, closed, so that it can be tried again."""

from __future__ import annotations

from urllib.parse import urlencode

from flask import Blueprint, Response, abort, make_response, redirect, render_template, request
from flask.typing import ResponseReturnValue

from service.core.definition import FormDefinition
from service.desk.batch.batches import mend_item
from service.desk.batch.mend import facts_of_batch, row_of_item
from service.desk.batch.results import view_batch
from service.desk.batch.views import BatchView, RowView
from service.web.language import reader_lang
from service.web.pages.batches import batch_response, lines
from service.web.room import room
from service.web.rosterview import fields_to_mend, posted_row
from service.web.rowlist import posted_place
from service.web.widgets import FieldView

BLUEPRINT = Blueprint("batch_items", __name__, url_prefix="/batches/<batch>/items/<item>")


@BLUEPRINT.get("")
def open_item(batch: str, item: str) -> ResponseReturnValue:
    """The line with its fields, or closed again."""
    view = view_batch(room().desk, batch)
    row = row_of_item(room().desk, batch, item)
    if not request.headers.get("HX-Request"):
        return batch_response(view, opened_item=item, mend_fields=item_fields(view, row))
    opened = "closed" not in request.args
    return _line(view, item, row if opened else None, focus="first" if opened else "edit")


@BLUEPRINT.post("")
def mend(batch: str, item: str) -> ResponseReturnValue:
    """Keeps what was typed, and says what is still wrong; nothing is made yet."""
    desk = room().desk
    values = posted_row(_form(view_batch(desk, batch, items=False)), request.form.items(multi=True))
    mend_item(desk, batch, item, values)
    row = row_of_item(desk, batch, item)
    if request.headers.get("HX-Request"):
        opened = row if row.reasons else None
        return _line(view_batch(desk, batch), item, opened, focus="first" if opened else "edit")
    place = f"/batches/{batch}/items/{item}" if row.reasons else f"/batches/{batch}"
    return redirect(f"{place}?{urlencode(posted_place())}#item-{item}", 303)


def item_fields(view: BatchView, row: RowView) -> list[FieldView]:
    """The controls of a line that is mended in place."""
    return fields_to_mend(
        _form(view),
        row.values,
        row.reasons,
        given=(),
        activity=facts_of_batch(room().desk, view.id),
        reader=reader_lang(),
        mark=f"r{row.row}",
    )


def _form(view: BatchView) -> FormDefinition:
    return room().desk.catalog.kind(view.kind).form


def _line(view: BatchView, item: str, opened: RowView | None, *, focus: str) -> Response:
    """One line alone, for htmx."""
    found = next((one for one in view.items if one.id == item), None)
    if found is None:
        abort(404)
    show, at = request.values.get("_show"), request.values.get("_page", 1, type=int)
    body = render_template(
        "batch_item.html",
        batch=view,
        item=found,
        list=lines(view, show, at),
        opened=opened is not None,
        mend_fields=item_fields(view, opened) if opened else (),
        focus=focus,
    )
    return make_response(body)
