# expect: dropped-constraint fk_a 13
# expect: dropped-constraint PRIMARY 13
# expect: dropped-index ix_b 14
"""sql mysql"""
from alembic import op
import sqlalchemy as sa

revision = "0000a0000052"
down_revision = None


def upgrade():
    op.execute('ALTER TABLE `users` DROP FOREIGN KEY `fk_a`, DROP PRIMARY KEY')
    op.execute('DROP INDEX `ix_b` ON `users`')


def downgrade():
    pass
