"""Commands for many members at once: batch, roster-template."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any, get_args

import click

from service.cli.batch_told import say_made
from service.cli.documents import activity_option
from service.cli.speech import (
    Progress,
    json_option,
    open_desk,
    problem_data,
    put,
    read_whole,
    say,
    spoken,
    told,
)
from service.core.roster.model import Roster
from service.desk.activity.files import activity_for
from service.desk.batch.sources import read_people, read_terms
from service.desk.batch.views import Pdf
from service.desk.files import write_whole
from service.desk.folder.batch import MadeFolder, Wish, make_folder
from service.desk.roster.read import roster_template as template_of
from service.errors import EXIT_CODES, InputError, Lang
from service.settings import read_settings

_FILE = click.Path(path_type=Path, dir_okay=False)
_INTERRUPTED = 130
lang_option = click.option(
    "--lang", type=click.Choice(get_args(Lang)), default="zh", help="Language of the forms."
)


@click.command()
@click.argument("kind")
@click.argument("roster", type=_FILE)
@click.option("--answers", type=_FILE, help="What is the same for all (.json or .yaml).")
@activity_option
@click.option(
    "-o", "--output", type=click.Path(path_type=Path), required=True, help="OUTDIR: a folder."
)
@click.option(
    "--pdf", type=click.Choice(get_args(Pdf)), default="none", show_default=True,
    help="A PDF of each form, or all joined for printing.",
)  # fmt: skip
@click.option("--odd-start", is_flag=True, help="Joined: every form begins on an odd page.")
@click.option("--zip", "zipped", is_flag=True, help="Everything in one zip too.")
@lang_option
@json_option
@told
def batch(
    kind: str,
    roster: Path,
    answers: Path | None,
    activity: Path | None,
    output: Path,
    pdf: Pdf,
    odd_start: bool,
    zipped: bool,
    lang: Lang,
    as_json: bool,
) -> None:
    """Make a KIND for every row of ROSTER (.xlsx, .xls, .ods, .csv) in a folder.

    Run again, it makes only what changed. Exit code 4 where rows failed; all others are made.
    """
    if odd_start and pdf != "joined":
        raise click.UsageError("--odd-start: --pdf joined")
    started = time.monotonic()
    processes = read_settings().converters or os.cpu_count() or 1
    wish = Wish(
        pdf=pdf, odd_start=odd_start, zipped=zipped, processes=processes, reader=spoken()
    )  # fmt: skip
    with _interruptible(), open_desk() as desk:
        facts = activity_for(desk, activity, lang)
        terms = read_terms(desk, kind, lang=lang, shared=answers, activity=facts)
        people = read_people(desk, terms, read_whole(roster), name=str(roster))
        made = make_folder(desk, terms, people, output, wish, progress=Progress())
    if as_json:
        seconds = round(time.monotonic() - started, 1)
        put(_result(made, people, output) | {"kind": kind, "lang": lang, "seconds": seconds})
    else:
        say_made(made, people, terms.form, output)
    if made.tally.count("failed"):
        sys.exit(EXIT_CODES[InputError])


@contextmanager
def _interruptible() -> Iterator[None]:
    """Ctrl-C ends with a word instead of a traceback; what is written stays."""
    try:
        yield
    except KeyboardInterrupt:
        zh = "已停下，做好的都在文件夹里；再运行同一命令，从停下的地方继续。"
        en = "stopped; what is done is in the folder. The same command goes on from here."
        say(zh if spoken() == "zh" else en)
        sys.exit(_INTERRUPTED)


def _result(made: MadeFolder, people: Roster, folder: Path) -> dict[str, Any]:
    """For programs: the tally, its rows, and what stands beside them."""
    unknown = [one.header for one in people.columns if one.how == "unknown"]
    return {
        "ok": not made.tally.count("failed"),
        **made.tally.to_json(),
        "folder": str(folder),
        "joined": made.joined,
        "zip": made.zip,
        "tallies": list(made.tallies),
        "pdfs": made.pdfs,
        "left": list(made.left),
        "columns": [asdict(one) for one in people.columns],
        "unknown_columns": unknown,
        "notes": [problem_data(one) for one in (*people.notes, *made.notes)],
    }


@click.command("roster-template")
@click.argument("kind")
@click.option("-o", "--output", type=_FILE, required=True, help="OUT.xlsx")
@activity_option
@lang_option
@json_option
@told
def roster_template(
    kind: str, output: Path, activity: Path | None, lang: Lang, as_json: bool
) -> None:
    """Write the spreadsheet to be filled with a roster for a KIND."""
    if output.suffix.lower() != ".xlsx":
        raise click.UsageError("-o: OUT.xlsx")
    with open_desk() as desk:
        facts = activity_for(desk, activity, lang)
        write_whole(output, template_of(desk, kind, lang=lang, activity=facts))
    if as_json:
        put({"ok": True, "file": str(output), "kind": kind, "lang": lang})
    else:
        say(str(output))


COMMANDS = (batch, roster_template)
