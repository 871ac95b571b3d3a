"""pair constraint"""
from alembic import op
import sqlalchemy as sa

revision = "0000a0000046"
down_revision = None


def upgrade():
    op.drop_constraint('uq_old', 'users', type_='unique')
    op.create_unique_constraint('uq_new', 'users', ['a'])
    op.create_table('users', sa.Column('a', sa.Text), sa.UniqueConstraint('a', name='uq_old'))


def downgrade():
    pass
