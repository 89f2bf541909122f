//! What goes into the store and comes out of it, so that no terminal ever waits for it.

use std::collections::BTreeMap;
use std::io::Write;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use serde::{Deserialize, Serialize};
use tokio::time::interval;

use super::app::App;
use crate::config::Config;
use crate::knowledge::{GuideId, Published, RegionId, Slot};
use crate::language::Language;
use crate::store::{Choices, Seconds, Settings, Store, StoreError, TerminalState, Topic, Version};

/// How often counts are written down.
const WRITE_EVERY: Duration = Duration::from_secs(20);
/// How often what has had its time is forgotten.
const SWEEP_EVERY: Duration = Duration::from_secs(3600);
/// How soon what failed is tried again.
const AGAIN: Duration = Duration::from_secs(5);
/// Who opens the database is waited for so long.
const SOON: Duration = Duration::from_secs(2);
/// So many questions wait at most to be written down.
const MOST_WAITING: usize = 200;

/// Now, as the store counts.
pub(super) fn now() -> Seconds {
    jiff::Timestamp::now().as_second()
}

/// Counts that are not written down yet.
#[derive(Debug, Default)]
pub(super) struct Ledger {
    used: Mutex<BTreeMap<(String, Language), i64>>,
    unanswered: Mutex<Vec<(Language, String)>>,
    keeps_unanswered: AtomicBool,
    /// When somebody last used this machine, and when a voice was last understood; 0: never.
    active: AtomicI64,
    heard: AtomicI64,
    /// The volume that was last used, in percent.
    volume: AtomicI64,
    /// What the centre has chosen for this machine.
    choices: Mutex<Choices>,
}

impl Ledger {
    /// Counts that a guide was opened.
    pub fn count_use(&self, guide: &GuideId, language: Language) {
        let mut used = self.used.lock().unwrap_or_else(PoisonError::into_inner);
        *used.entry((guide.to_string(), language)).or_default() += 1;
    }

    /// Notes a masked question that found no guide, if the centre has turned that on.
    pub fn note_unanswered(&self, language: Language, masked: &str) {
        if !self.keeps_unanswered.load(Ordering::Relaxed) {
            return;
        }
        let waiting = self.unanswered.lock();
        let mut waiting = waiting.unwrap_or_else(PoisonError::into_inner);
        if waiting.len() < MOST_WAITING {
            waiting.push((language, masked.to_owned()));
        }
    }

    /// Somebody uses this machine, at this volume (1 is the usual one).
    pub fn note_active(&self, volume: f32) {
        self.active.store(now(), Ordering::Relaxed);
        self.volume
            .store((volume * 100.0) as i64, Ordering::Relaxed);
    }

    /// When somebody last used this machine; 0: never.
    pub fn active(&self) -> Seconds {
        self.active.load(Ordering::Relaxed)
    }

    /// What the centre has chosen for this machine.
    pub fn choices(&self) -> Choices {
        *self.choices.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes over what the centre has chosen.
    fn heed(&self, settings: &Settings, terminal: &str) {
        self.keeps_unanswered
            .store(settings.keep_unanswered, Ordering::Relaxed);
        let choices = settings.terminals.get(terminal).copied();
        *self.choices.lock().unwrap_or_else(PoisonError::into_inner) = choices.unwrap_or_default();
    }

    /// A voice was understood: the microphone works.
    pub fn note_heard(&self) {
        self.heard.store(now(), Ordering::Relaxed);
    }

    /// Writes everything down; what fails waits for the next time.
    async fn write(&self, store: &Store) -> Result<(), StoreError> {
        loop {
            let next = self
                .used
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .pop_first();
            let Some(((guide, language), count)) = next else {
                break;
            };
            if let Err(error) = store.count_use(&guide, language, count, now()).await {
                let mut used = self.used.lock().unwrap_or_else(PoisonError::into_inner);
                *used.entry((guide, language)).or_default() += count;
                return Err(error);
            }
        }
        loop {
            let next = self
                .unanswered
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .pop();
            let Some((language, masked)) = next else {
                break;
            };
            let noted = store.note_unanswered(language, &masked, now()).await;
            if noted.is_err() {
                self.note_unanswered(language, &masked);
                return noted;
            }
        }
        Ok(())
    }
}

impl App {
    /// The language in which conversations begin at this machine.
    pub(super) fn language(&self) -> Language {
        let chosen = self.ledger.choices().language;
        chosen.unwrap_or(self.config.server.language)
    }

    /// Opens the database of the settings. If it is away, the terminals work from the last
    /// copy of what was published, and it is tried again until it can be used.
    ///
    /// # Errors
    /// If its address is none, or its layout is not this program's.
    pub async fn open_store(self: &Arc<Self>) -> Result<(), StoreError> {
        match self.store().await {
            Ok(_) => Ok(()),
            // Somebody has to decide what to do.
            Err(
                error @ (StoreError::Url(_) | StoreError::Newer { .. } | StoreError::Migrate(_)),
            ) => Err(error),
            // Away, or a disk that is full or not writable: no reason to leave people alone.
            Err(error) => {
                tracing::warn!("{error}; the terminals work, and it is tried again");
                take_copy(self).await;
                let app = Arc::clone(self);
                tokio::spawn(async move {
                    loop {
                        tokio::time::sleep(AGAIN).await;
                        match app.store().await {
                            Ok(_) => return,
                            Err(error) => tracing::debug!(%error, "no database yet"),
                        }
                    }
                });
                Ok(())
            }
        }
    }

    /// Where things are kept: the database of the settings, opened when it is first needed.
    ///
    /// # Errors
    /// If it is away, or cannot be used.
    pub(super) async fn store(&self) -> Result<&Store, StoreError> {
        if let Some(store) = self.store.get() {
            return Ok(store);
        }
        // One opens it; nobody waits long for who does.
        let opening = tokio::time::timeout(SOON, self.opening.lock()).await;
        let _opening = opening.map_err(|_| StoreError::Closed)?;
        if self.store.get().is_none() {
            let store = Store::open(&self.config).await?;
            // Nobody else sets it while this one is opening.
            let _ = self.store.set(store);
        }
        self.store.get().ok_or(StoreError::Closed)
    }
}

/// Does all there is to do behind the scenes, for ever.
pub(super) async fn tend(app: Arc<App>) {
    let since = now();
    let store = app.store.wait().await;
    let (mut guides, mut settings) = (store.watch(Topic::Guides), store.watch(Topic::Settings));
    let (mut write, mut sweep) = (interval(WRITE_EVERY), interval(SWEEP_EVERY));
    let mut again = interval(AGAIN);
    // Whether something that was told has not been taken over yet.
    let (mut new_guides, mut new_settings) = (true, true);
    loop {
        tokio::select! {
            Ok(()) = guides.changed() => new_guides = true,
            Ok(()) = settings.changed() => new_settings = true,
            _ = again.tick() => {}
            _ = write.tick() => {
                tell(app.ledger.write(store).await, "counts wait");
                tell(store.report(&report(&app, since)).await, "nothing is reported");
            }
            _ = sweep.tick() => tell(store.sweep(now()).await.map(drop), "nothing is forgotten yet"),
        }
        if new_settings && let Ok(settings) = store.settings().await {
            app.ledger.heed(&settings, &app.config.terminal_name());
            new_settings = false;
        }
        if new_guides && let Ok(published) = store.published().await {
            take_over(&app, published.iter().map(Told::from).collect()).await;
            new_guides = false;
        }
    }
}

/// What this machine tells of itself.
fn report(app: &App, since: Seconds) -> TerminalState {
    let read = |number: &AtomicI64| Some(number.load(Ordering::Relaxed)).filter(|n| *n > 0);
    let ledger = &app.ledger;
    let speaks = app.voices.is_some();
    let languages = Language::ALL.into_iter().filter(|_| speaks);
    let languages: Vec<_> = languages.map(Language::code).collect();
    TerminalState {
        id: app.config.terminal_name(),
        name: String::new(),
        seen: now(),
        volume: read(&ledger.volume).unwrap_or(100),
        languages: languages.join(" "),
        idle: now() - read(&ledger.active).unwrap_or(since),
        microphone: read(&ledger.heard)
            .map(|at| at.to_string())
            .unwrap_or_default(),
    }
}

/// Writes down what is left at the end.
pub(super) async fn last_words(app: &App) {
    if let Some(store) = app.store.get() {
        tell(app.ledger.write(store).await, "the last counts are lost");
    }
}

fn tell(done: Result<(), StoreError>, otherwise: &str) {
    if let Err(error) = done {
        tracing::warn!("{error}; {otherwise}");
    }
}

/// A published guide in the copy on this machine.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Told {
    region: String,
    category: String,
    id: String,
    text: String,
}

impl From<&Version> for Told {
    fn from(version: &Version) -> Self {
        Self {
            region: version.region.clone(),
            category: version.category.clone(),
            id: version.guide.clone(),
            text: version.text.clone(),
        }
    }
}

impl From<Told> for Published {
    fn from(told: Told) -> Self {
        Self {
            slot: Slot {
                region: RegionId::new(told.region),
                id: told.id,
                category: told.category,
            },
            text: told.text,
        }
    }
}

/// Takes what was published into service, and keeps a copy for a start without the database.
async fn take_over(app: &Arc<App>, told: Vec<Told>) {
    let published: Vec<Published> = told.iter().cloned().map(Published::from).collect();
    if **app.assistant.published() == published {
        return;
    }
    let (assistant, copy) = (Arc::clone(&app.assistant), copy_of(&app.config));
    let taken = tokio::task::spawn_blocking(move || {
        if let Err(error) = keep_copy(&copy, &told) {
            tracing::warn!(%error, "there is no copy of the published guides on this machine");
        }
        assistant.publish(published)
    });
    match taken.await {
        Ok(Ok(())) => tracing::info!("published guides are in service"),
        Ok(Err(error)) => tracing::warn!("published guides are not taken over: {error}"),
        Err(error) => tracing::error!(%error, "published guides are not taken over"),
    }
}

async fn take_copy(app: &Arc<App>) {
    let copy = std::fs::read(copy_of(&app.config)).unwrap_or_default();
    if let Ok(told) = serde_json::from_slice(&copy) {
        take_over(app, told).await;
    }
}

fn copy_of(config: &Config) -> PathBuf {
    config.state().join("published.json")
}

fn keep_copy(copy: &std::path::Path, told: &[Told]) -> std::io::Result<()> {
    let folder = copy.parent().unwrap_or(copy);
    std::fs::create_dir_all(folder)?;
    let mut file = tempfile::NamedTempFile::new_in(folder)?;
    file.write_all(serde_json::to_string(told)?.as_bytes())?;
    file.persist(copy)?;
    Ok(())
}
