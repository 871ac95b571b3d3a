import uuid

from sqlmodel import Field, Relationship, SQLModel

from app.models.mixins import WithId
from app.models.user import User


class ItemBase(SQLModel):
    title: str = Field(min_length=1, max_length=255)


class ItemCreate(ItemBase):
    pass


class ItemPublic(ItemBase):
    pass


class Item(ItemBase, WithId, table=True):
    owner_id: uuid.UUID = Field(foreign_key="user.id", nullable=False, ondelete="CASCADE")
    owner: User | None = Relationship(back_populates="items")
