from sqlalchemy import BigInteger, Column, Date, MetaData, String, Table
from sqlalchemy.orm import registry

metadata = MetaData()
mapper_registry = registry(metadata=metadata)

page_views = Table(
    "page_views",
    metadata,
    Column("day", Date, primary_key=True),
    Column("path", String(200), primary_key=True),
    Column("count", BigInteger, nullable=False),
)

visits = Table("visits", metadata, Column("day", Date, primary_key=True))


class Visit:
    pass


mapper_registry.map_imperatively(Visit, visits)
