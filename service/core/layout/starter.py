"""Core: a first layout for a new kind, from its form alone; every printing field is used."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from service.core.definition import FieldDefinition, FormDefinition, Label, Section

_ENVELOPE = {"title", "addressees", "signature_org", "issue_date", "letterhead", "issuer_mark",
             "doc_number", "signer", "copy_no", "secrecy", "urgency", "note", "copy_to",
             "printed_by", "printed_date", "seal_mode"}  # fmt: skip
_MANY = {"paragraphs", "list"}
_WIDE = {"paragraphs", "list", "table"}
_LABEL_MM, _WIDTH_MM, _NUMBER_MM = 36, 156, 12
_LONG = 80  # characters

Mapping = dict[str, Any]


def propose_layout(form: FormDefinition) -> Mapping:
    """A starter layout: a table form for members, a paper with headings for a unit.

    Args:
        form: the new kind's definition.

    Returns:
        A plain mapping for layout.yaml.
    """
    blocks = list(_head(form))
    if form.audience == "member":
        blocks.append(_member_form(form))
        for name in _tables(form):
            blocks += [{"block": "spacer", "lines": 0.3}, *_captioned(form.fields[name])]
    else:
        for section in form.sections:
            blocks += _section(section)
    return {"blocks": [*blocks, *_foot(form)]}


def _head(form: FormDefinition) -> Iterator[Mapping]:
    fields = form.fields
    if {"letterhead", "issuer_mark", "doc_number"} <= fields.keys():
        corner = [name for name in ("copy_no", "secrecy", "urgency") if name in fields]
        block: Mapping = {"block": "letterhead", "when": {"field": "letterhead", "is": True}}
        block |= {"corner": corner} if corner else {}
        yield block | ({"signer": "signer"} if _is(fields, "signer", "list") else {})
    if "title" in fields:
        yield {"block": "title"}
    else:
        yield {"block": "title", "text": _both(form.title)}
    yield {"block": "spacer"}
    if "addressees" in fields:
        yield {"block": "addressees"}


def _foot(form: FormDefinition) -> Iterator[Mapping]:
    fields = form.fields
    if {"signature_org", "issue_date", "seal_mode"} <= fields.keys():
        yield {"block": "signature"}
    else:
        for name in ("signature_org", "issue_date"):
            if name in fields:
                yield {"block": "line", "style": "signature", "text": _tag(name)}
    if "note" in fields:
        yield {"block": "line", "style": "note", "when": {"field": "note", "given": True},
               "text": {"zh": "（{{ note }}）", "en": "({{ note }})"}}  # fmt: skip
    if {"letterhead", "copy_to", "printed_by", "printed_date"} <= fields.keys():
        yield {"block": "imprint", "when": {"field": "letterhead", "is": True}}


def _is(fields: dict[str, FieldDefinition], name: str, kind: str) -> bool:
    return name in fields and fields[name].type == kind


def _own(section: Section) -> list[FieldDefinition]:
    return [field for field in section.fields if field.print and field.name not in _ENVELOPE]


def _section(section: Section) -> Iterator[Mapping]:
    fields = _own(section)
    if fields:
        yield {"block": "heading", "level": 1, "text": _both(section.title)}
    for field in fields:
        if field.type == "table":
            yield from _captioned(field)
        elif field.type in _MANY and not _short(field):
            yield {"block": "paragraphs", "field": field.name}
        else:
            yield {"block": "paragraphs", "when": {"field": field.name, "given": True},
                   "text": _labelled(field, _tag(_printed(field)))}  # fmt: skip


def _captioned(field: FieldDefinition) -> list[Mapping]:
    caption = {"block": "line", "style": "table_line", "text": _both(field.label)}
    return [{"block": "spacer", "lines": "0.2"}, caption, _table(field)]


def _short(field: FieldDefinition) -> bool:
    """A list of names, which reads better in one line."""
    return field.type == "list" and (field.max_length or _LONG) < _LONG


def _printed(field: FieldDefinition) -> str:
    """What prints a field in one paragraph."""
    if field.type in {"list", "choices", "paragraphs"}:
        return f"shown.joined.{field.name}"
    return f"shown.oneline.{field.name}" if field.type == "lines" else field.name


def _labelled(field: FieldDefinition, tag: str) -> dict[str, str]:
    return {"zh": f"{field.label.zh}：{tag}", "en": f"{field.label.en}: {tag}"}


def _member_form(form: FormDefinition) -> Mapping:
    rows = [
        {"min_height": 10, "cells": [{"label": _both(field.label), "width": _LABEL_MM},
                                     _value(field)]}
        for section in form.sections
        for field in _own(section)
        if field.type != "table"
    ]  # fmt: skip
    return {"block": "form", "rows": rows or [_empty_row()]}


def _empty_row() -> Mapping:
    return {"cells": [{"text": " ", "width": _WIDTH_MM}]}


def _value(field: FieldDefinition) -> Mapping:
    width = _WIDTH_MM - _LABEL_MM
    if field.type not in _MANY:
        return {"text": _tag(_printed(field)), "width": width}
    lines: list[Mapping] = [{"field": field.name}]
    if field.personal:
        lines.insert(0, {"ruled": 4, "when": {"field": field.name, "given": False}})
    return {"lines": lines, "width": width}


def _tables(form: FormDefinition) -> list[str]:
    fields = (field for section in form.sections for field in _own(section))
    return [field.name for field in fields if field.type == "table"]


def _table(field: FieldDefinition) -> Mapping:
    """A numbered table of the printing columns; a table in it becomes lines of its cell."""
    row = f"{field.name}_row"
    columns = [column for column in field.fields if column.print]
    widths = _shares([2 if column.type in _WIDE else 1 for column in columns])
    number = {"head": {"zh": "序号", "en": "No."}, "width": _NUMBER_MM, "align": "center",
              "text": f"{{{{ {row}.shown.n }}}}"}  # fmt: skip
    return {
        "block": "table", "rows": field.name, "as": row, "blank_rows": 4 if field.personal else 0,
        "columns": [number, *(map(_column, columns, [row] * len(columns), widths))],
    }  # fmt: skip


def _shares(weights: list[int]) -> list[int]:
    """Whole millimetres beside the number's column; the last column takes what is left over."""
    room = _WIDTH_MM - _NUMBER_MM
    widths = [room * weight // sum(weights) for weight in weights]
    return [*widths[:-1], room - sum(widths[:-1])] if widths else []


def _column(column: FieldDefinition, row: str, width: int) -> Mapping:
    made: Mapping = {"head": _both(column.label), "width": width}
    if column.type == "table":
        inner = f"{column.name}_row"
        text = " ".join(_tag(f"{inner}.{one.name}") for one in column.fields if one.print)
        loop = {"rows": f"{row}.{column.name}", "as": inner}
        return made | {"lines": [{"each": loop, "lines": [{"text": text or " "}]}]}
    if column.type in {"paragraphs", "list", "choices"}:
        return made | {"field": f"{row}.{column.name}"}
    return made | {"text": _tag(f"{row}.{column.name}")}


def _tag(name: str) -> str:
    return f"{{{{ {name} }}}}"


def _both(label: Label) -> dict[str, str]:
    return {"zh": label.zh, "en": label.en}
