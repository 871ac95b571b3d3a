# expect: dropped-table users 11
"""sql routine"""
from alembic import op
import sqlalchemy as sa

revision = "0000a0000057"
down_revision = None


def upgrade():
    op.execute('CREATE PROCEDURE p() BEGIN DROP TABLE users; END; CALL p(); DROP PROCEDURE p;')
    op.execute('CREATE FUNCTION f() RETURNS trigger AS $$ BEGIN DELETE FROM posts; END $$ LANGUAGE plpgsql')


def downgrade():
    pass
