"""Activities and documents over the API: two editors lose nothing, versions, states, who sees what."""

import json

import jsonschema
import pytest

from service.desk.activity.profiles import create_activity, sample_profile
from service.desk.kinds import sample_answers
from tests.web.api.caller import BASE, caller, codes, problem

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def activity(app, api, desk):
    return create_activity(desk, api.person, sample_profile(desk))


@pytest.fixture
def made(app, api, desk):
    """The path of an activity with the sample's profile."""
    return f"/activities/{activity(app, api, desk)}"


def begin(api, made, kind="mobilization_notice", **body):
    found = api.post(f"{made}/documents", {"kind": kind, **body})
    assert found.status_code == 201, found.get_data(as_text=True)
    return f"/documents/{found.get_json()['id']}"


def save(api, path, answers, tag, what="draft"):
    return api.put(f"{path}/{what}", {"answers": answers}, headers={"If-Match": tag})


def sample(desk, kind):
    return json.loads(json.dumps(sample_answers(desk, kind, "zh"), default=str))


def test_an_activity_is_made_listed_and_read(api):
    found = api.post("/activities", {"answers": {"campaign_name": "春季学习活动"}})
    assert found.status_code == 201
    path = found.headers["Location"].removeprefix(BASE)
    assert found.get_json()["answers"] == {"campaign_name": "春季学习活动"}
    assert found.get_json()["problems"]
    [line] = [
        one
        for one in api.get("/activities?limit=200").get_json()["items"]
        if path.endswith(one["id"])
    ]
    assert (line["title"], line["closed"]) == ("春季学习活动", False)
    assert api.get(path).get_json()["title"] == "春季学习活动"


def test_the_schema_of_a_profile_takes_the_samples(api, desk):
    schema = api.get("/activities/schema?lang=zh").get_json()
    jsonschema.validate(json.loads(json.dumps(sample_profile(desk)["zh"], default=str)), schema)


def test_the_task_list_names_what_is_due_and_starts_it_once(api, made):
    groups = api.get(made).get_json()["groups"]
    task = next(one["task"] for group in groups for one in group["tasks"] if one["task"])
    begun = [api.post(f"{made}/tasks", {"task": task}) for _ in range(2)]
    assert [one.status_code for one in begun] == [200, 200]
    assert begun[0].data == begun[1].data
    document = begun[0].get_json()["id"]
    tasks = [one for group in api.get(made).get_json()["groups"] for one in group["tasks"]]
    assert [one["state"] for one in tasks if one["document"] == document] == ["draft"]
    problem(api.post(f"{made}/tasks", {"task": "nothing:nobody"}), 404, "not_found")


def test_of_two_who_save_a_profile_the_second_is_told(api, made):
    read = api.get(f"{made}/profile?lang=zh")
    answers, tag = read.get_json()["answers"], read.headers["ETag"]
    first = save(api, made, answers | {"campaign_name": "甲"}, tag, "profile")
    assert (first.status_code, first.get_json()["answers"]["campaign_name"]) == (200, "甲")
    assert first.headers["ETag"] != tag
    assert codes(
        problem(
            save(api, made, answers | {"campaign_name": "乙"}, tag, "profile"),
            412,
            "changed_meanwhile",
        )
    ) == ["profile_changed"]
    assert api.get(f"{made}/profile").get_json()["answers"]["campaign_name"] == "甲"
    assert (
        save(
            api, made, answers | {"campaign_name": "乙"}, first.headers["ETag"], "profile"
        ).status_code
        == 200
    )


def test_nothing_changes_in_a_closed_activity(api, made):
    path = begin(api, made)
    assert api.put(f"{made}/closed", {"closed": True}).get_json()["closed"] is True
    problem(save(api, path, {"title": "x"}, '"1"'), 409, "conflict")
    problem(api.post(f"{made}/documents", {"kind": "mobilization_notice"}), 409, "conflict")
    assert api.put(f"{made}/closed", {"closed": False}).get_json()["closed"] is False
    assert save(api, path, {"title": "x"}, '"1"').status_code == 200


def test_a_draft_is_begun_and_prefilled(api, made):
    found = api.post(
        f"{made}/documents",
        {"kind": "mobilization_notice", "answers": {"title": "通知"}, "due": "2014-06-13"},
    )
    draft = found.get_json()
    assert draft["answers"] == {"title": "通知"}
    assert draft["filled"]["title"] == "通知"
    assert "activity" in draft["origins"].values()
    assert found.headers["ETag"] == '"1"'
    path = found.headers["Location"].removeprefix(BASE)
    document = api.get(path).get_json()
    assert (document["state"], document["due"], document["versions"], document["writable"]) == (
        "draft",
        "2014-06-13",
        [],
        True,
    )
    assert document["found"]
    assert [one["id"] for one in api.get(f"{made}/documents").get_json()["items"]] == [draft["id"]]


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"kind": "nothing"}, "#/kind"),
        ({"kind": "mobilization_notice", "part": "x"}, "#/part"),
        ({"kind": "mobilization_notice", "due": "2014-02-30"}, "#/due"),
        ({"kind": "mobilization_notice", "person": "x" * 51}, "#/person"),
        ({"kind": "mobilization_notice", "person": "a\0"}, "#/person"),
        ({}, "#/kind"),
    ],
)
def test_what_cannot_be_begun(api, made, body, pointer):
    found = problem(api.post(f"{made}/documents", body), 422, "invalid")
    assert [one["pointer"] for one in found["errors"]] == [pointer]
    assert api.get(f"{made}/documents").get_json()["items"] == []


def test_of_two_who_save_a_draft_the_second_is_told_and_nothing_is_lost(app, api, made):
    path = begin(api, made)
    other = caller(app, "chen", "clerk")
    tag = api.get(f"{path}/draft").headers["ETag"]
    first = save(other, path, {"title": "甲"}, tag)
    assert first.status_code == 200
    found = problem(save(api, path, {"title": "乙"}, tag), 412, "changed_meanwhile")
    assert codes(found) == ["draft_changed"]
    now = api.get(f"{path}/draft")
    assert (now.get_json()["answers"], now.headers["ETag"]) == (
        {"title": "甲"},
        first.headers["ETag"],
    )
    assert save(api, path, {"title": "甲"}, tag).status_code == 200
    assert save(api, path, {"title": "甲和乙"}, now.headers["ETag"]).get_json()["answers"] == {
        "title": "甲和乙"
    }


@pytest.mark.parametrize("tag", [None, "", "*", "1", 'W/"1"', '"x"', '"1", "2"'])
def test_a_save_says_which_draft_it_has_seen(api, made, tag):
    path = begin(api, made)
    headers = {} if tag is None else {"If-Match": tag}
    found = problem(
        api.put(f"{path}/draft", {"answers": {"title": "x"}}, headers=headers), 428, "precondition"
    )
    assert codes(found) == ["no_if_match"]
    assert api.get(f"{path}/draft").get_json()["answers"] == {}


def test_a_document_is_made_once_and_handed_out(api, made, desk):
    path = begin(api, made, answers=sample(desk, "mobilization_notice"))
    first, again = api.post(f"{path}/versions"), api.post(f"{path}/versions")
    assert (first.status_code, first.get_json()["no"]) == (201, 1)
    assert again.data == first.data
    got = api.get(first.headers["Location"])
    assert got.mimetype == DOCX
    assert got.data.startswith(b"PK")
    tag = api.get(f"{path}/draft").headers["ETag"]
    answers = sample(desk, "mobilization_notice") | {"title": "另一个标题"}
    assert save(api, path, answers, tag).status_code == 200
    assert api.get(path).get_json()["stale"] is True
    assert api.post(f"{path}/versions").get_json()["no"] == 2
    [newest, oldest] = api.get(path).get_json()["versions"]
    assert (newest["no"], newest["before"], oldest["no"]) == (2, 1, 1)
    assert {"zh": "标题", "en": "Title"} in newest["fields"]
    problem(api.get(f"{path}/versions/3/file"), 404, "not_found")


def test_a_draft_with_wrong_answers_is_not_made(api, made):
    path = begin(api, made, answers={"title": 3})
    found = problem(api.post(f"{path}/versions"), 422, "invalid")
    assert "#/answers/title" in {one.get("pointer") for one in found["errors"]}
    assert api.get(path).get_json()["versions"] == []


def test_a_document_is_moved_on_and_back(api, made, desk):
    path = begin(api, made, answers=sample(desk, "mobilization_notice"))
    assert codes(problem(api.put(f"{path}/state", {"state": "final"}), 422, "invalid")) == [
        "not_made_yet"
    ]
    api.post(f"{path}/versions")
    found = api.put(f"{path}/state", {"state": "final"}).get_json()
    assert (found["state"], found["writable"]) == ("final", False)
    assert "issued" in found["next"]
    problem(save(api, path, {}, '"1"'), 409, "conflict")
    problem(api.put(f"{path}/state", {"state": "in_review"}), 409, "conflict")
    problem(api.put(f"{path}/state", {"state": "nothing"}), 422, "invalid")
    assert api.put(f"{path}/state", {"state": "draft"}).get_json()["state"] == "draft"


@pytest.mark.office
def test_a_version_as_pdf(api, made, desk):
    path = begin(api, made, answers=sample(desk, "mobilization_notice"))
    api.post(f"{path}/versions")
    assert api.get(f"{path}/versions/1/pdf").data.startswith(b"%PDF-")


def test_a_members_form_is_seen_by_its_clerk_and_its_reviewer_alone(app, api, made, desk):
    answers = sample(desk, "self_examination") | {"branch": "第一党支部"}
    path = begin(api, made, "self_examination", answers=answers)
    assert api.post(f"{path}/versions").status_code == 201
    secretary = caller(app, "he", "reviewer", post="branch_secretary", branch="第一党支部")
    assert secretary.get(path).status_code == 200
    assert secretary.get(f"{path}/versions/1/file").status_code == 200
    problem(secretary.get(f"{path}/draft"), 404, "not_found")
    others = [
        caller(app, "chen", "clerk"),
        caller(app, "jin", "reviewer", post="branch_secretary", branch="第二党支部"),
    ]
    for other in others:
        for one in (path, f"{path}/draft", f"{path}/versions/1/file"):
            problem(other.get(one), 404, "not_found")
        assert other.get(f"{made}/documents").get_json()["items"] == []
        assert answers["person_name"] not in other.get(made).get_data(as_text=True)


def test_the_activity_that_prefills_can_be_named(api, made, desk):
    wanted = made.rpartition("/")[2]
    found = api.post("/kinds/mobilization_notice/check", {"answers": {}, "activity": wanted})
    assert found.status_code == 200
    absent = {"answers": {}, "activity": "0" * 32}
    for path in ("/kinds/mobilization_notice/check", "/kinds/mobilization_notice/fill"):
        assert codes(problem(api.post(path, absent), 422, "invalid")) == ["no_activity"]
    assert api.get(f"/kinds/mobilization_notice/schema?activity={wanted}").status_code == 200
    problem(api.get(f"/kinds/mobilization_notice/schema?activity={'0' * 32}"), 422, "invalid")
