"""Commands about people: user add, passwd, disable, enable, list; audit verify."""

from __future__ import annotations

import sys

import click

from service.cli.speech import json_option, open_desk, put, say, spoken, told
from service.core.people import COMMAND_LINE, POSTS, ROLES
from service.desk.people.trail import verify_trail
from service.desk.people.users import (
    add_user,
    find_user,
    list_users,
    new_link,
    set_active,
    set_password,
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


@user.command("list")
@json_option
@told
def list_(as_json: bool) -> None:
    """List the users."""
    with open_desk() as desk:
        lines = list_users(desk)
    rows = [
        {
            "name": one.person.name,
            "shown": one.person.shown,
            "role": one.person.role,
            "post": one.person.post,
            "branch": one.person.branch,
            "active": one.active,
        }
        for one in lines
    ]
    if as_json:
        put({"users": rows})
        return
    for row in rows:
        click.echo("  ".join(str(row[name]) for name in row if row[name] not in ("", True, False)))


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
        put({"rows": found.rows, "head": found.head, "broken": found.broken})
    elif found.broken:
        zh = f"审计记录从第 {found.broken} 行起与原来不符。"
        en = f"the audit trail is not what it was, from row {found.broken} on."
        say(zh if spoken() == "zh" else en)
    else:
        click.echo(f"{found.rows} {found.head}")
    if found.broken:
        sys.exit(1)


def _put_link(secret: str) -> None:
    """The path only: the command line does not know by which name browsers reach the desk."""
    click.echo(f"/link/{secret}")


COMMANDS = (user, audit)
