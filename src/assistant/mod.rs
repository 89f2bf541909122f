//! The stages put together, as the owner's settings say: the one place that knows them all.
//!
//! [`Assistant`] is the silent half, from words to a reply. The command line and the pages
//! add the senses they need: [`whisper`] to hear with, [`voices`] and [`speak`] to be heard.

mod ahead;
mod aloud;
mod bias;
mod handing;
mod parts;
mod second;
mod speaking;
mod tend;

use std::sync::{Arc, Mutex, PoisonError};

use arc_swap::ArcSwap;

use crate::config::Config;
use crate::dialogue::{Dialogue, Event, Heard, LocaleError, Rehearsal, Reply, Session, Step};
use crate::knowledge::{Guide, GuideId, Knowledge, LoadError, Published, RegionId};
use crate::language::Language;
use crate::models::ModelError;
use crate::recognition::WhisperOptions;
use crate::search::{Decision, MeaningError, Question, SearchError, Searcher};
pub use ahead::Ahead;
pub use aloud::{Aloud, speak_by_system};
pub use handing::{MadeAt, hand_on, take_back};
pub use parts::{
    atlas, atlas_with, knowledge, manner, terms, voice_config, voices, whisper, whisper_options,
};
pub use second::Effort;
use second::Second;
pub use speaking::{Say, speak};

/// From words to a reply: the guides, the search and the conversation's rules. Holds
/// nothing of any person, and serves any number of conversations. Its copies are one.
#[derive(Clone)]
pub struct Assistant {
    shared: Arc<Shared>,
}

/// What all copies share.
struct Shared {
    config: Config,
    /// What answers at present. Whoever answers keeps what it began with.
    service: ArcSwap<Service>,
    /// What staff have published beside the folder's guides.
    published: ArcSwap<Vec<Published>>,
    /// Held while guides are read anew: who comes later must not be overtaken.
    loading: Mutex<()>,
    second: Second,
}

/// The guides, and what is made of them.
struct Service {
    knowledge: Arc<Knowledge>,
    searcher: Arc<Searcher>,
    dialogue: Dialogue,
}

/// Why there is no assistant.
#[derive(Debug, thiserror::Error)]
pub enum AssistantError {
    /// The guides.
    #[error(transparent)]
    Knowledge(#[from] LoadError),
    /// The index.
    #[error(transparent)]
    Search(#[from] SearchError),
    /// The wording.
    #[error(transparent)]
    Wording(#[from] LocaleError),
    /// The file of the sentence model.
    #[error(transparent)]
    Model(#[from] ModelError),
    /// The sentence model itself.
    #[error(transparent)]
    Meaning(#[from] MeaningError),
}

impl Service {
    fn load(config: &Config, published: &[Published]) -> Result<Self, AssistantError> {
        let atlas = parts::atlas_with(config, published)?;
        let knowledge = Arc::clone(atlas.here());
        let searcher = Arc::new(Searcher::build(&knowledge)?);
        let dialogue = Dialogue::new(atlas)?;
        Ok(Self {
            knowledge,
            searcher,
            dialogue,
        })
    }
}

impl Assistant {
    /// The name of the second opinion's model in the manifest of model files.
    pub const SENTENCE_MODEL: &str = "e5-small";

    /// Loads the guides and builds the index. It answers at once, by the search's first opinion;
    /// [`Self::understand`] or [`Self::tend`] adds the second.
    ///
    /// # Errors
    /// If the guides cannot be read or break a rule.
    pub fn open(config: &Config) -> Result<Self, AssistantError> {
        let shared = Shared {
            config: config.clone(),
            service: ArcSwap::from_pointee(Service::load(config, &[])?),
            published: ArcSwap::default(),
            loading: Mutex::default(),
            second: Second::of(config),
        };
        Ok(Self {
            shared: Arc::new(shared),
        })
    }

    /// Adds the search's second opinion, which compares meanings: loads the sentence model
    /// (0.2 s), and computes the vectors of the guides' sentences that the cache lacks (half a
    /// minute for all of them); `each` is told how many of how many are done. Questions are
    /// answered meanwhile.
    ///
    /// # Errors
    /// If the model is missing or damaged: then the first opinion stands.
    pub fn understand(
        &self,
        effort: Effort,
        each: &(dyn Fn(usize, usize) + Sync),
    ) -> Result<(), AssistantError> {
        let service = self.shared.service.load_full();
        self.shared.second.join(&service.searcher, effort, each)
    }

    /// Reads the guides again and takes them into service. Until they are ready the old ones
    /// answer; a conversation goes on with the guide it has open, if there still is one.
    ///
    /// # Errors
    /// If the guides cannot be read or break a rule: the old ones stay in service.
    pub fn reload(&self) -> Result<(), AssistantError> {
        let published = self.shared.published.load_full();
        self.publish(published.to_vec())
    }

    /// Takes what staff have published into service, in the places of the folder's files and
    /// of what was published before. Until it is ready the old guides answer.
    ///
    /// # Errors
    /// As [`Self::reload`].
    pub fn publish(&self, published: Vec<Published>) -> Result<(), AssistantError> {
        let _loading = self
            .shared
            .loading
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        let service = Service::load(&self.shared.config, &published)?;
        let understood = self.shared.service.load().searcher.understands();
        if understood
            && let Err(error) = self
                .shared
                .second
                .join(&service.searcher, Effort::Full, &|_, _| {})
        {
            tracing::warn!(%error, "searching goes on without the sentence model");
        }
        self.shared.published.store(Arc::new(published));
        self.shared.service.store(Arc::new(service));
        Ok(())
    }

    /// What staff have published, as far as it is in service.
    #[must_use]
    pub fn published(&self) -> Arc<Vec<Published>> {
        self.shared.published.load_full()
    }

    /// The guides in service.
    #[must_use]
    pub fn knowledge(&self) -> Arc<Knowledge> {
        Arc::clone(&self.shared.service.load().knowledge)
    }

    /// A guide as it is told in `region`; as it is told here, if that is left out.
    #[must_use]
    pub fn guide(&self, region: Option<&RegionId>, id: &GuideId) -> Option<Guide> {
        let service = self.shared.service.load();
        let atlas = service.dialogue.atlas();
        let told = region.map_or(atlas.here(), |region| atlas.guides(region));
        told.get(id).cloned()
    }

    /// The region that this machine stands in.
    #[must_use]
    pub fn home(&self) -> RegionId {
        self.shared.service.load().dialogue.atlas().home().clone()
    }

    /// Everything that is said when a guide is read.
    #[must_use]
    pub fn rehearse(&self, id: &GuideId, language: Language) -> Rehearsal {
        self.shared.service.load().dialogue.rehearse(id, language)
    }

    /// How the recogniser listens for a conversation: what it is told beforehand of the guides
    /// and commands, and what it asks for when it is not plain what was meant.
    #[must_use]
    pub fn whisper_options(&self) -> WhisperOptions {
        WhisperOptions {
            terms: parts::terms(&self.knowledge()),
            biasing: Some(Arc::new(self.clone())),
            ..parts::whisper_options(&self.shared.config)
        }
    }

    /// The search over them.
    #[must_use]
    pub fn searcher(&self) -> Arc<Searcher> {
        Arc::clone(&self.shared.service.load().searcher)
    }

    /// What the search says of a question.
    #[must_use]
    pub fn decide(&self, question: &Question<'_>) -> Decision {
        self.shared.service.load().searcher.decide(question)
    }

    /// The next turn of a conversation.
    pub fn turn(&self, session: &mut Session, event: Event) -> Reply {
        let service = self.shared.service.load();
        service
            .dialogue
            .turn(session, event, |question| service.searcher.decide(question))
    }

    /// A single question to a single reply, with the decision behind it; there is none if
    /// the words were a command.
    pub fn ask(&self, heard: Heard) -> (Option<Decision>, Reply) {
        let service = self.shared.service.load();
        let mut session = Session::default();
        let search = match service.dialogue.step(&mut session, Event::Heard(heard)) {
            Step::Reply(reply) => return (None, reply),
            Step::Search(search) => search,
        };
        let decision = service.searcher.decide(&search.question());
        let decided = Event::Decided(decision.clone());
        let reply = service
            .dialogue
            .turn(&mut session, decided, |_| Decision::Unknown(Vec::new()));
        (Some(decision), reply)
    }
}
