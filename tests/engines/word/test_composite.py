"""Composites: a form's pages are those of the form alone; what cannot stand together is refused."""

import io
import re
import zipfile
from functools import partial

import pytest
from docx.enum.section import WD_SECTION
from docx.oxml import parse_xml

from service.bootstrap import assemble
from service.desk.fill import template_bytes
from service.errors import DefinitionError, InputError
from service.settings import Settings
from tests.composites import (
    COMPOSABLE,
    W,
    add_field,
    add_lines,
    differences,
    document,
    lists,
    margins,
    members,
    pictures,
    plain,
    sample_members,
)
from tests.helpers_word import (
    add_footnote,
    loaded,
    members_of,
    one_paragraph,
    saved,
    with_members,
)


@pytest.fixture(scope="module")
def desk(tmp_path_factory):
    desk = assemble(Settings(data=tmp_path_factory.mktemp("var")))
    yield desk
    desk.close()


def assert_pages_as_alone(desk, template, contexts):
    """Each form's pages out of the composite equal those of the form converted alone."""
    composite = template.composite(contexts)
    assert composite.suffix == ".docx"
    made = desk.converter.convert(composite.source, name="composite", urgent=False)
    found = desk.joiner.destinations(made.pdf, name="composite")
    starts = [found[mark] for mark in composite.marks]
    pages = desk.measurer.measure(made.pdf, name="composite").pages
    wrong = {}
    for number, (start, end) in enumerate(zip(starts, [*starts[1:], made.pages], strict=True)):
        alone = desk.converter.convert(template.fill(contexts[number]), name="alone").pdf
        sheet = desk.measurer.measure(alone, name="alone")
        if different := differences(pages[start:end], sheet.pages):
            wrong[number] = different
        assert start <= found.get(composite.ends[number], start) < end
    assert not wrong
    return [end - start for start, end in zip(starts, [*starts[1:], made.pages], strict=True)]


@pytest.mark.office
@pytest.mark.parametrize("name", COMPOSABLE)
def test_pages_are_those_of_the_form_alone(desk, name):
    counts = assert_pages_as_alone(desk, loaded(COMPOSABLE[name](), file=name), members())
    assert len(set(counts)) > 1, "forms of one and of several pages are to be mixed"


@pytest.mark.office
@pytest.mark.parametrize(
    ("lang", "kind", "part", "count"),
    [
        ("zh", "self_examination", "", 4),
        pytest.param("en", "self_examination", "", 4, marks=pytest.mark.long),
        ("zh", "experience_paper", "", 4),
        pytest.param("en", "experience_paper", "", 4, marks=pytest.mark.long),
        ("zh", "implementation_plan", "", 2),
        ("zh", "mobilization_notice", "", 2),
        ("zh", "rectification_plan", "ledger", 2),
        ("en", "meeting_report", "opinions", 2),
    ],
)
def test_built_in_forms_are_those_of_the_form_alone(desk, lang, kind, part, count):
    found = desk.catalog.kind(kind)
    template = desk.templates.load(template_bytes(found, lang, part), file=kind)
    assert_pages_as_alone(desk, template, sample_members(desk, kind, lang, count))


def test_every_kind_for_members_is_compared(desk):
    kinds = {
        name for name in desk.catalog.kinds() if desk.catalog.kind(name).form.audience == "member"
    }
    assert kinds == {"self_examination", "experience_paper"}, "add it to the comparison above"


def body_of(composite):
    return members_of(composite.source)["word/document.xml"].decode()


def test_marks_and_ids_are_there_once():
    composite = loaded(pictures()).composite(members(3))
    body = body_of(composite)
    names = re.findall(r'<w:bookmarkStart [^>]*w:name="([^"]*)"', body)
    assert sorted(names) == sorted([*composite.marks, *composite.ends])
    assert not any("_" in name for name in names)
    ids = re.findall(r'<w:bookmarkStart w:id="(\d+)"', body)
    assert (
        sorted(ids) == sorted(set(ids)) == sorted(re.findall(r'<w:bookmarkEnd w:id="(\d+)"', body))
    )
    drawings = re.findall(r'<wp:docPr [^>]*?\bid="(\d+)"', body)
    assert drawings == ["1001", "1002", "1003"]


def test_one_form_alone_makes_a_composite_too():
    composite = loaded(plain()).composite(members(1))
    assert body_of(composite).count("<w:sectPr") == 1
    assert len(composite.marks) == 1


def test_every_form_begins_on_a_new_page_one():
    body = body_of(loaded(plain()).composite(members(4)))
    sections = re.findall(r"<w:sectPr.*?</w:sectPr>", body)
    assert len(sections) == 4
    assert all('<w:type w:val="nextPage"/>' in one for one in sections)
    assert all('<w:pgNumType w:start="1"/>' in one for one in sections)


def test_a_form_that_sets_its_own_first_page_keeps_it():
    body = body_of(loaded(COMPOSABLE["numbers"]()).composite(members(2)))
    assert (
        re.findall(r'<w:pgNumType w:(\w+="\w+")/>', body) == ['start="4"', 'fmt="upperRoman"'] * 2
    )


def test_headers_of_each_member_are_parts_of_their_own():
    contexts = [*members(3), members(1)[0]]
    composite = loaded(margins()).composite(contexts)
    there = members_of(composite.source)
    named = [data.decode() for name, data in there.items() if name.startswith("word/header")]
    for context in members(3):
        bearing = [text for text in named if f"奇数页 {context['name']}<" in text]
        assert len(bearing) == 1, "the fourth has the first one's name and shares its header"
    rels = there["word/_rels/document.xml.rels"].decode()
    targets = set(re.findall(r'Target="/?([^"]*)"', rels))
    assert {name for name in there if re.match(r"word/(header|footer)\d", name)} <= {
        target if target.startswith("word/") else f"word/{target}" for target in targets
    }
    types = there["[Content_Types].xml"].decode()
    assert all(f'"/{name}"' in types for name in there if name.startswith("word/header"))
    used = set(re.findall(r'<w:(?:header|footer)Reference [^>]*r:id="([^"]*)"', body_of(composite)))
    assert used <= set(re.findall(r'Id="([^"]*)"', rels))


def test_lists_are_each_members_own():
    composite = loaded(lists()).composite(members(3))
    used = [
        set(re.findall(r'<w:numId w:val="(\d+)"', part))
        for part in body_of(composite).split("GongwenItem")[1:]
    ]
    counted = [{num for num in one if num != "2"} for one in used]
    assert not counted[0] & counted[1]
    assert not counted[1] & counted[2]
    numbering = members_of(composite.source)["word/numbering.xml"].decode()
    assert set().union(*counted) <= set(re.findall(r'<w:num w:numId="(\d+)"', numbering))


def test_properties_name_nobody():
    made = document()
    made.core_properties.title = "{{ name }}"
    made.add_paragraph("{{ name }}")
    composite = loaded(saved(made)).composite(members(2))
    core = members_of(composite.source)["docProps/core.xml"].decode()
    assert members(1)[0]["name"] not in core
    assert "{{" not in core


def test_same_contexts_same_bytes():
    first, second = (loaded(margins()).composite(members()) for _ in range(2))
    assert first == second


def test_every_member_is_read_back():
    template = loaded(one_paragraph("{{ name }}"))
    with pytest.raises(InputError) as refused:
        template.composite([members(1)[0], {"name": "a\x01"}])
    assert {one.code for one in refused.value.problems} == {"bad_character"}
    with pytest.raises(DefinitionError) as unknown:
        template.composite([members(1)[0], {}])
    assert {one.code for one in unknown.value.problems} == {"unknown_tag"}


def with_field(code):
    made = document()
    add_lines(made)
    add_field(made.add_paragraph("{{ name }}"), code)
    return saved(made)


def with_footnote():
    made = document()
    made.add_paragraph("{{ name }}")
    add_footnote(made, "注：{{ name }}")
    return saved(made)


def with_section(xml):
    made = document()
    made.add_paragraph("{{ name }}")
    made.sections[0]._sectPr.append(parse_xml(xml))
    return saved(made)


def header_in_the_second_section_only():
    made = document()
    add_lines(made)
    second = made.add_section(WD_SECTION.NEW_PAGE)
    second.header.is_linked_to_previous = False
    second.header.paragraphs[0].text = "{{ name }}"
    return saved(made)


def numbered_by_style():
    made = document()
    made.add_paragraph("{{ name }}", style="List Number")
    return saved(made)


def frames_only():
    made = document()
    paragraph = made.add_paragraph("{{ name }}")
    paragraph._p.get_or_add_pPr().append(parse_xml(f'<w:framePr {W} w:w="900"/>'))
    return saved(made)


def without_section():
    made = document()
    made.add_paragraph("{{ name }}")
    made.element.body.remove(made.element.body.sectPr)
    return saved(made)


def in_utf16(template):
    """The same template as some tools write it."""
    xml = members_of(template)["word/document.xml"].decode()
    other = re.sub("encoding=.UTF-8.", 'encoding="UTF-16"', xml).encode("utf-16")
    return with_members(template, {"word/document.xml": other})


def test_the_templates_encoding_does_not_matter():
    assert loaded(in_utf16(pictures())).composite(members(2)) == loaded(pictures()).composite(
        members(2)
    )


@pytest.mark.parametrize(
    ("template", "named"),
    [
        (with_footnote, "footnotes"),
        (lambda: in_utf16(with_footnote()), "footnotes"),
        (partial(with_field, "NUMPAGES"), "NUMPAGES"),
        (partial(with_field, 'TOC \\o "1-3"'), "TOC"),
        (partial(with_field, "SEQ 表"), "SEQ"),
        (partial(with_section, f'<w:lnNumType {W} w:countBy="1"/>'), "line numbers"),
        (header_in_the_second_section_only, "sections without headers"),
        (numbered_by_style, "numbering by styles"),
        (frames_only, "no ordinary paragraph"),
        (without_section, "no section properties"),
    ],
)
def test_what_would_be_another_in_a_composite_is_refused(template, named):
    made = loaded(template(), file="form.docx")
    assert made.fill(members(1)[0])
    with pytest.raises(DefinitionError) as refused:
        made.composite(members(2))
    problem = refused.value.problems[0]
    assert (problem.code, problem.file) == ("not_composable", "form.docx")
    assert named in problem.text.en
    assert re.search("[\u4e00-\u9fff]", problem.text.zh)


def test_a_composite_is_a_sound_package():
    composite = loaded(margins()).composite(members(2))
    with zipfile.ZipFile(io.BytesIO(composite.source)) as archive:
        assert (
            archive.namelist()[0] == "[Content_Types].xml"
            or "[Content_Types].xml" in archive.namelist()
        )
        assert archive.testzip() is None
