# expect: dropped-table users 10
"""op dotted"""
import alembic.op

revision = "0000a0000037"
down_revision = None


def upgrade():
    alembic.op.drop_table('users')


def downgrade():
    pass
