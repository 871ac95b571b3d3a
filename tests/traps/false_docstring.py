"""false docstring"""
from alembic import op
import sqlalchemy as sa

revision = "0000a0000004"
down_revision = None


def upgrade():
    """op.drop_table('users')"""
    # op.drop_table('users')
    text = "op.drop_table('users'); DROP TABLE users"
    print(text)


def downgrade():
    pass
