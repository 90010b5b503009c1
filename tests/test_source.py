"""YAML and JSON: lines are known, nothing is changed in silence, nothing unfolds."""

import pytest

from service.errors import InputError, NotFoundError, problem
from service.source import parse_source, read_source, write_source


def test_values_stay_as_they_are_written():
    text = (
        "copy_no: 000012\ntime: 12:30\nday: 2014-02-30\nyes: 是\nno: no\nn: 12\nok: true\n"
        "none:\nhex: 0x10\nfloat: 1.50\nbig: 123456789012345678\n"
    )
    assert parse_source(text, "a.yaml").data == {
        "copy_no": "000012", "time": "12:30", "day": "2014-02-30", "yes": "是", "no": "no", "n": 12,
        "ok": True, "none": None, "hex": "0x10", "float": "1.50", "big": 123456789012345678,
    }  # fmt: skip


def test_problems_get_the_line_of_their_key_or_of_its_parent():
    source = parse_source("title: 通知\nagenda:\n  - item: 一\n  - item: 二\n", "a.yaml")
    found = source.placed(
        [
            problem("x", "甲", "a", path="agenda.1.item"),
            problem("x", "甲", "a", path="agenda.1.minutes"),
            problem("x", "甲", "a", path="venue"),
        ]
    )
    assert [(one.file, one.line) for one in found] == [("a.yaml", 4), ("a.yaml", 4), ("a.yaml", 1)]


@pytest.mark.parametrize(
    ("text", "line", "code"),
    [
        ("a: [1\nb: 2\n", 2, "not_yaml"),
        ("a: 1\nb: 2\na: 3\n", 3, "key_twice"),
        ("a: &x [1]\nb: *x\n", 2, "alias"),
        ("a: &x [*x]\n", 1, "alias"),
        ("a: !!python/object:os.system {}\n", 1, "tag"),
        ("a: 1\nb: !!int abc\n", 2, "tag"),
        ("a: !!timestamp 2014-99-01\n", 1, "tag"),
        ("a: !!float abc\n", 1, "tag"),
        ("a: !!bool 是\n", 1, "tag"),
        ("!!int abc: 1\n", 1, "tag"),
        ("a: 1\nb: '\\ud800'\nc: \"\\ud800\"\n", 3, "not_yaml"),
    ],
)
def test_what_is_refused_names_its_line(text, line, code):
    with pytest.raises(InputError) as caught:
        parse_source(text, "a.yaml")
    assert (caught.value.problems[0].code, caught.value.problems[0].line) == (code, line)


@pytest.mark.parametrize("text", ["[" * 5000, "[" * 100_000 + "]" * 100_000, "- " * 100_000])
def test_nesting_without_end_is_refused(text):
    with pytest.raises(InputError):
        parse_source(text, "a.yaml")


def test_a_broken_file_says_why_in_both_languages():
    with pytest.raises(InputError) as caught:
        parse_source("a: b\0c\n", "a.yaml")
    found = caught.value.problems[0].text
    assert "not allowed" in found.zh
    assert "not allowed" in found.en


def test_a_number_too_long_for_a_count_stays_text():
    assert parse_source(f"a: {'9' * 6000}\n", "a.yaml").data == {"a": "9" * 6000}


def test_json_may_write_rare_characters_as_pairs():
    pairs = r'{"name": "\ud842\udfb7", "as_typed": "\\ud842\\udfb7"}'
    data = {"name": "𠮷", "as_typed": r"\ud842\udfb7"}
    assert parse_source(pairs, "a.json").data == data


def test_files(tmp_path):
    with pytest.raises(NotFoundError):
        read_source(tmp_path / "none.yaml")
    gbk = tmp_path / "gbk.yaml"
    gbk.write_bytes("a: 1\ntitle: 会议\n".encode("gb18030"))
    with pytest.raises(InputError) as caught:
        read_source(gbk)
    assert (caught.value.problems[0].code, caught.value.problems[0].line) == ("not_utf8", 2)
    bom = tmp_path / "bom.json"
    bom.write_bytes('﻿{"title": "通知", "n": 1}'.encode())
    assert read_source(bom).data == {"title": "通知", "n": 1}


def test_what_is_written_reads_the_same():
    data = {"title": {"zh": "通知", "en": "Notice"}, "rows": [{"a": "0012"}, {"a": "是"}]}
    assert parse_source(write_source(data).decode(), "x").data == data
