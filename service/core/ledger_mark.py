"""What a table needs to be the tasks of a ledger (`ledger:` in form.yaml)."""

from __future__ import annotations

from collections.abc import Iterator

from service.core.definition import FieldDefinition, FormDefinition
from service.core.ledger import OVERDUE, PROGRESS, STATUSES, TASK

Fault = tuple[str, str, str]
"""Key below `ledger`, Chinese, English; without full stops."""


def unsound_mark(form: FormDefinition, field: FieldDefinition) -> Iterator[Fault]:
    """All that a mark is wrong about."""
    mark = field.ledger
    if mark is None:
        return
    if field.type != "table" or form.fields.get(field.name) != field:
        yield "", "只有表单第一层的 table 能作台账", "is for a table that stands in no other table"
        return
    if sum(one.ledger is not None for one in form.fields.values()) > 1:
        yield "", "一份表单只能有一张台账", "marks one table of a form"
    as_of = form.fields.get(mark.as_of)
    if as_of is None or as_of.type != "date":
        yield ".as_of", "须指向本表单的 date 填写项", "must name a field of type date"
    yield from _columns(field)
    for number, name in enumerate(mark.columns):
        if name not in field.columns or name in PROGRESS:
            zh, en = "须是本表格中办理情况以外的列", "must name a column that is no progress"
            yield f".columns.{number}", zh, en


def _columns(table: FieldDefinition) -> Iterator[Fault]:
    """Columns that the page reads and writes must be there, of a type that it knows."""
    for name, kinds in {**TASK, **PROGRESS}.items():
        column, wanted = table.columns.get(name), "、".join(sorted(kinds))
        if column is None or column.type not in kinds:
            zh = f"台账须有一列 {name}，类型为 {wanted}"
            yield "", zh, f"needs a column {name} of type {wanted.replace('、', ' or ')}"
    status = table.columns.get("status")
    values = {one.value for one in status.choices} if status else set()
    if status and not {*STATUSES, OVERDUE} <= values:
        names = ", ".join((*STATUSES, OVERDUE))
        yield "", f"台账的 status 须有这些选项：{names}", f"its status needs the choices {names}"
