"""People who sign in, the audit trail; activities, documents with versions and reviews, tasks."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

from service.store.columns import Instant, Json, db_now

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def _needed(name: str, kind: Any) -> sa.Column[Any]:
    return sa.Column(name, kind, nullable=False)


def _now(name: str) -> sa.Column[Any]:
    return sa.Column(name, Instant(), server_default=db_now(), nullable=False)


def _key(table: str) -> sa.PrimaryKeyConstraint:
    return sa.PrimaryKeyConstraint("id", name=f"pk_{table}")


def _of(table: str, column: str, other: str, ondelete: str | None = None) -> Any:
    return sa.ForeignKeyConstraint(
        [column], [f"{other}.id"], name=f"fk_{table}_{column}_{other}", ondelete=ondelete
    )


def upgrade() -> None:
    """From rosters and batches alone."""
    _people()
    _audit()
    _papers()


def _people() -> None:
    op.create_table(
        "user",
        _needed("id", sa.String(32)),
        _needed("name", sa.String(100)),
        _needed("shown", sa.Text()),
        _needed("role", sa.String(20)),
        _needed("post", sa.String(20)),
        _needed("branch", sa.Text()),
        _needed("password", sa.Text()),
        _needed("active", sa.Boolean()),
        _now("created_at"),
        _key("user"),
        sa.UniqueConstraint("name", name="uq_user_name"),
    )
    op.create_table(
        "sign_in",
        _needed("id", sa.String(64)),
        _needed("user_id", sa.String(32)),
        _now("created_at"),
        _now("seen_at"),
        _key("sign_in"),
        _of("sign_in", "user_id", "user", "CASCADE"),
    )
    op.create_index("ix_sign_in_user_id", "sign_in", ["user_id"])
    op.create_table(
        "link",
        _needed("id", sa.String(64)),
        sa.Column("user_id", sa.String(32)),
        _needed("expires_at", Instant()),
        _key("link"),
        _of("link", "user_id", "user", "CASCADE"),
    )
    op.create_table(
        "attempt",
        _needed("id", sa.String(64)),
        _needed("failures", sa.Integer()),
        _now("last_at"),
        _key("attempt"),
    )
    op.create_table(
        "token",
        _needed("id", sa.String(32)),
        _needed("user_id", sa.String(32)),
        _needed("name", sa.Text()),
        _needed("secret", sa.String(64)),
        _needed("scopes", Json()),
        _now("created_at"),
        _needed("expires_at", Instant()),
        sa.Column("used_at", Instant()),
        sa.Column("revoked_at", Instant()),
        _key("token"),
        _of("token", "user_id", "user", "CASCADE"),
        sa.UniqueConstraint("secret", name="uq_token_secret"),
    )
    op.create_index("ix_token_user_id", "token", ["user_id"])
    op.create_table(
        "idempotency",
        _needed("id", sa.String(64)),
        _needed("asked", sa.String(64)),
        _needed("answer", sa.Text()),
        _now("created_at"),
        _key("idempotency"),
    )
    op.create_index("ix_idempotency_created_at", "idempotency", ["created_at"])


def _audit() -> None:
    op.create_table(
        "audit",
        sa.Column("seq", sa.Integer(), autoincrement=False, nullable=False),
        _needed("at", sa.String(40)),
        _needed("user_id", sa.String(32)),
        _needed("action", sa.String(40)),
        _needed("object_kind", sa.String(20)),
        _needed("object_id", sa.String(64)),
        _needed("mac", sa.String(64)),
        sa.PrimaryKeyConstraint("seq", name="pk_audit"),
    )
    op.create_index("ix_audit_object_kind_object_id", "audit", ["object_kind", "object_id"])
    op.create_table(
        "audit_head",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        _needed("seq", sa.Integer()),
        _needed("mac", sa.String(64)),
        _key("audit_head"),
    )
    op.execute("INSERT INTO audit_head (id, seq, mac) VALUES (1, 0, '')")


def _papers() -> None:
    op.create_table(
        "activity",
        _needed("id", sa.String(32)),
        _needed("title", sa.Text()),
        _needed("profile", Json()),
        _needed("revision", sa.Integer()),
        sa.Column("copied_from", sa.String(32)),
        _needed("closed", sa.Boolean()),
        _now("created_at"),
        _key("activity"),
    )
    op.create_table(
        "document",
        _needed("id", sa.String(32)),
        _needed("activity_id", sa.String(32)),
        _needed("kind", sa.String(100)),
        _needed("part", sa.String(100)),
        _needed("lang", sa.String(2)),
        _needed("person", sa.Text()),
        _needed("branch", sa.Text()),
        _needed("confidential", sa.Boolean()),
        _needed("handler_id", sa.String(32)),
        _needed("state", sa.String(20)),
        _needed("reopened", sa.Integer()),
        sa.Column("due", sa.Date()),
        _needed("answers", Json()),
        _needed("revision", sa.Integer()),
        _now("created_at"),
        _now("changed_at"),
        _needed("changed_by", sa.String(32)),
        _key("document"),
        _of("document", "activity_id", "activity", "CASCADE"),
        _of("document", "handler_id", "user"),
    )
    op.create_index("ix_document_activity_id_kind", "document", ["activity_id", "kind"])
    op.create_index("ix_document_handler_id", "document", ["handler_id"])
    op.create_table(
        "version",
        _needed("id", sa.String(32)),
        _needed("document_id", sa.String(32)),
        _needed("no", sa.Integer()),
        _needed("way", sa.String(12)),
        sa.Column("profile_id", sa.String(32)),
        sa.Column("answers", Json()),
        _needed("made_from", sa.String(64)),
        _needed("blob", sa.Text()),
        _needed("file_name", sa.Text()),
        _needed("sha256", sa.String(64)),
        _needed("made_by", sa.String(32)),
        _now("made_at"),
        _key("version"),
        _of("version", "document_id", "document", "CASCADE"),
        _of("version", "profile_id", "profile"),
        sa.UniqueConstraint("document_id", "no", name="uq_version_document_id_no"),
    )
    op.create_table(
        "review",
        _needed("id", sa.String(32)),
        _needed("document_id", sa.String(32)),
        _needed("round", sa.Integer()),
        _needed("step", sa.String(30)),
        _needed("version_no", sa.Integer()),
        _needed("by", sa.Text()),
        _needed("recorded_by", sa.String(32)),
        _needed("result", sa.String(10)),
        _needed("opinion", sa.Text()),
        _needed("given_on", sa.Date()),
        _now("recorded_at"),
        _key("review"),
        _of("review", "document_id", "document", "CASCADE"),
    )
    op.create_index("ix_review_document_id", "review", ["document_id"])
    op.create_table(
        "task",
        _needed("id", sa.String(32)),
        _needed("activity_id", sa.String(32)),
        _needed("no", sa.Integer()),
        _needed("plan", Json()),
        _needed("progress", Json()),
        _needed("revision", sa.Integer()),
        _key("task"),
        _of("task", "activity_id", "activity", "CASCADE"),
        sa.UniqueConstraint("activity_id", "no", name="uq_task_activity_id_no"),
    )
    op.add_column("roster", sa.Column("activity_id", sa.String(32)))
