from logging.config import fileConfig

from alembic import context
from sqlalchemy import engine_from_config, pool

from shop.db import AuditBase, Base, load_models

config = context.config
if config.config_file_name is not None:
    fileConfig(config.config_file_name)

load_models()
target_metadata = [Base.metadata, AuditBase.metadata]


def run_migrations():
    if context.is_offline_mode():
        context.configure(url=config.get_main_option("sqlalchemy.url"), target_metadata=target_metadata)
        with context.begin_transaction():
            context.run_migrations()
        return
    connectable = engine_from_config(config.get_section(config.config_ini_section), poolclass=pool.NullPool)
    with connectable.connect() as connection:
        context.configure(connection=connection, target_metadata=target_metadata, include_schemas=True)
        with context.begin_transaction():
            context.run_migrations()


run_migrations()
