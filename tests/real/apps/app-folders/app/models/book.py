from sqlalchemy import Column, ForeignKey, Integer

from app.db.base_class import Base


class Book(Base):
    id = Column(Integer, primary_key=True)
    author_id = Column(ForeignKey("author.id"))
