//! Conversations, written out: what is said, shown and done, turn by turn.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use wenlu::dialogue::{Dialogue, Script, play};
use wenlu::knowledge::{Guide, Knowledge};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/dialogues")
}

/// Guides of their own, so that rewording a guide does not change what is tested here.
fn dialogue() -> Dialogue {
    let files = files_in(&folder().join("guides"), "toml");
    let guides: Knowledge = files
        .iter()
        .map(|path| {
            let source = std::fs::read_to_string(path).expect("a file");
            toml::from_str::<Guide>(&source).expect("a guide")
        })
        .collect();
    Dialogue::new(Arc::new(guides)).expect("the bundled wording")
}

fn files_in(folder: &Path, extension: &str) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).expect("a folder");
    let mut files: Vec<PathBuf> = entries
        .map(|entry| entry.expect("an entry").path())
        .collect();
    files.retain(|path| path.extension().is_some_and(|e| e == extension));
    files.sort();
    files
}

#[test]
fn dialogues_go_as_written() {
    let dialogue = dialogue();
    let files = files_in(&folder(), "txt");
    assert!(files.len() >= 40);
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path(folder().join("snapshots"));
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| {
        for file in files {
            let source = std::fs::read_to_string(&file).expect("a dialogue");
            let script: Script = source
                .parse()
                .unwrap_or_else(|error| panic!("{}: {error}", file.display()));
            let name = file
                .file_stem()
                .and_then(|name| name.to_str())
                .expect("a name");
            insta::assert_snapshot!(name, play(&dialogue, &script, None));
        }
    });
}
