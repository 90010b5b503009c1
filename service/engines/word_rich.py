"""The edge, Word: pictures, sub-documents and rich text go through docxtpl itself, same safety."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from docxtpl import DocxTemplate, InlineImage
from jinja2 import TemplateError
from lxml import etree

from service.engines.word_archive import Archive
from service.engines.word_compile import CompiledPart
from service.engines.word_context import RICH, refuse_bad_characters
from service.engines.word_environment import ENVIRONMENT, Recording
from service.engines.word_package import Package, read_package, safe_parser
from service.engines.word_readback import damaged, lost, plain
from service.engines.word_refusals import not_fillable

_LEAVES = etree.XPath("//*[not(*)]", smart_strings=False)


def fill_rich(
    package: Package, parts: Sequence[CompiledPart], context: Mapping[str, Any], *, file: str
) -> bytes:
    """Fills by stock docxtpl in our environment; read back over the text that a reader sees.

    A picture may be made without a template (`InlineImage(None, path)`); it is given ours.

    Raises:
        DefinitionError, InputError, EngineError: as `WordTemplate.fill`.
    """
    refuse_bad_characters(context)
    template = DocxTemplate(io.BytesIO(Archive(package.members).write(())))
    for value in _rich(context):
        if isinstance(value, InlineImage):
            value.tpl = template
        elif getattr(value, "subdocx", None) is not None:
            # A sub-document's parts were added to the template that it was made for.
            template = value.tpl
    try:
        with Recording() as values:
            template.render(dict(context), jinja_env=ENVIRONMENT)
    except (TemplateError, TypeError, ValueError, ArithmeticError, LookupError, OSError) as error:
        raise not_fillable(error, package.document, file) from None
    made = io.BytesIO()
    template.save(made)
    members = dict(read_package(made.getvalue(), file=file).members)
    members |= _ours(parts, context, members)
    _read_back(package, members, values, context)
    return Archive(members).write(())


def _ours(
    parts: Sequence[CompiledPart], context: Mapping[str, Any], members: Mapping[str, bytes]
) -> Iterator[tuple[str, bytes]]:
    """Properties filled by ours: docxtpl escapes them twice."""
    for part in parts:
        if part.kind == "properties" and part.part in members:
            yield part.part, part.render(context).encode()


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
    seen: list[str] = []
    for name, data in members.items():
        if name.endswith(".xml"):
            try:
                root = etree.fromstring(data, safe_parser(blanks=True))
            except etree.XMLSyntaxError:
                raise damaged(name) from None
            seen += [
                "".join(map(str, root.itertext())),
                *(str(v) for e in root.iter() for v in e.values()),
            ]
    whole = "\x00".join(seen)
    for value in values:
        if plain(value) not in whole:
            raise lost(package.document, value, context)
