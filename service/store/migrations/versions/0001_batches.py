"""Rosters, batches and workers."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

from service.store.columns import Instant, Json, db_now

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def _id() -> sa.Column[str]:
    return sa.Column("id", sa.String(32), primary_key=True)


def _created() -> sa.Column[Any]:
    return sa.Column("created_at", Instant(), server_default=db_now(), nullable=False)


def _needed(name: str, kind: Any) -> sa.Column[Any]:
    return sa.Column(name, kind, nullable=False)


def upgrade() -> None:
    """From nothing."""
    op.create_table(
        "profile",
        _id(),
        _needed("lang", sa.String(2)),
        _needed("digest", sa.String(64)),
        _needed("facts", Json()),
        _created(),
        sa.PrimaryKeyConstraint("id", name="pk_profile"),
        sa.UniqueConstraint("digest", name="uq_profile_digest"),
    )
    op.create_table(
        "roster",
        _id(),
        _needed("kind", sa.String(100)),
        _needed("lang", sa.String(2)),
        _needed("file_name", sa.Text()),
        _needed("handler_id", sa.String(32)),
        _needed("profile_id", sa.String(32)),
        _needed("chosen", Json()),
        _needed("columns", Json()),
        _needed("missing", Json()),
        _needed("shared", Json()),
        _needed("notes", Json()),
        _needed("checked", sa.String(64)),
        _needed("version", sa.Integer()),
        _created(),
        sa.PrimaryKeyConstraint("id", name="pk_roster"),
        sa.ForeignKeyConstraint(
            ["profile_id"], ["profile.id"], name="fk_roster_profile_id_profile"
        ),
    )
    op.create_table(
        "member",
        _id(),
        _needed("roster_id", sa.String(32)),
        _needed("row", sa.Integer()),
        _needed("read", Json()),
        _needed("mends", Json()),
        _needed("plan", Json()),
        sa.PrimaryKeyConstraint("id", name="pk_member"),
        sa.ForeignKeyConstraint(
            ["roster_id"], ["roster.id"], name="fk_member_roster_id_roster", ondelete="CASCADE"
        ),
        sa.UniqueConstraint("roster_id", "row", name="uq_member_roster_id_row"),
    )
    _batches()
    op.create_table(
        "worker",
        sa.Column("id", sa.String(100), primary_key=True),
        _needed("host", sa.Text()),
        _needed("pid", sa.Integer()),
        sa.Column("started_at", Instant(), server_default=db_now(), nullable=False),
        sa.Column("beat", Instant(), server_default=db_now(), nullable=False),
        sa.Column("taken_at", Instant()),
        sa.PrimaryKeyConstraint("id", name="pk_worker"),
    )


def _batches() -> None:
    op.create_table(
        "batch",
        _id(),
        _needed("roster_id", sa.String(32)),
        _needed("profile_id", sa.String(32)),
        _needed("kind", sa.String(100)),
        _needed("title", sa.Text()),
        _needed("lang", sa.String(2)),
        _needed("pdf", sa.String(10)),
        _needed("odd_start", sa.Boolean()),
        _needed("state", sa.String(10)),
        _needed("cancelled", sa.Boolean()),
        _needed("round", sa.Integer()),
        _needed("turn", sa.Integer()),
        _needed("stage", sa.String(10)),
        _needed("form", Json()),
        _needed("template", sa.String(64)),
        _needed("shared", Json()),
        _created(),
        sa.Column("started_at", Instant()),
        _needed("ready_before", sa.Integer()),
        sa.Column("finished_at", Instant()),
        _needed("joined", sa.Text()),
        sa.Column("joined_pages", sa.Integer()),
        _needed("reasons", Json()),
        sa.PrimaryKeyConstraint("id", name="pk_batch"),
        sa.ForeignKeyConstraint(["roster_id"], ["roster.id"], name="fk_batch_roster_id_roster"),
        sa.ForeignKeyConstraint(["profile_id"], ["profile.id"], name="fk_batch_profile_id_profile"),
    )
    op.create_index("ix_batch_state", "batch", ["state"])
    op.create_index("ix_batch_roster_id", "batch", ["roster_id"])
    op.create_table(
        "item",
        _id(),
        _needed("batch_id", sa.String(32)),
        _needed("row", sa.Integer()),
        _needed("position", sa.Integer()),
        _needed("chunk", sa.Integer()),
        _needed("state", sa.String(10)),
        _needed("name", sa.Text()),
        _needed("department", sa.Text()),
        _needed("member_no", sa.Text()),
        _needed("file", sa.Text()),
        _needed("filled", sa.Boolean()),
        _needed("raw", Json()),
        _needed("doubts", Json()),
        _needed("digest", sa.String(64)),
        _needed("attempts", sa.Integer()),
        sa.Column("pages", sa.Integer()),
        _needed("has_pdf", sa.Boolean()),
        _needed("returned", sa.Text()),
        _needed("returned_blob", sa.Text()),
        _needed("reasons", Json()),
        sa.PrimaryKeyConstraint("id", name="pk_item"),
        sa.ForeignKeyConstraint(
            ["batch_id"], ["batch.id"], name="fk_item_batch_id_batch", ondelete="CASCADE"
        ),
        sa.UniqueConstraint("batch_id", "row", name="uq_item_batch_id_row"),
    )
    op.create_index("ix_item_batch_id_state", "item", ["batch_id", "state"])
    op.create_index("ix_item_batch_id_chunk", "item", ["batch_id", "chunk"])
