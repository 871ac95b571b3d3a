//! Which added column may be the new name of a dropped one.

use std::collections::{HashMap, HashSet};

use super::narrowing::is_kin;
use super::{Effect, EffectKind};
use crate::migration::operation::{Name, TableName, Type};
use crate::migration::schema::TableColumn;

/// Candidates for one dropped column: with more of them nobody takes it for a rename.
const CANDIDATES: usize = 50;

/// Those of a table's added columns that hold what the dropped one held. One of its own name says that it is made again.
pub(super) fn candidates<'a>(
    dropped: &Name,
    type_: &Type,
    added: impl Iterator<Item = &'a TableColumn> + Clone,
) -> Vec<Name> {
    if added.clone().any(|column| column.column.name == *dropped) {
        return vec![dropped.clone()];
    }
    let kin = added.filter(|column| is_kin(type_, &column.column.type_));
    kin.map(|column| column.column.name.clone()).take(CANDIDATES).collect()
}

/// Keeps the likely ones: those that share a word with the dropped column, or the only one for the only one. A column
/// that is new for several dropped ones is no new name.
pub(super) fn keep_likely(effects: &mut [(Effect, usize)]) {
    keep_new(effects);
    let mut wanted: HashMap<(TableName, Name), usize> = HashMap::new();
    for (effect, _) in effects.iter() {
        let EffectKind::DroppedColumn { table, added, .. } = &effect.kind else { continue };
        for name in added {
            *wanted.entry((table.clone(), name.clone())).or_default() += 1;
        }
    }
    for (effect, _) in effects {
        let EffectKind::DroppedColumn { table, column, added } = &mut effect.kind else { continue };
        if added.first() == Some(column) {
            continue;
        }
        let words = words(column);
        if added.iter().any(|name| shares(name, &words)) {
            added.retain(|name| shares(name, &words));
        } else if added.len() != 1 || added.iter().any(|name| wanted.get(&(table.clone(), name.clone())) != Some(&1)) {
            added.clear();
        }
    }
}

/// Takes out what the same `upgrade()` drops and makes again: it has its own name already.
fn keep_new(effects: &mut [(Effect, usize)]) {
    let made_again = effects.iter().filter_map(|(effect, _)| match &effect.kind {
        EffectKind::DroppedColumn { table, column, added } if added.first() == Some(column) => {
            Some((table.clone(), column.clone()))
        }
        _ => None,
    });
    let made_again: HashSet<(TableName, Name)> = made_again.collect();
    for (effect, _) in effects {
        if let EffectKind::DroppedColumn { table, column, added } = &mut effect.kind {
            added.retain(|name| name == column || !made_again.contains(&(table.clone(), name.clone())));
        }
    }
}

/// The words of a name that say something: `id`, `is` and `at` do not.
fn words(name: &Name) -> HashSet<String> {
    let name = name.known().unwrap_or_default();
    name.split('_').filter(|word| word.chars().count() > 2).map(str::to_lowercase).collect()
}

fn shares(name: &Name, with: &HashSet<String>) -> bool {
    words(name).iter().any(|word| with.contains(word))
}
