//! A reply's sentences as sound to a terminal, clause by clause.

use std::ops::ControlFlow;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering::SeqCst};
use std::time::{Duration, Instant};

use axum::body::Bytes;
use tokio::sync::mpsc::{UnboundedSender, unbounded_channel};
use tokio::task::AbortHandle;
use tokio::time::timeout;

use super::conversation::Happening;
use super::protocol::{Notice, ToTerminal};
use super::socket::{Gone, Out};
use crate::assistant::{self, Say};
use crate::dialogue::Utter;
use crate::server::app::App;
use crate::server::pool::{Full, Seat};
use crate::synthesis::{Piece, SAMPLE_RATE};

/// Who waits longer than this for the voice is told so.
const PATIENCE: Duration = Duration::from_millis(1500);
/// Samples in one message: a quarter of a second.
const FRAME: usize = SAMPLE_RATE as usize / 4;

/// Speaks one reply at a time; a new one takes the place of the one before at once.
pub(super) struct Mouth {
    app: Arc<App>,
    out: Out,
    tell: UnboundedSender<Happening>,
    /// The reply that may sound: whatever belongs to another falls silent.
    newest: Arc<AtomicU32>,
    task: Option<AbortHandle>,
    /// The rate, as a multiple of the settings' one.
    pub rate: f32,
}

impl Drop for Mouth {
    fn drop(&mut self) {
        self.silence();
    }
}

impl Mouth {
    pub fn new(app: Arc<App>, out: Out, tell: UnboundedSender<Happening>) -> Self {
        Self {
            newest: out.newest(),
            app,
            out,
            tell,
            task: None,
            rate: 1.0,
        }
    }

    /// Says this in place of what is being said; gives the reply's number. `since` is when
    /// the person stopped speaking who is answered, for the measurements.
    pub fn say(&mut self, sentences: Vec<Utter>, since: Option<Instant>) -> u32 {
        self.silence();
        let reply = self.newest.load(SeqCst);
        let speaker = Speaker {
            app: Arc::clone(&self.app),
            out: self.out.clone(),
            newest: Arc::clone(&self.newest),
            reply,
            how: Say { rate: self.rate },
            samples: 0,
            since,
        };
        let tell = self.tell.clone();
        let task = tokio::spawn(async move {
            let said = speaker.say(sentences).await;
            // Nobody listens any more if the terminal is gone.
            let _ = tell.send(Happening::Said(reply, said));
        });
        self.task = Some(task.abort_handle());
        reply
    }

    /// Falls silent at once.
    pub fn silence(&mut self) {
        self.newest.fetch_add(1, SeqCst);
        if let Some(task) = self.task.take() {
            task.abort();
        }
    }
}

/// What came of saying something: how long it sounds, or what is to be told instead.
pub(super) type Said = Result<Duration, Notice>;

struct Speaker {
    app: Arc<App>,
    out: Out,
    newest: Arc<AtomicU32>,
    reply: u32,
    how: Say,
    samples: usize,
    since: Option<Instant>,
}

impl Speaker {
    async fn say(mut self, sentences: Vec<Utter>) -> Said {
        let reply = self.reply;
        let rate = SAMPLE_RATE;
        let begin = ToTerminal::Speech { reply, rate };
        self.out.send(begin).await.map_err(|Gone| Notice::Trouble)?;
        for sentence in sentences {
            self.sentence(sentence).await?;
        }
        let end = ToTerminal::SpeechEnd { reply };
        self.out.send(end).await.map_err(|Gone| Notice::Trouble)?;
        Ok(self.sounding())
    }

    /// How long all that was sent sounds.
    fn sounding(&self) -> Duration {
        Duration::from_secs_f32(self.samples as f32 / SAMPLE_RATE as f32)
    }

    /// What was spoken before needs no seat; otherwise sentence by sentence in turn with
    /// the other terminals.
    async fn sentence(&mut self, sentence: Utter) -> Result<(), Notice> {
        let seat = if self.is_ready(&sentence) {
            None
        } else {
            Some(self.seat(&sentence).await?)
        };
        self.speak(sentence, seat).await
    }

    fn is_ready(&self, sentence: &Utter) -> bool {
        let manner = self.how.manner(&self.app.config, sentence.language);
        let voices = self.app.voices.as_ref();
        sentence.public && voices.is_some_and(|voices| voices.is_ready(&sentence.text, manner))
    }

    /// Waits for the voice; aloud, if it takes long.
    async fn seat(&mut self, sentence: &Utter) -> Result<Seat, Notice> {
        let app = Arc::clone(&self.app);
        let mut seat = std::pin::pin!(app.speaking.seat());
        let busy = |Full| Notice::Busy;
        if let Ok(seat) = timeout(PATIENCE, &mut seat).await {
            return seat.map_err(busy);
        }
        let how = std::mem::take(&mut self.how);
        let waiting = self.app.waiting(sentence.language);
        // Only if it costs nothing: it is in the cache at the usual rate.
        if self.samples == 0 && self.is_ready(&waiting) {
            self.speak(waiting, None).await?;
        }
        self.how = how;
        seat.await.map_err(busy)
    }

    /// Sends a sentence as it is made. The voice never waits for the terminal: a terminal
    /// that stalls must not keep the voice from others.
    async fn speak(&mut self, sentence: Utter, seat: Option<Seat>) -> Result<(), Notice> {
        let (give, mut pieces) = unbounded_channel::<Piece>();
        let (app, newest, reply, how) = (
            Arc::clone(&self.app),
            Arc::clone(&self.newest),
            self.reply,
            self.how,
        );
        let work = tokio::task::spawn_blocking(move || {
            let _seat = seat;
            let Some(voices) = &app.voices else {
                return Err(Notice::NoVoice);
            };
            let mut each = |piece| {
                if newest.load(SeqCst) != reply || give.send(piece).is_err() {
                    ControlFlow::Break(())
                } else {
                    ControlFlow::Continue(())
                }
            };
            assistant::speak(&app.config, voices, &[sentence], how, &mut each).map_err(|error| {
                tracing::warn!(%error, "a sentence could not be spoken");
                Notice::NoVoice
            })
        });
        while let Some(piece) = pieces.recv().await {
            if let Some(since) = self.since.take_if(|_| !piece.text.is_empty()) {
                self.app.metrics.sounded(since.elapsed());
            }
            self.samples += piece.speech.samples.len();
            for samples in piece.speech.samples.chunks(FRAME) {
                let frame = frame(self.reply, samples);
                let sent = self.out.sound(self.reply, frame).await;
                sent.map_err(|Gone| Notice::Trouble)?;
            }
        }
        work.await.unwrap_or(Err(Notice::Trouble))
    }
}

/// The reply's number (32 bits), then 16-bit samples, all little-endian.
fn frame(reply: u32, samples: &[f32]) -> Bytes {
    let mut bytes = Vec::with_capacity(4 + 2 * samples.len());
    bytes.extend(reply.to_le_bytes());
    for sample in samples {
        let sample = (sample.clamp(-1.0, 1.0) * f32::from(i16::MAX)).round() as i16;
        bytes.extend(sample.to_le_bytes());
    }
    bytes.into()
}
