//! The rules of the manifest.

use wenlu::models::{Manifest, Origin};

use super::entry;

#[test]
fn manifests_that_break_a_rule_are_refused() {
    #[track_caller]
    fn check(change: impl Fn(&str) -> String, expected: &str) {
        let archive = "[archive.package]\nregistry = \"npm\"\npackage = \"@scope/package\"\n\
                       version = \"1.0.0-rc.1\"\nbytes = 1\n\
                       sha256 = \"0000000000000000000000000000000000000000000000000000000000000000\"\n";
        let part = "{ archive = \"package\", member = \"m\" }".to_owned();
        let right = format!("{archive}{}", entry("model", b"m", &[part]));
        Manifest::parse(&right).unwrap();
        let error = Manifest::parse(&change(&right)).unwrap_err().to_string();
        assert!(error.contains(expected), "{error}");
    }
    let inside = "must be a path inside";
    for path in ["../m", "/m", "a/../../m", "", ".", ".lock", "a/.making-m"] {
        check(|text| text.replace("model.bin", path), inside);
    }
    for package in [
        "-r",
        "a b",
        "../a",
        "http://a/b",
        "",
        "@scope/a/b",
        "/a",
        "@scope/",
    ] {
        check(
            |text| text.replace("@scope/package", package),
            "plain name of a package",
        );
    }
    check(
        |text| text.replace("npm", "pypi"),
        "plain name of a package",
    );
    for version in ["", "-1", "1 --x", "1;x"] {
        check(
            |text| text.replace("1.0.0-rc.1", version),
            "one exact version",
        );
    }
    check(
        |text| text.replace("archive = \"package\"", "archive = \"x\""),
        "names an archive that",
    );
    check(
        |text| text.replace("name = \"model\"", "name = \"-m\""),
        "begin with a dash",
    );
    check(
        |text| text.replace("bytes = 1", "bytes = 0"),
        "length of the file",
    );
    check(
        |text| text.replace("sha256 = \"00", "sha256 = \"0x"),
        "64 hexadecimal digits",
    );
    check(
        |text| text.replace("member =", "url ="),
        "a part has either",
    );
    check(
        |text| text.replace("member = \"m\"", "member = \"m\", role = \"model\""),
        "exactly the roles",
    );
    check(
        |text| {
            text.replace(
                "[[file.source]]",
                "make = { how = \"magic\" }\n[[file.source]]",
            )
        },
        "magic",
    );
    check(|text| text.replace("licence", "license"), "license");
    check(
        |text| [text, &text[text.find("[[file]]").unwrap()..]].concat(),
        "one file only",
    );
    check(
        |text| {
            text.replace(
                "archive = \"package\", member",
                "url = \"file:///m\", bytes = 1, sha256",
            )
        },
        "64",
    );
}

#[test]
fn the_bundled_manifest_is_right() {
    let manifest = Manifest::bundled();
    for name in [
        "whisper-base",
        "kokoro",
        "zf_xiaobei",
        "af_heart",
        "us_gold",
    ] {
        assert!(
            manifest.get(name).is_some_and(|file| !file.optional),
            "{name}"
        );
    }
    // A voice is float32 [510, 1, 256].
    let voices = manifest.files.iter().filter(|file| file.kind == "voice");
    assert!(voices.clone().count() >= 11);
    assert!(voices.clone().all(|file| file.bytes == 510 * 256 * 4));
    // A package's files are sources by name and version, never by a registry's address.
    for file in &manifest.files {
        assert!(matches!(
            file.sources[0].parts[0].origin,
            Origin::Member { .. }
        ));
    }
}
