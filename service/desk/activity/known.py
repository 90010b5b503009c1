"""What a person may know of: documents in lists, without a look at the catalog for each one."""

from __future__ import annotations

from collections.abc import Iterable
from typing import cast

from service.core.people import Person
from service.desk.people.ties import Tie, ties_to_document
from service.desk.tools import Desk
from service.store.activities import Held
from service.store.models import Document


class Eyes:
    """One person's; ties hang on the kind, the branch, the clerk and whether it is confidential."""

    def __init__(self, desk: Desk, person: Person) -> None:
        self._desk, self._person = desk, person
        self._ties: dict[tuple[str, str, bool, bool], frozenset[Tie]] = {}

    def ties(self, document: Held) -> frozenset[Tie]:
        """How the person is tied to it; empty where it is not to be known."""
        mine = document.handler_id == self._person.id
        key = (document.kind, document.branch, document.confidential, mine)
        if key not in self._ties:
            # A light row has what the rule looks at: kind, branch, clerk, confidential.
            row = cast(Document, document)
            self._ties[key] = ties_to_document(self._desk, self._person, row)
        return self._ties[key]

    def known(self, documents: Iterable[Held]) -> list[Held]:
        """Those that the person may know of."""
        return [one for one in documents if self.ties(one)]
