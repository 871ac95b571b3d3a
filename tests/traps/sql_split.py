# expect: dropped-table a 21
# expect: dropped-table b 21
"""sql split"""
from alembic import op
import sqlalchemy as sa

revision = "0000b0000016"
down_revision = None


SQL = '''
DROP TABLE a;
-- gone
DROP TABLE b;
'''


def upgrade():
    for statement in SQL.split(';'):
        if statement.strip():
            op.execute(statement)


def downgrade():
    pass
