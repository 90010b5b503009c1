"""Pages: batches under way and done: progress, results, who is missing, what came back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, Response, abort, make_response, redirect, render_template, request
from flask.typing import ResponseReturnValue

from service.core.definition import FormDefinition
from service.desk.batch.batches import cancel_batch, retry_batch
from service.desk.batch.results import list_batches, not_filled, view_batch
from service.desk.batch.returned import match_returned
from service.desk.batch.views import BatchView, ItemView
from service.desk.roster.rosters import list_rosters
from service.errors import GongwenError, Text
from service.web.batch_words import BATCH_NAMES, item_names, reminder
from service.web.errors import status_of
from service.web.language import reader_lang
from service.web.room import room
from service.web.rowlist import CHUNK, RowList, row_list
from service.web.signed import person
from service.web.uploaded import uploaded

BLUEPRINT = Blueprint("batches", __name__, url_prefix="/batches")
STOP_POLLING = 286
"""htmx stops asking when it is answered so."""
_NOT_DONE = Text("没有做成，请看原因", "It was not done; see why")


@BLUEPRINT.get("")
def every() -> str:
    """Rosters and batches, the newest first."""
    desk = room().desk
    kinds = [form for form in map(_form, desk.catalog.kinds()) if form]
    rosters = list_rosters(desk, person().id)
    asked = request.args
    return render_template(
        "batches.html",
        kinds=[form for form in kinds if form.audience == "member"],
        titles={form.name: form.title.of(reader_lang()) for form in kinds},
        list=row_list(
            list_batches(desk, person().id),
            lambda batch: batch.state,
            {str(state): name for state, name in BATCH_NAMES.items()},
            show=asked.get("show"),
            page=asked.get("page", 1, type=int),
        ),
        rosters=rosters[:CHUNK],
        files={one.id: one.file for one in rosters},
        page="batches",
    )


@BLUEPRINT.get("/<batch>")
def show(batch: str) -> Response:
    """Where it stands, every line of it, and who is still missing."""
    return batch_response(view_batch(room().desk, batch))


@BLUEPRINT.get("/<batch>/state")
def state(batch: str) -> Response:
    """Where it stands, asked every second; at its end the whole page is drawn anew."""
    view = view_batch(room().desk, batch, items=False)
    response = make_response(render_template("batch_state.html", batch=view))
    if view.ended:
        response.status_code = STOP_POLLING
        response.headers["HX-Refresh"] = "true"
    return response


@BLUEPRINT.post("/<batch>")
def act(batch: str) -> ResponseReturnValue:
    """Does what the pressed button says."""
    verb = request.form.get("_do")
    try:
        if verb == "cancel":
            cancel_batch(room().desk, batch)
        elif verb == "retry":
            retry_batch(room().desk, batch)
        elif verb == "returned":
            returned = match_returned(room().desk, batch, uploaded("files"))
            return batch_response(view_batch(room().desk, batch), returned=returned)
        else:
            abort(400)
    except GongwenError as error:
        view = view_batch(room().desk, batch)
        return batch_response(view, status_of(error), problems=error.problems, why=_NOT_DONE)
    return redirect(f"/batches/{batch}", 303)


def lines(view: BatchView, show: str | None, page: int) -> RowList[ItemView]:
    """The lines of a batch to be seen."""
    return row_list(
        view.items,
        lambda item: item.state,
        item_names(view),
        show=show,
        page=page,
        urgent=("failed",),
    )


def batch_response(view: BatchView, status: int = 200, **more: Any) -> Response:
    """The page of a batch; `more` is what one button adds."""
    missing: Sequence[ItemView] = not_filled(room().desk, view.id) if view.ended else ()
    context: dict[str, Any] = {
        "batch": view,
        "list": lines(view, request.values.get("show"), request.values.get("page", 1, type=int)),
        "opened_item": "",
        "missing": missing,
        "blank": any(item.state == "made" and not item.filled for item in view.items),
        "reminder": reminder(view.title, missing, view.lang),
        "most": room().settings.upload_megabytes,
        "problems": (),
        "page": "batches",
    }
    return make_response(render_template("batch.html", **{**context, **more}), status)


def _form(kind: str) -> FormDefinition | None:
    try:
        return room().desk.catalog.kind(kind).form
    except GongwenError:
        return None  # the home page says what is wrong with it
