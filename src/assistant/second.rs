//! The search's second opinion: the sentence model, and the vectors of the guides' sentences.

use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use super::{Assistant, AssistantError};
use crate::config::Config;
use crate::models::ModelFiles;
use crate::search::{Meaning, Searcher, Vectors};

/// How hard the machine works.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Effort {
    /// On all cores: somebody waits.
    Full,
    /// On one core, when nothing else wants it.
    Idle,
}

/// Where the model and the vectors are.
pub(super) struct Second {
    models: ModelFiles,
    vectors: PathBuf,
    /// The model, once it is loaded. Locked while vectors are computed, so that this is done once.
    meaning: Mutex<Option<Arc<Meaning>>>,
}

impl Second {
    pub fn of(config: &Config) -> Self {
        Self {
            models: ModelFiles::new(config.models()),
            vectors: config.vectors(),
            meaning: Mutex::default(),
        }
    }

    /// Adds the second opinion to `searcher`. Vectors that the file lacks are computed, `each`
    /// is told how many of how many are done, and the file is written.
    pub fn join(
        &self,
        searcher: &Searcher,
        effort: Effort,
        each: &(dyn Fn(usize, usize) + Sync),
    ) -> Result<(), AssistantError> {
        let mut kept = self.meaning.lock().unwrap_or_else(PoisonError::into_inner);
        if searcher.understands() {
            return Ok(());
        }
        let meaning = match &*kept {
            Some(meaning) => Arc::clone(meaning),
            None => {
                let meaning = Arc::new(Meaning::load(
                    &self.models.path(Assistant::SENTENCE_MODEL)?,
                )?);
                kept.insert(meaning).clone()
            }
        };
        let mut vectors = Vectors::read(&self.vectors, &meaning);
        let lacking = vectors.lacking(searcher.sentences());
        if !lacking.is_empty() {
            let mut learn = || vectors.learn(&lacking, &meaning, &|done| each(done, lacking.len()));
            match pool(effort) {
                Ok(pool) => pool.install(learn),
                // Without threads of its own: on those that there are.
                Err(_) => learn(),
            }
            vectors.forget_others(searcher.sentences());
            if let Err(error) = vectors.write(&self.vectors) {
                tracing::warn!(%error, "the sentence vectors cannot be kept for the next start");
            }
        }
        searcher.understand(&meaning, &vectors);
        Ok(())
    }
}

fn pool(effort: Effort) -> Result<rayon::ThreadPool, rayon::ThreadPoolBuildError> {
    let builder = rayon::ThreadPoolBuilder::new().thread_name(|_| "sentence vectors".into());
    match effort {
        Effort::Full => builder.build(),
        Effort::Idle => builder.num_threads(1).start_handler(|_| give_way()).build(),
    }
}

/// Lets every other thread go first; on Linux this concerns the present thread only.
fn give_way() {
    #[cfg(target_os = "linux")]
    if let Err(error) = rustix::process::nice(19) {
        tracing::debug!(%error, "the priority stays as it is");
    }
}
