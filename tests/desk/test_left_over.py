"""What is left over in a paper: nothing in the samples, and all that is planted into them."""

import csv
import io
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from service.bootstrap import assemble
from service.core.answers import read
from service.core.prefill import prefill
from service.desk.activity.files import sample_activity
from service.desk.fill import fill
from service.desk.kinds import sample_answers
from service.desk.left_over import notes
from service.settings import Settings
from service.source import read_source

ROOT = Path(__file__).parents[2]
SAMPLES = sorted(ROOT.glob("samples/*/*.yaml"))
QUIET = settings(
    max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
PLACEHOLDERS = [
    "XX", "xxx", "ＸＸ", "××", "某某", "＿＿", "____", "【】", "【请填写】", "{{ name }}", "TODO",
    "TBD", "待定", "待填", "X月X日", "×年×月×日", "○○", "[insert date]", "[name]", "此处填写",
    "to be confirmed",
]  # fmt: skip
MEANT = [
    "X光机", "二○○八年", "Article XX", "5×3", "形式主义【附件】", "某些同志", "某市", "XY轴", "ext",
    "exxon", "（略）", "……", "待定点医院", "a_b", "{}", "[2013]", "5*3", "相互间", "Table XX",
]  # fmt: skip


@pytest.fixture(scope="module")
def desk(tmp_path_factory):
    desk = assemble(Settings(data=tmp_path_factory.mktemp("left-over")))
    yield desk
    desk.close()


@pytest.fixture(scope="module")
def people():
    text = (ROOT / "samples/roster.csv").read_text(encoding="utf-8-sig")
    return [row["姓名"] for row in csv.DictReader(io.StringIO(text))]


@pytest.fixture(scope="module")
def papers(desk):
    """Form, checked values, facts and language of every sample."""
    return {file: _paper(desk, file) for file in SAMPLES}


def _paper(desk, file):
    lang = file.parent.name
    facts = sample_activity(desk, lang)
    form = desk.catalog.kind(file.name.split(".")[0]).form
    raw, origins = prefill(form, read_source(file).data, activity=facts)
    reading = read(form, raw, stage="file", activity=facts, filled_in=origins)
    return form, reading.values, facts, lang


@pytest.mark.parametrize("file", SAMPLES, ids=lambda one: f"{one.parent.name}-{one.stem}")
def test_a_sample_holds_nothing_that_is_left_over(papers, people, file):
    form, values, facts, lang = papers[file]
    assert notes(form, values, facts, lang, people=people) == ()
    assert notes(form, values, {}, lang) == ()


def written(form, values):
    """Every place in which somebody has written something, as path and a way to write there."""

    def inner(fields, row, path):
        for field in fields:
            value = row.get(field.name)
            if value is None:
                continue
            if field.type == "table":
                for number, one in enumerate(value):
                    yield from inner(field.fields, one, (*path, field.name, number))
            elif field.type in {"text", "lines", "paragraphs", "list", "person"}:
                yield field, (*path, field.name)

    yield from inner(form.fields.values(), values, ())


def planted(values, path, change):
    """The same values with one of them changed."""
    head, *rest = path
    copy = list(values) if isinstance(values, list) else dict(values)
    copy[head] = planted(copy[head], rest, change) if rest else change(copy[head])
    return copy


def with_text(text):
    def change(value):
        return [*value, f"这里有{text}。"] if isinstance(value, list) else f"{value} {text}"

    return change


class Places(list):
    """Hypothesis writes out what a test was given; of the forms that would be 60 MB."""

    def __repr__(self):
        return f"{len(self)} places"


@pytest.fixture(scope="module")
def places(papers):
    """Every written place of every sample."""
    return Places(
        (paper, field, path)
        for paper in papers.values()
        for field, path in written(paper[0], paper[1])
    )


@QUIET
@given(number=st.integers(0, 10_000), text=st.sampled_from(PLACEHOLDERS))
def test_every_planted_placeholder_is_found_at_its_field(places, number, text):
    (form, values, facts, lang), _, path = places[number % len(places)]
    spoilt = planted(values, path, with_text(f" {text} "))
    found = [one for one in notes(form, spoilt, facts, lang) if one.code == "placeholder"]
    assert [one.path for one in found] == [".".join(map(str, path))]
    assert found[0].text.zh != found[0].text.en


def test_the_plainest_placeholder_is_found_at_every_place(papers):
    for form, values, facts, lang in papers.values():
        paths = [path for _, path in written(form, values)]
        spoilt = values
        for path in paths:
            spoilt = planted(spoilt, path, with_text(" XX "))
        found = [one.path for one in notes(form, spoilt, facts, lang) if one.code == "placeholder"]
        assert sorted(found) == sorted(".".join(map(str, path)) for path in paths)


@pytest.mark.parametrize("text", MEANT)
def test_what_only_looks_like_one_is_left_alone(papers, text):
    file = ROOT / "samples/zh/mobilization_notice.yaml"
    form, values, facts, lang = papers[file]
    path = next(path for field, path in written(form, values) if field.type == "paragraphs")
    assert notes(form, planted(values, path, with_text(text)), facts, lang) == ()


WAYS = st.sampled_from(
    [
        "{day.month}月{day.day}日（星期{zh}）",
        "{day.year}年{day.month}月{day.day}日星期{zh}",
        "{day.month}月{day.day}日(周{zh})",
        "{en}, {day.day} {day:%B} {day.year}",
        "{day.day} {day:%B} ({en})",
        "{en}, {day:%B} {day.day}, {day.year}",
    ]
)


@QUIET
@given(
    number=st.integers(0, 10_000),
    way=WAYS,
    day=st.dates(date(2014, 2, 1), date(2014, 9, 30)),
    shift=st.integers(1, 6),
)
def test_a_weekday_that_cannot_be_is_found_and_the_right_one_is_not(
    places, number, way, day, shift
):
    prose = [one for one in places if one[1].type == "paragraphs"]
    (form, values, facts, lang), _, path = prose[number % len(prose)]

    def said(weekday):
        return with_text(way.format(day=day, zh="一二三四五六日"[weekday], en=week(weekday)))

    right = planted(values, path, said(day.weekday()))
    assert notes(form, right, facts, lang) == ()
    wrong = planted(values, path, said((day.weekday() + shift) % 7))
    found = notes(form, wrong, facts, lang)
    assert [(one.code, one.path) for one in found] == [("wrong_weekday", ".".join(map(str, path)))]


def week(number):
    return f"{date(2014, 9, 1) + timedelta(number):%A}"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("定于2月30日召开", "no_such_day"),
        ("定于2014年6月31日召开", "no_such_day"),
        ("on 31 June 2014", "no_such_day"),
        ("定于2013年6月13日召开", "outside_activity"),
        ("定于2015年3月2日召开", "outside_activity"),
        ("on 13 June 2013", "outside_activity"),
        ("依据赣八一馆党发〔2013〕3号", "other_years_number"),
    ],
)
def test_days_and_numbers_of_another_year(papers, text, code):
    form, values, facts, lang = papers[ROOT / "samples/zh/rectification_plan.yaml"]
    path = ("goals",)
    found = notes(form, planted(values, path, with_text(text)), facts, lang)
    assert [(one.code, one.path) for one in found] == [(code, "goals")]


@pytest.mark.parametrize(
    "text",
    ["中办发〔2013〕4号", "2012年12月4日中央政治局会议", "去年6月31日", "2013年开会32次", "2月"],
)
def test_history_and_the_numbers_of_others_are_meant(papers, text):
    form, values, facts, lang = papers[ROOT / "samples/zh/rectification_plan.yaml"]
    assert notes(form, planted(values, ("goals",), with_text(text)), facts, lang) == ()


def test_ones_own_number_of_another_year_in_its_field(papers):
    form, values, facts, lang = papers[ROOT / "samples/zh/meeting_report.yaml"]
    old = {**values, "doc_number": "旧代字〔2013〕11号"}
    found = notes(form, old, facts, lang)
    assert [(one.code, one.path) for one in found] == [("other_years_number", "doc_number")]


@pytest.mark.parametrize("day", [date(2013, 7, 11), date(2014, 1, 31), date(2014, 10, 1)])
def test_a_date_outside_the_months_of_the_activity(papers, day):
    form, values, facts, lang = papers[ROOT / "samples/zh/rectification_plan.yaml"]
    for path in (("issue_date",), ("tasks", 3, "deadline")):
        found = notes(form, planted(values, path, lambda _: day), facts, lang)
        told = [(one.code, one.path) for one in found]
        assert told == [("outside_activity", ".".join(map(str, path)))]


def test_joining_the_party_was_long_ago_and_is_no_mistake(papers):
    form, values, facts, lang = papers[ROOT / "samples/zh/self_examination.yaml"]
    assert values["party_join_date"].year < 2014
    assert notes(form, values, facts, lang) == ()


def test_a_name_that_is_on_no_roster(papers, people):
    form, values, facts, lang = papers[ROOT / "samples/zh/rectification_plan.yaml"]
    old = planted(values, ("tasks", 7, "verified_by"), lambda _: "前任甲")
    found = notes(form, old, facts, lang, people=people)
    assert [(one.code, one.path) for one in found] == [("unknown_name", "tasks.7.verified_by")]
    assert "前任甲" not in found[0].text.zh
    assert notes(form, old, facts, lang) == ()  # without a roster nobody can tell
    spread = planted(values, ("filled_by",), lambda _: "黎　书瑶")
    assert notes(form, spread, facts, lang, people=people) == ()


def test_they_are_notes_where_a_paper_is_filed_and_stop_nothing(desk):
    facts = sample_activity(desk, "zh")
    raw = sample_answers(desk, "mobilization_notice", "zh")
    field = next(
        name
        for name, one in desk.catalog.kind("mobilization_notice").form.fields.items()
        if one.type == "paragraphs" and raw.get(name)
    )
    raw[field] = "某某同志 6月13日（星期四）"
    told = {
        stage: {
            one.code
            for one in fill(desk, "mobilization_notice", raw, lang="zh", stage=stage, activity=facts).notes
        }
        for stage in ("issue", "file")
    }  # fmt: skip
    assert {"placeholder", "wrong_weekday"} <= told["file"]
    assert not {"placeholder", "wrong_weekday"} & told["issue"]
