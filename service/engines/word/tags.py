"""The edge, Word: every dotted name that a template may look up, read off the syntax tree."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from jinja2 import nodes

_Paths = frozenset[str]
_NOTHING: _Paths = frozenset()
# Filters that give the same things, or one of them, back.
_SAME = frozenset(
    {"batch", "d", "default", "dictsort", "first", "groupby", "items", "last", "list", "map", "max"}
    | {"min", "reject", "rejectattr", "reverse", "select", "selectattr", "slice", "sort", "unique"}
)
# Filters that name an attribute of the items; the position of that name among the arguments.
_BY_ATTRIBUTE = {
    "selectattr": 0, "rejectattr": 0, "groupby": 0, "map": -1, "sort": 2, "sum": 0,
    "join": 1, "unique": 1, "min": 1, "max": 1,
}  # fmt: skip
_ENTRIES = frozenset({"items", "keys", "values", "get"})


def tags_of(tree: nodes.Template) -> frozenset[str]:
    """Dotted names looked up, loops followed: `for t in tasks`, `t.problem` -> `tasks.problem`."""
    found: set[str] = set()
    _Walk(found).body(tree.body, {})
    return frozenset(found)


_Scope = Mapping[str, _Paths]


class _Walk:
    """Follows names through loops, assignments and macros; `scope` holds what local names mean."""

    def __init__(self, found: set[str]) -> None:
        self._found = found

    def body(self, body: list[nodes.Node], scope: _Scope) -> None:
        """A sequence of statements; an assignment holds for those after it."""
        names = dict(scope)
        for node in body:
            self._statement(node, names)

    def _statement(self, node: nodes.Node, names: dict[str, _Paths]) -> None:
        if isinstance(node, nodes.For):
            self._loop(node, names)
        elif isinstance(node, nodes.If):
            self._expression(node.test, names)
            for branch in (node.body, list[nodes.Node](node.elif_), node.else_):
                self.body(branch, names)
        elif isinstance(node, nodes.Assign):
            names |= dict.fromkeys(_names(node.target), self._expression(node.node, names))
        elif isinstance(node, nodes.AssignBlock):
            self.body(node.body, names)
            names |= dict.fromkeys(_names(node.target), _NOTHING)
        elif isinstance(node, nodes.With):
            self._with(node, names)
        elif isinstance(node, nodes.Macro | nodes.CallBlock):
            self._macro(node, names)
        else:
            self._other(node, names)

    def _other(self, node: nodes.Node, names: dict[str, _Paths]) -> None:
        for child in node.iter_child_nodes():
            if isinstance(child, nodes.Expr):
                self._expression(child, names)
            else:
                self._statement(child, names)

    def _loop(self, node: nodes.For, scope: _Scope) -> None:
        paths = self._expression(node.iter, scope)
        inner = {**scope, **dict.fromkeys(_names(node.target), paths), "loop": _NOTHING}
        if node.test is not None:
            self._expression(node.test, inner)
        self.body(node.body, inner)
        self.body(node.else_, scope)

    def _with(self, node: nodes.With, scope: _Scope) -> None:
        inner = dict(scope)
        for target, value in zip(node.targets, node.values, strict=True):
            inner |= dict.fromkeys(_names(target), self._expression(value, scope))
        self.body(node.body, inner)

    def _macro(self, node: nodes.Macro | nodes.CallBlock, names: dict[str, _Paths]) -> None:
        for default in node.defaults:
            self._expression(default, names)
        if isinstance(node, nodes.CallBlock):
            self._expression(node.call, names)
        else:
            names[node.name] = _NOTHING
        inside = ["caller", "varargs", "kwargs", *(a.name for a in node.args)]
        self.body(node.body, {**names, **dict.fromkeys(inside, _NOTHING)})

    def _expression(self, node: nodes.Node, scope: _Scope) -> _Paths:
        """Notes what an expression looks up; says what its value is a piece of."""
        paths = self._paths(node, scope)
        self._found |= paths
        return paths

    def _paths(self, node: nodes.Node, scope: _Scope) -> _Paths:
        if isinstance(node, nodes.Name):
            return scope.get(node.name, frozenset({node.name}))
        if isinstance(node, nodes.Getattr):
            return _below(self._paths(node.node, scope), node.attr)
        if isinstance(node, nodes.Getitem):
            return self._entry(node, scope)
        if isinstance(node, nodes.Filter) and node.node is not None:
            return self._filtered(node, scope)
        if isinstance(node, nodes.Call):
            return self._called(node, scope)
        parts = [self._expression(child, scope) for child in _expressions(node)]
        either = isinstance(node, nodes.CondExpr | nodes.And | nodes.Or)
        return frozenset().union(*parts) if either else _NOTHING

    def _entry(self, node: nodes.Getitem, scope: _Scope) -> _Paths:
        inner = self._paths(node.node, scope)
        if isinstance(node.arg, nodes.Const) and isinstance(node.arg.value, str):
            return _below(inner, node.arg.value)
        self._found |= inner
        self._other(nodes.Output([node.arg]), dict(scope))
        return inner

    def _filtered(self, node: nodes.Filter, scope: _Scope) -> _Paths:
        assert node.node is not None
        inner = self._expression(node.node, scope)
        for child in (*node.args, *(pair.value for pair in node.kwargs)):
            self._expression(child, scope)
        if attribute := _attribute(node):
            below = _below(inner, attribute)
            self._found |= below
            if node.name == "map":
                return below
        return inner if node.name in _SAME else _NOTHING

    def _called(self, node: nodes.Call, scope: _Scope) -> _Paths:
        for child in (*node.args, *(pair.value for pair in node.kwargs)):
            self._expression(child, scope)
        if not isinstance(node.node, nodes.Getattr):
            self._paths(node.node, scope)
            return _NOTHING
        inner = self._expression(node.node.node, scope)
        return inner if node.node.attr in _ENTRIES else _NOTHING


def _names(target: nodes.Node) -> Iterator[str]:
    if isinstance(target, nodes.Name):
        yield target.name
    for child in target.find_all(nodes.Name):
        yield child.name


def _below(paths: _Paths, name: str) -> _Paths:
    return frozenset(f"{path}.{name}" for path in paths)


def _expressions(node: nodes.Node) -> Iterator[nodes.Expr]:
    for child in node.iter_child_nodes():
        if isinstance(child, nodes.Expr):
            yield child
        else:
            yield from _expressions(child)


def _attribute(node: nodes.Filter) -> str:
    """The attribute's name that a filter is given, or ""."""
    for pair in node.kwargs:
        if pair.key == "attribute" and isinstance(pair.value, nodes.Const):
            return str(pair.value.value)
    position = _BY_ATTRIBUTE.get(node.name, -1)
    given = node.args[position] if 0 <= position < len(node.args) else None
    is_name = isinstance(given, nodes.Const) and isinstance(given.value, str)
    return given.value if is_name else ""  # type: ignore[union-attr]
