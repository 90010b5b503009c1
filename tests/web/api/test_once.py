"""Idempotency-Key: what is asked twice by one key is there once, whatever is made."""

import io
from concurrent.futures import ThreadPoolExecutor

import pytest

from service.desk.activity.home import list_activities
from tests.batch_tools import KIND, roster_csv
from tests.web.api.caller import Caller, caller, codes, problem
from tests.web.api.test_activities import activity

KEY = {"Idempotency-Key": "7f1c"}


def twice(api, path, body=None, **more):
    first, again = (api.post(path, body, headers=KEY, **more) for _ in range(2))
    assert first.status_code == again.status_code, again.text
    assert first.data == again.data
    assert first.headers.get("Location") == again.headers.get("Location")
    return first


def other(api, path, body=None, **more):
    found = problem(api.post(path, body, headers=KEY, **more), 422, "invalid")
    assert codes(found) == ["key_used"]


def test_an_activity_and_a_document(app, api, desk):
    before = len(api.get("/activities?limit=200").get_json()["items"])
    body = {"answers": {"campaign_name": "重发"}}
    made = twice(api, "/activities", body).get_json()
    assert len(api.get("/activities?limit=200").get_json()["items"]) == before + 1
    other(api, "/activities", {"answers": {}})
    papers = f"/activities/{made['id']}/documents"
    twice(api, papers, {"kind": "mobilization_notice"})
    other(api, papers, {"kind": "meeting_report"})
    assert len(api.get(papers).get_json()["items"]) == 1
    # Without a key every request makes one.
    assert api.post(papers, {"kind": "mobilization_notice"}).status_code == 201
    assert len(api.get(papers).get_json()["items"]) == 2


def test_a_roster_by_what_is_in_the_file(api):
    """The boundary between the parts of a form is another one each time; it does not count."""

    def form(count):
        return {
            "data": {"file": (io.BytesIO(roster_csv(count)), "r.csv"), "lang": "zh"},
            "content_type": f"multipart/form-data; boundary=x{count}x",
        }

    path = f"/kinds/{KIND}/rosters"
    first, again = (api.post(path, headers=KEY, **form(1)) for _ in range(2))
    assert first.status_code == 201
    assert (again.status_code, again.data) == (201, first.data)
    other(api, path, **form(2))


def test_a_bundle_is_begun_once_though_it_has_ended_since(app, api, desk, monkeypatch):
    started = []

    def start(_desk, _person, which, *, keep):
        with desk.store.write() as session:
            keep(session, "a" * 32)
        started.append(which)
        return "a" * 32

    monkeypatch.setattr("service.web.api.bundle.start_making", start)
    path = f"/activities/{activity(app, api, desk)}/bundles/supervisory"
    twice(api, path, {"lang": "zh"})
    assert len(started) == 1
    other(api, path, {"lang": "en"})


@pytest.mark.parametrize("key", ["", "两个字", "x" * 256, "a b"])
def test_a_key_that_is_none_is_told_where_it_need_not_be(api, key):
    headers = {"Idempotency-Key": key.encode().decode("latin-1")}
    found = problem(api.post("/activities", {"answers": {}}, headers=headers), 400, "bad_request")
    assert codes(found) == ["no_key"]


def test_keys_of_two_callers_are_two(app, api):
    theirs = caller(app, "tu", "clerk")
    key = {"Idempotency-Key": "two"}
    made = [one.post("/activities", {"answers": {}}, headers=key) for one in (api, theirs)]
    assert len({one.get_json()["id"] for one in made}) == 2


def test_eight_at_once_begin_one_activity(app, api, desk):
    def ask(_):
        one = Caller(app, api.secret)
        return one.post("/activities", {"answers": {}}, headers={"Idempotency-Key": "eight"})

    before = len(list_activities(desk, api.person, "zh"))
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(ask, range(8)))
    assert {one.status_code for one in found} == {201}
    assert len({one.data for one in found}) == 1
    assert len(list_activities(desk, api.person, "zh")) == before + 1


def test_the_document_says_where_a_key_is_needed(app, api):
    document = api.get("/openapi.json").get_json()
    needed = {
        one["operationId"]: header["required"]
        for path in document["paths"].values()
        for one in path.values()
        for header in one["parameters"]
        if header["name"] == "Idempotency-Key"
    }
    assert {name for name, must in needed.items() if must} == {
        "filing_file",
        "register_give",
        "register_number",
        "rosters_start",
    }
    assert {"activities_create", "documents_begin", "bundle_make", "rosters_upload"} <= set(needed)
