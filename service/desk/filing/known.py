"""The register of submissions, asked whether it knows what is verified."""

from __future__ import annotations

from service.desk.filing.verify import Filed, KnownHashes
from service.desk.tools import Desk
from service.errors import EngineError


def register_of(desk: Desk) -> KnownHashes:
    """Asks this desk's store; it opens the store, so only where there is one.

    Known by its digest, it is ours. Else whatever was filed under the same title (by the same
    unit, in the same edition, as far as it says so itself) is what it should have been.
    """

    def known(filed: Filed) -> frozenset[str] | None:
        from service.store import submissions

        try:
            with desk.store.read() as session:
                if filed.sha256 and submissions.by_digest(session, filed.sha256):
                    return frozenset({filed.sha256})
                rows = submissions.titled(session, filed.title) if filed.title else ()
                return frozenset(
                    row.pdf_sha256
                    for row in rows
                    if filed.edition in {0, row.edition}
                    and filed.unit in {"", row.manifest.get("unit", "")}
                )
        except EngineError:
            return None

    return known
