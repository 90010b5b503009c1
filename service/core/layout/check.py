"""Core: a layout against its form: every field, row and width that a block names is there."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from pydantic import BaseModel

from service.core.definition import Condition, FormDefinition, Label
from service.core.layout.blocks import Block, Layout
from service.core.layout.scope import Scope
from service.core.layout.tables import Form, Table, Widths
from service.core.layout.words import Loop
from service.errors import LANGS, DefinitionError, Problem, problem

PORTRAIT_MM, LANDSCAPE_MM = 156.0, 225.0
_TOLERANCE_MM = 0.5  # rule 32 of layout-and-filing.md, section 5
_TAG = re.compile(r"\{\{(.*?)\}\}|\{%(.*?)%\}", re.S)
_QUOTED = re.compile(r"'[^']*'|\"[^\"]*\"")
_NAME = re.compile(r"(?<![\w.])[a-zA-Z_]\w*(?:\.\w+)*")
_LOWER = re.compile(r"\|\s*lower\b")  # the one filter: a label within a sentence
_WORDS = frozenset(
    ("if", "elif", "else", "endif", "and", "or", "not", "in", "is", "true", "false", "length")
)
_FACETS = frozenset(
    ("given", "code", "first", "rest", "joined", "ticks", "short", "count", "by", "oneline")
)
_NUMERALS = frozenset(["zh", "letters", "roman", "year"])
_ROW_FACTS = frozenset(["n", "zh", "letter", "roman"])
_GROUP_NAMES = frozenset(["label", "code", "count", "rows"])
_SIDES = ("title", "name", "date", "text", "head")
_PATHS = ("field", "copy_to", "printed_by", "printed_date", "signer", "text")


def check_layout(layout: Layout, form: FormDefinition, *, file: str) -> None:
    """Proves the names and widths of a layout.

    Raises:
        DefinitionError: everything wrong at once, each with its key path.
    """
    check = _Check(file)
    check.blocks(layout.blocks, Scope(form=form), "blocks", PORTRAIT_MM)
    problems = list(check.problems)
    names = [getattr(block, "name", None) for block in check.seen]
    if len(layout.parts) < len([one for one in names if isinstance(one, str)]):
        problems.append(
            check.made("layout_name", "两个附件同名。", "two parts bear one name.", "blocks")
        )
    if problems:
        raise DefinitionError(problems)


class _Check:
    """Walks a layout and notes what is wrong."""

    def __init__(self, file: str) -> None:
        self._file = file
        self.problems: list[Problem] = []
        self.seen: list[Block] = []

    def made(self, code: str, zh: str, en: str, path: str) -> Problem:
        return problem(code, zh, en, path=path, file=self._file)

    def _note(self, code: str, zh: str, en: str, path: str) -> None:
        self.problems.append(self.made(code, zh, en, path))

    def blocks(self, blocks: tuple[Block, ...], scope: Scope, path: str, width: float) -> None:
        """The blocks of one container, which all see the same scope."""
        for number, block in enumerate(blocks):
            self._block(block, scope, f"{path}.{number}", width)

    def _block(self, block: Block, scope: Scope, path: str, width: float) -> None:
        if hasattr(block, "name") and not isinstance(block.name, Label):
            self.seen.append(block)
        turned = block.block == "landscape" or getattr(block, "landscape", False)
        width = LANDSCAPE_MM if turned else width
        if isinstance(block, Form):
            self._when(block.when, scope, path)
            self._form(block, scope, path, width)
        elif isinstance(block, Table):
            self._when(block.when, scope, path)
            self._table(block, scope, path, width)
        else:
            inner = self._loop_of(block, scope, path)
            self._keys(block, scope, inner, path)
            self.blocks(getattr(block, "blocks", ()), inner, f"{path}.blocks", width)

    def _loop_of(self, block: Any, scope: Scope, path: str) -> Scope:
        if not hasattr(block, "rows"):
            return scope
        return self._enter(block.rows, block.row, scope, f"{path}.rows")

    def _enter(self, rows: str, row: str, scope: Scope, path: str) -> Scope:
        inner = scope.enter(rows, row)
        if inner is None:
            self._note("layout_rows", f"“{rows}”不是本表单的表格。",
                       f"{rows} is no table of this form.", path)  # fmt: skip
        elif row in scope.form.fields or row in scope.rows:
            as_path = path.removesuffix("rows") + "as"
            self._note("layout_row_name", f"“{row}”已是字段名或外层循环的名称。",
                       f"{row} is the name of a field or of a loop around.", as_path)  # fmt: skip
        return inner or scope

    def _keys(self, part: BaseModel, scope: Scope, inner: Scope, path: str) -> None:
        """Conditions, paths and words of one part; words see the rows of the part's own loop."""
        for name, value in part:
            place = f"{path}.{type(part).model_fields[name].alias or name}"
            if isinstance(value, Condition):
                self._when(value, scope, path)
            elif isinstance(value, Label):
                self._words(value, inner, place)
            elif isinstance(value, str) and name in _PATHS:
                self._field(value, inner, place)
            elif name == "mode" and scope.find(value) is None:
                self._note("layout_field", f"表单里没有字段“{value}”。",
                           f"the form has no field {value}.", place)  # fmt: skip
            elif name == "corner":
                for number, one in enumerate(value):
                    self._field(one, inner, f"{place}.{number}")

    def _when(self, when: Condition | None, scope: Scope, path: str) -> None:
        if when is None:
            return
        found = scope.find(when.field)
        if found is None:
            self._note("layout_field", f"表单里没有字段“{when.field}”。",
                       f"the form has no field {when.field}.", f"{path}.when.field")  # fmt: skip
        elif when.given is None and found.type not in {"choice", "yes_no", "integer"}:
            self._note("layout_when", "is、in 只能用于单选、是非和整数字段。",
                       "`is` and `in` need a choice, a yes_no or an integer.",
                       f"{path}.when")  # fmt: skip

    def _field(self, name: str, scope: Scope, path: str) -> None:
        if not self._known(name, scope):
            self._note("layout_field", f"表单里没有可打印的字段“{name}”。",
                       f"the form has no printing field {name}.", path)  # fmt: skip

    def _words(self, words: Label, scope: Scope, path: str) -> None:
        both = {"zh": words.zh} if words.zh == words.en else {"zh": words.zh, "en": words.en}
        for lang, text in both.items():
            for name in names_in(text):
                if not self._known(name, scope):
                    self._note("layout_tag", f"标签里的“{name}”不是本表单的字段。",
                               f"{name} in a tag is no field of this form.",
                               f"{path}.{lang}" if len(both) > 1 else path)  # fmt: skip

    def _known(self, name: str, scope: Scope) -> bool:
        """Whether a dotted name may be printed."""
        head, _, rest = name.partition(".")
        if head in {"layout", "loop"}:
            return True
        row = scope.rows.get(head)
        if row is not None and row.kind == "group":
            return rest in _GROUP_NAMES or rest.removeprefix("shown.") in _ROW_FACTS
        parts = (rest if row is not None else name).split(".")
        if parts[0] == "shown":
            return _facet(parts[1:], name, scope, in_row=row is not None)
        found = scope.find(name)
        # A condition may ask for a field that itself does not print.
        return found is not None and found.print

    def _form(self, form: Form, scope: Scope, path: str, width: float) -> None:
        for number, row in enumerate(form.rows):
            place = f"{path}.rows.{number}"
            inner = self._loop(row.each, scope, f"{place}.each")
            inner = self._loop(row.then, inner, f"{place}.then")
            self._when(row.when, scope, place)
            self._width([cell.width for cell in row.cells], width, f"{place}.cells")
            for at, cell in enumerate(row.cells):
                self._content(cell, inner, f"{place}.cells.{at}")

    def _table(self, table: Table, scope: Scope, path: str, width: float) -> None:
        outer = self._loop(table.outer, scope, f"{path}.outer")
        if table.span is not None:
            self._words(table.span, outer, f"{path}.span")
        inner = self._enter(table.rows, table.row, outer, f"{path}.rows")
        self._width([column.width for column in table.columns], width, f"{path}.columns")
        for number, column in enumerate(table.columns):
            self._content(column, inner, f"{path}.columns.{number}")

    def _loop(self, loop: Loop | None, scope: Scope, path: str) -> Scope:
        return self._enter(loop.rows, loop.row, scope, f"{path}.rows") if loop else scope

    def _content(self, content: Any, scope: Scope, path: str) -> None:
        inner = self._loop(getattr(content, "each", None), scope, f"{path}.each")
        self._keys(content, scope, inner, path)
        for number, line in enumerate(content.lines):
            self._content(line, inner, f"{path}.lines.{number}")

    def _width(self, widths: list[Widths], wanted: float, path: str) -> None:
        for total in dict.fromkeys(sum(width.of(lang) for width in widths) for lang in LANGS):
            if abs(total - wanted) > _TOLERANCE_MM:
                self._note("layout_width", f"宽度之和是 {total:g} mm，应为 {wanted:g} mm。",
                           f"the widths add up to {total:g} mm; {wanted:g} mm are wanted.",
                           path)  # fmt: skip


def _facet(parts: list[str], name: str, scope: Scope, *, in_row: bool) -> bool:
    """Whether `shown.<facet>.<field>` is there."""
    if not parts:
        return False
    if len(parts) == 1:
        return parts[0] in (_ROW_FACTS if in_row else _NUMERALS)
    if parts[0] not in _FACETS:
        return False
    prefix = f"{name.split('.', maxsplit=1)[0]}." if in_row else ""
    found = scope.find(f"{prefix}{parts[1]}")
    return found is not None and (found.print or parts[0] in {"given", "code"})


def names_in(text: str) -> Iterator[str]:
    """The dotted names in the tags of a text."""
    for found in _TAG.finditer(text):
        inside = _LOWER.sub("", _QUOTED.sub("", found.group(1) or found.group(2) or ""))
        for name in _NAME.findall(inside):
            if name.split(".")[0] not in _WORDS:
                yield name
