use std::collections::HashMap;

use super::{Analysis, EnvironmentState, Finding, declare_check, live, prediction};
use crate::migration::operation::{Location, TableName};
use crate::model::{Model, Registered};

declare_check! {
    /// ## What it does
    /// Finds a mapped class that Alembic's `env.py` does not reach: one that is new, one whose import this change takes
    /// away, and one whose table the migrations create. In a package that registers its models, a new model must be
    /// registered there, even if some other path reaches it today.
    ///
    /// ## Why is this bad
    /// `alembic revision --autogenerate` sees only the models that were imported. The table of every other model looks
    /// removed, so that the next generated `upgrade()` drops it.
    ///
    /// ## Example
    /// ```python
    /// # app/models/journey_template.py
    /// from sqlalchemy.orm import Mapped, mapped_column
    ///
    /// from app.models.base import Base
    ///
    ///
    /// class JourneyTemplate(Base):
    ///     __tablename__ = "journey_templates"
    ///     id: Mapped[int] = mapped_column(primary_key=True)
    /// ```
    ///
    /// ## Use instead
    /// Import the model where the others are imported.
    ///
    /// ```python
    /// # app/models/journey_template.py
    /// from sqlalchemy.orm import Mapped, mapped_column
    ///
    /// from app.models.base import Base
    ///
    ///
    /// class JourneyTemplate(Base):
    ///     __tablename__ = "journey_templates"
    ///     id: Mapped[int] = mapped_column(primary_key=True)
    ///
    /// # app/models/__init__.py
    /// from app.models.base import Base
    /// from app.models.journey_template import JourneyTemplate
    /// from app.models.team import Team
    /// from app.models.user import User
    ///
    /// __all__ = ["Base", "JourneyTemplate", "Team", "User"]
    /// ```
    ///
    /// ## When to ignore it
    /// When the class maps a table of another database that this environment has nothing to do with. Write
    /// `# migguard: ignore[unregistered-model] -- why` above the class.
    ///
    /// ## What it cannot see
    /// Where `env.py` finds models in a way that cannot be followed, it says nothing, and `migguard status` says why.
    pub(super) static UNREGISTERED_MODEL = "unregistered-model", Deny, InChange(find);
}

fn find(analysis: &Analysis) -> Vec<Finding> {
    let head = Head::of(analysis);
    let mut findings = Vec::new();
    for environment in &analysis.after.environments {
        let foreign = prediction::Foreign::of(&analysis.after, environment);
        for model in &environment.metadata.models {
            if !model.table.as_ref().is_some_and(|table| foreign.leaves_out(table)) {
                findings.extend(judge(analysis, &head, environment, model));
            }
        }
    }
    findings
}

fn judge(analysis: &Analysis, head: &Head, environment: &EnvironmentState, model: &Model) -> Option<Finding> {
    let known = head.model(model);
    let is_new = known.is_none() && !analysis.is_whole_history();
    let was_registered = known.is_some_and(|(_, before)| before.registered == Registered::Yes);
    match model.registered {
        Registered::Yes if is_new => outside_its_registry(environment, model),
        Registered::No | Registered::NoneReached if was_registered => {
            Some(import_removed(analysis, known, environment, model))
        }
        Registered::No if is_new => Some(unreached(environment, model)),
        Registered::No if is_created(environment, model) => {
            // `HEAD` has the accident already, unless its chain did not create the table.
            let is_known = known.is_some_and(|(environment, before)| is_created(environment, before));
            (!is_known).then(|| unreached(environment, model))
        }
        _ => None,
    }
}

/// A model, and the environment that it is in.
type Known<'a> = (&'a EnvironmentState, &'a Model);

/// The models of `HEAD`.
struct Head<'a>(HashMap<Identity<'a>, Known<'a>>);

/// What a model is known by: its class; without one, its table and the file that declares it.
#[derive(PartialEq, Eq, Hash)]
enum Identity<'a> {
    Class(&'a str),
    Table(Option<&'a TableName>, &'a str),
}

impl<'a> Head<'a> {
    fn of(analysis: &'a Analysis) -> Self {
        let mut models = HashMap::new();
        for environment in analysis.before.first().into_iter().flat_map(|head| &head.environments) {
            for model in &environment.metadata.models {
                models.entry(Identity::of(model)).or_insert((environment, model));
            }
        }
        Self(models)
    }

    /// The same model in `HEAD`.
    fn model(&self, model: &Model) -> Option<Known<'a>> {
        self.0.get(&Identity::of(model)).copied()
    }
}

impl<'a> Identity<'a> {
    fn of(model: &'a Model) -> Self {
        match &model.class {
            Some(class) => Self::Class(class),
            None => Self::Table(model.table.as_ref(), &model.location.path),
        }
    }
}

/// Whether the chain has made the model's table.
fn is_created(environment: &EnvironmentState, model: &Model) -> bool {
    let table = model.table.as_ref().and_then(|table| live::table_of(environment, table));
    table.is_some_and(|table| table.origin.is_some())
}

fn subject(model: &Model) -> String {
    match (&model.class, &model.table) {
        (Some(class), _) => class.to_string(),
        (None, Some(table)) => table.to_string(),
        (None, None) => "?".to_owned(),
    }
}

fn mapping(model: &Model) -> String {
    match &model.table {
        Some(table) if model.class.is_some() => format!(" (table `{table}`)"),
        _ => String::new(),
    }
}

fn finding(model: &Model, location: Location, message: String, environment: &EnvironmentState) -> Finding {
    let finding = Finding::new(&UNREGISTERED_MODEL, subject(model), location, message)
        .related(&model.location, format!("`{}` is defined here", live::name(model)));
    match live::registration(environment, model) {
        Some(registration) => finding.help(registration),
        None => finding.help("import its module in env.py, or in a module that it imports"),
    }
}

fn unreached(environment: &EnvironmentState, model: &Model) -> Finding {
    let env = environment.environment.env.as_deref().unwrap_or("env.py");
    let message = format!(
        "model `{}`{} is not registered: {env} does not reach it, and autogenerate would drop its table",
        live::name(model),
        mapping(model)
    );
    finding(model, model.location.clone(), message, environment)
}

/// A new model that something else reaches, beside a registry that does not name it.
fn outside_its_registry(environment: &EnvironmentState, model: &Model) -> Option<Finding> {
    let registry = live::registry_of(environment, model)?;
    if !registry.missing.contains(&model.location.path) {
        return None;
    }
    let message = format!(
        "model `{}`{} is not registered in {}, which registers the others",
        live::name(model),
        mapping(model),
        registry.path
    );
    Some(finding(model, model.location.clone(), message, environment))
}

fn import_removed(analysis: &Analysis, known: Option<Known>, environment: &EnvironmentState, model: &Model) -> Finding {
    let lost = known.and_then(|known| lost_import(analysis, known, environment));
    let mut message =
        format!("model `{}`{} is no longer registered: its import was removed", live::name(model), mapping(model));
    let Some((location, line)) = lost else {
        return finding(model, model.location.clone(), message, environment);
    };
    message.push_str(&format!(" from {}", location.path));
    let place = location.path.clone();
    let mut finding = finding(model, location, message, environment);
    if !line.is_empty() {
        finding.help = Some(format!("put `{line}` back into {place}"));
    }
    finding
}

/// The import that `HEAD` has and that led to the model's module, as the place where it stood in the file that lost it,
/// and its text.
fn lost_import(
    analysis: &Analysis,
    (before, known): Known,
    environment: &EnvironmentState,
) -> Option<(Location, String)> {
    let head = analysis.before.first()?;
    let mut path = known.location.path.clone();
    for _ in 0..before.metadata.closure.len() {
        let import = before.metadata.closure.get(&path)?.as_ref()?;
        if environment.metadata.closure.contains_key(&import.path) {
            let old = head.sources.text(&import.path)?;
            let line = old.slice(import.span).lines().map(str::trim).collect::<Vec<_>>().join(" ");
            let location = match analysis.after.sources.text(&import.path) {
                Some(new) => Location { path: import.path.clone(), span: new.place_of(&old, import.span) },
                None => import.clone(),
            };
            return Some((location, line));
        }
        path = import.path.clone();
    }
    None
}

#[cfg(test)]
mod tests {
    use crate::check::testing::staged;

    const INIT: &str = "# app/models/__init__.py\nfrom app.models.base import Base\n";

    #[test]
    fn a_removed_import_is_found_at_the_line_that_lost_it() {
        let staged_init = format!("{INIT}from app.models.team import Team\n\n__all__ = [\"Base\", \"Team\"]\n");
        assert_eq!(staged(&staged_init), "unregistered-model app.models.user.User app/models/__init__.py:3\n");
    }

    #[test]
    fn a_removed_import_is_found_where_it_leaves_nothing() {
        let staged_env = "# migrations/env.py\nfrom alembic import context\nfrom app.models.base import Base\n\
                          context.configure(target_metadata=Base.metadata)\n# app/models/__init__.py\n";
        assert_eq!(
            staged(staged_env),
            "unregistered-model app.models.team.Team app/models/__init__.py:1\n\
             unregistered-model app.models.user.User app/models/__init__.py:1\n"
        );
    }

    #[test]
    fn harmless_edits_are_silent() {
        for init in [
            // Another order, an alias, an equivalent import, a wrap in `try`.
            "from app.models.user import User\nfrom app.models.team import Team\nfrom app.models.base import Base\n",
            "from app.models.base import Base\nfrom app.models import user as users\nfrom app.models.team import Team as T\n",
            "from .base import Base\nfrom .team import *\nimport app.models.user\n",
            "from .base import Base\ntry:\n    from .team import Team\n    from .user import User\nexcept ImportError:\n    raise\n",
        ] {
            assert_eq!(staged(&format!("# app/models/__init__.py\n{init}")), "", "{init}");
        }
    }

    #[test]
    fn a_registered_model_moves_without_a_word() {
        let moved = "# - app/models/team.py\n# app/models/teams.py\nfrom sqlalchemy import String\n\
                     from sqlalchemy.orm import Mapped, mapped_column\nfrom app.models.base import Base\n\
                     class Team(Base):\n    __tablename__ = \"teams\"\n    id: Mapped[int] = mapped_column(primary_key=True)\n\
                     \x20   name: Mapped[str] = mapped_column(String(100), unique=True)\n";
        let init = format!("{INIT}from app.models.teams import Team\nfrom app.models.user import User\n");
        assert_eq!(staged(&format!("{moved}{init}")), "");
    }
}
