"""false executor"""
from somewhere import pool

revision = "0000a0000007"
down_revision = None


def work():
    pass


def upgrade():
    pool.execute(work)


def downgrade():
    pass
