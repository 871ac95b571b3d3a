"""false session query"""
from alembic import op
import sqlalchemy as sa
from application import db

revision = "0000b000000c"
down_revision = None


class User(db.Model):
    __tablename__ = 'users'
    id = sa.Column(sa.Integer, primary_key=True)


def upgrade():
    session = db.Session(bind=op.get_bind())
    session.execute(session.query(User).order_by(User.id))
    for user in session.scalars(sa.select(User)):
        session.delete(user)


def downgrade():
    pass
