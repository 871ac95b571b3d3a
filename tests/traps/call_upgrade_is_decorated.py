# expect: dropped-table a 22
"""call upgrade is decorated"""
from functools import wraps
from alembic import op

revision = "0000b0000009"
down_revision = None


def timed(label):
    def decorate(function):
        @wraps(function)
        def wrapper(*args, **kwargs):
            print(label)
            return function(*args, **kwargs)
        return wrapper
    return decorate


@timed('upgrade')
def upgrade():
    op.drop_table('a')


def downgrade():
    pass
