"""Web door: one form as a clerk has it on the screen: what was typed, and for what it is meant."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from werkzeug.datastructures import MultiDict

from service.core.answers import Reading, read
from service.core.definition import STAGES, FormDefinition, Stage
from service.core.prefill import fill_gaps, prefill
from service.core.typed import given
from service.errors import GongwenError, Lang, Problem
from service.web.forms import flatten, read_post, typed_here, without_empty_rows
from service.web.formview import FormView
from service.web.room import Room, known_lang

_TAG = re.compile(r"\{\{.*?\}\}|\{%.*?%\}")


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """A form with what the clerk typed.

    Attributes:
        form: what is asked.
        lang: the document's language.
        stage: how much must be there.
        part: an annex that is wanted alone, or "".
        typed: only what the clerk gave; all else is prefilled again each time.
        activity: checked values of the activity in the document's language.
        member: what is known of the person whose paper it is.
        reviewed: what its reviewers' opinions say in the form's fields.
        resettable: each field offers what it was prefilled with.
    """

    form: FormDefinition
    lang: Lang
    stage: Stage = "draft"
    part: str = ""
    typed: Mapping[str, Any] = field(default_factory=dict)
    activity: Mapping[str, Any] = field(default_factory=dict)
    member: Mapping[str, Any] = field(default_factory=dict)
    reviewed: Mapping[str, Any] = field(default_factory=dict)
    resettable: bool = False

    @property
    def touched(self) -> bool:
        """Whether anything at all was typed."""
        return any(given(one) for one in without_empty_rows(self.typed).values())

    def full(self) -> tuple[dict[str, Any], dict[str, str]]:
        """Raw answers with the gaps filled in, and where each filled-in value came from."""
        return self.prefilled(self.typed)

    def prefilled(
        self, typed: Mapping[str, Any] | None = None
    ) -> tuple[dict[str, Any], dict[str, str]]:
        """The same for other answers; for none, all that is known without a word typed."""
        raw, origins = prefill(self.form, typed or {}, member=self.member, activity=self.activity)
        fill_gaps(raw, origins, "review", self.reviewed)
        return raw, origins

    def reading(self) -> Reading:
        """What can be read of it, and all problems and notes for the stage."""
        raw, origins = self.full()
        return read(self.form, raw, stage=self.stage, activity=self.activity, filled_in=origins)

    def view(self, reader: Lang, problems: tuple[Problem, ...] = ()) -> FormView:
        """As the page draws it."""
        raw, origins = self.full()
        return self._view(reader, raw, origins, problems)

    def view_as_is(self, reader: Lang, raw: Mapping[str, Any]) -> FormView:
        """As the page draws these raw answers, emptied fields and empty rows included."""
        before, origins = self.prefilled()
        changed = typed_here(self.form, raw, before)
        still = {
            name: one for name, one in origins.items() if name not in changed and raw.get(name)
        }
        return self._view(reader, raw, still, ())

    def _view(
        self,
        reader: Lang,
        raw: Mapping[str, Any],
        origins: Mapping[str, str],
        problems: tuple[Problem, ...],
    ) -> FormView:
        return FormView(
            form=self.form,
            raw=raw,
            activity=self.activity,
            lang=reader,
            origins=origins,
            problems=problems,
            resets=self.prefilled()[1] if self.resettable else {},
        )

    def with_sample(self, sample: Mapping[str, Any]) -> Sheet:
        """What is not typed yet, from the sample; nothing typed is overwritten."""
        return replace(self, typed={**sample, **self.typed})

    def with_first_rows(self) -> Sheet:
        """Tables that must be filled begin with an empty row."""
        _, origins = self.full()
        rows: dict[str, Any] = {
            name: [{}]
            for name, one in self.form.fields.items()
            if one.type == "table"
            and one.needed_at
            and name not in origins
            and not self.form.applies_if[name]
        }
        return replace(self, typed={**rows, **self.typed})


def fresh_sheet(room: Room, form: FormDefinition, lang: Lang) -> Sheet:
    """A new form."""
    return Sheet(form=form, lang=lang, activity=room.activity(lang)).with_first_rows()


def posted_sheet(
    room: Room, form: FormDefinition, post: MultiDict[str, str]
) -> tuple[Sheet, dict[str, Any]]:
    """The posted form, and its rows as a tree that can be changed (`service.web.forms.act`).

    What the page had prefilled is told by the language that it was prefilled in: with another
    language it is filled in anew, and what was typed stays.
    """
    before = known_lang(post.get("_was"), room.settings.lang)
    lang = known_lang(post.get("_doc"), before)
    tree = read_post(form, post.items(multi=True))
    raw = without_empty_rows(flatten(tree))
    prefilled, _ = prefill(form, {}, activity=room.activity(before))
    typed = {name: one for name, one in typed_here(form, raw, prefilled).items() if given(one)}
    stage = next((one for one in STAGES if one == post.get("_stage")), STAGES[0])
    sheet = Sheet(
        form=form,
        lang=lang,
        stage=stage,
        part=post.get("_part", ""),
        typed=typed,
        activity=room.activity(lang),
    )
    return sheet, tree


def part_titles(room: Room, kind: str, lang: Lang) -> dict[str, str]:
    """Annexes that can be made alone: name to title."""
    found = room.desk.catalog.kind(kind)
    titles = {name: name for name in found.parts}
    try:
        blocks = room.desk.catalog.layout(found).parts if titles else {}
    except GongwenError:
        # The Word templates serve without the layout that they were built from.
        blocks = {}
    for name in titles.keys() & blocks.keys():
        titles[name] = _TAG.sub("", blocks[name].title.of(lang)).strip() or name
    return titles
