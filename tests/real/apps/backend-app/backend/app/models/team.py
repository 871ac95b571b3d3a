from sqlmodel import Field, Relationship

from app.models.links import TeamUserLink
from app.models.mixins import WithId


class Team(WithId, table=True):
    name: str = Field(unique=True, max_length=80)
    users: list["User"] = Relationship(back_populates="teams", link_model=TeamUserLink)  # noqa: F821
