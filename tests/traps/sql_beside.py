# expect: dropped-table from_file 13
# expect: dropped-table from_file 16
"""sql beside"""
import os
from pathlib import Path
from alembic import op

revision = "0000b0000011"
down_revision = None


def upgrade():
    op.execute(Path(__file__).parent.parent.joinpath('support', 'drop.sql').read_text(encoding='utf-8'))
    with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'support', 'drop.sql')) as file:
        for statement in file.read().split(';'):
            op.execute(statement)


def downgrade():
    pass
