"""Fonts: which stand-in serves which name, glyph by glyph; a unit's own fonts win."""

import ctypes
import io
import re
from pathlib import Path

import docx
import pypdf
import pypdfium2
import pytest
from docx.oxml.ns import qn
from fontTools import subset
from fontTools.ttLib import TTFont
from lxml import etree
from pypdfium2 import raw

from service.engines.fonts import config as fonts
from service.engines.fonts.config import all_faces, candidates, covers, prepare_fonts, wanted_fonts
from service.engines.fonts.coverage import FontCoverage
from service.engines.fonts.used import AskedFonts, embedded_fonts
from service.engines.office.converter import OfficePool
from service.settings import Settings
from tests.engines.office.office_tools import NAMES, text_of, word

pytestmark = pytest.mark.office
FAMILIES = ("方正小标宋简体", "仿宋_GB2312", "楷体_GB2312", "黑体", "宋体")


@pytest.fixture(scope="module")
def here(tmp_path_factory):
    return prepare_fonts(Settings(data=tmp_path_factory.mktemp("fonts")))


@pytest.fixture(scope="module")
def pool(tmp_path_factory):
    made = OfficePool(Settings(data=tmp_path_factory.mktemp("office"), converters=1))
    yield made
    made.close()


def test_the_file_is_whole_and_written_once(tmp_path):
    own = tmp_path / "字体 & <自有>"
    own.mkdir()
    files = prepare_fonts(Settings(data=tmp_path, fonts=own))
    tree = etree.parse(files.conf)
    assert tree.findtext("dir") == str(own)
    assert tree.findtext("cachedir") == str(files.cache)
    written = files.conf.stat().st_mtime_ns
    assert prepare_fonts(Settings(data=tmp_path, fonts=own)) == files
    assert files.conf.stat().st_mtime_ns == written
    assert [left.name for left in files.conf.parent.iterdir() if left.is_file()] == ["fonts.conf"]


def test_every_family_of_the_layout_is_served(here):
    served = {use.wanted: use.served for use in wanted_fonts(here)}
    assert set(FAMILIES) < set(served)
    assert all(served.values()), served
    assert served["Times New Roman"] in {("Liberation Serif",), ("Times New Roman",)}


@pytest.mark.parametrize(
    ("name", "family", "style"),
    [
        ("仿宋", "FandolFang", "Regular"),
        ("仿宋_GB2312", "FandolFang", "Regular"),
        ("FangSong", "FandolFang", "Regular"),
        ("fangsong_gb2312", "FandolFang", "Regular"),
        ("楷体", "FandolKai", "Regular"),
        ("KaiTi", "FandolKai", "Regular"),
        ("黑体", "Noto Sans CJK SC", "Regular"),
        ("SimHei", "Noto Sans CJK SC", "Regular"),
        ("方正小标宋简体", "Noto Serif CJK SC", "Bold"),
        ("FZXiaoBiaoSong-B05S", "Noto Serif CJK SC", "Bold"),
        ("宋体", "Noto Serif CJK SC", "Regular"),
        ("SimSun", "Noto Serif CJK SC", "Regular"),
        ("Times New Roman", "Liberation Serif", "Regular"),
    ],
)
def test_stand_ins(here, name, family, style):
    first = candidates(here, name)[0]
    if any(fonts.same_font(name, own) for own in first.families):
        pytest.skip("this machine has the licensed font")
    assert (first.families[0], first.style) == (family, style)


def test_names_of_one_font():
    assert fonts.same_font("仿宋", "FangSong_GB2312")
    assert fonts.same_font("KAITI", "楷体_GB2312")
    assert not fonts.same_font("仿宋", "FandolFang")
    assert not fonts.same_font("Times New Roman", "Liberation Serif")


def test_characters_outside_a_font(here):
    assert covers(here, "仿宋", f"张{NAMES} 李") == set(NAMES)
    assert covers(here, "宋体", f"张{NAMES} 李") == set()
    # It maps 䶮 to an empty glyph, which would print as a gap in somebody's name.
    assert covers(here, "AR PL UKai CN", "喆䶮") == {"䶮"}
    assert not candidates(here, "AR PL UKai CN")[0].has("䶮")


def test_a_note_on_fonts_never_costs_a_document(tmp_path, monkeypatch):
    blocked = tmp_path / "file"
    blocked.write_text("not a folder")
    assert FontCoverage(Settings(data=blocked / "var")).lacking("喆") == frozenset()
    monkeypatch.setattr(fonts.shutil, "which", lambda _: None)  # no fontconfig, so no PDF either
    assert FontCoverage(Settings(data=tmp_path / "var")).lacking("张喆") == frozenset()


def test_fontconfig_that_takes_too_long_is_done_without(tmp_path, monkeypatch):
    slow = tmp_path / "fc-cache"
    slow.write_text("#!/bin/sh\nexec sleep 30\n")
    slow.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    monkeypatch.setattr(fonts, "FC_SECONDS", 0.2)
    assert prepare_fonts(Settings(data=tmp_path / "var")).conf.is_file()


def characters(pdf):
    """(character, PostScript name of its font, its box in points) of the first page."""
    document = pypdfium2.PdfDocument(pdf)
    page = document[0]
    text = page.get_textpage()
    name, flags = ctypes.create_string_buffer(200), ctypes.c_int()
    units = [raw.FPDFText_GetUnicode(text, index) for index in range(text.count_chars())]
    for index, unit in enumerate(units):
        if 0xDC00 <= unit < 0xE000:
            continue  # the second half of a character beyond U+FFFF
        pair = units[index : index + 2] if 0xD800 <= unit < 0xDC00 else [unit]
        char = b"".join(half.to_bytes(2, "little") for half in pair).decode("utf-16-le")
        raw.FPDFText_GetFontInfo(text, index, name, 200, flags)
        yield char, name.value.decode().rpartition("+")[2], text.get_charbox(index)
    text.close()
    page.close()
    document.close()


def has_ink(picture, height, box):
    left, bottom, right, top = box
    square = picture.crop(
        (int(left * 2), int((height - top) * 2), int(right * 2), int((height - bottom) * 2))
    )
    return square.getextrema()[0] < 128


def test_rare_characters_are_real_glyphs_in_every_family(pool, here):
    covering = {face.postscript: face for face in all_faces(here)}
    for family in FAMILIES:
        done = pool.convert(word(f"张{NAMES}三", family=family), name="x.docx")
        assert text_of(done.pdf) == f"张{NAMES}三"
        page = pypdfium2.PdfDocument(done.pdf)[0]
        picture, height = page.render(scale=2, grayscale=True).to_pil(), page.get_height()
        seen = [found for found in characters(done.pdf) if found[0] in NAMES]
        assert {char for char, _, _ in seen} == set(NAMES)
        for char, font, box in seen:
            face = covering[font.removesuffix("-VKana")]
            assert face.has(char), (family, char, font)
            assert has_ink(picture, height, box), (family, char)


def test_five_families_and_what_served_them(pool):
    document = docx.Document()
    for family in (*FAMILIES, "仿宋"):
        run = document.add_paragraph().add_run("工作方案2014")
        run.font.name = "Times New Roman"
        run._r.rPr.rFonts.set(qn("w:eastAsia"), family)
    parcel = io.BytesIO()
    document.save(parcel)
    done = pool.convert(parcel.getvalue(), name="x.docx")
    assert {use.wanted: (use.served, use.stand_in) for use in done.fonts} == {
        "方正小标宋简体": (("Noto Serif CJK SC",), True),
        "仿宋_GB2312": (("FandolFang",), True),
        "仿宋": (("FandolFang",), True),
        "楷体_GB2312": (("FandolKai",), True),
        "黑体": (("Noto Sans CJK SC",), True),
        "宋体": (("Noto Serif CJK SC",), True),
        "Times New Roman": (("Liberation Serif",), True),
    }
    names = {name.removesuffix("-VKana") for name in embedded_fonts(done.pdf)}
    assert names == {
        *("NotoSerifCJKjp-Bold", "NotoSerifCJKjp-Regular", "NotoSansCJKjp-Regular"),
        *("FandolFang-Regular", "FandolKai-Regular", "LiberationSerif"),
    }


def thickened(pdf):
    """True where text is both filled and stroked (`2 Tr`): bold that no font has."""
    pages = pypdf.PdfReader(io.BytesIO(pdf)).pages
    return any(re.search(rb"\b2 Tr\b", page.get_contents().get_data()) for page in pages)


@pytest.mark.parametrize(
    ("family", "bold", "expected"),
    [
        *((family, None, False) for family in FAMILIES),
        ("方正小标宋简体", True, False),
        ("楷体_GB2312", True, False),
        ("黑体", True, False),
        ("宋体", True, False),
        ("仿宋_GB2312", True, True),
    ],
)
def test_only_bold_fangsong_is_thickened(pool, family, bold, expected):
    done = pool.convert(word("一、工作方案", family=family, bold=bold), name="x.docx")
    assert thickened(done.pdf) == expected


def renamed(folder, chinese, english):
    """A "licensed" font: a few characters of FandolFang under another name."""
    [source] = (
        place
        for place in candidates(prepare_fonts(Settings(data=folder)), "FandolFang R")[:1]
        if place.families[0] == "FandolFang"
    )
    font = TTFont(source.file)
    tool = subset.Subsetter()
    tool.populate(text="工作方案自有字体")
    tool.subset(font)
    for record in list(font["name"].names):
        if record.nameID in {1, 3, 4, 6, 16, 17, 18, 20, 21, 22}:
            font["name"].removeNames(nameID=record.nameID)
    for number, text in ((1, english), (3, english), (4, english), (6, english)):
        font["name"].setName(text, number, 3, 1, 0x409)
    for number in (1, 4):
        font["name"].setName(chinese, number, 3, 1, 0x804)
    font["CFF "].cff.fontNames = [english]
    top = font["CFF "].cff[0]
    top.FullName = top.FamilyName = english
    for inner in top.FDArray:
        inner.FontName = english
    own = folder / "own"
    own.mkdir()
    font.save(own / f"{english}.otf")
    return own


@pytest.mark.parametrize(
    ("chinese", "english", "asked"),
    [
        ("仿宋_GB2312", "FangSong_GB2312", "仿宋_GB2312"),
        ("仿宋_GB2312", "FangSong_GB2312", "仿宋"),
        ("方正小标宋简体", "FZXiaoBiaoSong-B05S", "方正小标宋简体"),
    ],
)
def test_a_units_own_font_wins(tmp_path, chinese, english, asked):
    settings = Settings(data=tmp_path, fonts=renamed(tmp_path, chinese, english), converters=1)
    pool = OfficePool(settings)
    try:
        done = pool.convert(word("工作方案", family=asked), name="x.docx")
    finally:
        pool.close()
    assert embedded_fonts(done.pdf) == {english}
    [use] = done.fonts
    assert (use.wanted, use.served, use.stand_in) == (
        asked,
        (chinese if asked == chinese else english,),
        False,
    )
    assert not thickened(done.pdf)


def test_asked_fonts_follow_styles_themes_and_hints():
    document = docx.Document()
    style = document.styles["Normal"]
    style.font.name = "Arial"
    style.element.rPr.rFonts.set(qn("w:eastAsia"), "仿宋")
    heading = document.styles["Heading 1"]
    fonts_of = heading.element.get_or_add_rPr().get_or_add_rFonts()
    for name in list(fonts_of.attrib):
        del fonts_of.attrib[name]
    fonts_of.set(qn("w:eastAsia"), "黑体")
    document.styles["Heading 2"].element.rPr.rFonts.set(qn("w:eastAsia"), "没人用的字体")
    document.add_paragraph("正文“四风”Abc")
    document.add_paragraph("标题", style="Heading 1")
    run = document.add_paragraph().add_run("——")
    run._r.get_or_add_rPr().get_or_add_rFonts().set(qn("w:hint"), "eastAsia")
    run._r.rPr.rFonts.set(qn("w:eastAsia"), "楷体")
    document.add_paragraph().add_run("   ").font.name = "只有空格"
    document.sections[0].header.paragraphs[0].add_run("页眉").font.name = "Courier New"
    parcel = io.BytesIO()
    document.save(parcel)
    assert AskedFonts(parcel.getvalue()).families == {
        "Arial": set("Abc"),
        "仿宋": set("正文“四风”页眉"),
        "黑体": set("标题"),
        "楷体": {"—"},
    }


def test_asked_fonts_of_a_theme():
    document = docx.Document()  # python-docx's own template names theme fonts only
    document.add_paragraph("正文Abc")
    parcel = io.BytesIO()
    document.save(parcel)
    assert AskedFonts(parcel.getvalue()).families == {"Cambria": set("Abc"), "宋体": set("正文")}


def test_the_shipped_file_names_every_wanted_family():
    named = {alias.findtext("family") for alias in etree.parse(fonts.SHIPPED).iterfind("alias")}
    assert set(fonts.WANTED) <= named
    assert Path(fonts.SHIPPED).is_file()
