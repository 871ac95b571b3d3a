# expect: dropped-column users.api_key 18
# expect: dropped-column users.oauth_sub 18
# expect: dropped-column users.token 20
"""what exists of a known set"""
from alembic import op
import sqlalchemy as sa

revision = "0000a0000001"
down_revision = None


def upgrade():
    existing = {column["name"] for column in sa.inspect(op.get_bind()).get_columns("users")}
    gone = {"api_key", "oauth_sub"} & existing
    if gone:
        with op.batch_alter_table("users") as users:
            for column in sorted(gone):
                users.drop_column(column)
    for column in {"token", "id"} - {"id"} - existing:
        op.drop_column("users", column)


def downgrade():
    pass
