from flask import current_app


def get_database():
    return current_app.extensions["migrate"].db


def get_metadata(bind=None):
    database = get_database()
    if hasattr(database, "metadatas"):
        return database.metadatas[bind]
    return database.metadata
