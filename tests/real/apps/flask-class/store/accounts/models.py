from store.extensions import db

followers = db.Table(
    "followers",
    db.Column("follower_id", db.ForeignKey("account.id"), primary_key=True),
    db.Column("followed_id", db.ForeignKey("account.id"), primary_key=True),
)


class Account(db.Model):
    id = db.Column(db.Integer, primary_key=True)
    mail = db.Column(db.String(120), unique=True, index=True)


class ApiToken(db.Model):
    id = db.Column(db.Integer, primary_key=True)
    account_id = db.Column(db.ForeignKey("account.id"))
