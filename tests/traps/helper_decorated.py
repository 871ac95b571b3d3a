# expect: dropped-table users 19
"""helper decorated"""
from alembic import op
import sqlalchemy as sa

revision = "0000a000001d"
down_revision = None


def logged(function):
    def wrapper(*args, **kwargs):
        print('running')
        return function(*args, **kwargs)
    return wrapper


@logged
def run():
    op.drop_table('users')


def upgrade():
    run()


def downgrade():
    pass
