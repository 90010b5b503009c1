"""The words of a verdict."""

import pytest

from service.core.filing.verdict import _MESSAGES, Verdict, difference, page_runs

VALUES = {"found": "甲", "known": "乙", "said": 3, "name": "题名", "pages": [0, 1, 4]}


@pytest.mark.parametrize("code", _MESSAGES)
def test_every_message_speaks_both_languages_and_leaves_no_gap(code):
    told = difference(code, file="data/a.pdf", part=2, title="方案", **VALUES)
    for lang in ("zh", "en"):
        line = told.say(lang)
        assert "{" not in line and "方案" in line and "data/a.pdf" in line
    assert told.text.zh != told.text.en


def test_page_ranges():
    assert page_runs([4, 0, 1, 1]) == [(1, 2), (5, 5)]
    told = difference("pages_changed", file="x.pdf", part=3, title="方案", pages=[11, 12, 20])
    assert told.say("zh") == "第 3 份《方案》（x.pdf）：第 12—13 页、第 21 页已改动。"
    assert told.say("en") == "part 3, 方案 (x.pdf): pages 12-13, 21 changed."
    assert difference("pages_changed", pages=[0]).say("en") == "page 1 changed."


def test_a_verdict_tells_the_first_difference_and_counts_the_others():
    found = (difference("missing", file="data/a"), difference("extra", file="data/b"))
    verdict = Verdict(target="zip", name="x.zip", differences=found, pdf_sha256="ab")
    assert not verdict.whole
    assert verdict.lines("zh")[:3] == [
        "与移交时不同：归档包 x.zip",
        "data/a：文件缺失。",
        "另有 1 处不同。",
    ]
    assert verdict.lines("en")[:3] == [
        "changed: package x.zip",
        "data/a: the file is missing.",
        "1 more differ.",
    ]
    assert [one["code"] for one in verdict.to_json()["differences"]] == ["missing", "extra"]
