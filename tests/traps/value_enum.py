# expect: dropped-table old 18
# expect: dropped-index old 20
# expect: dropped-index new 20
"""value enum"""
import enum
from alembic import op

revision = "0000a0000069"
down_revision = None


class Kind(enum.Enum):
    OLD = 'old'
    NEW = 'new'


def upgrade():
    op.drop_table(Kind.OLD.value)
    for kind in Kind:
        op.drop_index(kind.value)


def downgrade():
    pass
