from fastapi import APIRouter

from app.models import UserPublic

router = APIRouter(prefix="/users")


@router.get("/", response_model=list[UserPublic])
def read_users():
    return []
