"""Page: what waits for whoever signs in, and the activities."""

from __future__ import annotations

from datetime import date

from flask import Blueprint, render_template

from service.desk.activity.home import todo
from service.desk.activity.received import received
from service.web.language import reader_lang
from service.web.room import room
from service.web.signed import person

BLUEPRINT = Blueprint("home", __name__)


@BLUEPRINT.get("/")
def show() -> str:
    """What waits for me."""
    found = todo(room().desk, person(), reader_lang(), date.today())
    return render_template(
        "home.html",
        todo=found,
        received=received(room().desk, person()),
        sample=room().has_sample_activity,
        page="home",
    )
