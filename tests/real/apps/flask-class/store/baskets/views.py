from flask import Blueprint

from store.baskets.models import Basket

blueprint = Blueprint("baskets", __name__)


@blueprint.get("/baskets")
def index():
    return [row.id for row in Basket.query]
