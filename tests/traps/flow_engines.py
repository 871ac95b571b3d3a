# expect: dropped-table a 15
# expect: dropped-column b.c 19
"""flow engines"""
from alembic import op

revision = "0000a0000013"
down_revision = None


def upgrade(engine_name):
    globals()["upgrade_%s" % engine_name]()


def upgrade_engine1():
    op.drop_table('a')


def upgrade_engine2():
    op.drop_column('b', 'c')


def downgrade(engine_name):
    globals()["downgrade_%s" % engine_name]()


def downgrade_engine1():
    op.drop_table('x')


def downgrade_engine2():
    pass
