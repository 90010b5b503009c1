"""Last year's text beside today's: whose it is, who may read it, put into the draft.

On SQLite and on PostgreSQL.
"""

import pytest

from service.desk.activity.last_year import insert_last_text, last_fields, last_text
from service.desk.documents.drafts import save_draft
from service.errors import ConflictError, NotFoundError
from service.store.models import Activity
from tests.document_tools import begin, close_activity, keep_activity, paper, somebody

KIND, FIELD = "experience_paper", "text"
OLD = "　　一、思想认识。\n\n　　二、“两学一做”，𠮷 & <b>。  "


@pytest.fixture
def before(desk):
    return keep_activity(desk, "前一年的活动")


@pytest.fixture
def after(desk, before):
    copy = keep_activity(desk, "今年的活动")
    with desk.store.write() as session:
        session.get(Activity, copy).copied_from = before
    return copy


def words(desk, person, activity, text, **more):
    """A member's study paper; what is not typed is not in it."""
    more = {"person_name": "邹黎", **more}
    answers = {"person_name": more["person_name"], **({FIELD: text} if text else {})}
    return begin(desk, person, activity, KIND, answers=answers, **more)


def fields(desk, person, document):
    return last_fields(desk, person, paper(desk, document))


def test_the_text_of_the_same_paper_of_the_same_person(desk, wan, before, after):
    old = words(desk, wan, before, OLD)
    words(desk, wan, before, "别人的", person_name="涂玥")
    today = words(desk, wan, after, "")
    assert fields(desk, wan, today) == {FIELD}
    found = last_text(desk, wan, today, FIELD)
    assert (found.text, found.document, found.activity, found.by) == (
        OLD,
        old,
        "前一年的活动",
        "wan",
    )
    assert found.at == paper(desk, old).row.changed_at
    for field in ("person_name", "nope", "", "\x00"):
        with pytest.raises(NotFoundError):
            last_text(desk, wan, today, field)
    other = words(desk, wan, after, "", person_name="史蓉")
    assert fields(desk, wan, other) == frozenset()
    with pytest.raises(NotFoundError):
        last_text(desk, wan, other, FIELD)
    with pytest.raises(NotFoundError):  # its own activity was copied from none
        last_text(desk, wan, old, FIELD)


def test_the_newest_that_says_anything_counts_and_lists_are_lines(desk, wan, before, after):
    words(desk, wan, before, "更早")
    words(desk, wan, before, ["甲", "", "乙"])
    words(desk, wan, before, "")
    assert last_text(desk, wan, words(desk, wan, after, ""), FIELD).text == "甲\n\n乙"


def test_nobody_reads_more_than_the_paper_itself_would_show(desk, wan, before, after):
    old = words(desk, wan, before, OLD)
    assert paper(desk, old).row.confidential
    li = somebody(desk, "li")
    today = words(desk, li, after, "")
    assert fields(desk, li, today) == frozenset()
    with pytest.raises(NotFoundError):
        last_text(desk, li, today, FIELD)
    with pytest.raises(NotFoundError):
        insert_last_text(desk, li, today, FIELD, 1)
    for role in ("administrator", "reviewer"):
        place = ("team_leader",) if role == "reviewer" else ()
        one = somebody(desk, f"a-{role}", role, *place)
        assert fields(desk, one, today) == frozenset()


def test_it_goes_into_an_empty_field_and_after_what_stands_there(desk, wan, before, after):
    words(desk, wan, before, OLD)
    today = words(desk, wan, after, "")
    saved = insert_last_text(desk, wan, today, FIELD, 1)
    assert paper(desk, today).row.answers[FIELD] == OLD
    row = paper(desk, today).row
    save_draft(desk, wan, today, saved.revision, {**row.answers, FIELD: ["今年的", "话"]})
    with pytest.raises(ConflictError) as caught:
        insert_last_text(desk, wan, today, FIELD, saved.revision)
    assert caught.value.problems[0].code == "draft_changed"
    insert_last_text(desk, wan, today, FIELD, saved.revision + 1)
    assert paper(desk, today).row.answers[FIELD] == f"今年的\n话\n{OLD}"
    close_activity(desk, after)
    with pytest.raises(ConflictError):
        insert_last_text(desk, wan, today, FIELD, saved.revision + 2)
