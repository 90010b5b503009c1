"""Templates from outside: what is refused, before it is parsed or inside the child process."""

from __future__ import annotations

import resource
from pathlib import Path

import docx
import pytest
from jinja2.sandbox import ImmutableSandboxedEnvironment

from service.engines.word import environment as word_environment
from service.engines.word import proof as word_proof
from service.engines.word import prove as word_prove
from service.engines.word.templates import WordTemplates
from service.engines.word.trial import try_out
from service.errors import DefinitionError, EngineError
from tests.helpers_word import (
    add_footnote,
    add_textbox,
    chinese_form,
    one_paragraph,
    saved,
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
    assert type(environment).__mro__[1] is ImmutableSandboxedEnvironment
    assert {n for n in vars(type(environment)) if not n.startswith("__")} == {"getattr"}
    assert set(environment.globals) == set()
    assert not environment.extensions
    assert set(environment.filters).isdisjoint(word_environment.UNWANTED_FILTERS)
    from jinja2.defaults import DEFAULT_FILTERS, DEFAULT_TESTS

    assert environment.filters.items() <= DEFAULT_FILTERS.items()
    assert environment.tests.items() <= DEFAULT_TESTS.items()
    assert environment.autoescape is True


@pytest.mark.parametrize("name", ["__class__", "_iterable", "_current", "cycle.__func__"])
def test_of_a_loop_only_its_numbers_are_had_without_asking(name: str) -> None:
    loop = "{% for r in rows %}{{ loop.index }}{{ loop.last }}{{ loop." + name + " }}{% endfor %}"
    with pytest.raises(DefinitionError) as caught:
        WordTemplates(None).load(one_paragraph(loop), file="坏模板.docx")
    assert {p.code for p in caught.value.problems} == {"template_unsafe"}


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
    before, others = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, children()
    with pytest.raises(DefinitionError) as caught:
        WordTemplates(None).load(one_paragraph(bomb), file="t.docx")
    codes = {p.code for p in caught.value.problems}
    assert codes - {"template_unsafe"} == {"template_too_costly"}
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 64 * 1024
    assert children() <= others


def children() -> set[str]:
    """Processes begun by this one that are there still, those of other tests among them."""
    tasks = Path("/proc/self/task").glob("*/children")
    return {child for task in tasks for child in task.read_text().split()}


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
    WordTemplates(tmp_path / "file").load(one_paragraph("{{ x }}"), file="t.docx")


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
