"""The register of document numbers."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

from service.store.columns import Instant, db_now

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def _needed(name: str, kind: Any) -> sa.Column[Any]:
    return sa.Column(name, kind, nullable=False)


def upgrade() -> None:
    """From numbers that were given out on paper."""
    op.create_table(
        "register",
        _needed("id", sa.String(32)),
        _needed("word", sa.String(40)),
        _needed("year", sa.Integer()),
        _needed("no", sa.Integer()),
        _needed("state", sa.String(8)),
        _needed("title", sa.Text()),
        _needed("kind", sa.String(100)),
        _needed("genre", sa.Text()),
        _needed("signer", sa.Text()),
        _needed("handled_by", sa.Text()),
        sa.Column("copies", sa.Integer()),
        sa.Column("dated", sa.Date()),
        sa.Column("document_id", sa.String(32)),
        _needed("reason", sa.Text()),
        _needed("given_on", sa.Date()),
        _needed("given_by", sa.String(32)),
        sa.Column("changed_at", Instant(), server_default=db_now(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_register"),
        sa.ForeignKeyConstraint(
            ["document_id"],
            ["document.id"],
            name="fk_register_document_id_document",
            ondelete="SET NULL",
        ),
        sa.UniqueConstraint("word", "year", "no", name="uq_register_word_year_no"),
    )
    live = sa.text("state = 'given'")
    op.create_index(
        "uq_register_document_id",
        "register",
        ["document_id"],
        unique=True,
        sqlite_where=live,
        postgresql_where=live,
    )
