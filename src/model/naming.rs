//! The names that SQLAlchemy gives to indexes and constraints: `MetaData(naming_convention={…})`.

use std::sync::Arc;

use crate::migration::operation::{Constraint, ConstraintKind, Name, TableName};
use crate::migration::schema_item;
use crate::python::value::{Object, Value};

/// How a metadata object names what has no name, and its default schema.
#[derive(Debug, Default)]
pub(super) struct Naming {
    /// By kind: `ix`, `uq`, `ck`, `fk`, `pk`. `None` stands for one that cannot be known.
    templates: Vec<(Arc<str>, Option<Arc<str>>)>,
    is_unknown: bool,
    pub(super) schema: Option<Name>,
}

impl Naming {
    /// Reads a `MetaData(...)` call.
    pub(super) fn of(call: Option<&Object>) -> Self {
        let Some(call) = call else { return Self::default() };
        let schema = call.arguments.keyword("schema").filter(|value| !matches!(value, Value::None));
        let mut naming = Self { schema: schema.map(schema_item::name), ..Self::default() };
        match call.arguments.keyword("naming_convention") {
            None | Some(Value::None) => naming.is_unknown = call.arguments.open,
            Some(Value::Dict(entries)) => {
                let entries = entries.borrow();
                naming.is_unknown = entries.open;
                for (key, value) in &entries.values {
                    match key.as_str() {
                        Some(key) => naming.templates.push((key.clone(), value.as_str().cloned())),
                        None => naming.is_unknown |= !matches!(key, Value::External(_) | Value::Attribute(_)),
                    }
                }
            }
            Some(_) => naming.is_unknown = true,
        }
        naming
    }

    /// The name of an index that has none of its own; SQLAlchemy's default is `ix_%(column_0_label)s`.
    pub(super) fn index(&self, table: Option<&TableName>, columns: Option<&[Name]>) -> Name {
        match self.template("ix") {
            Some((_, Some(template))) => filled(template, table, columns, None, None),
            Some((_, None)) => Name::Unknown,
            None if self.is_unknown => Name::Unknown,
            None => filled("ix_%(column_0_label)s", table, columns, None, None),
        }
    }

    /// The name of a constraint: a convention may wrap one that is given (`%(constraint_name)s`). `None` where the
    /// database names it.
    pub(super) fn constraint(
        &self,
        table: Option<&TableName>,
        constraint: &Constraint,
        given: Option<Name>,
    ) -> Option<Name> {
        let kind = match constraint.kind {
            ConstraintKind::PrimaryKey => "pk",
            ConstraintKind::Unique => "uq",
            ConstraintKind::ForeignKey => "fk",
            ConstraintKind::Check => "ck",
            ConstraintKind::Exclude => return given,
        };
        let template = match self.template(kind) {
            Some((_, template)) => template.clone()?,
            None if self.is_unknown && given.is_none() => return Some(Name::Unknown),
            None => return given,
        };
        if given.is_some() && !template.contains("%(constraint_name)s") {
            return given;
        }
        if given.is_none() && template.contains("%(constraint_name)s") {
            return None;
        }
        let refers_to = constraint.refers_to.as_ref();
        Some(filled(&template, table, constraint.columns.as_deref(), refers_to, given.as_ref()))
    }

    fn template(&self, kind: &str) -> Option<&(Arc<str>, Option<Arc<str>>)> {
        self.templates.iter().find(|(key, _)| **key == *kind)
    }
}

fn filled(
    template: &str,
    table: Option<&TableName>,
    columns: Option<&[Name]>,
    refers_to: Option<&TableName>,
    given: Option<&Name>,
) -> Name {
    let fill = || -> Option<String> {
        let mut text = String::new();
        let mut rest = template;
        while let Some(at) = rest.find("%(") {
            text.push_str(&rest[..at]);
            let (token, after) = rest[at + 2..].split_once(")s")?;
            text.push_str(&token_text(token, table, columns, refers_to, given)?);
            rest = after;
        }
        text.push_str(rest);
        Some(text)
    };
    fill().map_or(Name::Unknown, |text| Name::Known(text.into()))
}

/// A token of `sqlalchemy.sql.naming.ConventionDict`.
fn token_text(
    token: &str,
    table: Option<&TableName>,
    columns: Option<&[Name]>,
    refers_to: Option<&TableName>,
    given: Option<&Name>,
) -> Option<String> {
    let column = |at: usize| columns?.get(at)?.known().map(str::to_owned);
    let label = |column: &str| {
        let table = table?;
        let schema = match &table.schema {
            Some(schema) => format!("{}_", schema.known()?.replace('.', "_")),
            None => String::new(),
        };
        Some(format!("{schema}{}_{column}", table.name.known()?))
    };
    match token {
        "table_name" => table?.name.known().map(str::to_owned),
        "referred_table_name" => refers_to?.name.known().map(str::to_owned),
        "constraint_name" => given?.known().map(str::to_owned),
        _ => {
            let rest = token.strip_prefix("column_")?;
            let (index, kind) = rest.rsplit_once('_').or(Some((rest, "")))?;
            // `column_0N_name` joins all columns, `column_0_N_name` with `_` between them.
            let (index, separator) = match (index.strip_suffix("_N"), index.strip_suffix('N')) {
                (Some(index), _) => (index, Some("_")),
                (_, Some(index)) => (index, Some("")),
                _ => (index, None),
            };
            let at: usize = index.parse().ok()?;
            let text = |name: &str| match kind {
                "name" | "key" => Some(name.to_owned()),
                "label" => label(name),
                _ => None,
            };
            match separator {
                None => text(&column(at)?),
                Some(separator) => {
                    let all: Option<Vec<String>> = columns?.iter().skip(at).map(|name| text(name.known()?)).collect();
                    Some(all?.join(separator))
                }
            }
        }
    }
}
