"""The database's shape, one revision after another."""
