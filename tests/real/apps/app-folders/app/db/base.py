# Everything that Alembic has to see.
from app.db.base_class import Base  # noqa: F401
from app.models import *  # noqa: F401, F403
import app.plugins  # noqa: F401
