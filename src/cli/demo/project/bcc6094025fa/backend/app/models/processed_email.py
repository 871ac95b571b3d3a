from datetime import datetime

from sqlalchemy import DateTime, ForeignKey, String, UniqueConstraint, func
from sqlalchemy.orm import Mapped, mapped_column

from app.database import Base


class ProcessedEmail(Base):
    __tablename__ = "processed_emails"
    __table_args__ = (UniqueConstraint("user_id", "message_id", name="uq_processed_emails_user_message"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    message_id: Mapped[str] = mapped_column(String(255))
    receipt_id: Mapped[int | None] = mapped_column(ForeignKey("receipts.id"))
    processed_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())
