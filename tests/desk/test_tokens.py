"""Tokens at the desk: made, listed, known again, ended."""

from datetime import timedelta

import pytest

from service.core.people import COMMAND_LINE
from service.desk.people import tokens
from service.desk.people.passwords import set_password
from service.desk.people.tokens import bearer_of, list_tokens, make_token, revoke_token
from service.desk.people.users import add_user
from service.errors import ConflictError, InputError, NotFoundError
from service.store.columns import db_now
from service.store.models import Audit, Token
from tests.batch_tools import desk_at


@pytest.fixture
def desk(tmp_path, database_url):
    with desk_at(tmp_path / "data", database_url=database_url) as desk:
        yield desk


@pytest.fixture
def person(desk):
    return add_user(desk, COMMAND_LINE, name="wan", shown="万", role="clerk")[0]


def make(desk, person, name="办公系统", scopes=("read",), days=30):
    return make_token(desk, person, name=name, scopes=scopes, days=days)


def everything_kept(desk):
    with desk.store.read() as session:
        return [vars(one) for one in (*session.query(Token), *session.query(Audit))]


def test_a_token_is_kept_as_its_hash(desk, person):
    secret = make(desk, person)
    assert secret.startswith("gw_")
    assert len(secret) > 40
    assert secret not in str(everything_kept(desk))
    assert secret.removeprefix("gw_") not in str(everything_kept(desk))


def test_it_says_whose_it_is_and_what_it_may_do(desk, person):
    found = bearer_of(desk, make(desk, person, scopes=("write", "read")))
    assert found.person == person
    assert found.scopes == {"read", "write"}
    [line] = list_tokens(desk, person)
    assert (line.name, line.scopes, line.works, line.revoked) == (
        "办公系统",
        ("read", "write"),
        True,
        False,
    )
    assert line.used_at is not None
    assert timedelta(days=29.9) < line.expires_at - line.created_at < timedelta(days=30.1)


def test_others_are_nobody(desk):
    for secret in ["", "gw_", "x", "gw_" + "x" * 43, "gw_\0", "gw_\ud800"]:
        assert bearer_of(desk, secret) is None


def test_an_expired_one_is_nobody(desk, person):
    secret = make(desk, person)
    with desk.store.write() as session:
        session.query(Token).one().expires_at = db_now(-1)
    assert bearer_of(desk, secret) is None
    assert [(one.works, one.revoked) for one in list_tokens(desk, person)] == [(False, False)]


def test_only_its_own_user_ends_it_and_once(desk, person):
    other, _ = add_user(desk, COMMAND_LINE, name="shu", shown="舒", role="clerk")
    secret = make(desk, person)
    [line] = list_tokens(desk, person)
    for who, which in [(other, line.id), (person, "0" * 32), (person, "\0")]:
        with pytest.raises(NotFoundError):
            revoke_token(desk, who, which)
    assert bearer_of(desk, secret)
    revoke_token(desk, person, line.id)
    assert bearer_of(desk, secret) is None
    with pytest.raises(NotFoundError):
        revoke_token(desk, person, line.id)
    assert list_tokens(desk, other) == []


def test_a_new_password_ends_them_all(desk, person):
    secrets = [make(desk, person), make(desk, person)]
    set_password(desk, COMMAND_LINE, person.id, "落霞与孤鹜齐飞-1961")
    assert [bearer_of(desk, one) for one in secrets] == [None, None]


WRONG = [
    ({"name": " "}, "bad_token_name"),
    ({"name": "x" * 61}, "bad_token_name"),
    ({"name": "a\0b"}, "bad_token_name"),
    ({"scopes": ()}, "bad_scopes"),
    ({"scopes": ("read", "all")}, "bad_scopes"),
    ({"days": 10_000}, "bad_days"),
]


def test_what_is_wrong_is_told(desk, person):
    for more, code in WRONG:
        with pytest.raises(InputError) as told:
            make(desk, person, **more)
        assert [one.code for one in told.value.problems] == [code]
    assert list_tokens(desk, person) == []


def test_nobody_piles_them_up(desk, person, monkeypatch):
    monkeypatch.setattr(tokens, "MOST", 2)
    make(desk, person)
    make(desk, person)
    with pytest.raises(ConflictError):
        make(desk, person)
    revoke_token(desk, person, list_tokens(desk, person)[0].id)
    make(desk, person)


def test_the_trail_tells_of_making_and_ending(desk, person):
    make(desk, person)
    [line] = list_tokens(desk, person)
    revoke_token(desk, person, line.id)
    with desk.store.read() as session:
        told = [
            (one.user_id, one.action, one.object_id)
            for one in session.query(Audit).order_by(Audit.seq)
        ]
    assert told[-2:] == [(person.id, "token_made", line.id), (person.id, "token_revoked", line.id)]
