use super::{Finding, Scene, declare_check};
use crate::migration::operation::Location;
use crate::model::{Model, Registered, Registry};

declare_check! {
    /// ## What it does
    /// Finds a model that is imported in the registry of its package and missing from the registry's `__all__`, which lists
    /// the others.
    ///
    /// ## Why is this bad
    /// An import that `__all__` does not name looks unused. The next clean-up of unused imports (ruff, autoflake, an editor)
    /// takes it away, Alembic no longer sees the model, and autogenerate drops its table. `from app.models import *` does
    /// not bring it either.
    ///
    /// ## Example
    /// ```python
    /// # app/models/receipt.py
    /// from sqlalchemy.orm import Mapped, mapped_column
    ///
    /// from app.models.base import Base
    ///
    ///
    /// class Receipt(Base):
    ///     __tablename__ = "receipts"
    ///     id: Mapped[int] = mapped_column(primary_key=True)
    ///
    /// # app/models/__init__.py
    /// from app.models.base import Base
    /// from app.models.receipt import Receipt
    /// from app.models.team import Team
    /// from app.models.user import User
    ///
    /// __all__ = ["Base", "Team", "User"]
    /// ```
    ///
    /// ## Use instead
    /// Name the model in `__all__`.
    ///
    /// ```python
    /// # app/models/receipt.py
    /// from sqlalchemy.orm import Mapped, mapped_column
    ///
    /// from app.models.base import Base
    ///
    ///
    /// class Receipt(Base):
    ///     __tablename__ = "receipts"
    ///     id: Mapped[int] = mapped_column(primary_key=True)
    ///
    /// # app/models/__init__.py
    /// from app.models.base import Base
    /// from app.models.receipt import Receipt
    /// from app.models.team import Team
    /// from app.models.user import User
    ///
    /// __all__ = ["Base", "Receipt", "Team", "User"]
    /// ```
    ///
    /// ## When to ignore it
    /// When the model is private to its package. Write `# migguard: ignore[unexported-model] -- why` above `__all__`.
    ///
    /// ## What it cannot see
    /// An `__all__` that is computed.
    pub(super) static UNEXPORTED_MODEL = "unexported-model", Deny, InState(find);
}

fn find(scene: &Scene) -> Vec<Finding> {
    scene.environment.metadata.registries.iter().flat_map(|registry| unexported(scene, registry)).collect()
}

fn unexported(scene: &Scene, registry: &Registry) -> Vec<Finding> {
    let Some((exported, span)) = &registry.all else { return Vec::new() };
    let models: Vec<(&Model, &str)> = scene
        .environment
        .metadata
        .models
        .iter()
        .filter(|model| model.registered == Registered::Yes)
        .filter(|model| registry.imports.iter().any(|(path, _)| *path == model.location.path))
        .filter_map(|model| Some((model, model.top_level_name()?)))
        // Importing one name of a module registers all of its models; only what is imported by name can be listed.
        .filter(|(_, name)| registry.names.contains(*name))
        // A name with an underscore is kept out of what a module exports.
        .filter(|(_, name)| !name.starts_with('_'))
        .collect();
    let (listed, missing): (Vec<_>, Vec<_>) =
        models.into_iter().partition(|(_, name)| exported.iter().any(|export| **export == **name));
    if listed.is_empty() || listed.len() < missing.len() {
        return Vec::new();
    }
    missing
        .into_iter()
        .map(|(model, name)| {
            let location = Location { path: registry.path.clone(), span: *span };
            let message =
                format!("model `{name}` is missing from `__all__` of {}, which lists the others", registry.path);
            Finding::new(&UNEXPORTED_MODEL, model.class.as_deref().unwrap_or(name), location, message)
                .related(&model.location, format!("`{name}` is defined here"))
                .help(format!("add \"{name}\" to `__all__`"))
        })
        .collect()
}
