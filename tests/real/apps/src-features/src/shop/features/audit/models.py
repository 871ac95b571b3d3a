from sqlalchemy import Text
from sqlalchemy.orm import Mapped, mapped_column

from shop.db.base import AuditBase


class Event(AuditBase):
    __tablename__ = "events"

    id: Mapped[int] = mapped_column(primary_key=True)
    payload: Mapped[str] = mapped_column(Text)
