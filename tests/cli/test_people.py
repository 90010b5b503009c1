"""gongwen user and gongwen audit: links, exit codes, JSON, and what is told to whom."""

import json

import pytest
from click.testing import CliRunner
from sqlalchemy import text

from service.bootstrap import assemble
from service.cli import main
from service.desk.people.passwords import link_of, use_link
from service.desk.people.signing import sign_in
from service.settings import Settings

PASSWORD = "春风又绿江南岸-1972"


@pytest.fixture
def run(tmp_path, monkeypatch):
    monkeypatch.setenv("GONGWEN_LANG", "en")
    monkeypatch.setenv("GONGWEN_DATA", str(tmp_path))

    def call(*words, typed=None):
        result = CliRunner().invoke(main, words, input=typed)
        assert result.exception is None or isinstance(result.exception, SystemExit), result.output
        assert "Traceback" not in result.output
        return result

    return call


@pytest.fixture
def desk(tmp_path):
    desk = assemble(Settings(data=tmp_path))
    yield desk
    desk.close()


def added(run, name="li", *more):
    result = run("user", "add", name, *more)
    assert result.exit_code == 0, result.output
    return result.stdout.strip().removeprefix("/link/")


def users(run):
    found = json.loads(run("user", "list", "--json").stdout)
    assert found["ok"] is True
    return {one["name"]: one for one in found["users"]}


def test_a_user_is_added_with_a_link_that_serves(run, desk):
    place = ("--role", "reviewer", "--post", "branch_secretary", "--branch", "第一党支部")
    secret = added(run, "Li", "--shown", "李四", *place)
    person, _ = use_link(desk, secret, password=PASSWORD)
    assert (person.name, person.shown, person.branch) == ("li", "李四", "第一党支部")
    assert users(run)["li"] == {
        "name": "li", "shown": "李四", "role": "reviewer", "post": "branch_secretary",
        "branch": "第一党支部", "active": True, "has_password": True,
    }  # fmt: skip


def test_the_link_alone_stands_on_standard_output(run):
    result = run("user", "add", "li")
    assert result.stdout.startswith("/link/")
    assert result.stdout.count("\n") == 1
    assert "three days" in result.stderr


def test_a_new_link_and_a_password_from_standard_input(run, desk):
    old = added(run)
    new = run("user", "passwd", "LI").stdout.strip().removeprefix("/link/")
    assert link_of(desk, new).name == "li"
    assert old != new
    assert run("user", "passwd", "li", "--stdin", typed=f"{PASSWORD}\n").exit_code == 0
    assert sign_in(desk, "li", PASSWORD, "")
    weak = run("user", "passwd", "li", "--stdin", typed="short\n")
    assert (weak.exit_code, "10 to 200" in weak.stderr) == (4, True)
    assert run("user", "passwd", "li", "--stdin", typed="").exit_code == 4


def test_disable_enable_and_list(run):
    added(run)
    assert run("user", "disable", "li").exit_code == 0
    assert "li  clerk  (disabled)" in run("user", "list").stdout.replace("li  li", "li")
    assert users(run)["li"]["active"] is False
    assert run("user", "passwd", "li").exit_code == 6
    assert run("user", "enable", "li").exit_code == 0
    assert "(no password yet)" in run("user", "list").stdout


def test_a_user_is_changed_and_what_a_new_role_has_no_use_for_goes(run):
    added(run, "li", "--role", "reviewer", "--post", "branch_secretary", "--branch", "一支部")
    assert run("user", "change", "LI", "--branch", "二支部", "--shown", "李四").exit_code == 0
    kept = users(run)["li"]
    assert (kept["shown"], kept["post"], kept["branch"]) == ("李四", "branch_secretary", "二支部")
    assert run("user", "change", "li", "--role", "clerk").exit_code == 0
    kept = users(run)["li"]
    assert (kept["role"], kept["post"], kept["branch"], kept["shown"]) == ("clerk", "", "", "李四")
    wrong = run("user", "change", "li", "--role", "reviewer")
    assert (wrong.exit_code, "leader or a branch secretary" in wrong.stderr) == (4, True)
    assert users(run)["li"] == kept


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("user", "add", "a b"), 4),
        (("user", "add", "x", "--role", "reviewer"), 4),
        (("user", "add", "x", "--post", "team_leader"), 4),
        (("user", "add", "x", "--role", "root"), 2),
        (("user", "add", "li"), 6),
        (("user", "passwd", "nobody"), 5),
        (("user", "disable", "nobody"), 5),
        (("user", "disable", "chief"), 6),
        (("user", "enable", "nobody"), 5),
        (("user", "hand-over", "li", "nobody"), 5),
        (("user", "hand-over", "li", "chief"), 0),
        (("user", "change", "nobody"), 5),
        (("user", "change", "li"), 0),
        (("user", "change", "li", "--role", "root"), 2),
        (("user", "change", "li", "--branch", "x"), 4),
        (("user", "change", "chief", "--role", "clerk"), 6),
        (("user",), 2),
        (("audit", "verify", "--expect", "f" * 64), 1),
    ],
)
def test_exit_codes(run, words, code):
    added(run)
    added(run, "chief", "--role", "administrator")
    run("user", "passwd", "chief", "--stdin", typed=f"{PASSWORD}\n")
    assert run(*words).exit_code == code


def test_the_trail_is_verified_and_its_end_can_be_kept(run, desk, tmp_path):
    added(run)
    found = json.loads(run("audit", "verify", "--json").stdout)
    assert (found["ok"], found["rows"], found["broken"], found["kept"]) == (True, 1, 0, 1)
    added(run, "next")
    rows, head = run("audit", "verify").stdout.split()
    assert rows == "2"
    assert run("audit", "verify", "--expect", found["head"]).exit_code == 0
    with desk.store.write() as session:
        session.execute(text("UPDATE audit SET user_id = 'x' WHERE seq = 1"))
    spoilt = run("audit", "verify")
    assert (spoilt.exit_code, "from row 1 on" in spoilt.stderr) == (1, True)
    assert json.loads(run("audit", "verify", "--json").stdout)["broken"] == 1
    assert head not in spoilt.output


def test_a_missing_file_of_ends_is_told(run, tmp_path):
    added(run)
    (tmp_path / "audit.ends").unlink()
    result = run("audit", "verify")
    assert (result.exit_code, "audit.ends" in result.stderr) == (0, True)
