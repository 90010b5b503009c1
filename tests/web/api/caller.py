"""A program that calls the API with a token of somebody's."""

import json

from service.desk.people.tokens import make_token
from service.web.room import room
from tests.web.people import signed

BASE = "/api/v1"
_KEPT = {}


class Caller:
    def __init__(self, app, secret, person=None):
        self.client = app.test_client()
        self.secret, self.person = secret, person
        self.headers = {"Authorization": f"Bearer {secret}"} if secret else {}

    def call(self, method, path, body=None, *, headers=None, **more):
        if body is not None:
            more |= {"data": json.dumps(body), "content_type": "application/json"}
        whole = path if path.startswith("/") and path.startswith("/api") else BASE + path
        return self.client.open(
            whole, method=method, headers={**self.headers, **(headers or {})}, **more
        )

    def get(self, path, **more):
        return self.call("GET", path, **more)

    def post(self, path, body=None, **more):
        return self.call("POST", path, body, **more)

    def put(self, path, body=None, **more):
        return self.call("PUT", path, body, **more)

    def patch(self, path, body=None, **more):
        return self.call("PATCH", path, body, **more)


def caller(app, name="wan", role="administrator", scopes=("read", "write"), **more):
    """A caller in somebody's name; the token is made once for each store, name and scopes."""
    browser = signed(app, name, role, **more)
    with app.app_context():
        desk = room().desk
    key = (desk.store.trail._anchor, name, tuple(scopes))
    if key not in _KEPT:
        _KEPT[key] = make_token(desk, browser.person, name="测试", scopes=scopes, days=30)
    return Caller(app, _KEPT[key], browser.person)


def problem(response, status, name):
    """The problem document of an answer, which is just such a one."""
    assert response.status_code == status, response.get_data(as_text=True)[:500]
    assert response.mimetype == "application/problem+json"
    found = response.get_json(force=True)
    assert set(found) <= {"type", "title", "status", "detail", "errors", "request_id"}
    assert found["type"] == f"{BASE}/#{name}"
    assert found["status"] == status
    assert found["request_id"] == response.headers["X-Request-ID"]
    return found


def codes(found):
    return [one["code"] for one in found.get("errors", [])]
