"""Submissions: what was handed over, edition by edition."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

from service.store.columns import Instant, Json, db_now

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def _needed(name: str, kind: Any) -> sa.Column[Any]:
    return sa.Column(name, kind, nullable=False)


def upgrade() -> None:
    """From bundles that were only made."""
    op.create_table(
        "submission",
        _needed("id", sa.String(32)),
        _needed("key", sa.String(64)),
        _needed("edition", sa.Integer()),
        _needed("profile", sa.String(12)),
        sa.Column("activity_id", sa.String(32)),
        _needed("bundle", sa.String(100)),
        _needed("lang", sa.String(2)),
        _needed("title", sa.Text()),
        _needed("to", sa.Text()),
        _needed("state", sa.String(10)),
        _needed("reason", sa.Text()),
        sa.Column("sent_back_on", sa.Date()),
        _needed("filed_on", sa.Date()),
        _needed("filed_by", sa.Text()),
        _needed("filed_by_id", sa.String(32)),
        sa.Column("filed_at", Instant(), server_default=db_now(), nullable=False),
        _needed("pages", sa.Integer()),
        _needed("pdf_sha256", sa.String(64)),
        _needed("package_sha256", sa.String(64)),
        _needed("files", Json()),
        _needed("manifest", Json()),
        _needed("documents", Json()),
        sa.PrimaryKeyConstraint("id", name="pk_submission"),
        sa.ForeignKeyConstraint(
            ["activity_id"],
            ["activity.id"],
            name="fk_submission_activity_id_activity",
            ondelete="SET NULL",
        ),
        sa.UniqueConstraint("key", "edition", name="uq_submission_key_edition"),
    )
    for column in ("activity_id", "pdf_sha256", "package_sha256"):
        op.create_index(f"ix_submission_{column}", "submission", [column])
