"""Page: the list of kinds, and whether PDFs can be made."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, render_template

from service.core.definition import FormDefinition
from service.errors import GongwenError, Problem
from service.web.room import Room, room

BLUEPRINT = Blueprint("kinds", __name__)


@dataclass(frozen=True, kw_only=True)
class Card:
    """A kind in the list; one whose definition is broken says so and stops no other."""

    name: str
    form: FormDefinition | None = None
    problems: tuple[Problem, ...] = ()


@BLUEPRINT.get("/kinds")
def home() -> str:
    """All kinds."""
    here = room()
    cards = [_card(here, name) for name in here.desk.catalog.kinds()]
    return render_template("kinds.html", cards=cards, no_pdf=here.why_no_pdf(), page="kinds")


def _card(here: Room, name: str) -> Card:
    try:
        return Card(name=name, form=here.desk.catalog.kind(name).form)
    except GongwenError as error:
        return Card(name=name, problems=error.problems)
