# expect: deleted-rows users 21
"""item session query"""
from alembic import op
import sqlalchemy as sa
from sqlalchemy.orm import Session, declarative_base

revision = "0000a0000032"
down_revision = None


Base = declarative_base()


class User(Base):
    __tablename__ = 'users'
    id = sa.Column(sa.Integer, primary_key=True)


def upgrade():
    session = Session(bind=op.get_bind())
    session.query(User).delete()
    session.query(User).filter(User.id == 1).delete()


def downgrade():
    pass
