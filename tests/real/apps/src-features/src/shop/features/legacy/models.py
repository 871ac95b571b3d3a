from sqlalchemy.orm import Mapped

from shop.db.base import Base


class Customer(Base):
    name: Mapped[str]
