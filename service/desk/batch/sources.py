"""Batch: what it is made from, read from files; problems name file and line."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from service.core.definition import FieldDefinition
from service.core.prefill import prefill
from service.core.roster.model import Roster
from service.desk.activity.files import read_answers
from service.desk.batch.plan import Terms, agree_terms
from service.desk.roster.read import read_roster
from service.desk.tools import Desk
from service.errors import InputError, Lang, Problem, problem


def read_terms(
    desk: Desk, kind: str, *, lang: Lang, shared: Path | None, activity: Mapping[str, Any]
) -> Terms:
    """The terms of a batch, shared answers from a file (.json or .yaml).

    Raises:
        NotFoundError: no such kind, language or file.
        InputError: the kind is not one per member; personal, unknown or wrong shared answers.
        DefinitionError: the kind or its Word template is broken.
    """
    if shared is None:
        return agree_terms(desk, kind, lang=lang, activity=activity)
    source = read_answers(shared)
    try:
        return agree_terms(desk, kind, lang=lang, shared=source.data, activity=activity)
    except InputError as error:
        at_a_field = [one for one in error.problems if one.path]
        elsewhere = [one for one in error.problems if not one.path]
        raise InputError([*source.placed(at_a_field), *elsewhere]) from None


def read_people(desk: Desk, terms: Terms, data: bytes, *, name: str) -> Roster:
    """The roster of a batch.

    Raises:
        InputError: it cannot be read or has nobody in it; every form needs what neither the
            roster nor the shared answers, the activity or the kind's defaults give.
    """
    roster = read_roster(desk, terms.form, data, name=name, lang=terms.lang)
    columns = {one.field for one in roster.columns} | set(roster.missing)
    given = {*prefill(terms.form, {}, shared=terms.shared, activity=terms.activity)[0]}
    lacking = set(roster.missing) - given
    problems = [one for one in roster.notes if one.path in lacking]
    problems += [
        _for_all(name, asked)
        for name, asked in terms.form.fields.items()
        if asked.needed_at == "draft" and name not in columns | given
    ]
    if problems:
        raise InputError(problems)
    return roster


def _for_all(name: str, asked: FieldDefinition) -> Problem:
    """Told once, not for each of sixty rows."""
    return problem(
        "shared_missing",
        f"每一份都要有“{asked.label.zh}”，名册和共用内容里都没有；请写进 --answers 的文件。",
        f"every form needs {asked.label.en}; neither the roster nor the shared answers have it: "
        "put it into the file of --answers.",
        path=name,
    )
