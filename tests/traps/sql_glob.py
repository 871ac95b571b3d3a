# expect: dropped-table from_file 12
"""sql glob"""
from pathlib import Path
from alembic import op

revision = "0000a0000051"
down_revision = None


def upgrade():
    for path in sorted((Path(__file__).parent.parent / 'support').glob('*.sql')):
        op.execute(path.read_text())


def downgrade():
    pass
