"""The register to be printed (发文登记表, A4 across) and as a spreadsheet, from the same lines."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from service.core import wording
from service.core.ledger_sheet import LedgerSheet, Look, SheetColumn
from service.core.naming import file_name
from service.desk.activity.facts import kept_facts
from service.desk.filing import register_words as words
from service.desk.filing.register_list import RegisterLine, Standing, list_register
from service.desk.fill import fill_front
from service.desk.tools import Desk
from service.errors import InputError, Lang, Text

_NAME = "register"
TITLE = Text("发文登记表", "Register of documents")
STANDING: dict[Standing, Text] = {
    "given": Text("已编号", "Given out"),
    "void": Text("作废", "Void"),
    "gap": Text("空号", "Not given"),
    "missing": Text("空号，未登记", "No entry"),
}
_COLUMNS: tuple[tuple[str, Text, Look, int], ...] = (
    ("#", Text("序号", "No."), "number", 10),
    ("number", Text("发文字号", "Number"), "text", 44),
    ("title", Text("题名", "Title"), "text", 70),
    ("genre", Text("文种", "Genre"), "middle", 14),
    ("dated", Text("成文日期", "Dated"), "date", 22),
    ("given_on", Text("登记日期", "Entered"), "date", 22),
    ("signer", Text("签发人", "Signed by"), "middle", 20),
    ("handled_by", Text("经办人", "Clerk"), "middle", 20),
    ("copies", Text("份数", "Copies"), "number", 12),
    ("remark", Text("备注", "Remarks"), "text", 50),
)


def remark_of(line: RegisterLine, lang: Lang) -> str:
    """What became of the number, and why; "" for one given out in its turn."""
    if line.standing == "given":
        return line.reason
    said = STANDING[line.standing].of(lang)
    return f"{said}{'：' if lang == 'zh' else ': '}{line.reason}" if line.reason else said


def print_register(
    desk: Desk, lang: Lang, today: date, *, word: str = "", year: int = 0
) -> tuple[bytes, str]:
    """The register as a Word file, and its name without ending.

    Raises:
        InputError: `register_empty`.
    """
    lines = _lines(desk, word, year)
    raw = {
        "unit": (kept_facts(desk, "", lang) or {}).get("unit", ""),
        "series": series_said(word, year, lang),
        "printed_on": wording.day(today, lang),
        "entries": [_row(one, lang) for one in lines],
    }
    return fill_front(desk, _NAME, raw, lang=lang), _file(word, year, lang)


def register_pdf(desk: Desk, docx: bytes) -> bytes:
    """The same as PDF. Raises EngineError where none can be made here."""
    return desk.converter.convert(docx, name=_NAME).pdf


def sheet_register(
    desk: Desk, lang: Lang, today: date, *, word: str = "", year: int = 0
) -> tuple[bytes, str]:
    """The register as a spreadsheet, dates as dates, text as text; and its name.

    Raises:
        InputError: `register_empty`.
    """
    lines = _lines(desk, word, year)
    said = [series_said(word, year, lang), wording.day(today, lang)]
    sheet = LedgerSheet(
        title=TITLE.of(lang),
        below="　".join(filter(None, said)),
        name=TITLE.of(lang),
        columns=tuple(
            SheetColumn(name=name, head=head.of(lang), look=look, width=width)
            for name, head, look, width in _COLUMNS
        ),
        rows=tuple(_cells(no, one, lang) for no, one in enumerate(lines, 1)),
        late=frozenset(),
    )
    return desk.sheet_writer.ledger(sheet, lang=lang), _file(word, year, lang)


def series_said(word: str, year: int, lang: Lang) -> str:
    """Which part of the register it is; "" for all of it."""
    if lang == "zh":
        parts = (f"发文代字：{word}" if word else "", f"年度：{year}" if year else "")
        return "　　".join(filter(None, parts))
    return ", ".join(filter(None, (word, str(year) if year else "")))


def _lines(desk: Desk, word: str, year: int) -> Sequence[RegisterLine]:
    lines = list_register(desk, word, year)
    if not lines:
        raise InputError(words.empty())
    return lines


def _row(line: RegisterLine, lang: Lang) -> dict[str, str]:
    return {
        "number": line.number,
        "title": line.title,
        "genre": line.genre,
        "dated": line.dated.isoformat() if line.dated else "",
        "given_on": line.given_on.isoformat() if line.given_on else "",
        "signer": line.signer,
        "handled_by": line.handled_by,
        "copies": str(line.copies or ""),
        "remark": remark_of(line, lang),
    }


def _cells(no: int, line: RegisterLine, lang: Lang) -> tuple[str | int | date | None, ...]:
    return (
        no,
        line.number,
        line.title,
        line.genre,
        line.dated,
        line.given_on,
        line.signer,
        line.handled_by,
        line.copies or None,
        remark_of(line, lang),
    )


def _file(word: str, year: int, lang: Lang) -> str:
    return file_name(TITLE.of(lang), word, str(year) if year else "", suffix="")
