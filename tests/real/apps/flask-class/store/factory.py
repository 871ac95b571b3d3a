from importlib import import_module

import flask

from store.extensions import db, migrate

BLUEPRINTS = ("accounts", "baskets")


class Store(flask.Flask):
    def register_all(self):
        for name in BLUEPRINTS:
            module = import_module(f"store.{name}.views")
            self.register_blueprint(module.blueprint)


def create_app():
    app = Store(__name__)
    app.config["SQLALCHEMY_DATABASE_URI"] = "sqlite://"
    db.init_app(app)
    migrate.init_app(app, db)
    app.register_all()
    return app
