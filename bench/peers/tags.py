"""The same Word document in another engine's tags, and the same values in its kind of data."""

from __future__ import annotations

import copy
import io
import re
import zipfile
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from lxml import etree

DOCUMENT = "word/document.xml"
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_TAG = re.compile(r"\{\{\s*(?P<value>[\w.]+)\s*\}\}|\{%(?P<level>p|tr)?\s+(?P<words>[^%]+?)\s*%\}")
_FIRST_ONLY = re.compile(r"\{% if loop\.first %\}(.*?)\{% endif %\}")
_MERGE = "{% vm %}"


@dataclass(frozen=True, kw_only=True)
class Frame:
    """A loop (`name` is its variable) or a condition (`name` is "") that is open here."""

    name: str
    key: str
    yes: bool = True


class Syntax(Protocol):
    """How an engine writes its tags; `stack` holds what is open, the outermost first."""

    def value(self, stack: list[Frame], key: str) -> str:
        """A printed value."""

    def opened(self, stack: list[Frame]) -> str:
        """The beginning of the innermost loop or condition; "" where it needs no mark."""

    def closed(self, stack: list[Frame]) -> str:
        """The end of the innermost loop or condition."""


class Docxtemplater:
    """`{name}`, `{#list}…{/list}`, `{^flag}…{/flag}`; names are looked for in all open loops."""

    def value(self, stack: list[Frame], key: str) -> str:
        return f"{{{key}}}"

    def opened(self, stack: list[Frame]) -> str:
        return f"{{{'#' if stack[-1].yes else '^'}{stack[-1].key}}}"

    def closed(self, stack: list[Frame]) -> str:
        return f"{{/{stack[-1].key}}}"


class Carbone:
    """`{d.name}`, `{d.list[i].name}` up to `{d.list[i+1]}`, `{d.flag:ifEQ(true):showBegin}`."""

    def value(self, stack: list[Frame], key: str) -> str:
        return f"{{d.{_path(stack)}{key}}}"

    def opened(self, stack: list[Frame]) -> str:
        if stack[-1].name:
            return ""
        return f"{{{self._flag(stack)}:ifEQ({str(stack[-1].yes).lower()}):showBegin}}"

    def closed(self, stack: list[Frame]) -> str:
        if stack[-1].name:
            return f"{{d.{_path(stack)[:-2]}+1].v}}"
        return f"{{{self._flag(stack)}:showEnd}}"

    def _flag(self, stack: list[Frame]) -> str:
        return f"d.{_path(stack)}{stack[-1].key}"


def _path(stack: list[Frame]) -> str:
    loops = [frame for frame in stack if frame.name]
    return "".join(f"{f.key}[{letter}]." for f, letter in zip(loops, "ijkl", strict=False))


def translated(docx: bytes, syntax: Syntax) -> bytes:
    """The template with its Jinja tags written for another engine; all else stays."""
    with zipfile.ZipFile(io.BytesIO(docx)) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    root = etree.fromstring(members[DOCUMENT])
    _split_merged_rows(root)
    _Translator(syntax).translate(root)
    members[DOCUMENT] = etree.tostring(root, encoding="UTF-8", standalone=True)
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return made.getvalue()


def _split_merged_rows(root: Any) -> None:
    """A loop whose cells merge downwards becomes two: its first row, and the rows below it."""
    for text in [t for t in root.iter(_W + "t") if _MERGE in (t.text or "")]:
        row = next(text.iterancestors(_W + "tr"))
        opening, closing = row.getprevious(), row.getnext()
        copies = [copy.deepcopy(element) for element in (opening, row, closing)]
        for element in reversed(copies):
            closing.addnext(element)
        for head, body, part, merge in (
            (opening, row, "first", "restart"),
            (copies[0], copies[1], "rest", "continue"),
        ):
            _name_half(head, part)
            _merge(body, part, merge)


def _name_half(head: Any, part: str) -> None:
    for text in head.iter(_W + "t"):
        text.text = re.sub(r"( in [\w.]+)", rf"\1_{part}", text.text or "")


def _merge(row: Any, part: str, merge: str) -> None:
    marked = next(text for text in row.iter(_W + "t") if _MERGE in (text.text or ""))
    cell = next(marked.iterancestors(_W + "tc"))
    mark = etree.Element(_W + "vMerge", {_W + "val": merge})
    cell.find(f"{_W}tcPr/{_W}vAlign").addprevious(mark)
    for text in cell.iter(_W + "t"):
        words = _FIRST_ONLY.sub(r"\1", (text.text or "").replace(_MERGE, ""))
        text.text = words if part == "first" else ""


class _Translator:
    def __init__(self, syntax: Syntax) -> None:
        self._syntax = syntax
        self._stack: list[Frame] = []

    def translate(self, root: Any) -> None:
        """Tags in reading order; rows and paragraphs that only open or close a loop go."""
        row_mark = ""
        for text in list(root.iter(_W + "t")):
            whole = text.text or ""
            hit = _TAG.fullmatch(whole)
            if hit and hit["level"] == "tr":
                row = next(text.iterancestors(_W + "tr"))
                mark = self._block(hit["words"])
                if hit["words"].startswith("end"):
                    self._close_row(row, mark)
                else:
                    row_mark = mark
                row.getparent().remove(row)
                continue
            text.text = row_mark + _TAG.sub(self._tag, whole)
            row_mark = ""
            if hit and not text.text:
                paragraph = next(text.iterancestors(_W + "p"))
                paragraph.getparent().remove(paragraph)

    def _close_row(self, row: Any, mark: str) -> None:
        """Carbone ends a loop in a row of its own, docxtemplater in the last cell of the row."""
        if isinstance(self._syntax, Carbone):
            after = copy.deepcopy(row)
            row.addprevious(after)
            next(after.iter(_W + "t")).text = mark
            return
        end = copy.deepcopy(next(row.iter(_W + "p")))
        next(end.iter(_W + "t")).text = mark
        row.getprevious().findall(_W + "tc")[-1].append(end)

    def _tag(self, hit: re.Match[str]) -> str:
        return self._value(hit["value"]) if hit["value"] else self._block(hit["words"])

    def _value(self, name: str) -> str:
        head, _, tail = name.partition(".")
        if name == "loop.index":
            return self._syntax.value(self._stack, "n")
        for depth, frame in enumerate(self._stack, 1):
            if frame.name == head:
                return self._syntax.value(self._stack[:depth], _flat(tail) or "v")
        return self._syntax.value([], _flat(name))

    def _block(self, words: str) -> str:
        verb, *rest = words.split()
        if verb == "for":
            self._stack.append(Frame(name=rest[0], key=self._key(rest[2])))
            return self._syntax.opened(self._stack)
        if verb == "if":
            self._stack.append(Frame(name="", key=self._key(rest[-1]), yes=rest[0] != "not"))
            return self._syntax.opened(self._stack)
        closed = self._syntax.closed(self._stack)
        frame = self._stack.pop()
        if verb != "else":
            return closed
        self._stack.append(Frame(name="", key=frame.key, yes=not frame.yes))
        return closed + self._syntax.opened(self._stack)

    def _key(self, name: str) -> str:
        head, _, tail = name.partition(".")
        return _flat(tail if any(f.name == head for f in self._stack) else name)


def _flat(name: str) -> str:
    return name.replace(".", "_")


def flattened(context: Mapping[str, Any], wanted: Callable[[str], bool]) -> dict[str, Any]:
    """The context with joined names and no dots; loops bring a number and their text as `v`."""
    found: dict[str, Any] = {}
    for path, value in _leaves(context, ""):
        if not isinstance(value, list):
            found[path] = value
            continue
        rows = [_row(item, number, wanted) for number, item in enumerate(value, 1)]
        found |= {path: rows, f"{path}_first": rows[:1], f"{path}_rest": rows[1:]}
    return {path: value for path, value in found.items() if wanted(path)}


def _row(item: Any, number: int, wanted: Callable[[str], bool]) -> dict[str, Any]:
    values = flattened(item, wanted) if isinstance(item, Mapping) else {"v": item}
    return {**values, "n": number}


def _leaves(values: Mapping[str, Any], before: str) -> Iterable[tuple[str, Any]]:
    for key, value in values.items():
        path = f"{before}_{key}" if before else key
        if isinstance(value, Mapping):
            yield from _leaves(value, path)
        else:
            yield path, value


def names_in(docx: bytes) -> frozenset[str]:
    """Every word in the tags of a translated template: what its engine has to be given."""
    with zipfile.ZipFile(io.BytesIO(docx)) as archive:
        root = etree.fromstring(archive.read(DOCUMENT))
    tags = re.findall(r"\{[^{}]*\}", "".join(t.text or "" for t in root.iter(_W + "t")))
    return frozenset(word for tag in tags for word in re.findall(r"\w+", tag))
