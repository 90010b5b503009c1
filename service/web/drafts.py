"""Web door: a draft as a clerk has it on the screen, and two texts of one draft side by side."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from werkzeug.datastructures import MultiDict

from service.core.definition import FieldDefinition, FormDefinition, Label
from service.desk.documents.kept import Paper
from service.errors import Lang
from service.web.answersview import AnswerView, answer_view
from service.web.forms import as_posted, drafted_here, flatten, read_post
from service.web.room import Room, known_lang
from service.web.sheet import Sheet

_JOINABLE = frozenset({"paragraphs", "lines", "list", "choices", "table"})
"""Types of which both texts can be kept, one after the other."""
CHOICES = ("theirs", "mine", "both")


def sheet_of(paper: Paper, typed: Mapping[str, Any] | None = None) -> Sheet:
    """The draft as a form; `typed` where it is not what is kept."""
    answers = paper.row.answers if typed is None else typed
    return Sheet(
        form=paper.form,
        lang=paper.lang,
        part=paper.row.part,
        typed={name: one for name, one in answers.items() if name in paper.form.fields},
        activity=paper.facts,
        member=paper.member,
        reviewed=paper.reviewed,
        resettable=True,
    )


@dataclass(frozen=True, kw_only=True)
class Posted:
    """What came from the page of a draft.

    Attributes:
        tree: the values, rows by their keys; may be changed (`service.web.forms.act`).
        revision: of the draft that the page was made from.
        base: field to a mark of what was kept then.
    """

    tree: dict[str, Any]
    revision: int
    base: Mapping[str, str]

    def raw(self) -> dict[str, Any]:
        """All that stands on the page."""
        return flatten(self.tree)

    def answers(self, paper: Paper, *, forget: bool = False) -> dict[str, Any]:
        """What the draft is to keep of it; what is not asked any more stays unless `forget`."""
        raw = self.raw()
        before, _ = sheet_of(paper).prefilled()
        left = {} if forget else paper.left_behind
        kept = {name: one for name, one in left.items() if name not in raw}
        return {**kept, **drafted_here(paper.form, raw, before)}


def posted_draft(paper: Paper, post: MultiDict[str, str]) -> Posted:
    """The posted page."""
    return Posted(
        tree=read_post(paper.form, post.items(multi=True)),
        revision=_number(post.get("_revision", "")),
        base=_marks(post.get("_base", "")),
    )


def base_of(form: FormDefinition, answers: Mapping[str, Any]) -> str:
    """Marks of what is kept, for the page: they tell later who has changed what."""
    marks = {
        name: _mark(form.fields[name], one) for name, one in answers.items() if name in form.fields
    }
    return json.dumps(marks, separators=(",", ":"))


def quick_answers(room: Room, form: FormDefinition, post: MultiDict[str, str]) -> dict[str, Any]:
    """What was typed into the quick form; what its page had prefilled is not among it."""
    before = known_lang(post.get("_was"), room.settings.lang)
    raw = flatten(read_post(form, post.items(multi=True)))
    sheet = Sheet(form=form, lang=before, activity=room.activity(before))
    return drafted_here(form, raw, sheet.prefilled()[0])


@dataclass(frozen=True, kw_only=True)
class Clash:
    """A field of which there are two texts.

    Attributes:
        name: the field's.
        label: as the form names it.
        theirs: what is kept now.
        mine: what was typed on this page.
        chosen: `theirs`, `mine`, `both`, or "" where somebody has to say.
        joinable: both can be kept.
    """

    name: str
    label: Label
    theirs: AnswerView
    mine: AnswerView
    chosen: str
    joinable: bool


@dataclass(frozen=True, kw_only=True)
class TwoTexts:
    """What is kept of a draft now, and what was typed on a page that did not know of it."""

    paper: Paper
    mine: Mapping[str, Any]
    base: Mapping[str, str]
    reader: Lang

    @cached_property
    def names(self) -> list[str]:
        """Fields in which the two differ."""
        return [
            name
            for name, field in self.paper.form.fields.items()
            if as_posted(field, self._theirs.get(name)) != as_posted(field, self.mine.get(name))
        ]

    @property
    def _theirs(self) -> Mapping[str, Any]:
        return self.paper.row.answers

    def clashes(self, chosen: Mapping[str, str]) -> list[Clash]:
        """The fields to choose for; `chosen` is what was chosen already."""
        theirs, _ = sheet_of(self.paper).full()
        mine, _ = sheet_of(self.paper, self.mine).full()
        found = []
        for name in self.names:
            field = self.paper.form.fields[name]
            views = [answer_view(field, side.get(name), self.reader) for side in (theirs, mine)]
            found.append(
                Clash(
                    name=name,
                    label=field.label,
                    theirs=views[0],
                    mine=views[1],
                    chosen=chosen.get(name) or self._untouched(field),
                    joinable=field.type in _JOINABLE,
                )
            )
        return found

    def _untouched(self, field: FieldDefinition) -> str:
        """Whose text it is where only one side has changed it."""
        before = self.base.get(field.name, "")
        if _mark(field, self.mine.get(field.name)) == before:
            return "theirs"
        return "mine" if _mark(field, self._theirs.get(field.name)) == before else ""

    def merged(self, chosen: Mapping[str, str]) -> dict[str, Any]:
        """One text of both, as was chosen for each field; a field without a choice is mine."""
        answers = dict(self.mine)
        for name in self.names:
            theirs, mine = self._theirs.get(name), self.mine.get(name)
            how = chosen.get(name, "mine")
            value = {"theirs": theirs, "mine": mine}.get(how, mine)
            if how == "both":
                value = _both(self.paper.form.fields[name], theirs, mine)
            answers.pop(name, None)
            if value is not None:
                answers[name] = value
        return answers


def _both(field: FieldDefinition, theirs: Any, mine: Any) -> Any:
    """Theirs, then what mine has beyond it."""
    first, second = as_posted(field, theirs), as_posted(field, mine)
    if isinstance(first, list):
        return [*first, *(one for one in second if one not in first)]
    return "\n".join(text for text in (first, second) if text)


def _mark(field: FieldDefinition, value: Any) -> str:
    plain = as_posted(field, value)
    if not plain:
        return ""
    return hashlib.sha256(json.dumps(plain).encode()).hexdigest()[:10]


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


def _marks(text: str) -> dict[str, str]:
    try:
        found = json.loads(text or "{}")
    except ValueError:
        return {}
    return {str(name): str(one) for name, one in found.items()} if isinstance(found, dict) else {}
