from app.database import Base
from app.models.audit_log import AuditLog
from app.models.category import Category
from app.models.journey_template import JourneyTemplate
from app.models.mileage_claim import MileageClaim
from app.models.processed_email import ProcessedEmail
from app.models.receipt import Receipt
from app.models.user import User

__all__ = [
    "Base",
    "AuditLog",
    "Category",
    "JourneyTemplate",
    "MileageClaim",
    "ProcessedEmail",
    "Receipt",
    "User",
]
