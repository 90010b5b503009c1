"""What a manifest says of a part of a bundle, as far as the paper itself says it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import date
from typing import Any

from service.core.filing.catalogue import CODES
from service.core.filing.manifest import ReviewSaid, Role
from service.core.filing.metadata import PartFacts
from service.desk.bundle.parts import MadePart
from service.desk.bundle.plan import BundlePlan
from service.errors import Lang

_FACTS = {
    "copy_number": "copy_no",
    "secrecy": "secrecy",
    "urgency": "urgency",
    "letterhead": "issuer_mark",
    "signer": "signer",
    "to": "addressees",
    "annexes": "attachments",
    "signed": "signature_org",
    "note": "note",
    "copies_to": "copy_to",
    "printed_by": "printed_by",
    "printed_on": "printed_date",
}
"""Names of GB/T 33480 in `PartFacts` to the fields that the kinds share."""


def issuer_of(plan: BundlePlan, part: MadePart) -> str:
    """Who is responsible for a paper: as it says itself, else the unit."""
    values = values_of(part)
    found = values.get("issuer") or values.get("signature_org") or values.get("person_name")
    return str(part.plan.source.issuer or found or plan.activity.get("unit") or "")


def retention_of(part: MadePart) -> str:
    """Code of the retention period: the paper's own, the instance's, the slot's."""
    said = (
        values_of(part).get("retention") or part.plan.source.retention or part.plan.slot.retention
    )
    return CODES[str(said)]


def reviews_of(part: MadePart) -> tuple[ReviewSaid, ...]:
    """Its closed reviews."""
    return tuple(
        ReviewSaid(by=one.by, result=one.result, date=one.date) for one in part.plan.source.reviews
    )


def answers_digest(part: MadePart) -> str:
    """SHA-256 of the answers as canonical JSON; "" where none are known."""
    if part.plan.answers is None:
        return ""
    text = json.dumps(part.plan.answers.values, ensure_ascii=False, sort_keys=True, default=_plain)
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def facts_of(part: MadePart, lang: Lang, *, section: str) -> PartFacts:
    """What the paper says of itself by the names of GB/T 33480."""
    values = values_of(part)
    told = {name: _text(values.get(field), lang) for name, field in _FACTS.items()}
    return PartFacts(
        **told, kind=_genre(part, lang), section=section, pdfa=b"pdfaid:part" in part.pdf
    )


def _genre(part: MadePart, lang: Lang) -> str:
    code = values_of(part).get("genre")
    field = part.plan.kind.form.fields.get("genre") if part.plan.kind else None
    for choice in field.choices if field else ():
        if choice.value == code:
            return choice.label.of(lang)
    return ""


def _text(value: Any, lang: Lang) -> str:
    if value is None or isinstance(value, bool):
        return ""
    if isinstance(value, list):
        between = "、" if lang == "zh" else "; "
        return between.join(
            str(one.get("title", "")) if isinstance(one, Mapping) else str(one) for one in value
        )
    return value.isoformat() if isinstance(value, date) else str(value)


def values_of(part: MadePart) -> Mapping[str, Any]:
    """The answers of a part, as far as known."""
    return part.plan.answers.values if part.plan.answers else {}


def role_of(part: MadePart) -> Role:
    """What it is."""
    if part.plan.forms:
        return "forms"
    return "upload" if part.plan.slot.upload else "document"


def _plain(value: Any) -> str:
    return str(value.isoformat()) if hasattr(value, "isoformat") else str(value)
