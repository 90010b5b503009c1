"""Commands about kinds: kinds, check, templates, new-kind."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from service.cli.speech import (
    json_option,
    open_desk,
    problem_data,
    put,
    say,
    spoken,
    told,
)
from service.desk.files import write_whole
from service.desk.kinds import check_kinds
from service.desk.templates import build_templates, new_kind
from service.errors import EXIT_CODES, DefinitionError
from service.settings import read_settings


@click.command("kinds")
@json_option
@told
def list_kinds(as_json: bool) -> None:
    """List the kinds."""
    with open_desk() as desk:
        forms = {name: desk.catalog.kind(name).form for name in desk.catalog.kinds()}
    if as_json:
        rows = [
            {
                "name": name,
                "title": {"zh": form.title.zh, "en": form.title.en},
                "audience": form.audience,
                "fields": len(form.fields),
            }
            for name, form in forms.items()
        ]
        put({"ok": True, "kinds": rows})
        return
    for name, form in forms.items():
        click.echo(f"{name:32} {form.title.of(spoken())}")


@click.command()
@click.argument("kinds", nargs=-1)
@click.option(
    "--pdf/--no-pdf",
    default=None,
    help="Read the samples back from their PDF too; on where LibreOffice is there.",
)
@json_option
@told
def check(kinds: tuple[str, ...], pdf: bool | None, as_json: bool) -> None:
    """Prove every kind: definition, layout, template tags, samples."""
    with open_desk() as desk:
        wanted = desk.converter.reason is None if pdf is None else pdf
        reports = check_kinds(desk, kinds, pdf=wanted)
    broken = [report for report in reports if report.problems]
    if as_json:
        rows = [
            {
                "kind": report.name,
                "proved": list(report.proved),
                "problems": [problem_data(one) for one in report.problems],
            }
            for report in reports
        ]
        put({"ok": not broken, "kinds": rows})
    for report in reports:
        say(f"{'✗' if report.problems else '✓'} {report.name}: {'; '.join(report.proved)}")
        for one in report.problems:
            say(f"    {one.say(spoken())}")
    if broken:
        sys.exit(EXIT_CODES[DefinitionError])


@click.command()
@click.argument("kinds", nargs=-1)
@told
def templates(kinds: tuple[str, ...]) -> None:
    """Build Word templates again from their layouts: those named, else the built-in ones."""
    ours = read_settings().builtin_templates
    with open_desk() as desk:
        for file, docx in build_templates(desk, kinds, within=ours):
            changed = not file.is_file() or file.read_bytes() != docx
            if changed:
                write_whole(file, docx)
            say(f"{'*' if changed else '='} {file}")


@click.command("new-kind")
@click.argument("name")
@click.option(
    "--from", "form", type=click.Path(path_type=Path, dir_okay=False), required=True,
    help="The form.yaml of the new kind.",
)  # fmt: skip
@told
def new_kind_command(name: str, form: Path) -> None:
    """Make the folder of a new kind: form, proposed layout, starter templates."""
    settings = read_settings()
    folder = settings.own_templates
    with open_desk() as desk:
        for file, content in new_kind(desk, name, form, folder):
            write_whole(file, content)
            say(str(file))


COMMANDS = (list_kinds, check, templates, new_kind_command)
