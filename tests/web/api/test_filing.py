"""Bundles filed over the API: looked through, filed once, seen, sent back; a package verified."""

import io

import pytest
from werkzeug.datastructures import FileStorage
from werkzeug.test import encode_multipart

from service.settings import Settings
from tests.filing_papers import (
    DAY,
    WHY,
    keep_submission,
    sample_activity,
    settle,
    short_bundle,
    work_off,
)
from tests.filing_tools import packed
from tests.web.api.caller import caller, problem
from tests.web.api.test_activities import activity
from tests.web.api.world import file_of

SAID = {"day": DAY.isoformat(), "by": "李四", "exceptions": {"one_each": WHY}}
KEY = {"Idempotency-Key": "filing-1"}


@pytest.fixture(scope="module")
def settings(tmp_path_factory):
    folder = tmp_path_factory.mktemp("filing")
    return Settings(data=folder / "data", templates=short_bundle(folder / "own"))


@pytest.fixture(scope="module")
def which(app, desk):
    return sample_activity(desk, caller(app).person)


@pytest.fixture(scope="module")
def bundle(which):
    return f"/activities/{which.activity_id}/bundles/supervisory"


def test_what_stops_it_and_where(api, bundle):
    found = api.post(f"{bundle}/preflight", {"day": "2014-07-21"}).get_json()
    assert found["edition"] == 1
    rules = {one["rule"] for one in found["stops"]} - {""}
    assert rules == {"one_each"}
    assert all(one["document"] for one in found["stops"] if not one["rule"])
    refused = problem(api.post(f"{bundle}/filings", SAID, headers=KEY), 422, "invalid")
    assert {"part_not_final", "not_reviewed"} <= {one["code"] for one in refused["errors"]}
    assert api.get(f"{bundle}/filings").get_json()["state"] == "none"


def test_what_is_asked_wrongly(api, bundle):
    problem(api.post(f"{bundle}/filings", SAID), 400, "bad_request")  # no key
    problem(api.post(f"{bundle}/preflight", {"day": "2014-13-41"}), 422, "invalid")
    problem(api.post(f"{bundle}/preflight", {}), 422, "invalid")
    nowhere = bundle.replace("supervisory", "nothing")
    problem(api.post(f"{nowhere}/preflight", {"day": "2014-07-21"}), 404, "not_found")


@pytest.mark.office
def test_filed_once_seen_and_sent_back(api, desk, which, bundle):
    settle(desk, api.person, which)
    assert api.post(f"{bundle}/preflight", SAID).get_json()["stops"] == []
    answers = [api.post(f"{bundle}/filings", SAID, headers=KEY) for _ in range(2)]
    assert [one.status_code for one in answers] == [202, 202]
    work_off(desk, which)
    again = api.post(f"{bundle}/filings", SAID, headers=KEY)  # after it ended: the same answer
    assert again.get_json()["state"] == "done"
    place = f"/submissions/{again.get_json()['submission']}"
    [line] = api.get(f"/activities/{which.activity_id}/submissions").get_json()["items"]
    assert place.endswith(line["id"])
    whole = api.get(place).get_json()
    assert whole["manifest"]["pdf"]["sha256"] == whole["sha256"]
    package = next(one for one in whole["files"] if one["role"] == "package")
    got = api.get(f"{place}/files/{package['number']}")
    # The test client leaves the temporary file of a body over 500 kB open; bytes need none.
    boundary, body = encode_multipart({"file": FileStorage(io.BytesIO(got.data), "材料.zip")})
    kind = f'multipart/form-data; boundary="{boundary}"'
    verdict = api.post("/verify", data=body, content_type=kind).get_json()
    assert (verdict["ok"], verdict["pdf_sha256"]) == (True, whole["sha256"])
    new = {"Idempotency-Key": "filing-2"}
    problem(api.post(f"{bundle}/filings", SAID, headers=new), 409, "conflict")
    back = {"reason": "整改时限不明确", "day": "2014-07-25"}
    assert api.post(f"{place}/sent-back", back).get_json()["state"] == "sent_back"
    problem(api.post(f"{place}/sent-back", back), 409, "conflict")
    found = api.post(f"{bundle}/preflight", SAID).get_json()
    assert found["edition"] == 2
    assert {one["finding"]["code"] for one in found["stops"]} == {"part_not_final"}


def test_a_return_needs_its_reason(app, api, desk):
    place = f"/submissions/{keep_submission(desk, api.person, activity(app, api, desk), [])}"
    problem(api.post(f"{place}/sent-back", {"reason": " ", "day": "2014-07-25"}), 422, "invalid")
    problem(api.get(f"{place}/files/9"), 404, "not_found")


def test_a_changed_package_is_found_and_what_is_none_refused(api, desk, tmp_path):
    data = packed(desk, tmp_path)[0].file.read_bytes()
    at = data.index(b"PK word of 1")
    changed = data[:at] + b"X" + data[at + 1 :]
    found = api.post("/verify", **file_of(changed, "材料.zip")).get_json()
    assert not found["ok"]
    assert "02" in found["differences"][0]["file"], found
    found = api.post("/verify", **file_of(data, "材料.zip", expect="00" * 32)).get_json()
    assert found["differences"][0]["code"] == "not_expected"
    problem(api.post("/verify", **file_of(b"hello", "a.txt")), 422, "invalid")
    form = {"data": {"file": (io.BytesIO(data), "a.zip"), "expect": "xyz"}}
    problem(api.post("/verify", content_type="multipart/form-data", **form), 422, "invalid")
