"""Whose opinions many papers need, without opening them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from service.core.definition import FormDefinition
from service.core.prefill import prefill
from service.core.reviews import asking_fields, steps_of
from service.desk.activity.facts import known_facts
from service.desk.documents.kept import lang_of
from service.desk.tools import Desk
from service.errors import GongwenError
from service.store import activities
from service.store import documents as rows
from service.store.activities import Held
from service.store.database import Session


def steps_of_all(
    desk: Desk, session: Session, documents: Sequence[Held]
) -> dict[str, tuple[str, ...]]:
    """The steps of each by its id; of one whose kind is gone nobody can be asked."""
    forms = {kind: form for kind in {one.kind for one in documents} if (form := _form(desk, kind))}
    fields = {kind: asking_fields(form) for kind, form in forms.items()}
    looked_at = [one for one in documents if fields.get(one.kind)]
    wanted = sorted({name for one in fields.values() for name in one})
    typed = rows.answers_named(session, [one.id for one in looked_at], wanted) if looked_at else {}
    routes = _Routes(desk, session)
    return {
        one.id: routes.of(one, forms[one.kind], fields[one.kind], typed.get(one.id, {}))
        for one in documents
        if one.kind in forms
    }


class _Routes:
    """Papers alike in what is looked at go the same way, which is found once."""

    def __init__(self, desk: Desk, session: Session) -> None:
        self._desk, self._session = desk, session
        self._found: dict[tuple[object, ...], tuple[str, ...]] = {}

    def of(
        self, one: Held, form: FormDefinition, fields: frozenset[str], typed: Mapping[str, Any]
    ) -> tuple[str, ...]:
        """The steps of one paper."""
        if not fields:
            return form.route
        froms = {form.fields[name].from_ or "" for name in fields if name in form.fields}
        member = {"person_name": one.person, "branch": one.branch}
        known = {name: value for name, value in member.items() if value}
        about = tuple(known.items()) if any(f.startswith("member.") for f in froms) else ()
        where = one.activity_id if any(f.startswith("activity.") for f in froms) else ""
        answers = {name: value for name, value in typed.items() if name in fields}
        key = (one.kind, one.lang, where, about, repr(sorted(answers.items())))
        if key not in self._found:
            facts = self._facts(where, one.lang) if where else {}
            raw, _ = prefill(form, answers, member=known, activity=facts)
            self._found[key] = steps_of(form, raw)
        return self._found[key]

    def _facts(self, activity_id: str, lang: str) -> Mapping[str, Any]:
        activity = activities.find(self._session, activity_id)
        form = self._desk.catalog.activity()
        return known_facts(form, activity, lang_of(lang)) if activity else {}


def _form(desk: Desk, kind: str) -> FormDefinition | None:
    try:
        return desk.catalog.kind(kind).form
    except GongwenError:  # gone or broken; its own page tells of it
        return None
