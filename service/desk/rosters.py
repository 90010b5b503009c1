"""Rosters that are kept: uploaded, understood, mended row by row, tried out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from service.core.mends import mended
from service.core.roster import Roster, RosterRow
from service.core.typed import given
from service.desk.activity import sample_activity
from service.desk.batch_plan import (
    PlannedItem,
    Terms,
    agree_terms,
    context_of,
    plan_row,
)
from service.desk.batch_views import RosterView, RowView
from service.desk.fill import Document
from service.desk.kept import (
    columns_of,
    plain_columns,
    plain_plan,
    plain_problems,
    plain_row,
    plan_of,
    problems_of,
    row_of,
)
from service.desk.roster import read_roster
from service.desk.tools import Desk
from service.errors import InputError, Lang, NotFoundError, Problem, problem
from service.store import rosters as rows
from service.store.database import Session
from service.store.models import Member, new_id
from service.store.models import Roster as KeptRoster


def add_roster(desk: Desk, kind: str, *, lang: Lang, name: str, data: bytes) -> str:
    """Keeps an uploaded roster; the sample activity of its language is frozen into it.

    Returns:
        Its id.

    Raises:
        NotFoundError: no such kind.
        InputError: the kind is not one per member, or the file cannot be read as a roster.
    """
    facts = sample_activity(desk, lang)
    terms = agree_terms(desk, kind, lang=lang, activity=facts)
    roster = read_roster(desk, terms.form, data, name=name, lang=lang)
    roster_id = new_id()
    desk.store.blobs.put(_source(roster_id), data)
    with desk.store.write() as session:
        kept = KeptRoster(
            id=roster_id,
            kind=kind,
            lang=lang,
            file_name=name,
            activity_id=rows.keep_activity(session, lang, facts).id,
            chosen={},
            shared={},
            **_understood(roster),
        )
        rows.add(session, kept)
        _keep_rows(session, kept, terms, roster.rows, {})
    return roster_id


def list_rosters(desk: Desk) -> list[RosterView]:
    """All rosters, the newest first, without their rows."""
    with desk.store.read() as session:
        return [_view(session, kept, ()) for kept in rows.every(session)]


def view_roster(desk: Desk, roster_id: str) -> RosterView:
    """A roster with every row checked. Raises NotFoundError."""
    with desk.store.read() as session:
        kept = found_roster(session, roster_id)
        return _view(session, kept, rows.members(session, roster_id))


def choose_columns(desk: Desk, roster_id: str, chosen: Mapping[str, str]) -> None:
    """Reads the kept file again as the clerk says; mends of rows stay with their row number.

    Args:
        desk: the store and the engines.
        roster_id: which roster.
        chosen: `Sheet!A` to a field's path, `#` (member number), or "" (not used).
    """
    with desk.store.read() as session:
        kept = found_roster(session, roster_id)
        terms = terms_of(desk, session, kept)
    data = desk.store.blobs.get(_source(roster_id))
    roster = read_roster(
        desk, terms.form, data, name=kept.file_name, lang=terms.lang, chosen=chosen
    )
    with desk.store.write() as session:
        kept = found_roster(session, roster_id, lock=True)
        kept.chosen = dict(chosen)
        for name, value in _understood(roster).items():
            setattr(kept, name, value)
        mends = {one.row: one.mends for one in rows.members(session, roster_id) if one.mends}
        _keep_rows(session, kept, terms_of(desk, session, kept), roster.rows, mends)


def share_answers(desk: Desk, roster_id: str, shared: Mapping[str, Any]) -> None:
    """Keeps the answers that are the same for all, and checks every row with them.

    Raises:
        InputError: every problem: personal fields, unknown fields, wrong values.
    """
    clean = {name: value for name, value in shared.items() if given(value)}
    with desk.store.write() as session:
        kept = found_roster(session, roster_id, lock=True)
        kept.shared = clean
        _check_again(session, kept, terms_of(desk, session, kept))


def mend_row(desk: Desk, roster_id: str, row: int, values: Mapping[str, Any]) -> RowView:
    """Changes values of one row, kept as typed even while they are wrong.

    Returns:
        The row; its reasons say what is still wrong.

    Raises:
        NotFoundError: no such roster or row.
        InputError: a field that the form does not ask for.
    """
    with desk.store.write() as session:
        kept = found_roster(session, roster_id, lock=True)
        terms = terms_of(desk, session, kept)
        refuse_unknown(terms, values)
        members = rows.members(session, roster_id)
        found = next((one for one in members if one.row == row), None)
        if found is None:
            raise NotFoundError(_no_row(row))
        found.mends = {**found.mends, **values}
        # A name that was mended may repeat another, or no longer.
        _check_again(session, kept, terms, only_changed=True)
        return _row_view(found)


def trial(desk: Desk, roster_id: str) -> Document:
    """The document of the first row that can be made; nothing is kept.

    Raises:
        InputError: no row can be made.
    """
    with desk.store.read() as session:
        kept = found_roster(session, roster_id)
        terms = terms_of(desk, session, kept)
        members = rows.members(session, roster_id)
    ready = next((one for one in members if one.plan["outcome"] == "queued"), None)
    if ready is None:
        raise InputError(nothing_to_make())
    template = desk.templates.load(terms.template, file=terms.kind)
    title = terms.form.title.of(terms.lang)
    return Document(
        kind=terms.kind,
        lang=terms.lang,
        docx=template.fill(context_of(terms, ready.plan["raw"])),
        title=title,
        name=title,
        version=terms.version,
        notes=problems_of(ready.plan["notes"]),
    )


def found_roster(session: Session, roster_id: str, *, lock: bool = False) -> KeptRoster:
    """The roster's row. Raises NotFoundError."""
    kept = rows.find(session, roster_id, lock=lock)
    if kept is None:
        raise NotFoundError(
            problem("no_roster", "没有这份名册。", "there is no such roster.", path="")
        )
    return kept


def terms_of(desk: Desk, session: Session, kept: KeptRoster) -> Terms:
    """What a batch of this roster would be made by now."""
    facts = rows.activity(session, kept.activity_id).facts
    return agree_terms(desk, kept.kind, lang=lang_of(kept.lang), shared=kept.shared, activity=facts)


def plans_of(
    session: Session, kept: KeptRoster, terms: Terms
) -> list[tuple[RosterRow, PlannedItem]]:
    """Every row and its plan by these terms: as kept, or anew where the kind has changed."""
    members = rows.members(session, kept.id)
    now = _rows_now(members)
    if kept.checked == terms.digest:
        plans = [plan_of(one.row, one.plan) for one in members]
    else:
        plans = [plan_row(terms, one, position=0, of=0) for one in now]
    return list(zip(now, plans, strict=True))


def refuse_unknown(terms: Terms, values: Mapping[str, Any]) -> None:
    """Raises InputError naming each field that the form does not ask for."""
    unknown = [name for name in values if name not in terms.form.fields]
    if unknown:
        zh, en = "表单没有这一项。", "the form does not ask for this."
        raise InputError(
            problem(
                "unknown_field", "表单没有这一项。", "the form does not ask for this.", path=name
            )
            for name in unknown
        )


def lang_of(kept: str) -> Lang:
    """A language as it is kept."""
    return "en" if kept == "en" else "zh"


def _source(roster_id: str) -> str:
    return f"rosters/{roster_id}/source"


def _understood(roster: Roster) -> dict[str, Any]:
    return {
        "columns": plain_columns(roster.columns),
        "missing": list(roster.missing),
        "notes": plain_problems(roster.notes),
    }


def _keep_rows(
    session: Session,
    kept: KeptRoster,
    terms: Terms,
    read: Sequence[RosterRow],
    mends: Mapping[int, Mapping[str, Any]],
) -> None:
    now = [mended(one, mends.get(one.row, {})) for one in read]
    rows.replace_members(
        session,
        kept.id,
        [
            {
                "row": one.row,
                "read": plain_row(one),
                "mends": dict(mends.get(one.row, {})),
                "plan": plain_plan(plan_row(terms, changed, position=0, of=0)),
            }
            for one, changed in zip(read, now, strict=True)
        ],
    )
    kept.checked = terms.digest


def _check_again(
    session: Session, kept: KeptRoster, terms: Terms, *, only_changed: bool = False
) -> None:
    members = rows.members(session, kept.id)
    stale = not only_changed or kept.checked != terms.digest
    for one, now in zip(members, _rows_now(members), strict=True):
        if stale or _differs(one, now):
            one.plan = plain_plan(plan_row(terms, now, position=0, of=0))
    kept.checked = terms.digest


def _rows_now(members: Sequence[Member]) -> list[RosterRow]:
    return [mended(row_of(one.row, one.read), one.mends) for one in members]


def _differs(member: Member, now: RosterRow) -> bool:
    """True where a kept plan was made of other values, or the row counts otherwise now."""
    plan = member.plan
    repeated: bool = plan["outcome"] == "duplicate"
    changed: bool = plan["raw"] != dict(now.values)
    return changed or repeated != (now.outcome == "duplicate")


def _view(session: Session, kept: KeptRoster, members: Sequence[Member]) -> RosterView:
    return RosterView(
        id=kept.id,
        kind=kept.kind,
        lang=lang_of(kept.lang),
        file=kept.file_name,
        columns=columns_of(kept.columns),
        missing=tuple(kept.missing),
        shared=kept.shared,
        rows=tuple(_row_view(one) for one in members),
        notes=problems_of(kept.notes),
        batches=tuple(rows.batches_of(session, kept.id)),
    )


def _row_view(member: Member) -> RowView:
    plan = plan_of(member.row, member.plan)
    plain = {name: one for name, one in plan.raw.items() if not _is_table(one)}
    return RowView(
        row=member.row,
        outcome=plan.outcome,
        name=plan.name,
        department=plan.department,
        values=plain,
        filled=plan.filled,
        mended=bool(member.mends),
        reasons=plan.reasons,
        notes=plan.notes,
    )


def _is_table(value: Any) -> bool:
    return isinstance(value, list) and any(isinstance(one, dict) for one in value)


def nothing_to_make() -> Problem:
    """No row of the roster can be made."""
    return problem(
        "nothing_to_make",
        "名册里没有可以生成的行；请先按各行的说明改正。",
        "no row of the roster can be made; mend the rows first, each says how.",
    )


def _no_row(row: int) -> Problem:
    return problem("no_row", f"名册没有第{row}行。", f"the roster has no row {row}.")
