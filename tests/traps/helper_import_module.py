# expect: dropped-table from_revision 10
"""helper import module"""
import importlib

revision = "0000a0000020"
down_revision = None


def upgrade():
    importlib.import_module('support.revision_aaaa').downgrade()


def downgrade():
    pass
