//! The files that were looked at for what they might hold, and that hold none of it.
//!
//! A search through a whole snapshot depends on each of its files. Most of them hold nothing that is searched for,
//! whatever else changes in them: it is enough to know that of each content.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::application::{Kind, can_start, kind};
use super::candidates::{can_declare, can_derive, is_looked_at};
use crate::git::{Entry, Files, Oid};
use crate::migration::operation::Location;
use crate::project::Environment;

#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Sifted {
    /// Where models were searched.
    models: Option<Models>,
    /// Where the application was searched.
    application: Option<Application>,
}

#[derive(Debug, Clone, Default, Serialize, Deserialize)]
struct Models {
    /// The files that have run.
    #[serde(with = "crate::texts")]
    ran: BTreeSet<Arc<str>>,
    /// The classes that others can derive from.
    names: BTreeSet<Vec<u8>>,
    without: Contents,
}

#[derive(Debug, Clone, Default, Serialize, Deserialize)]
struct Application {
    #[serde(with = "crate::texts")]
    roots: BTreeSet<Arc<str>>,
    configurations: Vec<Entry>,
    without: Contents,
}

impl Sifted {
    /// Files were searched for models.
    pub(super) fn declaring<'a>(
        &mut self,
        ran: &[Arc<str>],
        without: impl IntoIterator<Item = &'a Oid>,
        names: BTreeSet<Vec<u8>>,
    ) {
        let without = Contents::of(without);
        self.models = Some(Models { ran: ran.iter().cloned().collect(), names, without });
    }

    /// Files were searched for the application.
    pub(super) fn starting<'a>(
        &mut self,
        roots: &BTreeSet<Arc<str>>,
        without: impl IntoIterator<Item = &'a Oid>,
        configurations: Vec<Entry>,
    ) {
        let (roots, without) = (roots.clone(), Contents::of(without));
        self.application = Some(Application { roots, configurations, without });
    }

    /// Whether a search through these files would end as it did: `None` where it would not, else whether contents were
    /// looked at for the first time, which are remembered. The files that were read for more than this are not looked
    /// at: that they are the same is for the caller to know.
    pub fn same_rest(
        &mut self,
        files: &Files,
        environment: &Environment,
        closure: &BTreeMap<Arc<str>, Option<Location>>,
    ) -> Option<bool> {
        let mut learned = false;
        if let Some(models) = &mut self.models {
            let Models { ran, names, without } = models;
            let is_searched = |entry: &Entry| {
                let is_reached = closure.contains_key(&entry.path);
                is_looked_at(entry, is_reached, environment) && !ran.contains(&entry.path)
            };
            let holds = |content: &[u8]| can_declare(content) || can_derive(content, names);
            learned |= without.are_all(files, is_searched, holds)?;
        }
        let Some(Application { roots, configurations, without }) = &mut self.application else { return Some(learned) };
        let now = files.all().iter().filter(|entry| kind(entry) == Kind::Configuration);
        if !now.eq(configurations.iter()) {
            return None;
        }
        if files.all().iter().any(|entry| kind(entry) == Kind::Program && !roots.contains(&entry.path)) {
            return None;
        }
        // A root is among what was read, unless it is one of Alembic's scripts.
        let is_searched = |entry: &Entry| kind(entry) == Kind::Module && !roots.contains(&entry.path);
        learned |= without.are_all(files, is_searched, can_start)?;
        Some(learned)
    }
}

/// Contents of which nothing is to be said, by 32 digits of their object ids, sorted.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
struct Contents(Vec<u128>);

impl Contents {
    fn of<'a>(ids: impl IntoIterator<Item = &'a Oid>) -> Self {
        let mut ids: Vec<u128> = ids.into_iter().map(short).collect();
        ids.sort_unstable();
        ids.dedup();
        Self(ids)
    }

    /// Adds the files that are searched and hold nothing either. `None` where one holds something; else whether any
    /// was added.
    fn are_all(
        &mut self,
        files: &Files,
        is_searched: impl Fn(&Entry) -> bool,
        holds: impl Fn(&[u8]) -> bool,
    ) -> Option<bool> {
        let mut more = Vec::new();
        for entry in files.all() {
            if !entry.path.ends_with(".py") || self.0.binary_search(&short(&entry.oid)).is_ok() || !is_searched(entry) {
                continue;
            }
            match files.content(entry) {
                Some(content) if !holds(&content) => more.push(short(&entry.oid)),
                _ => return None,
            }
        }
        let learned = !more.is_empty();
        if learned {
            self.0.extend(more);
            self.0.sort_unstable();
            self.0.dedup();
        }
        Some(learned)
    }
}

/// As much of an id as tells contents apart.
fn short(id: &Oid) -> u128 {
    id.as_bytes().first_chunk().map_or(0, |bytes| u128::from_be_bytes(*bytes))
}
