"""An activity's bundle over the API."""

import pytest

from tests.web.api.caller import codes, problem
from tests.web.api.test_activities import activity


@pytest.fixture
def bundle(app, api, desk):
    return f"/activities/{activity(app, api, desk)}/bundles/supervisory"


def test_its_parts_and_where_it_stands(api, bundle):
    found = api.get(f"{bundle}?lang=zh").get_json()
    assert [one["number"] for one in found["parts"]] == list(range(1, len(found["parts"]) + 1))
    assert (found["name"], found["state"], found["pages"]) == ("supervisory", "none", 0)
    assert "missing" in {one["standing"] for one in found["parts"] if one["required"]}


def test_it_is_not_begun_while_parts_are_missing(api, bundle):
    found = problem(api.post(bundle, {"lang": "zh"}), 422, "invalid")
    assert len(codes(found)) > 2
    assert api.get(bundle).get_json()["state"] == "none"
    problem(api.get(f"{bundle}/file"), 404, "not_found")


def test_a_language_or_a_bundle_that_is_none(api, bundle):
    problem(api.get(f"{bundle}?lang=de"), 422, "invalid")
    problem(api.get(bundle.replace("supervisory", "nothing")), 404, "not_found")
