from alembic import op

revision = 'aaaa'
down_revision = None


def upgrade():
    op.create_table('from_revision')


def downgrade():
    op.drop_table('from_revision')
