"""Commands that look after what is there: doctor, sweep."""

from __future__ import annotations

import sys

import click

from service.cli.speech import json_option, open_desk, put, spoken, told
from service.desk.sweep import sweep


@click.command()
@json_option
@told
def doctor(as_json: bool) -> None:
    """Say what is there, what is missing, and how to mend it."""
    with open_desk() as desk:
        lines = desk.doctor()
    lang = spoken()
    broken = [line for line in lines if not line.ok and line.needed]
    if as_json:
        rows = [
            {
                "name": line.name,
                "ok": line.ok,
                "needed": line.needed,
                "found": {"zh": line.found.zh, "en": line.found.en},
                "mend": {"zh": line.mend.zh, "en": line.mend.en},
            }
            for line in lines
        ]
        put({"ok": not broken, "lines": rows})
    else:
        for line in lines:
            click.echo(f"{'✓' if line.ok else '✗'} {line.name}: {line.found.of(lang)}")
            if line.mend.of(lang):
                click.echo(f"    → {line.mend.of(lang)}")
    if broken:
        sys.exit(1)


@click.command("sweep")
@click.option("--dry-run", is_flag=True, help="Count them only.")
@json_option
@told
def sweep_(dry_run: bool, as_json: bool) -> None:
    """Remove kept files that nothing refers to and that are older than a day."""
    with open_desk() as desk:
        found = sweep(desk, keep=dry_run)
    if as_json:
        put({"ok": True, "looked": found.looked, "removed": 0 if dry_run else found.removed,
             "unreferenced": found.removed})  # fmt: skip
    elif spoken() == "zh":
        verb = "其中没有引用的" if dry_run else "删除没有引用的"
        click.echo(f"查看 {found.looked} 个文件，{verb} {found.removed} 个")
    else:
        verb = "nothing refers to" if dry_run else "removed, since nothing refers to them:"
        click.echo(f"{found.looked} files looked at; {verb} {found.removed}")


COMMANDS = (doctor, sweep_)
