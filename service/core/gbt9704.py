"""Core: the numbers of GB/T 9704-2012 as named constants; builder and checker both read them.

Every name ends in its unit: `_MM` millimetres, `_PT` points, `_TW` twips (1/20 pt), `_ZI` widths
of one 3号 character (字). Clauses are of GB/T 9704-2012 unless another source is named;
"measured" means counted in LibreOffice 7.4.7, "derived" means by arithmetic.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

# --- units ----------------------------------------------------------------------------------
MM_PER_INCH = 25.4
PT_PER_MM = 72 / MM_PER_INCH
TWIPS_PER_PT = 20
EMU_PER_MM = 36000


def points(mm: float) -> float:
    """Millimetres in points."""
    return mm * PT_PER_MM


def millimetres(pt: float) -> float:
    """Points in millimetres."""
    return pt / PT_PER_MM


def twips(mm: float) -> int:
    """Millimetres in twips, rounded to the nearest."""
    return round(mm * PT_PER_MM * TWIPS_PER_PT)


def emu(mm: float) -> int:
    """Millimetres in EMU, the unit of drawings in a Word file."""
    return round(mm * EMU_PER_MM)


def half_points(pt: float) -> int:
    """Points as `w:sz` wants them."""
    return round(pt * 2)


def eighths(pt: float) -> int:
    """Points as the `w:sz` of a border wants them (eighths of a point)."""
    return round(pt * 8)


# --- paper and type area (5.1, 5.2.1) --------------------------------------------------------
PAGE_WIDTH_MM, PAGE_HEIGHT_MM = 210.0, 297.0
PAGE_WIDTH_TW, PAGE_HEIGHT_TW = 11906, 16838
A3_WIDTH_MM, A3_HEIGHT_MM = 297.0, 420.0
TOP_MM, BINDING_MM, MARGIN_TOLERANCE_MM = 37.0, 28.0, 1.0
TYPE_WIDTH_MM, TYPE_HEIGHT_MM = 156.0, 225.0
OUTER_MM = PAGE_WIDTH_MM - BINDING_MM - TYPE_WIDTH_MM  # 26, derived
BOTTOM_MM = PAGE_HEIGHT_MM - TOP_MM - TYPE_HEIGHT_MM  # 35, derived
TOP_TW, BINDING_TW, OUTER_TW, BOTTOM_TW = 2098, 1587, 1474, 1984
TYPE_WIDTH_TW, TYPE_HEIGHT_TW = 8844, 12756
HEADER_TW = 851
FOOTER_TW = 1417  # puts the dash 7 mm under the type area (derived from 7.5)

# Landscape pages: symmetric, for Word cannot alternate top and bottom (within 1 mm of chapter 8).
LANDSCAPE_TOP_MM = LANDSCAPE_BOTTOM_MM = 27.0
LANDSCAPE_SIDE_MM = 36.0
LANDSCAPE_TOP_TW = LANDSCAPE_BOTTOM_TW = 1531
LANDSCAPE_SIDE_TW = 2041
LANDSCAPE_TYPE_WIDTH_MM, LANDSCAPE_TYPE_HEIGHT_MM = 225.0, 156.0

# --- sizes by 字号 ---------------------------------------------------------------------------
SIZES_PT: dict[str, float] = {
    "初号": 42, "小初": 36, "一号": 26, "小一": 24, "二号": 22, "小二": 18,
    "三号": 16, "小三": 15, "四号": 14, "小四": 12, "五号": 10.5, "小五": 9,
}  # fmt: skip
BODY_PT = SIZES_PT["三号"]
TITLE_PT = SIZES_PT["二号"]
IMPRINT_PT = PAGE_NUMBER_PT = SIZES_PT["四号"]
TABLE_PT = SIZES_PT["小四"]
TABLE_HEAD_MAX_PT = SIZES_PT["四号"]
TABLE_MIN_PT = SIZES_PT["五号"]

# --- grid (5.2.3): 22 lines of 28 characters -------------------------------------------------
LINES_PER_PAGE, CHARS_PER_LINE = 22, 28
LINE_PITCH_TW = 579  # exact; 580 gives 21 lines (measured)
LINE_PITCH_PT = LINE_PITCH_TW / TWIPS_PER_PT  # 28.95
BODY_SPACING_TW = -5  # `w:spacing` of body runs; 0 gives 27 characters, -4 too (measured)
ZI_TW = 315  # one 字 after that spacing
ZI_PT = ZI_TW / TWIPS_PER_PT  # 15.75
ZI_MM = millimetres(ZI_PT)
INDENT_ZI = 2
INDENT_TW = INDENT_ZI * ZI_TW  # 630, 左空二字
INDENT_PT = INDENT_TW / TWIPS_PER_PT
TITLE_PITCH_TW = 720
TITLE_PITCHES_TW = (720, 640)
IMPRINT_PITCH_TW = 560
TABLE_PITCH_MIN_TW, TABLE_PITCH_MAX_TW = 360, 440  # derived
TABLE_PITCH_TW = 400

# --- colour (5.2.4; red on screen derived) -------------------------------------------------------
RED = "FF0000"
BLACK = "000000"

# --- head of the document, 版头 (7.2) --------------------------------------------------------
MARK_TOP_MM = 35.0  # 发文机关标志 under the top of the type area (7.2.4)
MARK_TOP_TOLERANCE_MM = 1.0
MARK_MAX_PT = 62.0  # 1.9 of layout-and-filing.md
MARK_MIN_PT = 42.0
FULL_SCALE, MARK_MIN_SCALE = 100, 60  # `w:w`, per cent of the character's width
NUMBER_BLANK_LINES = 2  # under the mark (7.2.5)
RED_LINE_GAP_MM = 4.0  # 发文字号 to the red line (7.2.7)
RED_LINE_WIDTH_MM = TYPE_WIDTH_MM
RED_LINE_PT = 2.0  # the standard sets none (derived)
SIGNER_INDENT_ZI = 1  # 发文字号 left, 签发人 right, each by one 字, upward papers only (7.2.6)
TITLE_BLANK_LINES = 2  # under the red line (7.3.1)
DOCUMENT_NUMBER_PATTERN = r"^[^〔〕]+〔\d{4}〕[1-9]\d*号$"

# Other formats (chapter 10).
LETTER_MARK_TOP_MM = 30.0  # from the paper's top
LETTER_LINE_GAP_MM = 4.0
LETTER_LINE_WIDTH_MM = 170.0
LETTER_FOOT_LINE_MM = 20.0  # from the paper's bottom
ORDER_MARK_TOP_MM = 20.0  # from the top of the type area
MINUTES_MARK_TOP_MM = 35.0

# --- title (7.3.1) ---------------------------------------------------------------------------
TITLE_MAX_LINES, TITLE_MAX_CHARS = 4, 20
TITLE_CENTRE_TOLERANCE_MM = 1.0
TITLE_STEP_ZI = 1.0  # lines of a shape differ by at least so much

# --- signature and date (7.3.5) --------------------------------------------------------------
SEALED_DATE_RIGHT_ZI = 4.0
UNSEALED_NAME_RIGHT_ZI = 2.0
UNSEALED_DATE_IN_ZI = 2.0
SIGNATURE_TOLERANCE_ZI = 0.5
SEAL_BLANK_LINES = 2  # room for a 42 mm seal over name and date (derived)
UNSEALED_BLANK_LINES = 1
SEAL_DIAMETER_MM = 42.0
JOIN_PT = 3.3  # what LibreOffice adds at each join of Chinese and Latin (measured)
SIGNATURE_BODY_LINES = 2  # body lines wanted on the page of name and date

# --- annexes (7.3.4, 7.3.7) ------------------------------------------------------------------
ANNEX_MARK_LINE, ANNEX_TITLE_LINE = 1, 3
ANNEX_NOTE_BLANK_LINES = 1

# --- imprint, 版记 (7.4) ---------------------------------------------------------------------
IMPRINT_LINE_WIDTH_MM = TYPE_WIDTH_MM
IMPRINT_THICK_MM, IMPRINT_THIN_MM = 0.35, 0.25
IMPRINT_THICK_PT, IMPRINT_THIN_PT = 1.0, 0.75
IMPRINT_THICK_EIGHTHS, IMPRINT_THIN_EIGHTHS = 8, 6
IMPRINT_INDENT_TW = 280  # one 4号 character each side
IMPRINT_FOOT_TOLERANCE_MM = 1.0
IMPRINT_STROKE_TOLERANCE_PT = 0.2

# --- page number (7.5) -----------------------------------------------------------------------
PAGE_NUMBER_DASH = "—"
PAGE_NUMBER_BELOW_MM = 7.0  # dash centre under the type area
PAGE_NUMBER_TOLERANCE_MM = 1.0
PAGE_NUMBER_INDENT_TW = 280
PAGE_NUMBER_INDENT_PT = PAGE_NUMBER_INDENT_TW / TWIPS_PER_PT

# --- tables (1.9 and section 5 of layout-and-filing.md) --------------------
TABLE_WIDTH_MM, LEDGER_WIDTH_MM = TYPE_WIDTH_MM, LANDSCAPE_TYPE_WIDTH_MM
TABLE_WIDTH_TOLERANCE_MM = 0.5
CELL_CLEAR_MM = 0.8
TICKS = "□■√"  # ☐ ☑ are in no CJK font (section 4)
WRONG_TICKS = "☐☑☒✓✔✗✘"

# --- stamps (section 2.1, rules 38 and 39) ---------------------------------------------------
STAMP_CLEAR_MM = 3.0
ARCHIVE_STAMP_WIDTH_MM, ARCHIVE_STAMP_HEIGHT_MM = 45.0, 16.0

# --- English version (1.9, rule 40) ----------------------------------------------------------
ENGLISH_PT, ENGLISH_PITCH_PT, ENGLISH_TITLE_PT = 12.0, 18.0, 18.0
ENGLISH_LINE_MIN, ENGLISH_LINE_MAX = 55, 95

# --- measuring (section 5) -------------------------------------------------------------------
TOLERANCE_MM = 0.5
PITCH_TOLERANCE_PT = 0.1
INDENT_TOLERANCE_PT = 1.0
NO_LINE_START = "，。、；：？！）》”"
NO_LINE_END = "（《“"

# --- fonts named in the Word file ------------------------------------------------------------
FANGSONG, KAITI, HEITI = "仿宋_GB2312", "楷体_GB2312", "黑体"
XIAOBIAOSONG, SONGTI, TIMES = "方正小标宋简体", "宋体", "Times New Roman"
COURIER, COURIER_SCALE = "Courier New", 83  # checksums: digits and letters alike half a 字 wide


@dataclass(frozen=True, kw_only=True)
class StyleRule:
    """One row of the style table (1.9 of layout-and-filing.md).

    Attributes:
        key: stable name.
        zh, en: the style's name in Word's style box.
        font: eastAsia font.
        size_pt: type size, points.
        line_tw: exact line pitch in twips; 0 is single.
        first_tw: first-line indent, twips.
        left_tw, right_tw: indents of the paragraph, twips.
        align: Word's `w:jc`.
        spacing_tw: character spacing of its runs, twips.
        level: outline level from 1, 0 for none.
        latin: ascii/hAnsi font.
        colour: RRGGBB.
        scale: width of its characters, per cent.
    """

    key: str
    zh: str
    en: str
    font: str = FANGSONG
    size_pt: float = BODY_PT
    line_tw: int = LINE_PITCH_TW
    first_tw: int = 0
    left_tw: int = 0
    right_tw: int = 0
    align: Literal["both", "left", "center", "right"] = "both"
    spacing_tw: int = BODY_SPACING_TW
    level: int = 0
    latin: str = TIMES
    colour: str = BLACK
    scale: int = FULL_SCALE


STYLES: dict[str, StyleRule] = {
    rule.key: rule
    for rule in (
        StyleRule(key="mark", zh="发文机关标志", en="Letterhead mark", font=XIAOBIAOSONG,
                  size_pt=MARK_MAX_PT, line_tw=0, align="center", spacing_tw=0, colour=RED),
        StyleRule(key="number", zh="发文字号", en="Document number", align="center"),
        StyleRule(key="signer", zh="签发人姓名", en="Signer's name", font=KAITI,
                  right_tw=ZI_TW, align="right"),
        StyleRule(key="secrecy", zh="密级紧急程度", en="Secrecy and urgency", font=HEITI,
                  align="left"),
        StyleRule(key="title", zh="公文标题", en="Document title", font=XIAOBIAOSONG,
                  size_pt=TITLE_PT, line_tw=TITLE_PITCH_TW, align="center", spacing_tw=0),
        StyleRule(key="subtitle", zh="副标题", en="Subtitle", font=KAITI, align="center"),
        StyleRule(key="addressee", zh="主送机关", en="Addressees"),
        StyleRule(key="body", zh="公文正文", en="Body text", first_tw=INDENT_TW),
        StyleRule(key="heading1", zh="一级标题", en="Heading level 1", font=HEITI,
                  first_tw=INDENT_TW, level=1),
        StyleRule(key="heading2", zh="二级标题", en="Heading level 2", font=KAITI,
                  first_tw=INDENT_TW, level=2),
        StyleRule(key="heading3", zh="三级标题", en="Heading level 3", first_tw=INDENT_TW, level=3),
        StyleRule(key="heading4", zh="四级标题", en="Heading level 4", first_tw=INDENT_TW, level=4),
        StyleRule(key="annex_note", zh="附件说明", en="Annex note"),
        StyleRule(key="signature", zh="署名", en="Signature", align="right"),
        StyleRule(key="date", zh="成文日期", en="Date of issue", align="right"),
        StyleRule(key="note", zh="附注", en="Note", first_tw=INDENT_TW),
        StyleRule(key="annex_mark", zh="附件标记", en="Annex mark", font=HEITI, align="left"),
        StyleRule(key="annex_title", zh="附件标题", en="Annex title", font=XIAOBIAOSONG,
                  size_pt=TITLE_PT, line_tw=LINE_PITCH_TW, align="center", spacing_tw=0),
        StyleRule(key="imprint", zh="版记", en="Imprint", size_pt=IMPRINT_PT,
                  line_tw=IMPRINT_PITCH_TW, left_tw=IMPRINT_INDENT_TW,
                  right_tw=IMPRINT_INDENT_TW, spacing_tw=0),
        StyleRule(key="page_number", zh="页码", en="Page number", font=SONGTI, latin=SONGTI,
                  size_pt=PAGE_NUMBER_PT, line_tw=0, align="right", spacing_tw=0),
        StyleRule(key="table_head", zh="表头", en="Table head", font=HEITI, size_pt=TABLE_PT,
                  line_tw=TABLE_PITCH_TW, align="center", spacing_tw=0),
        StyleRule(key="table_text", zh="表格文字", en="Table text", size_pt=TABLE_PT,
                  line_tw=TABLE_PITCH_TW, align="left", spacing_tw=0),
        StyleRule(key="table_line", zh="表格说明", en="Table caption line", size_pt=TABLE_PT,
                  line_tw=TABLE_PITCH_TW, align="left", spacing_tw=0),
    )
}  # fmt: skip
"""The styles by key; a template carries those that it uses, under their `zh` name."""
