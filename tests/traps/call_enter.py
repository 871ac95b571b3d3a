# expect: dropped-table a 18
"""call enter"""
from alembic import op
import sqlalchemy as sa

revision = "0000b0000001"
down_revision = None


class Dropping:
    def __init__(self, name):
        self.name = name

    def __enter__(self):
        return self

    def __exit__(self, *args):
        op.drop_table(self.name)

    def now(self):
        op.drop_column(self.name, 'b')


def upgrade():
    with Dropping('a') as dropping:
        dropping.now()


def downgrade():
    pass
