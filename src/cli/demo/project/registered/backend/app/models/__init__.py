from app.database import Base
from app.models.audit_log import AuditLog
from app.models.category import Category
from app.models.invite_code import InviteCode
from app.models.journey_template import JourneyTemplate
from app.models.mileage_claim import MileageClaim
from app.models.receipt import Receipt
from app.models.user import User

__all__ = [
    "Base",
    "AuditLog",
    "Category",
    "InviteCode",
    "JourneyTemplate",
    "MileageClaim",
    "Receipt",
    "User",
]
