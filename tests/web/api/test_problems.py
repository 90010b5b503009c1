"""What the API says when it cannot do what is asked: always a problem document, never what was sent."""

import json
import re

import pytest

from service.web.api.problems import TYPES, pointer
from service.web.app import create_app
from tests.web.api.caller import BASE, caller, codes, problem
from tests.web.people import signed

CANARY = "金丝雀在第三根电线上唱歌"
FILL = "/kinds/mobilization_notice/fill"
ID = "0" * 32


def test_the_language_is_the_callers(api):
    for sent, title in [
        ("zh-CN,zh;q=0.9", "没有这一项"),
        ("en-US", "There is no such thing"),
        ("de, en;q=0.5", "There is no such thing"),
    ]:
        found = problem(api.get("/nothing", headers={"Accept-Language": sent}), 404, "not_found")
        assert found["title"] == title
    # A cookie or an argument of pages says nothing here.
    assert "Set-Cookie" not in api.get("/kinds?lang=en").headers


def test_methods(api):
    found = api.call("DELETE", "/kinds")
    problem(found, 405, "method")
    assert "GET" in found.headers["Allow"]


@pytest.mark.parametrize(
    ("data", "type_", "status", "name", "code"),
    [
        (b"{}", "text/plain", 415, "media_type", None),
        (b"", "application/json", 400, "bad_request", "bad_json"),
        (b"{", "application/json", 400, "bad_request", "bad_json"),
        (b'"\xff"', "application/json", 400, "bad_request", "bad_json"),
        (b"[NaN]", "application/json", 400, "bad_request", "bad_json"),
        (b'{"a": 1, "a": 2}', "application/json", 400, "bad_request", "name_twice"),
        (b"[" * 100_000, "application/json", 400, "bad_request", "too_deep"),
        (b"9" * 10_000, "application/json", 400, "bad_request", "bad_json"),
        (b"[]", "application/json", 422, "invalid", "no_object"),
        (b"{}", "application/json", 422, "invalid", "missing"),
    ],
)
def test_what_is_no_request(api, data, type_, status, name, code):
    found = problem(api.post(FILL, data=data, content_type=type_), status, name)
    assert codes(found) == ([code] if code else [])


def test_too_much(api):
    data = b'{"answers": {"title": "' + b"x" * 8_000_001 + b'"}}'
    problem(api.post(FILL, data=data, content_type="application/json"), 413, "too_large")


def test_everything_that_is_wrong_at_once_with_pointers(api):
    sent = {"answers": {"title": 3}, "lang": "de", "stage": 1, "extra": 1, "part": None}
    found = problem(api.post(FILL, sent), 422, "invalid")
    assert {(one["pointer"], one["code"]) for one in found["errors"]} == {
        ("#/extra", "unknown_name"), ("#/lang", "wrong_value"), ("#/stage", "wrong_value"), ("#/part", "wrong_value"),
    }  # fmt: skip
    found = problem(api.post(FILL, {"answers": {"title": 3, "nothing": 1}}), 422, "invalid")
    assert {"#/answers/title", "#/answers/nothing"} <= {one["pointer"] for one in found["errors"]}
    assert all(one["detail"] for one in found["errors"])


def test_pointers_are_escaped():
    assert pointer("agenda.2.a/b~c") == "#/agenda/2/a~1b~0c"


def _shapes(value):
    yield {"answers": value}
    yield {"answers": {"title": value}}
    yield {"answers": {}, "lang": value}
    yield {"answers": {}, "part": value}
    yield value


@pytest.mark.parametrize("value", [CANARY, [CANARY], {"x": CANARY}, [[{"x": CANARY}]]])
def test_no_value_comes_back(api, value):
    for path in (FILL, "/kinds/mobilization_notice/check", "/kinds/self_examination/fill"):
        for sent in _shapes(value):
            found = api.post(path, sent)
            assert CANARY not in json.dumps(
                found.get_json(force=True, silent=True), ensure_ascii=False
            ), sent
    for path in (
        f"/kinds/{CANARY}",
        f"/kinds?x={CANARY}",
        f"/batches?cursor={CANARY}",
        f"/kinds/notice/schema?stage={CANARY}",
    ):
        assert CANARY not in api.get(path).get_data(as_text=True)


def test_every_type_is_explained_on_the_reference_page(client):
    text = client.get(f"{BASE}/").get_data(as_text=True)
    for kind in TYPES.values():
        assert f'id="{kind.name}"' in text


def test_a_query_is_checked(api):
    found = problem(api.get("/batches?limit=0&cursor=!!&page=2"), 422, "invalid")
    assert {one["pointer"] for one in found["errors"]} == {"#/limit", "#/cursor", "#/page"}
    problem(api.get("/batches?limit=x"), 422, "invalid")
    assert codes(problem(api.get("/batches?limit=1&limit=2"), 422, "invalid")) == ["name_twice"]
    problem(api.get(f"/batches?cursor={ID}"), 422, "invalid")


def test_a_failure_of_ours_says_no_more_than_its_number(desk, settings, monkeypatch):
    app = create_app(desk, settings)
    caller_ = caller(app)
    monkeypatch.setitem(app.view_functions, "api_me.me", lambda: 1 / 0)
    found = problem(caller_.get("/me"), 500, "program")
    assert set(found) == {"type", "title", "status", "detail", "request_id"}
    assert "Zero" not in json.dumps(found)


def test_no_pdf_here(app_without_pdf):
    found = caller(app_without_pdf).post(
        "/kinds/leave/fill", {"answers": {"title": "关于借用展柜的请示"}, "format": "pdf"}
    )
    assert codes(problem(found, 503, "unavailable")) == ["pdf_unavailable"]


def test_an_accept_that_cannot_be_met(api):
    found = api.post("/kinds/leave/fill", {"answers": {}}, headers={"Accept": "image/png"})
    problem(found, 406, "not_acceptable")


def test_pages_go_on_answering_pages(app):
    found = signed(app).get("/nothing")
    assert found.status_code == 404
    assert found.mimetype == "text/html"
    assert not re.search(r"problem\+json", found.content_type)


def test_characters_that_no_database_keeps_are_told_with_their_place(api):
    sent = {"answers": {"title": "a\0b", "things": [{"name": "\ud800"}]}}
    found = problem(api.post("/kinds/leave/fill", sent), 422, "invalid")
    assert [(one["pointer"], one["code"]) for one in found["errors"]] == [
        ("#/answers/title", "bad_character"),
        ("#/answers/things/0/name", "bad_character"),
    ]
    assert codes(problem(api.post("/kinds/leave/fill", {"a\0": 1}), 422, "invalid")) == [
        "bad_character"
    ]
