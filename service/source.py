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
for _tag, _pattern, _first in (
    ("bool", r"^(?:true|false)$", "tf"),
    ("int", r"^(?:0|-?[1-9][0-9]*)$", "-0123456789"),
    ("null", r"^(?:~|null|)$", "~n\0"),
    ("merge", r"^(?:<<)$", "<"),
):
    _Loader.add_implicit_resolver(f"tag:yaml.org,2002:{_tag}", re.compile(_pattern), list(_first))
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
        why = str(getattr(error, "problem", "") or "").replace("\n", " ")
        raise InputError(
            problem(
                "not_yaml",
                f"不是有效的 YAML 或 JSON：{why}。",
                f"is not valid YAML or JSON: {why}.",
                file=file,
                line=mark.line + 1 if mark else 0,
            )
        ) from None
    except RecursionError:
        raise InputError(
            problem("not_yaml", "嵌套太深。", "is nested too deep.", file=file)
        ) from None
    return Source(file=file, data=data, lines=lines)


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
            if name in names:
                self._say("key_twice", here, "这个键写了两次。", "this key is written twice.")
            names.add(name)
            self.into(value, here)

    def _say(self, code: str, path: str, zh: str, en: str) -> None:
        line = self.lines.get(path, 0)
        self.wrong.append(problem(code, zh, en, path=path, file=self.file, line=line))


def write_source(data: Any) -> bytes:
    """Plain values as YAML in the order given, Chinese as it is."""
    text: str = yaml.safe_dump(data, allow_unicode=True, sort_keys=False, width=100)
    return text.encode("utf-8")
