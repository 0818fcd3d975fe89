"""Alembic's entry: revisions become SQL, which `sinks.database` runs in one transaction of its own."""

from alembic import context

context.configure(dialect_name="postgresql", output_buffer=context.config.output_buffer, transactional_ddl=False)
context.run_migrations()
