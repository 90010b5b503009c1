"""Core: the forty acceptance rules of layout-and-filing.md, section 5, measured on one file."""

from __future__ import annotations

from service.core.layout_rules import (
    annex_rules,
    bundle_rules,
    content_rules,
    english_rules,
    grid_rules,
    head_rules,
    heading_rules,
    imprint_rules,
    landscape_rules,
    page_rules,
    signature_rules,
    table_rules,
    title_rules,
)
from service.core.layout_rules.model import REGISTRY, Fault, LayoutHints, Outcome
from service.core.layout_rules.reading import Reading, read
from service.core.sheet import Sheet

# Importing a module enters its rules in the registry.
MODULES = (
    page_rules, grid_rules, title_rules, head_rules, heading_rules, annex_rules, signature_rules,
    imprint_rules, table_rules, landscape_rules, content_rules, bundle_rules, english_rules,
)  # fmt: skip


def check(sheet: Sheet, hints: LayoutHints | None = None) -> tuple[Outcome, ...]:
    """All forty rules on one measured file, in their order."""
    reading = read(sheet, hints or LayoutHints())
    return tuple(REGISTRY[number].outcome(reading) for number in sorted(REGISTRY))


__all__ = ["MODULES", "REGISTRY", "Fault", "LayoutHints", "Outcome", "Reading", "check", "read"]
