"""`gongwen layout` with the real LibreOffice: a right paper passes, each wrong one is found."""

import json

import pytest

from service.core.layout_rules import REGISTRY, LayoutHints
from service.desk.layout import check_layout
from service.engines.measure import PdfiumMeasurer
from service.engines.office.converter import connect_or_start
from service.engines.word.templates import text_of
from service.errors import InputError
from service.settings import Settings
from tests.desk.papers import FANG, HEI, KAI, Wish, notice, task_rows

LONE = "学" * (26 + 28) + "习。"  # 26 characters, 28, and one with its mark
SPLIT = [
    task_rows(1)[0],
    *(
        (*row[:2], "逐项列出清单，明确责任人和办法，按月检查，公布结果" * 6, *row[3:])
        for row in task_rows(6)[1:]
    ),
]
UNSEALED = {"signature_blanks": 1, "issuer_right": 630, "date_right": 2032}
PLAIN = {"annex_mark": "", "note": ""}  # no annex: two pages less to convert
# One document each, with one wrong thing or several that do not touch; what must be said of it.
WRONG = {
    "letter paper": ({"page": (12240, 15840)}, [(1, "not A4")]),
    "shifted table": ({"table_shift": -300}, [(2, "outside"), (32, "reaches out")]),
    "27 characters": ({"spacing": 0, **PLAIN}, [(3, "character pitch")]),
    "21 lines": ({"pitch": 600, **PLAIN}, [(3, "22 lines"), (6, "28.95")]),
    "28 pt pitch": ({"pitch": 560, **PLAIN}, [(6, "28.00 pt")]),
    "lost marks": ({"overflow": False}, [(4, "missing")]),
    "left margin": (
        {"margins": {"top": 2098, "bottom": 1984, "left": 1814, "right": 1247}, **PLAIN},
        [(5, "binding margin (left)"), (5, "binding margin (right)")],
    ),
    "top margin": (
        {"margins": {"top": 1440, "bottom": 2642, "left": 1587, "right": 1474}, **PLAIN},
        [(5, "top margin"), (16, "letterhead"), (2, "outside")],
    ),
    "no mirror": ({"mirror": False, **PLAIN}, [(5, "(right)")]),
    "ragged": ({"justify": "left", **PLAIN}, [(7, "edge")]),
    "line ends": (
        {"extra": ("各党支部要认真学习有关文件（|，联系实际开展各项工作。",), **PLAIN},
        [(8, "begins"), (8, "ends")],
    ),
    "indent": ({"indent": 480, **PLAIN}, [(9, "24.0 pt")]),
    "no indent": ({"indent": 0, **PLAIN}, [(9, "0.0 pt")]),
    "DejaVu": ({"digits": "DejaVu Sans", **PLAIN}, [(10, "half"), (11, "DejaVuSans")]),
    "late body": ({"title_after": 7, **PLAIN}, [(12, "no body")]),
    "small title": ({"title_size": 40, "title_align": "left", "title_font": HEI, **PLAIN},
                    [(13, "20 pt"), (13, "centred"), (13, "小标宋")]),
    "hourglass": ({"title": ("关于印发纪念馆教育活动", "整改方案", "和台账的情况通知"), **PLAIN},
                  [(14, "hourglass")]),
    "rectangle": ({"title": ("关于印发纪念馆活动", "实施方案的有关通知"), **PLAIN},
                  [(14, "rectangle")]),
    "broken name": ({"title": ("关于印发《纪念馆教育活动实施", "方案》的通知"), **PLAIN},
                    [(15, "broken")]),
    "line with 的": ({"title": ("关于印发纪念馆教育实践活动实施方案", "的通知"), **PLAIN},
                     [(15, "broken")]),
    "head": ({"mark_before": 2400, "red_line": 7000, "red_space": 20,
              "number": "八馆党[2014]第05号", "signer": "欧阳喆", **PLAIN},
             [(16, "place"), (17, "wide"), (17, "4 mm"), (18, "badly"), (19, "Only")]),
    "leading zero": ({"number": "八馆党〔2014〕05号", "number_left": 0,
                      "title": ("关于教育实践活动", "民主生活会情况的报告"), **PLAIN},
                     [(18, "badly"), (19, "names its signer")]),
    "report's number": ({"number_left": 0, "signer": "欧阳喆",
                         "title": ("关于教育实践活动", "民主生活会情况的报告"), **PLAIN},
                        [(19, "from the left")]),
    "heading fonts": ({"heading1_font": KAI, "heading2_font": FANG, "bold": True, **PLAIN},
                      [(20, "黑体"), (20, "楷体"), (20, "bold")]),
    "heading numbers": ({"heading3": "1、集中学习。", "heading1_second": "三、方法步骤", **PLAIN},
                        [(21, "badly formed"), (21, "run on")]),
    "heading at the foot": ({"keep_next": False, "heading1_second": "二、方法步骤。",
                             "heading2": "（一）学习教育", **PLAIN},
                            [(22, "last line"), (22, "no end mark"), (22, "run-in")]),
    "a character alone": ({"extra": (LONE,), **PLAIN}, [(23, "one character")]),
    "annex": ({"note_blank": False, "note": "附件：整改任务分工和时间安排表。",
               "annex_title": "整改任务分工表", "annex_blank": False},
              [(24, "blank line"), (24, "No mark"), (25, "third line"), (25, "differ")]),
    "annex not apart": ({"annex_break": False}, [(25, "new page")]),
    "sealed date": ({"date_right": 600, **PLAIN}, [(26, "4 characters"), (26, "centred")]),
    "room for a seal": ({"signature_blanks": 1, **PLAIN}, [(26, "blank")]),
    "unsealed": ({**UNSEALED, "date_right": 2660, **PLAIN}, [(27, "2 characters right")]),
    "signature alone": ({"signature_break": True, "extra": ("（此页无正文）",), **PLAIN},
                        [(28, "2 lines of body"), (28, "no text on this page")]),
    "long issuer": ({"issuer_left": 5600, **PLAIN}, [(29, "two lines")]),
    "low number": ({"footer_at": 850, "footer_size": 21, **PLAIN}, [(30, "7±1"), (30, "14 pt")]),
    "inner number": ({"footer_sides": ("left", "right"), **PLAIN}, [(30, "one character in")]),
    "number in the middle": ({"footer_sides": ("center", "center"), "footer": "{}", **PLAIN},
                             [(30, "one character in"), (30, "dashes")]),
    "imprint": ({"imprint_y": 11100, "imprint_thick": 4, "copies": "抄送：市文化局督导组", **PLAIN},
                [(31, "foot"), (31, "thickness"), (31, "ends with")]),
    "narrow table": ({"columns": (12, 30, 34, 22, 18, 24)}, [(32, "as wide")]),
    "header once": ({"header_row": False}, [(33, "not repeated")]),
    "row split": ({"cant_split": False, "rows": tuple(SPLIT), "copies": ""}, [(34, "split")]),
    "clipped": ({"exact_row": 700}, [(35, "cut off")]),
    "tight cells": ({"cell_margin": 0, "cell_size": 18}, [(35, "touches"), (35, "10.5 pt")]),
    "cut date": ({"columns": (12, 40, 46, 24, 20, 14)}, [(35, "date is cut")]),
    "left over": ({"extra": ("由{{ tasks.lead }}负责，由某某同志落实，送XX部门。", "☑同意。", "1."),
                   **PLAIN},
                  [(37, "{{"), (37, "某某"), (37, "XX"), (37, "U+2611"), (37, "number")]),
}  # fmt: skip


@pytest.fixture(scope="module")
def converter(tmp_path_factory):
    made = connect_or_start(Settings(data=tmp_path_factory.mktemp("layout"), converters=1))
    yield made
    made.close()


def report(converter, hints=None, **wishes):
    return check_layout(
        notice(Wish(**wishes)), name="notice.docx", measurer=PdfiumMeasurer(),
        converter=converter, text_of=text_of, hints=hints,
    )  # fmt: skip


def broken(found):
    return {one.number: [fault.say("en") for fault in one.faults] for one in found.broken}


@pytest.mark.office
def test_a_right_paper_breaks_nothing(converter):
    found = report(converter)
    assert broken(found) == {}
    assert found.pages == 7
    kept = {one.number for one in found.outcomes if one.state == "kept"}
    assert kept == set(range(1, 41)) - {27, 36, 38, 39, 40}


@pytest.mark.office
def test_a_right_unsealed_paper_breaks_nothing(converter):
    found = report(converter, **UNSEALED)
    assert broken(found) == {}
    assert found.outcome(27).state == "kept"


@pytest.mark.office
def test_a_right_report_breaks_nothing(converter):
    found = report(
        converter,
        title=("关于教育实践活动", "民主生活会情况的报告"),
        number_left=315,
        signer="欧阳喆",
    )
    assert broken(found) == {}


@pytest.mark.office
@pytest.mark.parametrize("name", WRONG)
def test_each_fault_is_found(converter, name):
    wishes, expected = WRONG[name]
    found = broken(report(converter, **wishes))
    for number, words in expected:
        assert any(words in said for said in found.get(number, [])), (number, words, found)


@pytest.mark.office
def test_a_fault_names_its_place_and_figures(converter):
    fault = report(converter, pitch=560, **PLAIN).outcome(6).faults[0]
    assert (fault.found, fault.wanted) == ("28.00 pt", "28.95±0.1 pt")
    assert fault.page == 1
    assert 27 < fault.left < 31
    assert 190 < fault.top < 220


@pytest.mark.office
def test_what_the_asker_knows_counts(converter):
    assert broken(report(converter, LayoutHints(sealed=False))).keys() == {27}
    keep = LayoutHints(keep=("教育实践活动",))
    assert broken(report(converter, keep)).keys() == {15}


@pytest.mark.office
def test_the_report_as_data_and_as_lines(converter):
    found = report(converter, pitch=560, **PLAIN)
    data = json.loads(json.dumps(found.to_json()))
    assert len(data["rules"]) == 40
    assert not data["good"]
    six = data["rules"][5]
    assert six["state"] == "broken"
    assert six["faults"][0]["found"] == "28.00 pt"
    assert any("28.00 pt" in line for line in found.lines("zh"))
    assert found.lines("en")[-1].startswith("40 rules:")


def test_forty_rules_each_named_in_both_languages():
    assert sorted(REGISTRY) == list(range(1, 41))
    assert all(rule.name.zh and rule.name.en for rule in REGISTRY.values())


def test_every_rule_that_one_paper_can_break_is_broken_once():
    broken = {number for _, expected in WRONG.values() for number, _ in expected}
    assert broken == set(range(1, 38)) - {36}


@pytest.mark.parametrize("data", [b"", b"hello", b"%PDF-1.7\nbroken", b"PK\x03\x04broken"])
def test_what_is_neither_word_nor_pdf_is_refused(data):
    with pytest.raises(InputError) as caught:
        check_layout(data, name="x.pdf", measurer=PdfiumMeasurer())
    assert caught.value.problems[0].file == "x.pdf"
