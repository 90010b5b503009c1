"""Fill: answers in, one document out, as Word or PDF."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from service.catalog import Kind
from service.core.answers import Answers, check
from service.core.definition import Stage
from service.core.naming import file_name
from service.core.prefill import prefill
from service.core.present import persons, present
from service.desk.activity.files import read_answers
from service.desk.left_over import notes
from service.desk.tools import Desk
from service.engines.protocols import Converted
from service.errors import InputError, Lang, NotFoundError, Problem, problem


@dataclass(frozen=True, kw_only=True)
class Document:
    """One produced paper.

    Attributes:
        kind: what it is.
        lang: its language.
        docx: the Word file.
        title: its title in one line, for contents and names.
        name: file name without ending.
        version: SHA-256 of the template it was made from.
        notes: gaps and warnings that a clerk should see.
    """

    kind: str
    lang: Lang
    docx: bytes
    title: str
    name: str
    version: str
    notes: tuple[Problem, ...]


def fill(
    desk: Desk,
    kind_name: str,
    raw: Mapping[str, Any],
    *,
    lang: Lang,
    stage: Stage = "draft",
    activity: Mapping[str, Any] | None = None,
    part: str = "",
) -> Document:
    """One document from raw answers.

    Args:
        desk: the catalog and the engines.
        kind_name: which kind.
        raw: field name to raw value; gaps are prefilled from the activity and the defaults.
        lang: the document's language.
        stage: how much must be there.
        activity: checked values of the activity.
        part: an annex that can be produced alone, e.g. `ledger`; "" for the whole.

    Raises:
        NotFoundError: no such kind, part or language.
        InputError: every problem of the answers at once.
        DefinitionError: the kind or its Word template is broken.
    """
    kind = desk.catalog.kind(kind_name)
    full, origins = prefill(kind.form, raw, activity=activity)
    answers = check(kind.form, full, stage=stage, activity=activity, filled_in=origins)
    return produce(desk, kind, answers, lang=lang, activity=activity, part=part)


def produce(
    desk: Desk,
    kind: Kind,
    answers: Answers,
    *,
    lang: Lang,
    activity: Mapping[str, Any] | None = None,
    part: str = "",
) -> Document:
    """The document of checked answers."""
    docx = template_bytes(kind, lang, part)
    template = desk.templates.load(docx, file=str(kind.template(lang, part)))
    context = present(answers, lang=lang, activity=activity)
    title = context["shown"]["oneline"].get("title") or kind.form.title.of(lang)
    who = str(context.get("person_name", "")) if kind.form.audience == "member" else ""
    return Document(
        kind=kind.name,
        lang=lang,
        docx=template.fill(context),
        title=title,
        name=file_name(who, kind.form.title.of(lang), part, suffix=""),
        version=template.version,
        notes=(*answers.notes, *rare_names(desk, answers), *_left_over(answers, activity, lang)),
    )


def _left_over(
    answers: Answers, activity: Mapping[str, Any] | None, lang: Lang
) -> tuple[Problem, ...]:
    """What last year's paper left behind, told before this one is filed."""
    if answers.stage != "file":
        return ()
    return notes(answers.definition, answers.values, activity or {}, lang)


def rare_names(desk: Desk, answers: Answers) -> Iterator[Problem]:
    """A note where a person's name holds characters that the body font lacks (喆, 翀, 𠮷)."""
    names = "".join(persons(answers.definition.fields.values(), answers.values))
    rare = dict.fromkeys(char for char in names if not char.isascii())
    lacking = desk.coverage.lacking("".join(rare))
    if lacking:
        listed = "、".join(char for char in rare if char in lacking)
        yield problem(
            "rare_characters",
            f"姓名中的“{listed}”不在本机仿宋字体里，PDF 中用后备字体排印；请核对打印件。",
            f"names hold {listed}, which the 仿宋 font of this machine lacks; the PDF takes them "
            "from another font; look at the print.",
        )


def template_bytes(kind: Kind, lang: Lang, part: str = "") -> bytes:
    """The Word template of a kind; raises NotFoundError where there is none."""
    file = kind.template(lang, part)
    if part and part not in kind.parts:
        known = ", ".join(kind.parts) or "-"
        raise NotFoundError(
            problem(
                "no_part",
                f"“{kind.name}”没有可单独生成的“{part}”；有：{known}。",
                f"{kind.name} has no part {part} that is produced alone; there are: {known}.",
            )
        )
    if not file.is_file():
        raise NotFoundError(
            problem(
                "no_template",
                "没有 Word 模板；请运行 gongwen templates。",
                "there is no Word template; run gongwen templates.",
                file=str(file),
            )
        )
    return file.read_bytes()


def fill_file(
    desk: Desk,
    kind_name: str,
    file: Path,
    *,
    lang: Lang,
    stage: Stage = "draft",
    activity: Mapping[str, Any] | None = None,
    part: str = "",
) -> Document:
    """As `fill`, from a file of answers; problems name file and line."""
    source = read_answers(file)
    try:
        return fill(
            desk, kind_name, source.data, lang=lang, stage=stage, activity=activity, part=part
        )
    except InputError as error:
        raise InputError(source.placed(error.problems)) from None


def to_pdf(desk: Desk, document: Document, *, urgent: bool = True) -> Converted:
    """The document as PDF, with the fonts that served. Raises EngineError, which names the kind."""
    # Not document.name: a member's name stands in it.
    return desk.converter.convert(document.docx, name=document.kind, urgent=urgent)


def fill_front(desk: Desk, name: str, raw: Mapping[str, Any], *, lang: Lang) -> bytes:
    """A front sheet of a bundle (`cover`, `contents`, `separator`) as Word."""
    kind = desk.catalog.front(name)
    answers = check(kind.form, raw)
    template = desk.templates.load(template_bytes(kind, lang), file=f"front/{name}")
    return template.fill(present(answers, lang=lang))
