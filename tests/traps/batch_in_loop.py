# expect: dropped-column a.x 14
# expect: dropped-column b.x 14
"""batch in loop"""
from alembic import op
import sqlalchemy as sa

revision = "0000a0000002"
down_revision = None


def upgrade():
    for table in ('a', 'b'):
        with op.batch_alter_table(table) as b:
            b.drop_column('x')


def downgrade():
    pass
