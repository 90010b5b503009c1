"""Commands are found without importing what others need; none is forgotten, none told twice."""

import json
import pkgutil
import subprocess
import sys
from importlib import import_module

import click

from service import cli
from service.cli import main

HEAVY = ("flask", "lxml", "pypdf", "sqlalchemy")
"""What `gongwen kinds` has no use for: each costs more than the list itself."""


def test_every_module_holds_what_the_table_says():
    rooms = [
        import_module(f"{cli.__name__}.{one.name}") for one in pkgutil.iter_modules(cli.__path__)
    ]
    held = [command.name for room in rooms for command in getattr(room, "COMMANDS", ())]
    with click.Context(main) as ctx:
        assert main.list_commands(ctx) == sorted(held)
        assert [main.get_command(ctx, name).name for name in sorted(held)] == sorted(held)
        assert main.get_command(ctx, "nonsense") is None


def test_the_list_of_kinds_waits_for_no_engine_and_no_database():
    code = (
        "import sys, json; from service.cli import main; main(['kinds'], standalone_mode=False);"
        f" print(json.dumps([one for one in {HEAVY} if one in sys.modules]))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert json.loads(done.stdout.splitlines()[-1]) == []
    assert len(done.stdout.splitlines()) > 6
