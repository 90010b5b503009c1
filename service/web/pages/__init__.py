"""The pages, a few routes a file; each only translates."""

from __future__ import annotations

from service.web.pages import (
    activities,
    batch_files,
    batch_items,
    batches,
    bundle,
    copies,
    document_checks,
    document_drafts,
    documents,
    form,
    home,
    kinds,
    made,
    people,
    profiles,
    roster_rows,
    rosters,
    tokens,
    users,
)

ALL = (
    people.BLUEPRINT,
    users.BLUEPRINT,
    tokens.BLUEPRINT,
    home.BLUEPRINT,
    activities.BLUEPRINT,
    profiles.BLUEPRINT,
    copies.BLUEPRINT,
    kinds.BLUEPRINT,
    form.BLUEPRINT,
    made.BLUEPRINT,
    documents.BLUEPRINT,
    document_drafts.BLUEPRINT,
    document_checks.BLUEPRINT,
    bundle.BLUEPRINT,
    rosters.BLUEPRINT,
    roster_rows.BLUEPRINT,
    batches.BLUEPRINT,
    batch_items.BLUEPRINT,
    batch_files.BLUEPRINT,
)
