from sqlmodel import SQLModel

from app.models.item import Item, ItemCreate, ItemPublic
from app.models.links import TeamUserLink
from app.models.team import Team
from app.models.user import User, UserCreate, UserPublic

__all__ = [
    "Item",
    "ItemCreate",
    "ItemPublic",
    "SQLModel",
    "Team",
    "TeamUserLink",
    "User",
    "UserCreate",
    "UserPublic",
]
