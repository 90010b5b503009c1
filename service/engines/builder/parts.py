"""Engines: what stands after the text: signature, annex note, annexes, sheets, imprint."""

from __future__ import annotations

from dataclasses import dataclass, field

from service.core import gbt9704 as gb
from service.core.layout.blocks import Annex, AnnexNote, Imprint, Sheet, Signature
from service.core.layout.scope import condition, shown
from service.engines.builder.body import Body, Place
from service.engines.builder.numbers import Count
from service.engines.builder.pen import bind
from service.engines.builder.shapes import rule_shape
from service.engines.builder.xml import Element, el, indent, properties_of, spacing, text_of, val

_NOTE_LEFT_TW = 6 * gb.ZI_TW  # 左空二字, 附件：, and the number: names begin here
_NOTE_NUMBER_TW = gb.ZI_TW
_EN_NOTE_TW = 1080
_IMPRINT_NAME_TW = 3 * gb.twips(gb.millimetres(gb.IMPRINT_PT))  # 抄送： in 4号


@dataclass(kw_only=True)
class AnnexList:
    """The annexes of a layout that print in one language, in order, with their conditions.

    Attributes:
        annexes: each with the expression under which it prints, "" for always.
        written: annexes written so far.
    """

    annexes: list[tuple[Annex, str]] = field(default_factory=list)
    written: int = 0

    def number(self, position: int) -> str:
        """The number of an annex as text or tag, "" where it is the only one (7.3.4)."""
        if len(self.annexes) == 1:
            return ""
        before = [when for _, when in self.annexes[:position]]
        count = Count(sum(not when for when in before) + 1,
                      [f"(1 if {when} else 0)" for when in before if when])  # fmt: skip
        text = count.numeral("")
        total = Count(sum(not when for _, when in self.annexes),
                      [f"(1 if {when} else 0)" for _, when in self.annexes if when])  # fmt: skip
        if total.sure > 1:
            return text
        return f"{{% if {total.expression()} != 1 %}}{text}{{% endif %}}"


def signature(body: Body, block: Signature, place: Place) -> None:
    """Name and date, kept together with the end of the text; the seal is put on by hand."""
    pen, keep = body.pen, el("w:keepNext")
    if pen.lang == "en":
        before = spacing(line=int(gb.ENGLISH_PITCH_PT * 20), before=480)
        body.say("signature", pen.say(block.name), properties=(before, keep))
        body.say("date", pen.say(block.date))
        return
    sealed = f"{shown(block.mode, 'code')} == '{block.sealed}'"
    for number in range(gb.SEAL_BLANK_LINES):
        with body.under(sealed if number >= gb.UNSEALED_BLANK_LINES else None):
            body.say("body", properties=(el("w:keepNext"),))
    right = round(gb.SEALED_DATE_RIGHT_ZI * gb.ZI_TW)
    body.say("signature", bind({"ind.right": "layout.name_right"}) + pen.say(block.name),
             properties=(indent(right=right), keep))  # fmt: skip
    body.say("date", bind({"ind.right": "layout.date_right"}) + pen.say(block.date),
             properties=(indent(right=right),))  # fmt: skip


def annex_note(body: Body, block: AnnexNote, place: Place, annexes: AnnexList) -> None:
    """附件：1.… with the very titles of the annexes."""
    if not annexes.annexes:
        return
    always = any(not when for _, when in annexes.annexes)
    some = " or ".join(f"({when})" for _, when in annexes.annexes)
    with body.under(None if always else some):
        if body.pen.lang == "zh":
            for _ in range(gb.ANNEX_NOTE_BLANK_LINES):
                body.say("body", properties=(el("w:keepNext"),))
        _note_lines(body, annexes)


def _note_lines(body: Body, annexes: AnnexList) -> None:
    """The first that prints bears the word 附件; so it is written once for each that may be it."""
    earlier: list[str] = []
    for position, (annex, when) in enumerate(annexes.annexes):
        first = not earlier or all(earlier)
        head = body.pen.either("附件：", "Annexes:" if len(annexes.annexes) > 1 else "Annex:")
        if first and earlier:
            some = " or ".join(f"({one})" for one in earlier)
            head = f"{{% if {some} %}}　　　{{% else %}}{head}{{% endif %}}"
        with body.under(when or None):
            _note_line(body, annexes.number(position), annex, head if first else "")
        earlier.append(when)


def _note_line(body: Body, number: str, annex: Annex, head: str) -> None:
    numbered = number.replace("{% endif %}", ".{% endif %}") if "{%" in number else f"{number}."
    if body.pen.lang == "zh":
        edge = _NOTE_LEFT_TW if number else _NOTE_LEFT_TW - _NOTE_NUMBER_TW
        hang = edge - gb.INDENT_TW if head else _NOTE_NUMBER_TW
        text = f"{head}{numbered}\t" if number else head
    else:
        edge, hang = _EN_NOTE_TW, _EN_NOTE_TW if head else 0
        text = f"{head}\t" if head else ""
        text += f"{numbered} " if number else ""
    body.say("annex_note", text + body.pen.say(annex.title),
             properties=(indent(left=edge, hanging=hang), el("w:keepNext")))  # fmt: skip


def annex_head(body: Body, annex: Annex, annexes: AnnexList, *, alone: bool) -> None:
    """附件n on line 1 and the title on line 3 of a new page; alone, only the title."""
    pen = body.pen
    body.fresh_page = not alone
    body.numbers.restart()
    if not alone:
        position = next(n for n, (one, _) in enumerate(annexes.annexes) if one is annex)
        number = annexes.number(position)
        gap = " " if pen.lang == "en" and number else ""
        body.say("annex_mark", pen.either("附件", "Annex") + gap + number)
        if pen.lang == "zh":
            for _ in range(gb.ANNEX_TITLE_LINE - gb.ANNEX_MARK_LINE - 1):
                body.say("body", properties=(el("w:keepNext"),))
    body.say("annex_title", pen.say(annex.title))
    if pen.lang == "zh":
        body.say("body", properties=(el("w:keepNext"),))


def sheet_head(body: Body, block: Sheet, *, alone: bool) -> None:
    """The title of a sheet of its own, on a new page."""
    body.fresh_page = not alone
    body.numbers.restart()
    body.say("annex_title", body.pen.say(block.title))
    if body.pen.lang == "zh":
        body.say("body", properties=(el("w:keepNext"),))


def imprint(body: Body, block: Imprint, place: Place) -> None:
    """版记 between its rules at the foot of the type area (7.4); in English plain lines."""
    if body.pen.lang == "en":
        _plain_imprint(body, block)
        return
    copies = shown(block.copy_to, "given")
    _rule(body, gb.IMPRINT_THICK_MM, 11)
    with body.under(copies):
        ind = indent(left=gb.IMPRINT_INDENT_TW + _IMPRINT_NAME_TW, hanging=_IMPRINT_NAME_TW,
                     right=gb.IMPRINT_INDENT_TW)  # fmt: skip
        text = f"抄送：{{{{ {shown(block.copy_to, 'joined')} }}}}。"
        body.say("imprint", text, properties=(_frame(), ind))
        _rule(body, gb.IMPRINT_THIN_MM, 12)
    edge = gb.TYPE_WIDTH_TW - gb.IMPRINT_INDENT_TW
    stop = el("w:tabs", None, el("w:tab", {"w:val": "right", "w:pos": edge}))
    body.say("imprint", f"{{{{ {block.printed_by} }}}}\t{{{{ {block.printed_date} }}}}印发",
             properties=(_frame(), stop, val("w:jc", "left")))  # fmt: skip
    _rule(body, gb.IMPRINT_THICK_MM, 13)
    body.filler()


def _frame() -> Element:
    attributes = {"w:w": gb.TYPE_WIDTH_TW, "w:hSpace": 0, "w:wrap": "around",
                  "w:vAnchor": "margin", "w:hAnchor": "margin", "w:xAlign": "left",
                  "w:yAlign": "bottom"}  # fmt: skip
    return el("w:framePr", attributes)


def to_foot(elements: list[Element]) -> None:
    """Puts paragraphs, but no tags, into one frame at the foot of the type area."""
    for element in elements:
        if "{%p" not in text_of(element):
            properties = properties_of(element)
            properties.insert(1, _frame())


def _rule(body: Body, thick_mm: float, number: int) -> None:
    bar = el("w:r", None, rule_shape(thick_mm, number))
    body.say("rule_line", bar, properties=(_frame(),))


def _plain_imprint(body: Body, block: Imprint) -> None:
    with body.under(shown(block.copy_to, "given")):
        text = f"Copies to: {{{{ {shown(block.copy_to, 'joined')} }}}}"
        body.say("body", text, properties=(spacing(line=360, before=360),))
    with body.under(shown(block.printed_by, "given")):
        body.say("body", f"Printed by {{{{ {block.printed_by} }}}}, {{{{ {block.printed_date} }}}}")


def applies_when(annex: Annex) -> str:
    """The expression under which an annex prints, "" for always."""
    return condition(annex.when) if annex.when else ""
