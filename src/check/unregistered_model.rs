use std::cell::OnceCell;
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use super::counterpart::counterpart;
use super::live::Loss;
use super::{Analysis, EnvironmentState, Finding, State, declare_check, live, prediction};
use crate::git::parent;
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
        let around = Surroundings::of(analysis, environment, head.models_of(environment));
        for model in &environment.metadata.models {
            if !model.table.as_ref().is_some_and(|table| around.foreign.leaves_out(table)) {
                let found = judge(analysis, &around, model);
                findings.extend(found.map(|found| (around.nearness(&found.location.path), found)));
            }
        }
    }
    // A new model that no environment reaches is missing in the one that reaches what stands beside it.
    let mut nearest: HashMap<(Arc<str>, u32), usize> = HashMap::new();
    let place = |finding: &Finding| (finding.location.path.clone(), finding.location.span.start);
    for (near, finding) in &findings {
        let nearest = nearest.entry(place(finding)).or_default();
        *nearest = (*near).max(*nearest);
    }
    findings.retain(|(near, finding)| nearest.get(&place(finding)) == Some(near));
    // Environments that share their models are told together.
    let mut told = HashSet::new();
    findings.retain(|(_, finding)| told.insert((place(finding), finding.subject.clone())));
    findings.into_iter().map(|(_, finding)| finding).collect()
}

/// What is asked about an environment for each of its models.
struct Surroundings<'a> {
    state: &'a State,
    environment: &'a EnvironmentState,
    foreign: prediction::Foreign<'a>,
    /// The models that `HEAD` has there.
    known: &'a HashMap<Identity<'a>, Known<'a>>,
    /// Every folder with a file in it, or below it, that `env.py` reaches.
    folders: HashSet<&'a str>,
    /// See [`Surroundings::is_imported_by_a_revision`].
    imported: OnceCell<HashSet<String>>,
}

impl<'a> Surroundings<'a> {
    fn of(
        analysis: &'a Analysis,
        environment: &'a EnvironmentState,
        known: &'a HashMap<Identity<'a>, Known<'a>>,
    ) -> Self {
        let state = &analysis.after;
        let mut folders = HashSet::new();
        for path in environment.metadata.closure.keys() {
            let mut folder = parent(path);
            while folders.insert(folder) && !folder.is_empty() {
                folder = parent(folder);
            }
        }
        let foreign = prediction::Foreign::of(state, environment);
        Self { state, environment, foreign, known, folders, imported: OnceCell::new() }
    }

    /// How many folders a file shares with the nearest one that `env.py` reaches.
    fn nearness(&self, path: &str) -> usize {
        let mut folder = parent(path);
        while !folder.is_empty() && !self.folders.contains(folder) {
            folder = parent(folder);
        }
        folder.split('/').filter(|part| !part.is_empty()).count()
    }

    /// Whether a revision imports a module where it is loaded: autogenerate has loaded all revisions before it compares.
    fn is_imported_by_a_revision(&self, module: &str) -> bool {
        let imported = self.imported.get_or_init(|| {
            let mut imported = HashSet::new();
            for script in &self.environment.scripts {
                let Some(source) = self.state.sources.text(&script.path) else { continue };
                let modules = source.text.lines().filter_map(|line| {
                    let from = line.strip_prefix("from ").and_then(|rest| Some(rest.split_once(" import ")?.0));
                    Some(from.or_else(|| line.strip_prefix("import "))?.trim().to_owned())
                });
                imported.extend(modules);
            }
            imported
        });
        imported.contains(module)
    }
}

fn judge(analysis: &Analysis, around: &Surroundings, model: &Model) -> Option<Finding> {
    let Surroundings { environment, foreign, .. } = around;
    let known = around.known.get(&Identity::of(model)).copied();
    let is_new = known.is_none() && !analysis.is_whole_history();
    let was_registered = known.is_some_and(|(_, before)| before.registered == Registered::Yes);
    match model.registered {
        Registered::Yes if is_new => outside_its_registry(environment, model),
        Registered::No | Registered::NoneReached if was_registered => {
            Some(import_removed(analysis, known, environment, model))
        }
        Registered::No if is_new && !live::is_of_another(&analysis.after, environment, model) => {
            Some(unreached(environment, foreign, model, live::loss(environment, model)?))
        }
        Registered::No if !is_new => {
            let loss = live::created_loss(environment, model)?;
            let is_known = known.is_some_and(|(environment, before)| match loss {
                // `HEAD` has the accident already, unless its chain did not create the table. Where another class mapped it, that
                // one is reported.
                Loss::Table => live::is_created(environment, before),
                Loss::Columns(_) => live::created_loss(environment, before).is_some(),
            });
            let is_seen = || around.is_imported_by_a_revision(&model.module);
            (!is_known && !is_seen()).then(|| unreached(environment, foreign, model, loss))
        }
        _ => None,
    }
}

/// A model, and the environment that it is in.
type Known<'a> = (&'a EnvironmentState, &'a Model);

/// The models of `HEAD`: those of each of its environments, and all.
struct Head<'a> {
    state: Option<&'a State>,
    environments: Vec<HashMap<Identity<'a>, Known<'a>>>,
    all: HashMap<Identity<'a>, Known<'a>>,
}

/// What a model is known by: its class; without one, its table and the file that declares it.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Identity<'a> {
    Class(&'a str),
    Table(Option<&'a TableName>, &'a str),
}

impl<'a> Head<'a> {
    fn of(analysis: &'a Analysis) -> Self {
        let state = analysis.before.first();
        let mut head = Self { state, environments: Vec::new(), all: HashMap::new() };
        for environment in state.into_iter().flat_map(|head| &head.environments) {
            let mut own = HashMap::new();
            for model in &environment.metadata.models {
                own.entry(Identity::of(model)).or_insert((environment, model));
                head.all.entry(Identity::of(model)).or_insert((environment, model));
            }
            head.environments.push(own);
        }
        head
    }

    /// The models of the same environment of `HEAD`; of all of them, where the environment is new or has moved.
    fn models_of(&self, environment: &EnvironmentState) -> &HashMap<Identity<'a>, Known<'a>> {
        let before = self.state.and_then(|state| {
            let before = counterpart(environment, state)?;
            let at = state.environments.iter().position(|other| std::ptr::eq(other, before))?;
            self.environments.get(at)
        });
        before.unwrap_or(&self.all)
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

fn unreached(environment: &EnvironmentState, foreign: &prediction::Foreign, model: &Model, loss: Loss) -> Finding {
    let env = environment.environment.env.as_deref().unwrap_or("env.py");
    let consequence = match loss {
        // What lies in a schema that autogenerate does not look at, or what a filter refuses, is not dropped.
        Loss::Table if model.table.as_ref().is_some_and(|table| foreign.is_left(table)) => {
            "autogenerate does not see its table".to_owned()
        }
        Loss::Table => "autogenerate would drop its table".to_owned(),
        Loss::Columns(columns) => {
            let columns: Vec<String> = columns.iter().map(|column| format!("`{column}`")).collect();
            format!("autogenerate would drop its columns: {}", columns.join(", "))
        }
    };
    let message = format!(
        "model `{}`{} is not registered: {env} does not reach it, and {consequence}",
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
    use crate::check::testing::{messages, staged, staged_on};

    const INIT: &str = "# app/models/__init__.py\nfrom app.models.base import Base\n";

    #[test]
    fn a_removed_import_is_found_at_the_line_that_lost_it() {
        let staged_init = format!("{INIT}from app.models.team import Team\n\n__all__ = [\"Base\", \"Team\"]\n");
        assert_eq!(staged(&staged_init), "unregistered-model app.models.user.User app/models/__init__.py:3\n");
    }

    #[test]
    fn what_autogenerate_would_do_depends_on_its_filter() {
        let env = "# migrations/env.py\nfrom alembic import context\nfrom app.models import Base\n\
                   target_metadata = Base.metadata\n\
                   def include_name(name, type_, parents):\n    \
                   return type_ != 'table' or name in target_metadata.tables\n\
                   context.configure(target_metadata=target_metadata, include_name=include_name)\n";
        let model = "# app/models/plan.py\nfrom sqlalchemy.orm import Mapped, mapped_column\n\
                     from app.models.base import Base\nclass Plan(Base):\n    __tablename__ = 'plans'\n    \
                     id: Mapped[int] = mapped_column(primary_key=True)\n";
        for (staged, consequence) in [
            (model.to_owned(), "autogenerate would drop its table"),
            (format!("{env}{model}"), "autogenerate does not see its table"),
        ] {
            let messages = messages(&staged);
            assert!(messages.iter().any(|message| message.ends_with(consequence)), "{messages:?}");
        }
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

    /// Two services of one repository, whose models share a metadata object. Both have a table `users`.
    fn services() -> String {
        let service = |folder: &str, package: &str, class: &str| {
            r#"
# FOLDER/alembic.ini
[alembic]
script_location = migrations
# FOLDER/migrations/env.py
from alembic import context
from PACKAGE.models import SQLModel
context.configure(target_metadata=SQLModel.metadata)
# FOLDER/migrations/versions/FOLDER1.py
import sqlalchemy as sa
from alembic import op
revision = "FOLDER1"
down_revision = None
def upgrade():
    op.create_table("users", sa.Column("id", sa.Integer(), primary_key=True))
def downgrade():
    op.drop_table("users")
# FOLDER/PACKAGE/__init__.py
# FOLDER/PACKAGE/models/__init__.py
from sqlmodel import SQLModel
from PACKAGE.models.user import CLASS
# FOLDER/PACKAGE/models/user.py
from sqlmodel import Field, SQLModel
class CLASS(SQLModel, table=True):
    __tablename__ = "users"
    id: int = Field(primary_key=True)
"#
            .replace("FOLDER", folder)
            .replace("PACKAGE", package)
            .replace("CLASS", class)
        };
        service("a", "shop", "User") + service("b", "stock", "Keeper").trim_start()
    }

    #[test]
    fn a_service_does_not_answer_for_the_models_of_another() {
        assert_eq!(staged_on(&services(), "# b/stock/other.py\nx = 1\n"), "");
        let team = "# a/shop/models/team.py\nfrom sqlmodel import Field, SQLModel\n\
                    class Team(SQLModel, table=True):\n    id: int = Field(primary_key=True)\n";
        let init = "# a/shop/models/__init__.py\nfrom sqlmodel import SQLModel\nfrom shop.models.user import User\n";
        let registered = format!("{team}{init}from shop.models.team import Team\n");
        assert_eq!(staged_on(&services(), &registered), "missing-migration team a/shop/models/team.py:2\n");
        // What `b` loses is its own class of the table, not the one of `a`.
        let lost = "# b/stock/models/__init__.py\nfrom sqlmodel import SQLModel\n";
        let keeper = "unregistered-model stock.models.user.Keeper b/stock/models/__init__.py:2\n";
        assert_eq!(staged_on(&services(), lost), keeper);
        // Where nobody registers it, the service that it lies in is told.
        assert_eq!(staged_on(&services(), team), "unregistered-model shop.models.team.Team a/shop/models/team.py:2\n");
    }

    #[test]
    fn a_class_that_shares_a_table_with_registered_ones_loses_only_its_own_columns() {
        let child = |columns: &str| {
            format!(
                "# app/models/keeper.py\nfrom sqlalchemy import String\nfrom sqlalchemy.orm import Mapped, mapped_column\n\
                 from app.models.user import User\nclass Keeper(User):\n    __mapper_args__ = {{\"polymorphic_identity\": 1}}\n{columns}"
            )
        };
        assert_eq!(staged(&child("")), "");
        let keeper = "unregistered-model app.models.keeper.Keeper app/models/keeper.py:4\n";
        assert_eq!(staged(&child("    shed: Mapped[str] = mapped_column(String(9))\n")), keeper);
    }

    #[test]
    fn a_model_that_a_revision_imports_is_seen_by_autogenerate() {
        let team = "# a/shop/models/team.py\nfrom sqlmodel import Field, SQLModel\n\
                    class Team(SQLModel, table=True):\n    id: int = Field(primary_key=True)\n";
        let head = services() + team;
        let revision = |import: &str| {
            format!(
                "# a/migrations/versions/a2.py\nimport sqlalchemy as sa\nfrom alembic import op\n{import}\
                 revision = \"a2\"\ndown_revision = \"a1\"\ndef upgrade():\n    \
                 op.create_table(\"team\", sa.Column(\"id\", sa.Integer(), primary_key=True))\n\
                 def downgrade():\n    op.drop_table(\"team\")\n"
            )
        };
        let team = "unregistered-model shop.models.team.Team a/shop/models/team.py:2\n";
        assert_eq!(staged_on(&head, &revision("")), team);
        assert_eq!(staged_on(&head, &revision("from shop.models.team import Team\n")), "");
    }
}
