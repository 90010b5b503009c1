"""Letter and handover list of a filing: filled from the bundle, converted after its parts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from service.catalog import Kind
from service.core.filing.handover import Handed, letter_answers, list_answers
from service.desk.bundle.make import MadeBundle
from service.desk.bundle.plan import BundlePlan
from service.desk.filing.preflight import NUMBER, number_of
from service.desk.filing.request import Sheet
from service.desk.fill import fill
from service.desk.tools import Desk
from service.errors import InputError, Problem

KEPT_BY = "kept_by"
"""The field of the list that says for whom a copy is; one is made for each of its choices."""


@dataclass(frozen=True, kw_only=True)
class Terms:
    """What the sheets say beside the bundle.

    Attributes:
        edition: 1, 2, ….
        day: filing date.
        by: who hands over.
        to: who receives.
        sha256: of the joined PDF.
        letter: raw answers of the letter that a clerk gave.
        remarks: id of a slot to what the list says beside its first part.
    """

    edition: int
    day: date
    by: str
    to: str
    sha256: str
    letter: Mapping[str, Any]
    remarks: Mapping[str, str]


def letter_problems(desk: Desk, plan: BundlePlan, letter: Mapping[str, Any]) -> tuple[Problem, ...]:
    """What is wrong with the letter, found before any work: it is filled, pages not counted yet."""
    if not plan.definition.letter or _has_letter(plan):
        return ()
    kind = desk.catalog.kind(plan.definition.letter)
    parts = [Handed(title=one.title, number=number_of(one), pages=1) for one in plan.parts]
    try:
        raw = dict(letter) | _asked(kind, letter_answers(parts, edition=1))
        fill(desk, kind.name, raw, lang=plan.lang, activity=plan.activity)
    except InputError as error:
        title = kind.form.title.of(plan.lang)
        return tuple(replace(one, file=title) for one in error.problems)
    return ()


def make_sheets(desk: Desk, plan: BundlePlan, made: MadeBundle, terms: Terms) -> list[Sheet]:
    """The letter, then the list in as many copies as it has; none where the bundle names none.

    Args:
        desk: with the converter that made the parts.
        plan: the bundle.
        made: the same, made.
        terms: what else they say.

    Raises:
        InputError: what the clerk gave for the letter is wrong.
        EngineError: the converter failed.
    """
    handed = list(_handed(plan, made, terms))
    sheets: list[Sheet] = []
    if plan.definition.letter and not _has_letter(plan):
        kind = desk.catalog.kind(plan.definition.letter)
        raw = dict(terms.letter) | _asked(kind, letter_answers(handed, edition=terms.edition))
        sheets.append(_sheet(desk, plan, kind, raw, terms.day, role="letter"))
    if plan.definition.handover_list:
        kind = desk.catalog.kind(plan.definition.handover_list)
        raw = list_answers(
            handed,
            edition=terms.edition,
            filed_on=terms.day,
            filed_by=terms.by,
            to=terms.to,
            letter_number=str(terms.letter.get(NUMBER) or ""),
            pdf_pages=made.pages,
            sha256=terms.sha256,
        )
        copies = kind.form.fields[KEPT_BY].choices if KEPT_BY in kind.form.fields else ()
        for copy in copies:
            one = _sheet(
                desk, plan, kind, _asked(kind, raw) | {KEPT_BY: copy.value}, terms.day, role="list"
            )
            sheets.append(replace(one, title=f"{one.title}_{copy.label.of(plan.lang)}"))
        if not copies:
            sheets.append(_sheet(desk, plan, kind, _asked(kind, raw), terms.day, role="list"))
    return sheets


def _has_letter(plan: BundlePlan) -> bool:
    """A letter that is in the bundle already is not written a second time."""
    name = plan.definition.letter
    return any(name in (one.slot.kind, one.slot.id) for one in plan.parts)


def _sheet(
    desk: Desk, plan: BundlePlan, kind: Kind, raw: Mapping[str, Any], day: date, *, role: str
) -> Sheet:
    document = fill(desk, kind.name, raw, lang=plan.lang, activity=plan.activity)
    title = kind.form.title.of(plan.lang)
    converted = desk.converter.convert(document.docx, name=title, urgent=False)
    return Sheet(
        role=role,
        title=title,
        kind=kind.name,
        number=str(raw.get(NUMBER) or ""),
        docx=document.docx,
        pdf=desk.joiner.settled(converted.pdf, day, name=title),
        pages=converted.pages,
        template=document.version,
        notes=tuple(replace(one, file=title) for one in document.notes),
    )


def _asked(kind: Kind, facts: Mapping[str, Any]) -> dict[str, Any]:
    """Of what the desk could say, what a unit's own kind asks for."""
    return {name: one for name, one in facts.items() if name in kind.form.fields}


def _handed(plan: BundlePlan, made: MadeBundle, terms: Terms) -> Iterator[Handed]:
    remarks = dict(terms.remarks)
    words = {"zh": "另附原件，未合订", "en": "as a file alone, not joined"}[plan.lang]
    apart = {one.plan.path for one in made.apart}
    pages = {one.plan.path: one.pages for one in made.parts}
    for part in plan.parts:
        said: Sequence[str] = (
            words if part.path in apart else "",
            remarks.pop(part.slot.id, ""),
        )
        yield Handed(
            title=part.title,
            number=number_of(part),
            pages=pages.get(part.path, 0),
            remark=("；" if plan.lang == "zh" else "; ").join(one for one in said if one),
            apart=part.path in apart,
        )
