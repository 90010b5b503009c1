"""Opinions, files that come back, and the ledger over the API."""

import io

import pytest

from service.store import documents as rows
from tests.ledger_tools import DONE, ahead, keep_ledger
from tests.web.api.caller import caller, codes, problem
from tests.web.api.test_activities import activity, begin, sample

BRANCH = "第一党支部"


@pytest.fixture
def made(app, api, desk):
    return f"/activities/{activity(app, api, desk)}"


@pytest.fixture
def form(api, made, desk):
    """A member's form that is out for review."""
    answers = sample(desk, "self_examination") | {"branch": BRANCH}
    path = begin(api, made, "self_examination", answers=answers)
    assert api.post(f"{path}/versions").status_code == 201
    assert api.put(f"{path}/state", {"state": "in_review"}).status_code == 200
    return path


def secretary(app, name="he", branch=BRANCH):
    return caller(app, name, "reviewer", post="branch_secretary", branch=branch)


def test_a_reviewer_says_what_is_to_be_changed_and_then_agrees(app, api, form):
    reviewer = secretary(app)
    asked = reviewer.get(f"{form}/reviews").get_json()
    assert (asked["open"], asked["version"], asked["rounds"]) == (True, 1, [])
    assert asked["step"] in asked["waits"]
    found = problem(
        reviewer.post(f"{form}/reviews", {"version": 1, "result": "revise"}), 422, "invalid"
    )
    assert [one["pointer"] for one in found["errors"]] == ["#/opinion"]
    said = {"version": 1, "result": "revise", "opinion": "原因剖析再深一些。"}
    for _ in range(2):  # twice the same is once
        given = reviewer.post(f"{form}/reviews", said)
        assert given.status_code == 201, given.get_data(as_text=True)
    [told] = given.get_json()["rounds"]
    assert [(one["by"], one["result"], one["opinion"]) for one in told["opinions"]] == [
        ("he", "revise", "原因剖析再深一些。")
    ]
    assert api.get(form).get_json()["state"] == "to_revise"
    problem(reviewer.post(f"{form}/reviews", said | {"opinion": "另一句。"}), 409, "conflict")


def test_who_is_not_asked_cannot_speak(app, api, form):
    said = {"version": 1, "result": "agree"}
    for other in (secretary(app, "jin", "第二党支部"), caller(app, "chen", "clerk")):
        problem(other.get(f"{form}/reviews"), 404, "not_found")
        problem(other.post(f"{form}/reviews", said), 404, "not_found")
    assert api.get(f"{form}/reviews").get_json()["rounds"] == []


@pytest.mark.parametrize("what", ["word", "scan"])
def test_what_is_no_such_file(api, made, what, desk):
    path = begin(api, made, answers=sample(desk, "mobilization_notice"))
    form = {"file": (io.BytesIO(b"no such thing"), "x.docx")}
    found = api.post(f"{path}/{what}", data=form, content_type="multipart/form-data")
    problem(found, 422 if what == "word" else 409, "invalid" if what == "word" else "conflict")
    assert codes(
        problem(
            api.post(f"{path}/{what}", data={}, content_type="multipart/form-data"), 422, "invalid"
        )
    ) == ["no_file"]
    assert api.get(path).get_json()["versions"] == []


@pytest.mark.office
def test_the_edited_word_file_comes_back_as_it_is_and_is_not_written_over(api, made, desk):
    path = begin(api, made, answers=sample(desk, "mobilization_notice"))
    api.post(f"{path}/versions")
    data = api.get(f"{path}/versions/1/file").data
    came = api.post(
        f"{path}/word",
        data={"file": (io.BytesIO(data), "通知（改）.docx")},
        content_type="multipart/form-data",
    )
    assert (came.status_code, came.get_json()["no"]) == (201, 2)
    assert api.get(came.headers["Location"]).data == data
    assert codes(problem(api.post(f"{path}/versions"), 409, "conflict")) == ["hand_edited"]
    with desk.store.read() as session:
        assert rows.version(session, path.rpartition("/")[2], 2).file_name == "通知（改）.docx"


@pytest.fixture
def ledger(api, made, desk):
    keep_ledger(desk, api.person, made.rpartition("/")[2], _1={"deadline": ahead(-3)})
    return f"{made}/ledger"


def test_the_ledger_is_read_and_carried_on(api, ledger):
    tasks = api.get(ledger).get_json()["items"]
    assert [one["no"] for one in tasks] == list(range(1, len(tasks) + 1))
    assert tasks[0]["days_late"] == 3
    read = api.get(f"{ledger}/1")
    assert read.get_json() == tasks[0]
    tag = {"If-Match": read.headers["ETag"]}
    saved = api.put(f"{ledger}/1", {"progress": DONE}, headers=tag)
    assert (saved.status_code, saved.get_json()["status"], saved.get_json()["days_late"]) == (
        200,
        "done",
        0,
    )
    late = api.put(f"{ledger}/1", {"progress": DONE | {"progress": "别的"}}, headers=tag)
    assert codes(problem(late, 412, "changed_meanwhile")) == ["task_changed"]
    problem(api.put(f"{ledger}/1", {"progress": DONE}), 428, "precondition")
    bad = {"progress": DONE | {"status": "nothing"}}
    found = problem(
        api.put(f"{ledger}/1", bad, headers={"If-Match": saved.headers["ETag"]}), 422, "invalid"
    )
    assert [one["pointer"] for one in found["errors"]] == ["#/progress/status"]
    problem(api.get(f"{ledger}/999"), 404, "not_found")


def test_a_plan_is_taken_over_as_it_was_looked_at(api, made, desk):
    problem(api.get(f"{made}/ledger/plan"), 404, "not_found")
    begin(api, made, "rectification_plan", answers=sample(desk, "rectification_plan"))
    look = api.get(f"{made}/ledger/plan").get_json()
    assert look["any"] is True
    assert api.get(f"{made}/ledger").get_json()["items"] == []
    problem(api.post(f"{made}/ledger/plan", {"seen": "x"}), 409, "conflict")
    taken = api.post(f"{made}/ledger/plan", {"plan": look["plan"], "seen": look["seen"]})
    assert taken.status_code == 200
    assert [one["no"] for one in api.get(f"{made}/ledger").get_json()["items"]] == [
        one["no"] for one in look["changes"]
    ]
    assert api.get(f"{made}/ledger/plan").get_json()["any"] is False


def test_the_ledger_on_paper(api, ledger, desk):
    found = api.get(f"{ledger}/paper")
    assert found.status_code == 200
    assert "整改" in desk.text_of(found.data)
