"""Engines: what stands in a cell: texts, lists, lines repeated, rules for handwriting."""

from __future__ import annotations

from service.core.layout.scope import condition
from service.core.layout.tables import CellLine, Content
from service.engines.builder.pen import Pen
from service.engines.builder.xml import Element, border, el, tag_paragraph, val

_GREY = "808080"
_RULE_EIGHTHS = 4
_WRITING_TW = 480  # pitch of lines for handwriting


def content_of(pen: Pen, content: Content, *, small: bool, align: str | None) -> list[Element]:
    """The paragraphs of a cell; a cell always ends with a paragraph, be it an empty one."""
    style = "small_text" if small else "table_text"
    if content.text is not None:
        said = pen.say(content.text)
        text = merged(said) if getattr(content, "once", False) else said
        return [cell_paragraph(pen, style, text, align)]
    if content.field is not None:
        return _items(pen, content, style, align, empty=True)
    lines: list[Element] = []
    for line in content.lines:
        lines += _line(pen, line, small=small, align=align)
    return lines


def merged(text: str) -> str:
    """A text that stands once in cells merged down a loop, in its first row only.

    docxtpl's vm tag guards the first line; further lines would go on as hidden text in each row.
    """
    first, *rest = text.split("\n")
    guarded = [f"{{% if loop.first %}}{line}{{% endif %}}" for line in rest]
    return "\n".join([f"{{% vm %}}{first}", *guarded])


def _items(
    pen: Pen, content: Content, style: str, align: str | None, *, empty: bool
) -> list[Element]:
    """A paragraph for each item; with `empty` one where there is none (a cell needs one)."""
    text = pen.either("{{ loop.index }}.", "{{ loop.index }}. ") if content.numbered else ""
    first = getattr(content, "indent", False)
    made = [
        tag_paragraph(f"for p in {content.field}"),
        cell_paragraph(pen, style, f"{text}{{{{ p }}}}", align, first=first),
    ]
    if empty:
        made += [tag_paragraph("else"), cell_paragraph(pen, style, "", align)]
    return [*made, tag_paragraph("endfor")]


def _line(pen: Pen, line: CellLine, *, small: bool, align: str | None) -> list[Element]:
    if pen.lang not in line.lang:
        return []
    made = _line_content(pen, line, small=small, align=line.align or align)
    if line.each is not None:
        opening = tag_paragraph(f"for {line.each.row} in {line.each.rows}")
        made = [opening, *made, tag_paragraph("endfor")]
    if line.when is not None:
        made = [tag_paragraph(f"if {condition(line.when)}"), *made, tag_paragraph("endif")]
    return made


def _line_content(pen: Pen, line: CellLine, *, small: bool, align: str | None) -> list[Element]:
    style = "small_text" if small else "table_text"
    if line.ruled is not None:
        return _ruled(pen, style, line.ruled)
    if line.text is not None:
        key = "label" if line.bold else "code" if line.code else ""
        run = pen.run(pen.say(line.text), *([pen.style(key)] if key else []))
        return [cell_paragraph(pen, style, run, align, first=line.indent)]
    if line.field is not None:
        return _items(pen, line, style, align, empty=False)
    return [one for inner in line.lines for one in _line(pen, inner, small=small, align=align)]


def _ruled(pen: Pen, style: str, count: int) -> list[Element]:
    """Empty lines with rules between them, for handwriting; the row's own line ends the last."""
    return [_ruled_line(pen, style, rule=number < count - 1) for number in range(count)]


def _ruled_line(pen: Pen, style: str, *, rule: bool) -> Element:
    high = el(
        "w:spacing", {"w:before": 0, "w:after": 0, "w:line": _WRITING_TW, "w:lineRule": "exact"}
    )
    # Word draws one line round neighbours with equal borders unless there is one between.
    sides = ("bottom", "between")
    rules = [el("w:pBdr", None, *(border(side, _RULE_EIGHTHS, colour=_GREY) for side in sides))]
    return pen.paragraph(style, properties=(*(rules if rule else ()), high))


def cell_paragraph(
    pen: Pen, style: str, text: str | Element, align: str | None, *, first: bool = False
) -> Element:
    """A paragraph of a cell; `first` puts its first line in by two characters."""
    properties = [val("w:jc", align)] if align else []
    if first and pen.lang == "zh":
        properties.append(el("w:ind", {"w:firstLine": 480, "w:firstLineChars": 200}))
    return pen.paragraph(style, *([text] if text != "" else []), properties=properties)
