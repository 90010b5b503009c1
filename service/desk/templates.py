"""Word templates from layouts, and the starter of a new kind: the same builder."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from service.catalog import Kind
from service.core.layout.blocks import Layout, parse_layout
from service.desk.tools import Desk
from service.errors import LANGS, ConflictError, InputError, Problem, problem
from service.source import write_source

MOST_IN_A_NAME = 60
"""Characters of a kind's name."""


def build_templates(
    desk: Desk, names: tuple[str, ...] = (), *, within: Path
) -> Iterator[tuple[Path, bytes]]:
    """Every Word template of the kinds named; without names of all kinds and front sheets.

    Args:
        desk: the catalog and the builder.
        names: kinds.
        within: the folder to which "all" is confined: a unit's own templates may have been edited
            in Word, so each of them has to be named.

    Yields:
        (file, content); equal layouts give equal bytes.
    """
    kinds = [desk.catalog.kind(name) for name in names or desk.catalog.kinds()]
    if not names:
        kinds += [desk.catalog.front(name) for name in desk.catalog.fronts()]
        kinds = [one for one in kinds if one.folder.is_relative_to(within)]
    for kind in kinds:
        yield from _built(desk, kind, desk.catalog.layout(kind))


def _built(desk: Desk, kind: Kind, layout: Layout) -> Iterator[tuple[Path, bytes]]:
    for lang in LANGS:
        for part, docx in desk.builder.build(layout, kind.form, lang).items():
            yield kind.template(lang, part), docx


def new_kind(desk: Desk, name: str, form_file: Path, folder: Path) -> list[tuple[Path, bytes]]:
    """A new kind's folder: its form, a proposed layout, and the starter templates.

    Args:
        desk: the catalog and the builder.
        name: the kind's name, a folder name.
        form_file: the definition that the administrator wrote.
        folder: the template folder that the kind goes into.

    Returns:
        (file, content) of everything to be written; nothing is written here.

    Raises:
        InputError: the name cannot be a folder's.
        ConflictError: the kind exists.
        DefinitionError: the form is wrong, with file, line and key.
    """
    home = folder / "docx" / name
    if not good_name(name):
        raise InputError(bad_name(name))
    if name in desk.catalog.kinds() or home.exists():
        raise ConflictError(kind_exists(name))
    kind = Kind(name=name, folder=home, form=desk.catalog.read_form(form_file, name))
    return [(home / "form.yaml", form_file.read_bytes()), *starter(desk, kind)]


def starter(desk: Desk, kind: Kind) -> list[tuple[Path, bytes]]:
    """The proposed layout of a kind, and the Word templates built by it."""
    proposal = desk.builder.propose(kind.form)
    file = kind.folder / "layout.yaml"
    layout = parse_layout(proposal, file=str(file))
    return [(file, write_source(proposal)), *_built(desk, kind, layout)]


def good_name(name: str) -> bool:
    """Whether a kind may be called so: its name is a folder's, and stands in addresses."""
    plain = name.isidentifier() and name.isascii() and name == name.lower()
    return plain and len(name) <= MOST_IN_A_NAME


def bad_name(path: str) -> Problem:
    """What a kind's name must be."""
    zh = f"只能用小写字母、数字和下划线，以字母开头，至多{MOST_IN_A_NAME}个。"
    en = f"use lower-case letters, digits and _ only, a letter first, at most {MOST_IN_A_NAME}."
    return problem("bad_name", zh, en, path=path)


def kind_exists(name: str, path: str = "") -> Problem:
    """The name is taken."""
    zh, en = f"已有文书种类“{name}”。", f"the kind {name} exists already."
    return problem("kind_exists", zh, en, path=path)
