"""The edge, Word: what a template's tags may do, read off the syntax tree before anything runs."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from jinja2 import nodes

MAX_LOOP_DEPTH = 4
MAX_NUMBER = 10_000
"""Largest number in a product or handed to a filter or method; comparing is free."""
METHODS = frozenset(
    {"items", "keys", "values", "get", "strip", "lstrip", "rstrip", "split", "upper", "lower"}
    | {"title", "startswith", "endswith"}
)
"""What may be called, on any value."""
_LOOP_METHODS = frozenset({"cycle", "changed"})
_FETCHING = (nodes.Include, nodes.Import, nodes.FromImport, nodes.Extends)
_GROWING = (nodes.Filter, nodes.Call, nodes.Mul, nodes.Slice)
_INTERNAL = frozenset({"mro", "format", "format_map"})
_STRAY = re.compile(r"<[^<>]*>|(\}\}|%\})")


@dataclass(frozen=True, kw_only=True)
class Broken:
    """A rule that a tag breaks: the problem's code and the line of the source."""

    code: str
    line: int


def broken_rules(tree: nodes.Template) -> Iterator[Broken]:
    """Everything in the tree that a template may not do."""
    macros = {macro.name for macro in tree.find_all(nodes.Macro)}
    for node in tree.find_all(nodes.Node):
        code = _code(node, macros)
        if code:
            yield Broken(code=code, line=node.lineno)
    for data in tree.find_all(nodes.TemplateData):
        yield from _stray(data)
    yield from _deep_loops(tree, 0)


def _code(node: nodes.Node, macros: set[str]) -> str:
    if isinstance(node, _FETCHING) or _is_internal(node):
        return "template_unsafe"
    if isinstance(node, nodes.Call) and not _may_be_called(node.node, macros):
        return "template_unsafe"
    return "template_too_costly" if _is_costly(node) else ""


def _stray(data: nodes.TemplateData) -> Iterator[Broken]:
    """Closing signs left over in the text: their tag was not opened as it must be."""
    for hit in _STRAY.finditer(data.data):
        if hit.group(1):
            line = data.lineno + data.data.count("\n", 0, hit.start())
            yield Broken(code="template_syntax", line=line)


def _is_internal(node: nodes.Node) -> bool:
    if isinstance(node, nodes.Getattr):
        return node.attr.startswith("_") or node.attr in _INTERNAL
    if isinstance(node, nodes.Name):
        return node.name == "self" or node.name.startswith("__")
    if isinstance(node, nodes.Getitem) and isinstance(node.arg, nodes.Const):
        return str(node.arg.value).startswith("_") or node.arg.value in _INTERNAL
    return isinstance(node, nodes.Const) and "__" in str(node.value)


def _may_be_called(callee: Any, macros: set[str]) -> bool:
    if isinstance(callee, nodes.Name):
        return callee.name in macros or callee.name == "caller"
    if not isinstance(callee, nodes.Getattr):
        return False
    if isinstance(callee.node, nodes.Name) and callee.node.name == "loop":
        return callee.attr in _LOOP_METHODS
    return callee.attr in METHODS


def _is_costly(node: nodes.Node) -> bool:
    if isinstance(node, _GROWING) and any(map(_is_large, node.find_all(nodes.Const))):
        return True
    if isinstance(node, nodes.For):
        return node.recursive
    if isinstance(node, nodes.Mul):
        return not any(map(_is_number, (node.left, node.right))) or _repeats(node)
    if isinstance(node, nodes.Mod):
        # With a text on the left it is formatting: `%1000000000d`.
        return not _is_count(node.left)
    if isinstance(node, nodes.Filter) and node.name in {"batch", "slice", "round", "truncate"}:
        return not all(isinstance(arg, nodes.Const) for arg in node.args[:1])
    return isinstance(node, nodes.Pow)


def _is_large(node: nodes.Const) -> bool:
    return isinstance(node.value, int | float) and abs(node.value) > MAX_NUMBER


def _is_number(node: nodes.Node) -> bool:
    return isinstance(node, nodes.Const) and isinstance(node.value, int | float)


def _repeats(node: nodes.Mul) -> bool:
    """A product inside a product, or a text or list written out and repeated."""
    sides = (node.left, node.right)
    texts = any(isinstance(s, nodes.Const) and isinstance(s.value, str) for s in sides)
    lists = any(isinstance(s, nodes.List | nodes.Tuple | nodes.Mul) for s in sides)
    return texts or lists


def _is_count(node: nodes.Node) -> bool:
    if isinstance(node, nodes.Getattr):
        node = node.node
        return isinstance(node, nodes.Name) and node.name == "loop"
    if isinstance(node, nodes.Filter):
        return node.name in {"length", "count", "int"}
    if isinstance(node, nodes.Add | nodes.Sub):
        return _is_count(node.left) and _is_count(node.right)
    return _is_number(node)


def _deep_loops(node: nodes.Node, depth: int) -> Iterator[Broken]:
    for child in node.iter_child_nodes():
        inner = depth + isinstance(child, nodes.For)
        if inner > MAX_LOOP_DEPTH:
            yield Broken(code="template_too_costly", line=child.lineno)
        else:
            yield from _deep_loops(child, inner)
