"""Papers of an activity: the states they go through, and what may follow what.

A record, no workflow engine: what an office does on paper is written down here, and a clerk may
always go back to the draft.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, get_args

State = Literal[
    "not_started",
    "draft",
    "in_review",
    "to_revise",
    "final",
    "issued",
    "sealed",
    "scanned",
    "submitted",
]
STATES: tuple[State, ...] = get_args(State)
"""In the order of work; `not_started` is a paper that is due and has no document yet."""

NEXT: Mapping[State, tuple[State, ...]] = {
    "not_started": ("draft",),
    "draft": ("in_review", "final"),
    "in_review": ("to_revise", "final", "draft"),
    "to_revise": ("draft", "in_review"),
    "final": ("issued", "scanned", "draft"),
    "issued": ("sealed", "scanned", "draft"),
    "sealed": ("scanned", "draft"),
    "scanned": ("submitted", "draft"),
    "submitted": (),
}
"""What may follow: 定稿 (final) is not 签发 (issued); a submitted paper is locked."""
SETTLED: frozenset[State] = frozenset({"final", "issued", "sealed", "scanned", "submitted"})
"""The text is not changed any more, but by going back to the draft."""

Way = Literal["generated", "hand_edited", "scan"]
"""How a version came: from the form, from Word by hand, from paper with signature or seal."""
Result = Literal["agree", "revise", "rewrite"]
RESULTS: tuple[Result, ...] = get_args(Result)
"""同意, 修改, 重写."""


def may_follow(state: State, then: State) -> bool:
    """Whether a paper may go from one state to another."""
    return then in NEXT[state]


def after_review(result: Result) -> State:
    """The state that an opinion leads to, where no other opinion of the route is missing."""
    return "final" if result == "agree" else "to_revise"
