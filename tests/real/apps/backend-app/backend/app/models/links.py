import uuid

from sqlmodel import Field, SQLModel


class TeamUserLink(SQLModel, table=True):
    __tablename__ = "team_users"

    team_id: uuid.UUID = Field(foreign_key="team.id", primary_key=True)
    user_id: uuid.UUID = Field(foreign_key="user.id", primary_key=True)
