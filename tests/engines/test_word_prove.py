"""Templates from outside: what is refused, before it is parsed or inside the child process."""

from __future__ import annotations

import io
import os
import resource
import zipfile
from pathlib import Path

import docx
import pytest
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from jinja2.sandbox import ImmutableSandboxedEnvironment

from service.engines import word_environment, word_proof, word_prove
from service.engines.word import WordTemplates, bind
from service.engines.word_try import try_out
from service.errors import DefinitionError, EngineError, Problem
from tests.helpers_word import (
    add_footnote,
    add_textbox,
    chinese_form,
    members_of,
    one_paragraph,
    saved,
    with_members,
)

PAYLOADS = [
    "{{ cycler.__init__.__globals__.os.popen('CMD').read() }}",
    "{{ lipsum.__globals__['os'].popen('CMD').read() }}",
    "{{ joiner.__init__.__globals__.os.system('CMD') }}",
    "{{ namespace.__init__.__globals__.os.system('CMD') }}",
    "{{ self.__init__.__globals__.__builtins__.__import__('os').system('CMD') }}",
    "{{ self._TemplateReference__context.cycler.__init__ }}",
    "{{ ''.__class__.__mro__[1].__subclasses__() }}",
    "{{ ''.__class__.mro()[1].__subclasses__() }}",
    "{{ [].__class__.__base__.__subclasses__()[132].__init__.__globals__ }}",
    "{{ x|attr('__class__') }}",
    "{{ x|attr('__cl' ~ 'ass__') }}",
    "{{ x['__class__']['__base__'] }}",
    "{{ ''['__cla' ~ 'ss__'].mro() }}",
    "{{ '{0.__class__.__init__.__globals__}'.format(x) }}",
    "{{ '{a.__class__}'.format_map({'a': x}) }}",
    "{{ '%s'|format(x.__class__) }}",
    "{{ ('{0.' ~ 'x}').format(x) }}",
    "{{ [x]|map(attribute='__class__')|list }}",
    "{{ [x]|map('attr', '__class__')|list }}",
    "{{ [x]|groupby('__class__') }}",
    "{{ x.save('CMD') }}",
    "{{ x.delete() }}",
    "{{ dict(a=x).pop('a') }}",
    "{{ x.update({'a': 1}) }}",
    "{{ range(3) }}",
    "{{ get_flashed_messages.__globals__.__builtins__.open('CMD').read() }}",
    "{% set y = x.__init__ %}",
    "{% for c in ''.__class__.__subclasses__() %}{{ c }}{% endfor %}",
    "{% if x.__class__ %}1{% endif %}",
    "{% include '/etc/passwd' %}",
    "{% import 'os' as os %}",
    "{% from 'os' import system %}",
    "{% macro m() %}{{ caller.__globals__ }}{% endmacro %}{{ m() }}",
    "{{ x|safe }}",
    "{{ x|tojson|safe }}",
]
PARTS = ("document.xml", "header1.xml", "footer1.xml", "footnotes.xml", "core.xml", "box")


def in_six_parts(payload: str) -> bytes:
    document = docx.Document()
    document.core_properties.subject = payload
    document.sections[0].header.paragraphs[0].text = payload
    document.sections[0].footer.paragraphs[0].text = payload
    document.add_paragraph("前文" + payload)
    add_footnote(document, payload)
    return saved(document)


@pytest.mark.parametrize("payload", PAYLOADS)
def test_payloads_are_refused_in_every_part(payload: str) -> None:
    # In process: the sandbox alone has to hold; the next test goes through the child.
    problems, tags = try_out(in_six_parts(payload), file="t.docx")
    assert {p.code for p in problems} <= {"template_unsafe", "template_syntax"}
    assert {name for name in PARTS if any(name in p.text.en for p in problems)} == {*PARTS[:-1]}
    assert tags == frozenset()


def test_no_payload_runs_and_each_is_named(tmp_path: Path) -> None:
    canary = tmp_path / "canary"
    document = docx.Document()
    unsafe = [p for p in PAYLOADS if "|safe" not in p and "__cla' ~" not in p and "'x}'" not in p]
    for payload in unsafe:
        document.add_paragraph(payload.replace("CMD", f"touch {canary}"))
    add_textbox(document.add_paragraph(), PAYLOADS[0].replace("CMD", f"touch {canary}"))
    with pytest.raises(DefinitionError) as caught:
        WordTemplates(None).load(saved(document), file="坏模板.docx")
    assert not canary.exists()
    assert {p.code for p in caught.value.problems} == {"template_unsafe"}
    assert all(p.file == "坏模板.docx" for p in caught.value.problems)
    assert len(caught.value.problems) == len(unsafe) + 1
    for payload in unsafe:
        start = payload.split("CMD")[0][:20]
        assert any(start in p.text.zh and start in p.text.en for p in caught.value.problems), start


def test_the_environment_stays_as_small_as_it_is() -> None:
    environment = word_environment.ENVIRONMENT
    assert type(environment) is ImmutableSandboxedEnvironment
    assert set(environment.globals) == set()
    assert not environment.extensions
    assert set(environment.filters).isdisjoint(word_environment.UNWANTED_FILTERS)
    from jinja2.defaults import DEFAULT_FILTERS, DEFAULT_TESTS

    assert environment.filters.items() <= DEFAULT_FILTERS.items()
    assert environment.tests.items() <= DEFAULT_TESTS.items()
    assert environment.autoescape is True


BOMBS = [
    "{{ 'A' * 10**9 }}",
    "{{ 'A' * 1000000000 }}",
    "{{ x * y }}",
    "{{ x|center(1000000000) }}",
    "{{ '%1000000000d' % 1 }}",
    "{{ x % 1 }}",
    "{{ [0] * 1000 * 1000 * 1000 }}",
    "{{ x|batch(n, 'x')|list }}",
    "{{ x|batch(1000000000, 'x')|list }}",
    "{{ 2 ** 100000000 }}",
    "{% for a in x recursive %}{{ loop(x) }}{% endfor %}",
    "{% for a in x %}" * 5 + "1" + "{% endfor %}" * 5,
    "{% macro m() %}{{ m() }}{{ m() }}{% endmacro %}{{ m() }}",
    "{% set a = x %}" + "{% set a = a ~ a %}" * 40,
    "{% if 0 %}{% set a = 'xx' %}" + "{% set a = a ~ a %}" * 40 + "{% endif %}",
    "".join(f"{{% macro m{n + 1}() %}}{{{{ m{n}() }}}}{{{{ m{n}() }}}}{{% endmacro %}}" for n in range(40))
    .join(["{% macro m0() %}1{% endmacro %}", "{{ m40() }}"]),
]  # fmt: skip


@pytest.mark.parametrize("bomb", BOMBS, ids=lambda bomb: bomb[:40])
def test_bombs_are_refused_and_leave_us_small(bomb: str) -> None:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with pytest.raises(DefinitionError) as caught:
        WordTemplates(None).load(one_paragraph(bomb), file="t.docx")
    codes = {p.code for p in caught.value.problems}
    assert codes - {"template_unsafe"} == {"template_too_costly"}
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 64 * 1024
    with pytest.raises(ChildProcessError):  # no child is left
        os.waitpid(-1, os.WNOHANG)


HARMLESS = [
    "{{ x|default('无') }}{{ x|d('', true) }}{{ x|length }}{{ x|count }}{{ x|trim }}{{ x|upper }}",
    "{{ x|int }}{{ x|float }}{{ x|round(1) }}{{ x|abs }}{{ x|string }}{{ x|truncate(9) }}",
    "{{ x|join('、') }}{{ x|join('、', 'name') }}{{ x|map(attribute='a.b')|join }}",
    "{{ x|map('upper')|list|length }}{{ x|sum(attribute='n') }}{{ x|replace('a', 'b') }}",
    "{{ x|first }}{{ x|last }}{{ (x|sort(attribute='n', reverse=true))[0].m }}{{ x|min }}{{ x|max }}",
    "{% for k, v in x.items() %}{{ k }}{{ v }}{% endfor %}{{ x.get('k', '') }}{{ x.split('、') }}",
    "{% for k, v in x|dictsort %}{{ k }}{% endfor %}{% for k, v in x|items %}{{ v }}{% endfor %}",
    "{% for g, l in x|groupby('kind') %}{{ g }}{% for i in l %}{{ i.n }}{% endfor %}{% endfor %}",
    "{% for r in x|batch(2, '') %}{% for c in r %}{{ c }}{% endfor %}{% endfor %}{{ x[1:3] }}",
    "{% for r in x|selectattr('a')|rejectattr('b', 'equalto', 'c')|unique|reverse %}{{ r }}{% endfor %}",
    "{{ 1 + x }}{{ x - 1 }}{{ x * 2 }}{{ x / 2 }}{{ x // 2 }}{{ -x }}{{ x ~ y }}{{ not x }}",
    "{% if x > 100000 or x.n <= y and x != '' and 'a' in x %}{{ y }}{% endif %}{{ x is none }}",
    "{% if x is defined and x is not string and x is mapping and x is even %}1{% endif %}",
    "{% for a in x %}{{ loop.index0 % 3 }}{{ loop.revindex }}{{ loop.last }}{% endfor %}",
    "{% for a in x %}{% if loop.changed(a.k) %}{{ a.k }}{% endif %}{{ loop.cycle('a','b') }}{% endfor %}",
    "{% macro m(a, b='') %}{{ a }}{{ b }}{% endmacro %}{{ m(x) }}",
    "{% set y = x %}{% with z = y %}{{ z.a }}{% endwith %}{% filter upper %}{{ x }}{% endfilter %}",
    "写作 {_{ x }_}",
]


@pytest.mark.parametrize("text", HARMLESS, ids=lambda text: text[:30])
def test_what_templates_may_do(text: str) -> None:
    assert try_out(one_paragraph(text), file="t.docx")[0] == []


@pytest.mark.parametrize(
    ("tag", "quoted"),
    [
        ("{{ 姓名 职务 }}", "{{ 姓名 职务 }}"),
        ("{% for x in y %}没有结束", ""),
        ("{{ x", "{{ x"),
        ("{{ x|nonsense }}", "nonsense"),
        ("{% unknown %}", "{% unknown %}"),
        ("x }} 多了括号", "多了括号"),
        ("{% raw %}{{ x }}{% endraw %}", "{{ x }}"),
    ],
)
def test_wrong_syntax_is_quoted(tag: str, quoted: str) -> None:
    document = docx.Document()
    document.add_paragraph("第一段{{ good }}")
    document.add_paragraph("第二段：" + tag)
    document.add_paragraph("第三段")
    with pytest.raises(DefinitionError) as caught:
        WordTemplates(None).load(saved(document), file="t.docx")
    (found,) = caught.value.problems
    assert (found.code, found.file) == ("template_syntax", "t.docx")
    assert quoted in found.text.zh
    assert "正文" in found.text.zh
    assert "第一段" not in found.text.zh


def test_a_loop_that_would_tear_the_document_is_refused() -> None:
    document = docx.Document()
    table = document.add_table(rows=1, cols=2)
    table.rows[0].cells[0].text = "{% for r in rows %}{{ r }}"
    document.add_paragraph("{% endfor %}")
    with pytest.raises(DefinitionError) as caught:
        WordTemplates(None).load(saved(document), file="t.docx")
    assert [p.code for p in caught.value.problems] == ["template_broken_xml"]


# -- packages -------------------------------------------------------------------------------------

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


# -- the child and its memory ---------------------------------------------------------------------


def test_a_proof_is_remembered_by_content(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    template = chinese_form()
    first = WordTemplates(tmp_path / "proofs").load(template, file="t.docx")
    kept = list((tmp_path / "proofs").iterdir())
    assert [k.name.startswith(first.version) for k in kept] == [True]
    monkeypatch.setattr(word_proof.sys, "executable", "/nowhere")  # no child can be started now
    again = WordTemplates(tmp_path / "proofs").load(template, file="t.docx")
    assert again.tags == first.tags
    kept[0].write_text("torn {")  # a damaged memory is no proof
    with pytest.raises((EngineError, OSError)):
        WordTemplates(tmp_path / "proofs").load(template, file="t.docx")


def test_a_refusal_is_not_remembered_as_a_proof(tmp_path: Path) -> None:
    for _ in range(2):
        with pytest.raises(DefinitionError):
            WordTemplates(tmp_path).load(one_paragraph("{{ x.__class__ }}"), file="t.docx")
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_cannot_be_written_does_no_harm(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    WordTemplates(tmp_path / "file").load(GOOD, file="t.docx")


def test_a_child_that_dies_is_an_engine_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(word_proof.sys, "executable", "/bin/false")
    with pytest.raises(EngineError) as caught:
        WordTemplates(None).load(one_paragraph("{{ y }}"), file="t.docx")
    assert caught.value.problems[0].code == "prove_failed"


def test_a_child_that_hangs_is_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    slow = tmp_path / "python"
    slow.write_text("#!/bin/sh\nexec sleep 60\n")
    slow.chmod(0o755)
    monkeypatch.setattr(word_proof.sys, "executable", str(slow))
    monkeypatch.setattr(word_proof, "WALL_SECONDS", 0.5)
    with pytest.raises(DefinitionError) as caught:
        WordTemplates(None).load(one_paragraph("{{ z }}"), file="t.docx")
    assert caught.value.problems[0].code == "template_too_costly"


def test_the_limits_are_what_they_are_said_to_be() -> None:
    assert word_prove.MEMORY_BYTES == 512 * 1024 * 1024
    assert word_prove.CPU_SECONDS <= 5


def test_bind_refuses_what_load_refuses() -> None:
    with pytest.raises(DefinitionError):
        bind(OLE)
