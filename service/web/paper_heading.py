"""Web door: how a document is named at the head of its pages."""

from __future__ import annotations

from dataclasses import dataclass

from service.core.definition import Label
from service.desk.documents.kept import Paper
from service.desk.documents.views import DocumentView
from service.errors import NotFoundError
from service.web.language import reader_lang
from service.web.room import room
from service.web.sheet import part_titles


@dataclass(frozen=True, kw_only=True)
class Heading:
    """What stands at the head of a document's pages.

    Attributes:
        id: of the document.
        title: of its kind; None where the kind is gone.
        kind: its kind's name.
        part: title of the annex that is made alone, or "".
        person: whose paper it is, or "".
        activity_id: of its activity.
        activity: title of its activity.
    """

    id: str
    title: Label | None
    kind: str
    part: str
    person: str
    activity_id: str
    activity: str


def paper_heading(paper: Paper) -> Heading:
    """The heading of a document at hand."""
    return Heading(
        id=paper.row.id,
        title=paper.form.title,
        kind=paper.row.kind,
        part=_part(paper.row.kind, paper.row.part),
        person=paper.row.person,
        activity_id=paper.activity.id,
        activity=paper.activity.title,
    )


def heading_of(view: DocumentView) -> Heading:
    """The same from a view."""
    line = view.line
    return Heading(
        id=line.id,
        title=line.title,
        kind=line.kind,
        part=_part(line.kind, line.part),
        person=line.person,
        activity_id=line.activity_id,
        activity=view.activity,
    )


def _part(kind: str, part: str) -> str:
    if not part:
        return ""
    try:
        return part_titles(room(), kind, reader_lang()).get(part, part)
    except NotFoundError:
        return part
