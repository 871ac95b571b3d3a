from sqlmodel import Field, Relationship, SQLModel

from app.models.links import TeamUserLink
from app.models.mixins import WithId, WithTimes


class UserBase(SQLModel):
    email: str = Field(unique=True, index=True, max_length=255)
    is_active: bool = True


class UserCreate(UserBase):
    password: str


class UserPublic(UserBase):
    pass


class User(UserBase, WithTimes, WithId, table=True):
    hashed_password: str
    items: list["Item"] = Relationship(back_populates="owner")  # noqa: F821
    teams: list["Team"] = Relationship(back_populates="users", link_model=TeamUserLink)  # noqa: F821
