# expect: dropped-table a 12
# expect: dropped-column b.d 13
"""sql template"""
from string import Template
from alembic import op

revision = "0000b0000017"
down_revision = None


def upgrade():
    op.execute(Template('DROP TABLE $name').substitute(name='a'))
    op.execute(Template('ALTER TABLE ${t} DROP COLUMN $c').safe_substitute({'t': 'b'}, c='d'))


def downgrade():
    pass
