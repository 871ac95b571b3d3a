# expect: dropped-column users.email 9
"""op parameter default"""

revision = "0000a0000043"
down_revision = None


def upgrade(op=None):
    op.drop_column('users', 'email')


def downgrade(op=None):
    pass
