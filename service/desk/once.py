"""Once: a caller who asks again by the same key gets the first answer, and nothing is done twice.

The answer is kept in the transaction of the work itself: either both are there, or neither.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

from service.core.people import Person
from service.desk.tools import Desk
from service.errors import GongwenError, InputError, problem
from service.store import once as rows
from service.store.database import Session

Keep: TypeAlias = Callable[[Session, str], None]
"""To be called in the transaction of the work, last, with the answer."""


@dataclass(frozen=True, kw_only=True)
class Once:
    """A caller's key.

    Attributes:
        mark: hash of the caller, what is done, and the key.
        asked: hash of all that was asked.
    """

    mark: str
    asked: str

    @classmethod
    def of(cls, person: Person, key: str, what: str, asked: bytes) -> Once:
        """The key of a person for one address; the same key elsewhere is another one."""
        mark = "\n".join((person.id, what, key))
        return cls(mark=_hash(mark.encode()), asked=_hash(what.encode() + b"\n" + asked))


def unkept(_session: Session, _answer: str) -> None:
    """For work that nobody asks for a second time."""


class _RepeatedError(Exception):
    """Somebody else was first; the transaction is to be undone."""


def only_once(desk: Desk, once: Once | None, work: Callable[[Keep], str]) -> str:
    """The answer of the work, which is done for the first caller alone.

    Args:
        desk: the store.
        once: the caller's key; None does the work whatever was asked before.
        work: does it, and calls what it is handed in its transaction.

    Raises:
        InputError: the key was used for something else.
    """
    if once is None:
        return work(unkept)
    if (before := _before(desk, once)) is not None:
        return before

    def keep(session: Session, answer: str) -> None:
        if not rows.claim(session, once.mark, once.asked, answer):
            raise _RepeatedError

    try:
        return work(keep)
    except (_RepeatedError, GongwenError):
        # What the first has done meanwhile may itself be in the second's way.
        found = _before(desk, once)
        if found is None:
            raise
        return found


def _before(desk: Desk, once: Once) -> str | None:
    with desk.store.read() as session:
        found = rows.find(session, once.mark)
    if found is None:
        return None
    if found.asked != once.asked:
        raise InputError(
            problem(
                "key_used",
                "这个 Idempotency-Key 已用于另一次内容不同的请求；请换一个新的。",
                "this Idempotency-Key was used for a request with other content; take a new one.",
            )
        )
    return found.answer


def _hash(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
