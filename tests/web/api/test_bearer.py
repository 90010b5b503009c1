"""Who gets in: a token in the header, and nothing else."""

import pytest

from service.core.people import SCOPES
from service.desk.people.tokens import list_tokens, make_token, revoke_token
from service.desk.people.users import set_active
from service.web.access import POLICY
from service.web.access_api import API
from service.web.api.openapi import openapi
from service.web.room import room
from tests.web.api.caller import BASE, Caller, caller, problem
from tests.web.people import signed

ID = "0" * 32


def addresses(app):
    """A method and an address of each endpoint of the API."""
    with app.test_request_context():
        values = {"id": ID, "number": 1, "name": "x", "kind": "self_examination", "any": "docx"}
        for rule in app.url_map.iter_rules():
            if rule.endpoint in API:
                named = {name: values[_word(rule, name)] for name in rule.arguments}
                _, path = rule.build(named)
                for method in rule.methods - {"HEAD", "OPTIONS"}:
                    yield rule.endpoint, method, path


def _word(rule, name):
    return (
        rule._converters[name]
        .__class__.__name__.removeprefix("_")
        .removesuffix("Converter")
        .lower()
    )


def test_every_endpoint_has_a_policy_with_a_scope_and_stands_in_the_document(app):
    listed = {
        rule.endpoint for rule in app.url_map.iter_rules() if rule.endpoint.startswith("api_")
    }
    assert listed == set(API)
    assert all(POLICY[one].scope in SCOPES and POLICY[one].roles for one in API)
    with app.app_context():
        document = openapi(app, room(), "en")
    told = {
        one["operationId"].split("_")[0]
        for path in document["paths"].values()
        for one in path.values()
    }
    assert len(told) > 3
    methods = {
        (method.upper(), path) for path, found in document["paths"].items() for method in found
    }
    assert len(methods) >= len(list(addresses(app)))


CHECKS = {
    "api_kinds.check",
    "api_ledger_sheets.compare",
    "api_filing.look",
    "api_filing.verify",
}


def test_reading_endpoints_are_just_those_of_safe_methods_and_checks(app):
    for endpoint, method, _ in addresses(app):
        if POLICY[endpoint].scope == "administer":
            continue
        safe = method == "GET" or endpoint in CHECKS
        assert POLICY[endpoint].scope == ("read" if safe else "write"), endpoint


def test_a_cookie_alone_opens_nothing(app):
    browser = signed(app)
    assert browser.get("/account").status_code == 200
    for endpoint, method, path in addresses(app):
        found = browser.open(path, method=method)
        problem(found, 401, "unauthorized")
        assert found.headers["WWW-Authenticate"].startswith("Bearer"), endpoint


def test_a_token_opens_no_page(api):
    for path in ("/", "/account", "/users", "/batches", "/kinds/notice"):
        assert api.client.get(path, headers=api.headers).status_code == 303, path
    assert api.client.post("/account/tokens", headers=api.headers).status_code in {400, 401}


@pytest.mark.parametrize(
    "header",
    [
        "",
        "Bearer",
        "Bearer ",
        "Bearer x",
        "Bearer gw_x",
        "Basic Z3c6",
        "gw_x",
        "Bearer " + "x" * 5000,
        "Bearer gw_\u00e9",
    ],
)
def test_what_is_no_token_of_ours(nobody, header):
    found = nobody.get("/me", headers={"Authorization": header})
    problem(found, 401, "unauthorized")
    assert "gw_" not in found.get_data(as_text=True)


def test_whose_token_it_is(api, reader):
    assert api.get("/me").get_json() | {"expires_at": ""} == {
        "name": "wan", "shown": "wan", "role": "administrator", "scopes": ["read", "write"], "expires_at": "",
    }  # fmt: skip
    assert reader.get("/me").get_json()["scopes"] == ["read"]
    assert (
        api.client.get(f"{BASE}/me", headers={"Authorization": f"bearer {api.secret}"}).status_code
        == 200
    )


def test_a_token_for_reading_changes_nothing(app, reader):
    for endpoint, method, path in addresses(app):
        if POLICY[endpoint].scope != "read":
            found = reader.call(method, path)
            problem(found, 403, "insufficient_scope")
            assert 'error="insufficient_scope"' in found.headers["WWW-Authenticate"]


def test_roles_hold_for_tokens_too(app):
    reviewer = caller(app, "shu", "reviewer", post="team_leader")
    assert reviewer.get("/kinds").status_code == 200
    for path in ("/rosters", "/batches", "/bundle"):
        problem(reviewer.get(path), 404, "not_found")


def test_the_last_use_is_kept(app, desk):
    person = signed(app, "deng", "clerk").person
    used = Caller(app, make_token(desk, person, name="一", scopes=["read"], days=30))
    make_token(desk, person, name="二", scopes=["read"], days=30)
    assert used.get("/me").status_code == 200
    assert [(one.name, one.used_at is not None) for one in list_tokens(desk, person)] == [
        ("二", False),
        ("一", True),
    ]


def test_a_revoked_token_and_one_of_a_disabled_user_open_nothing(app, desk):
    person = signed(app, "rao", "clerk").person
    secrets = [make_token(desk, person, name=str(n), scopes=["read"], days=30) for n in range(2)]
    callers = [Caller(app, one) for one in secrets]
    assert [one.get("/me").status_code for one in callers] == [200, 200]
    newest = list_tokens(desk, person)[0]
    revoke_token(desk, person, newest.id)
    assert sorted(one.get("/me").status_code for one in callers) == [200, 401]
    by = signed(app).person
    set_active(desk, by, person.id, False)
    assert [one.get("/me").status_code for one in callers] == [401, 401]
    set_active(desk, by, person.id, True)
    assert [one.get("/me").status_code for one in callers] == [401, 401]


def test_the_answer_of_an_unknown_address_depends_on_who_asks(api, nobody):
    for path in ("/nothing", "/rosters/xyz", f"/rosters/{ID}/nothing"):
        problem(nobody.get(path), 401, "unauthorized")
        problem(api.get(path), 404, "not_found")
