//! Speaking ahead while nobody is there.

use std::path::Path;
use std::time::{Duration, Instant};

use super::{House, Terminal};
use crate::virtual_audio::wait_for;

#[test]
fn a_server_at_rest_speaks_ahead_until_somebody_comes() {
    let folder = tempfile::tempdir().expect("a folder");
    let cache = folder.path().join("cache");
    let house = House::keeping(folder.path(), |config| {
        config.speech.ahead_after = 1;
        config.folders.cache = Some(cache.clone());
    });
    // What is spoken at the start in any case: two acknowledgements, two requests to wait.
    const AT_START: usize = 4;
    wait_for("speaking ahead", || {
        let kept = kept(&cache);
        (kept > AT_START + 1)
            .then_some(())
            .ok_or_else(|| format!("{kept} sentences"))
    });
    let mut terminal = Terminal::silent(&house);
    let uses_it_for = |terminal: &mut Terminal, time| {
        let end = Instant::now() + time;
        while Instant::now() < end {
            terminal.command("help");
            std::thread::sleep(Duration::from_millis(200));
        }
    };
    // The sentence that was begun is spoken to its end, which takes longer beside other tests.
    let stopped = (0..4).any(|_| {
        let before = kept(&cache);
        uses_it_for(&mut terminal, Duration::from_secs(5));
        kept(&cache) == before
    });
    assert!(stopped, "it went on although somebody was there");
    let before = kept(&cache);
    uses_it_for(&mut terminal, Duration::from_secs(5));
    assert_eq!(kept(&cache), before, "it began again");
}

/// How many sentences the cache holds.
fn kept(cache: &Path) -> usize {
    std::fs::read_dir(cache.join("speech")).map_or(0, |files| files.flatten().count())
}
