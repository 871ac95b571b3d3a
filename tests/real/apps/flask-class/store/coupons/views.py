from flask import Blueprint

from store.coupons.models import Coupon

blueprint = Blueprint("coupons", __name__)


@blueprint.get("/coupons")
def index():
    return [row.id for row in Coupon.query]
