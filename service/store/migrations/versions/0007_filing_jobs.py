"""Filing is work for the line too: a making has a purpose, and what was asked for it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from service.store.columns import Json

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_WHOSE = ("activity_id", "bundle", "lang", "handler_id")


def upgrade() -> None:
    """From makings that were for looking only."""
    with op.batch_alter_table("making") as making:
        making.add_column(
            sa.Column("purpose", sa.String(12), nullable=False, server_default=sa.text("'look'"))
        )
        making.add_column(
            sa.Column("asked", Json(), nullable=False, server_default=sa.text("'{}'"))
        )
        making.add_column(
            sa.Column("submission_id", sa.String(32), nullable=False, server_default=sa.text("''"))
        )
        making.drop_constraint("_".join(("uq_making", *_WHOSE)), type_="unique")
        making.create_unique_constraint(
            "_".join(("uq_making", *_WHOSE, "purpose")), [*_WHOSE, "purpose"]
        )
