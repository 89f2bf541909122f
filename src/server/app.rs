//! What all connections share.

use std::net::IpAddr;
use std::sync::{Arc, OnceLock};
use std::time::Instant;

use tokio::sync::{Semaphore, SetOnce, watch};

use super::gate::Gate;
use super::keeping::Ledger;
use super::metrics::{Metrics, Reason};
use super::pool::{Full, Pool};
use super::terminal::Seats;
use super::words::{Wording, Words, WordsError};
use crate::assistant::{self, Assistant, AssistantError};
use crate::audio::Utterance;
use crate::config::Config;
use crate::dialogue::Utter;
use crate::language::Language;
use crate::models::ModelFiles;
use crate::recognition::{Hearing, RecognitionError, Recognizer, Request};
use crate::sharing::{Fonts, SheetError};
use crate::store::Store;
use crate::synthesis::Voices;

/// At most so many wait for a recogniser or a voice, for each of them.
const QUEUE: usize = 32;

/// The assistant with its senses, and the limits of its use. Nothing here belongs to a
/// person; what does is in a terminal's conversation.
pub struct App {
    pub(super) config: Config,
    pub(super) assistant: Arc<Assistant>,
    pub(super) ears: Option<Arc<dyn Recognizer>>,
    pub(super) voices: Option<Voices>,
    pub(super) hearing: Pool,
    pub(super) speaking: Pool,
    pub(super) words: Words,
    pub(super) gate: Gate,
    pub(super) metrics: Metrics,
    pub(super) seats: Seats,
    pub(super) terminals: Arc<Semaphore>,
    pub(super) stopping: watch::Sender<bool>,
    /// What is kept between days; not there as long as its database is away.
    pub(super) store: SetOnce<Store>,
    /// Held by who opens it.
    pub(super) opening: tokio::sync::Mutex<()>,
    pub(super) ledger: Ledger,
    /// Where the server listens, once it does.
    pub(super) bound: OnceLock<String>,
    /// The fonts of printed sheets, once they are needed.
    fonts: OnceLock<Fonts>,
}

/// Why there is nothing to serve.
#[derive(Debug, thiserror::Error)]
pub enum AppError {
    /// The guides, the search, the dialogue's wording.
    #[error(transparent)]
    Assistant(#[from] AssistantError),
    /// The pages' wording.
    #[error(transparent)]
    Words(#[from] WordsError),
}

/// Why an utterance was not recognised.
#[derive(Debug, thiserror::Error)]
pub(super) enum Unheard {
    /// There is no recogniser.
    #[error("this machine has no recogniser: run `wenlu models fetch`, then start again")]
    NoEars,
    /// The queue is full.
    #[error(transparent)]
    Full(#[from] Full),
    /// The recogniser failed.
    #[error(transparent)]
    Failed(#[from] RecognitionError),
}

impl App {
    /// Loads the guides, the recogniser and the voice. Without a recogniser or a voice the
    /// pages work all the same, by typing and reading; the log says what is missing.
    ///
    /// # Errors
    /// If the guides cannot be read, or a locale file is damaged.
    pub fn open(config: Config) -> Result<Self, AppError> {
        let assistant = Assistant::open(&config)?;
        assistant.tend();
        let options = assistant.whisper_options();
        let ears = assistant::whisper(&config, options)
            .inspect_err(|error| tracing::warn!("no spoken questions: {error}"))
            .ok();
        let voices = assistant::voices(&config)
            .inspect_err(|error| tracing::warn!("no spoken answers: {error}"))
            .ok();
        Self::new(
            config,
            Arc::new(assistant),
            ears.map(|ears| Arc::new(ears) as _),
            voices,
        )
    }

    /// Puts together what was opened before.
    ///
    /// # Errors
    /// If a locale file is damaged.
    pub fn new(
        config: Config,
        assistant: Arc<Assistant>,
        ears: Option<Arc<dyn Recognizer>>,
        voices: Option<Voices>,
    ) -> Result<Self, AppError> {
        let server = &config.server;
        Ok(Self {
            hearing: Pool::new(server.recognisers, QUEUE * server.recognisers),
            speaking: Pool::new(server.voices, QUEUE * server.voices),
            words: Words::bundled()?,
            gate: Gate::new(server),
            metrics: Metrics::new(),
            seats: Seats::default(),
            terminals: Arc::new(Semaphore::new(server.terminals)),
            stopping: watch::Sender::new(false),
            store: SetOnce::new(),
            opening: tokio::sync::Mutex::default(),
            ledger: Ledger::default(),
            bound: OnceLock::new(),
            fonts: OnceLock::new(),
            config,
            assistant,
            ears,
            voices,
        })
    }

    /// The pages' words.
    pub(super) fn words(&self, language: Language) -> &Wording {
        self.words.of(language)
    }

    /// What links begin with: the owner's address, else where the server listens.
    pub(super) fn address(&self) -> &str {
        let address = self.config.server.address.as_deref();
        let address = address.or_else(|| self.bound.get().map(String::as_str));
        address.unwrap_or_default().trim_end_matches('/')
    }

    /// The fonts of printed sheets.
    ///
    /// # Errors
    /// If they are missing.
    pub(super) fn fonts(&self) -> Result<&Fonts, SheetError> {
        if let Some(fonts) = self.fonts.get() {
            return Ok(fonts);
        }
        let fonts = Fonts::open(&ModelFiles::new(self.config.models()))?;
        Ok(self.fonts.get_or_init(|| fonts))
    }

    /// What is said to somebody who has to wait.
    pub(super) fn waiting(&self, language: Language) -> Utter {
        Utter {
            text: self.words(language).notice.waiting.clone(),
            language,
            pause: std::time::Duration::ZERO,
            public: true,
        }
    }

    /// Speaks what must be there at once into the cache. Blocks while it works.
    pub(super) fn warm_up(&self) {
        let Some(voices) = &self.voices else { return };
        let waiting = Language::ALL.map(|language| self.waiting(language));
        if let Err(error) = self.assistant.warm_up(voices, &waiting) {
            tracing::warn!(%error, "the voice does not work");
        }
    }

    /// Recognises an utterance as soon as there is a seat.
    pub(super) async fn hear(
        &self,
        utterance: Utterance,
        request: Request,
    ) -> Result<Hearing, Unheard> {
        let ears = Arc::clone(self.ears.as_ref().ok_or(Unheard::NoEars)?);
        let since = Instant::now();
        let heard = self
            .hearing
            .work(move || {
                // Who has gone away in the meantime needs no answer.
                if request.cancel.is_cancelled() {
                    return Err(RecognitionError::Cancelled);
                }
                ears.recognize(&utterance, &request)
            })
            .await
            .inspect_err(|_| self.metrics.refuse(Reason::Queue))?;
        self.metrics.recognised(since.elapsed());
        Ok(heard?)
    }

    /// Whether an address may ask for something that takes the processor.
    pub(super) fn admits_heavy(&self, address: IpAddr) -> bool {
        let admitted = self.gate.admits_heavy(address);
        if !admitted {
            self.metrics.refuse(Reason::Rate);
        }
        admitted
    }
}
