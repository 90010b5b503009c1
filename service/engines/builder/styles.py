"""Engines: the styles of a Word template, as a clerk finds them in Word's style box."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from service.core import gbt9704 as gb
from service.core.gbt9704 import STYLES, StyleRule
from service.engines.builder.xml import Element, el, spacing, val
from service.errors import Lang

_BOLD_EN = {"title", "heading1", "heading2", "annex_title", "annex_mark", "table_head",
            "small_head", "run2", "cover_title", "contents_head"}  # fmt: skip
_ITALIC_EN = {"heading3", "run3"}  # (a): below 1 and 1.1, which are bold
_COVER_PT = gb.SIZES_PT["一号"]

# What the standard's own table does not hold: small tables, parts of paragraphs, front matter.
_MORE = (
    StyleRule(key="small_head", zh="小表表头", en="Small table head", font=gb.HEITI,
              size_pt=gb.TABLE_MIN_PT, line_tw=gb.TABLE_PITCH_MIN_TW, align="center",
              spacing_tw=0),
    StyleRule(key="small_text", zh="小表文字", en="Small table text", size_pt=gb.TABLE_MIN_PT,
              line_tw=gb.TABLE_PITCH_MIN_TW, align="left", spacing_tw=0),
    StyleRule(key="rule_line", zh="版记分隔线", en="Imprint rule", size_pt=1, line_tw=60,
              align="left", spacing_tw=0),
    StyleRule(key="item", zh="条目", en="List item", first_tw=gb.INDENT_TW),
    StyleRule(key="filler", zh="隔行", en="Spacer", size_pt=1, line_tw=10, spacing_tw=0),
    StyleRule(key="cover_title", zh="封面标题", en="Cover title", font=gb.XIAOBIAOSONG,
              size_pt=_COVER_PT, line_tw=900, align="center", spacing_tw=0),
    StyleRule(key="cover_line", zh="封面文字", en="Cover line", align="center"),
    StyleRule(key="cover_small", zh="封面附注", en="Cover note", font=gb.KAITI,
              size_pt=gb.SIZES_PT["四号"], line_tw=gb.IMPRINT_PITCH_TW, align="center",
              spacing_tw=0),
    StyleRule(key="separator_number", zh="隔页序号", en="Separator number", font=gb.HEITI,
              size_pt=_COVER_PT, line_tw=900, align="center", spacing_tw=0),
    StyleRule(key="contents_head", zh="目录表头", en="Contents head", font=gb.HEITI,
              size_pt=gb.SIZES_PT["四号"], line_tw=gb.LINE_PITCH_TW, align="left", spacing_tw=0),
    StyleRule(key="contents_line", zh="目录条目", en="Contents line",
              size_pt=gb.SIZES_PT["四号"], line_tw=gb.LINE_PITCH_TW, align="left", spacing_tw=0),
)  # fmt: skip
_CHARACTER = (
    StyleRule(key="run2", zh="二级标题字", en="Heading 2 text", font=gb.KAITI),
    StyleRule(key="run3", zh="三级标题字", en="Heading 3 text"),
    StyleRule(key="label", zh="栏目字", en="Label text", font=gb.HEITI, spacing_tw=0),
    StyleRule(
        key="code",
        zh="校验码字",
        en="Checksum text",
        font=gb.SONGTI,
        latin=gb.COURIER,
        spacing_tw=0,
        scale=gb.COURIER_SCALE,
    ),
)
CHARACTER_STYLES = frozenset(rule.key for rule in _CHARACTER)
_JUSTIFIED = {"table_text": replace(STYLES["table_text"], align="both")}  # wide cells hold prose
RULES: dict[str, StyleRule] = {
    **STYLES, **_JUSTIFIED, **{rule.key: rule for rule in (*_MORE, *_CHARACTER)},
}  # fmt: skip
"""Every style that a template may use, by key."""

_EN_AFTER = {"body": 120, "addressee": 120, "title": 120, "heading1": 60, "heading2": 60,
             "heading3": 60, "heading4": 60, "annex_title": 120, "subtitle": 60,
             "note": 120, "item": 120}  # fmt: skip
_EN_BEFORE = {"heading1": 240, "heading2": 120, "heading3": 60}
_EN_PROSE = {"body", "item", "addressee", "note", "heading1", "heading2", "heading3", "heading4"}
_EN_RIGHT_TW = 300  # keeps a line of prose under 95 characters (rule 40)
_EN_ITEM_TW = 240  # "1. " in 12 pt: further lines begin under the text, not the number
_EN_KEPT = {"page_number", "rule_line", "filler", "code"}
_KEEP_NEXT = {"heading1", "heading2", "heading3", "heading4", "annex_mark", "annex_title", "title",
              "subtitle", "signature", "table_line"}  # fmt: skip
_BUILT_IN = 376


def style_id(key: str) -> str:
    """The style's identifier in the file; its name is what a clerk reads."""
    return "Gw" + "".join(part.capitalize() for part in key.split("_"))


def english(rule: StyleRule) -> StyleRule:
    """The rule of the English template: 12 pt Times New Roman on 18 pt, from the left margin."""
    if rule.key in _EN_KEPT:
        return rule
    small = rule.key.startswith(("table_t", "table_h", "small"))
    big = rule.key in {"title", "annex_title", "cover_title", "separator_number"}
    size = gb.ENGLISH_PT if not small else gb.TABLE_MIN_PT
    pitch = int(gb.ENGLISH_PITCH_PT * gb.TWIPS_PER_PT) if not small else 280
    if big:
        size, pitch = gb.ENGLISH_TITLE_PT, 540
    if rule.key == "cover_line":
        size, pitch = gb.IMPRINT_PT, 440
    left = _EN_ITEM_TW if rule.key == "item" else 0
    centred = rule.key.startswith(("cover", "separator")) or rule.key.endswith("_head")
    return replace(
        rule, font=gb.SONGTI, latin=gb.TIMES, size_pt=size, line_tw=pitch, first_tw=-left,
        left_tw=left, right_tw=_EN_RIGHT_TW if rule.key in _EN_PROSE else 0, spacing_tw=0,
        align="center" if centred else "left",
    )  # fmt: skip


def rule_of(key: str, lang: Lang) -> StyleRule:
    """The numbers of a style in one language."""
    return RULES[key] if lang == "zh" else english(RULES[key])


def styles_xml(keys: Iterable[str], lang: Lang) -> Element:
    """`word/styles.xml` with the named styles only, in the order of the standard's table."""
    wanted = set(keys)
    latent = {
        "w:defLockedState": 0, "w:defUIPriority": 99, "w:defSemiHidden": 1,
        "w:defUnhideWhenUsed": 0, "w:defQFormat": 0, "w:count": _BUILT_IN,
    }  # fmt: skip
    own = [_style(rule, lang) for rule in RULES.values() if rule.key in wanted]
    return el("w:styles", None, _defaults(lang), el("w:latentStyles", latent), *_basic(), *own)


def _defaults(lang: Lang) -> Element:
    body = rule_of("body", lang)
    return el(
        "w:docDefaults",
        None,
        el("w:rPrDefault", None, el("w:rPr", None, *_font(body, lang), *_size(body))),
        el("w:pPrDefault", None, el("w:pPr", None, *_line_breaking())),
    )


def _basic() -> list[Element]:
    """Normal, the default character style and the default table: a file must have them."""
    normal = el("w:style", {"w:type": "paragraph", "w:default": 1, "w:styleId": "Normal"},
                val("w:name", "Normal"), val("w:uiPriority", 98),
                el("w:pPr", None, *_line_breaking()))  # fmt: skip
    default = {"w:type": "character", "w:default": 1, "w:styleId": "DefaultParagraphFont"}
    table = {"w:type": "table", "w:default": 1, "w:styleId": "TableNormal"}
    zero = {"w:w": 0, "w:type": "dxa"}
    margins = [el(f"w:{side}", zero) for side in ("top", "left", "bottom", "right")]
    return [
        normal,
        el("w:style", default, val("w:name", "Default Paragraph Font"), el("w:semiHidden")),
        el("w:style", table, val("w:name", "Normal Table"), el("w:semiHidden"),
           el("w:tblPr", None, el("w:tblCellMar", None, *margins))),
    ]  # fmt: skip


def _style(rule: StyleRule, lang: Lang) -> Element:
    shape = english(rule) if lang == "en" else rule
    character = rule.key in CHARACTER_STYLES
    attributes = {"w:type": "character" if character else "paragraph", "w:customStyle": 1,
                  "w:styleId": style_id(rule.key)}  # fmt: skip
    parts = [val("w:name", rule.zh if lang == "zh" else rule.en)]
    if not character:
        parts.append(val("w:basedOn", "Normal"))
    parts += [val("w:uiPriority", 1), el("w:qFormat")]
    if not character:
        parts.append(_paragraph_properties(shape, lang))
    parts.append(_run_properties(shape, lang, character=character))
    return el("w:style", attributes, *parts)


def _paragraph_properties(rule: StyleRule, lang: Lang) -> Element:
    parts = [*_line_breaking(), val("w:jc", rule.align)]
    if rule.line_tw:
        before = _EN_BEFORE.get(rule.key, 0) if lang == "en" else 0
        after = _EN_AFTER.get(rule.key, 0) if lang == "en" else 0
        parts.append(spacing(line=rule.line_tw, before=before, after=after))
    else:
        parts.append(spacing(line=240, exact=False))
    if rule.first_tw or rule.left_tw or rule.right_tw:
        parts.append(_indent(rule))
    if rule.key == "item" and lang == "en":
        parts.append(el("w:contextualSpacing"))  # room after the last item only
    if rule.key in _KEEP_NEXT:
        parts.append(el("w:keepNext"))
    if rule.level:
        parts.append(val("w:outlineLvl", rule.level - 1))
    return el("w:pPr", None, *parts)


def _indent(rule: StyleRule) -> Element:
    first = {"w:hanging": -rule.first_tw} if rule.first_tw < 0 else {"w:firstLine": rule.first_tw}
    attributes = {"w:left": rule.left_tw, "w:right": rule.right_tw, **first}
    if rule.first_tw == gb.INDENT_TW:
        attributes["w:firstLineChars"] = 200
    return el("w:ind", attributes)


def _line_breaking() -> list[Element]:
    """Rule 0 of the layout document: no mark is lost, none begins a line, no grid of the page."""
    return [
        el("w:widowControl"), val("w:kinsoku", 1), val("w:wordWrap", 1), val("w:overflowPunct", 1),
        val("w:topLinePunct", 0), val("w:autoSpaceDE", 0), val("w:autoSpaceDN", 0),
        val("w:adjustRightInd", 0), val("w:snapToGrid", 0),
    ]  # fmt: skip


def _run_properties(rule: StyleRule, lang: Lang, *, character: bool) -> Element:
    parts = _font(rule, lang)
    if lang == "en" and rule.key in _BOLD_EN:
        parts.append(el("w:b"))
    if lang == "en" and rule.key in _ITALIC_EN:
        parts.append(el("w:i"))
    if rule.scale != gb.FULL_SCALE:
        parts.append(val("w:w", rule.scale))
    if not character:
        parts += _size(rule)
        if rule.spacing_tw:
            parts.append(val("w:spacing", rule.spacing_tw))
        if rule.colour != gb.BLACK:
            parts.append(val("w:color", rule.colour))
    return el("w:rPr", None, *parts)


def _font(rule: StyleRule, lang: Lang) -> list[Element]:
    fonts = {"w:ascii": rule.latin, "w:hAnsi": rule.latin, "w:eastAsia": rule.font,
             "w:cs": rule.latin}  # fmt: skip
    fonts |= {"w:hint": "eastAsia"} if lang == "zh" else {}
    language = {"w:val": "en-US" if lang == "zh" else "en-GB", "w:eastAsia": "zh-CN"}
    return [el("w:rFonts", fonts), el("w:lang", language)]


def _size(rule: StyleRule) -> list[Element]:
    half = gb.half_points(rule.size_pt)
    return [val("w:sz", half), val("w:szCs", half)]


def fonts_of(keys: Iterable[str], lang: Lang) -> list[str]:
    """The fonts that the styles name, each once, sorted."""
    rules = [rule_of(key, lang) for key in keys]
    return sorted({rule.font for rule in rules} | {rule.latin for rule in rules})
