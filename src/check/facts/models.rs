//! What is known of environments' models.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::{Facts, Side};
use crate::model::{Metadata, Sifted};
use crate::project::{Environment, Settings};

pub(in crate::check) type Models = Facts<Mapped>;

/// What an `env.py` makes of the models, and the contents that say nothing of it.
#[derive(Serialize, Deserialize)]
pub(in crate::check) struct Mapped {
    metadata: Arc<Metadata>,
    sifted: Sifted,
}

impl Models {
    /// What is known, from what [`Models::keep`] made.
    pub(in crate::check) fn of(kept: &[u8]) -> Self {
        Self::from_bytes(kept)
    }

    pub(in crate::check) fn metadata(
        &mut self,
        side: &mut Side<'_>,
        environment: usize,
        settings: &Settings,
    ) -> Arc<Metadata> {
        let sources = side.sources;
        let env = self.environments.get(environment).and_then(|known| known.environment.env.clone());
        let holds = |environment: &Environment, Mapped { metadata, sifted }: &mut Mapped| {
            sifted.same_rest(&sources.files, environment, &metadata.closure)
        };
        let read = |environment: &Environment| {
            let (metadata, sifted) = Metadata::read(sources, environment, settings);
            Mapped { metadata: Arc::new(metadata), sifted }
        };
        let metadata = |mapped: &Mapped| mapped.metadata.clone();
        self.fact(side, environment, &env.unwrap_or_default(), holds, read, metadata).unwrap_or_default()
    }

    /// What is left to the next run.
    pub(in crate::check) fn keep(self) -> Option<Vec<u8>> {
        self.into_bytes(|(), _| ())
    }
}
