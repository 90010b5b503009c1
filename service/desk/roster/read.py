"""Rosters: a spreadsheet to a roster understood for a kind; the spreadsheet to be filled in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from service.core.definition import FormDefinition
from service.core.roster.columns import understand
from service.core.roster.model import Roster
from service.core.roster.rows import read_rows
from service.desk.tools import Desk
from service.errors import InputError, Lang, problem


def read_roster(
    desk: Desk,
    form: FormDefinition,
    data: bytes,
    *,
    name: str,
    lang: Lang,
    chosen: Mapping[str, str] | None = None,
) -> Roster:
    """The people on a spreadsheet, each row with what stands against it.

    Args:
        desk: the engines.
        form: what the kind asks.
        data: .xlsx, .xls, .ods or .csv; the content decides, not the name.
        name: the file's name, for messages.
        lang: language of the forms; its labels go first where a heading means two things.
        chosen: `Sheet!A` to a field's path, MEMBER_NO or "" (do not use), as a clerk corrected it.

    Raises:
        InputError: only what concerns the whole file; a bad row is told in the roster.
    """
    book = desk.sheets.read(data, name=name)
    return read_rows(form, book, understand(form, book, lang=lang, chosen=chosen))


def roster_template(
    desk: Desk, kind_name: str, *, lang: Lang, activity: Mapping[str, Any]
) -> bytes:
    """The .xlsx for a kind's roster, with headings, help and drop-downs.

    Raises:
        NotFoundError: no such kind.
        InputError: the kind is not made once per member.
    """
    form = desk.catalog.kind(kind_name).form
    if form.audience != "member":
        raise InputError(
            problem(
                "not_for_members",
                f"“{kind_name}”不是一人一份的文书，没有名册模板。",
                f"{kind_name} is not made once per member, so it has no roster template.",
            )
        )
    return desk.sheet_writer.roster_template(form, lang, activity)
