"""A new kind by the administrator: tried first, then put into service in one step.

What is tried lies in the unit's template folder, where no catalog looks for kinds; the renaming of
its folder puts it into service. Every process looks at the folders anew, so none is restarted.
"""

from __future__ import annotations

import re
import secrets
import shutil
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from service.catalog import Kind
from service.core.definition import FormDefinition
from service.core.people import Person
from service.core.specimen import example
from service.desk.files import not_written, write_whole
from service.desk.fill import Document, produce
from service.desk.kinds import template_problems
from service.desk.once import Keep, unkept
from service.desk.templates import bad_name, good_name, kind_exists, starter
from service.desk.tools import Desk
from service.errors import (
    LANGS,
    ConflictError,
    EngineError,
    GongwenError,
    InputError,
    Lang,
    NotFoundError,
    Problem,
    problem,
)

Facts = Callable[[Lang], Mapping[str, Any]]
"""The activity's, in a language."""
EXAMPLE = """\
title: {zh: 请示, en: Request}
include: [envelope]
sections:
  - title: {zh: 正文, en: Text}
    fields:
      - {name: reason, type: paragraphs, label: {zh: 缘由, en: Reason}, required: true}
      - {name: amount, type: integer, min: 1, label: {zh: 金额（元）, en: Amount (yuan)}}
      - name: items
        type: table
        label: {zh: 请示事项, en: Matters}
        fields:
          - {name: text, type: text, label: {zh: 事项, en: Matter}, required: true}
"""
"""What somebody may begin with: the README's own, and it works as it is."""
_COMING = ".coming"
_TOKEN = re.compile(r"[0-9a-f]{32}")
_DAY = 24 * 3600


@dataclass(frozen=True, kw_only=True)
class Proposal:
    """What the administrator hands in.

    Attributes:
        name: of the kind.
        form: the text of its form.yaml.
        templates: Word templates of the unit's own, file name and content; built where not given.
    """

    name: str
    form: str
    templates: Mapping[Lang, tuple[str, bytes]] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Trial:
    """A kind that was tried and may be put into service.

    Attributes:
        token: what it is put into service by.
        kind: as it will be.
        papers: one in each language, every field holding its own label.
    """

    token: str
    kind: Kind
    papers: Mapping[Lang, Document]


def try_kind(desk: Desk, proposal: Proposal, facts: Facts) -> Trial:
    """Proves a kind and makes a paper of it; nothing is in service yet.

    Args:
        desk: the catalog, the builder and the engine of templates.
        proposal: what was handed in.
        facts: what prefills and gives choices.

    Raises:
        InputError: everything that is wrong, with file, line and key.
        EngineError: the templates' folder cannot be written, or a proof could not be begun.
    """
    _tidy(desk)
    token = secrets.token_hex(16)
    place = _coming(desk) / token
    try:
        kind = _proved(desk, proposal, place)
        papers = {lang: _paper(desk, kind, lang, facts(lang)) for lang in LANGS}
    except BaseException:
        shutil.rmtree(place, ignore_errors=True)
        raise
    return Trial(token=token, kind=kind, papers=papers)


def put_into_service(desk: Desk, person: Person, token: str, *, keep: Keep = unkept) -> str:
    """Gives a tried kind to everybody; its name.

    Args:
        desk: the catalog and the store.
        person: who does it, for the trail.
        token: of the trial.
        keep: called with the name in the transaction.

    Raises:
        NotFoundError: it was tried more than a day ago, or is in service already.
        ConflictError: somebody was faster with this name.
    """
    tried = _tried(desk, token)
    home = desk.catalog.own / "docx" / tried.name
    if tried.name in desk.catalog.kinds():
        raise ConflictError(kind_exists(tried.name, "name"))
    with desk.store.write() as session:
        desk.store.trail.note(session, person.id, "kind_added", "kind", tried.name)
        keep(session, tried.name)
        try:
            home.parent.mkdir(parents=True, exist_ok=True)
            tried.rename(home)
        except OSError as error:
            if home.exists():
                raise ConflictError(kind_exists(tried.name, "name")) from None
            raise not_written(home, error) from None
    with suppress(OSError):
        tried.parent.rmdir()
    return tried.name


def tried_form(desk: Desk, token: str) -> str:
    """The definition of a tried kind, as it was handed in. Raises NotFoundError."""
    return (_tried(desk, token) / "form.yaml").read_text("utf-8")


def tried_template(desk: Desk, token: str, lang: Lang) -> tuple[str, bytes]:
    """Name of a tried kind, and its Word template, to be edited in Word. Raises NotFoundError."""
    tried = _tried(desk, token)
    return tried.name, (tried / f"template.{lang}.docx").read_bytes()


def tried_paper(desk: Desk, token: str, lang: Lang, facts: Facts) -> Document:
    """The trial paper of a tried kind, made again. Raises NotFoundError."""
    folder = _tried(desk, token)
    form = desk.catalog.read_form(folder / "form.yaml", folder.name)
    return _paper(desk, Kind(name=folder.name, folder=folder, form=form), lang, facts(lang))


def _proved(desk: Desk, proposal: Proposal, place: Path) -> Kind:
    problems = list(_wrong_name(desk, proposal.name))
    folder = place / (proposal.name if good_name(proposal.name) else "kind")
    form, wrong = _read_form(desk, proposal, folder)
    problems += wrong
    own: dict[str, bytes] = {}
    for lang, (file, docx) in proposal.templates.items():
        own[f"template.{lang}.docx"] = docx
        problems += _unfit(desk, docx, file)
    if form is None or problems:
        raise InputError(problems)
    kind = Kind(name=proposal.name, folder=folder, form=form)
    try:
        for path, data in starter(desk, kind):
            write_whole(path, own.get(path.name, data))
        problems += template_problems(desk, kind)
    except EngineError:
        raise
    except GongwenError as error:
        problems += error.problems
    if problems:
        names = {f"template.{lang}.docx": name for lang, (name, _) in proposal.templates.items()}
        raise InputError(_as_handed_in(one, names) for one in problems)
    return kind


def _wrong_name(desk: Desk, name: str) -> Iterator[Problem]:
    if not good_name(name):
        yield bad_name("name")
    elif name in desk.catalog.kinds():
        yield kind_exists(name, "name")


def _read_form(
    desk: Desk, proposal: Proposal, folder: Path
) -> tuple[FormDefinition | None, tuple[Problem, ...]]:
    file = folder / "form.yaml"
    if not proposal.form.strip():
        zh, en = "还没有表单定义。", "There is no definition yet."
        return None, (problem("required", zh, en, path="form"),)
    write_whole(file, proposal.form.encode("utf-8", "replace"))
    try:
        return desk.catalog.read_form(file, proposal.name), ()
    except GongwenError as error:
        return None, error.problems


def _unfit(desk: Desk, docx: bytes, file: str) -> tuple[Problem, ...]:
    """Told together with what is wrong with the form: its author mends both at once."""
    try:
        desk.templates.load(docx, file=file)
    except EngineError:
        raise
    except GongwenError as error:
        return error.problems
    return ()


def _as_handed_in(found: Problem, names: Mapping[str, str]) -> Problem:
    name = Path(found.file).name
    return replace(found, file=names.get(name, name))


def _paper(desk: Desk, kind: Kind, lang: Lang, activity: Mapping[str, Any]) -> Document:
    answers = example(kind.form, activity, lang)
    return produce(desk, kind, answers, lang=lang, activity=activity)


def _coming(desk: Desk) -> Path:
    return desk.catalog.own / _COMING


def _tried(desk: Desk, token: str) -> Path:
    place = _coming(desk) / token
    found = list(place.iterdir()) if _TOKEN.fullmatch(token) and place.is_dir() else []
    if not found:
        zh, en = (
            "试做已过期或已启用；请再试做一次。",
            "The trial is too old, or in service already; try again.",
        )
        raise NotFoundError(problem("no_trial", zh, en))
    return found[0]


def _tidy(desk: Desk) -> None:
    """Throws away what was tried a day ago."""
    for place in _coming(desk).glob("*"):
        with suppress(OSError):
            if time.time() - place.stat().st_mtime > _DAY:
                shutil.rmtree(place)
