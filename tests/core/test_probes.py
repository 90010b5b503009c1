"""Answers that try a layout: the same each time, every field given and not given, all printable."""

import json

import pytest

from service.bootstrap import assemble
from service.core.present import present
from service.core.probes import probes
from service.core.typed import given
from service.desk.activity.files import sample_activity
from service.settings import Settings

KINDS = ["self_examination", "leadership_self_examination", "implementation_plan"]


@pytest.fixture(scope="module")
def desk(tmp_path_factory):
    return assemble(Settings(data=tmp_path_factory.mktemp("var")))


@pytest.mark.parametrize("kind", KINDS)
def test_every_field_is_tried_given_and_empty(desk, kind):
    form, activity = desk.catalog.kind(kind).form, sample_activity(desk, "zh")
    tried = probes(form, activity)
    for name in form.fields:
        states = {bool(given(answers.values.get(name))) for answers in tried}
        assert states == {True, False}, name


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("kind", KINDS)
def test_templates_can_be_filled_with_them(desk, kind, lang):
    found = desk.catalog.kind(kind)
    activity = sample_activity(desk, lang)
    template = desk.templates.load(found.template(lang).read_bytes(), file=kind)
    for answers in probes(found.form, activity):
        assert template.fill(present(answers, lang=lang, activity=activity))


def test_they_are_the_same_each_time_and_unlike_each_other(desk):
    form, activity = desk.catalog.kind(KINDS[0]).form, sample_activity(desk, "zh")
    first, second = (
        [str(present(a, lang="zh", activity=activity)) for a in probes(form, activity)]
        for _ in range(2)
    )
    assert first == second
    assert len(set(first)) == len(first)
    whole = json.dumps([a.values for a in probes(form, activity)], ensure_ascii=False, default=str)
    assert all(odd in whole for odd in ("　　", "A1”", "\u00ad", "𠮷", "http://"))
