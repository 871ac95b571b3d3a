import uuid

from sqlmodel import Field

from app.models.mixins import WithId


class Invoice(WithId, table=True):
    team_id: uuid.UUID = Field(foreign_key="team.id")
    total: int = 0
