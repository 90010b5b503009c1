"""Title lines: what is proposed keeps the rules, and each breach is found."""

import pytest

from service.core.signature import text_width
from service.core.titles import propose_title, propose_titles, shape, title_faults

CAMPAIGN = "党的群众路线教育实践活动"
TITLES = [
    f"中共南昌八一起义纪念馆委员会关于召开{CAMPAIGN}动员大会的通知",
    f"关于印发《南昌八一起义纪念馆深入开展{CAMPAIGN}实施方案》的通知",
    f"中共南昌八一起义纪念馆委员会2014年{CAMPAIGN}专题民主生活会情况报告",
    "南昌八一起义纪念馆党委班子专题民主生活会情况的报告",
]


@pytest.mark.parametrize("title", TITLES)
def test_a_proposal_keeps_the_rules(title):
    for lines in propose_titles(title, (CAMPAIGN,)):
        assert "".join(lines) == title
        assert not title_faults(lines, (CAMPAIGN,))


def test_a_short_title_stays_on_one_line():
    assert propose_title("对照检查材料") == ("对照检查材料",)


def test_the_proposal_cuts_no_everyday_word():
    assert propose_title(TITLES[0], (CAMPAIGN,))[0].endswith("关于召开")


@pytest.mark.parametrize(
    ("widths", "name"),
    [((9,), "single"), ((12, 9), "down"), ((9, 12), "up"), ((9, 12, 8), "diamond"),
     ((8, 12, 10, 6), "diamond"), ((10, 10), "square"), ((10, 10.5), "square"),
     ((12, 8, 12), "hourglass"), ((12, 12, 8), "square")],
)  # fmt: skip
def test_shapes(widths, name):
    lines = ["字" * int(width) + ("1" if width % 1 else "") for width in widths]
    assert [text_width(line) for line in lines] == list(widths)
    assert shape(lines) == name


@pytest.mark.parametrize(
    ("lines", "rule"),
    [(("关于" * 11,), 13),
     (tuple("字" * (10 - n) for n in range(5)), 13),
     (("关于召开会议", "动员大会通知"), 14),
     (("关于印发《纪念馆实施", "方案》的通知"), 15),
     (("关于召开党的群众路", "线教育实践活动动员大会的通知"), 15),
     (("纪念馆委员会关于20", "14年工作的通知"), 15),
     (("关于召开动员大会", "的通知"), 15)],
)  # fmt: skip
def test_each_breach_is_found(lines, rule):
    assert rule in {fault.rule for fault in title_faults(lines, (CAMPAIGN,))}


def test_a_quoted_name_longer_than_a_line_may_break():
    title = "关于印发《南昌八一起义纪念馆" + CAMPAIGN + "实施方案和专项整治方案》的通知"
    assert not [f for f in title_faults(propose_title(title, (CAMPAIGN,))) if f.rule == 15]
