# expect: dropped-table users 15
"""helper method"""
from alembic import op
import sqlalchemy as sa

revision = "0000a0000023"
down_revision = None


class Cleaner:
    def __init__(self, table):
        self.table = table

    def run(self):
        op.drop_table(self.table)


def upgrade():
    Cleaner('users').run()


def downgrade():
    pass
