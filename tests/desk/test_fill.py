"""Fill: what is typed stands in the Word file and in the PDF, character by character."""

import re

import pytest

from service.bootstrap import assemble
from service.desk.activity.files import sample_activity
from service.desk.fill import fill, to_pdf
from service.desk.kinds import sample_answers
from service.errors import InputError, NotFoundError
from service.settings import Settings
from tests.helpers_pdf import read
from tests.helpers_word import assert_docx_text

HOSTILE = [
    "A & B < C > D \"E\" 'F'", "]]>", "</w:t><w:br/>", "{{ 7*7 }}", "{% if x %}", "{_{ 7 }_}", "}}{#",
    "　　前有全角空格", "两个  空格", "𠮷野家喆堃玥翀䶮", "“引号”——破折号……",
]  # fmt: skip


@pytest.fixture(scope="module")
def desk(tmp_path_factory):
    desk = assemble(Settings(data=tmp_path_factory.mktemp("var")))
    yield desk
    desk.close()


def answers(desk, kind, **changes):
    return sample_answers(desk, kind, "zh") | changes


def made(desk, kind, raw, **kwargs):
    return fill(desk, kind, raw, lang="zh", activity=sample_activity(desk, "zh"), **kwargs)


def hostile(desk):
    return answers(desk, "implementation_plan", lead_in=HOSTILE, addressees=HOSTILE[:4])


def test_hostile_values_come_out_exactly(desk):
    document = made(desk, "implementation_plan", hostile(desk))
    assert_docx_text(document.docx, *HOSTILE)


@pytest.mark.office
def test_hostile_values_come_out_of_the_pdf_too(desk):
    converted = to_pdf(desk, made(desk, "implementation_plan", hostile(desk)))
    text = re.sub(r"\s", "", "".join(page.extract_text() for page in read(converted.pdf).pages))
    for value in HOSTILE:
        # pypdf puts the glyphs of another font beside the line; whole values only without them.
        if "𠮷" not in value:
            assert re.sub(r"\s", "", value) in text
    for char in "𠮷喆堃玥翀䶮":
        assert char in text


def test_the_same_answers_give_the_same_bytes(desk):
    raw = answers(desk, "meeting_report")
    assert made(desk, "meeting_report", raw).docx == made(desk, "meeting_report", raw).docx


def test_what_is_not_given_is_left_to_the_pen(desk):
    raw = answers(desk, "meeting_report")
    raw = {name: value for name, value in raw.items() if name not in {"doc_number", "issue_date"}}
    document = made(desk, "meeting_report", raw)
    assert_docx_text(document.docx, "〔2014〕　号", "2014年　月　日")
    assert {note.path for note in document.notes} >= {"issue_date"}
    with pytest.raises(InputError) as caught:
        made(desk, "meeting_report", raw, stage="issue")
    assert "issue_date" in {found.path for found in caught.value.problems}


def test_an_annex_on_its_own(desk):
    raw = answers(desk, "rectification_plan")
    ledger = made(desk, "rectification_plan", raw, part="ledger")
    whole = made(desk, "rectification_plan", raw)
    assert len(ledger.docx) < len(whole.docx)
    assert_docx_text(ledger.docx, raw["tasks"][0]["problem"].strip())
    with pytest.raises(NotFoundError):
        made(desk, "rectification_plan", raw, part="nothing")


def test_the_file_says_nothing_of_its_maker(desk):
    document = made(desk, "self_examination", answers(desk, "self_examination"))
    for word in (b"python-docx", b"root", b"/work/", b"/home/"):
        assert word not in document.docx
    assert document.name.endswith("对照检查表（普通党员）")


def test_rare_characters_of_names_are_noted(desk):
    raw = answers(desk, "self_examination", person_name="邹𠮷喆")
    [note] = [n for n in made(desk, "self_examination", raw).notes if n.code == "rare_characters"]
    assert "𠮷、喆" in note.text.zh
    plain = answers(desk, "self_examination", person_name="张三", reviewer="李四")
    assert "rare_characters" not in {n.code for n in made(desk, "self_examination", plain).notes}
