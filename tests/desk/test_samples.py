"""Every sample in both languages: equal to docxtpl, whole on paper, and measured rule by rule."""

import io
from pathlib import Path

import docx
import pytest

from service.bootstrap import assemble
from service.core.answers import check
from service.core.layout_rules import LayoutHints
from service.core.prefill import prefill
from service.core.present import present
from service.desk.activity.files import read_answers, sample_activity
from service.desk.fill import fill_file
from service.desk.layout import check_layout
from service.engines.word.context import is_rich
from service.settings import Settings
from tests.helpers_word import assert_same_as_docxtpl

SAMPLES = Settings().samples
CATALOG = assemble(Settings()).catalog
CASES = [
    (lang, file.stem, part)
    for lang in ("zh", "en")
    for file in sorted((SAMPLES / lang).glob("*.yaml"))
    for part in ("", *CATALOG.kind(file.stem.split(".")[0]).parts)
]


@pytest.fixture(scope="module")
def desk(tmp_path_factory):
    desk = assemble(Settings(data=tmp_path_factory.mktemp("var")))
    yield desk
    desk.close()


def sample(lang, stem):
    return stem.split(".")[0], Path(SAMPLES / lang / f"{stem}.yaml")


def filled(desk, lang, stem, part):
    name, file = sample(lang, stem)
    activity = sample_activity(desk, lang)
    return fill_file(desk, name, file, lang=lang, stage="file", activity=activity, part=part)


def test_every_kind_has_its_samples():
    for lang in ("zh", "en"):
        assert {stem.split(".")[0] for one, stem, _ in CASES if one == lang} == set(CATALOG.kinds())


@pytest.mark.parametrize(("lang", "stem", "part"), CASES)
def test_filling_equals_stock_docxtpl(desk, lang, stem, part):
    name, file = sample(lang, stem)
    kind = desk.catalog.kind(name)
    activity = sample_activity(desk, lang)
    raw, origins = prefill(kind.form, read_answers(file).data, activity=activity)
    answers = check(kind.form, raw, stage="file", activity=activity, filled_in=origins)
    context = present(answers, lang=lang, activity=activity)
    assert not is_rich(dict(context)), "fill believes that what is presented is plain"
    assert_same_as_docxtpl(kind.template(lang, part).read_bytes(), context)


@pytest.mark.office
@pytest.mark.parametrize(("lang", "stem", "part"), CASES)
def test_no_layout_rule_is_broken(desk, lang, stem, part):
    activity = sample_activity(desk, lang)
    document = filled(desk, lang, stem, part)
    hints = LayoutHints(keep=(activity["campaign_name"],))
    report = check_layout(
        document.docx,
        name=f"{stem}.docx",
        measurer=desk.measurer,
        converter=desk.converter,
        text_of=desk.text_of,
        hints=hints,
    )
    assert [line for one in report.broken for line in one.lines("en")] == []
    # Rule 4: every character typed is in the PDF, and no other.
    assert report.outcome(4).state == "kept"


def first_level(docx_file):
    return [
        p.text
        for p in docx.Document(io.BytesIO(docx_file)).paragraphs
        if p.style.style_id == "GwHeading1"
    ]


@pytest.mark.parametrize("stem", sorted({stem for lang, stem, _ in CASES if lang == "zh"}))
def test_the_english_has_as_many_sections_as_the_chinese(desk, stem):
    chinese, english = (first_level(filled(desk, lang, stem, "").docx) for lang in ("zh", "en"))
    assert len(english) == len(chinese), (chinese, english)
