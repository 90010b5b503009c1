"""Work that gives the same bytes each time: on a converter of its own, from the beginning."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from service.desk.tools import Desk
from service.errors import EngineError

_T = TypeVar("_T")
_ATTEMPTS = 2


def steadily(desk: Desk, work: Callable[[Desk], _T]) -> _T:
    """Does the work with a fresh converter; where that fails, once more from the beginning.

    A second try of one document alone would give other bytes than a first one. What fails again is
    the documents' own fault: then ways around it are tried (a smaller composite), as they will be
    whenever these documents are filed.

    Raises:
        EngineError: the converter failed twice, or there is none.
    """
    for left in reversed(range(_ATTEMPTS)):
        try:
            with desk.alone(strict=bool(left)) as alone:
                return work(alone)
        except EngineError as error:
            if not left or all(one.code != "sequence_broken" for one in error.problems):
                raise
    raise AssertionError("unreachable")
