"""Who may come to an address: the words in which the policy tables are written."""

from __future__ import annotations

from dataclasses import dataclass, replace

from service.core.people import Role
from service.desk.people.ties import Tie

ADMINISTRATORS: frozenset[Role] = frozenset({"administrator"})
WRITERS: frozenset[Role] = frozenset({"administrator", "clerk"})
EVERYBODY: frozenset[Role] = frozenset({"administrator", "clerk", "reviewer"})


@dataclass(frozen=True, kw_only=True)
class Rule:
    """What an address asks of who comes.

    Attributes:
        roles: who may come; None for anybody, signed in or not.
        of: the kind of object that the address names in its view argument `of`, or "".
        ties: how the person must be tied to the object, one of these.
        scope: what a token must be good for; "" for pages, which no token opens.
    """

    roles: frozenset[Role] | None
    of: str = ""
    ties: frozenset[Tie] = frozenset()
    scope: str = ""


OPEN = Rule(roles=None)
SIGNED = Rule(roles=EVERYBODY)
WRITE = Rule(roles=WRITERS)
ADMINISTER = Rule(roles=ADMINISTRATORS)
ROSTER = Rule(roles=WRITERS, of="roster", ties=frozenset({"handler"}))
BATCH = Rule(roles=WRITERS, of="batch", ties=frozenset({"handler"}))
SEE_ACTIVITY = Rule(roles=EVERYBODY, of="activity", ties=frozenset({"unit"}))
CHANGE_ACTIVITY = Rule(roles=WRITERS, of="activity", ties=frozenset({"unit"}))
SUBMISSION = Rule(roles=WRITERS, of="submission", ties=frozenset({"handler", "unit"}))
SEE_DOCUMENT = Rule(roles=EVERYBODY, of="document", ties=frozenset({"handler", "reviewer", "unit"}))
CHANGE_DOCUMENT = Rule(roles=WRITERS, of="document", ties=frozenset({"handler", "unit"}))
HAND_OVER_DOCUMENT = Rule(
    roles=EVERYBODY, of="document", ties=frozenset({"handler", "administrator"})
)
REVIEW_DOCUMENT = Rule(
    roles=EVERYBODY, of="document", ties=frozenset({"handler", "reviewer", "desk"})
)


def reads(rule: Rule) -> Rule:
    """The same for the API, by a token for reading."""
    return replace(rule, scope="read")


def writes(rule: Rule) -> Rule:
    """The same for the API, by a token for making and changing."""
    return replace(rule, scope="write")


def administers(rule: Rule) -> Rule:
    """The same for the API, by a token for an administrator's work."""
    return replace(rule, scope="administer")
