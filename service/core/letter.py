"""`layout.*`: what a template's computed indents and sizes are, from the printed texts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from service.core.gbt9704 import JOIN_PT, MARK_TOP_MM, TWIPS_PER_PT, points
from service.core.signature import fit_mark, place_signature

# The names are the common ones of GB/T 33480-2016 (templates/shared/envelope.yaml).
_MARK, _ORGAN, _DATE, _SEAL = "issuer_mark", "signature_org", "issue_date", "seal_mode"
_PERSON = "person_name"  # signs where no organ does, never with a seal
_MARK_INK = 0.104  # of the size: the ink begins so far under the top of its line (measured)


def layout_values(context: Mapping[str, Any]) -> dict[str, int]:
    """Indents of name and date (twips); size (half-points), width (%), room (twips) of a mark.

    Args:
        context: what `present` gives.
    """
    mark = fit_mark(str(context.get(_MARK, "")))
    organ, person = str(context.get(_ORGAN, "")), str(context.get(_PERSON, ""))
    sealed = context["shown"]["code"].get(_SEAL) != "unsealed" and bool(organ or not person)
    place = place_signature(
        organ or person,
        str(context.get(_DATE, "")),
        sealed=sealed,
        join_pt=JOIN_PT,
    )
    return {
        "name_right": place.name_right_tw,
        "date_right": place.date_right_tw,
        "mark_size": round(mark.size_pt * 2),
        "mark_width": mark.scale,
        "mark_before": round((points(MARK_TOP_MM) - _MARK_INK * mark.size_pt) * TWIPS_PER_PT),
    }
