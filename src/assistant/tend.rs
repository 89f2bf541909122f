//! Work behind the scenes: the second opinion, and guides that change while they are in service.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::Path;
use std::sync::Weak;
use std::time::Duration;

use super::{Assistant, Effort, Shared};

/// How often the guides' folder is looked at.
const LOOK: Duration = Duration::from_secs(5);

impl Assistant {
    /// Has a thread tend to this assistant for as long as there is a copy of it: it adds the
    /// search's second opinion, gently, and takes guides that change into service. What goes
    /// wrong is told in the log, and the old guides stay.
    pub fn tend(&self) {
        let shared = std::sync::Arc::downgrade(&self.shared);
        let before = state_of(&self.shared.config.knowledge());
        let started = std::thread::Builder::new()
            .name("tend".into())
            .spawn(move || {
                let assistant = shared.upgrade().map(|shared| Self { shared });
                if let Some(assistant) = assistant
                    && let Err(error) = assistant.understand(Effort::Idle, &|_, _| {})
                {
                    tracing::warn!("{error}; without it, fewer indirect questions are understood");
                }
                watch(&shared, before);
            });
        if let Err(error) = started {
            tracing::warn!(%error, "changes of guides are not noticed");
        }
    }
}

/// Reloads when the guides' folder has changed and then rested for one look.
fn watch(shared: &Weak<Shared>, mut in_service: u64) {
    let mut seen = in_service;
    loop {
        std::thread::sleep(LOOK);
        let Some(shared) = shared.upgrade() else {
            return;
        };
        let now = state_of(&shared.config.knowledge());
        if now == seen && now != in_service {
            in_service = now;
            match (Assistant { shared }).reload() {
                Ok(()) => tracing::info!("guides have changed and are in service"),
                Err(error) => tracing::warn!("guides have changed, but the old ones stay: {error}"),
            }
        }
        seen = now;
    }
}

/// A number that changes with the names, lengths and times of the files in a folder.
fn state_of(folder: &Path) -> u64 {
    let mut hasher = DefaultHasher::new();
    note(folder, &mut hasher);
    hasher.finish()
}

fn note(folder: &Path, hasher: &mut DefaultHasher) {
    let mut entries: Vec<_> = std::fs::read_dir(folder)
        .into_iter()
        .flatten()
        .flatten()
        .collect();
    entries.sort_by_key(std::fs::DirEntry::file_name);
    for entry in entries {
        let Ok(data) = entry.metadata() else { continue };
        if data.is_dir() {
            note(&entry.path(), hasher);
        } else {
            (entry.path(), data.len(), data.modified().ok()).hash(hasher);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_in_a_folder_is_seen() {
        let folder = tempfile::tempdir().unwrap();
        let guide = folder.path().join("cn/papers/guide.toml");
        std::fs::create_dir_all(guide.parent().unwrap()).unwrap();
        let empty = state_of(folder.path());
        std::fs::write(&guide, "one").unwrap();
        let one = state_of(folder.path());
        assert_eq!(state_of(folder.path()), one);
        std::fs::write(&guide, "one and a half").unwrap();
        let states = [empty, one, state_of(folder.path())];
        std::fs::remove_file(&guide).unwrap();
        assert_eq!(state_of(folder.path()), empty);
        assert!(states[0] != states[1] && states[1] != states[2]);
    }
}
