"""Which fonts served, as doors tell it."""

from __future__ import annotations

from collections.abc import Iterable

from service.engines.protocols import FontUse


def stand_ins(uses: Iterable[FontUse]) -> dict[str, list[str]]:
    """Wanted family to the families that stood in for it; fonts that served themselves are out."""
    found: dict[str, dict[str, None]] = {}
    for use in uses:
        if use.stand_in:
            found.setdefault(use.wanted, {}).update(dict.fromkeys(use.served))
    return {wanted: list(served) for wanted, served in sorted(found.items())}
