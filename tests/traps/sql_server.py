# expect: dropped-table dbo.users 12
# expect: dropped-table posts 13
"""sql server"""
from alembic import op
import sqlalchemy as sa

revision = "0000a0000059"
down_revision = None


def upgrade():
    op.execute("IF OBJECT_ID('dbo.users') IS NOT NULL DROP TABLE [dbo].[users]")
    op.execute("EXEC('DROP TABLE posts')")


def downgrade():
    pass
