"""What is measured: the built-in member form, zh, and answers of as many members as wanted."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from service.bootstrap import assemble
from service.desk.activity.files import sample_activity
from service.desk.batch.plan import Terms, agree_terms, context_of
from service.desk.tools import Desk
from service.settings import Settings

ROOT = Path(__file__).resolve().parent.parent
SCRATCH = ROOT / "build" / "bench"
KIND = "self_examination"
_TEXTS = ("service_problems", "cause_analysis", "direction", "review_opinion")
# The spreadsheet's headers are Chinese; these are the fields that they mean.
_COLUMNS = {
    **{"姓名": "person_name", "性别": "gender", "出生年月": "birth_month", "部门": "department"},
    **{"职务": "post", "入党时间": "party_join_date", "所在支部": "branch"},
}
_GENDERS = {"男": "male", "女": "female"}


@cache
def settings() -> Settings:
    """The usual ones, but a data folder of the benchmark's own in build/."""
    return Settings(data=SCRATCH / "var")


@cache
def desk() -> Desk:
    """A desk of the benchmark's own."""
    return assemble(settings())


@cache
def terms() -> Terms:
    """What all forms have in common."""
    return agree_terms(
        desk(),
        KIND,
        lang="zh",
        shared=_yaml("shared.zh.yaml"),
        activity=sample_activity(desk(), "zh"),
    )


def members(count: int) -> Iterator[dict[str, Any]]:
    """Raw answers of filled forms, each with words of its own; the people are the sample roster's.

    From the 62nd on the people come again with a number behind their name.
    """
    own = {k: v for k, v in _yaml(f"zh/{KIND}.yaml").items() if k not in terms().shared}
    people = _people()
    for number in range(count):
        again = str(number // len(people)) if number >= len(people) else ""
        person = people[number % len(people)]
        yield {
            **own,
            **person,
            "person_name": person["person_name"] + again,
            **{name: f"{own[name]}（第{number + 1}份）" for name in _TEXTS},
            "findings": [
                {**row, "text": f"{row['text']}以上由{person['person_name']}本人查找。"}
                for row in own["findings"]
            ],
        }


def contexts(count: int) -> list[dict[str, Any]]:
    """What the template prints for each of so many members."""
    return [context_of(terms(), raw) for raw in members(count)]


def _people() -> list[dict[str, str]]:
    text = (ROOT / "samples" / "roster.csv").read_text(encoding="utf-8-sig")
    rows = [
        {_COLUMNS[head]: value for head, value in row.items() if head in _COLUMNS}
        for row in csv.DictReader(text.splitlines())
    ]
    return [{**row, "gender": _GENDERS[row["gender"]]} for row in rows]


def _yaml(name: str) -> Mapping[str, Any]:
    found: Mapping[str, Any] = yaml.safe_load((ROOT / "samples" / name).read_text("utf-8"))
    return found
