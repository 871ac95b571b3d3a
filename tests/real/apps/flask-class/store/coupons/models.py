from store.extensions import db


class Coupon(db.Model):
    id = db.Column(db.Integer, primary_key=True)
