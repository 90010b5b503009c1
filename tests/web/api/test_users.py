"""An administrator's work over the API: by a token that only an administrator can have."""

import pytest

from service.core.people import SCOPES
from service.desk.people.tokens import make_token
from service.errors import InputError
from tests.web.api.caller import caller, codes, problem
from tests.web.people import PASSWORD, signed

KEY = {"Idempotency-Key": "users"}


@pytest.fixture
def chief(app):
    return caller(app, scopes=SCOPES)


def test_a_user_is_added_once_and_chooses_a_password(app, chief):
    body = {"name": "lin.xia", "shown": "林夏", "role": "clerk"}
    first, again = (chief.post("/users", body, headers=KEY) for _ in range(2))
    made = first.get_json()
    assert first.status_code == again.status_code == 201
    assert (made["user"]["shown"], made["user"]["has_password"]) == ("林夏", False)
    # The link's secret is kept nowhere, so the second answer cannot tell it.
    assert again.get_json() == {"user": made["user"], "link": None}
    problem(chief.post("/users", body), 409, "conflict")
    browser = app.test_client()
    path = "/link/" + made["link"].rpartition("/")[2]
    assert browser.get(path).status_code == 200
    app.config["WTF_CSRF_ENABLED"] = False
    try:
        assert browser.post(path, data={"password": PASSWORD}).status_code == 303
    finally:
        app.config["WTF_CSRF_ENABLED"] = True
    one = chief.get(f"/users/{made['user']['id']}").get_json()
    assert one["has_password"] is True
    assert one in chief.get("/users?limit=200").get_json()["items"]


def test_a_user_is_changed_disabled_and_let_back_in(app, chief):
    user = signed(app, "qi", "clerk").person.id
    place = {"shown": "齐", "role": "reviewer", "post": "branch_secretary", "branch": "第三支部"}
    assert place.items() <= chief.put(f"/users/{user}", place).get_json().items()
    found = problem(chief.put(f"/users/{user}", place | {"branch": ""}), 422, "invalid")
    assert [one["pointer"] for one in found["errors"]] == ["#/branch"]
    for active in (False, True):
        answer = chief.put(f"/users/{user}/active", {"active": active})
        assert answer.get_json()["active"] is active
        link = chief.post(f"/users/{user}/link")
        assert link.status_code == (201 if active else 409)
    assert "/link/" in link.get_json()["link"]
    found = problem(
        chief.put(f"/users/{chief.person.id}/active", {"active": False}), 409, "conflict"
    )
    assert codes(found) == ["last_administrator"]
    problem(chief.get(f"/users/{'0' * 32}"), 404, "not_found")


def test_the_trail_is_told_and_proved(chief):
    chief.post("/activities", {"answers": {}})
    lines = chief.get("/trail?limit=2").get_json()
    assert [one["action"] for one in lines["items"]][:1] == ["activity_created"]
    onward = chief.get(f"/trail?limit=2&cursor={lines['next']}").get_json()["items"]
    assert onward[0]["seq"] == lines["items"][-1]["seq"] - 1
    verdict = chief.get("/trail/verdict").get_json()
    assert (verdict["broken"], verdict["rows"]) == (0, lines["items"][0]["seq"])


def test_no_other_token_does_it(app, desk):
    clerk = caller(app, "yu", "clerk")
    for one in (caller(app), clerk):
        for path in ("/users", "/trail", "/trail/verdict"):
            problem(one.get(path), 403, "insufficient_scope")
    with pytest.raises(InputError):
        make_token(desk, clerk.person, name="x", scopes=SCOPES, days=30)
