use std::sync::atomic::{AtomicUsize, Ordering};

use super::*;
use crate::language::Language;

/// A voice that needs no files: one piece of a tenth of a second for each word.
#[derive(Default)]
struct Words {
    spoken: AtomicUsize,
}

impl Voice for Words {
    fn key(&self, text: &str, manner: Manner) -> String {
        format!("{text}/{}", manner.rate)
    }

    fn speak(
        &self,
        text: &str,
        _manner: Manner,
        each: &mut dyn FnMut(Piece) -> ControlFlow<()>,
    ) -> Result<(), VoiceError> {
        for word in text.split_whitespace() {
            self.spoken.fetch_add(1, Ordering::Relaxed);
            let speech = Speech {
                samples: vec![0.5; 2400],
            };
            if each(Piece {
                text: word.to_owned(),
                speech,
            })
            .is_break()
            {
                break;
            }
        }
        Ok(())
    }
}

struct Room {
    folder: tempfile::TempDir,
    voice: Arc<Words>,
    voices: Voices,
}

fn room() -> Room {
    let folder = tempfile::tempdir().expect("a folder");
    let cache = SpeechCache::open(folder.path(), 1 << 20).expect("opens");
    let voice = Arc::new(Words::default());
    let voices = Voices {
        voice: Arc::clone(&voice) as Arc<dyn Voice>,
        neural: None,
        why: None,
        cache: Some(Arc::new(cache)),
    };
    Room {
        folder,
        voice,
        voices,
    }
}

impl Room {
    fn speak(&self, text: &str, privacy: Privacy, most: usize) -> f32 {
        let (mut seconds, mut pieces) = (0.0, 0);
        let manner = Manner::of(Language::En);
        self.voices
            .speak(text, privacy, manner, &mut |piece| {
                seconds += piece.speech.seconds();
                pieces += 1;
                if pieces < most {
                    ControlFlow::Continue(())
                } else {
                    ControlFlow::Break(())
                }
            })
            .expect("speaks");
        seconds
    }

    fn files(&self) -> usize {
        std::fs::read_dir(self.folder.path())
            .expect("a folder")
            .count()
    }
}

#[test]
fn a_public_text_is_spoken_once_and_then_kept() {
    let room = room();
    assert_eq!(room.speak("one two three", Privacy::Public, 9), 0.3);
    assert!(
        room.voices
            .is_ready("one two three", Manner::of(Language::En))
    );
    assert_eq!(room.speak("one two three", Privacy::Public, 9), 0.3);
    assert_eq!(room.voice.spoken.load(Ordering::Relaxed), 3);
}

#[test]
fn a_private_text_never_touches_the_disk() {
    let room = room();
    assert_eq!(room.speak("one two", Privacy::Private, 9), 0.2);
    assert_eq!(room.files(), 0);
    assert_eq!(room.speak("one two", Privacy::Private, 9), 0.2);
    assert_eq!(room.voice.spoken.load(Ordering::Relaxed), 4);
}

#[test]
fn a_private_text_that_is_public_too_is_taken_from_the_cache_without_a_trace() {
    let room = room();
    room.speak("one two", Privacy::Public, 9);
    let file = std::fs::read_dir(room.folder.path())
        .expect("a folder")
        .flatten()
        .next()
        .expect("kept");
    let long_ago = std::time::SystemTime::now() - std::time::Duration::from_secs(48 * 3600);
    std::fs::File::options()
        .append(true)
        .open(file.path())
        .and_then(|file| file.set_modified(long_ago))
        .expect("set");
    assert_eq!(room.speak("one two", Privacy::Private, 9), 0.2);
    assert_eq!(room.voice.spoken.load(Ordering::Relaxed), 2, "spoken again");
    let noted = file.metadata().and_then(|data| data.modified());
    assert_eq!(noted.expect("a time"), long_ago, "the use was noted");
}

#[test]
fn what_was_broken_off_is_not_kept() {
    let room = room();
    assert_eq!(room.speak("one two three", Privacy::Public, 2), 0.2);
    assert_eq!(room.files(), 0);
    assert_eq!(room.speak("one two three", Privacy::Public, 9), 0.3);
}

#[test]
fn an_empty_text_is_no_error_and_leaves_nothing() {
    let room = room();
    assert_eq!(room.speak("", Privacy::Public, 9), 0.0);
    assert_eq!(room.files(), 0);
}

#[test]
fn without_files_the_report_says_what_to_do() {
    let config = VoiceConfig {
        models: "no/such/folder".into(),
        ..VoiceConfig::default()
    };
    match Voices::open(config) {
        Ok(voices) => {
            assert_eq!(voices.kind(), VoiceKind::Command);
            assert!(
                voices.report().contains("wenlu models fetch"),
                "{}",
                voices.report()
            );
        }
        Err(error) => assert!(error.to_string().contains("wenlu models fetch"), "{error}"),
    }
}
