//! The folder of the model files: what stands there, and two runs at once.

use std::fs::{self, File};
use std::path::Path;
use std::time::Duration;

use wenlu::models::{FetchOptions, ModelFiles, Sha256, State};

use super::server::{Reply, Server};
use super::{Heard, address, entry, fetch, model_files, names_in, noise};

/// A server with one file, and the folder for it.
struct Place {
    folder: tempfile::TempDir,
    server: Server,
    files: ModelFiles,
    contents: Vec<u8>,
}

fn place(delay: Duration) -> Place {
    let folder = tempfile::tempdir().unwrap();
    let contents = noise(10_000, 1);
    let body = contents.clone();
    let server = Server::start(move |_, _| {
        std::thread::sleep(delay);
        Reply::whole(&body)
    });
    let source = address(&server.url("model"), &contents);
    let files = model_files(folder.path(), &entry("model", &contents, &[source]));
    Place {
        folder,
        server,
        files,
        contents,
    }
}

fn verify(files: &ModelFiles) -> Vec<String> {
    let options = FetchOptions {
        verify: true,
        ..FetchOptions::default()
    };
    files.fetch(&options, &()).unwrap().fetched
}

#[test]
fn a_second_run_does_nothing() {
    let Place { server, files, .. } = place(Duration::ZERO);
    assert_eq!(fetch(&files).unwrap().fetched, ["model"]);
    let heard = Heard::default();
    let report = files.fetch(&FetchOptions::default(), &heard).unwrap();
    assert_eq!(
        (report.fetched, report.present),
        (vec![], vec!["model".to_owned()])
    );
    assert_eq!(*heard.0.lock().unwrap(), Vec::<String>::new());
    assert_eq!(server.requests().len(), 1);
    assert_eq!(verify(&files), Vec::<String>::new());
}

#[test]
fn damage_is_found_and_mended() {
    #[track_caller]
    fn check(damage: impl Fn(&Path), found_at_once: bool) {
        let Place {
            files, contents, ..
        } = place(Duration::ZERO);
        fetch(&files).unwrap();
        damage(&files.path("model").unwrap());
        assert_eq!(
            fetch(&files).unwrap().fetched.len(),
            usize::from(found_at_once)
        );
        if !found_at_once {
            assert_eq!(verify(&files), ["model"]);
        }
        assert_eq!(fs::read(files.path("model").unwrap()).unwrap(), contents);
    }
    check(|path| fs::remove_file(path).unwrap(), true);
    check(|path| fs::write(path, b"short").unwrap(), true);
    check(|path| fs::write(path, noise(10_000, 2)).unwrap(), true);
    // As a failing disk does it: nothing shows but the contents.
    check(
        |path| {
            let changed = fs::metadata(path).unwrap().modified().unwrap();
            fs::write(path, noise(10_000, 3)).unwrap();
            File::options()
                .append(true)
                .open(path)
                .unwrap()
                .set_modified(changed)
                .unwrap();
        },
        false,
    );
}

#[test]
fn a_file_put_there_by_hand_is_checked_and_taken() {
    let Place {
        server,
        files,
        contents,
        folder,
    } = place(Duration::ZERO);
    fs::write(folder.path().join("model.bin"), &contents).unwrap();
    let state = |files: &ModelFiles| files.status()[0].state;
    assert_eq!(state(&files), State::Present { verified: false });
    assert_eq!(fetch(&files).unwrap().present, ["model"]);
    assert_eq!(state(&files), State::Present { verified: true });
    assert_eq!(server.requests().len(), 0);
}

#[test]
fn a_local_file_is_a_source() {
    let folder = tempfile::tempdir().unwrap();
    let own = folder.path().join("own");
    fs::write(&own, b"model").unwrap();
    let source = format!("{{ path = '{}' }}", own.display());
    let models = folder.path().join("models/files");
    let files = model_files(&models, &entry("model", b"model", &[source]));
    fetch(&files).unwrap();
    assert_eq!(fs::read(files.path("model").unwrap()).unwrap(), b"model");
    fs::write(&own, b"other").unwrap();
    fs::remove_file(files.path("model").unwrap()).unwrap();
    let error = fetch(&files).unwrap_err().to_string();
    assert!(error.contains("not what the manifest says"), "{error}");
    fs::remove_file(&own).unwrap();
    let error = fetch(&files).unwrap_err().to_string();
    assert!(
        error.contains(&format!("cannot use {}: ", own.display())),
        "{error}"
    );
}

#[test]
fn paths_and_what_is_said_if_there_is_none() {
    let folder = tempfile::tempdir().unwrap();
    let optional = entry(
        "large",
        b"large",
        &[address("http://127.0.0.1/large", b"large")],
    )
    .replace("[[file.source]]", "optional = true\n[[file.source]]");
    let model = entry(
        "model",
        b"model",
        &[address("http://127.0.0.1/model", b"model")],
    );
    let files = model_files(folder.path(), &format!("{model}{optional}"));
    let check = |name: &str, expected: &str| {
        let error = files.path(name).unwrap_err().to_string();
        assert_eq!(
            error.replace(&folder.path().display().to_string(), "models/files"),
            expected
        );
    };
    let missing = "the test model model.bin is missing from models/files: run `wenlu models fetch`";
    check("model", missing);
    check("model.bin", missing);
    check(
        "large",
        "the test model large.bin is missing from models/files: run `wenlu models fetch --only \
         large`",
    );
    check(
        "x",
        "there is no model file called \"x\": `wenlu models list` shows the names",
    );
    fs::write(folder.path().join("model.bin"), b"mod").unwrap();
    check(
        "model",
        "the test model model.bin in models/files is damaged or another version (3 bytes instead \
         of 5): run `wenlu models fetch`",
    );
    fs::write(folder.path().join("model.bin"), b"model").unwrap();
    assert_eq!(
        files.path("model").unwrap(),
        folder.path().join("model.bin")
    );
}

#[test]
fn two_runs_at_once_fetch_once() {
    let Place {
        server,
        files,
        folder,
        ..
    } = place(Duration::from_millis(300));
    let heard = Heard::default();
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| files.fetch(&FetchOptions::default(), &heard).unwrap());
        }
    });
    assert_eq!(server.requests().len(), 1);
    let waits = |line: &&String| line.starts_with("another wenlu is fetching");
    assert_eq!(heard.0.lock().unwrap().iter().filter(waits).count(), 1);
    assert_eq!(names_in(folder.path()), [".lock", ".verified", "model.bin"]);
}

#[test]
fn what_a_killed_run_left_is_removed() {
    let Place { files, folder, .. } = place(Duration::ZERO);
    fs::create_dir_all(folder.path().join(".parts/tmp-1/out")).unwrap();
    fs::write(folder.path().join(".parts/tmp-1/out/half"), b"half").unwrap();
    fs::write(folder.path().join(".making-1"), b"half").unwrap();
    let old = Sha256::of(b"a part of an old version").to_string();
    fs::write(folder.path().join(".parts").join(old), b"old").unwrap();
    fetch(&files).unwrap();
    assert_eq!(names_in(folder.path()), [".lock", ".verified", "model.bin"]);
}

#[test]
fn only_what_is_asked_for_is_fetched() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start(|request, _| Reply::whole(request.path.as_bytes()));
    let file = |name: &str| {
        entry(
            name,
            name.as_bytes(),
            &[address(&server.url(name), name.as_bytes())],
        )
    };
    let optional = file("d").replace("[[file.source]]", "optional = true\n[[file.source]]");
    let manifest = [&file("a"), &file("b"), &file("c"), &optional]
        .map(|text| {
            text.replace("\"b.bin\"", "\"voices/b.bin\"")
                .replace("\"c.bin\"", "\"voices/c.bin\"")
        })
        .concat();
    let files = model_files(folder.path(), &manifest);
    let only = |names: &[&str]| {
        let only = names.iter().map(|name| (*name).to_owned()).collect();
        files.fetch(
            &FetchOptions {
                only,
                ..FetchOptions::default()
            },
            &(),
        )
    };
    assert_eq!(only(&["voices/b.bin"]).unwrap().fetched, ["b"]);
    let voices = only(&["voices"]).unwrap();
    assert_eq!(
        (voices.fetched, voices.present),
        (vec!["c".to_owned()], vec!["b".to_owned()])
    );
    assert_eq!(only(&[]).unwrap().fetched, ["a"]);
    assert_eq!(only(&["d"]).unwrap().fetched, ["d"]);
    for name in ["", "voice", "/"] {
        let error = only(&["a", name]).unwrap_err().to_string();
        assert!(
            error.starts_with(&format!("there is no model file called {name:?}")),
            "{error}"
        );
    }
}

#[test]
fn a_folder_that_cannot_be_used() {
    let folder = tempfile::tempdir().unwrap();
    let models = folder.path().join("models");
    fs::write(&models, b"a file").unwrap();
    let files = model_files(
        &models,
        &entry("model", b"m", &[address("http://127.0.0.1/m", b"m")]),
    );
    let error = fetch(&files).unwrap_err().to_string();
    assert!(
        error.starts_with("cannot use the folder of the models, "),
        "{error}"
    );
}

#[test]
fn a_run_leaves_the_downloads_of_files_that_it_was_not_asked_for() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start(|request, n| match request.path.as_str() {
        "large" if n == 0 => Reply::whole(&[b'l'; 1000]).cut(600),
        "large" if n == 1 => Reply::status(503),
        "large" => Reply::part(&[b'l'; 1000], request),
        _ => Reply::whole(b"small"),
    });
    let large = entry(
        "large",
        &[b'l'; 1000],
        &[address(&server.url("large"), &[b'l'; 1000])],
    );
    let small = entry(
        "small",
        b"small",
        &[address(&server.url("small"), b"small")],
    );
    let files = model_files(folder.path(), &format!("{large}{small}"));
    fetch(&files).unwrap_err();
    fs::remove_file(files.path("small").unwrap()).unwrap();
    let only = vec!["small".to_owned()];
    files
        .fetch(
            &FetchOptions {
                only,
                ..FetchOptions::default()
            },
            &(),
        )
        .unwrap();
    fetch(&files).unwrap();
    assert_eq!(server.offsets(), [0, 600, 0, 0, 600]);
    assert_eq!(
        names_in(folder.path()),
        [".lock", ".verified", "large.bin", "small.bin"]
    );
}
