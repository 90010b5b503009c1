"""Users: added, disabled, let back in; never without an administrator; on both databases."""

import threading

import pytest

from service.core.people import COMMAND_LINE
from service.desk.people.passwords import new_link
from service.desk.people.signing import sign_in, signed_in
from service.desk.people.users import add_user, change_user, find_user, list_users, set_active
from service.errors import ConflictError, InputError, NotFoundError
from service.store.models import Link, SignIn, User
from tests.desk.people.conftest import PASSWORD, actions, rows_of, someone

HERE = "192.0.2.1"


def add(desk, name, role="clerk", **more):
    return add_user(desk, COMMAND_LINE, name=name, shown=more.pop("shown", ""), role=role, **more)


def at_once(*works):
    """What each of them came to: its result or its error."""
    results, together = [None] * len(works), threading.Barrier(len(works))

    def run(number, work):
        together.wait(30)
        try:
            results[number] = work()
        except Exception as error:
            results[number] = error

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(works)]
    for one in threads:
        one.start()
    for one in threads:
        one.join(60)
    return results


def test_a_user_is_kept_in_one_spelling_and_the_trail_says_by_whom(desk):
    chief = someone(desk, "chief", "administrator")
    person, secret = add_user(
        desk, chief, name=" Li ", shown=" 李　四 ", role="reviewer", post="branch_secretary",
        branch=" 第一党支部 ",
    )  # fmt: skip
    assert (person.name, person.shown, person.branch) == ("li", "李　四", "第一党支部")
    assert find_user(desk, "ＬＩ") == person
    assert actions(desk)[-1] == ("user_added", chief.id, person.id)
    [link] = rows_of(desk, Link)
    assert secret not in link.id
    lines = {one.person.name: (one.active, one.has_password) for one in list_users(desk)}
    assert lines == {"chief": (True, True), "li": (True, False)}


def test_all_that_is_wrong_is_told_at_once_and_nothing_kept(desk):
    with pytest.raises(InputError) as error:
        add(desk, "l i", "clerk", shown="a\nb", post="team_leader", branch="x")
    assert [one.path for one in error.value.problems] == ["name", "shown", "post", "branch"]
    assert rows_of(desk, User) == []


def test_a_name_is_given_once_also_to_two_at_the_same_moment(desk):
    add(desk, "li")
    with pytest.raises(ConflictError) as error:
        add(desk, "LI")
    assert error.value.problems[0].code == "name_taken"
    for number in range(5):
        results = at_once(*[lambda n=number: add(desk, f"two{n}")] * 4)
        assert sum(isinstance(one, ConflictError) for one in results) == 3
        assert sum(isinstance(one, tuple) for one in results) == 1


@pytest.mark.parametrize("name", ["nobody", "", "a\x00", "\ud800"])
def test_who_is_not_there_is_not_found(desk, name):
    with pytest.raises(NotFoundError):
        find_user(desk, name)


@pytest.mark.parametrize("user_id", ["", "\x00", "x" * 32, "../", "\ud800"])
def test_an_id_that_is_none_is_not_found(desk, user_id):
    for act in (new_link, lambda *what: set_active(*what, False)):
        with pytest.raises(NotFoundError):
            act(desk, COMMAND_LINE, user_id)


def test_disabling_ends_every_browser_and_link_and_enabling_brings_none_back(desk):
    person = someone(desk)
    _, secret = sign_in(desk, "wan", PASSWORD, HERE)
    new_link(desk, COMMAND_LINE, person.id)
    set_active(desk, COMMAND_LINE, person.id, False)
    assert signed_in(desk, secret) is None
    assert rows_of(desk, Link) == []
    set_active(desk, COMMAND_LINE, person.id, True)
    assert signed_in(desk, secret) is None
    assert sign_in(desk, "wan", PASSWORD, HERE)
    assert [one[0] for one in actions(desk)[-3:]] == ["user_disabled", "user_enabled", "sign_in"]


def test_a_disabled_user_gets_no_link(desk):
    person = someone(desk)
    set_active(desk, COMMAND_LINE, person.id, False)
    with pytest.raises(ConflictError) as error:
        new_link(desk, COMMAND_LINE, person.id)
    assert error.value.problems[0].code == "user_disabled"


def test_the_last_administrator_stays(desk):
    chief = someone(desk, "chief", "administrator")
    newcomer = someone(desk, "newcomer", "administrator", password="")
    someone(desk, "clerk")
    with pytest.raises(ConflictError) as error:
        set_active(desk, chief, chief.id, False)
    assert error.value.problems[0].code == "last_administrator"
    set_active(desk, chief, newcomer.id, False)  # has no password yet: nobody is lost
    second = someone(desk, "second", "administrator")
    set_active(desk, chief, chief.id, False)
    with pytest.raises(ConflictError):
        set_active(desk, second, second.id, False)
    set_active(desk, COMMAND_LINE, chief.id, True)
    set_active(desk, chief, second.id, False)


def test_two_administrators_cannot_disable_each_other_at_once(desk):
    people = [someone(desk, name, "administrator") for name in ("one", "two")]
    for _ in range(10):
        results = at_once(
            *[lambda a=a, b=b: set_active(desk, a, b.id, False) for a, b in (people, people[::-1])]
        )
        assert sum(isinstance(one, ConflictError) for one in results) == 1, results
        assert results.count(None) == 1
        for one in people:
            set_active(desk, COMMAND_LINE, one.id, True)


def change(desk, by, who, **new):
    kept = {"shown": who.shown, "role": who.role, "post": who.post, "branch": who.branch}
    change_user(desk, by, who.id, **{**kept, **new})


def test_a_new_role_holds_in_open_browsers_and_signs_nobody_out(desk):
    chief = someone(desk, "chief", "administrator")
    someone(desk)
    person, secret = sign_in(desk, "wan", PASSWORD, HERE)
    place = {"role": "reviewer", "post": "branch_secretary", "branch": " 第一党支部 "}
    change(desk, chief, person, shown=" 万䶮 ", **place)
    now = signed_in(desk, secret)
    assert (now.shown, now.role, now.post, now.branch) == (
        "万䶮", "reviewer", "branch_secretary", "第一党支部",
    )  # fmt: skip
    assert not now.writes
    assert actions(desk)[-1] == ("user_changed", chief.id, person.id)
    noted = len(actions(desk))
    change(desk, chief, now)
    assert len(actions(desk)) == noted  # nothing was different
    change(desk, chief, now, shown="")
    assert signed_in(desk, secret).shown == "wan"


def test_a_wrong_change_is_told_at_once_and_nothing_kept(desk):
    person = someone(desk)
    with pytest.raises(InputError) as error:
        change(desk, COMMAND_LINE, person, shown="a\nb", post="team_leader", branch="x")
    assert [one.path for one in error.value.problems] == ["shown", "post", "branch"]
    assert find_user(desk, "wan") == person
    for bad in ("", "\x00", "x" * 32):
        with pytest.raises(NotFoundError):
            change_user(desk, COMMAND_LINE, bad, shown="", role="clerk", post="", branch="")


def test_the_last_administrator_keeps_the_role(desk):
    chief = someone(desk, "chief", "administrator")
    someone(desk, "newcomer", "administrator", password="")
    with pytest.raises(ConflictError) as error:
        change(desk, chief, chief, role="clerk")
    assert error.value.problems[0].code == "last_administrator"
    change(desk, chief, chief, shown="馆办")  # anything but the role
    second = someone(desk, "second", "administrator")
    change(desk, chief, chief, role="clerk")
    with pytest.raises(ConflictError):
        change(desk, second, second, role="clerk")


def test_two_administrators_cannot_demote_and_disable_each_other_at_once(desk):
    first, second = (someone(desk, name, "administrator") for name in ("one", "two"))
    for _ in range(10):
        results = at_once(
            lambda: change(desk, first, second, role="clerk"),
            lambda: set_active(desk, second, first.id, False),
        )
        assert sum(isinstance(one, ConflictError) for one in results) == 1, results
        assert results.count(None) == 1
        change(desk, COMMAND_LINE, second, role="administrator")
        set_active(desk, COMMAND_LINE, first.id, True)


def test_signing_in_and_being_disabled_at_once_leaves_no_browser_open(desk):
    person = someone(desk)
    for _ in range(10):
        at_once(
            lambda: sign_in(desk, "wan", PASSWORD, HERE),
            lambda: set_active(desk, COMMAND_LINE, person.id, False),
        )
        assert rows_of(desk, SignIn) == []
        set_active(desk, COMMAND_LINE, person.id, True)
