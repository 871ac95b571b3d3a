# expect: dropped-table from_file 11
"""sql path"""
from pathlib import Path
from alembic import op

revision = "0000a0000055"
down_revision = None


def upgrade():
    op.execute((Path(__file__).parent.parent / 'support' / 'drop.sql').read_text())


def downgrade():
    pass
