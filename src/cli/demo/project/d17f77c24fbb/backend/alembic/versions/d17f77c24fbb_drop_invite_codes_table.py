"""Drop invite_codes table

Revision ID: d17f77c24fbb
Revises: bcc6094025fa
Create Date: 2026-01-12 14:31:50.580163

"""
from typing import Sequence, Union

from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision: str = 'd17f77c24fbb'
down_revision: Union[str, Sequence[str], None] = 'bcc6094025fa'
branch_labels: Union[str, Sequence[str], None] = None
depends_on: Union[str, Sequence[str], None] = None


def upgrade() -> None:
    # This drop is intentional - invite_codes feature removed for public launch
    op.drop_table('invite_codes')


def downgrade() -> None:
    op.create_table('invite_codes',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('code', sa.String(length=32), nullable=False),
    sa.Column('used_by_id', sa.Integer(), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.ForeignKeyConstraint(['used_by_id'], ['users.id'], ),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('code')
    )
