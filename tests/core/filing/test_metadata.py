"""Metadata: the names of the standards, and no text is lost in JSON or XML."""

import datetime as dt
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.core.filing.manifest import FileSaid, MadeWith, PartSaid
from service.core.filing.metadata import (
    GBT_18894,
    GBT_33480,
    PartFacts,
    metadata_of,
    read_json,
    read_xml,
    to_json,
    to_xml,
)
from service.errors import InputError

MADE = MadeWith(gongwen="1.2.3", office="LibreOffice 7.4.7")
TEXT = st.text(
    st.characters(exclude_categories=["Cs"], exclude_characters="\ufffe\uffff").filter(
        lambda one: one >= " " or one in "\t\n\r"
    ),
    max_size=40,
)


def part(**more):
    pdf = FileSaid(path="parts/01_方案.pdf", sha256="a" * 64, size=1234)
    said = {"no": 1, "title": "方案", "role": "document", "issuer": "馆党委", "pdf": pdf}
    said |= {"number": "赣馆发〔2014〕2号", "date": dt.date(2014, 7, 21), "retention": "D30"}
    return PartSaid(**said | more)


def test_both_standards_have_all_their_names():
    said = metadata_of(part(), PartFacts(kind="通知", secrecy="秘密★1年", pdfa=True), MADE)
    assert len(GBT_33480) == 18 and list(said) == [*GBT_33480, *GBT_18894]
    shown = {name: text for name, text in said.items() if text}
    assert shown == {
        "公文标识": "赣馆发〔2014〕2号",
        "文种": "通知",
        "密级和保密期限": "秘密★1年",
        "发文字号": "赣馆发〔2014〕2号",
        "标题": "方案",
        "发文机关或签发人署名": "馆党委",
        "成文日期": "2014-07-21",
        "题名": "方案",
        "文件编号": "赣馆发〔2014〕2号",
        "责任者": "馆党委",
        "日期": "2014-07-21",
        "保管期限": "30年",
        "密级": "秘密★1年",
        "格式信息": "PDF/A-2b",
        "计算机文件名": "01_方案.pdf",
        "计算机文件大小": "1234",
        "文档创建程序": "Gongwen 1.2.3; LibreOffice 7.4.7",
    }


def test_a_part_without_a_number_is_known_by_its_digest():
    nameless = part(number="", pdf_sha256="b" * 64)
    assert metadata_of(nameless, PartFacts(), MADE)["公文标识"] == f"sha256:{'b' * 64}"


@settings(max_examples=200, deadline=None)
@given(title=TEXT, texts=st.dictionaries(st.sampled_from(GBT_33480), TEXT), name=TEXT, text=TEXT)
def test_every_text_is_read_back_from_json_and_xml(title, texts, name, text):
    said = part(no=7, title=title, metadata={**texts, f"x{name}": text})
    want = {"no": 7, "title": title, "metadata": dict(said.metadata)}
    assert read_json(to_json(said)) == want
    assert read_xml(to_xml(said)) == want


def test_the_files_are_grouped_by_standard_and_equal_for_equal_values():
    said = part(metadata={"标题": "甲", "自定": "乙", "题名": "丙"})
    turned = part(metadata={"题名": "丙", "自定": "乙", "标题": "甲"})
    assert to_json(said) == to_json(turned) and to_xml(said) == to_xml(turned)
    assert list(json.loads(to_json(said))["metadata"]) == [
        "GB/T 33480-2016",
        "GB/T 18894-2016",
        "other",
    ]


@pytest.mark.parametrize("mark", ["\x00", "\x0b", "\x1f", "\ufffe", "\ud800"])
def test_what_xml_cannot_hold_is_refused_with_its_code_point(mark):
    with pytest.raises(InputError) as told:
        to_xml(part(metadata={"标题": f"甲{mark}"}))
    assert f"U+{ord(mark):04X}" in told.value.say("zh")


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"<record",
        b'<!DOCTYPE record [<!ENTITY a "b">]><record no="1">&a;</record>',
        b"\xff\xfe",
        b'<?xml version="1.0" encoding="TTF-8"?><record/>',
        b'<?xml version="1.0" encoding="gb18030"?><record/>',
        b'<record no="1"><element name="a">1</element><element name="a">2</element></record>',
    ],
)
def test_what_is_no_xml_of_ours_is_none(data):
    assert read_xml(data) is None


@pytest.mark.parametrize("data", [b"", b"[]", b"{}", b'{"metadata": [1]}', b"[" * 100_000])
def test_what_is_no_json_of_ours_is_none(data):
    assert read_json(data) is None
