"""The papers that an activity owes: templates/activity/papers.yaml as a checked definition."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from service.core.definition import FieldDefinition, FormDefinition, Label
from service.core.parsing import parse_model
from service.errors import Problem, problem

Kinds = Mapping[str, tuple[FormDefinition, tuple[str, ...]] | None]
"""Form and parts of each kind; None for one that is broken, which tells so elsewhere."""
Who = Literal["unit", "person", "branch", "member"]
"""Who owes a paper: the unit one; each person, or each branch, of a list one; each member one."""
_NAME = r"^[a-z][a-z0-9_]*$"
_TEXTS = frozenset({"text", "person"})
_LISTS = frozenset({"list", "text", "person"})


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class Due(_Part):
    """A day counted from a date of the activity; `days` is a number, or a field that holds one."""

    from_: str = Field(alias="from")
    days: int | str = 0


class PaperDue(_Part):
    """One line of the list.

    Attributes:
        id: names it.
        kind: which kind it is.
        part: an annex that is made alone, or "".
        title: where the kind's own would not tell it from another.
        who: owes it.
        listed_in: the activity's field that lists the persons or branches.
        but_not: the activity's field whose names are left out of them.
        owner: the activity's field that says who sees to it; one that lists them stands in the
            order of `listed_in`.
        due: the day by which it is to be there.
        name_in: the kind's field that takes the name of the person.
        answers: what is typed in its draft from the first.
    """

    id: str = Field(pattern=_NAME)
    kind: str
    part: str = ""
    title: Label | None = None
    who: Who = "unit"
    listed_in: str | None = None
    but_not: str | None = None
    owner: str | None = None
    due: Due | None = None
    name_in: str | None = None
    answers: dict[str, Any] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _one_or_each(self) -> PaperDue:
        if (self.who in {"person", "branch"}) != bool(self.listed_in):
            raise ValueError("`listed_in` goes with `who: person` and `who: branch`, and only so")
        if self.but_not and not self.listed_in:
            raise ValueError("`but_not` goes with `listed_in`")
        if self.name_in and self.who != "person":
            raise ValueError("`name_in` goes with `who: person`")
        return self


class CopyRules(_Part):
    """What a copy for another year does with numbers; dates are shifted, texts are asked about."""

    years: tuple[str, ...] = ()
    never: tuple[str, ...] = ()


class PaperList(_Part):
    """What the desk makes of a profile.

    Attributes:
        name: the field that names the activity.
        contact: fields that say to whom a paper is handed in.
        papers: all that is owed, in the order of the work.
        copy_rules: `copy` in the file.
    """

    name: str
    contact: tuple[str, ...] = ()
    papers: tuple[PaperDue, ...] = ()
    copy_rules: CopyRules = Field(default=CopyRules(), alias="copy")

    @model_validator(mode="after")
    def _unique(self) -> PaperList:
        ids = [one.id for one in self.papers]
        if len(ids) != len(set(ids)):
            raise ValueError("two papers have the same `id`")
        return self


def parse_papers(mapping: Any, *, file: str) -> PaperList:
    """Parses papers.yaml; raises DefinitionError with every wrong key path."""
    return parse_model(PaperList, mapping, file=file)


def unsound_papers(
    found: PaperList,
    activity: FormDefinition,
    kinds: Kinds,
    *,
    file: str,
) -> list[Problem]:
    """Every reference to a field or kind that is not there, or is of no use there.

    Args:
        found: the definition.
        activity: the profile's form.
        kinds: what there is.
        file: for messages.
    """
    return list(_Look(found, activity, kinds, file).all())


class _Look:
    def __init__(self, found: PaperList, activity: FormDefinition, kinds: Kinds, file: str) -> None:
        self.found, self.activity, self.kinds, self.file = found, activity, kinds, file

    def all(self) -> Iterator[Problem]:
        yield from self._fact(self.found.name, "name", _TEXTS)
        for number, name in enumerate(self.found.contact):
            yield from self._fact(name, f"contact.{number}", _TEXTS)
        rules = self.found.copy_rules
        for key, named in (("years", rules.years), ("never", rules.never)):
            for number, name in enumerate(named):
                yield from self._fact(name, f"copy.{key}.{number}", frozenset({"integer"}))
        for number, paper in enumerate(self.found.papers):
            yield from self._paper(paper, f"papers.{number}")

    def _paper(self, paper: PaperDue, path: str) -> Iterator[Problem]:
        yield from self._fact(paper.listed_in, f"{path}.listed_in", _LISTS)
        yield from self._fact(paper.but_not, f"{path}.but_not", _LISTS)
        owners = _LISTS if paper.listed_in else _TEXTS
        yield from self._fact(paper.owner, f"{path}.owner", owners)
        if paper.due:
            yield from self._fact(paper.due.from_, f"{path}.due.from", frozenset({"date"}))
            if isinstance(paper.due.days, str):
                whole = frozenset({"integer"})
                yield from self._fact(paper.due.days, f"{path}.due.days", whole)
        if paper.kind not in self.kinds:
            zh, en = f"没有文书种类“{paper.kind}”", f"there is no kind {paper.kind}"
            yield self._say("unknown_kind", f"{path}.kind", zh, en)
            return
        known = self.kinds[paper.kind]
        if known is None:
            return
        form, parts = known
        if paper.part and paper.part not in parts:
            zh, en = f"没有可单独生成的“{paper.part}”", f"no part {paper.part} is produced alone"
            yield self._say("no_part", f"{path}.part", zh, en)
        if (form.audience == "member") != (paper.who == "member"):
            zh = "一人一份的文书种类（audience: member）须写 who: member，其他种类不能这样写"
            en = "a kind that is made once per member goes with `who: member`, and only such a kind"
            yield self._say("wrong_who", f"{path}.who", zh, en)
        yield from self._answers(paper, form, path)

    def _answers(self, paper: PaperDue, form: FormDefinition, path: str) -> Iterator[Problem]:
        named = {f"{path}.answers.{name}": name for name in paper.answers}
        if paper.name_in:
            named[f"{path}.name_in"] = paper.name_in
        for place, name in named.items():
            if name not in form.fields:
                zh, en = f"“{paper.kind}”没有这个填写项", f"{paper.kind} has no such field"
                yield self._say("unknown_field", place, zh, en)

    def _fact(self, name: str | None, path: str, types: frozenset[str]) -> Iterator[Problem]:
        """A field of the activity that is there and holds what is wanted here."""
        if name is None:
            return
        asked: FieldDefinition | None = self.activity.fields.get(name)
        if asked is None:
            zh, en = "活动档案没有这个填写项", "the activity profile has no such field"
            yield self._say("unknown_field", path, zh, en)
        elif asked.type not in types:
            names = ", ".join(sorted(types))
            zh, en = f"须指向活动档案里的 {names}", f"must name a field of type {names}"
            yield self._say("field_type", path, zh, en)

    def _say(self, code: str, path: str, zh: str, en: str) -> Problem:
        return problem(code, f"{zh}。", f"{en}.", path=path, file=self.file)
