"""Activity profiles and answers in files, checked like any form."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from service.core.answers import read
from service.core.messages import answer_problem
from service.desk.tools import Desk
from service.errors import InputError, Lang
from service.source import Source, read_source


def read_answers(file: Path) -> Source:
    """A file of answers; raises InputError where it is not a mapping of fields to values."""
    source = read_source(file)
    if source.data is None:
        return replace(source, data={})
    if not isinstance(source.data, Mapping):
        raise InputError(source.placed([answer_problem("not_mapping", path="", labels=())]))
    return source


def read_activity(desk: Desk, file: Path) -> dict[str, Any]:
    """Checked values of an activity.

    Raises:
        InputError: every problem, with file and line.
    """
    source = read_answers(file)
    reading = read(desk.catalog.activity(), source.data)
    if reading.problems:
        raise InputError(source.placed(reading.problems))
    return dict(reading.values)


def sample_activity(desk: Desk, lang: Lang) -> dict[str, Any]:
    """The sample activity, or nothing where an installation has no samples."""
    file = desk.samples / f"activity.{lang}.yaml"
    return read_activity(desk, file) if file.is_file() else {}


def activity_for(desk: Desk, file: Path | None, lang: Lang) -> Mapping[str, Any]:
    """The activity asked for, else the sample's."""
    return read_activity(desk, file) if file else sample_activity(desk, lang)
