use std::fs;
use std::io::Write as _;

use proptest::prelude::*;

use super::*;
use crate::knowledge::Knowledge;

const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/knowledge");
const GUIDE: &str = include_str!("../../../tests/data/knowledge/cn/papers/library-card.toml");
const MANIFEST_TEXT: &str = "name = \"quanzhou\"\ncontributor = \"Quanzhou\"\ncontact = \"12345\"\nlicence = \"CC-BY-4.0\"\ndate = 2026-11-24\n";
const PLACE: &str = "cn/papers/library-card.toml";

fn write_folder(files: &[(&str, &[u8])], folder: &Path) {
    for (name, bytes) in files {
        let path = folder.join(name);
        fs::create_dir_all(path.parent().expect("a parent")).expect("made");
        fs::write(path, bytes).expect("written");
    }
}

fn write_zip(files: &[(&str, &[u8])], path: &Path) {
    let mut zip = zip::ZipWriter::new(fs::File::create(path).expect("created"));
    for (name, bytes) in files {
        let options = zip::write::SimpleFileOptions::default();
        zip.start_file(*name, options).expect("started");
        zip.write_all(bytes).expect("written");
    }
    zip.finish().expect("finished");
}

/// A copy of the guides that may be changed.
fn home() -> tempfile::TempDir {
    let home = tempfile::tempdir().expect("a folder");
    let library = library(Path::new(FOLDER));
    for slot in library.slots() {
        let path = home.path().join(slot.path());
        fs::create_dir_all(path.parent().expect("a parent")).expect("made");
        fs::copy(Path::new(FOLDER).join(slot.path()), path).expect("copied");
    }
    let regions = "regions.toml";
    fs::copy(Path::new(FOLDER).join(regions), home.path().join(regions)).expect("copied");
    home
}

fn library(folder: &Path) -> Library {
    Library::read(folder).expect("readable")
}

fn wenlu() -> Manifest {
    let text = MANIFEST_TEXT.replace("\"Quanzhou\"", "\"wenlu\"");
    manifest_of(Path::new(MANIFEST), text.as_bytes()).expect("valid")
}

fn refusal(result: Result<Pack, PackError>) -> String {
    match result {
        Err(PackError::Refused(faults)) => {
            let faults: Vec<_> = faults.iter().map(ToString::to_string).collect();
            faults.join("\n")
        }
        other => panic!("not refused: {other:?}"),
    }
}

/// The same pack as a zip and, if a folder can hold such names, as a folder.
#[track_caller]
fn refused(files: &[(&str, &[u8])], what: &str) {
    let folder = tempfile::tempdir().expect("a folder");
    let zip = folder.path().join("pack.zip");
    write_zip(files, &zip);
    let said = refusal(Pack::open(&zip));
    assert!(said.contains(what), "{said}");
}

#[test]
fn packs_that_are_not_safe_or_not_packs() {
    let manifest = (MANIFEST, MANIFEST_TEXT.as_bytes());
    let guide = GUIDE.as_bytes();
    refused(&[(PLACE, guide)], "pack.toml:1: is missing");
    refused(&[manifest], "holds no guide");
    refused(&[manifest, ("../evil.toml", guide)], "leaves the pack");
    refused(&[manifest, ("/etc/evil.toml", guide)], "begins at the root");
    refused(&[manifest, ("C:/evil.toml", guide)], "begins at the root");
    refused(&[manifest, ("cn\\papers\\x.toml", guide)], "backslash");
    refused(
        &[manifest, ("cn/papers/x.exe", guide)],
        "neither pack.toml nor",
    );
    refused(
        &[manifest, ("cn/paper/x.toml", guide)],
        "neither pack.toml nor",
    );
    refused(
        &[manifest, ("CN/papers/x.toml", guide)],
        "neither pack.toml nor",
    );
    refused(
        &[manifest, ("cn/papers/a/x.toml", guide)],
        "neither pack.toml nor",
    );
    let shout = "cn/papers/Library-card.toml";
    refused(&[manifest, (PLACE, guide), (shout, guide)], "in case only");
    let twin = "cn/home/library-card.toml";
    refused(
        &[manifest, (PLACE, guide), (twin, guide)],
        "already the id of",
    );
    refused(
        &[manifest, (PLACE, b"id = \"\xff\"")],
        "library-card.toml:1: is not UTF-8",
    );
    refused(
        &[manifest, (PLACE, b"id = \"x\"\nid = 3")],
        "library-card.toml:2: duplicate key",
    );
    let large = vec![b'#'; 300 * 1024];
    refused(&[manifest, (PLACE, &large)], "larger unpacked than a guide");
    let many: Vec<String> = (0..=MAX_FILES)
        .map(|i| format!("cn/papers/g{i}.toml"))
        .collect();
    let many: Vec<(&str, &[u8])> = many.iter().map(|name| (name.as_str(), &b""[..])).collect();
    refused(&many, "more than 2000 files");
    let bomb = vec![b'#'; 200 * 1024];
    refused(&[manifest, (PLACE, &bomb)], "larger unpacked than a guide");
    for (from, to, what) in [
        ("\"quanzhou\"", "\"Quan zhou\"", "pack.toml:1: name takes"),
        ("\"Quanzhou\"", "\"\"", "pack.toml:2: contributor is empty"),
        ("\"Quanzhou\"", "\"a, b\"", "without a comma"),
        ("licence = ", "license = ", "unknown field `license`"),
        ("2026-11-24", "\"soon\"", "pack.toml:5: date"),
    ] {
        let manifest = MANIFEST_TEXT.replacen(from, to, 1);
        refused(&[(MANIFEST, manifest.as_bytes()), (PLACE, guide)], what);
    }
}

#[test]
fn files_that_are_no_packs() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("x.zip");
    fs::write(&path, b"PK\x03\x04 not really").expect("written");
    assert!(refusal(Pack::open(&path)).contains("neither a folder nor a zip"));
    let missing = Pack::open(&folder.path().join("none"));
    assert!(matches!(missing, Err(PackError::Unreadable { .. })));
}

#[cfg(unix)]
#[test]
fn links_are_refused() {
    let folder = tempfile::tempdir().expect("a folder");
    write_folder(&[(MANIFEST, MANIFEST_TEXT.as_bytes())], folder.path());
    fs::create_dir_all(folder.path().join("cn/papers")).expect("made");
    std::os::unix::fs::symlink("/etc/passwd", folder.path().join(PLACE)).expect("linked");
    assert!(refusal(Pack::open(folder.path())).contains("is a link"));

    let path = folder.path().join("x.zip");
    let mut zip = zip::ZipWriter::new(fs::File::create(&path).expect("created"));
    let options = zip::write::SimpleFileOptions::default();
    zip.add_symlink(PLACE, "/etc/passwd", options)
        .expect("linked");
    zip.finish().expect("finished");
    assert!(refusal(Pack::open(&path)).contains("is a link"));
}

/// What a pack with this one guide would do to the guides that are there.
fn plan_of(place: &str, guide: &str) -> (Plan, tempfile::TempDir) {
    let home = home();
    let pack = tempfile::tempdir().expect("a folder");
    let files = [
        (MANIFEST, MANIFEST_TEXT.as_bytes()),
        (place, guide.as_bytes()),
    ];
    write_folder(&files, pack.path());
    let plan = Pack::open(pack.path())
        .expect("safe")
        .plan(&library(home.path()));
    (plan, home)
}

#[test]
fn guides_that_break_rules_are_refused_with_the_whole_pack() {
    #[track_caller]
    fn check(place: &str, from: &str, to: &str, what: &str) {
        let (plan, home) = plan_of(place, &GUIDE.replacen(from, to, 1));
        let faults: Vec<_> = plan.faults.iter().map(ToString::to_string).collect();
        assert!(faults.iter().any(|f| f.contains(what)), "{faults:#?}");
        assert!(matches!(
            import(&plan, home.path()),
            Err(PackError::Refused(_))
        ));
        let there = fs::read_to_string(home.path().join(PLACE)).expect("there");
        assert_eq!(there, GUIDE);
    }
    check(
        PLACE,
        "cost =",
        "price = \"\"\ncost =",
        "library-card.toml:34: zh.price: unknown field",
    );
    check(
        PLACE,
        "related = []",
        "related = [\"gone\"]",
        "library-card.toml:7: there is no guide",
    );
    check(
        "cn/home/library-card.toml",
        "\"papers\"",
        "\"home\"",
        "already lies in papers/",
    );
    check(
        "cn-fujian-xiamen/papers/library-card.toml",
        "region = \"cn\"",
        "region = \"cn-fujian-xiamen\"",
        "does not name cn-fujian-xiamen",
    );
}

#[test]
fn a_pack_is_shown_taken_in_and_credited() {
    let source = GUIDE.replace("不收钱，也不要押金。", "不收钱，打4001234问。");
    let (plan, home) = plan_of(PLACE, &source);
    assert_eq!(plan.faults, []);
    assert_eq!((plan.changes.len(), plan.unchanged), (1, 0));
    let change = &plan.changes[0];
    assert!(!change.new && change.danger.is_none());
    let fields: Vec<_> = change.fields.iter().map(|f| f.field.as_str()).collect();
    assert_eq!(fields, ["checked_by", "zh.cost"]);
    assert_eq!(change.fields[1].numbers, ["4001234"]);

    import(&plan, home.path()).expect("taken in");
    let there = fs::read_to_string(home.path().join(PLACE)).expect("there");
    assert_eq!(there, source.replace("\"wenlu\"", "\"Quanzhou\""));
    assert!(home.path().join("packs/quanzhou.toml").is_file());
    let city = "cn-fujian-quanzhou/papers/library-card.toml";
    assert!(home.path().join(city).is_file(), "other regions stay");
    let knowledge = Knowledge::load(home.path()).expect("still right");
    assert_eq!(
        knowledge.iter().next().expect("a guide").checked_by,
        "Quanzhou"
    );
    let library = library(home.path());
    assert_eq!(library.check(), []);
}

#[test]
fn a_guide_of_a_region_s_own() {
    let place = "cn-fujian/papers/bus-card.toml";
    let mut guide = GUIDE
        .replace("library-card", "bus-card")
        .replace("region = \"cn\"", "region = \"cn-fujian\"");
    // Its own questions, so that it does not claim the other guide's.
    let lines: Vec<String> = guide
        .lines()
        .map(|line| match line.strip_prefix("  \"") {
            Some(question) if question.starts_with(|c: char| c.is_ascii()) => {
                format!("  \"On the bus: {question}")
            }
            Some(question) => format!("  \"坐公交，{question}"),
            None => line.to_owned(),
        })
        .collect();
    guide = lines.join("\n");
    let (plan, home) = plan_of(place, &guide);
    assert_eq!(plan.faults, []);
    assert!(plan.changes[0].new);
    import(&plan, home.path()).expect("taken in");
    let load =
        |region: &str| Knowledge::load_region(home.path(), &RegionId::new(region)).expect("right");
    assert_eq!(load("cn").len(), 1);
    assert_eq!(load("cn-fujian-quanzhou").len(), 2);
    let fujian = load("cn-fujian");
    let own = fujian
        .get(&crate::knowledge::GuideId::new("bus-card"))
        .expect("there");
    assert!(own.is_local("cost") && own.is_local("steps.1"));
}

#[test]
fn what_is_exported_is_imported_unchanged() {
    let home = home();
    let library_here = library(home.path());
    let manifest = wenlu();
    let out = tempfile::tempdir().expect("a folder");
    for name in ["pack", "pack.zip"] {
        let target = out.path().join(name);
        let nation = [RegionId::nation()];
        assert_eq!(
            export(&library_here, &manifest, &nation, &target).expect("made"),
            1
        );
        let again = export(&library_here, &manifest, &nation, &target);
        assert!(matches!(again, Err(PackError::Exists(_))));
        let pack = Pack::open(&target).expect("safe");
        assert_eq!(pack.plan(&library_here).unchanged, 1);

        let empty = tempfile::tempdir().expect("a folder");
        let plan = pack.plan(&library(empty.path()));
        assert_eq!(plan.faults, []);
        import(&plan, empty.path()).expect("taken in");
        let bytes = fs::read(empty.path().join(PLACE)).expect("there");
        assert_eq!(bytes, GUIDE.as_bytes());
    }
    let nobody = export(
        &library_here,
        &manifest,
        &[RegionId::new("cn-fujian")],
        &out.path().join("x"),
    );
    assert!(matches!(nobody, Err(PackError::Nothing)));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Whatever stands in the files, opening and judging a pack comes to an end.
    #[test]
    fn any_bytes_are_judged(
        guide in prop_oneof![
            prop::collection::vec(any::<u8>(), 0..200),
            "([a-z]{1,4} = (\"[^\"]{0,5}\"|[0-9]{1,3}|\\[\\])\n|\\[zh\\]\n|\\[\\[zh\\.steps\\]\\]\n|\\[\\[sources\\]\\]\n){0,8}".prop_map(String::into_bytes),
            (0..GUIDE.len(), any::<u8>()).prop_map(|(i, byte)| {
                let mut bytes = GUIDE.as_bytes().to_vec();
                bytes[i] = byte;
                bytes
            }),
        ],
        manifest in prop_oneof![Just(MANIFEST_TEXT.to_owned()), "\\PC{0,40}"],
        name in prop_oneof![Just(PLACE.to_owned()), "[a-z./\\\\:]{1,12}"],
    ) {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("pack.zip");
        write_zip(&[(MANIFEST, manifest.as_bytes()), (&name, &guide)], &path);
        if let Ok(pack) = Pack::open(&path) {
            let _ = pack.plan(&library(Path::new(FOLDER)));
        }
    }

    #[test]
    fn any_bytes_are_no_zip(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("pack.zip");
        let mut zip = b"PK\x03\x04".to_vec();
        zip.extend(bytes);
        fs::write(&path, zip).expect("written");
        prop_assert!(Pack::open(&path).is_err());
    }

    /// Export and import carry any text that a guide can have.
    #[test]
    fn export_and_import_are_inverse(cost in "[\u{4e00}-\u{9fa5}，。\"'\\\\0-9]{1,20}") {
        let cost = toml::Value::from(cost).to_string();
        let source = GUIDE.replacen("\"不收钱，也不要押金。\"", &cost, 1);
        let home = tempfile::tempdir().expect("a folder");
        write_folder(&[(PLACE, source.as_bytes())], home.path());
        let manifest = wenlu();
        let target = home.path().join("out.zip");
        export(&library(home.path()), &manifest, &[], &target).expect("made");
        let empty = tempfile::tempdir().expect("a folder");
        let plan = Pack::open(&target).expect("safe").plan(&library(empty.path()));
        if plan.faults.is_empty() {
            import(&plan, empty.path()).expect("taken in");
            prop_assert_eq!(fs::read(empty.path().join(PLACE)).expect("there"), source.as_bytes());
        } else {
            prop_assert!(!library(home.path()).check().is_empty());
        }
    }
}
