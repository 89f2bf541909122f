//! While nobody is at any terminal, the voice speaks the guides ahead.

use std::ops::ControlFlow;
use std::sync::Arc;
use std::time::Duration;

use super::app::App;
use super::keeping::now;
use crate::assistant::Ahead;
use crate::language::Language;
use crate::store::Seconds;
use crate::synthesis::{Voices, render};

/// How often it looks whether somebody is there.
const LOOK: Duration = Duration::from_secs(1);

/// Speaks ahead in quiet times, for as long as the server runs; again when guides have changed.
pub(super) async fn speak_ahead(app: Arc<App>) {
    let begun = now();
    let (Some(voices), true) = (app.voices.clone(), app.config.speech.ahead_after > 0) else {
        return;
    };
    let mut done = None;
    let mut clock = tokio::time::interval(LOOK);
    loop {
        clock.tick().await;
        let knowledge = app.assistant.knowledge();
        let is_done = |done| Arc::ptr_eq(done, &knowledge);
        if done.as_ref().is_some_and(is_done) || !app.rests(begun) {
            continue;
        }
        let (app, voices) = (Arc::clone(&app), voices.clone());
        let work = tokio::task::spawn_blocking(move || app.speak_while_it_rests(&voices, begun));
        if work.await.unwrap_or(false) {
            done = Some(knowledge);
        }
    }
}

impl App {
    /// Whether nobody has used this machine for a while, and nobody waits for it.
    fn rests(&self, begun: Seconds) -> bool {
        let quiet = now() - self.ledger.active().max(begun);
        quiet >= Seconds::from(self.config.speech.ahead_after)
            && self.hearing.is_free()
            && self.speaking.is_free()
            && !*self.stopping.borrow()
    }

    /// Whether there is nothing left to speak ahead. Stops within a sentence of a person's coming.
    fn speak_while_it_rests(&self, voices: &Voices, begun: Seconds) -> bool {
        let sayings = self.assistant.sayings(&Language::ALL, Ahead::Readings);
        let texts = sayings
            .iter()
            .map(|(text, manner)| (text.as_str(), *manner));
        let spoken = render(voices, texts, &mut |_| {
            if self.rests(begun) {
                ControlFlow::Continue(())
            } else {
                ControlFlow::Break(())
            }
        });
        match spoken {
            Ok(spoken) => spoken.spoken + spoken.kept == sayings.len(),
            Err(error) => {
                tracing::warn!(%error, "nothing is spoken ahead until the guides change");
                true
            }
        }
    }
}
