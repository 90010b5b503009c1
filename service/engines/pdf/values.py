"""Engine room, PDF: reads values of a file that may be missing, indirect or of a wrong kind."""

from __future__ import annotations

from typing import Any

from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject, PdfObject


def value_of(owner: Any, key: str) -> Any:
    """The value behind any reference, or None."""
    held = plain(owner)
    return plain(held.get(key)) if isinstance(held, DictionaryObject) else None


def plain(value: Any) -> Any:
    """What a reference leads to; anything else is itself."""
    return value.get_object() if isinstance(value, IndirectObject) else value


def dictionary_of(owner: Any, key: str) -> DictionaryObject:
    """A dictionary, or an empty one that belongs to nobody."""
    held = value_of(owner, key)
    return held if isinstance(held, DictionaryObject) else DictionaryObject()


def array_of(owner: Any, key: str) -> ArrayObject:
    """An array, or an empty one that belongs to nobody."""
    held = value_of(owner, key)
    return held if isinstance(held, ArrayObject) else ArrayObject()


def items_of(array: ArrayObject) -> list[PdfObject]:
    """The items as they stand, references not followed."""
    return list(list.__iter__(array))


def numbers_of(value: Any, count: int) -> list[float] | None:
    """So many numbers, or None."""
    held = plain(value)
    if not isinstance(held, ArrayObject) or len(held) != count:
        return None
    try:
        return [float(plain(item)) for item in items_of(held)]
    except (TypeError, ValueError):
        return None
