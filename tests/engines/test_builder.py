"""The builder: same bytes, named styles, no junk, numbers that count what prints; LibreOffice."""

import io
import re
import zipfile
from pathlib import Path

import docx
import pypdf
import pytest
from docx.oxml.ns import qn

from service.catalog import Catalog
from service.core.layout.blocks import parse_layout
from service.core.layout.starter import propose_layout
from service.core.parsing import parse_form
from service.engines.builder.numbers import CountError, Numbers
from service.engines.builder.styles import RULES
from service.engines.builder.word import WordBuilder
from service.engines.measure import PdfiumMeasurer
from service.engines.office.converter import OfficePool
from service.engines.word.templates import WordTemplates
from service.errors import LANGS, DefinitionError
from service.settings import Settings

ROOT = Path(__file__).parents[2]
CATALOG = Catalog([ROOT / "templates"])
KINDS = [CATALOG.kind(name) for name in CATALOG.kinds()]
KINDS += [CATALOG.front(name) for name in CATALOG.fronts()]
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


def built(kind, lang):
    return WordBuilder().build(CATALOG.layout(kind), kind.form, lang)


@pytest.fixture(scope="module")
def templates():
    """Every template of the house, built now."""
    return {
        kind.template(lang, part): content
        for kind in KINDS
        for lang in LANGS
        for part, content in built(kind, lang).items()
    }


def member(content, name):
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        return packed.read(name).decode()


def label(text):
    return {"zh": text, "en": text}


def field(name, kind, **more):
    return {"name": name, "type": kind, "label": label(name), **more}


FORM = parse_form(
    {
        "title": label("小样"),
        "sections": [{"title": label("正文"), "fields": [
            field("title", "lines"), field("lead", "paragraphs"), field("extra", "yes_no"),
            field("person", "person"), field("signature_org", "text"),
            field("issue_date", "date"),
            field("seal_mode", "choice", choices=[{"value": "sealed", "label": label("盖章")},
                                                  {"value": "unsealed", "label": label("不盖")}]),
            field("tasks", "table", fields=[field("name", "text"), field("text", "paragraphs")]),
        ]}],
    },
    name="sample", file="form.yaml",
)  # fmt: skip


def build(*blocks, lang="zh", **more):
    layout = parse_layout({"blocks": list(blocks), **more}, file="layout.yaml")
    return WordBuilder().build(layout, FORM, lang)[""]


def texts(content):
    return [one.text for one in docx.Document(io.BytesIO(content)).paragraphs]


def filled(content, **values):
    """The paragraphs that a template prints for some answers."""
    from service.core.answers import check
    from service.core.present import present

    template = WordTemplates().load(content, file="sample")
    return texts(template.fill(present(check(FORM, values), lang="zh")))


def test_building_twice_gives_the_same_bytes(templates):
    kind = CATALOG.kind("rectification_plan")
    for part, content in built(kind, "zh").items():
        assert content == templates[kind.template("zh", part)]


def test_committed_templates_are_what_the_layouts_make(templates):
    stale = [str(file) for file, content in templates.items() if file.read_bytes() != content]
    assert not stale, "run: gongwen templates"
    committed = set((ROOT / "templates").rglob("template*.docx"))
    assert committed == set(templates)


def test_small_and_without_the_default_packages_junk(templates):
    allowed = re.compile(
        r"\[Content_Types\]\.xml|_rels/\.rels|docProps/core\.xml|word/_rels/document\.xml\.rels"
        r"|word/(document|styles|settings|fontTable|(footer|header)[1-3])\.xml"
    )
    for file, content in templates.items():
        assert len(content) < 30_000, file
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            assert not [name for name in packed.namelist() if not allowed.fullmatch(name)]
            assert {info.date_time for info in packed.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        core = member(content, "docProps/core.xml")
        assert "python-docx" not in core and "created" not in core and "creator" not in core


def test_python_docx_opens_every_template_and_finds_our_styles_only(templates):
    names = {rule.zh for rule in RULES.values()} | {rule.en for rule in RULES.values()}
    basic = {"Normal", "Default Paragraph Font", "Normal Table"}
    for content in templates.values():
        document = docx.Document(io.BytesIO(content))
        found = {style.name for style in document.styles}
        assert basic < found and found - basic <= names
        used = {one.get(qn("w:val")) for one in document.element.iter(f"{W}pStyle", f"{W}rStyle")}
        assert used <= {style.style_id for style in document.styles}


def test_every_paragraph_style_keeps_every_mark(templates):
    for content in templates.values():
        styles = docx.Document(io.BytesIO(content)).styles.element
        for style in styles.iter(f"{W}style"):
            if style.get(qn("w:type")) != "paragraph":
                continue
            properties = style.find(qn("w:pPr"))
            for name, value in (("overflowPunct", "1"), ("kinsoku", "1"), ("autoSpaceDE", "0"),
                                ("autoSpaceDN", "0"), ("snapToGrid", "0")):  # fmt: skip
                assert properties.find(qn(f"w:{name}")).get(qn("w:val")) == value


def test_numbers_of_the_body_style_and_of_the_page():
    content = build({"block": "paragraphs", "field": "lead"})
    styles = docx.Document(io.BytesIO(content)).styles
    body = styles["公文正文"].element
    spacing = body.pPr.find(qn("w:spacing"))
    assert (spacing.get(qn("w:line")), spacing.get(qn("w:lineRule"))) == ("579", "exact")
    assert body.rPr.find(qn("w:spacing")).get(qn("w:val")) == "-5"
    assert body.rPr.find(qn("w:sz")).get(qn("w:val")) == "32"
    assert body.pPr.find(qn("w:ind")).get(qn("w:firstLine")) == "630"
    fonts = body.rPr.find(qn("w:rFonts"))
    assert fonts.get(qn("w:eastAsia")) == "仿宋_GB2312" and fonts.get(qn("w:hint")) == "eastAsia"
    assert body.rPr.find(qn("w:lang")).get(qn("w:eastAsia")) == "zh-CN"
    section = docx.Document(io.BytesIO(content)).sections[0]
    assert [round(one.mm) for one in (section.top_margin, section.left_margin)] == [37, 28]
    settings = member(content, "word/settings.xml")
    assert "mirrorMargins" in settings and "evenAndOddHeaders" in settings
    assert '<w:altName w:val="仿宋"/>' in member(content, "word/fontTable.xml")
    assert "linesAndChars" not in member(content, "word/document.xml")


def test_footers_stand_outside():
    content = build({"block": "title"})
    odd, even = (member(content, f"word/footer{n}.xml") for n in (1, 2))
    assert '<w:jc w:val="right"/>' in odd and 'w:right="280"' in odd
    assert '<w:jc w:val="left"/>' in even and 'w:left="280"' in even
    assert " PAGE " in odd
    assert (
        "word/footer1.xml"
        not in zipfile.ZipFile(io.BytesIO(build({"block": "title"}, page_numbers=False))).namelist()
    )


def heading(text, level=1, **more):
    return {"block": "heading", "level": level, "text": text, **more}


def test_headings_count_what_prints():
    when = {"field": "extra", "is": True}
    content = build(
        heading("甲"), heading("乙", 2), heading("丙", 2, when=when), heading("丁", 2),
        heading("戊", when=when), heading("己"), heading("庚", 2), heading("辛", 3),
        heading("壬", 4),
    )  # fmt: skip
    with_extra = ["一、甲", "（一）乙", "（二）丙", "（三）丁", "二、戊", "三、己", "（一）庚",
                  "1.辛", "（1）壬"]  # fmt: skip
    assert filled(content, extra=True) == with_extra
    without = ["一、甲", "（一）乙", "（二）丁", "二、己", "（一）庚", "1.辛", "（1）壬"]
    assert filled(content, extra=False) == filled(content) == without


def test_headings_go_on_counting_after_a_loop():
    each = {"block": "each", "rows": "tasks", "as": "task",
            "blocks": [heading("{{ task.name }}", 2)]}  # fmt: skip
    content = build(heading("甲"), heading("乙", 2), each, heading("丙", 2))
    tasks = [{"name": "丁", "text": "。"}, {"name": "戊", "text": "。"}]
    assert filled(content, tasks=tasks) == [
        "一、甲",
        "（一）乙",
        "（二）丁",
        "（三）戊",
        "（四）丙",
    ]
    assert filled(content) == ["一、甲", "（一）乙", "（二）丙"]


def test_english_headings():
    content = build(heading("A"), heading("B", 2), heading("C", 3), heading("D", 4), lang="en")
    assert [" ".join(one.split()) for one in texts(content)] == [
        "English version", "1 A", "1.1 B", "(a) C", "(i) D",
    ]  # fmt: skip


def test_two_headings_of_a_level_in_a_loop_cannot_be_numbered():
    block = {
        "block": "each",
        "rows": "tasks",
        "as": "task",
        "blocks": [heading("甲"), heading("乙")],
    }
    with pytest.raises(DefinitionError) as caught:
        build(block)
    assert [one.path for one in caught.value.problems] == ["blocks.0.blocks.1"]
    numbers = Numbers(lang="zh")
    numbers.enter("tasks", "task")
    assert numbers.heading(1) == "{{ shown.zh[loop.index] }}、"
    with pytest.raises(CountError):
        numbers.heading(1)


def test_run_in_headings_and_empty_blocks_leave_no_paragraph():
    content = build(
        {"block": "paragraphs", "field": "lead"},
        {"block": "run_in", "rows": "tasks", "as": "task", "heading": "{{ task.name }}",
         "text": "task.text", "after": "（完）"},
        {"block": "group", "when": {"field": "person", "given": True}, "blocks": [
            {"block": "line", "text": "{{ person }}"}]},
    )  # fmt: skip
    assert filled(content) == []
    tasks = [{"name": "丁", "text": ["一段。"]}, {"name": "戊", "text": ["二段。", "三段。"]}]
    assert filled(content, tasks=tasks, person="邹𠮷") == [
        "（一）丁。一段。（完）", "（二）戊。二段。", "三段。（完）", "邹𠮷",
    ]  # fmt: skip


ANNEX = {"block": "annex", "blocks": [{"block": "line", "text": "内容"}]}


@pytest.mark.parametrize(
    ("annexes", "values", "note", "marks"),
    [
        ([{}], {}, ["附件：甲"], ["附件"]),
        ([{}, {}], {}, ["附件：1.\t甲", "2.\t乙"], ["附件1", "附件2"]),
        ([{}, {"when": True}], {}, ["附件：甲"], ["附件"]),
        ([{}, {"when": True}], {"extra": True}, ["附件：1.\t甲", "2.\t乙"], ["附件1", "附件2"]),
        ([{"when": True}, {}], {}, ["附件：乙"], ["附件"]),
        ([{"when": True}, {}], {"extra": True}, ["附件：1.\t甲", "　　　2.\t乙"],
         ["附件1", "附件2"]),
        ([{"when": True}], {}, [], []),
    ],
)  # fmt: skip
def test_annexes_equal_their_note(annexes, values, note, marks):
    when = {"field": "extra", "is": True}
    blocks = [
        {**ANNEX, "title": title, **({"when": when} if one else {})}
        for one, title in zip(annexes, "甲乙", strict=False)
    ]
    lines = filled(build({"block": "annex_note"}, *blocks), **values)
    assert [one.replace("\t", "") for one in lines if "甲" in one or "乙" in one][: len(note)] == [
        one.replace("\t", "") for one in note
    ]
    assert [one for one in lines if re.fullmatch(r"附件\d?", one)] == marks


def test_a_part_alone_has_title_and_no_mark():
    layout = parse_layout(
        {"blocks": [{"block": "title"}, {**ANNEX, "title": "台账", "name": "ledger",
                                         "landscape": True}]}, file="layout.yaml"
    )  # fmt: skip
    made = WordBuilder().build(layout, FORM, "zh")
    assert set(made) == {"", "ledger"}
    assert texts(made["ledger"])[0] == "台账"
    (section,) = docx.Document(io.BytesIO(made["ledger"])).sections
    assert section.page_width > section.page_height
    upright, turned = docx.Document(io.BytesIO(made[""])).sections
    assert upright.page_width < upright.page_height and turned.page_width > turned.page_height


def test_the_foot_is_one_frame_at_the_foot_and_moves_no_tag():
    line = {"block": "line", "text": "{{ person }}", "when": {"field": "person", "given": True}}
    made = docx.Document(io.BytesIO(build({"block": "title"}, {"block": "foot", "blocks": [line]})))
    framed = {p.text: p._p.pPr is not None and p._p.pPr.find(qn("w:framePr")) is not None
              for p in made.paragraphs}  # fmt: skip
    assert [text for text, in_frame in framed.items() if in_frame] == ["{{ person }}"]
    assert len(framed) > 2


def test_an_item_hangs_in_english_and_is_plain_body_in_chinese():
    item = {"block": "line", "style": "item", "text": "1. x"}
    style = {lang: docx.Document(io.BytesIO(build(item, lang=lang))).paragraphs[-1].style
             for lang in LANGS}  # fmt: skip
    assert style["zh"].name == "公文正文"
    shape = style["en"].paragraph_format
    assert (shape.left_indent.pt, shape.first_line_indent.pt) == (12, -12)


def test_a_conditional_landscape_part_cannot_be_last():
    when = {"field": "extra", "is": True}
    part = {"block": "landscape", "when": when, "blocks": [{"block": "line", "text": "宽"}]}
    with pytest.raises(DefinitionError, match="must not be the last"):
        build({"block": "title"}, part)
    last = docx.Document(
        io.BytesIO(build({"block": "title"}, part, {"block": "line", "text": "尾"}))
    )
    assert [one.page_width > one.page_height for one in last.sections] == [False, True, False]


def test_tables_fill_the_type_area_and_their_rows_hold_together(templates):
    for content in templates.values():
        for table in docx.Document(io.BytesIO(content)).tables:
            width = sum(int(one.get(qn("w:w"))) for one in table._tbl.tblGrid)
            assert min(abs(width - wanted) for wanted in (8844, 12756)) <= 4
            for row in table.rows:
                text = "".join(cell.text for cell in row.cells)
                assert "{%tr" in text or row._tr.trPr.find(qn("w:cantSplit")) is not None


def test_a_wrong_name_is_refused_with_its_path():
    with pytest.raises(DefinitionError) as caught:
        build({"block": "title"}, {"block": "paragraphs", "field": "leed"})
    assert [one.path for one in caught.value.problems] == ["blocks.1.field"]


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_the_starter_of_any_form_builds_and_proves(kind):
    layout = parse_layout(propose_layout(kind.form), file="layout.yaml")
    for lang in LANGS:
        for content in WordBuilder().build(layout, kind.form, lang).values():
            assert WordTemplates().tags(content, file=kind.name)


@pytest.mark.office
def test_libreoffice_shows_frames_turned_numbers_and_sections(tmp_path):
    """Imprint at the foot, rules of 156 mm, the turned number, every tag's page in its place."""
    pool = OfficePool(Settings(data=tmp_path, converters=1))
    try:
        content = built(CATALOG.kind("rectification_plan"), "zh")[""]
        pdf = pool.convert(content, name="template").pdf
        assert len(pypdf.PdfReader(io.BytesIO(pdf)).pages) > 3
    finally:
        pool.close()
    sheet = PdfiumMeasurer().measure(pdf, name="template")
    turned = [page for page in sheet.pages if page.landscape]
    assert turned
    for page in turned:
        dashes = [char for char in page.chars if char.text == "—"]
        assert len(dashes) == 2 and {char.angle for char in dashes} == {90}
        # 28 mm from the left edge, which is the portrait foot.
        assert abs(dashes[0].ink.middle - 28) <= 1
    rules = [rule for rule in sheet.pages[-1].rules if abs(rule.box.width - 156) < 0.5]
    bars = sorted(rule.box.bottom for rule in rules)[-3:]
    assert abs(bars[-1] - 262) <= 1 and len(bars) == 3
