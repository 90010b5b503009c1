"""The edge, Word: pictures, sub-documents and rich text go through docxtpl itself, same safety."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from docxtpl import DocxTemplate, InlineImage
from lxml import etree

from service.engines.word.archive import Archive
from service.engines.word.compile import CompiledPart
from service.engines.word.context import RICH, refuse_bad_characters
from service.engines.word.environment import ENVIRONMENT, Recording
from service.engines.word.package import Package, read_package, safe_parser
from service.engines.word.parts import DECLARATION
from service.engines.word.readback import damaged, lost, plain
from service.engines.word.refusals import not_fillable

_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_STUBS = {"footnotes": f'{DECLARATION}<w:footnotes xmlns:w="{_W}"/>'}


def fill_rich(
    package: Package, parts: Sequence[CompiledPart], context: Mapping[str, Any], *, file: str
) -> bytes:
    """Fills by stock docxtpl in our environment; read back over the text that a reader sees.

    A picture may be made without a template (`InlineImage(None, path)`); it is given ours.

    Raises:
        DefinitionError, InputError, EngineError: as `WordTemplate.fill`.
    """
    refuse_bad_characters(context)
    ours = [part for part in parts if part.kind in {"properties", "footnotes"}]
    template = _template(package.replaced(dict(map(_without_tags, ours))), context)
    try:
        with Recording() as values:
            template.render(dict(context), jinja_env=ENVIRONMENT)
            # Docxtpl escapes properties twice and fills footnotes once for each section.
            filled = {part.part: part.render(context).encode() for part in ours}
    except Exception as error:  # python-docx has its own for every bad picture
        raise not_fillable(error, package.document, file) from None
    made = io.BytesIO()
    template.save(made)
    members = {**read_package(made.getvalue(), file=file).members, **filled}
    _read_back(package, members, values, context)
    return Archive(members).write(())


def _without_tags(part: CompiledPart) -> tuple[str, bytes]:
    text = _STUBS.get(part.kind) or "".join(p for p in part.pieces if isinstance(p, str))
    return part.part, text.encode()


def _template(package: Package, context: Mapping[str, Any]) -> Any:
    """Docxtpl's template; a sub-document's parts are in the one that it was made for."""
    template = DocxTemplate(io.BytesIO(Archive(package.members).write(())))
    for value in _rich(context):
        if isinstance(value, InlineImage):
            value.tpl = template
        elif getattr(value, "subdocx", None) is not None:
            template = value.tpl
    return template


def _rich(value: Any) -> Iterator[Any]:
    if isinstance(value, RICH):
        yield value
    elif isinstance(value, Mapping):
        for item in value.values():
            yield from _rich(item)
    elif isinstance(value, list):
        for item in value:
            yield from _rich(item)


def _read_back(
    package: Package,
    members: Mapping[str, bytes],
    values: list[str],
    context: Mapping[str, Any],
) -> None:
    """Docxtpl swallows broken XML and rewrites `{_{`: whatever is missing then is found here."""
    whole = "\x00".join(_seen(members))
    for value in values:
        if plain(value) not in whole:
            raise lost(package.document, value, context)


def _seen(members: Mapping[str, bytes]) -> Iterator[str]:
    """Texts and attributes of every part."""
    for name, data in members.items():
        if not name.endswith(".xml"):
            continue
        try:
            root = etree.fromstring(data, safe_parser(blanks=True))
        except etree.XMLSyntaxError:
            raise damaged(name) from None
        yield "".join(map(str, root.itertext()))
        for element in root.iter():
            yield from map(str, element.values())
