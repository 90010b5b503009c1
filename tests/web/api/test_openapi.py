"""The document: valid, complete, made from the catalog; its examples work; the page says the same."""

import io
import json
import re

import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator

from service.web.access_api import API
from tests.batch_tools import KIND, roster_csv
from tests.web.api.caller import BASE, problem
from tests.web.api.test_activities import activity
from tests.web.api.world import world as there
from tests.web.people import signed
from tests.web.screen import Screen


@pytest.fixture(scope="module")
def document(app):
    return signed(app).get(f"{BASE}/openapi.json", headers={"Accept-Language": "en"}).get_json()


def operations(document):
    for path, found in document["paths"].items():
        for method, one in found.items():
            yield method, path, one


def test_it_is_valid(app, document):
    OpenAPIV31SpecValidator(document).validate()
    chinese = signed(app).get(f"{BASE}/openapi.json", headers={"Accept-Language": "zh"}).get_json()
    OpenAPIV31SpecValidator(chinese).validate()
    assert chinese["info"]["title"] == "公文接口"
    assert document["info"]["title"] == "Gongwen's API"


def test_a_token_or_a_browser_reads_it_and_nobody_else(app, reader, nobody):
    assert reader.get("/openapi.json").status_code == 200
    problem(nobody.get("/openapi.json"), 401, "unauthorized")
    bad = signed(app).get(f"{BASE}/openapi.json", headers={"Authorization": "Bearer gw_x"})
    problem(bad, 401, "unauthorized")


def test_every_endpoint_is_told_and_names_are_unique(app, document):
    rules = {
        re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", one.rule)
        for one in app.url_map.iter_rules()
        if one.endpoint in API
    }
    told = {path for _, path, _ in operations(document)}
    kinds = document["components"]["examples"]
    for rule in rules:
        paths = {rule.replace("{kind}", kind) for kind in kinds} if rule not in told else {rule}
        assert paths <= told, rule
    names = [one["operationId"] for _, _, one in operations(document)]
    assert len(names) == len(set(names))
    assert all(
        one["summary"] and one["security"][0]["bearer"] for _, _, one in operations(document)
    )


def test_kinds_are_the_catalogs(document, desk):
    assert set(document["components"]["examples"]) == set(desk.catalog.kinds())
    assert f"{BASE}/kinds/leave/fill" in document["paths"]


def test_the_examples_of_every_kind_are_filled(app, api, document, desk):
    activity(app, api, desk)  # the newest activity prefills
    for kind, example in document["components"]["examples"].items():
        path = f"{BASE}/kinds/{kind}"
        assert {"sample": {"$ref": f"#/components/examples/{kind}"}} == document["paths"][f"{path}/fill"]["post"][
            "requestBody"]["content"]["application/json"]["examples"]  # fmt: skip
        if example["value"]["answers"]:
            assert api.post(f"{path}/check", example["value"]).get_json()["good"], kind
            assert api.post(f"{path}/fill", example["value"]).status_code == 200, kind


@pytest.fixture
def world(app, desk):
    return there(app, desk)


def test_the_other_examples_work(world, document, monkeypatch):
    """Every operation that takes JSON has an example, and each does what it says."""
    monkeypatch.setattr("service.web.api.bundle.start_making", lambda *_, **__: "")
    monkeypatch.setattr("service.web.api.filing.start_filing", lambda *_, **__: "")
    chief, named, items = world
    seen, refused = 0, {}
    for method, path, one in operations(document):
        body = (one.get("requestBody") or {"content": {}})["content"].get("application/json")
        if body is None or "x-kind" in one:
            continue
        seen += 1
        name, whole = one["operationId"], path.format(**named)
        if name == "batches_mend":
            whole = whole.replace(items[0]["id"], items[1]["id"])
        headers = {"Idempotency-Key": name}
        if any(header["name"] == "If-Match" for header in one["parameters"]):
            headers["If-Match"] = f'"{tag_of(chief, whole)}"'
        example = as_things_stand(chief, named, name, body["example"])
        found = chief.call(method.upper(), whole, example, headers=headers)
        if str(found.status_code) not in one["responses"] or found.status_code > 299:
            refused[name] = found.text
    assert refused == {}
    assert seen > 20


def as_things_stand(chief, named, name, example):
    """The example with what only a running desk can know, on a document in the right state."""
    paper, ledger = f"/documents/{named['document']}", f"/activities/{named['activity']}/ledger"
    states = {"reviews_give": "in_review", "documents_move": "draft"}
    if name in states:
        chief.put(f"{paper}/state", {"state": "draft"})
        assert chief.post(f"{paper}/versions").status_code == 201
        if states[name] != "draft":
            chief.put(f"{paper}/state", {"state": states[name]})
    saves = {"documents_save": f"{paper}/draft", "activities_save": ledger[:-6] + "profile"}
    if name in saves:  # the rest stays, so that a version can be made of it
        there = chief.get(saves[name]).get_json()["answers"]
        return example | {"answers": there | example["answers"]}
    if name == "reviews_give":
        return example | {"version": chief.get(f"{paper}/reviews").get_json()["version"]}
    if name == "register_number":  # a final paper with a letterhead
        chief.put(f"{paper}/state", {"state": "draft"})
        typed = chief.get(f"{paper}/draft").get_json()["answers"]
        answers = typed | {"letterhead": True, "doc_number": ""}
        seen = {"If-Match": f'"{tag_of(chief, f"{paper}/draft")}"'}
        assert chief.put(f"{paper}/draft", {"answers": answers}, headers=seen).status_code == 200
        assert chief.post(f"{paper}/versions").status_code == 201
        assert chief.put(f"{paper}/state", {"state": "final"}).status_code == 200
    if name == "ledger_take":
        return example | {"seen": chief.get(f"{ledger}/plan").get_json()["seen"]}
    if name == "ledger_sheets_take":
        return {"tasks": [example["tasks"][0] | {"revision": tag_of(chief, f"{ledger}/1")}]}
    return example | {"to": chief.person.id} if name.startswith("handovers") else example


def tag_of(chief, path):
    return int(chief.get(path).headers["ETag"].strip('"'))


def test_answers_are_as_the_document_says(world, document):
    """Each JSON answer of a walk through the API against its schema."""
    api, named, _ = world
    seen = 0
    for method, path, one in operations(document):
        shape = one["responses"].get("200", {}).get("content", {}).get("application/json")
        # Of last year there is nothing here: tests/web/api/test_work.py has it.
        if method == "get" and shape and one["operationId"] != "checks_last_year":
            found = api.get(path.format(**named))
            assert found.status_code == 200, path
            check(document, shape["schema"], found.get_json())
            seen += 1
    assert seen > 30
    upload = {"file": (io.BytesIO(roster_csv(1)), "r.csv")}
    found = api.post(f"/kinds/{KIND}/rosters", data=upload, content_type="multipart/form-data")
    check(document, {"$ref": "#/components/schemas/Roster"}, found.get_json())


def check(document, schema, value):
    from jsonschema import Draft202012Validator

    whole = {**schema, "components": document["components"]}
    wrong = [
        f"{one.json_path}: {one.message}" for one in Draft202012Validator(whole).iter_errors(value)
    ]
    assert wrong == []


def test_the_page_tells_every_operation_in_both_languages(client, document):
    for lang, heading in [("zh", "接口说明"), ("en", "API reference")]:
        screen = Screen(client.get(f"{BASE}/?lang={lang}"))
        assert screen.one("//h1").text == heading
        places = {one.get("id"): one for one in screen.find("//*[@id]")}
        for method, path, one in operations(document):
            place = places[one["operationId"]]
            summary = place.xpath("./summary")[0].text_content()
            assert one["security"][0]["bearer"][0] in place.text_content()
            assert method.upper() in summary
            assert path in summary
        assert "请示" in screen.words('//*[@id="new_kinds_try_out"]//pre'), "Chinese as it is"
        assert not screen.find("//main//script")
        outside = [
            one
            for one in screen.find("//@src | //@href")
            if one.startswith(("http:", "https:", "//"))
        ]
        assert outside == []
        links = [one[1:] for one in screen.find("//main//a/@href") if one.startswith("#")]
        assert links and set(links) <= set(places)


def test_the_account_page_leads_to_it(client):
    assert Screen(client.get("/account")).find(f'//a[@href="{BASE}/"]')
    assert client.get(BASE).headers["Location"].endswith(f"{BASE}/")


def test_the_page_wants_a_browser_that_is_signed_in(app, api):
    assert app.test_client().get(f"{BASE}/").status_code == 303
    assert api.get("/").status_code == 303


def test_it_weighs_little(document):
    assert len(json.dumps(document)) < 600_000
