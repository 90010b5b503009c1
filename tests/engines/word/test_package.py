"""Packages from outside: what is refused before it is parsed, and what no template may carry."""

from __future__ import annotations

import io
import zipfile

import docx
import pytest
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from service.engines.word.templates import WordTemplates, bind
from service.engines.word.trial import try_out
from service.errors import DefinitionError, Problem
from tests.helpers_word import members_of, one_paragraph, saved, with_members

GOOD = one_paragraph("{{ x }}")
OLE = bytes.fromhex("d0cf11e0a1b11ae1") + bytes(512)


def refused(docx_bytes: bytes) -> list[Problem]:
    """What the child says, asked in process: half a second less for each question."""
    try:
        problems, _ = try_out(docx_bytes, file="上传.docx")
    except DefinitionError as error:
        problems = list(error.problems)
        assert {p.file for p in problems} == {"上传.docx"}
    assert problems
    return problems


def assert_accepted(docx_bytes: bytes) -> None:
    assert try_out(docx_bytes, file="上传.docx")[0] == []


@pytest.mark.parametrize(
    "data",
    [
        *(b"", b"PK\x03\x04 torn", b"<html><body>hello</body></html>", OLE, b"{\\rtf1}"),
        *(GOOD[:2000], b'<?xml version="1.0"?><office:document/>'),
    ],
)
def test_what_is_no_docx_is_refused(data: bytes) -> None:
    (found,) = refused(data)
    assert found.code == "not_a_docx"
    assert ("密码" in found.text.zh) == (data is OLE)


def test_zip_that_is_no_word_file_is_refused() -> None:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr("a.txt", "x")
    assert refused(made.getvalue())[0].code == "not_a_docx"


def test_macro_files_are_refused() -> None:
    types = members_of(GOOD)["[Content_Types].xml"].replace(
        b"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml",
        b"application/vnd.ms-word.document.macroEnabled.main+xml",
    )
    assert [p.code for p in refused(with_members(GOOD, {"[Content_Types].xml": types}))] == [
        "template_active_content"
    ]
    found = refused(with_members(GOOD, {"word/vbaProject.bin": b"x"}))
    assert [p.code for p in found] == ["template_active_content"]


def test_zip_bombs_are_refused_before_anything_is_parsed() -> None:
    found = refused(with_members(GOOD, {"word/media/big.bin": bytes(30 * 1024 * 1024)}))
    assert [p.code for p in found] == ["archive_too_large"]
    many = with_members(GOOD, {f"word/media/{n}.bin": b"" for n in range(2001)})
    assert [p.code for p in refused(many)] == ["archive_too_large"]


def test_sizes_that_the_archive_claims_are_not_believed() -> None:
    bomb = bytearray(with_members(GOOD, {"word/media/big.bin": bytes(3 * 1024 * 1024)}))
    at = bomb.rfind(b"word/media/big.bin") - 46  # the central directory's record
    bomb[at + 24 : at + 28] = (10).to_bytes(4, "little")
    assert refused(bytes(bomb))[0].code in {"archive_too_large", "not_a_docx"}


@pytest.mark.parametrize(
    "name", ["../evil.xml", "/abs.xml", "C:/x.xml", "a\\b.xml", "word/../../x", "word//x", "a\nb"]
)
def test_bad_names_are_refused(name: str) -> None:
    assert [p.code for p in refused(with_members(GOOD, {name: b"x"}))] == ["bad_archive_entry"]


def test_duplicates_links_and_nul_are_refused() -> None:
    made = io.BytesIO(GOOD)
    with zipfile.ZipFile(made, "a") as archive:
        archive.writestr("word/Document.xml", b"<x/>")
        link = zipfile.ZipInfo("word/link")
        link.external_attr = 0o120777 << 16
        archive.writestr(link, "/etc/passwd")
        archive.writestr("word/nul.xmlZevil", b"")
    found = refused(made.getvalue().replace(b"nul.xmlZevil", b"nul.xml\0evil"))
    assert [p.code for p in found] == ["bad_archive_entry"] * 3


LAUGHS = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "ha">]><x>&a;</x>'


@pytest.mark.parametrize(
    "name",
    [
        *("word/document.xml", "word/styles.xml", "docProps/core.xml", "_rels/.rels"),
        *("[Content_Types].xml", "customXml/item1.xml", "word/theme/theme1.dat"),
    ],
)
def test_dtds_are_refused(name: str) -> None:
    for data in (LAUGHS, LAUGHS.decode().encode("utf-16")):
        found = refused(with_members(GOOD, {name: data}))
        assert [p.code for p in found] == ["xml_dtd_forbidden"]
        assert name in found[0].text.en


def test_broken_xml_is_refused() -> None:
    found = refused(with_members(GOOD, {"word/styles.xml": b"<w:styles>"}))
    assert [p.code for p in found] == ["template_damaged"]


OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def related(kind: str, target: str, external: bool = True) -> bytes:
    rels = members_of(GOOD)["word/_rels/document.xml.rels"].decode()
    mode = ' TargetMode="External"' if external else ""
    entry = f'<Relationship Id="rX" Type="{OFFICE}/{kind}" Target="{target}"{mode}/>'
    changed = rels.replace("</Relationships>", entry + "</Relationships>")
    assert entry in changed
    return with_members(GOOD, {"word/_rels/document.xml.rels": changed.encode()})


@pytest.mark.parametrize(
    ("kind", "target"),
    [
        ("image", "http://127.0.0.1:9/x.png"),
        ("image", "file:///etc/passwd"),
        ("attachedTemplate", "http://127.0.0.1:9/x.dotm"),
        ("oleObject", "http://127.0.0.1:9/x"),
        ("frame", "http://127.0.0.1:9/x"),
        ("subDocument", "other.docx"),
        ("hyperlink", "vnd.sun.star.script:x"),
        ("hyperlink", "file:///etc/passwd"),
        ("hyperlink", "javascript:alert(1)"),
    ],
)
def test_external_references_are_refused(kind: str, target: str) -> None:
    (found,) = refused(related(kind, target))
    assert found.code == "external_reference"
    assert target in found.text.zh


@pytest.mark.parametrize("target", ["http://a.cn", "https://a.cn/x?y=1", "mailto:a@b.cn"])
def test_ordinary_links_stay(target: str) -> None:
    assert_accepted(related("hyperlink", target))


@pytest.mark.parametrize("kind", ["oleObject", "control", "aFChunk", "package"])
def test_embedded_things_are_refused(kind: str) -> None:
    found = refused(related(kind, "media/x.bin", external=False))
    assert [p.code for p in found] == ["template_active_content"]


def with_run(xml: str) -> bytes:
    document = docx.Document()
    document.add_paragraph("前")._p.append(parse_xml(f"<w:r {nsdecls('w')}>{xml}</w:r>"))
    return saved(document)


def field(*codes: str) -> str:
    begin, end = (f'<w:fldChar w:fldCharType="{t}"/>' for t in ("begin", "end"))
    return begin + "".join(f"<w:instrText>{code}</w:instrText>" for code in codes) + end


@pytest.mark.parametrize(
    ("xml", "code"),
    [
        (field(" INCLUDETEXT ", '"/etc/passwd"'), "external_reference"),
        (field(" INCLUDE", 'PICTURE "http://x/y.png"'), "external_reference"),
        (field("DDEAUTO c:\\\\x"), "external_reference"),
        (field(" dde x"), "external_reference"),
        (field(" IF 1 = 1 ", field(" INCLUDETEXT x")), "external_reference"),
        (field(" {{ x }} "), "template_unsafe"),
        (field(" {", "{ x }} "), "template_unsafe"),
        ("<w:object/>", "template_active_content"),
        ("<w:control/>", "template_active_content"),
        ("<w:altChunk/>", "template_active_content"),
        ("<w:ins w:author='张三'/>", "template_tracked_changes"),
    ],
)
def test_fields_and_elements_that_are_refused(xml: str, code: str) -> None:
    xml = xml.replace("<w:instrText><w:fld", "<w:fld").replace("/></w:instrText>", "/>")
    assert {p.code for p in refused(with_run(xml))} == {code}


@pytest.mark.parametrize("code", [" PAGE ", ' HYPERLINK "http://a.cn/link" ', ' TOC \\o "1-3" '])
def test_ordinary_fields_stay(code: str) -> None:
    assert_accepted(with_run(field(code)))


def test_tags_where_nothing_is_filled_in_are_refused() -> None:
    document = docx.Document()
    document.core_properties.keywords = "{{ x }}"
    document.add_paragraph("文")
    (found,) = refused(saved(document))
    assert found.code == "tag_not_filled"
    assert "core.xml" in found.text.zh


def test_refusals_through_the_child_name_the_file() -> None:
    for wrong in (OLE, related("image", "http://127.0.0.1:9/x.png")):
        with pytest.raises(DefinitionError) as caught:
            WordTemplates(None).load(wrong, file="上传.docx")
        assert [p.file for p in caught.value.problems] == ["上传.docx"]


def test_everything_wrong_is_told_at_once() -> None:
    document = docx.Document()
    document.sections[0].header.paragraphs[0].text = "{{ x.__class__ }}"
    document.add_paragraph("{% oops %}")
    document.add_paragraph("好")
    codes = {p.code for p in refused(saved(document))}
    assert codes == {"template_unsafe", "template_syntax"}


def test_bind_refuses_what_load_refuses() -> None:
    with pytest.raises(DefinitionError):
        bind(OLE)
