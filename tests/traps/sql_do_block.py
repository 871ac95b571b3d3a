# expect: dropped-column users.? 12
# expect: dropped-table old 12
"""sql do block"""
from alembic import op
import sqlalchemy as sa

revision = "0000a000004d"
down_revision = None


def upgrade():
    op.execute("""
        DO $$ DECLARE r record; BEGIN
            FOR r IN SELECT column_name FROM information_schema.columns LOOP
                EXECUTE format('ALTER TABLE %I DROP COLUMN %I', 'users', r.column_name);
            END LOOP;
            EXECUTE 'DROP TABLE ' || 'old';
        END $$;
    """)


def downgrade():
    pass
