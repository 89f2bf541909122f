//! An utterance on its way to words.

use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::sync::mpsc::UnboundedSender;

use super::conversation::Happening;
use crate::audio::Utterance;
use crate::language::Language;
use crate::recognition::{Cancel, Request};
use crate::server::app::App;

/// Who waits longer than this is told so.
const PATIENCE: Duration = Duration::from_millis(1500);

/// The recognition stops when this is dropped: something else happened in the meantime.
pub(super) struct Thought {
    /// Which one it is.
    pub number: u64,
    /// When the person stopped speaking.
    pub since: Instant,
    told: bool,
    cancel: Cancel,
}

impl Drop for Thought {
    fn drop(&mut self) {
        self.cancel.cancel();
    }
}

impl Thought {
    /// Begins to recognise.
    pub fn begin(
        app: &Arc<App>,
        number: u64,
        utterance: Utterance,
        language: Language,
        tell: UnboundedSender<Happening>,
    ) -> Self {
        let request = Request::in_language(language);
        let cancel = request.cancel.clone();
        let app = Arc::clone(app);
        let spoken_for = Duration::from_secs_f32(utterance.seconds());
        tokio::spawn(async move {
            let hearing = app.hear(utterance, request).await;
            // Nobody listens any more if the terminal is gone.
            let _ = tell.send(Happening::Heard(number, spoken_for, hearing));
        });
        Self {
            number,
            since: Instant::now(),
            told: false,
            cancel,
        }
    }

    /// Whether it is time, once, to tell that it takes long.
    pub fn takes_long(&mut self) -> bool {
        let long = !self.told && self.since.elapsed() > PATIENCE;
        self.told |= long;
        long
    }
}
