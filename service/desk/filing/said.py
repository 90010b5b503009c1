"""What a manifest says of the parts of a bundle, and the files that the package keeps of them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from service.core.filing.manifest import FileSaid, MadeWith, PartSaid, ReviewSaid
from service.core.filing.metadata import PartFacts, metadata_of
from service.core.filing.places import Places
from service.desk.bundle.front import ContentsEntry
from service.desk.bundle.parts import MadePart
from service.desk.bundle.plan import BundlePlan
from service.desk.filing.package import said_of
from service.desk.filing.preflight import date_of, number_of
from service.errors import Lang

RETENTION_CODES = {"permanent": "Y", "years_30": "D30", "years_10": "D10"}
"""保管期限 as an archive number writes it (DA/T 22-2015)."""
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


def say_parts(
    plan: BundlePlan,
    made: Sequence[MadePart],
    entries: Sequence[ContentsEntry],
    places: Places,
    made_with: MadeWith,
) -> tuple[list[PartSaid], dict[str, bytes]]:
    """Every joined part as the manifest says it, and what the package keeps of it.

    Args:
        plan: the bundle.
        made: its parts, in order.
        entries: the contents, as many.
        places: gives out the paths.
        made_with: for the metadata.
    """
    files: dict[str, bytes] = {}
    said = []
    for part, entry in zip(made, entries, strict=True):
        pdf = _kept(files, places.part(entry.no, entry.title), part.pdf)
        one = PartSaid(
            no=entry.no,
            title=entry.title,
            role=_role(part),
            slot=part.plan.slot.id,
            kind=part.plan.kind.name if part.plan.kind else "",
            number=number_of(part.plan),
            date=date_of(part.plan),
            issuer=issuer_of(plan, part),
            first_page=entry.page if plan.instance.numbered else 0,
            pages=part.pages,
            pdf_sha256=hashlib.sha256(part.pdf).hexdigest(),
            pdf=pdf,
            original=_original(files, places, entry, part),
            template=part.template,
            answers_sha256=answers_digest(part),
            removed=tuple(text.of(plan.lang) for text in part.removed),
            retention=retention_of(part),
            reviews=reviews_of(part),
        )
        facts = facts_of(part, plan.lang, section="")
        said.append(one.model_copy(update={"metadata": metadata_of(one, facts, made_with)}))
    return said, files


def keep_apart(
    apart: Sequence[MadePart], places: Places
) -> tuple[list[FileSaid], dict[str, bytes]]:
    """What stands in no PDF, as it came."""
    files: dict[str, bytes] = {}
    said = []
    for one in apart:
        assert one.original is not None
        stem, _, ending = one.original.name.rpartition(".")
        path = places.apart(stem or one.plan.title, f".{ending}" if stem else "")
        said.append(_kept(files, path, one.original.data))
    return said, files


def issuer_of(plan: BundlePlan, part: MadePart) -> str:
    """Who is responsible for a paper: as it says itself, else the unit."""
    values = _values(part)
    found = values.get("issuer") or values.get("signature_org") or values.get("person_name")
    return str(part.plan.source.issuer or found or plan.activity.get("unit") or "")


def retention_of(part: MadePart) -> str:
    """Code of the retention period: the paper's own, the instance's, the slot's."""
    said = _values(part).get("retention") or part.plan.source.retention or part.plan.slot.retention
    return RETENTION_CODES[str(said)]


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
    values = _values(part)
    told = {name: _text(values.get(field), lang) for name, field in _FACTS.items()}
    return PartFacts(
        **told, kind=_genre(part, lang), section=section, pdfa=b"pdfaid:part" in part.pdf
    )


def _genre(part: MadePart, lang: Lang) -> str:
    code = _values(part).get("genre")
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


def _values(part: MadePart) -> Mapping[str, Any]:
    return part.plan.answers.values if part.plan.answers else {}


def _role(part: MadePart) -> Any:
    if part.plan.forms:
        return "forms"
    return "upload" if part.plan.slot.upload else "document"


def _original(
    files: dict[str, bytes], places: Places, entry: ContentsEntry, part: MadePart
) -> FileSaid | None:
    if part.original is None:
        return None
    stem, dot, ending = part.original.name.rpartition(".")
    suffix = f"{dot}{ending}" if stem else ""
    return _kept(files, places.original(entry.no, entry.title, suffix), part.original.data)


def _kept(files: dict[str, bytes], path: str, data: bytes) -> FileSaid:
    files[path] = data
    return said_of(path, data)


def _plain(value: Any) -> str:
    return str(value.isoformat()) if hasattr(value, "isoformat") else str(value)
