//! What is known of migration files, and how far their chains were replayed.

use std::collections::HashMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::{Facts, NEWS, Side};
use crate::check::analysis::Unparsable;
use crate::migration::history::{History, Replay, UpgradeOver};
use crate::migration::revision_map::RevisionMap;
use crate::migration::script::{self, Script};
use crate::project::Environment;
use crate::texts;

pub(in crate::check) type Chains = Facts<ScriptFile, Replayed>;

/// A migration file: why it cannot be loaded, and what is understood of it.
#[derive(Clone, Default, Serialize, Deserialize)]
pub(in crate::check) struct ScriptFile {
    pub(in crate::check) unparsable: Option<Unparsable>,
    pub(in crate::check) script: Option<Arc<Script>>,
}

/// The chain of an environment, replayed. The next run goes on from what was `HEAD` in this one.
#[derive(Default, Serialize, Deserialize)]
pub(in crate::check) struct Replayed {
    #[serde(skip)]
    replay: Option<Replay>,
    /// What `kept` has replayed.
    #[serde(skip)]
    done: Vec<Arc<Script>>,
    /// The same by their numbers among the facts.
    numbers: Vec<u32>,
    /// A [`Replay`] with texts of its own: most often it stays as it is.
    kept: Vec<u8>,
}

impl Chains {
    /// What is known, from what [`Chains::keep`] made.
    pub(in crate::check) fn of(kept: &[u8]) -> Self {
        let mut facts = Self::from_bytes(kept);
        for known in &mut facts.environments {
            let scripts: Vec<_> = known.facts.values().flatten().map(|fact| fact.value.script.as_ref()).collect();
            known.whole.know(&scripts);
        }
        facts
    }

    pub(in crate::check) fn script(&mut self, side: &mut Side<'_>, environment: usize, path: &Arc<str>) -> ScriptFile {
        let sources = side.sources;
        let holds = |_: &Environment, _: &mut ScriptFile| Some(false);
        let read = |Environment { roots, options, .. }: &Environment| ScriptFile {
            unparsable: Unparsable::of(sources, path),
            // A broken file still has its place in the chain, as far as that can be told.
            script: script::read(sources, roots, path, options).map(Arc::new),
        };
        self.fact(side, environment, path, holds, read, ScriptFile::clone).unwrap_or_default()
    }

    /// What the chain of an environment does; `is_head` where the next run will begin with it.
    pub(in crate::check) fn history(
        &mut self,
        environment: usize,
        revisions: &RevisionMap,
        over: &UpgradeOver<'_>,
        is_head: bool,
    ) -> History {
        let Some(known) = self.environments.get_mut(environment) else { return History::default() };
        let Replayed { replay, done, kept, .. } = &mut known.whole;
        let resume = || texts::from_bytes(kept).map(|replay: Replay| replay.of(done.clone())).unwrap_or_default();
        let replay = replay.get_or_insert_with(resume);
        let history = replay.history(revisions, over);
        if is_head && is_behind(done, replay.done()) {
            *kept = texts::to_bytes(replay).unwrap_or_default();
            *done = replay.done().to_vec();
            self.news += known.facts.len();
        }
        history
    }

    /// What is left to the next run.
    pub(in crate::check) fn keep(self) -> Option<Vec<u8>> {
        self.into_bytes(|whole, files| {
            let scripts =
                files.zip(0..).filter_map(|(file, number)| Some((Arc::as_ptr(file.script.as_ref()?), number)));
            whole.number(&scripts.collect());
        })
    }
}

impl Replayed {
    /// Finds what was replayed among the scripts that are known.
    fn know(&mut self, scripts: &[Option<&Arc<Script>>]) {
        let script = |number: &u32| scripts.get(*number as usize).copied().flatten().cloned();
        self.done = self.numbers.iter().map(script).collect::<Option<_>>().unwrap_or_default();
        if self.done.is_empty() {
            self.kept.clear();
        }
    }

    /// Notes the numbers of what was replayed. Where one of them is no longer known, there is nothing to go on from.
    fn number(&mut self, numbers: &HashMap<*const Script, u32>) {
        let number = |script: &Arc<Script>| numbers.get(&Arc::as_ptr(script)).copied();
        self.numbers = self.done.iter().map(number).collect::<Option<_>>().unwrap_or_default();
        if self.numbers.is_empty() {
            self.kept.clear();
        }
    }
}

/// Whether going on from what is kept would take the next run longer than it has to.
fn is_behind(kept: &[Arc<Script>], replayed: &[Arc<Script>]) -> bool {
    let new = replayed.len().checked_sub(kept.len());
    let is_start = kept.iter().zip(replayed).all(|(kept, replayed)| Arc::ptr_eq(kept, replayed));
    !is_start || new.is_none_or(|new| new > replayed.len() / NEWS)
}
