from store.extensions import db


class Basket(db.Model):
    __tablename__ = "baskets"

    id = db.Column(db.Integer, primary_key=True)
