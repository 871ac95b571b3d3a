# expect: dropped-table from_file 11
"""sql resources"""
from importlib.resources import files
from alembic import op

revision = "0000a0000056"
down_revision = None


def upgrade():
    op.execute(files('support').joinpath('drop.sql').read_text())


def downgrade():
    pass
