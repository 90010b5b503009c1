"""Core, layout rules 26 to 29: name and date at the end of a text."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from service.core import gbt9704 as gb
from service.core.layout_rules.flow import Flow
from service.core.layout_rules.model import DoesNotApply, Fault, fault, rule
from service.core.layout_rules.reading import Reading
from service.core.layout_rules.running import Signature
from service.core.signature import text_width

ASCENT = 0.8  # of a line stands over its baseline (measured)
LONG_NAME = 14
NO_TEXT_PAGE = "此页无正文"


@dataclass(frozen=True, kw_only=True)
class Place:
    """A signature as measured, in 字.

    Attributes:
        name_right, date_right: from the right edge of the type area.
        centre: of the date, right of the name's.
        shift: of the date's first character, right of the name's first.
        blank: empty lines above the name.
        width: of the name.
    """

    name_right: float
    date_right: float
    centre: float
    shift: float
    blank: float
    width: float


def _zi(mm: float) -> float:
    return gb.points(mm) / gb.ZI_PT


def place(signature: Signature) -> Place:
    """Measures a block of one name and a date."""
    name, date, right = signature.names[-1], signature.date, signature.view.area.right
    return Place(
        name_right=_zi(right - name.end),
        date_right=_zi(right - date.end),
        centre=_zi(date.middle - name.middle),
        shift=_zi(date.x - name.x),
        blank=_room_above(signature),
        width=_zi(name.end - name.x),
    )


def _room_above(signature: Signature) -> float:
    """Empty lines between the name and what stands above it: a line of text, or a table."""
    first, above = signature.names[0].baseline, signature.above
    tables = [t.box.bottom for t in signature.view.tables if t.box.bottom < first]
    if tables and (above is None or max(tables) > above.baseline):
        return gb.points(first - max(tables)) / gb.LINE_PITCH_PT - ASCENT
    return gb.points(first - above.baseline) / gb.LINE_PITCH_PT - 1 if above else -1.0


def _signed(reading: Reading) -> list[tuple[Flow, Signature]]:
    found = [(f, s) for f in reading.flows for s in f.signatures if len(s.names) == 1]
    if not found:
        raise DoesNotApply("没有单一机关的署名和日期", "no name and date of one organ")
    return found


def is_sealed(measured: Place, hint: bool | None) -> bool:
    """Whether room for a seal was meant: as told, else by what it looks most like."""
    if hint is not None:
        return hint
    ends = abs(measured.name_right - gb.UNSEALED_NAME_RIGHT_ZI)
    unsealed = ends + abs(measured.shift - gb.UNSEALED_DATE_IN_ZI)
    sealed = abs(measured.date_right - gb.SEALED_DATE_RIGHT_ZI) + abs(measured.centre)
    if min(unsealed, sealed) > 1.5:
        return measured.blank > (gb.SEAL_BLANK_LINES + gb.UNSEALED_BLANK_LINES) / 2
    return sealed <= unsealed


@rule(
    26,
    "盖章：日期右空四字，署名居其上居中，上空两行",
    "sealed: date 4 字 from right, name centred on it",
)
def sealed(reading: Reading) -> Iterator[Fault]:
    """7.3.5.1; a name too long for it ends at the edge, the date centred under it."""
    blocks = [(s, place(s)) for _, s in _signed(reading)]
    blocks = [block for block in blocks if is_sealed(block[1], reading.hints.sealed)]
    if not blocks:
        raise DoesNotApply("署名不盖章", "the signature bears no seal")
    for signature, found in blocks:
        page, box = signature.view.page, signature.date.ink
        long = found.name_right < gb.SIGNATURE_TOLERANCE_ZI and found.date_right > 4
        if not long and abs(found.date_right - 4) > gb.SIGNATURE_TOLERANCE_ZI:
            yield fault("盖章的成文日期右空四字。", "A sealed date stands 4 characters in.",
                        page=page, box=box, found=f"{found.date_right:.2f} 字",
                        wanted="4±0.5 字")  # fmt: skip
        if abs(found.centre) > gb.SIGNATURE_TOLERANCE_ZI:
            yield fault("署名应以成文日期为准居中。", "The name is centred on the date.", page=page,
                        box=box, found=f"{found.centre:+.2f} 字", wanted="0±0.5 字")  # fmt: skip
        yield from _blank(signature, found, gb.SEAL_BLANK_LINES)


def _blank(signature: Signature, found: Place, wanted: int) -> Iterator[Fault]:
    if signature.above and abs(found.blank - wanted) > 0.25:
        yield fault(f"署名上空 {wanted} 行。", f"{wanted} blank lines stand above the name.",
                    page=signature.view.page, box=signature.names[0].ink,
                    found=f"{found.blank:.1f}", wanted=str(wanted))  # fmt: skip


@rule(27, "不盖章：署名右空二字，日期首字右移二字", "unsealed: name 2 字 from right, date 2 字 in")
def unsealed(reading: Reading) -> Iterator[Fault]:
    """7.3.5.2; a date longer than the name takes the 2 字 from the right itself."""
    blocks = [(s, place(s)) for _, s in _signed(reading)]
    blocks = [block for block in blocks if not is_sealed(block[1], reading.hints.sealed)]
    if not blocks:
        raise DoesNotApply("署名留有盖章位置", "the signature leaves room for a seal")
    slack = gb.SIGNATURE_TOLERANCE_ZI
    for signature, found in blocks:
        page, box = signature.view.page, signature.date.ink
        ends = min(found.name_right, found.date_right)
        if abs(ends - gb.UNSEALED_NAME_RIGHT_ZI) > slack:
            yield fault("不盖章的署名右空二字。", "An unsealed name stands 2 characters in.",
                        page=page, box=box, found=f"{ends:.2f} 字", wanted="2±0.5 字")  # fmt: skip
        if abs(found.shift - gb.UNSEALED_DATE_IN_ZI) > slack:
            yield fault("成文日期首字比署名首字右移二字。",
                        "The date begins 2 characters right of the name's first.",
                        page=page, box=box, found=f"{found.shift:+.2f} 字",
                        wanted="2±0.5 字")  # fmt: skip
        yield from _blank(signature, found, gb.UNSEALED_BLANK_LINES)


@rule(28, "署名日期与正文同面（至少 2 行），无“此页无正文”", "name and date with 2 lines of body")
def with_body(reading: Reading) -> Iterator[Fault]:
    """7.3.5.4."""
    for view in reading.ours:
        for line in view.prose:
            if NO_TEXT_PAGE in line.text:
                yield fault("不得采用“此页无正文”。", "Never “no text on this page”.",
                            page=view.page, box=line.ink, found=NO_TEXT_PAGE,
                            wanted="-")  # fmt: skip
    found = [(f, s) for f in reading.flows for s in f.signatures]
    if not found and not any(NO_TEXT_PAGE in line.text for v in reading.ours for line in v.prose):
        raise DoesNotApply("没有署名和日期", "no name and date")
    for flow, signature in found:
        lines = [p for par in flow.body for p in par.lines if p.view is signature.view]
        above = [p for p in lines if p.line.baseline < signature.date.baseline]
        if len(above) < gb.SIGNATURE_BODY_LINES:
            yield fault("署名和日期所在页至少有 2 行正文，请调整行距、字距。",
                        "Name and date share their page with 2 lines of body at least.",
                        page=signature.view.page, box=signature.date.ink,
                        found=str(len(above)), wanted=">=2")  # fmt: skip


@rule(29, "14 字以上的署名排在一行内", "a 14-character issuer on one line")
def long_name(reading: Reading) -> Iterator[Fault]:
    """1.5 of layout-and-filing.md."""
    blocks = [s for f in reading.flows for s in f.signatures if _long(s)]
    if not blocks:
        raise DoesNotApply("署名不足 14 字", "the name has fewer than 14 characters")
    for signature in blocks:
        name, area = signature.names[0], signature.view.area
        if len(signature.names) > 1 and name.end > area.right - 6:
            yield fault("署名被拆成两行。", "The name runs over two lines.",
                        page=signature.view.page, box=name.ink,
                        found=str(len(signature.names)), wanted="1")  # fmt: skip
        if not area.holds(name.ink, gb.TOLERANCE_MM):
            yield fault("署名超出版心。", "The name leaves the type area.",
                        page=signature.view.page, box=name.ink,
                        found=f"{name.ink.right - area.right:+.1f} mm", wanted="0 mm")  # fmt: skip


def _long(signature: Signature) -> bool:
    return sum(text_width(name.text) for name in signature.names) >= LONG_NAME
