# expect: dropped-table users 9
"""op parameter"""

revision = "0000a0000042"
down_revision = None


def upgrade(op, tables, tester):
    op.drop_table('users')
    op.execute(tables.logs.delete().where(tables.logs.c.id == 1))


def downgrade(op, tables, tester):
    pass
