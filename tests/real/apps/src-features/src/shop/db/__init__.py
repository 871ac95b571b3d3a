from shop.db.base import AuditBase, Base
from shop.db.registry import load_models

__all__ = ["AuditBase", "Base", "load_models"]
