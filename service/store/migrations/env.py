"""Alembic's environment: migrations run on the connection that `migrate` hands over."""

from __future__ import annotations

from alembic import context

from service.store.models import Base

# `transactional_ddl` for SQLite too: our connection holds a real transaction, so that a killed
# migration leaves the old tables whole.
context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    render_as_batch=True,
    transactional_ddl=True,
    include_object=lambda _, name, kind, reflected, __: (
        not (kind == "table" and reflected and name not in Base.metadata.tables)
    ),
)
with context.begin_transaction():
    context.run_migrations()
