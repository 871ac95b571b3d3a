from flask import Blueprint

from store.accounts.models import Account

blueprint = Blueprint("accounts", __name__)


@blueprint.get("/accounts")
def index():
    return [row.id for row in Account.query]
