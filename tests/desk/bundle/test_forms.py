"""A roster as a part of a bundle: every member's form is in it, and a wrong row is named."""

import io
from pathlib import Path

import pytest
from pypdf import PdfReader

from service.bootstrap import assemble
from service.desk.bundle.make import make_bundle
from service.desk.bundle.outline import outline_bundle
from service.desk.bundle.plan import files_of, plan_bundle
from service.engines.pages import PdfiumPages
from service.errors import InputError
from service.settings import Settings
from tests.helpers_pdf import assert_sound, outline_pages

SAMPLES = Settings().samples
HEADS = "姓名,性别,出生年月,部门,职务,入党时间,所在支部"
PEOPLE = (
    "邹𠮷,男,1969-04,办公室,主任,1993-06-28,第一党支部",
    "黎书瑶,女,1990-11,陈列部,秘书,2011-12-05,第一党支部",
)


@pytest.fixture(scope="module")
def desk(tmp_path_factory):
    desk = assemble(Settings(data=tmp_path_factory.mktemp("var")))
    yield desk
    desk.close()


@pytest.fixture
def instance(tmp_path):
    """Writes a bundle instance and its roster; returns the instance's path."""

    def written(*rows, part="{roster: people.csv, shared: shared.yaml}", slot="forms", **more):
        (tmp_path / "people.csv").write_text("\n".join([HEADS, *(rows or PEOPLE)]), "utf-8")
        shared = (SAMPLES / "shared.zh.yaml").read_text("utf-8")
        (tmp_path / "shared.yaml").write_text(shared + more.pop("shared", ""), "utf-8")
        lines = [f"{key}: {value}" for key, value in {"bundle": "branch", **more}.items()]
        activity = SAMPLES / "activity.zh.yaml"
        file = tmp_path / "bundle.yaml"
        file.write_text(
            "\n".join([*lines, f"activity: {activity}", "parts:", f"  {slot}: {part}"]), "utf-8"
        )
        return file

    return written


def problems(desk, file):
    with pytest.raises(InputError) as refused:
        plan_bundle(desk, file)
    return [(one.code, Path(one.file).name, one.line, one.path) for one in refused.value.problems]


@pytest.mark.office
def test_every_form_of_the_sample_is_in_the_bundle(desk, tmp_path):
    bundle = make_bundle(desk, SAMPLES / "bundle-branch.zh.yaml")
    reader = PdfReader(io.BytesIO(bundle.pdf))
    marks = outline_pages(bundle.pdf)
    (part,) = bundle.entries
    assert part.title == "党员对照检查表（60份）"
    assert [title for level, title, _ in marks if level == 1] == ["封面", "目录", part.title]
    forms = [(title, page) for level, title, page in marks if level == 2]
    texts = PdfiumPages().texts(bundle.pdf)
    assert len(forms) == 60
    assert forms[0][0] == "邹𠮷（办公室）"
    for title, page in forms:
        assert page % 2 == 0, "a right-hand page, counted from 0"
        # pdfium reads a glyph that another font lends behind the rest of its line
        assert set(title.partition("（")[0]) <= set(texts[page])
        assert "党员对照检查表" in texts[page]
        assert int(reader.page_labels[page]) % 2 == 1
    assert reader.page_labels[next(p for level, t, p in marks if t == part.title)] == str(part.page)
    blanks = [page for page in reader.pages if page.get_contents() is None]
    assert len(blanks) >= 60, "each form has three pages"
    assert bundle.pdfa
    assert [one.code for one in bundle.notes].count("blank_forms") == 1
    assert_sound(bundle.pdf, tmp_path)


@pytest.mark.office
def test_forms_follow_one_another_where_it_is_printed_on_one_side(desk, instance):
    bundle = make_bundle(desk, instance(duplex="false", separators="false"))
    marks = outline_pages(bundle.pdf)
    forms = [page for level, _, page in marks if level == 2]
    assert [page for _, title, page in marks if "2份" in title] == forms[:1]
    assert bundle.pages == forms[0] + 2 * (forms[1] - forms[0])
    assert all(page.get_contents() is not None for page in PdfReader(io.BytesIO(bundle.pdf)).pages)


@pytest.mark.parametrize(
    ("lang", "title"),
    [("zh", "党员对照检查表（60份）"), ("en", "Members' self-examination forms (60 forms)")],
)
def test_the_samples_are_sound(desk, lang, title):
    file = SAMPLES / f"bundle-branch.{lang}.yaml"
    plan = plan_bundle(desk, file)
    assert plan.lang == lang
    assert [part.title for part in plan.parts] == [title]
    assert {path.name for path in files_of(file)} == {
        file.name, "roster.xlsx", f"shared.{lang}.yaml", f"activity.{lang}.yaml",
    }  # fmt: skip
    first, second = outline_bundle(desk, file, lang).lines
    assert (first.source, first.present) == ("roster.xlsx", True)
    assert not second.present


def test_a_title_of_ones_own_tells_the_number_too(desk, instance):
    part = "{roster: people.csv, shared: shared.yaml, title: 第一支部}"
    assert [one.title for one in plan_bundle(desk, instance(part=part)).parts] == [
        "第一支部（2份）"
    ]


def test_wrong_rows_are_named_all_at_once(desk, instance):
    file = instance(
        PEOPLE[0],
        "黎书瑶,女,去年冬天,陈列部,秘书,2011-12-05,第一党支部",
        "艾清扬,不明,1984-02,办公室,人事干事,2006-05-19,第一党支部",
    )
    found = problems(desk, file)
    assert [(name, line) for _, name, line, _ in found] == [("people.csv", 3), ("people.csv", 4)]
    assert [path for *_, path in found] == ["birth_month", "gender"]


def test_rows_left_out_are_noted(desk, instance):
    plan = plan_bundle(desk, instance(*PEOPLE, "", PEOPLE[1]))
    assert [part.title for part in plan.parts] == ["党员对照检查表（2份）"]
    noted = {(one.code, one.line) for one in plan.notes}
    assert {line for _, line in noted} >= {4, 5}
    assert ("blank_forms", 0) in noted


def test_personal_words_do_not_come_from_shared_answers(desk, instance):
    found = problems(desk, instance(shared="cause_analysis: 学习不够\n"))
    assert [(name, path) for _, name, _, path in found] == [("shared.yaml", "cause_analysis")]


@pytest.mark.parametrize(
    ("part", "named"),
    [
        ("{roster: nobody.csv}", "nobody.csv"),
        ("{roster: people.csv, shared: gone.yaml}", "gone.yaml"),
    ],
)
def test_files_that_are_not_there_are_named(desk, instance, part, named):
    with pytest.raises(InputError) as refused:
        plan_bundle(desk, instance(part=part))
    (one,) = refused.value.problems
    assert (one.code, one.path) == ("part_file_missing", "parts.forms")
    assert named in one.text.zh


def test_a_roster_without_people_is_refused(desk, instance):
    assert [code for code, *_ in problems(desk, instance(""))] == ["no_members"]


def test_a_slot_for_one_paper_or_an_upload_takes_no_roster(desk, instance):
    upload = instance(slot="meeting_record")
    assert "not_an_upload" in [code for code, *_ in problems(desk, upload)]
    single = instance(bundle="supervisory", slot="plan")
    assert ("too_many_parts", "parts.plan") in [
        (code, path) for code, *_, path in problems(desk, single)
    ]


def test_a_kind_that_is_not_for_members_takes_no_roster(desk, instance):
    found = problems(desk, instance(bundle="supervisory", slot="leaders"))
    assert "not_for_members" in [code for code, *_ in found]
