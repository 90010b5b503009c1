"""Commands about people: user add, change, disable, hand-over and their like; audit verify."""

from __future__ import annotations

import sys
from dataclasses import asdict

import click

from service.cli.speech import json_option, open_desk, put, say, spoken, told
from service.core.people import COMMAND_LINE, POSTS, ROLES
from service.desk.people.handovers import hand_over_all
from service.desk.people.passwords import new_link, set_password
from service.desk.people.trail import verify_trail
from service.desk.people.users import (
    UserLine,
    add_user,
    change_user,
    find_user,
    list_users,
    set_active,
)


@click.group()
def user() -> None:
    """Who may sign in at the desk."""


@user.command()
@click.argument("name")
@click.option("--shown", default="", help="As pages name the person; the name where not given.")
@click.option("--role", type=click.Choice(ROLES), default="clerk", show_default=True)
@click.option("--post", type=click.Choice(POSTS), default=None, help="Of a reviewer.")
@click.option("--branch", default="", help="Whose secretary, as rosters write it.")
@told
def add(name: str, shown: str, role: str, post: str | None, branch: str) -> None:
    """Add a user; prints the link by which the person chooses a password, once."""
    with open_desk() as desk:
        _, secret = add_user(
            desk, COMMAND_LINE, name=name, shown=shown, role=role, post=post or "", branch=branch
        )
    _put_link(secret)


@user.command()
@click.argument("name")
@click.option("--shown", default=None, help="As pages name the person.")
@click.option("--role", type=click.Choice(ROLES), default=None)
@click.option("--post", type=click.Choice(POSTS), default=None, help="Of a reviewer.")
@click.option("--branch", default=None, help="Whose secretary, as rosters write it.")
@told
def change(
    name: str, shown: str | None, role: str | None, post: str | None, branch: str | None
) -> None:
    """Change a user's name as shown, role, post or branch; open browsers know it at once.

    What is not given stays, but for a post or branch that the new role or post has no use for.
    """
    with open_desk() as desk:
        person = find_user(desk, name)
        role = role or person.role
        post = post or (person.post if role == "reviewer" else "")
        if branch is None:
            branch = person.branch if post == "branch_secretary" else ""
        shown = person.shown if shown is None else shown
        change_user(desk, COMMAND_LINE, person.id, shown=shown, role=role, post=post, branch=branch)


@user.command()
@click.argument("name")
@click.option("--stdin", is_flag=True, help="Read the new password from standard input.")
@told
def passwd(name: str, stdin: bool) -> None:
    """Print a link for a new password, or set one; sets end every session of the user."""
    with open_desk() as desk:
        person = find_user(desk, name)
        if stdin:
            set_password(desk, COMMAND_LINE, person.id, sys.stdin.readline().rstrip("\n"))
            return
        secret = new_link(desk, COMMAND_LINE, person.id)
    _put_link(secret)


@user.command()
@click.argument("name")
@told
def disable(name: str) -> None:
    """Lock a user out, at once and in every browser."""
    with open_desk() as desk:
        set_active(desk, COMMAND_LINE, find_user(desk, name).id, False)


@user.command()
@click.argument("name")
@told
def enable(name: str) -> None:
    """Let a disabled user back in."""
    with open_desk() as desk:
        set_active(desk, COMMAND_LINE, find_user(desk, name).id, True)


@user.command("hand-over")
@click.argument("name")
@click.argument("to")
@told
def hand_over(name: str, to: str) -> None:
    """Hand all documents and rosters of a user over to another."""
    with open_desk() as desk:
        leaver, taker = find_user(desk, name), find_user(desk, to)
        load = hand_over_all(desk, COMMAND_LINE, leaver.id, taker.id)
    click.echo(
        f"文书 {load.documents}，名册 {load.rosters}"
        if spoken() == "zh"
        else f"documents: {load.documents}, rosters: {load.rosters}"
    )


@user.command("list")
@json_option
@told
def list_(as_json: bool) -> None:
    """List the users."""
    with open_desk() as desk:
        lines = list_users(desk)
    if as_json:
        put({"ok": True, "users": [_row(one) for one in lines]})
        return
    for one in lines:
        row = [str(value) for name, value in _row(one).items() if name not in _MARKS]
        click.echo("  ".join([*filter(None, row), *_marks(one)]))


@click.group()
def audit() -> None:
    """Who did what to what."""


@audit.command()
@click.option("--expect", default="", help="An end of the chain that was printed once.")
@json_option
@told
def verify(expect: str, as_json: bool) -> None:
    """Go through the audit trail; exit 1 and the first bad row where it is not whole."""
    with open_desk() as desk:
        found = verify_trail(desk, expect)
    if as_json:
        put({"ok": not found.broken, **asdict(found)})
    elif found.broken:
        zh = f"审计记录从第 {found.broken} 行起与原来不符。"
        en = f"the audit trail is not what it was, from row {found.broken} on."
        say(zh if spoken() == "zh" else en)
    else:
        click.echo(f"{found.rows} {found.head}")
    if found.rows and not found.kept:
        zh = "数据文件夹中没有 audit.ends，末尾若被删去查不出来。"
        en = "audit.ends is not in the data folder: rows cut off at the end would not be missed."
        say(zh if spoken() == "zh" else en)
    if found.broken:
        sys.exit(1)


def _row(line: UserLine) -> dict[str, str | bool]:
    person = line.person
    return {
        "name": person.name,
        "shown": person.shown,
        "role": person.role,
        "post": person.post,
        "branch": person.branch,
        "active": line.active,
        "has_password": line.has_password,
    }


def _marks(line: UserLine) -> list[str]:
    zh = spoken() == "zh"
    if not line.active:
        return ["（已停用）" if zh else "(disabled)"]
    return [] if line.has_password else ["（还没设密码）" if zh else "(no password yet)"]


def _put_link(secret: str) -> None:
    """The path only: the command line does not know by which name browsers reach the desk."""
    say(
        "把下面这一段接在本服务的网址后面，交给本人设置密码（三天内，一次有效）："
        if spoken() == "zh"
        else "Put this behind the desk's address and hand it to the person, who chooses a password "
        "by it (once, within three days):"
    )
    click.echo(f"/link/{secret}")


_MARKS = {"active", "has_password"}
COMMANDS = (user, audit)
