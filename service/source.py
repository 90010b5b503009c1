"""YAML and JSON files as plain values that still know their lines."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import yaml

from service.errors import InputError, NotFoundError, Problem, problem

MAX_BYTES = 4_000_000
_DEEPEST = 100
_SHALLOW_ENOUGH = 10_000
"""Characters; libyaml's composer overruns the stack of the process at 20 000 levels or more."""
_TEXT_OR_TREE = {f"tag:yaml.org,2002:{one}" for one in ("str", "map", "seq")}
_PAIR = re.compile(r"(?<!\\)((?:\\\\)*)\\u(d[89ab][0-9a-f]{2})\\u(d[c-f][0-9a-f]{2})", re.I)


@dataclass(frozen=True, kw_only=True)
class Source:
    """A file's plain content, and the line (from 1) of each key path."""

    file: str
    data: Any
    lines: dict[str, int]

    def placed(self, problems: Iterable[Problem]) -> tuple[Problem, ...]:
        """The problems with the line of their key, or of its nearest parent."""
        return tuple(self._placed(one) for one in problems)

    def _placed(self, found: Problem) -> Problem:
        if found.line or found.file not in {"", self.file}:
            return found
        path = found.path
        while path and path not in self.lines:
            path = path.rpartition(".")[0]
        return replace(found, file=self.file, line=self.lines.get(path, 1))


# libyaml reads the definitions eight times faster; wheels have it, source builds may not.
class _Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
    """SafeLoader that changes nothing in silence.

    YAML 1.1 turns 0012 into 10, 12:30 into 750, yes and 是 into surprises, and 2014-02-30 into an
    error without a field; here a value is a number or true/false only where it is plainly written
    so, and dates stay text until their field reads them.
    """


_Loader.yaml_implicit_resolvers = {}
_PLAIN = {
    "tag:yaml.org,2002:bool": re.compile(r"^(?:true|false)$"),
    # Longer ones are numbers of accounts, not counts: text, for int() has a limit.
    "tag:yaml.org,2002:int": re.compile(r"^(?:0|-?[1-9][0-9]{0,17})$"),
    "tag:yaml.org,2002:null": re.compile(r"^(?:~|null|)$"),
    "tag:yaml.org,2002:merge": re.compile(r"^(?:<<)$"),
}
for (_tag, _pattern), _first in zip(
    _PLAIN.items(), ("tf", "-0123456789", "~n\0", "<"), strict=True
):
    _Loader.add_implicit_resolver(_tag, _pattern, list(_first))
_Loader.add_implicit_resolver("tag:yaml.org,2002:null", re.compile(r"^$"), [""])


def read_source(file: Path) -> Source:
    """Reads one YAML or JSON file (JSON is YAML).

    Raises:
        NotFoundError: there is no such file.
        InputError: it is not UTF-8, not YAML, too large, or has a key twice; with the line.
    """
    if not file.is_file():
        raise NotFoundError(
            problem("no_file", "没有这个文件。", "there is no such file.", file=str(file))
        )
    data = file.read_bytes()
    if len(data) > MAX_BYTES:
        raise InputError(
            problem("file_too_large", "文件超过 4 MB。", "is over 4 MB.", file=str(file))
        )
    try:
        return parse_source(data.decode("utf-8-sig"), str(file))
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise InputError(
            problem(
                "not_utf8",
                "不是 UTF-8 编码，请另存为 UTF-8。",
                "is not UTF-8; save it as UTF-8.",
                file=str(file),
                line=line,
            )
        ) from None


def parse_source(text: str, file: str) -> Source:
    """As `read_source`, from text."""
    try:
        if file.lower().endswith(".json"):
            text = _PAIR.sub(_joined, text)
        _refuse_deep(text, file)
        loader = _Loader(text)
        node = loader.get_single_node()
        lines: dict[str, int] = {}
        walk = _Walk(file=file, lines=lines)
        if node is not None:
            walk.into(node, "")
        if walk.wrong:
            raise InputError(walk.wrong)
        data = loader.construct_document(node) if node is not None else None
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        why = getattr(error, "problem", "") or getattr(error, "reason", "")
        why = str(why or type(error).__name__).replace("\n", " ")
        raise InputError(
            problem(
                "not_yaml",
                f"不是有效的 YAML 或 JSON（{why}）；请检查冒号后的空格、成对的引号和括号、"
                "缩进（用空格，不用制表符）。",
                f"is not valid YAML or JSON ({why}); look at the spaces after colons, pairs of "
                "quotation marks and brackets, and the indents (spaces, no tabs).",
                file=file,
                line=mark.line + 1 if mark else 0,
            )
        ) from None
    except RecursionError:
        raise InputError(_too_deep(file, 0)) from None
    return Source(file=file, data=data, lines=lines)


def _joined(pair: re.Match[str]) -> str:
    """A surrogate pair of JSON as its character; YAML does not know pairs (𠮷 is one)."""
    halves = bytes.fromhex(pair[2] + pair[3])
    return pair[1] + halves.decode("utf-16-be")


def _refuse_deep(text: str, file: str) -> None:
    """Counts levels before the tree is built: too many would end the process, not raise."""
    if len(text) < _SHALLOW_ENOUGH:
        return
    loader, depth = _Loader(text), 0
    while loader.check_event():
        event = loader.get_event()
        depth += isinstance(event, yaml.CollectionStartEvent)
        depth -= isinstance(event, yaml.CollectionEndEvent)
        if depth > _DEEPEST:
            raise InputError(_too_deep(file, event.start_mark.line + 1))


def _too_deep(file: str, line: int) -> Problem:
    return problem("not_yaml", "嵌套太深。", "is nested too deep.", file=file, line=line)


@dataclass(frozen=True, kw_only=True)
class _Walk:
    """Notes the line of each key, and what YAML would let pass in silence."""

    file: str
    lines: dict[str, int]
    wrong: list[Problem] = field(default_factory=list)
    seen: set[int] = field(default_factory=set)

    def into(self, node: yaml.Node, path: str) -> None:
        """Walks a node once; a node met again is an alias."""
        line = node.start_mark.line + 1
        if path:
            self.lines.setdefault(path, line)
        if id(node) in self.seen:
            # Nobody types aliases by hand, and a few lines of them unfold to gigabytes.
            self._say("alias", path, "不能使用 YAML 引用（*名称）。", "aliases are not allowed.")
            return
        self.seen.add(id(node))
        self._tag(node, path)
        if isinstance(node, yaml.MappingNode):
            self._keys(node, path)
        elif isinstance(node, yaml.SequenceNode):
            for number, value in enumerate(node.value):
                self.into(value, f"{path}.{number}" if path else str(number))

    def _keys(self, node: yaml.MappingNode, path: str) -> None:
        names: set[str] = set()
        for key, value in node.value:
            name = str(key.value)
            here = f"{path}.{name}" if path else name
            self.lines[here] = key.start_mark.line + 1
            self._tag(key, here)
            if name in names:
                self._say("key_twice", here, "这个键写了两次。", "this key is written twice.")
            names.add(name)
            self.into(value, here)

    def _tag(self, node: yaml.Node, path: str) -> None:
        """Refuses `!!int abc`, `!!timestamp`…: a value is what it is plainly written as."""
        pattern = _PLAIN.get(node.tag)
        if node.tag in _TEXT_OR_TREE or (pattern and pattern.match(str(node.value))):
            return
        zh, en = "不能使用 YAML 标签（!…），请去掉。", "tags (!…) are not allowed; delete it."
        line = node.start_mark.line + 1
        self.wrong.append(problem("tag", zh, en, path=path, file=self.file, line=line))

    def _say(self, code: str, path: str, zh: str, en: str) -> None:
        line = self.lines.get(path, 0)
        self.wrong.append(problem(code, zh, en, path=path, file=self.file, line=line))


def write_source(data: Any) -> bytes:
    """Plain values as YAML in the order given, Chinese as it is."""
    text: str = yaml.safe_dump(data, allow_unicode=True, sort_keys=False, width=100)
    return text.encode("utf-8")
