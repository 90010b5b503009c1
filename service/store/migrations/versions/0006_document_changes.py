"""How often a document was changed: lists see by a sum whether what they know still holds."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """From documents of which only saves of the text were counted."""
    op.add_column(
        "document", sa.Column("changes", sa.Integer(), nullable=False, server_default=sa.text("1"))
    )
    op.create_index("ix_document_activity_id_changes", "document", ["activity_id", "changes"])
