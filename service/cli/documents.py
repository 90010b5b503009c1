"""Commands that make and measure documents: fill, bundle, layout."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import get_args

import click

from service.cli.speech import (
    json_option,
    not_over,
    open_desk,
    problem_data,
    progress_line,
    put,
    read_whole,
    say,
    say_notes,
    spoken,
    told,
)
from service.core.definition import STAGES, Stage
from service.desk.activity.files import activity_for
from service.desk.bundle.make import make_bundle
from service.desk.bundle.plan import files_of
from service.desk.files import write_whole
from service.desk.fill import fill_file, to_pdf
from service.desk.fonts import stand_ins
from service.desk.layout import check_layout
from service.errors import Lang

_FILE = click.Path(path_type=Path, dir_okay=False)
lang_option = click.option(
    "--lang", type=click.Choice(get_args(Lang)), help="Language of the document."
)
activity_option = click.option(
    "--activity", type=_FILE, help="The activity's profile; else the sample's."
)


@click.command()
@click.argument("kind")
@click.argument("answers", type=_FILE)
@click.option("-o", "--output", type=_FILE, required=True, help="OUT.docx or OUT.pdf")
@lang_option
@activity_option
@click.option("--stage", type=click.Choice(STAGES), default="draft", show_default=True)
@click.option("--part", default="", help="An annex on its own, e.g. ledger.")
@json_option
@told
def fill(
    kind: str,
    answers: Path,
    output: Path,
    lang: Lang | None,
    activity: Path | None,
    stage: Stage,
    part: str,
    as_json: bool,
) -> None:
    """Fill a KIND with ANSWERS (.json or .yaml): one Word or PDF file."""
    if output.suffix.lower() not in {".docx", ".pdf"}:
        raise click.UsageError("-o: OUT.docx / OUT.pdf")
    not_over(output, answers, *([activity] if activity else []))
    language: Lang = lang or "zh"
    with open_desk() as desk:
        facts = activity_for(desk, activity, language)
        document = fill_file(
            desk, kind, answers, lang=language, stage=stage, activity=facts, part=part
        )
        result = {"ok": True, "file": str(output), "kind": kind, "lang": language}
        result |= {"title": document.title, "template": document.version}
        if output.suffix.lower() == ".pdf":
            converted = to_pdf(desk, document)
            write_whole(output, converted.pdf)
            result |= {"pages": converted.pages, "fonts": stand_ins(converted.fonts)}
            fonts = converted.fonts
        else:
            write_whole(output, document.docx)
            fonts = ()
    say_notes(document.notes)
    if as_json:
        put(result | {"notes": [problem_data(note) for note in document.notes]})
    else:
        _say_fonts(stand_ins(fonts))
        say(f"{output}")


def _say_fonts(served: dict[str, list[str]]) -> None:
    """Which open fonts stood in, so that nobody wonders why Word shows another page count."""
    if not served:
        return
    zh = spoken() == "zh"
    pairs = "；".join(f"{wanted} → {'、'.join(found)}" for wanted, found in served.items())
    say(
        f"PDF 以替代字体排印（{pairs}），页数可能与 Word、WPS 中不同。"
        if zh
        else f"the PDF was set in stand-in fonts ({pairs}); page counts may differ from Word or WPS"
    )


@click.command()
@click.argument("instance", type=_FILE)
@click.option("-o", "--output", type=_FILE, required=True, help="OUT.pdf")
@lang_option
@json_option
@told
def bundle(instance: Path, output: Path, lang: Lang | None, as_json: bool) -> None:
    """Join the documents and uploads of INSTANCE.yaml to one numbered, bookmarked PDF."""
    if output.suffix.lower() != ".pdf":
        raise click.UsageError("-o: OUT.pdf")
    not_over(output, *files_of(instance))
    with open_desk() as desk:
        made = make_bundle(desk, instance, lang=lang, progress=progress_line)
        write_whole(output, made.pdf)
    say_notes(made.notes)
    if as_json:
        entries = [{"no": e.no, "title": e.title, "page": e.page} for e in made.entries]
        put(
            {
                "ok": True,
                "file": str(output),
                "pages": made.pages,
                "contents": entries,
                "pdfa": made.pdfa,
                "fonts": stand_ins(made.fonts),
                "notes": [problem_data(note) for note in made.notes],
            }
        )
        return
    _say_fonts(stand_ins(made.fonts))
    say(f"{output}（{made.pages} 页）" if spoken() == "zh" else f"{output} ({made.pages} pages)")


@click.command()
@click.argument("file", type=_FILE)
@json_option
@told
def layout(file: Path, as_json: bool) -> None:
    """Measure the forty layout rules on FILE (.pdf or .docx)."""
    data = read_whole(file)
    with open_desk() as desk:
        word = data.startswith(b"PK")
        report = check_layout(
            data,
            name=file.name,
            measurer=desk.measurer,
            converter=desk.converter if word else None,
            text_of=desk.text_of,
        )
    if as_json:
        put({"ok": report.good, **report.to_json()})
    else:
        for line in report.lines(spoken()):
            click.echo(line)
    if not report.good:
        sys.exit(1)


COMMANDS = (fill, bundle, layout)
