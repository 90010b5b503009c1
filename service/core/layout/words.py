"""Core: what all blocks of a layout are made of: words, paths, conditions, and their errors."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from service.core.definition import Condition, Label
from service.core.parsing import key_path
from service.errors import LANGS, Lang, Problem, problem

NAME = r"^[a-z][a-z0-9_]*$"
_PATH = r"^[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)*$"
_TAG = re.compile(r"\{\{(.*?)\}\}|\{%(.*?)%\}", re.S)
_INLINE = re.compile(r"^(if |elif |else$|endif$)")


class WrongValueError(ValueError):
    """A value that a layout may not hold, in both languages."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(en)
        self.zh, self.en = zh, en


class LayoutPart(BaseModel):
    """Unknown keys are refused: a misspelt key must never be ignored in silence."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


def _spread(value: Any) -> Any:
    """One string stands for both languages (a mere tag needs no translation)."""
    return {"zh": value, "en": value} if isinstance(value, str) else value


def _tagged(label: Label) -> Label:
    for text in (label.zh, label.en):
        rest = _TAG.sub("", text)
        if any(sign in rest for sign in ("{{", "}}", "{%", "%}", "{#", "#}")):
            raise WrongValueError(
                "标签没有闭合，或文字里有注释标签。",
                "a tag is not closed, or a comment stands in the text.",
            )
        for found in _TAG.finditer(text):
            if found.group(2) is not None and not _INLINE.match(found.group(2).strip()):
                raise ValueError(
                    "only {{ … }} and {% if … %} {% else %} {% endif %} may stand here"
                )
    return label


def one_of(*names: str) -> WrongValueError:
    """Exactly one of these keys is wanted."""
    listed = ", ".join(names)
    return WrongValueError(
        f"以下各键须有且只有一个：{listed}。", f"exactly one of {listed} is wanted."
    )


def _one_test(condition: Condition) -> Condition:
    if len({"is_", "in_", "given"} & condition.model_fields_set) != 1:
        raise one_of("is", "in", "given")
    return condition


Words = Annotated[Label, BeforeValidator(_spread), AfterValidator(_tagged)]
"""Printed words, `{zh, en}` or one string for both; they may hold tags."""
When = Annotated[Condition, AfterValidator(_one_test)]
Path = Annotated[str, Field(pattern=_PATH)]
"""A field (`lead_in`), a column of a row (`task.problem`), or a list of `shown`."""
RowName = Annotated[str, Field(pattern=NAME)]
Align = Literal["left", "center", "right", "both"]


class Conditional(LayoutPart):
    """Anything that may print only sometimes, or in one language only."""

    when: When | None = None
    lang: tuple[Lang, ...] = LANGS


class Loop(LayoutPart):
    """Rows of a table, or of `shown.by.…`, and the name of one row."""

    rows: Path
    row: RowName = Field(alias="as")


def layout_problems(errors: Sequence[Mapping[str, Any]], file: str) -> list[Problem]:
    """Pydantic's errors about a layout, without those that only follow from others inside."""
    deep = {error["loc"] for error in errors}
    own = [
        error
        for error in errors
        if error["type"] != "too_short"
        or not any(one[: len(error["loc"])] == error["loc"] != one for one in deep)
    ]
    return [_problem(error, file) for error in own]


def _problem(error: Mapping[str, Any], file: str) -> Problem:
    """One pydantic error about a layout, with the path of the key as its author wrote it."""
    kind, path = error["type"], key_path(_written(error["loc"]))
    context = error.get("ctx", {})
    if kind == "extra_forbidden":
        zh, en = "没有这个键，请检查拼写。", "there is no such key; check its spelling."
    elif kind == "missing":
        zh, en = "缺少这个键。", "this key is missing."
    elif kind == "union_tag_invalid":
        path = f"{path}.block"
        zh = f"没有这种版块；可用：{context['expected_tags']}。"
        en = f"there is no such block; known: {context['expected_tags']}."
    elif kind == "union_tag_not_found":
        path, zh, en = (
            f"{path}.block",
            "缺少这个键：版块的名称。",
            "this key is missing: the block.",
        )
    elif isinstance(wrong := context.get("error"), WrongValueError):
        zh, en = wrong.zh, wrong.en
    else:
        zh, en = f"值不合要求：{error['msg']}。", f"wrong value: {error['msg']}."
    return problem("layout_key", zh, en, path=path, file=file)


def _written(location: tuple[int | str, ...]) -> tuple[int | str, ...]:
    """Leaves out the name of the union's member that pydantic puts after a block's number."""
    return tuple(
        part
        for n, part in enumerate(location)
        if n < 2 or location[n - 2] != "blocks" or not isinstance(location[n - 1], int)
    )
