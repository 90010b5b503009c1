"""Passwords: chosen by a link that works once, changed, set; on SQLite and PostgreSQL."""

import pytest

from service.core.people import COMMAND_LINE, FREE_FAILURES
from service.desk.people.passwords import (
    change_password,
    first_link,
    link_of,
    new_link,
    set_password,
    use_link,
)
from service.desk.people.signing import sign_in, sign_out, signed_in
from service.desk.people.users import add_user, find_user, list_users, set_active
from service.errors import ConflictError, EngineError, InputError, NotFoundError, WaitError
from service.store.columns import db_now
from service.store.models import Attempt, AuditHead, Link, SignIn, Token, User
from service.store.people import LINK_SECONDS
from tests.desk.people.conftest import (
    OTHER,
    PASSWORD,
    actions,
    change_rows,
    rows_of,
    someone,
)
from tests.desk.people.test_users import HERE, add, at_once


def gone(desk, secret, **more):
    """The link works neither for a look nor for a choice."""
    for work in (link_of, lambda *what: use_link(*what, password=PASSWORD, **more)):
        with pytest.raises(NotFoundError) as error:
            work(desk, secret)
        assert error.value.problems[0].code == "link_gone"


def test_a_link_serves_once(desk):
    person, secret = add(desk, "li")
    assert link_of(desk, secret) == person
    found, held = use_link(desk, secret, password=PASSWORD)
    assert found == person
    assert signed_in(desk, held) == person
    assert sign_in(desk, "li", PASSWORD, HERE)[0] == person
    gone(desk, secret)
    assert [one[:2] for one in actions(desk)[-3:-1]] == [
        ("password_set", person.id),
        ("sign_in", person.id),
    ]


def test_of_many_at_once_one_gets_the_link(desk):
    for number in range(5):
        _, secret = add(desk, f"li{number}")
        results = at_once(*[lambda s=secret: use_link(desk, s, password=PASSWORD)] * 4)
        assert sum(isinstance(one, NotFoundError) for one in results) == 3, results
        assert len(rows_of(desk, SignIn)) == number + 1


def test_of_many_at_once_one_becomes_the_first_administrator(desk):
    secret = first_link(desk)
    works = [
        lambda n=name: use_link(desk, secret, password=PASSWORD, name=n) for name in "abcd"
    ]  # fmt: skip
    results = at_once(*works)
    assert sum(isinstance(one, NotFoundError) for one in results) == 3, results
    assert [one.role for one in rows_of(desk, User)] == ["administrator"]
    assert first_link(desk) is None


def test_links_expire(desk):
    _, secret = add(desk, "li")
    change_rows(desk, Link, expires_at=db_now(-1))
    gone(desk, secret)
    add(desk, "another")
    assert len(rows_of(desk, Link)) == 1
    with desk.store.read() as session:
        expires, now = session.query(Link.expires_at, db_now()).one()
    assert abs((expires - now).total_seconds() - LINK_SECONDS) < 60


@pytest.mark.parametrize("secret", ["", "x", "\x00", "\ud800", "%2e%2e"])
def test_a_made_up_link_is_gone(desk, secret):
    gone(desk, secret)


def test_a_newer_link_voids_the_older_and_the_old_password_holds_until_then(desk):
    person = someone(desk)
    older, newer = (new_link(desk, COMMAND_LINE, person.id) for _ in range(2))
    gone(desk, older)
    _, secret = sign_in(desk, "wan", PASSWORD, HERE)
    use_link(desk, newer, password=OTHER)
    assert signed_in(desk, secret) is None
    with pytest.raises(InputError):
        sign_in(desk, "wan", PASSWORD, HERE)
    assert sign_in(desk, "wan", OTHER, HERE)


def test_a_weak_password_leaves_the_link_as_it_was(desk):
    _, secret = add(desk, "li")
    with pytest.raises(InputError) as error:
        use_link(desk, secret, password="short")
    assert [one.path for one in error.value.problems] == ["password"]
    assert use_link(desk, secret, password=PASSWORD)


def test_a_disabled_user_has_no_link_though_one_was_made(desk):
    person, secret = add(desk, "li")
    change_rows(desk, User, active=False)
    gone(desk, secret)
    set_active(desk, COMMAND_LINE, person.id, True)
    assert use_link(desk, secret, password=PASSWORD)


def test_who_is_disabled_while_choosing_is_not_let_in(desk):
    person, secret = add(desk, "li")
    kept = desk.passwords.hashed

    def hashed(password):
        change_rows(desk, User, active=False)
        return kept(password)

    desk.passwords.hashed = hashed
    try:
        with pytest.raises(NotFoundError):
            use_link(desk, secret, password=PASSWORD)
    finally:
        del desk.passwords.hashed
    assert rows_of(desk, SignIn) == []
    assert [one.password for one in rows_of(desk, User, id=person.id)] == [""]


def test_the_first_administrators_link(desk):
    older, secret = first_link(desk), first_link(desk)
    gone(desk, older, name="chief")
    assert link_of(desk, secret) is None
    with pytest.raises(InputError) as error:
        use_link(desk, secret, password="x", name="a b", shown="\x07")
    assert [one.path for one in error.value.problems] == ["name", "shown", "password"]
    person, held = use_link(desk, secret, password=PASSWORD, name=" Chief ", shown="万䶮")
    assert (person.name, person.shown, person.role) == ("chief", "万䶮", "administrator")
    assert signed_in(desk, held) == person
    assert first_link(desk) is None
    gone(desk, secret, name="second")


def test_the_first_administrators_link_takes_over_nobody(desk):
    clerk = someone(desk, "li")
    secret = first_link(desk)
    with pytest.raises(ConflictError) as error:
        use_link(desk, secret, password=OTHER, name="LI")
    assert error.value.problems[0].code == "name_taken"
    assert find_user(desk, "li") == clerk
    assert sign_in(desk, "li", PASSWORD, HERE)
    assert use_link(desk, secret, password=OTHER, name="chief")


def test_it_is_void_when_there_is_an_administrator_by_another_way(desk):
    secret = first_link(desk)
    someone(desk, "chief", "administrator")
    gone(desk, secret, name="second")


def test_an_administrator_who_has_no_password_does_not_count(desk):
    _, own = add(desk, "chief", "administrator")
    secret = first_link(desk)
    use_link(desk, own, password=PASSWORD)
    gone(desk, secret, name="second")


def token_of(desk, person):
    with desk.store.write() as session:
        session.add(
            Token(user_id=person.id, name="x", secret=person.id, scopes=[], expires_at=db_now(99))
        )


def still_in(desk):
    """What else than a new sign-in is left."""
    tokens = [one for one in rows_of(desk, Token) if one.revoked_at is None]
    return len(rows_of(desk, SignIn)), len(rows_of(desk, Link)), len(tokens)


def test_a_changed_password_ends_everything_but_this_browser(desk):
    person = someone(desk)
    _, here = sign_in(desk, "wan", PASSWORD, HERE)
    _, there = sign_in(desk, "wan", PASSWORD, "192.0.2.2")
    new_link(desk, COMMAND_LINE, person.id)
    token_of(desk, person)
    assert still_in(desk) == (2, 1, 1)
    now = change_password(desk, person, PASSWORD, OTHER, HERE)
    assert still_in(desk) == (1, 0, 0)
    assert [signed_in(desk, one) for one in (here, there)] == [None, None]
    assert signed_in(desk, now) == person
    assert [one[:2] for one in actions(desk)[-2:]] == [
        ("password_changed", person.id),
        ("sign_in", person.id),
    ]


def test_a_set_password_ends_everything(desk):
    person = someone(desk)
    sign_in(desk, "wan", PASSWORD, HERE)
    new_link(desk, COMMAND_LINE, person.id)
    token_of(desk, person)
    set_password(desk, COMMAND_LINE, person.id, OTHER)
    assert still_in(desk) == (0, 0, 0)
    with pytest.raises(InputError):
        set_password(desk, COMMAND_LINE, person.id, "short")
    assert sign_in(desk, "wan", OTHER, HERE)


def test_wrong_and_weak_are_told_together_and_nothing_is_changed(desk):
    person = someone(desk)
    with pytest.raises(InputError) as error:
        change_password(desk, person, "wrong", "short", HERE)
    assert [(one.code, one.path) for one in error.value.problems] == [
        ("bad_password", "old"),
        ("password_length", "password"),
    ]
    with pytest.raises(InputError):
        change_password(desk, person, PASSWORD, "short", HERE)
    assert rows_of(desk, Attempt) == []
    assert sign_in(desk, "wan", PASSWORD, HERE)


def test_at_a_browser_left_alone_the_old_password_is_not_guessed_for_ever(desk):
    person = someone(desk)
    for _ in range(FREE_FAILURES + 1):
        with pytest.raises(InputError):
            change_password(desk, person, "wrong", OTHER, HERE)
    with pytest.raises(WaitError):
        change_password(desk, person, PASSWORD, OTHER, HERE)
    with pytest.raises(WaitError):
        sign_in(desk, "wan", PASSWORD, HERE)
    assert sign_in(desk, "wan", PASSWORD, "192.0.2.2")


def test_two_changes_at_once_keep_one(desk):
    person = someone(desk)
    news = [f"{OTHER}{number}" for number in range(3)]
    results = at_once(
        *[lambda n=new: change_password(desk, person, PASSWORD, n, HERE) for new in news]
    )
    kept = [new for new, one in zip(news, results, strict=True) if isinstance(one, str)]
    assert len(kept) == 1, results
    assert len(rows_of(desk, SignIn)) == 1
    assert sign_in(desk, "wan", kept[0], "192.0.2.3")


def everything(desk):
    """Every row of people as it stands."""
    tables = (User, Link, SignIn)
    with desk.store.read() as session:
        return [
            [tuple(row) for row in session.query(*table.__table__.columns).order_by(table.id)]
            for table in tables
        ]


STEPS = {
    "sign_in": lambda desk, person, _: sign_in(desk, "wan", PASSWORD, HERE),
    "sign_in_refused": lambda desk, person, _: sign_in(desk, "wan", OTHER, HERE),
    "sign_out": sign_out,
    "user_added": lambda desk, person, _: add_user(desk, person, name="li", shown="", role="clerk"),
    "user_disabled": lambda desk, person, _: set_active(desk, person, person.id, False),
    "user_enabled": lambda desk, person, _: set_active(desk, person, person.id, True),
    "link_made": lambda desk, person, _: new_link(desk, person, person.id),
    "first_link_made": lambda desk, person, _: first_link(desk),
    "password_set": lambda desk, person, _: set_password(desk, person, person.id, OTHER),
    "password_changed": lambda desk, person, _: change_password(
        desk, person, PASSWORD, OTHER, HERE
    ),
}


@pytest.mark.parametrize("action", STEPS)
def test_what_cannot_be_recorded_is_not_done(desk, action):
    person = someone(desk)
    _, held = sign_in(desk, "wan", PASSWORD, HERE)
    before = everything(desk)
    with desk.store.read() as session:
        head = session.query(AuditHead.seq, AuditHead.mac).one()
    with desk.store.write() as session:
        session.query(AuditHead).delete()
    try:
        with pytest.raises(EngineError) as error:
            STEPS[action](desk, person, held)
        assert error.value.problems[0].code == "trail_headless"
        assert everything(desk) == before
    finally:
        with desk.store.write() as session:
            session.add(AuditHead(id=1, seq=head.seq, mac=head.mac))
    try:
        STEPS[action](desk, person, held)
    except InputError:
        assert action == "sign_in_refused"
    assert action in {one[0] for one in actions(desk)[-2:]}
    assert list_users(desk)
