"""Answers to what a template prints: texts, `shown.*` and `layout.*` (docs/kinds.md)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Any

from service.core import wording
from service.core.answers import Answers, applies
from service.core.definition import Condition, FieldDefinition, Label
from service.core.fields import choices_of
from service.core.letter import layout_values
from service.errors import Lang


def present(
    answers: Answers,
    *,
    lang: Lang,
    activity: Mapping[str, Any] | None = None,
    everything: bool = False,
) -> Printed:
    """The template's context: plain dicts, lists, text and booleans only.

    Args:
        answers: checked answers.
        lang: the document's language.
        activity: checked answers of the activity (year of gaps, labels of its choices).
        everything: print what does not apply too (to know all tags of a kind).
    """
    facts = activity or {}
    year = facts.get("year")
    page = _Page(
        lang=lang,
        activity=facts,
        year=year if isinstance(year, int) else None,
        form=answers.values,
        everything=everything,
    )
    context = page.group(
        tuple(answers.definition.fields.values()),
        answers.values,
        answers.definition.applies_if,
        gaps=True,
    )
    context["shown"] |= {"zh": wording.ZH, "letters": wording.LETTERS, "roman": wording.ROMAN}
    context["shown"]["year"] = str(page.year or "")
    context["layout"] = layout_values(context)
    return Printed(context)


class Printed(dict[str, Any]):
    """A context that `present` made; known to be plain, it need not be looked through."""


@dataclass(frozen=True, kw_only=True)
class _Page:
    """What printing needs to know beside the value itself."""

    lang: Lang
    activity: Mapping[str, Any]
    year: int | None
    form: Mapping[str, Any]
    everything: bool = False

    def group(
        self,
        fields: Sequence[FieldDefinition],
        values: Mapping[str, Any],
        conditions: Mapping[str, Sequence[Condition]],
        *,
        gaps: bool,
    ) -> dict[str, Any]:
        """Texts of one form or one row, and its `shown`."""
        texts: dict[str, Any] = {}
        shown: dict[str, dict[str, Any]] = {
            facet: {}
            for facet in (
                "given", "code", "first", "rest", "joined", "ticks", "short", "count", "by",
                "oneline",
            )
        }  # fmt: skip
        for field in fields:
            wanted = () if self.everything else conditions.get(field.name, ())
            fits = applies(wanted, values, self.form)
            value = values.get(field.name) if fits else None
            shown["given"][field.name] = value is not None
            shown["code"][field.name] = _code(field, value)
            if field.print:
                texts[field.name] = self.text(field, value, gap=gaps and fits)
                self._facets(field, value, texts[field.name], shown)
        texts["shown"] = shown
        return texts

    def text(self, field: FieldDefinition, value: Any, *, gap: bool) -> Any:
        """A field's printed text, list of texts, or rows."""
        if field.type == "table":
            return self.rows(field, value or [])
        if value is None:
            if field.type in {"paragraphs", "list", "choices"}:
                return []
            return self._gap(field) if gap else ""
        return self._printers[field.type](field, value)

    @cached_property
    def _printers(self) -> dict[str, Callable[[FieldDefinition, Any], Any]]:
        return {
            "text": lambda _, value: value,
            "person": lambda _, value: value,
            "upload": lambda _, value: value,
            "lines": lambda _, value: "\n".join(value),
            "paragraphs": lambda _, value: list(value),
            "list": lambda _, value: list(value),
            "integer": lambda _, value: str(value),
            "date": lambda _, value: wording.day(value, self.lang),
            "month": lambda _, value: wording.month(value, self.lang),
            "datetime": lambda _, value: wording.moment(value, self.lang),
            "yes_no": lambda _, value: wording.yes_no(value, self.lang),
            "choice": self.label,
            "choices": lambda field, value: [self.label(field, one) for one in value],
        }

    def rows(self, field: FieldDefinition, rows: Sequence[Mapping[str, Any]]) -> list[Any]:
        """Rows as texts, each with its number in `shown`."""
        conditions = {c.name: (c.shown_if,) for c in field.fields if c.shown_if}
        found = []
        for number, row in enumerate(rows, 1):
            texts = self.group(field.fields, row, conditions, gaps=False)
            texts["shown"] |= _numbers(number)
            found.append(texts)
        return found

    def label(self, field: FieldDefinition, value: str) -> str:
        """The printed word of a code; a value from the activity is its own word."""
        for choice in field.choices:
            if choice.value == value:
                return choice.label.of(self.lang)
        return value

    def _gap(self, field: FieldDefinition) -> str:
        if field.type in {"date", "datetime"}:
            return wording.day_gap(self.year, self.lang)
        return _filled(field.gap, self.lang, self.year) if field.gap else ""

    def _facets(
        self, field: FieldDefinition, value: Any, text: Any, shown: dict[str, dict[str, Any]]
    ) -> None:
        name = field.name
        if field.type in {"paragraphs", "list", "choices"}:
            shown["first"][name] = text[0] if text else ""
            shown["rest"][name] = text[1:]
            shown["joined"][name] = wording.joined(text, self.lang)
        if field.type in {"choice", "choices"}:
            chosen = [value] if isinstance(value, str) else value or []
            shown["ticks"][name] = self._ticks(field, chosen)
        if isinstance(value, (date, datetime)) or field.type in {"date", "datetime"}:
            shown["short"][name] = wording.short(value, self.lang) if value else text
        if field.type in {"table", "list", "choices"}:
            shown["count"][name] = str(len(text))
        if field.type == "lines":
            shown["oneline"][name] = wording.one_line(value or (), self.lang)
        if field.type == "table":
            shown["by"][name] = {
                column.name: self._groups(field, column, value or [])
                for column in field.fields
                if column.type == "choice" and column.print
            }

    def _ticks(self, field: FieldDefinition, chosen: Sequence[str]) -> str:
        boxes = [
            ("■" if value in chosen else "□") + self.label(field, value)
            for value in choices_of(field, self.activity) or ()
        ]
        return (wording.FULL_SPACE if self.lang == "zh" else "   ").join(boxes)

    def _groups(
        self, field: FieldDefinition, column: FieldDefinition, rows: Sequence[Mapping[str, Any]]
    ) -> list[dict[str, Any]]:
        """Rows by the code of a column, in the order of the choices; the rest last."""
        order = list(choices_of(column, self.activity) or ())
        order += [r[column.name] for r in rows if r.get(column.name) not in {None, *order}]
        found: list[dict[str, Any]] = []
        for code in dict.fromkeys(order):
            members = [row for row in rows if row.get(column.name) == code]
            if members or not rows:
                found.append(
                    {
                        "code": code,
                        "label": self.label(column, code),
                        "rows": self.rows(field, members),
                        "count": str(len(members)),
                        "shown": _numbers(len(found) + 1),
                    }
                )
        loose = [row for row in rows if row.get(column.name) is None]
        if loose:
            # A row whose category is still open must not vanish from the paper.
            found.append(
                {
                    "code": "",
                    "label": "",
                    "rows": self.rows(field, loose),
                    "count": str(len(loose)),
                    "shown": _numbers(len(found) + 1),
                }
            )
        return found


def persons(fields: Iterable[FieldDefinition], values: Mapping[str, Any]) -> Iterator[str]:
    """Every person's name that is given, in tables too."""
    for field in fields:
        value = values.get(field.name)
        if value is None:
            continue
        if field.type == "person":
            yield value
        for row in value if field.type == "table" else ():
            yield from persons(field.fields, row)


def _numbers(number: int) -> dict[str, str]:
    return {
        "n": str(number),
        "zh": wording.chinese_number(number) if number < 100 else str(number),
        "letter": wording.letter(number),
        "roman": wording.roman_number(number),
    }


def _filled(gap: Label, lang: Lang, year: int | None) -> str:
    return gap.of(lang).replace("{year}", str(year or wording.FULL_SPACE * 2))


def _code(field: FieldDefinition, value: Any) -> Any:
    if field.type in {"choice", "choices", "yes_no", "integer"}:
        return value if value is not None else ""
    return ""
