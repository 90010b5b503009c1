"""Rules across papers: the samples keep them, and each is found where it is broken."""

from copy import deepcopy
from datetime import date, datetime
from pathlib import Path

import pytest

from service.bootstrap import assemble
from service.core.filing.across import Paper, check_across
from service.core.filing.across_rule import AcrossRule
from service.desk.bundle.plan import plan_bundle
from service.settings import Settings

SAMPLES = Path(__file__).parents[3] / "samples"


@pytest.fixture(scope="module", params=["zh", "en"])
def plan(request, tmp_path_factory):
    desk = assemble(Settings(data=tmp_path_factory.mktemp("across")))
    yield plan_bundle(desk, SAMPLES / f"bundle.{request.param}.yaml")
    desk.close()


def papers(plan):
    return [
        Paper(
            slot=one.slot.id,
            title=one.title,
            form=one.kind.form,
            values=deepcopy(dict(one.answers.values)),
        )
        for one in plan.parts
        if one.answers
    ]


def found(plan, held, *, exceptions=None, blind=frozenset()):
    return check_across(
        plan.definition.rules,
        held,
        blind=blind,
        activity=plan.activity,
        exceptions=exceptions or {},
    )


def values(held, slot, number=0):
    return [one for one in held if one.slot == slot][number].values


def later(held):
    values(held, "notice")["issue_date"] = date(2014, 12, 1)


def early_report(held):
    values(held, "report")["issue_date"] = date(2014, 6, 12)


def late_team(held):
    values(held, "team")["adopted_on"] = date(2014, 6, 14)


def other_team(held):
    values(held, "report")["supervisory_team"] = "另一个督导组"


def other_campaign(held):
    values(held, "rectification")["campaign_name"] = "去年的活动"


def unknown_host(held):
    values(held, "report")["host"] = "某甲"


def unknown_speaker(held):
    values(held, "report")["statements"][2]["person"] = "某乙"


def unknown_leader(held):
    values(held, "rectification")["tasks"][4]["lead_leader"] = "某丙"


def lost_problem(held):
    values(held, "report")["problems_found"][3]["text"] += "，补充"


def lost_reference(held):
    for task in values(held, "rectification")["tasks"]:
        task["opinion_refs"] = [one for one in task["opinion_refs"] if one != "7"]


def unanswered_team(held):
    values(held, "team")["opinion_responses"].pop(2)


def unanswered_leader(held):
    values(held, "leaders", 1)["opinion_responses"].pop(0)


BROKEN = [
    ("order_of_papers", later, "notice.meeting_time"),
    ("order_of_papers", early_report, "report.issue_date"),
    ("team_before_meeting", late_team, "report.meeting_time"),
    ("supervisory_team", other_team, "report.supervisory_team"),
    ("campaign", other_campaign, "rectification.campaign_name"),
    ("host_in_group", unknown_host, "report.host"),
    ("speakers_in_team", unknown_speaker, "report.statements.2.person"),
    ("leaders_in_group", unknown_leader, "rectification.tasks.4.lead_leader"),
    ("problems_have_tasks", lost_problem, "report.problems_found.3.text"),
    ("opinions_have_tasks", lost_reference, "report.opinions.6"),
    ("team_answers", unanswered_team, "team"),
    ("leaders_answer", unanswered_leader, "leaders"),
]


def test_the_samples_break_one_rule_and_say_why(plan):
    bare = found(plan, papers(plan))
    assert {one.code for one in bare.problems} == {"one_each"}
    assert len(bare.problems) == 3  # of five members of the team two are in it
    kept = found(plan, papers(plan), exceptions=plan.instance.exceptions)
    assert kept.problems == ()
    assert kept.excepted == plan.instance.exceptions
    assert all(plan.instance.exceptions["one_each"] in one.text.zh for one in kept.notes)


@pytest.mark.parametrize(
    ("rule", "change", "path"), BROKEN, ids=[f"{one[0]}-{one[1].__name__}" for one in BROKEN]
)
def test_a_broken_rule_is_found_at_its_field(plan, rule, change, path):
    held = papers(plan)
    change(held)
    told = [one for one in found(plan, held).problems if one.code == rule]
    assert path in {one.path for one in told}
    assert all(one.file and one.text.zh != one.text.en for one in told)
    others = {one.code for one in found(plan, held).problems} - {rule, "one_each"}
    assert others <= {"order_of_papers", "speakers_in_team"}


def test_every_error_rule_is_tried(plan):
    tried = {one[0] for one in BROKEN} | {"one_each"}
    assert {one.id for one in plan.definition.rules if one.level == "error"} == tried


def test_a_warning_stops_nothing(plan):
    held = papers(plan)
    values(held, "report")["statements"].pop()
    told = found(plan, held)
    assert "all_spoke" in {one.code for one in told.notes}
    assert "all_spoke" not in {one.code for one in told.problems}


def test_every_place_of_a_rule_is_a_field(plan):
    """A misspelt place would make a check that cannot fail."""
    forms = {one.slot: one.form for one in papers(plan)}
    for rule in plan.definition.rules:
        places = [*rule.places, rule.each]
        if rule.rule in {"covered", "numbered"}:
            places.append(rule.by)
        if rule.rule == "answered":
            places += [
                f"{rule.slot}.{rule.by}",
                *(f"{rule.each}.{one}" for one in (rule.about, rule.text)),
            ]
        if rule.name:
            places += [f"{one}.{rule.name}" for one in (rule.slot, *rule.slots) if one]
        for place in filter(None, places):
            slot, _, path = place.partition(".")
            known = plan.activity if slot == "activity" else None
            assert path in known if known else forms[slot].field(path) is not None, (rule.id, place)


def test_a_file_without_answers_leaves_its_rules_unseen(plan):
    held = [one for one in papers(plan) if one.slot != "report"]
    told = found(plan, held, blind=frozenset({"report"}))
    assert {one.id for one in told.unseen} == {
        one.id for one in plan.definition.rules if "report" in one.asked_slots
    }
    assert {one.code for one in told.problems} == {"one_each"}


@pytest.mark.parametrize(
    "wrong",
    [
        {"rule": "covered", "each": "report.host"},
        {"rule": "in_order"},
        {"rule": "agree", "places": ["report"]},
        {"rule": "answered", "each": "a.b", "about": "x", "text": "y", "by": "z", "slot": "s"},
        {"rule": "guess", "places": ["a.b"]},
    ],
)
def test_a_rule_without_its_operands_is_refused(wrong):
    with pytest.raises(ValueError, match=r"needs|no place|literal|Input"):
        AcrossRule(id="x", message={"zh": "一", "en": "one"}, **wrong)


def test_days_and_moments_compare(plan):
    held = papers(plan)
    values(held, "report")["meeting_time"] = datetime(2014, 6, 3, 8, 30)
    assert not [one for one in found(plan, held).problems if one.code == "team_before_meeting"]
