# expect: dropped-table from_revision 10
"""helper other revision"""
from support import revision_aaaa as previous

revision = "0000a0000026"
down_revision = None


def upgrade():
    previous.downgrade()


def downgrade():
    pass
