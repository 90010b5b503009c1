"""The sample's bundle over the API."""

import time

import pytest

from tests.web.api.caller import problem


def test_its_parts_and_where_it_stands(api):
    found = api.get("/bundle?lang=zh").get_json()
    assert found["parts"]
    assert [one["number"] for one in found["parts"]] == list(range(1, len(found["parts"]) + 1))
    assert found["state"] in {"none", "done"}


def test_a_language_that_is_none(api):
    problem(api.get("/bundle?lang=de"), 422, "invalid")


@pytest.mark.office
def test_it_is_made(api):
    begun = api.post("/bundle", {"lang": "zh"})
    assert begun.status_code == 202
    deadline = time.monotonic() + 240
    while (found := api.get(begun.headers["Location"]).get_json())["state"] == "running":
        assert time.monotonic() < deadline
        time.sleep(0.5)
    assert (found["state"], found["reasons"]) == ("done", [])
    assert found["pages"] > 10
    assert api.get("/bundle/file?lang=zh").data.startswith(b"%PDF-")
