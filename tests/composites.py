"""What composites are tried with: templates of every make, contexts, and a measure of sameness."""

from __future__ import annotations

import copy
import io
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import docx
from docx.enum.section import WD_ORIENT, WD_SECTION
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Mm
from PIL import Image

from service.core.answers import check
from service.core.prefill import prefill
from service.core.present import present
from service.core.sheet import Char, Page
from service.desk.activity.files import read_answers, sample_activity
from service.desk.tools import Desk
from tests.helpers_word import saved

W = nsdecls("w")
FRAME = (
    f'<w:framePr {W} w:w="8844" w:hSpace="0" w:wrap="around" w:vAnchor="margin"'
    ' w:hAnchor="margin" w:xAlign="left" w:yAlign="%s"/>'
)
NAMES = ("张𠮷", "欧阳喆", "万䶮", "Ann Lee")
LINES = (3, 60, 0, 28)
"""Paragraphs of the members: one page, several, none at all, and about one page full."""


def members(count: int = len(LINES)) -> list[dict[str, Any]]:
    """Contexts for the templates below; every line says whose it is."""
    return [
        {
            "name": f"{NAMES[number % len(NAMES)]}{number}",
            "lines": [
                f"{number}之{line}：联系“实际”，2014年 service — 查找"
                for line in range(LINES[number % len(LINES)])
            ],
        }
        for number in range(count)
    ]


def sample_members(desk: Desk, kind_name: str, lang: str, count: int = 4) -> list[dict[str, Any]]:
    """Contexts of a built-in kind: its sample varied, every second one longer, one blank."""
    kind = desk.catalog.kind(kind_name)
    activity = sample_activity(desk, lang)
    sample = dict(read_answers(desk.samples / lang / f"{kind_name}.yaml").data)
    found = []
    for number in range(count):
        raw = copy.deepcopy(sample)
        for name, field in kind.form.fields.items():
            if number == 1 and field.personal:
                raw.pop(name, None)
            elif number % 2 == 0 and field.type == "paragraphs" and raw.get(name):
                raw[name] = [
                    *_listed(raw[name]),
                    f"补充{number}：“走访”2014年3次，English words…",
                ] * (1 + number // 2)
        if "person_name" in kind.form.fields:
            raw["person_name"] = NAMES[number % 3] + "明" * number
        full, origins = prefill(kind.form, raw, activity=activity)
        answers = check(kind.form, full, stage="draft", activity=activity, filled_in=origins)
        found.append(present(answers, lang=lang, activity=activity))
    return found


def _listed(value: Any) -> list[str]:
    return value.split("\n") if isinstance(value, str) else list(value)


def document() -> Any:
    """An empty one in the fonts of an office."""
    made = docx.Document()
    style = made.styles["Normal"]
    style.font.name = "Times New Roman"
    style.element.rPr.rFonts.set(qn("w:eastAsia"), "仿宋_GB2312")
    return made


def add_lines(made: Any) -> None:
    made.add_paragraph("{%p for l in lines %}")
    made.add_paragraph("{{ l }}")
    made.add_paragraph("{%p endfor %}")


def add_table(made: Any) -> None:
    table = made.add_table(rows=2, cols=2)
    table.style = "Table Grid"
    table.cell(0, 0).text = "{{ name }}"
    table.cell(1, 1).text = "终"


def add_field(paragraph: Any, code: str = "PAGE") -> None:
    """A field of Word's in runs of its own."""
    for step in ("begin", "", "end"):
        run = f'<w:fldChar {W} w:fldCharType="{step}"/>'
        text = f'<w:instrText {W} xml:space="preserve"> {code} </w:instrText>'
        paragraph.add_run()._r.append(parse_xml(run if step else text))


def number(paragraph: Any, num: int, level: int = 0) -> Any:
    xml = f'<w:numPr {W}><w:ilvl w:val="{level}"/><w:numId w:val="{num}"/></w:numPr>'
    paragraph._p.get_or_add_pPr().append(parse_xml(xml))
    return paragraph


def turn(section: Any) -> None:
    portrait = section.orientation == WD_ORIENT.PORTRAIT
    section.orientation = WD_ORIENT.LANDSCAPE if portrait else WD_ORIENT.PORTRAIT
    section.page_width, section.page_height = section.page_height, section.page_width


def plain() -> bytes:
    """One section, nothing special; an empty paragraph at its end."""
    made = document()
    add_lines(made)
    made.add_paragraph("{{ name }}")
    made.add_paragraph("")
    return saved(made)


def table_last() -> bytes:
    made = document()
    made.add_paragraph("{{ name }}")
    add_lines(made)
    add_table(made)
    return saved(made)


def table_first() -> bytes:
    made = document()
    add_table(made)
    add_lines(made)
    return saved(made)


def frames() -> bytes:
    """A framed paragraph first and one last, as an imprint is."""
    made = document()
    first = made.add_paragraph("头 {{ name }}")
    made.add_paragraph("")
    add_lines(made)
    last = made.add_paragraph("版记 {{ name }}")
    for paragraph, place in ((first, "top"), (last, "bottom")):
        paragraph._p.get_or_add_pPr().insert(0, parse_xml(FRAME % place))
    made.add_paragraph("")
    return saved(made)


def margins() -> bytes:
    """First, odd and even headers and footers with a member's name and the page's number."""
    made = document()
    section = made.sections[0]
    section.different_first_page_header_footer = True
    made.settings.odd_and_even_pages_header_footer = True
    section.header.paragraphs[0].text = "奇数页 {{ name }}"
    section.first_page_header.paragraphs[0].text = "首页"
    section.even_page_header.paragraphs[0].text = "偶数页 {{ name }}"
    section.footer.paragraphs[0].text = "{{ name }}“12” "
    section.even_page_footer.paragraphs[0].text = "第"
    section.first_page_footer.paragraphs[0].text = "首 {{ name }} "
    for footer in (section.footer, section.even_page_footer, section.first_page_footer):
        add_field(footer.paragraphs[0])
    add_lines(made)
    made.add_paragraph("{{ name }}")
    return saved(made)


def landscape() -> bytes:
    """Portrait, landscape, portrait; the first section may hold nothing at all."""
    made = document()
    add_field(made.sections[0].footer.paragraphs[0])
    add_lines(made)
    turn(made.add_section(WD_SECTION.NEW_PAGE))
    add_table(made)
    turn(made.add_section(WD_SECTION.NEW_PAGE))
    made.add_paragraph("末 {{ name }}")
    return saved(made)


def landscape_last() -> bytes:
    """The last section may hold nothing at all, the one before stands in a paragraph with text."""
    made = document()
    made.add_paragraph("{{ name }}")
    turn(made.add_section(WD_SECTION.NEW_PAGE))
    add_lines(made)
    body = made.element.body
    text, bearer = body.findall(qn("w:p"))[:2]
    text.get_or_add_pPr().append(bearer.pPr.find(qn("w:sectPr")))
    body.remove(bearer)
    return saved(made)


def columns() -> bytes:
    """Continuous sections, the middle one in two columns."""
    made = document()
    made.add_paragraph("{{ name }}")
    middle = made.add_section(WD_SECTION.CONTINUOUS)
    middle._sectPr.find(qn("w:cols")).set(qn("w:num"), "2")
    add_lines(made)
    last = made.add_section(WD_SECTION.CONTINUOUS)
    last._sectPr.find(qn("w:cols")).set(qn("w:num"), "1")
    made.add_paragraph("末 {{ name }}")
    return saved(made)


def numbers() -> bytes:
    """Page numbers that begin at 4, then Roman; a part on an odd page; text in the middle."""
    made = document()
    first = made.sections[0]
    add_field(first.footer.paragraphs[0])
    first._sectPr.append(parse_xml(f'<w:pgNumType {W} w:start="4"/>'))
    first._sectPr.append(parse_xml(f'<w:vAlign {W} w:val="center"/>'))
    add_lines(made)
    second = made.add_section(WD_SECTION.ODD_PAGE)
    second._sectPr.find(qn("w:pgNumType")).attrib.clear()
    second._sectPr.find(qn("w:pgNumType")).set(qn("w:fmt"), "upperRoman")
    made.add_paragraph("{{ name }}")
    return saved(made)


def lists() -> bytes:
    """Numbering of two lists on one definition, at two levels, and bullets."""
    made = document()
    made.add_paragraph("{{ name }}")
    number(made.add_paragraph("第一"), 5)
    number(made.add_paragraph("点"), 2)
    number(made.add_paragraph("甲"), 6)
    made.add_paragraph("{%p for l in lines %}")
    number(made.add_paragraph("{{ l }}"), 5)
    made.add_paragraph("{%p endfor %}")
    number(made.add_paragraph("乙"), 6)
    made.add_paragraph("项目", style="List Bullet")
    return saved(made)


def pictures() -> bytes:
    """A picture, a bookmark of the template's own, a page break before everything."""
    drawn = io.BytesIO()
    Image.new("RGB", (40, 40), (200, 30, 30)).save(drawn, "PNG")
    drawn.seek(0)
    made = document()
    first = made.add_paragraph("{{ name }}")
    first.paragraph_format.page_break_before = True
    for tag in (f'bookmarkStart {W} w:id="3" w:name="own"', f'bookmarkEnd {W} w:id="3"'):
        first._p.append(parse_xml(f"<w:{tag}/>"))
    made.add_picture(drawn, width=Mm(30))
    add_lines(made)
    return saved(made)


COMPOSABLE: Mapping[str, Callable[[], bytes]] = {
    made.__name__: made
    for made in (
        plain, table_last, table_first, frames, margins, landscape, landscape_last,
        columns, numbers, lists, pictures,
    )
}  # fmt: skip
"""Templates that LibreOffice lays out in a composite as it does alone."""


def differences(mine: Sequence[Page], alone: Sequence[Page]) -> list[str]:
    """What differs between pages out of a composite and those of the form alone; [] means same.

    Text, fonts, sizes and lines are to be equal; a character may stand 0.2 mm beside its place,
    since LibreOffice rounds the widths of text that it has met in another form already.
    """
    if len(mine) != len(alone):
        return [f"{len(mine)} pages, alone {len(alone)}"]
    return [
        f"page {at}: {name}"
        for at, (left, right) in enumerate(zip(mine, alone, strict=True))
        for name, same in _compared(left, right).items()
        if not same
    ]


def _compared(left: Page, right: Page) -> dict[str, bool]:
    ours, theirs = _read(left), _read(right)
    return {
        "size": _size(left) == _size(right),
        "lines": [line.text for line in left.lines] == [line.text for line in right.lines],
        "looks": list(map(_look, ours)) == list(map(_look, theirs)),
        "places": all(
            abs(a.baseline - b.baseline) < 0.05 and abs(a.x - b.x) < 0.2
            for a, b in zip(ours, theirs, strict=False)
        ),
        "rules": _boxes(left.rules) == _boxes(right.rules),
        "pictures": _boxes(left.pictures) == _boxes(right.pictures),
    }


def _read(page: Page) -> list[Char]:
    """As one reads: what another font lends is drawn before or after the rest of its line."""
    upright = [char for line in page.lines for char in line.chars]
    return upright + [char for char in page.chars if char.angle]


def _size(page: Page) -> tuple[float, float, int]:
    return page.width, page.height, page.rotation


def _look(char: Char) -> tuple[str, str, float, int, bool, str]:
    return char.text, char.font, char.size, char.angle, char.bold, char.colour


def _boxes(found: Sequence[Any]) -> list[tuple[float, ...]]:
    boxes = [getattr(one, "box", one) for one in found]
    return sorted(tuple(round(v, 1) for v in (b.left, b.top, b.right, b.bottom)) for b in boxes)
