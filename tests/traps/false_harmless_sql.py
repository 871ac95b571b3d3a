"""false harmless sql"""
from alembic import op
import sqlalchemy as sa

revision = "0000a0000008"
down_revision = None


users = sa.table('users', sa.column('a'))


def upgrade():
    op.execute('INSERT INTO users (name) VALUES (\'x; DROP TABLE y\')')
    op.execute("COMMENT ON TABLE users IS 'TRUNCATE'")
    op.execute('ALTER TABLE users ALTER COLUMN a DROP NOT NULL, ALTER b DROP DEFAULT')
    op.execute(users.update().values(a=1))
    op.execute(sa.select(users))
    op.bulk_insert(users, [{'a': 1}])
    op.execute(users.insert().values(a='DROP TABLE users'))


def downgrade():
    pass
