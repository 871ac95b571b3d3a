"""false other object"""
from somewhere import frame

revision = "0000a0000009"
down_revision = None


class Store:
    def drop_table(self, name):
        print(name)


def upgrade():
    Store().drop_table('users')
    frame.drop('column')
    frame.drop_table('users')


def downgrade():
    pass
