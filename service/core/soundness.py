"""What a form definition must keep beyond its shape: names, references, operands of rules."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from service.core.definition import (
    RESERVED,
    Condition,
    FieldDefinition,
    FormDefinition,
    Fragment,
    RuleDefinition,
)
from service.core.ledger_mark import unsound_mark
from service.core.rules import RULES
from service.errors import Problem, problem

_OPERANDS = ("field", "other", "start", "end", "days", "months", "value", "table", "if_")
_LISTS = ("fields", "values", "order", "of")
_BOUNDS = frozenset({"min", "max"})
# What `is` and `in` compare with, by field type; other fields only are given or not.
_COMPARED: dict[str, type] = {"choice": str, "text": str, "person": str, "yes_no": bool}
_COMPARED |= {"integer": int}
_NEVER = (
    "永远不会成立：is、in 只用于 choice、text、person（文字）、yes_no（true/false）、integer",
    "can never hold: `is` and `in` are for choice, text, person (text), yes_no, integer",
)


def unsound(
    form: FormDefinition,
    own: Fragment,
    *,
    file: str,
    activity: FormDefinition | None,
) -> list[Problem]:
    """Every broken reference of a definition.

    Args:
        form: the whole definition, fragments included.
        own: the part that stands in `file`; only its parts are looked at.
        file: for messages.
        activity: the activity's definition; None while that itself is looked at.
    """
    return list(_Look(form, own, file, activity).all())


class _Look:
    def __init__(
        self, form: FormDefinition, own: Fragment, file: str, activity: FormDefinition | None
    ) -> None:
        self.form, self.own, self.file, self.activity = form, own, file, activity

    def all(self) -> Iterator[Problem]:
        names: list[str] = [f.name for s in self.form.sections for f in s.fields]
        for number, section in enumerate(self.own.sections):
            path = f"sections.{number}"
            yield from self._condition(section.shown_if, f"{path}.shown_if", {})
            for place, field in enumerate(section.fields):
                if field.name in self.form.without:
                    continue
                here = f"{path}.fields.{place}"
                if names.count(field.name) > 1:
                    yield self._say("name_twice", f"{here}.name", "重名", "this name occurs twice")
                yield from self._field(field, here, {})
        for number, rule in enumerate(self.own.rules):
            if {path.split(".")[0] for path in rule.paths()} & set(self.form.without):
                continue
            yield from self._rule(rule, f"rules.{number}")
        if self.own is self.form or isinstance(self.own, FormDefinition):
            yield from self._names_of_fields()

    def _names_of_fields(self) -> Iterator[Problem]:
        for name in self.form.defaults:
            if name not in self.form.fields:
                yield self._unknown(f"defaults.{name}")
        for path in self.form.accompanies:
            if path.count(".") > 1 or self.form.field(path) is None:
                yield self._unknown(f"accompanies.{path}")

    def _field(
        self, field: FieldDefinition, path: str, columns: dict[str, FieldDefinition]
    ) -> Iterator[Problem]:
        if field.name in RESERVED:
            yield self._say("name_taken", f"{path}.name", "此名已被占用", "this name is taken")
        yield from self._condition(field.shown_if, f"{path}.shown_if", columns)
        if (field.type == "table") != bool(field.fields):
            zh, en = "只有 table 有且必须有 fields", "a table, and only a table, has `fields`"
            yield self._say("columns", f"{path}.fields", zh, en)
        if (field.type in {"choice", "choices"}) != bool(field.choices or field.choices_from):
            zh = "choice 和 choices 必须有 choices 或 choices_from"
            en = "a choice needs `choices` or `choices_from`, other types take none"
            yield self._say("choices", path, zh, en)
        yield from self._limits(field, path)
        if path.count(".fields.") > 2 and field.type == "table":
            zh, en = "表格最多套两层", "tables nest two deep at most"
            yield self._say("too_deep", path, zh, en)
        yield from self._sources(field, path)
        for key, zh, en in unsound_mark(self.form, field):
            yield self._say("ledger", f"{path}.ledger{key}", zh, en)
        seen: set[str] = set()
        for number, column in enumerate(field.fields):
            here = f"{path}.fields.{number}"
            if column.name in seen:
                yield self._say("name_twice", f"{here}.name", "重名", "this name occurs twice")
            seen.add(column.name)
            yield from self._field(column, here, {**columns, **field.columns})

    def _limits(self, field: FieldDefinition, path: str) -> Iterator[Problem]:
        """Limits that nothing can keep, and a choice that could never be told from another."""
        for low, high in (("min", "max"), ("min_items", "max_items")):
            least, most = getattr(field, low), getattr(field, high)
            if least is not None and most is not None and least > most:
                zh, en = f"大于 {high}", f"is more than `{high}`"
                yield self._say("limits", f"{path}.{low}", zh, en)
        values = [choice.value for choice in field.choices]
        for number, value in enumerate(values):
            if value in values[:number]:
                zh, en = "这个值写了两次", "this value is written twice"
                yield self._say("choice_twice", f"{path}.choices.{number}.value", zh, en)

    def _sources(self, field: FieldDefinition, path: str) -> Iterator[Problem]:
        for key, source in (("from", field.from_), ("choices_from", field.choices_from)):
            origin, _, name = (source or "").partition(".")
            if origin == "activity" and self.activity and name not in self.activity.fields:
                yield self._unknown(f"{path}.{key}")
            elif key == "choices_from" and origin and self.activity:
                yield from self._a_list(self.activity.fields[name], f"{path}.{key}")

    def _a_list(self, field: FieldDefinition, path: str) -> Iterator[Problem]:
        if field.type != "list":
            zh, en = "须指向活动档案里的 list", "must name a list of the activity"
            yield self._say("choices_from", path, zh, en)

    def _condition(
        self, condition: Condition | None, path: str, columns: dict[str, FieldDefinition]
    ) -> Iterator[Problem]:
        if condition is None:
            return
        field = columns.get(condition.field) or self.form.field(condition.field)
        if field is None or ("." in condition.field and not path.startswith("rules.")):
            yield self._unknown(f"{path}.field")
            return
        if condition.given is not None:
            return
        wanted = condition.in_ if condition.in_ is not None else (condition.is_,)
        suits = _COMPARED.get(field.type)
        if wanted == (None,):
            yield self._say(
                "condition", path, "缺少 is、in 或 given", "needs `is`, `in` or `given`"
            )
        elif suits is None or any(type(one) is not suits for one in wanted):
            zh, en = _NEVER
            yield self._say("condition", path, zh, en)
        elif field.choices and not set(wanted) <= {choice.value for choice in field.choices}:
            yield self._say("no_choice", path, "没有这个选项", "there is no such choice")

    def _rule(self, rule: RuleDefinition, path: str) -> Iterator[Problem]:
        known = RULES.get(rule.rule)
        if known is None:
            names = ", ".join(sorted(RULES))
            yield self._say("no_rule", f"{path}.rule", f"没有这条规则；有：{names}", names)
            return
        there = {key for key in (*_OPERANDS, *_LISTS, *_BOUNDS) if getattr(rule, key)}
        there |= {key for key in ("value", "min", "max") if getattr(rule, key) is not None}
        for key in sorted(known.needs - there):
            zh, en = f"规则缺少 {key}", f"the rule needs `{key.rstrip('_')}`"
            yield self._say("rule_operand", path, zh, en)
        for key in sorted(there - known.needs - known.takes - {"if_"}):
            zh, en = f"规则不用 {key}", f"the rule takes no `{key.rstrip('_')}`"
            yield self._say("rule_operand", path, zh, en)
        if known.one_of and not known.one_of & there:
            names = ", ".join(sorted(known.one_of))
            yield self._say("rule_operand", path, f"规则缺少 {names} 之一", f"needs one of {names}")
        yield from self._operands(rule, path, known.types)

    def _operands(
        self, rule: RuleDefinition, path: str, types: Mapping[str, frozenset[str]]
    ) -> Iterator[Problem]:
        for key in ("field", "other", "start", "end", "days", "months", "table"):
            yield from self._operand(getattr(rule, key), f"{path}.{key}", types.get(key))
        named: Sequence[str] = rule.fields
        if rule.table:
            named = [f"{rule.table}.{one}" for one in rule.fields]
        for number, one in enumerate(named):
            yield from self._operand(one, f"{path}.fields.{number}", types.get("fields"))
        for number, one in enumerate(rule.of):
            yield from self._operand(one, f"{path}.of.{number}")
        if rule.if_:
            yield from self._condition(rule.if_, f"{path}.if", self._columns(rule))

    def _operand(
        self, operand: str | int | None, path: str, types: frozenset[str] | None = None
    ) -> Iterator[Problem]:
        """One operand: a field that is there, of a type that the rule can judge."""
        if not isinstance(operand, str):
            if operand is not None and types is not None and "integer" not in types:
                yield self._mistyped(types, path)
            return
        origin = operand.startswith("activity.")
        if origin and self.activity is None:
            return  # the activity's own definition is looked at
        name, form = operand.removeprefix("activity."), self.activity if origin else self.form
        asked = form.field(name) if form else None
        if asked is None:
            yield self._unknown(path)
        elif types is not None and asked.type not in types:
            yield self._mistyped(types, path)

    def _mistyped(self, types: frozenset[str], path: str) -> Problem:
        names = ", ".join(sorted(types))
        zh, en = f"这条规则在此须用以下类型的填写项：{names}", f"must name a field of type {names}"
        return self._say("operand_type", path, zh, en)

    def _columns(self, rule: RuleDefinition) -> dict[str, FieldDefinition]:
        """Columns of the table that a rule speaks of, which its `if` may name."""
        table = self.form.field((rule.table or rule.field or "").rpartition(".")[0])
        return table.columns if table else {}

    def _unknown(self, path: str) -> Problem:
        return self._say(
            "unknown_field", path, "没有这个填写项，请检查名称", "there is no such field"
        )

    def _say(self, code: str, path: str, zh: str, en: str) -> Problem:
        return problem(code, f"{zh}。", f"{en}.", path=path, file=self.file)
