"""Papers for the layout rules: what a paper may wish, and its WordprocessingML piece by piece."""

from __future__ import annotations

import io
from dataclasses import dataclass, field
from typing import Any

from docx import Document
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

NS = nsdecls("w")
FANG, KAI, HEI = "仿宋_GB2312", "楷体_GB2312", "黑体"
BIAO, SONG, TIMES = "方正小标宋简体", "宋体", "Times New Roman"

ANNEX = "整改任务分工和时间安排表"


@dataclass
class Wish:
    """What a paper is to look like; the defaults are right."""

    page: tuple[int, int] = (11906, 16838)
    margins: dict[str, int] = field(
        default_factory=lambda: {"top": 2098, "bottom": 1984, "left": 1587, "right": 1474}
    )
    mirror: bool = True
    pitch: int = 579
    spacing: int = -5
    overflow: bool = True
    kinsoku: bool = True
    justify: str = "both"
    title_after: int = 1
    signature_break: bool = False
    issuer_left: int = 0
    indent: int = 630
    body_font: str = FANG
    digits: str = TIMES
    mark: str = "南昌八一起义纪念馆委员会文件"
    number: str = "八馆党〔2014〕5号"
    number_left: int | None = None
    signer: str = ""
    mark_before: int = 1710
    red_line: int = 8844
    red_space: int = 7  # points under the number's exact line: 4 mm under its characters
    title: tuple[str, ...] = ("关于印发纪念馆教育实践", "活动实施方案的通知")
    title_size: int = 44
    title_align: str = "center"
    title_font: str = BIAO
    heading1_font: str = HEI
    heading2_font: str = KAI
    heading1: str = "一、指导思想"
    heading1_second: str = "二、方法步骤"
    heading2: str = "（一）学习教育。"
    heading3: str = "1.集中学习。"
    bold: bool = False
    keep_next: bool = True
    extra: tuple[str, ...] = ()
    note_blank: bool = True
    note: str = f"附件：{ANNEX}"
    issuer: str = "中共南昌八一起义纪念馆委员会"
    issuer_right: int = 244  # 4 字 and the joins of LibreOffice: (7.55 - 14) / 2
    date_right: int = 1260
    signature_blanks: int = 2
    date: str = "2014年2月28日"
    annex_mark: str = "附件"
    annex_break: bool = True
    annex_title: str = ANNEX
    annex_blank: bool = True
    footer: str = "— {} —"
    footer_size: int = 28
    footer_at: int = 1417
    footer_sides: tuple[str, str] = ("right", "left")
    copies: str = "抄送：市文化局督导组，市直机关工委。"
    imprint_y: int = 11580
    imprint_thick: int = 8
    columns: tuple[int, ...] = (12, 36, 40, 24, 20, 24)
    table_shift: int = 85
    header_row: bool = True
    cant_split: bool = True
    exact_row: int = 0
    cell_size: int = 24
    cell_margin: int = 85
    rows: tuple[tuple[str, ...], ...] = ()


def run(text: str, font: str = FANG, size: int = 32, *, wish: Wish, **more: Any) -> str:
    """One run; digits and Latin letters in the Latin font; a bar breaks the line."""
    bold = "<w:b/>" if more.get("bold") else ""
    colour = f'<w:color w:val="{more["colour"]}"/>' if more.get("colour") else ""
    latin = more.get("latin", wish.digits)
    spacing = more.get("spacing", wish.spacing)
    scale = f'<w:w w:val="{more["scale"]}"/>' if more.get("scale") else ""
    safe = text.replace("&", "&amp;").replace("<", "&lt;")
    safe = safe.replace("|", '</w:t><w:br/><w:t xml:space="preserve">')
    return (
        f'<w:r><w:rPr><w:rFonts w:ascii="{latin}" w:hAnsi="{latin}" w:eastAsia="{font}"'
        f' w:cs="{latin}" w:hint="eastAsia"/>{bold}{colour}<w:spacing w:val="{spacing}"/>{scale}'
        f'<w:sz w:val="{size}"/><w:lang w:val="en-US" w:eastAsia="zh-CN"/></w:rPr>'
        f'<w:t xml:space="preserve">{safe}</w:t></w:r>'
    )


def para(
    *runs: str,
    wish: Wish,
    align: str = "both",
    first: int = 0,
    left: int = 0,
    right: int = 0,
    line: int | None = None,
    before: int = 0,
    after: int = 0,
    extra: str = "",
    size: int = 32,
) -> str:
    """One paragraph with exact line spacing (line=0: single)."""
    pitch = wish.pitch if line is None else line
    rule = f'w:line="{pitch}" w:lineRule="exact"' if pitch else 'w:line="240" w:lineRule="auto"'
    over = 1 if wish.overflow else 0
    return (
        f'<w:p {NS}><w:pPr>{extra}<w:kinsoku w:val="{int(wish.kinsoku)}"/><w:overflowPunct w:val="{over}"/>'
        '<w:autoSpaceDE w:val="0"/><w:autoSpaceDN w:val="0"/>'
        f'<w:snapToGrid w:val="0"/><w:spacing w:before="{before}" w:after="{after}" {rule}/>'
        f'<w:ind w:left="{left}" w:right="{right}" w:firstLine="{first}"/><w:jc w:val="{align}"/>'
        f'<w:rPr><w:sz w:val="{size}"/></w:rPr></w:pPr>{"".join(runs)}</w:p>'
    )


class Paper:
    """Collects paragraphs and tables into one .docx."""

    def __init__(self, wish: Wish) -> None:
        self.wish = wish
        self.document = Document()
        body = self.document.element.body
        for child in list(body):
            body.remove(child)
        self.body = body
        self._settings()

    def _settings(self) -> None:
        settings = self.document.settings.element
        for name in ("evenAndOddHeaders", *(("mirrorMargins",) if self.wish.mirror else ())):
            settings.insert(0, parse_xml(f"<w:{name} {NS}/>"))

    def add(self, xml: str) -> None:
        self.body.append(parse_xml(xml))

    def blank(self, count: int = 1) -> None:
        for _ in range(count):
            self.add(para(wish=self.wish))

    def text(self, text: str, **more: Any) -> None:
        self.add(para(run(text, self.wish.body_font, wish=self.wish), wish=self.wish, **more))

    def body_text(self, text: str) -> None:
        self.text(text, first=self.wish.indent, align=self.wish.justify)

    def save(self) -> bytes:
        out = io.BytesIO()
        self.document.save(out)
        return out.getvalue()


def frame(place: str) -> str:
    return (
        '<w:framePr w:w="8844" w:hSpace="0" w:wrap="around" w:vAnchor="margin"'
        f' w:hAnchor="margin" w:xAlign="left" {place}/>'
    )


def edges(**sides: int) -> str:
    lines = "".join(
        f'<w:{side} w:val="single" w:sz="{size}" w:space="0" w:color="000000"/>'
        for side, size in sides.items()
    )
    return f"<w:pBdr>{lines}</w:pBdr>"


def table(paper: Paper, widths: tuple[int, ...], rows: list[tuple[str, ...]]) -> None:
    wish = paper.wish
    twips = [round(width * 56.6929) for width in widths]
    sides = "".join(
        f'<w:{side} w:val="single" w:sz="4" w:space="0" w:color="000000"/>'
        for side in ("top", "left", "bottom", "right", "insideH", "insideV")
    )
    grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in twips)
    body = "".join(
        _row(wish, twips, row, head=index == 0 and wish.header_row)
        for index, row in enumerate(rows)
    )
    margin = wish.cell_margin
    paper.add(
        f'<w:tbl {NS}><w:tblPr><w:tblW w:w="{sum(twips)}" w:type="dxa"/>'
        f'<w:tblInd w:w="{wish.table_shift}" w:type="dxa"/><w:tblBorders>{sides}</w:tblBorders>'
        '<w:tblLayout w:type="fixed"/><w:tblCellMar>'
        '<w:top w:w="40" w:type="dxa"/>'
        f'<w:left w:w="{margin}" w:type="dxa"/><w:bottom w:w="40" w:type="dxa"/>'
        f'<w:right w:w="{margin}" w:type="dxa"/>'
        f"</w:tblCellMar></w:tblPr><w:tblGrid>{grid}</w:tblGrid>{body}</w:tbl>"
    )


def _row(wish: Wish, twips: list[int], cells: tuple[str, ...], *, head: bool) -> str:
    flags = "<w:tblHeader/>" if head else ""
    flags = ("<w:cantSplit/>" if wish.cant_split else "") + flags
    if wish.exact_row and not head:
        flags += f'<w:trHeight w:val="{wish.exact_row}" w:hRule="exact"/>'
    font = HEI if head or (not wish.header_row and cells[0] == "序号") else FANG
    out = ""
    for width, text in zip(twips, cells, strict=True):
        paragraphs = "".join(
            para(
                run(line, font, wish.cell_size, wish=wish, spacing=0),
                wish=wish, align="center" if font == HEI else "left", line=400, size=wish.cell_size,
            )
            for line in text.split("\n")
        )  # fmt: skip
        out += (
            f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/><w:vAlign w:val="center"/></w:tcPr>'
            f"{paragraphs}</w:tc>"
        )
    return f"<w:tr><w:trPr>{flags}</w:trPr>{out}</w:tr>"


def section(wish: Wish) -> str:
    """The section's properties, without footers."""
    margins = " ".join(f'w:{side}="{value}"' for side, value in wish.margins.items())
    return (
        f'<w:sectPr {NS}><w:pgSz w:w="{wish.page[0]}" w:h="{wish.page[1]}"/>'
        f'<w:pgMar {margins} w:header="851" w:footer="{wish.footer_at}" w:gutter="0"/></w:sectPr>'
    )


def footers(paper: Paper) -> None:
    wish = paper.wish
    part = paper.document.sections[-1]
    for target, side in (
        (part.footer, wish.footer_sides[0]), (part.even_page_footer, wish.footer_sides[1]),
    ):  # fmt: skip
        target.is_linked_to_previous = False
        element = target._element
        for child in list(element):
            element.remove(child)
        before, after = wish.footer.split("{}")
        rpr = (
            f'<w:rPr><w:rFonts w:ascii="{SONG}" w:hAnsi="{SONG}" w:eastAsia="{SONG}"'
            f' w:hint="eastAsia"/><w:sz w:val="{wish.footer_size}"/></w:rPr>'
        )
        field_xml = "".join(
            f"<w:r>{rpr}{inner}</w:r>"
            for inner in (
                f'<w:t xml:space="preserve">{before}</w:t>',
                '<w:fldChar w:fldCharType="begin"/>',
                '<w:instrText xml:space="preserve"> PAGE </w:instrText>',
                '<w:fldChar w:fldCharType="separate"/>', "<w:t>1</w:t>",
                '<w:fldChar w:fldCharType="end"/>',
                f'<w:t xml:space="preserve">{after}</w:t>',
            )
        )  # fmt: skip
        inset = {"right": 'w:right="280"', "left": 'w:left="280"', "center": ""}[side]
        element.append(
            parse_xml(
                f'<w:p {NS}><w:pPr><w:spacing w:before="0" w:after="0"'
                f' w:line="240" w:lineRule="auto"/><w:ind {inset}/><w:jc w:val="{side}"/></w:pPr>{field_xml}</w:p>'
            )
        )


def page_break(wish: Wish) -> str:
    return para('<w:r><w:br w:type="page"/></w:r>', wish=wish)
