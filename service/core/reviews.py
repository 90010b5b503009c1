"""Reviews of a paper: who is asked for an opinion, the rounds, what the form's fields say of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, cast

from service.core.answers import applies
from service.core.dates import parse_date
from service.core.definition import FormDefinition
from service.core.fields import unprintable
from service.core.papers import Result
from service.core.typed import given
from service.errors import Lang

SUPERVISORS = "supervisory_team"
"""The step whose opinion only ever comes on paper."""
LONGEST = 2000
"""Characters of an opinion."""
_OWN = "reviewer"
"""The field of the form for the reviewer in the house."""
_ROUNDS = {"version", "opinion", "result", "date"}
"""Columns of the form's table of rounds."""
_AGREED: Mapping[Lang, str] = {"zh": "同意。", "en": "Agreed."}


@dataclass(frozen=True, kw_only=True)
class Opinion:
    """What somebody said of one version, in one round.

    Attributes:
        round: 1, 2, 3, ….
        step: of the route.
        version_no: the version that was looked at.
        by: name of the reviewer.
        result: whether it may stay so.
        opinion: the words; "" where somebody only agreed.
        given_on: day of the opinion.
    """

    round: int
    step: str
    version_no: int
    by: str
    result: Result
    opinion: str
    given_on: date


def steps_of(form: FormDefinition, raw: Mapping[str, Any]) -> tuple[str, ...]:
    """Whose opinions a paper needs, from the route of its kind.

    Where the form's own field of the reviewer does not apply, as with the paper of the head of
    the team, nobody in the house is asked: the supervisory team is.
    """
    conditions = form.applies_if.get(_OWN, ())
    unknown = any(not given(raw.get(one.field)) for one in conditions)
    if unknown or applies(conditions, raw, raw) or SUPERVISORS not in form.route:
        return form.route
    return (SUPERVISORS,)


def asking_fields(form: FormDefinition) -> frozenset[str]:
    """The fields on which it hangs who is asked; none where all papers go the whole route."""
    if SUPERVISORS not in form.route:
        return frozenset()
    return frozenset(one.field for one in form.applies_if.get(_OWN, ()))


def round_now(opinions: Sequence[Opinion], steps: Sequence[str], version_no: int) -> int:
    """The round that the next opinion belongs to, opinions in the order in which they came.

    A round ends where somebody did not agree, where all did, and with another version.
    """
    if not opinions:
        return 1
    last = max(one.round for one in opinions)
    of = _latest([one for one in opinions if one.round == last])
    refused = any(one.result != "agree" for one in of.values())
    elsewhere = any(one.version_no != version_no for one in of.values())
    return last + (refused or elsewhere or set(steps) <= of.keys())


def waits_for(
    opinions: Sequence[Opinion], steps: Sequence[str], version_no: int
) -> tuple[str, ...]:
    """Steps of which nobody has said anything yet in the round that is open."""
    now = round_now(opinions, steps, version_no)
    said = {one.step for one in opinions if one.round == now}
    return tuple(step for step in steps if step not in said)


def answers_of_review(
    form: FormDefinition, raw: Mapping[str, Any], opinions: Sequence[Opinion], lang: Lang
) -> dict[str, Any]:
    """Raw answers for the fields of the form that tell of its review; only what it asks."""
    own = steps_of(form, raw) != (SUPERVISORS,)
    supervisors = [one for one in opinions if one.step == SUPERVISORS]
    reviewers = [one for one in opinions if one.step != SUPERVISORS] if own else supervisors
    found: dict[str, Any] = {}
    if reviewers:
        found |= _of_reviewer(reviewers, lang)
    if own and supervisors:
        last = supervisors[-1]
        found |= {
            "supervisor_opinion": _words(last, lang),
            "supervisor_date": last.given_on.isoformat(),
        }
    return {name: one for name, one in found.items() if _asked(form, raw, name)}


def day_of(text: str) -> date | None:
    """A day as clerks write it; None where it is none."""
    try:
        return parse_date(text)
    except ValueError:
        return None


def prints(text: str) -> bool:
    """Whether every character of an opinion can be kept and printed."""
    return unprintable(text.replace("\r\n", "\n").replace("\r", "\n")) is None


def _of_reviewer(opinions: Sequence[Opinion], lang: Lang) -> dict[str, Any]:
    last = opinions[-1]
    return {
        _OWN: last.by,
        "supervising_reviewer": last.by,
        "review_opinion": _words(last, lang),
        "review_result": last.result,
        "review_date": last.given_on.isoformat(),
        "revision_no": len({one.round for one in opinions if one.result != "agree"}),
        "review_rounds": list(_rows(opinions, lang)),
    }


def _rows(opinions: Sequence[Opinion], lang: Lang) -> Iterator[dict[str, Any]]:
    """One row for each version: what was last said of it."""
    last = {one.version_no: one for one in opinions}
    for no in sorted(last):
        yield {
            "version": no,
            "opinion": _words(last[no], lang),
            "result": last[no].result,
            "date": last[no].given_on.isoformat(),
        }


def _asked(form: FormDefinition, raw: Mapping[str, Any], name: str) -> bool:
    field = form.fields.get(name)
    if field is None or not applies(form.applies_if[name], raw, raw):
        return False
    return field.type != "table" or field.columns.keys() >= _ROUNDS


def _words(one: Opinion, lang: Lang) -> str:
    return one.opinion or (_AGREED[lang] if one.result == "agree" else "")


def _latest(opinions: Sequence[Opinion]) -> dict[str, Opinion]:
    return {one.step: one for one in opinions}


def result_of(said: str) -> Result | None:
    """A result as it is kept; None where it is none."""
    return cast(Result, said) if said in ("agree", "revise", "rewrite") else None
