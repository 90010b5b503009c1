"""`layout.*`: what a template's computed indents and sizes are, from the printed texts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from service.core.gbt9704 import JOIN_PT
from service.core.signature import fit_mark, place_signature

# The names are the common ones of GB/T 33480-2016 (templates/shared/envelope.yaml).
_MARK, _ORGAN, _DATE, _SEAL = "issuer_mark", "signature_org", "issue_date", "seal_mode"


def layout_values(context: Mapping[str, Any]) -> dict[str, int]:
    """Right indents of name and date (twips), size (half-points) and width (%) of the letterhead.

    Args:
        context: what `present` gives.
    """
    mark = fit_mark(str(context.get(_MARK, "")))
    sealed = context["shown"]["code"].get(_SEAL) != "unsealed"
    place = place_signature(
        str(context.get(_ORGAN, "")),
        str(context.get(_DATE, "")),
        sealed=sealed,
        join_pt=JOIN_PT,
    )
    return {
        "name_right": place.name_right_tw,
        "date_right": place.date_right_tw,
        "mark_size": round(mark.size_pt * 2),
        "mark_width": mark.scale,
    }
