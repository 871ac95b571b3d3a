from alembic import op


def drop_quietly(name, loud=False):
    if loud:
        print(name)
    op.drop_table(name)
