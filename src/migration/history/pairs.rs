//! What of an `upgrade()` is no loss once it is seen whole: what it makes itself, rebuilds, or makes anew.

use std::collections::{HashMap, HashSet};

use super::parts::NOWHERE;
use super::renames;
use super::upgrade::{Candidate, ColumnId, Made, TableId, Upgrade, Was};
use super::{Effect, EffectKind};
use crate::migration::operation::{Certainty, Constraint, ConstraintKind, Name, ObjectKind, TableName};
use crate::migration::schema::Table;

/// What the whole of an `upgrade()` shows.
#[derive(Default)]
struct Whole {
    /// What the tables are called in the end.
    names: HashMap<TableId, TableName>,
    /// Dropped tables whose rows stand in another that now has their name.
    rebuilt: HashMap<TableId, TableId>,
    /// Tables that are gone with their rows.
    gone: HashSet<TableId>,
    gone_names: HashSet<TableName>,
    /// Columns that are gone, by their tables.
    gone_columns: HashMap<TableId, HashSet<Name>>,
    /// What columns are called in the end, by their first names.
    renamed_columns: HashMap<(TableId, Name), Name>,
}

impl Upgrade<'_> {
    /// What this `upgrade()` destroys, in the order of its statements, each with the number of its operation.
    pub(super) fn finish(mut self) -> Vec<(Effect, usize)> {
        let candidates = std::mem::take(&mut self.candidates);
        let mut effects = Vec::new();
        // Most revisions destroy nothing.
        if !candidates.is_empty() {
            effects = self.destroyed(candidates);
        }
        for (name, id) in &self.ids {
            if self.temporary.contains(id) {
                self.database.schema.tables.remove(name);
            }
        }
        effects
    }

    fn destroyed(&mut self, candidates: Vec<Candidate>) -> Vec<(Effect, usize)> {
        let names = self.ids.iter().map(|(name, id)| (*id, name.clone())).collect();
        let renamed = self.renamed_columns.iter().filter(|(_, column)| !column.is_own);
        let renamed_columns =
            renamed.map(|((id, now), column)| ((*id, column.first_name.clone()), now.clone())).collect();
        let mut whole = Whole { names, renamed_columns, ..Whole::default() };
        for candidate in &candidates {
            self.find_rebuilt_table(candidate, &mut whole);
        }
        let mut kept: Vec<Candidate> = Vec::with_capacity(candidates.len());
        for candidate in candidates {
            if !self.is_rebuilt_column(&candidate, &mut whole) {
                kept.push(candidate);
            }
        }
        let mut effects = Vec::new();
        for candidate in kept {
            match (&candidate.was, candidate.id.and_then(|id| whole.rebuilt.get(&id).copied())) {
                (Was::Table(old), Some(new)) => {
                    let lost = self.lost_columns(&candidate.effect, old, whole.names.get(&new));
                    effects.extend(lost.into_iter().map(|effect| (effect, candidate.at)));
                }
                _ if self.is_silent(&candidate, &whole) => {}
                _ => {
                    let at = candidate.at;
                    effects.push((self.with_added(candidate), at));
                }
            }
        }
        renames::keep_likely(&mut effects);
        effects
    }

    /// A table whose rows were copied into one that is created here and bears its name in the end
    /// (<https://www.sqlite.org/lang_altertable.html#otheralter>).
    fn find_rebuilt_table(&mut self, candidate: &Candidate, whole: &mut Whole) {
        let EffectKind::DroppedTable { table } = &candidate.effect.kind else { return };
        let (Some(id), Was::Table(old)) = (candidate.id, &candidate.was) else {
            whole.gone_names.insert(table.in_default_schema());
            return;
        };
        if self.created.contains(&id) {
            return;
        }
        let first_name = self.first_names.get(&id).cloned().unwrap_or_else(|| table.clone());
        let new = self
            .ids
            .get(&first_name)
            .copied()
            .filter(|new| self.created.contains(new) && !self.temporary.contains(new));
        let Some(new) = new.filter(|new| self.is_copied(id, *new)) else {
            whole.gone.insert(id);
            whole.gone_names.insert(table.in_default_schema());
            return;
        };
        whole.rebuilt.insert(id, new);
        // It is the same table still.
        if let Some(table) = self.database.table_mut(&first_name) {
            table.origin.clone_from(&old.origin);
            for column in &mut table.columns {
                if let Some(known) = old.column(&column.column.name) {
                    column.origin.clone_from(&known.origin);
                }
            }
        }
    }

    /// Whether rows of a table came into another, over others perhaps.
    fn is_copied(&self, from: TableId, to: TableId) -> bool {
        let mut seen = HashSet::from([from]);
        let mut todo = vec![from];
        while let Some(table) = todo.pop() {
            for next in self.copies.get(&table).into_iter().flatten() {
                if *next == to {
                    return true;
                }
                if seen.insert(*next) {
                    todo.push(*next);
                }
            }
        }
        false
    }

    /// Columns of a rebuilt table that did not come along.
    fn lost_columns(&self, drop: &Effect, old: &Table, new: Option<&TableName>) -> Vec<Effect> {
        let Some((name, new)) = new.and_then(|name| Some((name, self.database.table(name)?))) else {
            return Vec::new();
        };
        if !new.columns_known {
            return Vec::new();
        }
        let names =
            |table: &Table| -> Vec<Name> { table.columns.iter().map(|column| column.column.name.clone()).collect() };
        let (before, after): (HashSet<Name>, HashSet<Name>) =
            (names(old).into_iter().collect(), names(new).into_iter().collect());
        let added = new.columns.iter().filter(|column| !before.contains(&column.column.name));
        let lost = old.columns.iter().filter(|column| !after.contains(&column.column.name));
        lost.map(|column| {
            let gone = column.column.name.clone();
            let added = renames::candidates(&gone, &column.column.type_, added.clone());
            Effect {
                kind: EffectKind::DroppedColumn { table: name.clone(), column: gone, added },
                origin: column.origin.clone(),
                columns: Vec::new(),
                referred_by: Vec::new(),
                ..drop.clone()
            }
        })
        .collect()
    }

    /// A column whose values were copied into one that is added here and bears its name in the end. Others are gone.
    fn is_rebuilt_column(&mut self, candidate: &Candidate, whole: &mut Whole) -> bool {
        let EffectKind::DroppedColumn { column, .. } = &candidate.effect.kind else { return false };
        let (Some(id), Was::Column(was, _)) = (candidate.id, &candidate.was) else { return false };
        let Some(table) = whole.names.get(&id).cloned() else { return false };
        let end = self.column_id(&table, id, &was.first_name);
        let copied = self.is_column_copied(id, was, &end);
        let stands = self.database.table(&table).is_some_and(|table| table.column(&was.first_name).is_some());
        if end.is_own && !was.is_own && copied && stands {
            if let Some(column) = self.database.table_mut(&table).and_then(|table| table.column_mut(&was.first_name)) {
                column.origin.clone_from(&candidate.effect.origin);
            }
            return true;
        }
        whole.gone_columns.entry(id).or_default().insert(column.clone());
        false
    }

    /// Whether values of a column came into another, over others perhaps.
    fn is_column_copied(&self, table: TableId, from: &ColumnId, to: &ColumnId) -> bool {
        let copies = self.column_copies.get(&table).map_or(&[][..], Vec::as_slice);
        let mut seen = HashSet::from([from]);
        let mut todo = vec![from];
        while let Some(column) = todo.pop() {
            for copy in copies.iter().filter(|copy| copy.from.contains(column)) {
                if copy.to == *to {
                    return true;
                }
                if seen.insert(&copy.to) {
                    todo.push(&copy.to);
                }
            }
        }
        false
    }

    fn is_silent(&mut self, candidate: &Candidate, whole: &Whole) -> bool {
        let on_own_table = candidate.id.is_some_and(|id| self.created.contains(&id));
        match &candidate.effect.kind {
            EffectKind::DroppedTable { .. } => on_own_table,
            EffectKind::DroppedColumn { table, .. } | EffectKind::NarrowedColumn { table, .. } => {
                on_own_table
                    || whole.took(candidate.id, Some(table), None)
                    || matches!(&candidate.was, Was::Column(was, _) if was.is_own)
            }
            EffectKind::DeletedRows { .. } => on_own_table || candidate.id.is_some_and(|id| whole.gone.contains(&id)),
            EffectKind::DroppedIndex { name, table, columns } => {
                let unique = matches!(candidate.was, Was::Index { unique: true });
                on_own_table
                    || whole.took(candidate.id, table.as_ref(), columns.as_deref())
                    || self.is_replaced(candidate, whole, name, None, unique, columns.as_deref())
            }
            EffectKind::DroppedConstraint { name, table, kind } => {
                let was = match &candidate.was {
                    Was::Constraint(Some(was)) => Some(was),
                    _ => None,
                };
                let columns = was.and_then(|was| was.columns.as_deref());
                on_own_table
                    || whole.took(candidate.id, table.as_ref(), columns)
                    || was.is_some_and(|was| whole.took_target(was))
                    || self.is_replaced(candidate, whole, name, *kind, false, columns)
            }
            EffectKind::DroppedObject { kind, name } => {
                let is_made = |name: &TableName| self.made_objects.contains(&(*kind, name.clone()));
                let first_name = self.renamed_objects.get(&(*kind, name.clone()));
                let is_remade = matches!(kind, ObjectKind::View | ObjectKind::Type)
                    && (is_made(name) || first_name.is_some_and(is_made));
                is_remade || self.is_own(candidate.effect.origin.as_ref())
            }
            EffectKind::Unreadable { .. } => false,
        }
    }

    /// Whether this `upgrade()` makes an index or constraint that stands for a dropped one. Where neither the dropped
    /// one's columns nor its name tell, one of the same kind on the same table does: for one drop, or for those in the
    /// branches of a condition.
    fn is_replaced(
        &mut self,
        candidate: &Candidate,
        whole: &Whole,
        name: &Name,
        kind: Option<ConstraintKind>,
        unique: bool,
        columns: Option<&[Name]>,
    ) -> bool {
        let id = candidate.id;
        let is_primary = kind == Some(ConstraintKind::PrimaryKey);
        let now = |column: &Name| {
            let renamed = id.and_then(|id| whole.renamed_columns.get(&(id, column.clone())));
            renamed.unwrap_or(column).clone()
        };
        let renamed: Option<Vec<Name>> = columns.map(|columns| columns.iter().map(now).collect());
        let tables = [id, id.and_then(|id| whole.rebuilt.get(&id).copied()), Some(NOWHERE)];
        for table in tables.into_iter().flatten() {
            let made: &mut Vec<Made> = self.made.entry(table).or_default();
            let mut spellings = [columns, renamed.as_deref()].into_iter();
            if spellings.any(|columns| made.iter().any(|made| made.replaces(name, kind, unique, columns))) {
                return true;
            }
            // A table has one primary key: the new one stands for the old one, on whatever columns.
            if made.iter().any(|made| made.kind == kind) && is_primary && table != NOWHERE {
                return true;
            }
            // `op.drop_index(old); op.create_index(new, …)`, both by names that the inspector gives.
            let is_nameless = name.known().is_none();
            let tells_nothing = columns.is_none() && (kind.is_some() || is_nameless);
            let is_here = table != NOWHERE || (id.is_none() && is_nameless);
            let both_nameless = |made: &Made| made.name.as_ref().is_some_and(|name| name.known().is_none());
            let by_kind = |made: &Made| made.kind == kind && (kind.is_some() || both_nameless(made));
            if tells_nothing
                && is_here
                && let Some(at) = made.iter().position(by_kind)
            {
                if candidate.effect.operation.certainty == Certainty::Always {
                    made.remove(at);
                }
                return true;
            }
        }
        false
    }

    /// A dropped column with the columns of the same `upgrade()` that may be its new name.
    fn with_added(&self, candidate: Candidate) -> Effect {
        let mut effect = candidate.effect;
        if let (EffectKind::DroppedColumn { table, column, added }, Was::Column(_, type_)) =
            (&mut effect.kind, &candidate.was)
        {
            let name = self.database.name_of(table);
            let columns = self.database.table(&name).into_iter().flat_map(|table| &table.columns);
            let own = columns.filter(|column| self.is_own(column.origin.as_ref()));
            *added = renames::candidates(column, type_, own);
        }
        effect
    }
}

impl Whole {
    /// Whether an index or constraint went with its table or with one of its columns.
    fn took(&self, id: Option<TableId>, table: Option<&TableName>, columns: Option<&[Name]>) -> bool {
        let with_table = match id {
            Some(id) => self.gone.contains(&id),
            None => table.is_some_and(|table| self.gone_names.contains(&table.in_default_schema())),
        };
        let gone = id.and_then(|id| self.gone_columns.get(&id));
        with_table || gone.is_some_and(|gone| columns.into_iter().flatten().any(|column| gone.contains(column)))
    }

    /// Whether a foreign key had to go since the table that it refers to goes.
    fn took_target(&self, constraint: &Constraint) -> bool {
        constraint.refers_to.as_ref().is_some_and(|target| self.gone_names.contains(&target.in_default_schema()))
    }
}
