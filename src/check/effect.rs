//! What a migration destroys, as a finding.

use super::{Check, Finding, Loss};
use crate::migration::history::{Effect, EffectKind};
use crate::migration::operation::{Name, TableName};

/// A finding about an effect, with the places that explain it.
pub(super) fn finding(check: &Check, effect: &Effect, subject: &str, message: String) -> Finding {
    let cascade = if effect.cascade { ", with CASCADE: and all that depends on it" } else { "" };
    let mut finding =
        Finding::new(check, subject, effect.operation.location.clone(), message + cascade).revision(&effect.revision);
    for through in &effect.operation.through {
        finding = finding.related(through, "this is what runs");
    }
    for call in &effect.operation.called_at {
        finding = finding.related(call, "called here");
    }
    if let Some(origin) = &effect.origin {
        finding = finding.related(&origin.location, "created here");
    }
    finding
}

/// A finding that somebody may confirm.
pub(super) fn confirmable(check: &Check, effect: &Effect, subject: &str, message: String) -> Finding {
    let loss = Loss {
        object: subject.to_owned(),
        is_table: matches!(effect.kind, EffectKind::DroppedTable { .. }),
        columns: effect.columns.iter().map(Name::to_string).collect(),
        created_in: effect.origin.as_ref().map(|origin| origin.revision.to_string()),
        referred_by: effect.referred_by.iter().map(TableName::to_string).collect(),
        restored_by_downgrade: effect.restored_by_downgrade,
        model_removed: None,
        unmapped: None,
        made_again_in: effect.made_again_in.as_ref().map(ToString::to_string),
    };
    Finding { loss: Some(loss), ..finding(check, effect, subject, message) }
}

/// `users.email`
pub(super) fn column_subject(table: &TableName, column: &Name) -> String {
    format!("{table}.{column}")
}

/// ": 14 columns, created in 644e419d84b5, referred to by `receipt_items`"; empty where nothing is known.
pub(super) fn facts(effect: &Effect) -> String {
    let mut facts = Vec::new();
    match effect.columns.len() {
        0 => {}
        1 => facts.push("1 column".to_owned()),
        count => facts.push(format!("{count} columns")),
    }
    if let Some(origin) = &effect.origin {
        facts.push(format!("created in {}", origin.revision));
    }
    if !effect.referred_by.is_empty() {
        let tables: Vec<String> = effect.referred_by.iter().map(|table| format!("`{table}`")).collect();
        facts.push(format!("referred to by {}", tables.join(", ")));
    }
    if facts.is_empty() { String::new() } else { format!(": {}", facts.join(", ")) }
}
