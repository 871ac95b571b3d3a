//! What was found out about files, for as long as what it was found out from stays the same.
//!
//! A migration's operations and an environment's metadata are pure functions of what was read for them. The two sides
//! of a change have most of that in common, and so have this run and the next.

mod chains;
mod models;

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

pub(super) use chains::Chains;
pub(super) use models::Models;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::git::Read;
use crate::project::{Environment, Settings};
use crate::python::Sources;
use crate::texts;

/// So many versions of one fact are kept: those of the sides of a merge.
const VERSIONS: usize = 4;

/// To read one file again takes less time than to write what is kept anew: one new fact among so many is not worth it.
const NEWS: usize = 32;

/// Everything of one kind that is known.
#[derive(Serialize, Deserialize)]
#[serde(bound = "T: Serialize + DeserializeOwned, W: Serialize + DeserializeOwned")]
pub(super) struct Facts<T, W = ()> {
    /// Each question that was asked, and its answer.
    reads: Vec<Read>,
    environments: Vec<Known<T, W>>,
    #[serde(skip)]
    numbers: HashMap<Read, u32>,
    #[serde(skip)]
    news: usize,
}

/// What is known under the same circumstances.
#[derive(Serialize, Deserialize)]
#[serde(bound = "T: Serialize + DeserializeOwned, W: Serialize + DeserializeOwned")]
struct Known<T, W> {
    environment: Environment,
    /// [`Settings::models`].
    models: Vec<String>,
    /// By the file that it is about.
    #[serde(with = "crate::texts")]
    facts: BTreeMap<Arc<str>, Vec<Fact<T>>>,
    /// What was made of all these together.
    whole: W,
}

#[derive(Serialize, Deserialize)]
struct Fact<T> {
    /// The numbers of the questions whose answers it depends on.
    reads: Vec<u32>,
    value: T,
    #[serde(skip)]
    is_used: bool,
}

/// A snapshot, and which questions it answers as they were answered before.
pub(super) struct Side<'s> {
    pub(super) sources: &'s Sources,
    alike: Vec<Option<bool>>,
}

impl<'s> Side<'s> {
    pub(super) fn new(sources: &'s Sources) -> Self {
        Self { sources, alike: Vec::new() }
    }

    fn has(&mut self, reads: &[Read], numbers: &[u32]) -> bool {
        self.alike.resize(reads.len(), None);
        numbers.iter().all(|number| {
            let number = *number as usize;
            match (self.alike.get_mut(number), reads.get(number)) {
                (Some(Some(alike)), _) => *alike,
                (Some(unknown), Some(read)) => *unknown.insert(self.sources.files.answer_alike(read)),
                _ => false,
            }
        })
    }
}

/// What both kinds leave to the next run, as one piece.
pub(super) fn join(scripts: &[u8], metadata: &[u8]) -> Vec<u8> {
    [&scripts.len().to_le_bytes(), scripts, metadata].concat()
}

/// The two pieces again; nothing where there is none.
pub(super) fn split(joined: &[u8]) -> (&[u8], &[u8]) {
    let pieces =
        joined.split_first_chunk().and_then(|(length, rest)| rest.split_at_checked(usize::from_le_bytes(*length)));
    pieces.unwrap_or_default()
}

impl<T: Serialize + DeserializeOwned, W: Default + Serialize + DeserializeOwned> Facts<T, W> {
    /// What these bytes of [`Facts::into_bytes`] say. Whatever is wrong with them, it is as if there were none.
    fn from_bytes(bytes: &[u8]) -> Self {
        let none = || Self { reads: Vec::new(), environments: Vec::new(), numbers: HashMap::new(), news: 0 };
        texts::from_bytes(bytes).unwrap_or_else(none)
    }

    /// Whether so much was learned that the next run should know it.
    pub(super) fn is_worth_keeping(&self) -> bool {
        let all: usize = self.environments.iter().map(|known| known.facts.len()).sum();
        self.news > all / NEWS
    }

    /// What was used of them. `whole` is told which facts stay, in the order in which they are kept.
    fn into_bytes(mut self, whole: impl Fn(&mut W, &mut dyn Iterator<Item = &T>)) -> Option<Vec<u8>> {
        for known in &mut self.environments {
            known.facts.values_mut().for_each(|facts| facts.retain(|fact| fact.is_used));
            known.facts.retain(|_, facts| !facts.is_empty());
        }
        self.environments.retain(|known| !known.facts.is_empty());
        for Known { facts, whole: kept, .. } in &mut self.environments {
            whole(kept, &mut facts.values().flatten().map(|fact| &fact.value));
        }
        self.forget_unused_reads();
        texts::to_bytes(&self)
    }

    /// The number of what is known of an environment.
    pub(super) fn environment(&mut self, environment: &Environment, settings: &Settings) -> usize {
        let is_same = |known: &Known<T, W>| known.environment == *environment && known.models == settings.models;
        self.environments.iter().position(is_same).unwrap_or_else(|| {
            self.environments.push(Known {
                environment: environment.clone(),
                models: settings.models.clone(),
                facts: BTreeMap::new(),
                whole: W::default(),
            });
            self.environments.len() - 1
        })
    }

    /// What is known of a file: `holds` says of a fact whose questions are answered alike whether it holds all the same,
    /// and whether something was learned by that; `work` finds it out anew.
    fn fact<R>(
        &mut self,
        side: &mut Side<'_>,
        environment: usize,
        path: &Arc<str>,
        mut holds: impl FnMut(&Environment, &mut T) -> Option<bool>,
        work: impl FnOnce(&Environment) -> T,
        answer: impl Fn(&T) -> R,
    ) -> Option<R> {
        let Self { reads, environments, numbers, news } = self;
        let Known { environment, facts, .. } = environments.get_mut(environment)?;
        let facts = facts.entry(path.clone()).or_default();
        for fact in facts.iter_mut().filter(|fact| side.has(reads, &fact.reads)) {
            if let Some(learned) = holds(environment, &mut fact.value) {
                fact.is_used = true;
                *news += usize::from(learned);
                return Some(answer(&fact.value));
            }
        }
        let (value, asked) = side.sources.files.record(|| work(environment));
        let result = answer(&value);
        if let Some(asked) = asked {
            // The newest comes first.
            facts.insert(0, Fact { reads: number(reads, numbers, asked), value, is_used: true });
            facts.truncate(VERSIONS);
            *news += 1;
        }
        Some(result)
    }

    fn forget_unused_reads(&mut self) {
        let mut new: HashMap<u32, u32> = HashMap::new();
        let mut kept = Vec::new();
        let old = std::mem::take(&mut self.reads);
        for fact in self.environments.iter_mut().flat_map(|known| known.facts.values_mut()).flatten() {
            for number in &mut fact.reads {
                let next = u32::try_from(new.len()).unwrap_or(u32::MAX);
                let at = *new.entry(*number).or_insert(next);
                if at == next
                    && let Some(read) = old.get(*number as usize)
                {
                    kept.push(read.clone());
                }
                *number = at;
            }
        }
        self.reads = kept;
    }
}

/// The numbers of questions, which become known by that.
fn number(reads: &mut Vec<Read>, numbers: &mut HashMap<Read, u32>, asked: Vec<Read>) -> Vec<u32> {
    if numbers.len() != reads.len() {
        *numbers = reads.iter().cloned().zip(0..).collect();
    }
    let mut found: Vec<u32> = asked
        .into_iter()
        .map(|read| {
            *numbers.entry(read).or_insert_with_key(|read| {
                reads.push(read.clone());
                u32::try_from(reads.len() - 1).unwrap_or(u32::MAX)
            })
        })
        .collect();
    found.sort_unstable();
    found
}
