//! Conversations, written out: what is said, shown and done, turn by turn.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use wenlu::dialogue::understand::{Context, Understanding};
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

/// Rows written without sight of the templates and examples (`tests/data/SOURCES.md`): what
/// people say who were never listened to before.
#[test]
fn commands_nobody_foresaw_are_understood() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let knowledge = Knowledge::load(&root.join("knowledge")).expect("the guides");
    let understanding = Understanding::new(&knowledge).expect("the bundled wording");
    let rows = std::fs::read_to_string(root.join("tests/data/fresh/commands.tsv")).expect("rows");
    // By language: commands, those understood, questions, those taken for commands.
    let mut figures: BTreeMap<&str, [usize; 4]> = BTreeMap::new();
    for row in rows.lines().skip(1) {
        let [code, intent, text] = row.split('\t').collect::<Vec<_>>()[..] else {
            panic!("{row}");
        };
        let language = code.parse().expect("a language");
        let meaning = understanding.listen(text, language, &Context::default());
        let got = meaning.command().map(|command| command.to_string());
        let [commands, right, questions, taken] = figures.entry(code).or_default();
        if intent == "question" {
            *questions += 1;
            *taken += usize::from(got.is_some());
        } else {
            *commands += 1;
            *right += usize::from(got.as_deref() == Some(intent));
        }
    }
    for (language, [commands, right, questions, taken]) in figures {
        assert!(commands > 100 && questions > 20, "{language}");
        assert!(10 * right >= 9 * commands, "{language}: {right}");
        assert!(20 * taken <= questions, "{language}: {taken}");
    }
}
