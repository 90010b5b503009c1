"""Commands about what is handed over: verify."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import get_args

import click

from service.cli.speech import json_option, open_desk, put, spoken, told
from service.desk.filing.verify import verify_path
from service.errors import Lang


@click.command()
@click.argument("target", type=click.Path(path_type=Path))
@click.option("--expect", default="", help="SHA-256 on the receipt: of the joined PDF, or the zip.")
@click.option("--lang", type=click.Choice(get_args(Lang)), help="Language of the answer.")
@json_option
@told
def verify(target: Path, expect: str, lang: Lang | None, as_json: bool) -> None:
    """Say whether TARGET (a package, its folder, or the joined PDF) is whole; exit 1 if not."""
    with open_desk() as desk:
        verdict = verify_path(desk, target, expect=expect)
    if as_json:
        put(verdict.to_json())
    else:
        for line in verdict.lines(lang or spoken()):
            click.echo(line)
    if not verdict.whole:
        sys.exit(1)


COMMANDS = (verify,)
