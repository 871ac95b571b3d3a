from sqlalchemy.orm import Mapped

from shop.db.base import Base


class Product(Base):
    name: Mapped[str]
    kind: Mapped[str]

    __mapper_args__ = {"polymorphic_on": "kind", "polymorphic_identity": "product"}


class Voucher(Product):
    __tablename__ = None

    __mapper_args__ = {"polymorphic_identity": "voucher"}
