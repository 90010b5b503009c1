"""The edge, Word: a value that answers to everything, for trying a template out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from jinja2.exceptions import SecurityError

from service.engines.word.rules import METHODS


class Anything:
    """Text, number, list and mapping at once; what it gives is the same again."""

    def __init__(self, text: str) -> None:
        self._text = text

    def __getattr__(self, name: str) -> Anything:
        if name not in METHODS:
            raise AttributeError(name)
        return self

    def __getitem__(self, key: object) -> Anything:
        if str(key).startswith("_"):
            raise SecurityError(str(key))
        return self

    def __iter__(self) -> Iterator[Any]:
        return iter((self, self))

    def __len__(self) -> int:
        return 2

    def __str__(self) -> str:
        return self._text

    __html__ = __str__

    def __call__(self, *_: object, **__: object) -> Anything:
        """What a method of it gives."""
        return self

    def __int__(self) -> int:
        return 2

    __index__ = __int__

    def __float__(self) -> float:
        return 2.0

    def __bool__(self) -> bool:
        return True

    def __hash__(self) -> int:
        return 1

    def __eq__(self, other: object) -> bool:
        return True

    def __lt__(self, other: object) -> bool:
        return False

    __gt__ = __lt__

    def __le__(self, other: object) -> bool:
        return True

    __ge__ = __contains__ = __le__

    def _same(self, *_: object) -> Anything:
        return self

    __add__ = __radd__ = __sub__ = __rsub__ = __mul__ = __rmul__ = _same
    __truediv__ = __rtruediv__ = __floordiv__ = __rfloordiv__ = _same
    __mod__ = __rmod__ = __neg__ = __pos__ = __abs__ = __round__ = _same


Mapping.register(Anything)
