"""The kinds: listed, and proved one by one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from service.catalog import Kind
from service.core.answers import check
from service.core.prefill import prefill
from service.core.present import present
from service.core.specimen import knows, specimen
from service.desk.activity.files import read_answers, sample_activity
from service.desk.fill import Document, produce
from service.desk.layout import check_layout
from service.desk.tools import Desk
from service.errors import (
    LANGS,
    DefinitionError,
    EngineError,
    GongwenError,
    InputError,
    Lang,
    NotFoundError,
    Problem,
    problem,
)


@dataclass(frozen=True, kw_only=True)
class KindReport:
    """What `gongwen check` found of one kind.

    Attributes:
        name: the kind.
        problems: everything that is broken.
        proved: what was proved, in words, for the reader.
    """

    name: str
    problems: tuple[Problem, ...] = ()
    proved: tuple[str, ...] = field(default=())


def check_kinds(desk: Desk, names: tuple[str, ...] = (), *, pdf: bool = False) -> list[KindReport]:
    """Proves kinds: definition, layout, template tags, samples, and that no answer is lost.

    Args:
        desk: the catalog and the engines.
        names: which kinds; all where empty.
        pdf: read the samples back from their PDF too, and measure the layout (LibreOffice).

    Raises:
        NotFoundError: a name that no kind has.
    """
    unknown = [name for name in names if name not in desk.catalog.kinds()]
    if unknown:
        raise NotFoundError([one for name in unknown for one in _not_found(desk, name)])
    reports = [_check_kind(desk, name, pdf=pdf) for name in names or desk.catalog.kinds()]
    return reports if names else [*reports, *broken_papers(desk)]


def broken_papers(desk: Desk) -> list[KindReport]:
    """A report where the list of papers that activities owe is broken; else none: it is no kind."""
    try:
        desk.catalog.papers()
    except GongwenError as error:
        return [KindReport(name="activity/papers.yaml", problems=error.problems)]
    return []


def _not_found(desk: Desk, name: str) -> tuple[Problem, ...]:
    try:
        desk.catalog.kind(name)
    except GongwenError as error:
        return error.problems
    return ()


def _check_kind(desk: Desk, name: str, *, pdf: bool) -> KindReport:
    problems: list[Problem] = []
    proved: list[str] = []
    try:
        kind = desk.catalog.kind(name)
        proved.append(
            f"form.yaml: {len(list(kind.form.walk()))} fields, {len(kind.form.rules)} rules"
        )
        desk.catalog.layout(kind)
        proved.append("layout.yaml")
    except GongwenError as error:
        return KindReport(name=name, problems=error.problems, proved=tuple(proved))
    used: set[str] = set()
    for lang in LANGS:
        proofs: tuple[Callable[[], Iterator[str]], ...] = (
            partial(_check_template, desk, kind, lang, used),
            partial(_check_samples, desk, kind, lang, pdf=pdf),
        )
        for proof in proofs:
            try:
                proved += proof()
            except EngineError:
                raise  # the machine's fault, not the kind's
            except GongwenError as error:
                problems += error.problems
    if not problems:
        # A block may stand in one language only (an English version has no red letterhead).
        problems += _unused(kind, used)
    # A broken template is met twice: when it is looked at, and when the samples fill it.
    return KindReport(name=name, problems=tuple(dict.fromkeys(problems)), proved=tuple(proved))


def template_problems(desk: Desk, kind: Kind) -> tuple[Problem, ...]:
    """What is wrong with the Word templates of a kind that is in no folder of ours yet."""
    used: set[str] = set()
    problems: list[Problem] = []
    for lang in LANGS:
        try:
            _check_template(desk, kind, lang, used)
        except EngineError:
            raise  # the machine's fault, not the kind's
        except GongwenError as error:
            problems += error.problems
    return tuple(problems or _unused(kind, used))


def _check_template(desk: Desk, kind: Kind, lang: Lang, used: set[str]) -> Iterator[str]:
    """Tags stand among declared fields, `shown.*` and `layout.*`."""
    activity = sample_activity(desk, lang)
    shape = present(specimen(kind.form, activity), lang=lang, activity=activity, everything=True)
    problems: list[Problem] = []
    for part in ("", *kind.parts):
        file = kind.template(lang, part)
        if not file.is_file():
            problems.append(_no_template(file))
            continue
        docx = file.read_bytes()
        desk.templates.load(docx, file=str(file))
        tags = desk.templates.tags(docx, file=str(file))
        used |= tags
        problems += [_unknown_tag(tag, file) for tag in sorted(tags) if not knows(shape, tag)]
    if problems:
        raise DefinitionError(problems)
    return iter([f"template.{lang}.docx: {len(used)} tags"])


def _no_template(file: Path) -> Problem:
    zh, en = "没有 Word 模板；请运行 gongwen templates。", "is missing; run gongwen templates."
    return problem("no_template", zh, en, file=str(file))


def _unknown_tag(tag: str, file: Path) -> Problem:
    return problem(
        "unknown_tag",
        f"模板标签“{tag}”不在表单定义里。",
        f"the template's tag {tag} is not in the form definition.",
        path=tag,
        file=str(file),
    )


def _unused(kind: Kind, used: set[str]) -> Iterator[Problem]:
    """Printing fields that no tag of any template reads; a table counts with each column."""
    for path, asked in kind.form.walk():
        parents = [kind.form.field(path.rsplit(".", n)[0]) for n in range(1, path.count(".") + 1)]
        if not asked.print or any(parent and not parent.print for parent in parents):
            continue
        if not any(_reads(tag, path, switch=asked.type in _SWITCHES) for tag in used):
            yield problem(
                "field_not_printed",
                "要印的填写项没有出现在模板里；请加上标签或写 print: false。",
                "prints, but no tag of a template reads it; add a tag or `print: false`.",
                path=path,
                file=str(kind.folder / "form.yaml"),
            )


# What these say may be which blocks print, not a word of its own.
_SWITCHES = frozenset({"yes_no", "choice"})
_FACETS = ("first", "rest", "joined", "ticks", "short", "oneline", "count", "by")


def _reads(tag: str, path: str, *, switch: bool) -> bool:
    """`tasks.problem` is read by itself, by a facet of it, or through a group of its table."""
    if tag == path or tag.startswith(f"{path}."):
        return True
    head, _, column = path.rpartition(".")
    facets = (*_FACETS, "code") if switch else _FACETS
    shown = [f"{_dot(head)}shown.{facet}.{column}" for facet in facets]
    if any(tag == one or tag.startswith(f"{one}.") for one in shown):
        return True
    table, _, rest = path.partition(".")
    grouped = f"shown.by.{table}."
    if tag.startswith(grouped):
        group, _, after = tag.removeprefix(grouped).partition(".")
        inner = after.removeprefix("rows.")
        return not rest or rest == group or _reads(inner, rest, switch=switch)
    return False


def _dot(head: str) -> str:
    return f"{head}." if head else ""


def _check_samples(desk: Desk, kind: Kind, lang: Lang, *, pdf: bool) -> Iterator[str]:
    """The sample answers pass, fill, and every answer can be read back, from Word and from PDF."""
    folder = desk.samples / lang
    # `plan.yaml`, `plan.team.yaml`; `plan_b.yaml` is another kind's.
    files = sorted({*folder.glob(f"{kind.name}.yaml"), *folder.glob(f"{kind.name}.*.yaml")})
    activity = sample_activity(desk, lang)
    for file in files:
        source = read_answers(file)
        raw, origins = prefill(kind.form, source.data, activity=activity)
        try:
            answers = check(kind.form, raw, stage="file", activity=activity, filled_in=origins)
            for part in ("", *kind.parts):
                document = produce(desk, kind, answers, lang=lang, activity=activity, part=part)
                if pdf:
                    _measure(desk, document, file)
        except InputError as error:
            raise InputError(source.placed(error.problems)) from None
    said = " (Word, PDF)" if pdf else " (Word)"
    return iter([f"samples/{lang}/{file.name}{said}" for file in files])


def _measure(desk: Desk, document: Document, file: Path) -> None:
    """Reads every character back from the PDF, and measures its layout.

    Raises:
        DefinitionError: the rules that are broken, each with its first fault.
    """
    report = check_layout(
        document.docx,
        name=document.name,
        measurer=desk.measurer,
        converter=desk.converter,
        text_of=desk.text_of,
    )
    broken = [
        problem(
            "layout_broken",
            f"{document.name}：{' '.join(one.lines('zh')[:2])}",
            f"{document.name}: {' '.join(one.lines('en')[:2])}",
            file=str(file),
        )
        for one in report.broken
    ]
    if broken:
        raise DefinitionError(broken)


def sample_answers(desk: Desk, kind: str, lang: Lang) -> dict[str, Any] | None:
    """The sample answers of a kind, raw; None where there are none."""
    file = desk.samples / lang / f"{kind}.yaml"
    return dict(read_answers(file).data) if file.is_file() else None


__all__ = [
    "Kind",
    "KindReport",
    "broken_papers",
    "check_kinds",
    "sample_answers",
    "template_problems",
]
