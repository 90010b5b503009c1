"""The edge, Word: a part's source becomes code once, and renders with docxtpl's results."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from jinja2 import Environment, Template, nodes
from jinja2.visitor import NodeTransformer
from lxml import etree
from markupsafe import escape

from service.engines.word.environment import BREAK, ENVIRONMENT
from service.engines.word.parts import DECLARATION, STOCK, Kind, PartSource
from service.engines.word.tables import has_unsteady_table

# docxtpl lets a template write {_{ where a reader shall see {{ (and so on).
_ESCAPED = (("{_{", "{{"), ("}_}", "}}"), ("{_%", "{%"), ("%_}", "%}"))
_LEAF = re.compile(r"<(?:w:t|w:delText|a:t|m:t|wp:\w+|w:instrText)(?: [^<>]*)?(?<!/)>\Z")
_TAB_IN_ATTRIBUTE = re.compile(r'="[^"<>]*\t[^"<>]*"')
_PICTURE_ID = re.compile(r'(<wp:docPr\b[^<>]*?\bid=")[^"]*(")')


class _Plain(NodeTransformer):
    """`x.items` means the entry of a mapping, as the author of a form means it."""

    def visit_Call(self, node: nodes.Call) -> nodes.Node:
        """Leaves what is called alone: `x.items()` is the method."""
        for name in ("args", "kwargs"):
            setattr(node, name, [self.visit(child) for child in getattr(node, name)])
        if isinstance(node.node, nodes.Getattr):
            node.node.node = self.visit(node.node.node)
        return node

    def visit_Getattr(self, node: nodes.Getattr) -> nodes.Node:
        """Entry first, which is also the faster look-up; `loop.index` stays an attribute."""
        inner = self.visit(node.node)
        if isinstance(inner, nodes.Name) and inner.name == "loop":
            return node
        key = nodes.Const(node.attr, lineno=node.lineno)
        return nodes.Getitem(inner, key, node.ctx, lineno=node.lineno)


def parse(
    source: str, *, kind: Kind = "body", environment: Environment = ENVIRONMENT
) -> nodes.Template:
    """The syntax tree that is compiled: docxtpl's meaning, mapping entries before methods."""
    tree = environment.parse(source)
    for data in tree.find_all(nodes.TemplateData):
        for written, meant in _ESCAPED:
            data.data = data.data.replace(written, meant)
        if kind == "properties":
            data.data = str(escape(data.data))
    _Plain().visit(tree)
    tree.set_environment(environment)
    return tree


def template_of(tree: nodes.Template, *, environment: Environment = ENVIRONMENT) -> Template:
    """Code for a syntax tree."""
    return Template.from_code(environment, environment.compile(tree), {}, None)


@dataclass(frozen=True, kw_only=True)
class CompiledPart:
    """A part that is filled.

    Attributes:
        part: member name.
        kind: what it is.
        pieces: finished XML and templates in turn.
        listing: docxtpl's newline and tab pass is always needed (the template itself has some).
        tables: docxtpl's column repair is needed (rows may differ from the table's grid).
        pictures: ids of drawings are numbered anew.
        misplaced: a tag stands where only rich content may stand.
    """

    part: str
    kind: Kind
    pieces: tuple[str | Template, ...]
    listing: bool
    tables: bool
    pictures: bool
    misplaced: bool

    @property
    def constant(self) -> bool:
        """True where nothing depends on the context."""
        return all(isinstance(piece, str) for piece in self.pieces)

    @property
    def unfilled(self) -> str:
        """The part's finished XML without what is filled in."""
        return "".join(piece for piece in self.pieces if isinstance(piece, str))

    def render(self, context: Mapping[str, Any]) -> str:
        """The part's XML, before anything is checked."""
        xml = "".join(p if isinstance(p, str) else p.render(context) for p in self.pieces)
        if self.kind == "properties":
            return xml.replace(BREAK, "\n")
        if self.listing or "\t" in xml:
            xml = _listed(xml)
        if self.pictures:
            xml = _numbered_pictures(xml)
        return _repaired(xml) if self.tables else xml


def compile_part(source: PartSource) -> CompiledPart:
    """Compiles every piece of a part.

    Raises:
        jinja2.TemplateSyntaxError: where the template was not proved before.
    """
    body = source.kind == "body"
    whole = "".join(source.sources)
    trees = [parse(text, kind=source.kind) for text in source.sources]
    pieces: list[str | Template] = list(source.pieces)
    pieces[1::2] = [_constant(tree) or template_of(tree) for tree in trees]
    return CompiledPart(
        part=source.part,
        kind=source.kind,
        pieces=tuple(pieces),
        listing="\t" in whole or STOCK.resolve_listing(whole) != whole,
        tables=body and has_unsteady_table(whole),
        pictures=body and "<wp:docPr" in whole,
        misplaced=source.kind != "properties" and any(map(_has_misplaced, trees)),
    )


def _constant(tree: nodes.Template) -> str:
    """The text of a template without any tag, else ""."""
    only_data = all(
        isinstance(child, nodes.Output)
        and all(isinstance(item, nodes.TemplateData) for item in child.nodes)
        for child in tree.body
    )
    return "".join(data.data for data in tree.find_all(nodes.TemplateData)) if only_data else ""


def _in_order(node: nodes.Node) -> Iterator[nodes.Node]:
    """Text and printed expressions in the order of the page."""
    for child in node.iter_child_nodes():
        if isinstance(node, nodes.Output):
            yield child
        else:
            yield from _in_order(child)


def _has_misplaced(tree: nodes.Template) -> bool:
    """True where a value would land between elements, where Word does not show it."""
    before = ""
    for node in _in_order(tree):
        if isinstance(node, nodes.TemplateData):
            before += node.data
            continue
        end = before.rfind(">") + 1
        in_attribute = "<" in before[end:]
        if not in_attribute and not _LEAF.search(before[before.rfind("<", 0, end) : end]):
            return True
    return False


def _listed(xml: str) -> str:
    """Docxtpl's tabs and newlines; its page breaks for FF and paragraphs for BEL are no text."""
    if "\a" in xml or "\f" in xml:
        raise ValueError
    xml = STOCK.resolve_listing(xml)
    if _TAB_IN_ATTRIBUTE.search(xml):  # every XML reader turns it into a space
        raise ValueError
    return xml


def _numbered_pictures(xml: str) -> str:
    """As docxtpl does, from 1001: copies of a drawing must not share an id."""
    number = 1000

    def next_id(hit: re.Match[str]) -> str:
        nonlocal number
        number += 1
        return f"{hit.group(1)}{number}{hit.group(2)}"

    return _PICTURE_ID.sub(next_id, xml)


def _repaired(xml: str) -> str:
    """Docxtpl's column repair; it would swallow broken XML, which is looked for before."""
    etree.fromstring(xml.encode())
    tree = STOCK.fix_tables(xml.encode())
    return DECLARATION + str(etree.tostring(tree, encoding="unicode"))
