"""The command line: each command only translates, the desk does the work."""

from __future__ import annotations

import io
import sys

import click

from service import __version__
from service.cli import batch, documents, filing, kinds, people, register, server


@click.group()
@click.version_option(__version__, prog_name="gongwen")
def main() -> None:
    """Gongwen (公文): form input into official paperwork."""
    # A terminal in GBK has no ✓ and no 𠮷; they are spelled out there, never a traceback.
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")


for room in (documents, batch, filing, register, kinds, people, server):
    for command in room.COMMANDS:
        main.add_command(command)
