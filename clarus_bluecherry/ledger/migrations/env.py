"""How alembic runs a ledger's steps: on the connection, and in the transaction, that it is handed."""

from alembic import context
from sqlalchemy import Connection

connection = context.config.attributes["connection"]
assert isinstance(connection, Connection), "steps run by clarus_bluecherry.ledger.upgrade only"
context.configure(connection=connection, transactional_ddl=False)
with context.begin_transaction():
    context.run_migrations()
