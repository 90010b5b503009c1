"""The command line: each command only translates, the desk does the work."""

from __future__ import annotations

import io
import sys
from importlib import import_module

import click

from service import __version__

_ROOMS = {
    "batch": ("batch", "roster-template"),
    "documents": ("fill", "bundle", "layout"),
    "filing": ("file", "verify"),
    "kinds": ("kinds", "check", "templates", "new-kind"),
    "people": ("user", "audit"),
    "register": ("register",),
    "server": ("serve", "worker", "converter"),
    "upkeep": ("doctor", "sweep"),
}
"""Module of this package to the commands that it holds."""


class _Rooms(click.Group):
    """A command's module is imported when it is called: `gongwen kinds` waits for no database."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """All names, sorted."""
        return sorted(name for names in _ROOMS.values() for name in names)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of this name; None where there is none."""
        for room, names in _ROOMS.items():
            if cmd_name in names:
                held: tuple[click.Command, ...] = import_module(f"{__name__}.{room}").COMMANDS
                return next(one for one in held if one.name == cmd_name)
        return None


@click.group(cls=_Rooms)
@click.version_option(__version__, prog_name="gongwen")
def main() -> None:
    """Gongwen (公文): form input into official paperwork."""
    # A terminal in GBK has no ✓ and no 𠮷; they are spelled out there, never a traceback.
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")
