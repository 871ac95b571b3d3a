import uuid
from datetime import datetime, timezone

from sqlmodel import Field, SQLModel


class WithId(SQLModel):
    id: uuid.UUID = Field(default_factory=uuid.uuid4, primary_key=True)


class WithTimes(SQLModel):
    created_at: datetime = Field(default_factory=lambda: datetime.now(timezone.utc), index=True)
    updated_at: datetime | None = None
