"""How the store's table came to be: a file for each change of it, which Alembic applies in order."""
