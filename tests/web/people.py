"""Clients in which somebody is signed in; users are real rows, made once for each store."""

from service.core.people import COMMAND_LINE
from service.desk.people.passwords import use_link
from service.desk.people.users import add_user, find_user
from service.errors import NotFoundError
from service.web.room import room

PASSWORD = "春风又绿江南岸-1972"
_SECRETS = {}


def signed(app, name="wan", role="administrator", post="", branch=""):
    """A client of a user, who is made where there is none yet."""
    client = app.test_client()
    with app.app_context():
        desk = room().desk
    secret = _secret(desk, name, role, post, branch)
    with client.session_transaction() as session:
        session["sign_in"] = secret
    client.person = find_user(desk, name)
    return client


def _secret(desk, name, role, post, branch):
    key = (desk.store.trail._anchor, name)
    try:
        found = find_user(desk, name)
    except NotFoundError:
        _SECRETS.pop(key, None)
        found, link = add_user(
            desk, COMMAND_LINE, name=name, shown=name, role=role, post=post, branch=branch
        )
        _, _SECRETS[key] = use_link(desk, link, password=PASSWORD)
    assert (found.role, found.post, found.branch) == (role, post, branch)
    return _SECRETS[key]
