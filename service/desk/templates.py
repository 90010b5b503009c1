"""Word templates from layouts, and the starter of a new kind: the same builder."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from service.catalog import Kind
from service.core.layout.blocks import Layout, parse_layout
from service.desk.tools import Desk
from service.errors import LANGS, ConflictError, InputError, problem
from service.source import write_source


def build_templates(desk: Desk, names: tuple[str, ...] = ()) -> Iterator[tuple[Path, bytes]]:
    """Every Word template of the kinds (and, where no name is given, of the front sheets).

    Yields:
        (file, content); equal layouts give equal bytes.
    """
    kinds = [desk.catalog.kind(name) for name in names or desk.catalog.kinds()]
    if not names:
        kinds += [desk.catalog.front(name) for name in desk.catalog.fronts()]
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
    if not name.isidentifier() or not name.isascii() or name != name.lower():
        zh, en = "只能用小写字母、数字和下划线。", "use lower-case letters, digits and _ only."
        raise InputError(problem("bad_name", zh, en, path=name))
    home = folder / "docx" / name
    if name in desk.catalog.kinds() or home.exists():
        zh, en = f"已有文书种类“{name}”。", f"the kind {name} exists already."
        raise ConflictError(problem("kind_exists", zh, en))
    form = desk.catalog.read_form(form_file, name)
    proposal = desk.builder.propose(form)
    kind = Kind(name=name, folder=home, form=form)
    layout = parse_layout(proposal, file=str(home / "layout.yaml"))
    return [
        (home / "form.yaml", form_file.read_bytes()),
        (home / "layout.yaml", write_source(proposal)),
        *_built(desk, kind, layout),
    ]
