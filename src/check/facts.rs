//! What was found out about files, for as long as what it was found out from stays the same.
//!
//! A migration's operations and an environment's metadata are pure functions of what was read for them. The two sides
//! of a change have most of that in common, and so have this run and the next.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::analysis::Unparsable;
use crate::git::{Kept, Read};
use crate::migration::history::{History, Replay};
use crate::migration::revision_map::RevisionMap;
use crate::migration::script::{self, Script};
use crate::model::{Metadata, Sifted};
use crate::project::{Environment, Settings};
use crate::python::Sources;
use crate::texts;

/// So many versions of one fact are kept: those of the sides of a merge.
const VERSIONS: usize = 4;

/// Everything that is known.
#[derive(Default, Serialize, Deserialize)]
pub(super) struct Facts {
    /// Each question that was asked, and its answer.
    reads: Vec<Read>,
    environments: Vec<Known>,
    #[serde(skip)]
    numbers: HashMap<Read, u32>,
    #[serde(skip)]
    has_new: bool,
}

/// What is known under the same circumstances.
#[derive(Serialize, Deserialize)]
struct Known {
    environment: Environment,
    /// [`Settings::models`].
    models: Vec<String>,
    scripts: BTreeMap<Arc<str>, Vec<Fact<ScriptFile>>>,
    metadata: Vec<Fact<Mapped>>,
    #[serde(skip)]
    replay: Replay,
}

#[derive(Serialize, Deserialize)]
struct Fact<T> {
    /// The numbers of the questions whose answers it depends on.
    reads: Vec<u32>,
    value: T,
    #[serde(skip)]
    is_used: bool,
}

/// A migration file: why it cannot be loaded, and what is understood of it.
#[derive(Clone, Default, Serialize, Deserialize)]
pub(super) struct ScriptFile {
    pub(super) unparsable: Option<Unparsable>,
    pub(super) script: Option<Arc<Script>>,
}

/// An environment's metadata, and the contents that say nothing of it.
#[derive(Serialize, Deserialize)]
struct Mapped {
    metadata: Arc<Metadata>,
    sifted: Sifted,
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

impl Facts {
    /// What the last run knew.
    pub(super) fn load(kept: &Kept) -> Self {
        kept.read().and_then(|content| texts::from_bytes(&content)).unwrap_or_default()
    }

    /// Leaves to the next run what this one has used, where it has learned something.
    pub(super) fn save(mut self, kept: &Kept) {
        if !self.has_new {
            return;
        }
        for known in &mut self.environments {
            known.metadata.retain(|fact| fact.is_used);
            known.scripts.values_mut().for_each(|facts| facts.retain(|fact| fact.is_used));
            known.scripts.retain(|_, facts| !facts.is_empty());
        }
        self.environments.retain(|known| !known.metadata.is_empty() || !known.scripts.is_empty());
        self.forget_unused_reads();
        if let Some(content) = texts::to_bytes(&self) {
            kept.write(content);
        }
    }

    pub(super) fn script(&mut self, side: &mut Side<'_>, environment: usize, path: &Arc<str>) -> ScriptFile {
        let Self { reads, environments, .. } = self;
        let Some(known) = environments.get_mut(environment) else { return ScriptFile::default() };
        let facts = known.scripts.entry(path.clone()).or_default();
        if let Some(fact) = facts.iter_mut().find(|fact| side.has(reads, &fact.reads)) {
            fact.is_used = true;
            return fact.value.clone();
        }
        let sources = side.sources;
        let Environment { roots, options, .. } = &known.environment;
        let (file, asked) = sources.files.record(|| ScriptFile {
            unparsable: Unparsable::of(sources, path),
            // A broken file still has its place in the chain, as far as that can be told.
            script: script::read(sources, roots, path, options).map(Arc::new),
        });
        if let Some(asked) = asked {
            let reads = number(&mut self.reads, &mut self.numbers, asked);
            remember(facts, Fact { reads, value: file.clone(), is_used: true });
            self.has_new = true;
        }
        file
    }

    pub(super) fn metadata(&mut self, side: &mut Side<'_>, environment: usize, settings: &Settings) -> Arc<Metadata> {
        let Self { reads, environments, .. } = self;
        let Some(known) = environments.get_mut(environment) else { return Arc::default() };
        let Known { environment, metadata: facts, .. } = known;
        let files = &side.sources.files;
        for fact in facts.iter_mut().filter(|fact| side.has(reads, &fact.reads)) {
            let Mapped { metadata, sifted } = &mut fact.value;
            if let Some(learned) = sifted.same_rest(files, environment, &metadata.closure) {
                fact.is_used = true;
                self.has_new |= learned;
                return metadata.clone();
            }
        }
        let ((metadata, sifted), asked) = files.record(|| Metadata::read(side.sources, environment, settings));
        let metadata = Arc::new(metadata);
        if let Some(asked) = asked {
            let reads = number(&mut self.reads, &mut self.numbers, asked);
            let value = Mapped { metadata: metadata.clone(), sifted };
            remember(facts, Fact { reads, value, is_used: true });
            self.has_new = true;
        }
        metadata
    }

    /// What a chain of the environment does.
    pub(super) fn history(&mut self, environment: usize, revisions: &RevisionMap) -> History {
        self.environments.get_mut(environment).map(|known| known.replay.history(revisions)).unwrap_or_default()
    }

    /// The number of what is known of an environment.
    pub(super) fn environment(&mut self, environment: &Environment, settings: &Settings) -> usize {
        let is_same = |known: &Known| known.environment == *environment && known.models == settings.models;
        self.environments.iter().position(is_same).unwrap_or_else(|| {
            self.environments.push(Known {
                environment: environment.clone(),
                models: settings.models.clone(),
                scripts: BTreeMap::new(),
                metadata: Vec::new(),
                replay: Replay::default(),
            });
            self.environments.len() - 1
        })
    }

    fn forget_unused_reads(&mut self) {
        let mut new: HashMap<u32, u32> = HashMap::new();
        let mut kept = Vec::new();
        let old = std::mem::take(&mut self.reads);
        let mut renumber = |numbers: &mut Vec<u32>| {
            for number in numbers {
                let next = u32::try_from(new.len()).unwrap_or(u32::MAX);
                let at = *new.entry(*number).or_insert(next);
                if at == next
                    && let Some(read) = old.get(*number as usize)
                {
                    kept.push(read.clone());
                }
                *number = at;
            }
        };
        for known in &mut self.environments {
            known.metadata.iter_mut().for_each(|fact| renumber(&mut fact.reads));
            known.scripts.values_mut().flatten().for_each(|fact| renumber(&mut fact.reads));
        }
        self.reads = kept;
    }
}

/// The newest comes first.
fn remember<T>(facts: &mut Vec<Fact<T>>, fact: Fact<T>) {
    facts.insert(0, fact);
    facts.truncate(VERSIONS);
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
