from sqlalchemy.orm import Mapped

from shop.db.base import Base


class ArchivedOrder(Base):
    number: Mapped[str]
