"""The ledger as a spreadsheet, out and back; what comes back changes nothing by itself."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from service.core.ledger_back import came_back
from service.core.ledger_differences import Back
from service.core.ledger_sheet import LedgerSheet, sheet_columns, sheet_row
from service.core.people import Person
from service.core.wording import day
from service.desk.ledger.plans import LedgerForm
from service.desk.ledger.views import Ledger, no_form, view_ledger
from service.desk.tools import Desk
from service.errors import Lang, NotFoundError, Text

_NAME = Text("整改台账", "Rectification ledger")


@dataclass(frozen=True, kw_only=True)
class Written:
    """A spreadsheet for the download; `name` is without its ending."""

    data: bytes
    name: str


def write_sheet(desk: Desk, person: Person, activity_id: str, lang: Lang) -> Written:
    """The ledger as .xlsx, in the reader's language. Raises NotFoundError."""
    ledger, form = _open(desk, person, activity_id)
    today = date.today()
    columns = sheet_columns(form.table, form.shown, lang)
    title = f"{ledger.title}{_NAME.zh}" if lang == "zh" else f"{_NAME.en}: {ledger.title}"
    sheet = LedgerSheet(
        title=title,
        below=_below(today, lang),
        name=_NAME.of(lang),
        columns=columns,
        rows=tuple(sheet_row(form.table, columns, one, today, lang) for one in ledger.entries),
        late=frozenset(at for at, one in enumerate(ledger.entries) if one.days_late(today)),
    )
    return Written(data=desk.sheet_writer.ledger(sheet, lang=lang), name=f"{title} {today}")


def _below(today: date, lang: Lang) -> str:
    said = Text(
        f"填报日期：{day(today, 'zh')}　　黄色表头的各列可以填写，其余各列以整改方案为准；"
        "填好后传回台账页，核对差别再接收。",
        f"As of {day(today, 'en')}. Fill in the columns with yellow heads; the others follow the "
        "plan. Send it back on the ledger's page, where the differences are shown first.",
    )
    return said.of(lang)


def read_sheet(desk: Desk, person: Person, activity_id: str, *, name: str, data: bytes) -> Back:
    """What a spreadsheet has otherwise than the ledger; nothing is written.

    Raises:
        NotFoundError: no such activity.
        InputError: the file cannot be read, or holds no ledger.
    """
    ledger, form = _open(desk, person, activity_id)
    return came_back(form.table, form.shown, ledger.entries, desk.sheets.read(data, name=name))


def _open(desk: Desk, person: Person, activity_id: str) -> tuple[Ledger, LedgerForm]:
    ledger = view_ledger(desk, person, activity_id)
    if ledger.form is None:
        raise NotFoundError(no_form())
    return ledger, ledger.form
