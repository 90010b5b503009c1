"""People who sign in: names, places, passwords, waits."""

import pytest

from service.core.people import (
    FREE_FAILURES,
    LONGEST_WAIT,
    MOST,
    NAME_MOST,
    check_name,
    check_password,
    check_place,
    check_shown,
    one_spelling,
    wait_seconds,
)


def codes(found):
    for one in found:
        assert one.text.zh and one.text.en
    return [(one.code, one.path) for one in found]


@pytest.mark.parametrize("typed", ["wan", "Wan", " WAN\t", "ｗａｎ", "ＷＡＮ　"])
def test_a_name_has_one_spelling(typed):
    assert one_spelling(typed) == "wan"


@pytest.mark.parametrize("name", ["万䶮", "Straße", "ﬁle", "İ", "ǰ", "ᾳ", "①", "𠮷"])
def test_the_one_spelling_of_a_spelling_is_itself(name):
    assert one_spelling(one_spelling(name)) == one_spelling(name)


@pytest.mark.parametrize("name", ["万䶮", "a", "li.si@unit", "D00012", "邹𠮷", "x" * NAME_MOST])
def test_names_that_serve(name):
    assert check_name(one_spelling(name)) == []


@pytest.mark.parametrize(
    "name",
    ["", "li si", "li\u3000si", "a\x00b", "a\u202eb", "a\u200bb", "\ud800", "x" * (NAME_MOST + 1)],
)
def test_names_that_do_not_serve(name):
    assert codes(check_name(name)) == [("bad_name", "name")]


@pytest.mark.parametrize("shown", ["", "万　䶮", "邹𠮷", "欧阳·某", "Wan Yan", "\U000323b0"])
def test_names_that_pages_show(shown):
    assert check_shown(shown) == []


@pytest.mark.parametrize("shown", ["a\nb", "gpj.\u202eexe", "零\u200b宽", "\x07", "长" * 61])
def test_hidden_characters_are_refused_in_names_that_pages_show(shown):
    assert codes(check_shown(shown)) == [("bad_shown", "shown")]


@pytest.mark.parametrize(
    ("place", "found"),
    [
        (("clerk", "", ""), []),
        (("administrator", "", " "), []),
        (("reviewer", "team_leader", ""), []),
        (("reviewer", "branch_secretary", "第一党支部"), []),
        (("root", "", ""), [("bad_role", "role")]),
        (("", "team_leader", "x"), [("bad_role", "role")]),
        (("reviewer", "", ""), [("bad_post", "post")]),
        (("reviewer", "chief", ""), [("bad_post", "post")]),
        (("reviewer", "branch_secretary", " "), [("no_branch", "branch")]),
        (("reviewer", "branch_secretary", "a\x00"), [("no_branch", "branch")]),
        (("reviewer", "team_leader", "第一党支部"), [("branch_without_secretary", "branch")]),
        (("clerk", "team_leader", ""), [("post_without_reviewer", "post")]),
        (
            ("clerk", "branch_secretary", "第一党支部"),
            [("post_without_reviewer", "post"), ("branch_without_secretary", "branch")],
        ),
    ],
)
def test_a_role_with_its_post_and_branch_and_nothing_dropped(place, found):
    assert codes(check_place(*place)) == found


@pytest.mark.parametrize(
    "password",
    [
        "春风又绿江南岸-1972",
        "correct horse battery",
        "红旗渠边那棵老槐树下",
        "x7$kQ9!mWz2",
        " 前后有空格也算数 ",
    ],
)
def test_passwords_that_serve(password):
    assert check_password(password, "wan") == []


@pytest.mark.parametrize("password", ["", "短", "x7$kQ9!mW", "长" * (MOST + 1)])
def test_passwords_of_wrong_length(password):
    assert codes(check_password(password, "wan")) == [("password_length", "password")]


@pytest.mark.parametrize(
    "password",
    ["1234567890", "aaaaaaaaaaaa", "password123", "Password1234!", "wanwanwanwan1", "ｗａｎ1234567890",
     "20141231 20141231", "qwerty123456", "woaini1314520", "啊啊啊啊啊啊啊啊啊啊啊"],
)  # fmt: skip
def test_passwords_that_are_guessed_first(password):
    assert codes(check_password(password, "wan")) == [("password_weak", "password")]


def test_waits_double_and_end():
    waits = [wait_seconds(failures) for failures in range(FREE_FAILURES + 12)]
    assert waits[: FREE_FAILURES + 1] == [0] * (FREE_FAILURES + 1)
    assert waits[FREE_FAILURES + 1 : FREE_FAILURES + 4] == [2, 4, 8]
    assert waits == sorted(waits)
    assert wait_seconds(10**9) == LONGEST_WAIT
