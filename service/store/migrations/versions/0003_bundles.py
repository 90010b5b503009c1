"""Bundles of activities: files for their slots, and how far they are made."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

from service.store.columns import Instant, Json, db_now

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def _needed(name: str, kind: Any) -> sa.Column[Any]:
    return sa.Column(name, kind, nullable=False)


def upgrade() -> None:
    """From activities whose bundles were nowhere."""
    op.create_table(
        "upload",
        _needed("id", sa.String(32)),
        _needed("activity_id", sa.String(32)),
        _needed("bundle", sa.String(100)),
        _needed("slot", sa.String(100)),
        _needed("blob", sa.Text()),
        _needed("file_name", sa.Text()),
        _needed("sha256", sa.String(64)),
        _needed("added_by", sa.String(32)),
        sa.Column("added_at", Instant(), server_default=db_now(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_upload"),
        sa.ForeignKeyConstraint(
            ["activity_id"],
            ["activity.id"],
            name="fk_upload_activity_id_activity",
            ondelete="CASCADE",
        ),
    )
    op.create_index("ix_upload_activity_id_bundle", "upload", ["activity_id", "bundle"])
    op.create_table(
        "making",
        _needed("id", sa.String(32)),
        _needed("activity_id", sa.String(32)),
        _needed("bundle", sa.String(100)),
        _needed("lang", sa.String(2)),
        _needed("handler_id", sa.String(32)),
        _needed("state", sa.String(10)),
        _needed("round", sa.Integer()),
        _needed("done", sa.Integer()),
        _needed("total", sa.Integer()),
        _needed("part", sa.Text()),
        _needed("blob", sa.Text()),
        _needed("title", sa.Text()),
        _needed("pages", sa.Integer()),
        _needed("pictures", sa.Integer()),
        _needed("entries", Json()),
        _needed("fonts", Json()),
        _needed("notes", Json()),
        _needed("reasons", Json()),
        sa.Column("made_at", Instant()),
        sa.PrimaryKeyConstraint("id", name="pk_making"),
        sa.ForeignKeyConstraint(
            ["activity_id"],
            ["activity.id"],
            name="fk_making_activity_id_activity",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["handler_id"], ["user.id"], name="fk_making_handler_id_user"),
        sa.UniqueConstraint(
            "activity_id",
            "bundle",
            "lang",
            "handler_id",
            name="uq_making_activity_id_bundle_lang_handler_id",
        ),
    )
