"""a helper that calls itself for each part of a row, with a function that it passes on"""
import json
import re

from alembic import op

revision = "0000a0000001"
down_revision = None


def snakify(name):
    return re.sub(r"([A-Z])", r"_\1", name).lower()


def convert(value, how):
    if isinstance(value, (list, tuple)):
        return type(value)(convert(part, how) for part in value)
    elif not isinstance(value, dict):
        return value
    return {how(key): convert(part, how) for key, part in value.items()}


def upgrade():
    connection = op.get_bind()
    for row in connection.execute("SELECT id, data FROM answers"):
        connection.execute("UPDATE answers SET data = %s WHERE id = %s", (json.dumps(convert(row.data, snakify)), row.id))


def downgrade():
    pass
