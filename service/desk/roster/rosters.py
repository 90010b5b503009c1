"""Rosters that are kept: uploaded, understood, mended row by row, tried out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from service.core.roster.model import Roster
from service.core.typed import given
from service.desk.activity.facts import facts_for
from service.desk.batch.plain import plain_columns, plain_problems
from service.desk.batch.plan import Terms, agree_terms, context_of
from service.desk.batch.views import RosterView, RowView
from service.desk.fill import Document
from service.desk.once import Keep, unkept
from service.desk.roster.kept import (
    Change,
    Standing,
    change_roster,
    new_members,
    roster_view,
    row_views,
    standing,
)
from service.desk.roster.read import read_roster
from service.desk.tools import Desk
from service.errors import InputError, Lang, NotFoundError, Problem, problem
from service.store import rosters as rows
from service.store.models import Roster as KeptRoster
from service.store.models import new_id


def add_roster(
    desk: Desk,
    kind: str,
    *,
    lang: Lang,
    name: str,
    data: bytes,
    handler: str = "",
    activity_id: str = "",
    keep: Keep = unkept,
) -> str:
    """Keeps an uploaded roster; the facts of an activity are frozen into it.

    Args:
        desk: the store and the engines.
        kind: of the forms to be made.
        lang: of the forms.
        name: of the file.
        data: the file.
        handler: the user who handles it: nobody else sees what the members wrote.
        activity_id: whose facts; "" for those of the newest open activity, or of the sample where
            there is none.
        keep: told the id, for `only_once`.

    Returns:
        Its id.

    Raises:
        NotFoundError: no such kind or activity.
        InputError: the kind is not one per member, or the file cannot be read as a roster.
    """
    activity, facts = facts_for(desk, activity_id, lang)
    terms = agree_terms(desk, kind, lang=lang, activity=facts)
    roster = read_roster(desk, terms.form, data, name=name, lang=lang)
    members = list(new_members(roster.rows, {}, terms, name))
    roster_id = new_id()
    desk.store.blobs.put(_source(roster_id), data)
    with desk.store.write_with([_source(roster_id)]) as session:
        kept = KeptRoster(
            id=roster_id,
            kind=kind,
            lang=lang,
            file_name=name,
            handler_id=handler,
            activity_id=activity,
            profile_id=rows.keep_profile(session, lang, facts).id,
            chosen={},
            shared={},
            checked=terms.digest,
            **_understood(roster),
        )
        rows.add(session, kept)
        rows.replace_members(session, roster_id, members)
        keep(session, roster_id)
    return roster_id


def list_rosters(desk: Desk, handler: str = "") -> list[RosterView]:
    """The rosters that a user handles, the newest first, without their rows."""
    with desk.store.read() as session:
        return [roster_view(session, kept) for kept in rows.every(session, handler)]


def view_roster(desk: Desk, roster_id: str) -> RosterView:
    """A roster with every row checked. Raises NotFoundError."""
    with desk.store.read() as session:
        now = standing(session, roster_id)
        return roster_view(session, now.kept, row_views(now), now.facts)


def choose_columns(desk: Desk, roster_id: str, chosen: Mapping[str, str]) -> None:
    """Reads the kept file again as the clerk says; mends of rows stay with their row number.

    Args:
        desk: the store and the engines.
        roster_id: which roster.
        chosen: `Sheet!A` to a field's path, `#` (member number), or "" (not used).

    Raises:
        InputError: a column or field that is not there.
    """
    data = desk.store.blobs.get(_source(roster_id))

    def change(before: Standing) -> Change:
        terms = before.terms(desk)
        roster = read_roster(
            desk, terms.form, data, name=before.kept.file_name, lang=terms.lang, chosen=chosen
        )
        there = {one.row for one in roster.rows}
        return Change(
            values={"chosen": dict(chosen), **_understood(roster)},
            mends={row: one for row, one in before.mends.items() if row in there},
            read=roster.rows,
        )

    change_roster(desk, roster_id, change)


def share_answers(desk: Desk, roster_id: str, shared: Mapping[str, Any]) -> None:
    """Keeps the answers that are the same for all, and checks every row with them.

    Raises:
        InputError: every problem: personal fields, unknown fields, wrong values.
    """
    clean = {name: value for name, value in shared.items() if given(value)}
    change_roster(desk, roster_id, lambda _: Change(values={"shared": clean}))


def mend_row(desk: Desk, roster_id: str, row: int, values: Mapping[str, Any]) -> RowView:
    """Changes values of one row, kept as typed even while they are wrong.

    Returns:
        The row; its reasons say what is still wrong.

    Raises:
        NotFoundError: no such roster or row.
        InputError: a field that the form does not ask for.
    """

    def change(before: Standing) -> Change:
        refuse_unknown(before.terms(desk), values)
        if all(one.row != row for one in before.members):
            raise NotFoundError(_no_row(row))
        mends = {**before.mends, row: {**before.mends.get(row, {}), **values}}
        return Change(mends=mends)

    change_roster(desk, roster_id, change)
    with desk.store.read() as session:
        now = standing(session, roster_id)
    return next(one for one in row_views(now) if one.row == row)


def trial(desk: Desk, roster_id: str) -> Document:
    """The document of the first row that can be made; nothing is kept.

    Raises:
        InputError: no row can be made.
    """
    with desk.store.read() as session:
        now = standing(session, roster_id)
    terms = now.terms(desk)
    ready = next((plan for _, plan in now.plans(terms) if plan.outcome == "queued"), None)
    if ready is None:
        raise InputError(nothing_to_make())
    template = desk.templates.load(terms.template, file=terms.kind)
    title = terms.form.title.of(terms.lang)
    return Document(
        kind=terms.kind,
        lang=terms.lang,
        docx=template.fill(context_of(terms, ready.raw)),
        title=title,
        name=title,
        version=terms.version,
        notes=ready.notes,
    )


def refuse_unknown(terms: Terms, values: Mapping[str, Any]) -> None:
    """Raises InputError naming each field that the form does not ask for."""
    zh, en = "表单没有这一项。", "the form does not ask for this."
    unknown = [name for name in values if name not in terms.form.fields]
    if unknown:
        raise InputError(problem("unknown_field", zh, en, path=name) for name in unknown)


def nothing_to_make() -> Problem:
    """No row of the roster can be made."""
    return problem(
        "nothing_to_make",
        "名册里没有可以生成的行；请先按各行的说明改正。",
        "no row of the roster can be made; mend the rows first, each says how.",
    )


def _source(roster_id: str) -> str:
    return f"rosters/{roster_id}/source"


def _understood(roster: Roster) -> dict[str, Any]:
    return {
        "columns": plain_columns(roster.columns),
        "missing": list(roster.missing),
        "notes": plain_problems(roster.notes),
    }


def _no_row(row: int) -> Problem:
    return problem("no_row", f"名册没有第{row}行。", f"the roster has no row {row}.")
