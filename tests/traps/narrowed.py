# expect: narrowed-column users.bio 11
"""narrowed"""
from alembic import op
import sqlalchemy as sa

revision = "0000a0000034"
down_revision = None


def upgrade():
    op.alter_column('users', 'bio', existing_type=sa.Text(), type_=sa.String(50))
    op.alter_column('users', 'name', existing_type=sa.String(50), type_=sa.Text())


def downgrade():
    pass
