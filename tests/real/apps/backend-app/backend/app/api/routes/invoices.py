from fastapi import APIRouter

from app.models.invoice import Invoice

router = APIRouter(prefix="/invoices")


@router.get("/", response_model=list[Invoice])
def read_invoices():
    return []
