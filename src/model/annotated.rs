//! What the annotations of a class body say of columns: `Mapped[int]`, `Mapped[key]` with `key = Annotated[…]`.

use std::sync::Arc;

use super::columns::column_or_field;
use super::host::Vm;
use super::table::attributes;
use crate::migration::operation::{Column, Type};
use crate::migration::schema_item::{self, last_part};
use crate::python::parse::parse;
use crate::python::syntax::{BinaryOperator, Expr, ExprKind, Stmt, StmtKind};
use crate::python::value::{Class, Scope, Value};

/// Bytes of an annotation that is written as a text.
const ANNOTATION: usize = 1_000;

/// How deep types that wrap a type are looked into.
const NESTING: usize = 5;

/// What a class body's annotation makes of an attribute.
pub(super) enum Annotated {
    None,
    /// What the column holds.
    Column(Expr),
    /// `ClassVar[…]`, or a relationship by its annotation.
    Never,
    Other,
}

/// What an annotation says: `Mapped[int]`, or any at all for a SQLModel class.
pub(super) fn annotation_of(annotation: &Expr, is_sqlmodel: bool) -> Annotated {
    if let ExprKind::Str(text) = &annotation.kind
        && let Some(annotation) = expression(text)
        && !matches!(annotation.kind, ExprKind::Str(_))
    {
        return annotation_of(&annotation, is_sqlmodel);
    }
    let (head, inner) = match &annotation.kind {
        ExprKind::Subscript { value, index } => (value.dotted(), &**index),
        _ => (annotation.dotted(), annotation),
    };
    match head.as_deref().map(last_part) {
        Some("Mapped") => Annotated::Column(inner.clone()),
        Some("ClassVar" | "DynamicMapped" | "WriteOnlyMapped" | "InitVar" | "AssociationProxy") => Annotated::Never,
        _ if is_sqlmodel => Annotated::Column(annotation.clone()),
        _ => Annotated::Other,
    }
}

/// An annotation that is written as a text.
fn expression(text: &str) -> Option<Expr> {
    if text.len() > ANNOTATION {
        return None;
    }
    match &parse(text).body[..] {
        [Stmt { kind: StmtKind::Expr(expression), .. }] => Some(expression.clone()),
        _ => None,
    }
}

/// What `Mapped[…]` says of a column.
pub(super) struct Held {
    type_: Type,
    nullable: Option<bool>,
    /// `Annotated[str, mapped_column(...)]`
    pub(super) column: Option<Value>,
    /// The fields of a class that is no single value.
    pub(super) fields: Vec<Arc<str>>,
}

impl Held {
    /// Adds what a column does not say itself.
    pub(super) fn complete(&self, column: &mut Column) {
        if let Some(brought) = self.column.as_ref().and_then(|brought| column_or_field(brought, &"".into())) {
            column.primary_key |= brought.primary_key;
            column.index |= brought.index;
            column.unique |= brought.unique;
            column.nullable = column.nullable.or(brought.nullable);
            if column.type_ == Type::Unknown {
                column.type_ = brought.type_;
            }
            if column.references.is_empty() {
                column.references = brought.references;
            }
        }
        if column.type_ == Type::Unknown {
            column.type_ = self.type_.clone();
        }
        column.nullable = column.nullable.or(self.nullable);
    }
}

/// The type, where it is one of Python's own (`sqlalchemy.sql.sqltypes._type_map`), and what an alias brings.
pub(super) fn held(vm: &mut Vm<'_>, mut annotation: Expr, scope: &Scope) -> Held {
    let mut held = Held { type_: Type::Unknown, nullable: Some(false), column: None, fields: Vec::new() };
    for _ in 0..NESTING {
        annotation = match &annotation.kind {
            ExprKind::Str(text) => match expression(text) {
                Some(inner) => inner,
                None => return held,
            },
            ExprKind::Binary { operator: BinaryOperator::BitOr, left, right } => match (&left.kind, &right.kind) {
                (_, ExprKind::None) => {
                    held.nullable = Some(true);
                    (**left).clone()
                }
                (ExprKind::None, _) => {
                    held.nullable = Some(true);
                    (**right).clone()
                }
                _ => return Held { nullable: None, ..held },
            },
            ExprKind::Subscript { value, index } => match value.dotted().as_deref().map(last_part) {
                Some("Optional") => {
                    held.nullable = Some(true);
                    (**index).clone()
                }
                _ => break,
            },
            _ => break,
        };
    }
    let mut value = vm.evaluate(&annotation, scope);
    for _ in 0..NESTING {
        let Value::Object(object) = &value else { break };
        let arguments = &object.arguments.positional;
        let inner = match last_part(&object.path) {
            "Optional" => {
                held.nullable = Some(true);
                arguments.first()
            }
            "Annotated" => {
                let mut rest = arguments.iter().skip(1);
                let is_column =
                    |value: &&Value| schema_item::call_of(value, &["mapped_column", "Column", "Field"]).is_some();
                held.column = held.column.or_else(|| rest.find(is_column).cloned());
                arguments.first()
            }
            // `type Name = …`, where Python is too old for it.
            "TypeAliasType" => arguments.get(1),
            _ => None,
        };
        match inner {
            Some(inner) => value = inner.clone(),
            None => break,
        }
    }
    if let Value::Class(class) = &value {
        held.fields = fields_of(class);
    }
    match type_name(&value) {
        Some(name) => held.type_ = Type::Known(name.into()),
        None if held.column.is_none() => held.nullable = held.nullable.filter(|nullable| *nullable),
        None => {}
    }
    held
}

/// The fields of a dataclass, in order.
fn fields_of(class: &Class) -> Vec<Arc<str>> {
    if !class.def.decorators.iter().any(|decorator| {
        let called = match &decorator.kind {
            ExprKind::Call { function, .. } => function.dotted(),
            _ => decorator.dotted(),
        };
        called.is_some_and(|name| last_part(&name) == "dataclass")
    }) {
        return Vec::new();
    }
    attributes(class).into_iter().filter(|attribute| attribute.annotation.is_some()).map(|field| field.name).collect()
}

fn type_name(value: &Value) -> Option<&'static str> {
    match value {
        Value::External(path) => Some(match &**path {
            "builtins.int" => "INTEGER",
            "builtins.str" => "STRING",
            "builtins.float" => "FLOAT",
            "builtins.bool" => "BOOLEAN",
            "builtins.bytes" => "LARGEBINARY",
            "datetime.datetime" => "DATETIME",
            "datetime.date" => "DATE",
            "datetime.time" => "TIME",
            "datetime.timedelta" => "INTERVAL",
            "decimal.Decimal" => "NUMERIC",
            "uuid.UUID" => "UUID",
            _ => return None,
        }),
        Value::Class(class) if class.is_enum() => Some("ENUM"),
        _ => None,
    }
}
