//! How a base that a library brings names the tables of its classes: what it does is not in the repository, but foreign
//! keys say what came of it.

use std::collections::HashSet;

use super::Model;
use super::table::camel_to_snake_case;
use crate::migration::operation::{Name, TableName};

/// From a class's name to its table's, as declarative bases do it.
const RULES: [fn(&str) -> String; 4] = [
    |class| class.to_lowercase(),
    |class| format!("{}s", class.to_lowercase()),
    camel_to_snake_case,
    |class| format!("{}s", camel_to_snake_case(class)),
];

/// So many classes must have a table of theirs referred to before a rule is taken to be the base's.
const WITNESSES: usize = 3;

/// Gives these models, which one base has named, the tables that most foreign keys bear out. Nothing where two rules
/// explain as much.
pub(super) fn name_tables(models: &mut [Model], unnamed: &[usize]) {
    let referred = referred_tables(models);
    let classes: Vec<(usize, String)> = unnamed
        .iter()
        .filter_map(|at| {
            let class = models.get(*at)?.class.as_deref()?;
            Some((*at, class.rsplit('.').next()?.to_owned()))
        })
        .collect();
    let explained = |rule: &fn(&str) -> String| {
        let tables: HashSet<String> =
            classes.iter().map(|(_, class)| rule(class)).filter(|table| referred.contains(table)).collect();
        tables.len()
    };
    let counts = RULES.map(|rule| (explained(&rule), rule));
    let Some((most, rule)) = counts.iter().max_by_key(|(count, _)| *count) else { return };
    if *most < WITNESSES || counts.iter().filter(|(count, _)| count == most).count() > 1 {
        return;
    }
    for (at, class) in &classes {
        if let Some(model) = models.get_mut(*at) {
            model.table = Some(TableName::new(&rule(class)));
        }
    }
}

/// The tables that foreign keys name and that no model is known to map.
fn referred_tables(models: &[Model]) -> HashSet<String> {
    let name = |table: &TableName| table.name.known().map(str::to_owned);
    let mapped: HashSet<String> = models.iter().filter_map(|model| name(model.table.as_ref()?)).collect();
    let of_columns = models.iter().flat_map(|model| &model.columns).flat_map(|column| &column.column.references);
    let of_constraints =
        models.iter().flat_map(|model| &model.constraints).filter_map(|constraint| constraint.refers_to.as_ref());
    of_columns
        .chain(of_constraints)
        .filter(|table| table.schema.is_none() || table.schema == Some(Name::Unknown))
        .filter_map(name)
        .filter(|table| !mapped.contains(table))
        .collect()
}
