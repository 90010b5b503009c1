"""Engines: the running text of a paper: title, recipients, paragraphs, headings, lists."""

from __future__ import annotations

from copy import deepcopy

from service.core import gbt9704 as gb
from service.core.layout.blocks import (
    Addressees,
    Heading,
    Letterhead,
    Line,
    Numbered,
    Paragraphs,
    RunIn,
    Spacer,
    Title,
)
from service.core.layout.scope import shown
from service.engines.builder.body import Body, Place
from service.engines.builder.numbers import CountError
from service.engines.builder.pen import bind
from service.engines.builder.xml import Element, border, el, indent, spacing, val

# 240ths of a single line: cut at the top, or the mark would begin beside 份号 and 密级.
_MARK_LINE = 200
_MARK_ROOM_TW = gb.twips(gb.MARK_TOP_MM) - 100  # until the real size is known
# A last paragraph of one line needs the one before it: the signature wants two lines of text.
_NEXT_IS_SHORT = f"loop.nextitem|length < {gb.CHARS_PER_LINE - gb.INDENT_ZI}"
_SIGNERS_A_LINE = 2  # 7.2.6
_SIGNER_STOPS_ZI = (15.8, 20)  # 签发人：, and the first of two names of three characters
_EN_SPACE = 0.25  # English paragraphs part themselves; between tables no less than a quarter
_RED_LINE_SPACE_PT = 7  # from the foot of the number's line


def letterhead(body: Body, block: Letterhead, place: Place) -> None:
    """Red letterhead; the English version has none."""
    pen = body.pen
    if pen.lang == "en":
        return
    for path in block.corner:
        _corner(body, path)
    sizes = {
        "run.sz": "layout.mark_size",
        "run.w": "layout.mark_width",
        "spacing.before": "layout.mark_before",
    }
    body.say("mark", bind(sizes) + pen.say(block.mark),
             properties=(spacing(line=_MARK_LINE, before=_MARK_ROOM_TW, exact=False),))  # fmt: skip
    _blank(body, gb.NUMBER_BLANK_LINES)
    if block.signer:
        with body.under(shown(block.signer, "given")):
            _upward_number(body, block)
    with body.under(f"not {shown(block.signer, 'given')}" if block.signer else None):
        body.say("number", pen.say(block.number), properties=(_red_line(),))
    _blank(body, gb.TITLE_BLANK_LINES)


def _red_line() -> Element:
    red = border("bottom", gb.eighths(gb.RED_LINE_PT), colour=gb.RED, space=_RED_LINE_SPACE_PT)
    return el("w:pBdr", None, red)


def _upward_number(body: Body, block: Letterhead) -> None:
    """Number left and signer right, each in by one 字 (7.2.5, 7.2.6)."""
    many = f"{block.signer}|length > {_SIGNERS_A_LINE}"
    with body.under(many):
        _signer_lines(body, block)
    with body.under(f"not ({many})"):
        _one_signer_line(body, block)


def _signer_lines(body: Body, block: Letterhead) -> None:
    """Two names a line, under each other; the number on the last of the lines."""
    pen = body.pen
    pair = "{{ name }}{% if not loop.last %}　{% endif %}{{ loop.nextitem|default('') }}"
    body.tag(f"for name in {block.signer}")
    for last in (False, True):
        sign = "<=" if last else ">"
        body.tag(f"if loop.index is odd and loop.revindex {sign} {_SIGNERS_A_LINE}")
        stops = [
            el("w:tab", {"w:val": "left", "w:pos": round(zi * gb.ZI_TW)}) for zi in _SIGNER_STOPS_ZI
        ]
        number = pen.say(block.number) if last else ""
        label = "{% if loop.first %}签发人：{% endif %}"
        body.say("number", f"{number}\t{label}\t", pen.run(pair, pen.style("run2")),
                 properties=(*((_red_line(),) if last else ()), el("w:tabs", None, *stops),
                             val("w:jc", "left"), indent(first=gb.ZI_TW)))  # fmt: skip
        body.tag("endif")
    body.tag("endfor")


def _one_signer_line(body: Body, block: Letterhead) -> None:
    pen, side = body.pen, gb.ZI_TW
    stop = el("w:tabs", None, el("w:tab", {"w:val": "right", "w:pos": gb.TYPE_WIDTH_TW - side}))
    name = pen.run(f"{{{{ {shown(block.signer or '', 'joined')} }}}}", pen.style("run2"))
    body.say("number", pen.say(block.number) + "\t签发人：", name,
             properties=(_red_line(), stop, val("w:jc", "left"), indent(first=side)))  # fmt: skip


def _corner(body: Body, path: str) -> None:
    """份号, 密级, 紧急程度 at the top left of the type area, in a frame that moves no line."""
    frame = {"w:w": 4000, "w:hSpace": 0, "w:wrap": "around", "w:vAnchor": "margin",
             "w:hAnchor": "margin", "w:xAlign": "left", "w:yAlign": "top"}  # fmt: skip
    with body.under(shown(path, "given")):
        body.say("secrecy", f"{{{{ {path} }}}}", properties=(el("w:framePr", frame),))


def _blank(body: Body, lines: int, *, keep: bool = False) -> None:
    for _ in range(lines):
        body.say("body", properties=(el("w:keepNext"),) if keep else ())


def spacer(body: Body, block: Spacer, place: Place) -> None:
    """Empty lines; one line is a quarter in English, whose paragraphs part themselves."""
    small = body.pen.lang == "en" and block.lines <= 1
    lines = min(block.lines, _EN_SPACE) if small else block.lines
    _blank(body, int(lines))
    if lines % 1:
        # A part of a line clears a table from its heading: it must not let them part.
        clear = spacing(line=round(lines % 1 * gb.LINE_PITCH_TW))
        body.say("filler", properties=(el("w:keepNext"), clear))


def title(body: Body, block: Title, place: Place) -> None:
    """The title, in the clerk's own lines."""
    body.say("title", body.pen.say(block.text))


def addressees(body: Body, block: Addressees, place: Place) -> None:
    """主送机关, with its full-width colon."""
    joined = f"{{{{ {shown(block.field, 'joined')} }}}}"
    with body.under(shown(block.field, "given")):
        body.say("addressee", body.pen.either(f"{joined}：", f"To: {joined}"))


def line(body: Body, block: Line, place: Place) -> None:
    """One paragraph in a named style."""
    properties = (val("w:jc", block.align),) if block.align else ()
    if block.right is not None and body.pen.lang == "zh":
        properties = (*properties, indent(right=round(block.right * gb.ZI_TW)))
    if "\t" in body.pen.say(block.text):
        upright = body.wanted == "portrait"
        edge = gb.TYPE_WIDTH_TW if upright else gb.twips(gb.LANDSCAPE_TYPE_WIDTH_MM)
        stop = el("w:tabs", None, el("w:tab", {"w:val": "right", "w:pos": edge}))
        properties = (*properties, stop)
    body.say(block.style, body.pen.say(block.text), properties=properties)


def paragraphs(body: Body, block: Paragraphs, place: Place) -> None:
    """The paragraphs of a field, or one."""
    if block.text is not None:
        kept = (el("w:keepNext"),) if place.keep else ()
        body.say(block.style, body.pen.say(block.text), properties=kept)
    elif block.field is not None and place.scope.many(block.field):
        _many(body, block.field, block.style, keep=place.keep)
    elif block.field is not None:
        with body.under(shown(block.field, "given")):
            body.say(block.style, f"{{{{ {block.field} }}}}")


def _many(body: Body, rows: str, style: str, *, keep: bool, before: str = "") -> None:
    """One paragraph for each item; the end of the last stays with the signature (rule 28)."""
    body.tag(f"for p in {rows}")
    text = f"{before}{{{{ p }}}}"
    if keep:
        body.tag(f"if loop.last or loop.revindex == 2 and {_NEXT_IS_SHORT}")
        body.say(style, text, properties=(el("w:keepNext"),))
        body.tag("else")
    body.say(style, text)
    if keep:
        body.tag("endif")
    body.tag("endfor")


def heading(body: Body, block: Heading, place: Place) -> None:
    """A numbered heading of its own paragraph."""
    number = _number(body, block.level, place)
    body.say(f"heading{block.level}", number + body.pen.say(block.text))


def _number(body: Body, level: int, place: Place) -> str:
    try:
        return body.numbers.heading(level)
    except CountError:
        raise place.wrong(
            "layout_number",
            "循环里同级标题只能有一个，且不能带条件：无法编号。",
            "inside a loop a level takes one heading without a condition; it cannot be numbered.",
        ) from None


def run_in(body: Body, block: RunIn, place: Place) -> None:
    """One row: its heading in a character style, its text in the same paragraph."""
    number = _number(body, block.level, place)
    stop = body.pen.either("。", ". ")
    style = body.pen.style("run2" if block.level == 2 else "run3")
    head = body.pen.run(f"{number}{body.pen.say(block.heading)}{stop}", style)
    after = body.pen.say(block.after) if block.after else ""
    if place.keep and not block.blocks:
        body.tag("if loop.last")
        _run_in_row(body, block, place, deepcopy(head), after, keep=True)
        body.tag("else")
        _run_in_row(body, block, place, head, after)
        body.tag("endif")
    else:
        _run_in_row(body, block, place, head, after)


def _run_in_row(
    body: Body, block: RunIn, place: Place, head: Element, after: str, *, keep: bool = False
) -> None:
    if block.text is None:
        body.say("body", head, *([after] if after else []), properties=_kept(keep))
    elif place.scope.many(block.text):
        _first_and_rest(body, head, block.text, after, keep=keep)
    else:
        body.say("body", head, f"{{{{ {block.text} }}}}{after}", properties=_kept(keep))


def _kept(keep: bool) -> tuple[Element, ...]:
    return (el("w:keepNext"),) if keep else ()


def _first_and_rest(body: Body, head: Element, text: str, after: str, *, keep: bool) -> None:
    """The first paragraph follows the heading; `after` ends the last one."""
    rest, first = shown(text, "rest"), f"{{{{ {shown(text, 'first')} }}}}"
    ending = f"{{% if not {rest} %}}{after}{{% endif %}}" if after else ""
    if keep:
        body.tag(f"if not {rest}")
        body.say("body", deepcopy(head), f"{first}{after}", properties=_kept(keep))
        body.tag("else")
        body.say("body", head, first)
        body.tag("endif")
    else:
        body.say("body", head, f"{first}{ending}")
    body.tag(f"for p in {rest}")
    ending = f"{{% if loop.last %}}{after}{{% endif %}}" if after else ""
    body.say("body", f"{{{{ p }}}}{ending}", properties=_kept(keep))
    body.tag("endfor")


def numbered(body: Body, block: Numbered, place: Place) -> None:
    """Items with their number before them."""
    number = "{{ loop.index }}"
    before = f"{number}." if block.form == "arabic" else f"（{number}）"
    if body.pen.lang == "en":
        before = f"{number}. " if block.form == "arabic" else f"({number}) "
    style = "item" if block.style == "body" else block.style
    _many(body, block.field, style, keep=place.keep, before=before)
