"""Pages ask the database the same number of questions, however much there is in it."""

import itertools
import re
from datetime import date

import pytest
from sqlalchemy import event, insert

from service.core.papers import STATES
from service.desk.activity.profiles import create_activity, sample_profile
from service.desk.kinds import sample_answers
from service.store.models import Document, Review, Version, new_id
from tests.web.people import signed

ACTIVITY = re.compile(r'href="(/activities/[0-9a-f]{32})"')
FEW, MANY = 5, 50


@pytest.fixture(scope="module")
def count(desk):
    """Statements that something makes, transactions' ends and beginnings left out."""
    made = []

    @event.listens_for(desk.store.database.engine, "before_cursor_execute")
    def _(connection, cursor, statement, *_):
        made.append(statement)

    def counted(work):
        made.clear()
        work()
        return sum(not one.startswith(("BEGIN", "UPDATE sign_in")) for one in made)

    return counted


def filled(desk, person, activities, each):
    """So many more activities, and documents of all kinds and states in each; the first of them."""
    kinds = [name for name in desk.catalog.kinds() if sample_answers(desk, name, "zh")]
    answers = {name: sample_answers(desk, name, "zh") for name in kinds}
    made = [create_activity(desk, person, sample_profile(desk)) for _ in range(activities)]
    with desk.store.write() as session:
        for activity, number in itertools.product(made, range(each)):
            document = Document(
                id=new_id(),
                activity_id=activity,
                kind=(kind := kinds[number % len(kinds)]),
                lang="zh",
                person=f"某人{number}" if number % 2 else "",
                confidential=bool(number % 2),
                branch="机关一支部",
                handler_id=person.id,
                changed_by=person.id,
                state=STATES[1 + number % (len(STATES) - 1)],
                due=date(2014, 6, 1 + number % 28),
                answers=answers[kind],
            )
            session.add(document)
            session.flush()
            session.execute(insert(Version), [version_of(document, person)])
            if number % 3 == 0:
                session.execute(insert(Review), [opinion_of(document, person)])
    return f"/activities/{made[0]}"


def version_of(document, person):
    return {
        "document_id": document.id,
        "no": 1,
        "way": "generated",
        "blob": "none",
        "file_name": "文书.docx",
        "sha256": "0" * 64,
        "made_by": person.id,
        "answers": {},
    }


def opinion_of(document, person):
    return {
        "document_id": document.id,
        "round": 1,
        "step": "team_leader",
        "version_no": 1,
        "by": "某人",
        "recorded_by": person.id,
        "result": "agree",
        "opinion": "",
        "given_on": date(2014, 6, 1),
    }


PAGES = ("", "/ledger", "/scans", "/bundles/supervisory", "/profile")


@pytest.mark.parametrize("role, post", [("clerk", ""), ("reviewer", "team_leader")])
def test_home_and_list_ask_as_often_with_many_activities(desk, app, count, role, post):
    client = signed(app, f"s{role}", role, post)
    writer = signed(app, "swriter", "clerk").person if role == "reviewer" else client.person
    counts = {}
    for activities in (FEW, MANY - FEW):
        filled(desk, writer, activities, 8)
        for path in ("/", "/activities"):
            # At first sight, and where all of it is known already.
            seen = [count(lambda path=path: client.get(path)) for _ in range(2)]
            counts.setdefault(path, []).append(seen)
    for few, many in counts.values():
        assert few == many
        assert max(few) <= 16


def test_an_activitys_pages_ask_as_often_with_many_documents(desk, app, count):
    client = signed(app, "sclerk2", "clerk")
    few, many = (filled(desk, client.person, 1, each) for each in (FEW, MANY))
    for page in PAGES:
        client.get(few + page)  # what is kept of a profile is read once
        client.get(many + page)
        assert count(lambda page=page: client.get(few + page)) == count(
            lambda page=page: client.get(many + page)
        ), page


def test_a_change_by_any_way_is_seen_by_who_has_looked_already(desk, app):
    client = signed(app, "sclerk3", "clerk")
    activity = filled(desk, client.person, 1, 1)
    before = client.get("/").text
    client.get("/")
    with desk.store.write() as session:
        session.query(Document).filter_by(activity_id=activity.split("/")[-1]).update(
            {"state": "to_revise"}, synchronize_session=False
        )
    after = client.get("/").text
    assert ("退回修改" in before, "退回修改" in after) == (False, True)
