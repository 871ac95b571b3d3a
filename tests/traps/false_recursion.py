"""false recursion"""
from alembic import op
import sqlalchemy as sa

revision = "0000b000000b"
down_revision = None


TREE = {'x': {'y': [1, 2, {'z': {}}]}}


def merge(one, other):
    if not isinstance(one, dict):
        return other
    return {key: merge(value, other) for key, value in one.items()}


def upgrade():
    print(merge({'a': {'b': {'c': {}}}}, TREE))


def downgrade():
    pass
