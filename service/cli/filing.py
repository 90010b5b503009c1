"""Commands about what is handed over: file, verify."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any, get_args

import click

from service.bootstrap import has_store
from service.cli.speech import (
    json_option,
    open_desk,
    problem_data,
    progress_line,
    put,
    say,
    say_notes,
    spoken,
    told,
)
from service.core.filing.manifest import Profile
from service.desk.filing.archive import archive
from service.desk.filing.instance import Asked, request_of, write_filing
from service.desk.filing.known import register_of
from service.desk.filing.request import Filing
from service.desk.filing.submit import submit
from service.desk.filing.verify import verify_path
from service.errors import Lang
from service.settings import read_settings

_FILE = click.Path(path_type=Path, dir_okay=False)
_DIR = click.Path(path_type=Path, file_okay=False)


@click.command()
@click.argument("instance", type=_FILE)
@click.option("-o", "--output", type=_DIR, required=True, help="Folder for PDF, list, package.")
@click.option("--profile", type=click.Choice(get_args(Profile)), default="submission")
@click.option("--sent-back", default="", metavar="REASON", help="Why the last edition came back.")
@click.option("--lang", type=click.Choice(get_args(Lang)), help="Language of the papers.")
@json_option
@told
def file(
    instance: Path,
    output: Path,
    profile: Profile,
    sent_back: str,
    lang: Lang | None,
    as_json: bool,
) -> None:
    """Hand over INSTANCE.yaml: checked, locked, receipted; or archive it (--profile archive)."""
    with open_desk() as desk:
        asked = request_of(desk, instance, Asked(lang=lang, sent_back=sent_back), profile=profile)
        work = submit if profile == "submission" else archive
        filed = work(desk, asked, progress=progress_line)
        written = write_filing(filed, output)
    say_notes(filed.notes)
    if as_json:
        put(_filed_data(filed, written))
        return
    for path in written:
        say(str(path))
    say(_filed_line(filed))


def _filed_data(filed: Filing, written: list[Path]) -> dict[str, Any]:
    return {
        "ok": True,
        "profile": filed.profile,
        "edition": filed.edition,
        "again": filed.again,
        "title": filed.title,
        "pages": filed.pages,
        "pdfa": filed.pdfa,
        "sha256": filed.sha256,
        "package_sha256": filed.package_sha256,
        "files": [
            {"role": one.role, "file": str(path)}
            for one, path in zip(filed.files, written, strict=True)
        ],
        "parts": [
            {"no": one.no, "title": one.title, "page": one.first_page, "pages": one.pages}
            for one in filed.manifest.parts
        ],
        "notes": [problem_data(note) for note in filed.notes],
    }


def _filed_line(filed: Filing) -> str:
    parts, day = len(filed.manifest.parts), filed.manifest.date
    if spoken() == "zh":
        what = "报送" if filed.profile == "submission" else "归档"
        again = "，与已登记的完全相同" if filed.again else ""
        return (
            f"已{what}：第{filed.edition}版，{parts}件，{filed.pages}页，{day}{again}。\n"
            f"校验码 {filed.sha256}"
        )
    what = "filed" if filed.profile == "submission" else "archived"
    again = ", the same as was filed before" if filed.again else ""
    return (
        f"{what}: edition {filed.edition}, {parts} papers, {filed.pages} pages, {day}{again}\n"
        f"digest {filed.sha256}"
    )


@click.command()
@click.argument("target", type=click.Path(path_type=Path))
@click.option("--expect", default="", help="SHA-256 on the receipt: of the joined PDF, or the zip.")
@click.option("--lang", type=click.Choice(get_args(Lang)), help="Language of the answer.")
@json_option
@told
def verify(target: Path, expect: str, lang: Lang | None, as_json: bool) -> None:
    """Say whether TARGET (a package, its folder, or the joined PDF) is whole; exit 1 if not."""
    with open_desk() as desk:
        known = register_of(desk) if has_store(read_settings()) else None
        verdict = verify_path(desk, target, expect=expect, known_hashes=known)
    if as_json:
        put(verdict.to_json())
    else:
        for line in verdict.lines(lang or spoken()):
            click.echo(line)
    if not verdict.whole:
        sys.exit(1)


COMMANDS = (file, verify)
