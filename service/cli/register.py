"""Commands about document numbers: register list, give, void, sheet."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import get_args

import click

from service.cli.speech import json_option, open_desk, put, say, spoken, told
from service.core.people import COMMAND_LINE
from service.desk.files import write_whole
from service.desk.filing.register import Wanted, give_number, void_by_number
from service.desk.filing.register_list import find_line, list_register
from service.desk.filing.register_sheet import (
    print_register,
    register_pdf,
    remark_of,
    sheet_register,
)
from service.errors import Lang

word_option = click.option("--word", default="", help="Of this issuing word alone.")
year_option = click.option("--year", type=int, default=0, help="Of this year alone.")


@click.group()
def register() -> None:
    """Document numbers given out (发文登记表)."""


@register.command("list")
@word_option
@year_option
@json_option
@told
def list_(word: str, year: int, as_json: bool) -> None:
    """List the numbers, void ones and gaps in their place."""
    with open_desk() as desk:
        lines = list_register(desk, word, year)
    if as_json:
        put({"ok": True, "entries": [one.to_json() for one in lines]})
        return
    for one in lines:
        said = (one.number, one.title, one.genre, one.handled_by, remark_of(one, spoken()))
        click.echo("  ".join(filter(None, said)))


@register.command()
@click.argument("word")
@click.option("--year", type=int, default=0, help="This year where not given.")
@click.option("--no", type=int, default=0, help="A free one, with --reason; else the next.")
@click.option("--title", default="", help="Of the paper.")
@click.option("--reason", default="", help="Why just this number.")
@json_option
@told
def give(word: str, year: int, no: int, title: str, reason: str, as_json: bool) -> None:
    """Give out a number of an issuing WORD, e.g. 洪八馆党发; prints it."""
    wanted = Wanted(word=word, year=year, no=no, title=title, reason=reason)
    with open_desk() as desk:
        line = find_line(desk, give_number(desk, COMMAND_LINE, wanted, date.today()))
    assert line is not None
    if as_json:
        put({"ok": True, **line.to_json()})
    else:
        click.echo(line.number)


@register.command()
@click.argument("number")
@click.option("--reason", required=True, help="Why it is void, or was never given out.")
@json_option
@told
def void(number: str, reason: str, as_json: bool) -> None:
    """Make a NUMBER void, never to be given again, or say why there is none.

    A NUMBER is written like 洪八馆党发〔2014〕3号.
    """
    with open_desk() as desk:
        line = find_line(desk, void_by_number(desk, COMMAND_LINE, number, reason, date.today()))
    assert line is not None
    if as_json:
        put({"ok": True, **line.to_json()})
    else:
        say(f"{line.number} {remark_of(line, spoken())}")


@register.command()
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    required=True,
    help="OUT.xlsx, OUT.docx or OUT.pdf",
)
@click.option("--lang", type=click.Choice(get_args(Lang)), default="zh", show_default=True)
@word_option
@year_option
@json_option
@told
def sheet(output: Path, lang: Lang, word: str, year: int, as_json: bool) -> None:
    """Write the register (发文登记表), A4 across, or as a spreadsheet."""
    ending = output.suffix.lower()
    if ending not in {".xlsx", ".docx", ".pdf"}:
        raise click.UsageError("-o: OUT.xlsx / OUT.docx / OUT.pdf")
    today = date.today()
    with open_desk() as desk:
        if ending == ".xlsx":
            data, _ = sheet_register(desk, lang, today, word=word, year=year)
        else:
            data, _ = print_register(desk, lang, today, word=word, year=year)
            data = register_pdf(desk, data) if ending == ".pdf" else data
        write_whole(output, data)
    if as_json:
        put({"ok": True, "file": str(output)})
    else:
        say(str(output))


COMMANDS = (register,)
