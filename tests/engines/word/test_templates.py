"""Filling: docxtpl's result, the same bytes each time, and no value lost or changed."""

from __future__ import annotations

import io
import subprocess
import sys
import zipfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import docx
import pytest
from docxtpl import InlineImage, Listing, RichText
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from markupsafe import Markup
from PIL import Image

from service.engines.word.archive import Archive
from service.engines.word.templates import WordTemplates, bind, text_of
from service.errors import DefinitionError, EngineError, InputError
from tests.helpers_word import (
    NASTY,
    add_footnote,
    add_textbox,
    assert_docx_text,
    chinese_form,
    form_answers,
    loaded,
    members_of,
    one_paragraph,
    saved,
    stock_fill,
    with_members,
)


def everywhere() -> bytes:
    """One value in body, table, text box, header, footer, footnote and title."""
    document = docx.Document()
    document.core_properties.title = "{{ v }}"
    document.sections[0].header.paragraphs[0].text = "眉[{{ v }}]"
    document.sections[0].footer.paragraphs[0].text = "脚[{{ v }}]"
    paragraph = document.add_paragraph("文[{{ v }}]")
    paragraph.add_run("粗[{{ v }}]").bold = True
    document.add_table(rows=1, cols=1).rows[0].cells[0].text = "格[{{ v }}]"
    add_textbox(document.add_paragraph(), "框[{{ v }}]")
    document.add_paragraph("{%p for x in rows %}")
    document.add_paragraph("行[{{ x }}]")
    document.add_paragraph("{%p endfor %}")
    document.add_paragraph("末")
    add_footnote(document, "注[{{ v }}]")
    return saved(document)


EVERYWHERE = everywhere()


def assert_kept(value: str) -> None:
    made = loaded(EVERYWHERE).fill({"v": value, "rows": [value, "", value]})
    assert_docx_text(made, *(f"{mark}[{value}]" for mark in "眉脚文粗格框注行"))
    assert text_of(made).count(f"行[{value}]") == 2 + (value == "")
    assert docx.Document(io.BytesIO(made)).core_properties.title == value


@pytest.mark.parametrize("value", NASTY)
def test_values_come_out_exactly(value: str) -> None:
    assert_kept(value)


# A carriage return is refused (test below), as every XML reader turns it into a newline.
TEXT = st.text(
    st.one_of(
        st.sampled_from("{}%#_&<>\"';]\n\t 　張𠮷〔〕"),
        st.characters(exclude_categories=("Cs", "Cc"), exclude_characters="\ufffe\uffff"),
    ),
    max_size=40,
)


@given(TEXT)
@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_any_text_comes_out_exactly(value: str) -> None:
    assert_kept(value)


def test_same_answers_same_bytes() -> None:
    template, answers = chinese_form(), form_answers()
    first = loaded(template).fill(answers)
    assert first == loaded(template).fill(answers)
    assert first == WordTemplates(None).load(template, file="again.docx").fill(answers)


def test_bytes_do_not_depend_on_the_process(tmp_path: Path) -> None:
    (tmp_path / "t.docx").write_bytes(chinese_form())
    program = (
        "import sys, hashlib, pathlib\n"
        "from service.engines.word.templates import WordTemplates\n"
        "from tests.helpers_word import form_answers\n"
        "template = pathlib.Path(sys.argv[1]).read_bytes()\n"
        "made = WordTemplates(None).load(template, file='t').fill(form_answers())\n"
        "print(hashlib.sha256(made).hexdigest())"
    )
    root = Path(__file__).parents[3]
    runs = {
        subprocess.run(
            [sys.executable, "-c", program, str(tmp_path / "t.docx")],
            capture_output=True, check=True, cwd=root, env={"PYTHONHASHSEED": seed},
        ).stdout
        for seed in ("1", "2")
    }  # fmt: skip
    assert len(runs) == 1


def test_threads_do_not_mix_their_values() -> None:
    template = loaded(EVERYWHERE)
    contexts = [{"v": f"值{n}", "rows": [f"行{n}"] * n} for n in range(24)]
    alone = [template.fill(context) for context in contexts]
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(template.fill, contexts)) == alone


def test_an_entry_named_like_a_method_prints() -> None:
    template = loaded(one_paragraph("{{ t.items }}{% for v in t.values %}{{ v }}{% endfor %}"))
    made = template.fill({"t": {"items": "议程", "values": ["甲", "乙"]}})
    assert_docx_text(made, "议程甲乙")


def test_none_prints_nothing() -> None:
    assert_docx_text(loaded(one_paragraph("[{{ a }}]")).fill({"a": None}), "[]")


BAD = {
    "\x07": 0x07, "\x0c": 0x0C, "\x00": 0, "\ud800": 0xD800, "\ufffe": 0xFFFE, "\uffff": 0xFFFF,
    "\r": 0x0D, "\x1b": 0x1B,
}  # fmt: skip


@pytest.mark.parametrize("beside", ["", "\t", "\n"])
@pytest.mark.parametrize("character", BAD, ids=lambda c: f"{ord(c):04X}")
def test_characters_that_word_cannot_keep_are_refused(character: str, beside: str) -> None:
    template = loaded(EVERYWHERE)
    with pytest.raises(InputError) as caught:
        template.fill({"v": "好", "rows": [f"秘{beside}密{character}", "好"]})
    (found,) = caught.value.problems
    assert (found.code, found.path) == ("bad_character", "rows.0")
    assert f"U+{BAD[character]:04X}" in found.text.en
    assert "秘" not in str(caught.value)


def test_missing_names_are_listed_all_at_once() -> None:
    template = loaded(one_paragraph("{{ a }}{{ b.c }}{% for r in rows %}{{ r.d }}{% endfor %}"))
    with pytest.raises(DefinitionError) as caught:
        template.fill({"b": {}, "rows": [{"d": "有"}, {}]})
    found = caught.value.problems
    assert [p.path for p in found] == ["a", "b.c", "rows.d"]
    assert {p.code for p in found} == {"unknown_tag"}


class Person:
    name = "对象"


@pytest.mark.parametrize(
    "value", [Person(), Markup("<w:br/>"), 1.5, ("甲",), {"甲"}, b"x", str, iter("x")]
)
def test_only_plain_values_go_in(value: object) -> None:
    with pytest.raises(DefinitionError) as caught:
        loaded(one_paragraph("{{ a.b }}")).fill({"a": {"b": value}})
    assert [(p.code, p.path) for p in caught.value.problems] == [
        ("template_value_not_plain", "a.b")
    ]


def test_values_that_hold_themselves_are_refused() -> None:
    knot: list[Any] = []
    knot.append(knot)
    with pytest.raises(DefinitionError):
        loaded(one_paragraph("{{ a }}")).fill({"a": knot})


def test_what_a_value_cannot_do_is_the_templates_fault() -> None:
    template = loaded(one_paragraph("{{ a.strip() }}{{ b|sum }}"))
    for context in ({"a": 1, "b": [1]}, {"a": "好", "b": ["密"]}, {"a": "好", "b": 1}):
        with pytest.raises(DefinitionError) as caught:
            template.fill(context)
        assert [p.code for p in caught.value.problems] == ["template_failed"]
        assert "密" not in str(caught.value)


@pytest.mark.parametrize("value", [["甲"], {"甲": "乙"}])
def test_lists_are_not_printed_as_python_writes_them(value: object) -> None:
    with pytest.raises(DefinitionError) as caught:
        loaded(one_paragraph("{{ a }}")).fill({"a": value})
    assert caught.value.problems[0].code == "template_list"
    assert "甲" not in str(caught.value)


def test_a_value_that_would_not_be_seen_is_not_lost_in_silence() -> None:
    # {{r x}} takes rich text only: docxtpl drops a plain value out of sight, without a word.
    template = loaded(one_paragraph("前{{r x }}后"))
    assert "秘密" not in text_of(stock_fill(bind(one_paragraph("前{{r x }}后")), {"x": "秘密"}))
    with pytest.raises(EngineError) as caught:
        template.fill({"y": "别的", "x": "秘密"})
    (found,) = caught.value.problems
    assert (found.code, found.path) == ("readback_failed", "x")
    assert "秘密" not in str(caught.value)


@pytest.mark.parametrize("value", ["一\n二", "一\t二"])
def test_breaks_cannot_go_into_an_attribute(value: str) -> None:
    template = loaded(one_paragraph("{# bind ind.right=x #}文"))
    with pytest.raises((EngineError, DefinitionError)):
        template.fill({"x": value})


def test_no_person_and_no_machine_in_the_properties() -> None:
    document = docx.Document()
    core = document.core_properties
    core.author, core.last_modified_by, core.title = "张三", "李四的电脑", "{{ t }} & {{ t }}"
    document.add_paragraph("{{ t }}")
    template = saved(document)
    made = docx.Document(io.BytesIO(loaded(template).fill({"t": "通知<一>"}))).core_properties
    assert (made.author, made.last_modified_by) == ("", "")
    assert made.title == "通知<一> & 通知<一>"
    everything = b"".join(members_of(loaded(template).fill({"t": "通知"})).values()).decode(
        "latin1"
    )
    for word in ("张三", "李四", "python-docx"):
        assert word.encode().decode("latin1") not in everything.replace(
            "generated by python-docx", ""
        )


def test_author_may_be_a_tag() -> None:
    document = docx.Document()
    document.core_properties.author = "{{ unit }}"
    made = loaded(saved(document)).fill({"unit": "市博物馆"})
    assert docx.Document(io.BytesIO(made)).core_properties.author == "市博物馆"


def test_dates_inside_the_zip_are_fixed() -> None:
    made = zipfile.ZipFile(io.BytesIO(loaded(EVERYWHERE).fill({"v": "值", "rows": []})))
    assert {entry.date_time for entry in made.infolist()} == {(1980, 1, 1, 0, 0, 0)}
    assert made.infolist()[0].filename == "[Content_Types].xml"


def test_archive_takes_chinese_names() -> None:
    made = Archive({"[Content_Types].xml": b"x", "中文.xml": "一".encode()}).write([("b", b"")])
    assert members_of(made) == {"[Content_Types].xml": b"x", "中文.xml": "一".encode(), "b": b""}


def png() -> io.BytesIO:
    made = io.BytesIO()
    Image.new("RGB", (40, 20), "red").save(made, "PNG")
    made.seek(0)
    return made


def test_pictures_and_rich_text_go_through_docxtpl_with_the_same_care() -> None:
    document = docx.Document()
    document.core_properties.title = "{{ v }}"
    document.sections[0].header.paragraphs[0].text = "眉[{{ v }}]"
    document.add_section()
    document.add_paragraph("图：{{ picture }}")
    document.add_paragraph("{{r rich }}")
    document.add_paragraph("{{ list }}")
    document.add_paragraph("文[{{ v }}]")
    add_footnote(document, "注[{{ v }}]")
    template = loaded(saved(document))
    value = "A & B <c> {{ 7*7 }}"
    rich = RichText("红字 & <b>", color="FF0000")
    context = {"picture": InlineImage(None, png()), "rich": rich, "v": value}
    made = template.fill(context | {"list": Listing("甲\n乙")})
    assert_docx_text(made, f"眉[{value}]", f"文[{value}]", f"注[{value}]", "红字 & <b>", "甲\n乙")
    again = docx.Document(io.BytesIO(made))
    assert len(again.inline_shapes) == 1
    assert again.core_properties.title == value
    context["picture"] = InlineImage(None, png())
    assert made == template.fill(context | {"list": Listing("甲\n乙")})


def test_rich_documents_are_read_back_too() -> None:
    template = loaded(one_paragraph("{{r rich }}{{ v }}"))
    with pytest.raises(EngineError) as caught:  # stock rewrites {_{ to {{ in values
        template.fill({"rich": RichText("红"), "v": "写作 {_{ 的值"})
    assert [(p.code, p.path) for p in caught.value.problems] == [("readback_failed", "v")]


def test_a_picture_that_is_no_picture_is_refused() -> None:
    template = loaded(one_paragraph("{{ picture }}"))
    with pytest.raises(DefinitionError) as caught:
        template.fill({"picture": InlineImage(None, io.BytesIO(b"no picture"))})
    assert caught.value.problems[0].code == "template_failed"


def test_no_company_and_no_editing_time() -> None:
    app = (
        '<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/'
        'extended-properties"><TotalTime>99</TotalTime><Company>某公司</Company></Properties>'
    )
    made = members_of(
        loaded(with_members(chinese_form(), {"docProps/app.xml": app.encode()})).fill(
            form_answers()
        )
    )["docProps/app.xml"].decode()
    assert "<TotalTime>0</TotalTime>" in made
    assert "某公司" not in made
