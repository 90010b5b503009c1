"""A ledger for the tests: the sample's plan taken over; days as the tests need them."""

from datetime import date, timedelta

from service.desk.kinds import sample_answers
from service.desk.ledger.taking import look_at_plan, take_over
from tests.document_tools import begin

PLAN = "rectification_plan"
DONE = {
    "status": "done", "progress": "大纲已评审", "completed_on": "2014-07-21",
    "evidence": "评审意见\n会议记录", "verified_by": "", "cleared_on": "",
}  # fmt: skip


def plan_answers(desk, **changes):
    """The sample's answers; `changes` by the number of the task."""
    answers = sample_answers(desk, PLAN, "zh")
    tasks = [dict(one) for one in answers["tasks"]]
    for number, change in changes.items():
        tasks[int(number[1:]) - 1] |= change
    return {**answers, "tasks": tasks}


def keep_ledger(desk, person, activity, **changes):
    """The plan as a draft, its tasks in the ledger; the document."""
    document = begin(desk, person, activity, PLAN, answers=plan_answers(desk, **changes))
    taking = look_at_plan(desk, person, activity)
    take_over(desk, person, activity, document, taking.seen)
    return document


def ahead(days):
    return (date.today() + timedelta(days)).isoformat()
