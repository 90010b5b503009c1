"""What an activity owes, line by line, in the reader's language; and whose document is which."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Protocol

from service.core.definition import FormDefinition, Label
from service.core.due import Owed, owed
from service.core.paper_list import PaperDue, PaperList
from service.core.people import Person
from service.core.roster.names import same_person
from service.desk.activity import facts
from service.desk.activity.facts import known_facts, languages, spoken
from service.desk.documents.drafts import is_confidential
from service.desk.tools import Desk
from service.errors import LANGS, GongwenError, Lang
from service.store.models import Activity


class Named(Protocol):
    """A document, as far as it matters whose it is."""

    @property
    def kind(self) -> str:
        """Its kind."""

    @property
    def part(self) -> str:
        """An annex that is made alone, or ""."""

    @property
    def person(self) -> str:
        """Whose paper it is."""

    @property
    def branch(self) -> str:
        """The person's, or the branch that owes it."""


def whose(document: Named) -> str:
    """The person's or branch's name for comparing; "" for the unit's paper."""
    name = document.person or document.branch
    return same_person(name) if name else ""


@dataclass(frozen=True, kw_only=True)
class Line:
    """One paper that somebody owes.

    Attributes:
        paper: which line of papers.yaml.
        person: whose it is, in the reader's language; "" for the unit's, a branch's, the members'.
        branch: the branch that owes it.
        owner: who sees to it.
        day: by which it is to be there.
        lacks: fields of the profile that the day hangs on and that are empty.
        names: the same person or branch in each language of the profile.
    """

    paper: PaperDue
    person: str
    branch: str
    owner: str
    day: date | None
    lacks: tuple[str, ...]
    names: Mapping[Lang, str] = field(default_factory=dict)

    @property
    def key(self) -> str:
        """What a button calls it: the paper's id and the name."""
        return f"{self.paper.id}:{self.person or self.branch}"

    def name_in(self, lang: Lang) -> str:
        """The person or branch as a document of this language writes the name."""
        return self.names.get(lang) or self.person or self.branch

    def is_of(self, document: Named) -> bool:
        """Whether a document is this paper."""
        if (document.kind, document.part) != (self.paper.kind, self.paper.part):
            return False
        return self.paper.who == "member" or whose(document) in self.spellings

    @cached_property
    def spellings(self) -> frozenset[str]:
        """How documents of it say whose they are (`whose`)."""
        names = (self.person, self.branch, *self.names.values())
        return frozenset(same_person(one) for one in names if one) or frozenset({""})


@dataclass(frozen=True, kw_only=True)
class Rules:
    """What is the same for all activities; looked up once for a page.

    Attributes:
        papers: what is due.
        profile: the form of profiles.
        forms: of the papers' kinds; a broken kind is absent and stops no other paper.
        close: kinds whose papers are for their clerk and their reviewer alone.
    """

    papers: PaperList
    profile: FormDefinition
    forms: Mapping[str, FormDefinition]
    close: frozenset[str]

    def title(self, paper: PaperDue) -> Label:
        """Of one line of the list."""
        form = self.forms.get(paper.kind)
        return paper.title or (form.title if form else Label(zh=paper.kind, en=paper.kind))

    def veiled(self, paper: PaperDue, person: Person) -> bool:
        """Whether others may have such papers under way of which this person may not know."""
        if paper.kind not in self.close:
            return False
        # The head of the team reviews all of a kind, a secretary only the branch's.
        return person.post != "team_leader" or person.post not in self.forms[paper.kind].route


def rules_of(desk: Desk) -> Rules:
    """What there is. Raises DefinitionError where papers.yaml is broken."""
    papers = desk.catalog.papers()
    kinds = {one.kind for one in papers.papers}
    forms = {name: form for name in kinds if (form := _form(desk, name))}
    return Rules(
        papers=papers,
        profile=desk.catalog.activity(),
        forms=forms,
        close=frozenset(name for name, form in forms.items() if is_confidential(form)),
    )


def _form(desk: Desk, kind: str) -> FormDefinition | None:
    try:
        return desk.catalog.kind(kind).form
    except GongwenError:  # its own pages tell of it
        return None


_MOST = 1024
_KEPT: OrderedDict[tuple[str, int, Lang], tuple[PaperList, FormDefinition, list[Line]]]
_KEPT = OrderedDict()


def lines_of(rules: Rules, activity: Activity, lang: Lang) -> list[Line]:
    """All that an activity owes; counted once for each save."""
    key = (activity.id, activity.revision, lang)
    kept = _KEPT.get(key)
    if kept is None or kept[0] is not rules.papers or kept[1] is not rules.profile:
        kept = (rules.papers, rules.profile, _counted(rules, activity, lang))
        _KEPT[key] = kept
        while len(_KEPT) > _MOST:
            _KEPT.popitem(last=False)
    return kept[2]


def forget(activity: Activity) -> None:
    """Nothing is kept of a save that is not yet written: it may come to nothing."""
    facts.forget(activity)
    for lang in LANGS:
        _KEPT.pop((activity.id, activity.revision, lang), None)


def _counted(rules: Rules, activity: Activity, lang: Lang) -> list[Line]:
    found = rules.papers
    told = spoken(rules.profile, activity, lang)
    lists = {
        one: owed(found, known_facts(rules.profile, activity, one))
        for one in languages(rules.profile, activity)
    }
    shown = lists.get(told) or owed(found, {})
    # Both profiles list the same people in the same order, or the names belong to one alone.
    alike = {one: whole for one, whole in lists.items() if len(whole) == len(shown)}
    return [
        _line(one, {other: whole[number] for other, whole in alike.items()})
        for number, one in enumerate(shown)
    ]


def _line(one: Owed, same: Mapping[Lang, Owed]) -> Line:
    return Line(
        paper=one.paper,
        person=one.person,
        branch=one.branch,
        owner=one.owner,
        day=one.day,
        lacks=one.lacks,
        names={lang: other.person or other.branch for lang, other in same.items()},
    )


def line_of(lines: Iterable[Line], document: Named) -> Line | None:
    """Which line a document is of; None where the activity does not ask for it."""
    return next((one for one in lines if one.is_of(document)), None)
