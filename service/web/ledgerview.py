"""Web door: the ledger in the reader's language: filters, cells, what was typed of a task."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from urllib.parse import urlencode

from werkzeug.datastructures import MultiDict

from service.core.definition import FieldDefinition
from service.core.ledger import OVERDUE, PROGRESS, SHOWS, STATUSES, Choice, Entry, counts, standing
from service.core.ledger_late import late_text
from service.core.ledger_sheet import cell_of
from service.core.wording import day
from service.desk.ledger.views import Ledger
from service.errors import Lang, Text

SHOW_NAMES = {
    "all": Text("全部", "All"),
    "under_way": Text("办理中", "Under way"),
    OVERDUE: Text("逾期", "Overdue"),
    "done": Text("已完成", "Done"),
    "cleared": Text("已销号", "Cleared"),
}
_CHIPS = {"not_started": "optional", "in_progress": "waits", "done": "there", "cleared": "there"}


@dataclass(frozen=True, kw_only=True)
class LedgerPage:
    """What the page of a ledger shows.

    Attributes:
        ledger: all tasks.
        choice: which of them.
        lang: the reader's language.
        today: the day that it is looked at.
    """

    ledger: Ledger
    choice: Choice
    lang: Lang
    today: date = field(default_factory=date.today)

    @property
    def base(self) -> str:
        """The address of the ledger."""
        return f"/activities/{self.ledger.activity}/ledger"

    @property
    def entries(self) -> list[Entry]:
        """The tasks that are wanted."""
        return self.choice.of(list(self.ledger.entries), self.today)

    @property
    def tabs(self) -> list[tuple[str, Text, int, str]]:
        """Filter, words, how many, address."""
        found = counts(self.choice.of_any_standing(self.ledger.entries), self.today)
        return [(one, SHOW_NAMES[one], found[one], self.link(show=one)) for one in SHOWS]

    @property
    def kept(self) -> dict[str, str]:
        """The choice as names and values of the address, without what is not chosen."""
        all_ = {
            "show": self.choice.show,
            "department": self.choice.department,
            "leader": self.choice.leader,
        }
        return {name: one for name, one in all_.items() if one not in {"", "all"}}

    def link(self, **more: str) -> str:
        """The ledger with the choice kept, but for what is said here."""
        kept = {name: one for name, one in {**self.kept, **more}.items() if one not in {"", "all"}}
        return f"{self.base}?{urlencode(kept)}" if kept else self.base

    def at(self, entry: Entry) -> str:
        """One task's own page, with the choice kept."""
        kept = f"?{urlencode(self.kept)}" if self.kept else ""
        return f"{self.base}/{entry.no}{kept}"

    def column(self, name: str) -> FieldDefinition | None:
        """A column of the form; None where no kind has a ledger just now."""
        return self.ledger.form.table.columns.get(name) if self.ledger.form else None

    def label(self, name: str) -> str:
        """What the form calls a column."""
        found = self.column(name)
        return found.label.of(self.lang) if found else name

    def said(self, name: str, value: Any) -> str:
        """A value as a clerk reads it; "" for none."""
        found = self.column(name)
        if value is None or found is None:
            return str(value or "")
        cell = cell_of(found, value, self.lang)
        return day(cell, self.lang) if isinstance(cell, date) else str(cell)

    def statuses(self) -> list[tuple[str, str]]:
        """What a task can be given, and its words."""
        return [(one, self.said("status", one)) for one in STATUSES]

    def chip(self, entry: Entry) -> str:
        """The class of a state's colour."""
        return _CHIPS[entry.status]

    def standing(self, entry: Entry) -> str:
        """Under which filter a task is."""
        return standing(entry, self.today)

    def late(self, entry: Entry) -> str:
        """`逾期 10 天`, or ""."""
        days = entry.days_late(self.today)
        if not days:
            return ""
        plural = "" if days == 1 else "s"
        return Text(f"逾期 {days} 天", f"{days} day{plural} late").of(self.lang)

    def reminder(self) -> str:
        """The text for the office's chat about all that is overdue, whatever is chosen."""
        return late_text(
            self.ledger.entries, activity=self.ledger.title, lang=self.lang, today=self.today
        )


def chosen(values: Mapping[str, str]) -> Choice:
    """What the address asks for; an unknown filter is all."""
    show = values.get("show", "all")
    return Choice(
        show=show if show in SHOWS else "all",
        department=values.get("department", ""),
        leader=values.get("leader", ""),
    )


def typed_progress(post: MultiDict[str, str]) -> dict[str, str]:
    """What was typed of a task, column by column."""
    return {name: post.get(name, "").replace("\r\n", "\n") for name in PROGRESS}


def as_typed(progress: Mapping[str, Any]) -> dict[str, str]:
    """Kept progress as the controls of the page hold it."""
    return {name: plain(progress.get(name)) for name in PROGRESS}


def plain(value: Any) -> str:
    """A value as a control holds it: dates in ISO, lists a line each."""
    if value is None:
        return ""
    if isinstance(value, date):
        return value.isoformat()
    return "\n".join(map(str, value)) if isinstance(value, list) else str(value)


def accepted_names(post: MultiDict[str, str]) -> Iterator[tuple[int, str]]:
    """Number and column of each difference that was ticked."""
    for one in post.getlist("take"):
        no, _, name = one.partition(".")
        if no.isascii() and no.isdigit() and len(no) < 7 and name in PROGRESS:
            yield int(no), name
