"""Add journey_templates

Revision ID: 1ea01d592526
Revises: 9b984a6823ef
Create Date: 2025-12-08 11:25:57.310442

"""
from typing import Sequence, Union

from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision: str = '1ea01d592526'
down_revision: Union[str, Sequence[str], None] = '9b984a6823ef'
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
