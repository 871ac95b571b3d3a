# expect: dropped-table a 14
"""flow engines eval"""
from alembic import op

revision = "0000a0000014"
down_revision = None


def upgrade(engine_name):
    eval("upgrade_%s" % engine_name)()


def upgrade_one():
    op.drop_table('a')


def downgrade(engine_name):
    pass
