"""Invented members for tests of batches: rosters without a spreadsheet."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from service.core.roster.model import Roster, RosterRow
from service.desk.activity.files import read_answers, sample_activity
from service.desk.batch.plan import Terms, agree_terms
from service.desk.folder.batch import MadeFolder, Wish, make_folder
from service.desk.kinds import sample_answers
from service.desk.tools import Desk

KIND = "self_examination"
NAMES = [
    "赵",
    "钱",
    "孙",
    "李",
    "周",
    "吴",
    "郑",
    "王",
    "冯",
    "陈",
    "褚",
    "卫",
    "蒋",
    "沈",
    "韩",
    "杨",
    "朱",
    "秦",
    "尤",
    "许",
    "何",
    "吕",
    "施",
    "张",
]
_PERSON = {
    "gender": "female", "birth_month": "1984-02", "department": "陈列部", "post": "讲解员",
    "party_join_date": "2006-05-19", "branch": "第一党支部",
}  # fmt: skip


def person(number: int, /, **changes: Any) -> dict[str, Any]:
    """Raw values of one member; `number` tells them apart."""
    surname = NAMES[number % len(NAMES)]
    return {
        "person_name": f"{surname}{'一二三四五六七八九十'[number // len(NAMES) % 10]}",
        **_PERSON,
    } | changes


def own_words(desk: Desk) -> dict[str, Any]:
    """The personal fields of the sample answers."""
    form = desk.catalog.kind(KIND).form
    sample = sample_answers(desk, KIND, "zh")
    return {name: value for name, value in sample.items() if form.fields[name].personal}


def roster(*people: Mapping[str, Any] | RosterRow, numbers: Sequence[str] = ()) -> Roster:
    """Rows from 2 on, ready unless given otherwise."""
    rows = []
    for place, one in enumerate(people):
        number = numbers[place] if numbers else ""
        ready = (
            RosterRow(row=place + 2, outcome="ready", member_no=number, values=one)
            if isinstance(one, Mapping)
            else one
        )
        rows.append(ready)
    return Roster(columns=(), rows=tuple(rows))


def terms(desk: Desk, *, kind: str = KIND, lang: str = "zh", **shared: Any) -> Terms:
    """The sample's shared answers and activity."""
    given = read_answers(desk.samples / f"shared.{lang}.yaml").data | shared
    return agree_terms(desk, kind, lang=lang, shared=given, activity=sample_activity(desk, lang))


def make(
    desk: Desk, folder, *people, numbers=(), wish: Wish | None = None, of: Terms | None = None
) -> MadeFolder:
    """A batch of these people in a folder."""
    people_ = roster(*people, numbers=numbers)
    return make_folder(
        desk, of or terms(desk), people_, folder, wish or Wish(), progress=lambda *_: None
    )


def counts(made: MadeFolder) -> tuple[int, int, int, int]:
    """made, skipped, failed, duplicate; they add up to the rows read."""
    tally = made.tally.to_json()["tally"]
    found = tuple(tally[key] for key in ("made", "skipped", "failed", "duplicate"))
    assert sum(found) == tally["read"] == len(made.tally.rows)
    return found


def codes(made: MadeFolder, row: int) -> list[str]:
    """Why a row came out as it did."""
    [found] = [one for one in made.tally.rows if one.row == row]
    return [reason.code for reason in found.reasons]
