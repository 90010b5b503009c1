"""Whose a kept file is: told by the ids in its name, which only a row's own files bear."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import InstrumentedAttribute, Session

from service.store.models import Batch, Making, Roster, Submission, Upload, Version

_AT_ONCE = 500
"""Ids in one statement; SQLite takes no more than some thousand."""


def _first(name: str) -> str:
    return name.split("/")[1]


def _second(name: str) -> str:
    return name.split("/")[2].partition(".")[0]


_OWNERS: dict[str, tuple[Callable[[str], str], InstrumentedAttribute[Any]]] = {
    "batches": (_first, Batch.id),
    "bundles": (_first, Making.id),
    "documents": (_second, Version.id),
    "filings": (_first, Submission.id),
    "rosters": (_first, Roster.id),
    "uploads": (_second, Upload.id),
}
"""First folder of a name to where in it the row's id stands, and which row that is."""
PREFIXES = (*_OWNERS, "trials")
"""Folders that are swept. `templates` is not: its files are few, and named by what is in them, so
that a new batch may take up an old one at any moment."""


def ownerless(session: Session, prefix: str, names: Collection[str]) -> list[str]:
    """Files under a prefix that no row knows of."""
    if prefix not in _OWNERS:
        return list(names)
    id_of, column = _OWNERS[prefix]
    depth = 2 if id_of is _second else 1
    ours = {name: id_of(name) for name in names if name.count("/") >= depth}
    ids, known = sorted(set(ours.values())), set()
    for start in range(0, len(ids), _AT_ONCE):
        some = ids[start : start + _AT_ONCE]
        known |= set(session.scalars(select(column).where(column.in_(some))))
    left = [name for name, owner in ours.items() if owner not in known]
    return left + _of_old_rounds(session, set(ours) - set(left)) if prefix == "bundles" else left


def _of_old_rounds(session: Session, names: Collection[str]) -> list[str]:
    """Files of a bundle's making that is over, of which its row tells no more."""
    wanted = select(Making.id, Making.round, Making.blob)
    rows = session.execute(wanted.where(Making.id.in_({_first(one) for one in names})))
    kept = {id_: {str(round_), blob.split("/")[2] if blob else ""} for id_, round_, blob in rows}
    return [one for one in names if one.split("/")[2] not in kept.get(_first(one), set())]
