"""Gaps filled from what is known already: shared answers, member, activity, defaults."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from service.core.definition import FormDefinition
from service.core.messages import answer_problem
from service.core.typed import given, labels_at
from service.errors import InputError


def refuse_personal(definition: FormDefinition, shared: Mapping[str, Any]) -> None:
    """Shared answers must not hold a member's own words; raises InputError naming each."""
    found = [
        answer_problem("personal_shared", path=name, labels=labels_at(definition, (name,)))
        for name, asked in definition.fields.items()
        if asked.personal and given(shared.get(name))
    ]
    if found:
        raise InputError(found)


def prefill(
    definition: FormDefinition,
    typed: Mapping[str, Any],
    *,
    shared: Mapping[str, Any] | None = None,
    member: Mapping[str, Any] | None = None,
    activity: Mapping[str, Any] | None = None,
) -> tuple[dict[str, Any], dict[str, str]]:
    """Raw values with gaps filled in, and where each filled-in value came from.

    Precedence: the row or form, shared answers, member, activity, the kind's defaults.

    Returns:
        (raw values, field name to `shared`, `member`, `activity` or `default`).
    """
    raw = dict(typed)
    origins: dict[str, str] = {}
    sources = {"member": member or {}, "activity": activity or {}}
    for name, asked in definition.fields.items():
        if given(raw.get(name)):
            continue
        origin, _, key = (asked.from_ or "").partition(".")
        for source, value in (
            ("shared", (shared or {}).get(name)),
            (origin, sources.get(origin, {}).get(key)),
            ("default", definition.defaults.get(name)),
        ):
            if given(value):
                raw[name], origins[name] = value, source
                break
    return raw, origins


def fill_gaps(
    raw: dict[str, Any], origins: dict[str, str], source: str, values: Mapping[str, Any]
) -> None:
    """Fills what is still not given from one more source, and says so."""
    for name, value in values.items():
        if not given(raw.get(name)):
            raw[name], origins[name] = value, source
