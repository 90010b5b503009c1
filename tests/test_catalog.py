"""Kinds on disk: found, refused with file, line and key, a unit's own folder first."""

import shutil

import pytest

from service.catalog import Catalog
from service.errors import DefinitionError, NotFoundError
from service.settings import Settings

BUILTIN = Settings().builtin_templates
FORM = """title: {zh: 请假条, en: Leave slip}
include: [who]
sections:
  - title: {zh: 正文, en: Text}
    fields:
      - {name: reason, type: text, label: {zh: 事由, en: Reason}, required: true}
"""
WHO = """sections:
  - title: {zh: 人员, en: Person}
    fields:
      - {name: who, type: person, label: {zh: 姓名, en: Name}}
"""


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "docx/leave").mkdir(parents=True)
    (tmp_path / "docx/leave/form.yaml").write_text(FORM, "utf-8")
    (tmp_path / "shared").mkdir()
    (tmp_path / "shared/who.yaml").write_text(WHO, "utf-8")
    shutil.copytree(BUILTIN / "activity", tmp_path / "activity")
    return tmp_path


def test_the_built_in_kinds_are_all_sound():
    catalog = Catalog([BUILTIN])
    assert catalog.kinds() == [
        "implementation_plan", "mobilization_notice", "self_examination",
        "leadership_self_examination", "meeting_report", "rectification_plan", "dispatch_slip",
        "print_list", "experience_paper", "opinion_form", "talk_record", "cover_letter",
        "handover_list",
    ]  # fmt: skip
    for name in catalog.kinds():
        assert catalog.kind(name).form.fields
        assert catalog.layout(catalog.kind(name))
    assert set(catalog.bundles()) == {"branch", "supervisory"}
    for name in catalog.bundles():
        assert catalog.bundle(name).slots


def test_a_units_own_folder_comes_first(folder):
    own = folder / "docx/meeting_report"
    own.mkdir()
    (own / "form.yaml").write_text(FORM, "utf-8")
    catalog = Catalog([folder, BUILTIN])
    assert catalog.kinds()[-1] == "leave"
    assert list(catalog.kind("leave").form.fields) == ["who", "reason"]
    assert catalog.kind("meeting_report").form.title.zh == "请假条"


def test_a_changed_file_is_read_again(folder):
    catalog = Catalog([folder])
    before = catalog.kind("leave").form
    assert catalog.kind("leave").form is before
    (folder / "shared/who.yaml").write_text(WHO.replace("who,", "whom,"), "utf-8")
    assert "whom" in catalog.kind("leave").form.fields
    (folder / "docx/leave/form.yaml").write_text(FORM.replace("reason", "cause"), "utf-8")
    assert "cause" in catalog.kind("leave").form.fields


def test_a_fragment_that_changes_often_is_never_an_old_one(folder):
    catalog = Catalog([folder])
    for number in range(60):
        name = f"who{number}"
        (folder / "shared/who.yaml").write_text(WHO.replace("who,", f"{name},"), "utf-8")
        assert list(catalog.kind("leave").form.fields) == [name, "reason"]


@pytest.mark.parametrize("file", ["docx/leave/form.yaml", "shared/who.yaml"])
def test_broken_yaml_is_its_authors_to_mend(folder, file):
    (folder / file).write_text("title: {zh: 假\nsections: [", "utf-8")
    with pytest.raises(DefinitionError) as caught:
        Catalog([folder]).kind("leave")
    assert [(one.file, one.line) for one in caught.value.problems] == [(str(folder / file), 2)]


@pytest.mark.parametrize(
    ("file", "old", "new", "line", "path"),
    [
        ("docx/leave/form.yaml", "type: text", "type: txt", 6, "sections.0.fields.0.type"),
        (
            "docx/leave/form.yaml",
            "required: true",
            "requird: true",
            6,
            "sections.0.fields.0.requird",
        ),
        ("docx/leave/form.yaml", "[who]", "[whom]", 2, "include.0"),
        ("docx/leave/form.yaml", "[who]", "[../shared/who]", 2, "include.0"),
        ("docx/leave/form.yaml", "name: reason", "name: who", 6, "sections.0.fields.0.name"),
        ("shared/who.yaml", "type: person", "type: human", 4, "sections.0.fields.0.type"),
        ("shared/who.yaml", "who,", "reason,", 4, "sections.0.fields.0.name"),
    ],
)
def test_a_wrong_definition_is_refused_with_file_line_and_key(folder, file, old, new, line, path):
    broken = folder / file
    broken.write_text(broken.read_text("utf-8").replace(old, new), "utf-8")
    with pytest.raises(DefinitionError) as caught:
        Catalog([folder]).kind("leave")
    found = {(one.file, one.line, one.path) for one in caught.value.problems}
    assert (str(broken), line, path) in found


@pytest.mark.parametrize("name", ["nothing", "../activity", "", "leave/../leave", "a\0b", "..\\x"])
def test_no_such_kind(folder, name):
    with pytest.raises(NotFoundError):
        Catalog([folder]).kind(name)


def test_a_bundle_with_an_unknown_kind_is_refused(folder):
    (folder / "bundles").mkdir()
    (folder / "bundles/x.yaml").write_text(
        "title: {zh: 包, en: Bundle}\nslots:\n  - {id: a, kind: nothing, title: {zh: 甲, en: A}}\n",
        "utf-8",
    )
    with pytest.raises(DefinitionError) as caught:
        Catalog([folder]).bundle("x")
    assert [(one.path, one.line) for one in caught.value.problems] == [("slots.0.kind", 3)]


def test_a_slot_that_could_never_be_filled_is_refused(folder):
    (folder / "bundles").mkdir()
    (folder / "bundles/x.yaml").write_text(
        "title: {zh: 包, en: Bundle}\nslots:\n"
        "  - {id: a, kind: leave, part: none, only: {field: no, is: x}, title: {zh: 甲, en: A}}\n",
        "utf-8",
    )
    with pytest.raises(DefinitionError) as caught:
        Catalog([folder]).bundle("x")
    assert {one.path for one in caught.value.problems} == {"slots.0.part", "slots.0.only.field"}
