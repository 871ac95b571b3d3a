from sqlalchemy import Column, ForeignKey, Table
from sqlalchemy.orm import Mapped, mapped_column

from shop.db.base import Base

price_regions = Table(
    "price_regions",
    Base.metadata,
    Column("price_id", ForeignKey("prices.id"), primary_key=True),
    Column("region_id", ForeignKey("regions.id"), primary_key=True),
)


class Price(Base):
    product_id: Mapped[int] = mapped_column(ForeignKey("products.id"))
    cents: Mapped[int]


class Region(Base):
    code: Mapped[str]
