"""Recreate journey_templates

Revision ID: 01944f3c6224
Revises: c8a88100c2ca
Create Date: 2026-01-30 07:58:46.129533

"""
from typing import Sequence, Union

from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision: str = '01944f3c6224'
down_revision: Union[str, Sequence[str], None] = 'c8a88100c2ca'
branch_labels: Union[str, Sequence[str], None] = None
depends_on: Union[str, Sequence[str], None] = None


def upgrade() -> None:
    op.execute("""
        CREATE TABLE IF NOT EXISTS journey_templates (
            id SERIAL PRIMARY KEY,
            user_id INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
            name VARCHAR(100) NOT NULL,
            origin VARCHAR(255) NOT NULL,
            destination VARCHAR(255) NOT NULL,
            miles NUMERIC(8, 2) NOT NULL,
            created_at TIMESTAMP WITH TIME ZONE NOT NULL DEFAULT now()
        )
    """)
    op.execute("CREATE INDEX IF NOT EXISTS ix_journey_templates_user_id ON journey_templates (user_id)")


def downgrade() -> None:
    op.execute("DROP TABLE IF EXISTS journey_templates")
