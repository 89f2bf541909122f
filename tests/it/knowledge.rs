//! The guides that come with the program, and the commands that keep them.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use wenlu::Language;
use wenlu::knowledge::check::{Figures, Table, seconds};
use wenlu::knowledge::{GuideId, Knowledge, Library, RegionId, Regions};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("knowledge")
}

fn wenlu(knowledge: &Path, args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_wenlu"))
        .arg("--knowledge")
        .arg(knowledge)
        .arg("knowledge")
        .args(args)
        .output()
        .expect("the program starts")
}

fn out(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

#[test]
fn the_guides_keep_the_rules_in_every_region() {
    let library = Library::read(&folder()).expect("readable");
    let faults: Vec<_> = library.check().iter().map(ToString::to_string).collect();
    assert!(faults.is_empty(), "{}", faults.join("\n"));
    for region in library.told_regions() {
        let knowledge = Knowledge::load_region(&folder(), &region).expect("loads");
        assert!(knowledge.len() >= 75, "{region}: {}", knowledge.len());
    }
}

#[test]
fn seventy_five_guides_are_complete_in_both_languages() {
    let library = Library::read(&folder()).expect("readable");
    let (files, _) = library.files(&RegionId::nation());
    let sum = Figures::of(&files);
    assert_eq!((sum.guides, sum.texts), (75, 150));
    assert!(Table::of(&files).0.iter().all(|row| row.is_complete()));
    assert!(sum.sourced * 10 >= sum.facts * 9, "{sum:?}");
    for file in &files {
        for language in Language::ALL {
            for step in &file.guide.text(language).steps {
                let time = seconds(&step.say, language);
                assert!(time <= 25.0, "{}: {time} s: {}", file.guide.id, step.say);
            }
        }
    }
}

#[test]
fn two_cities_tell_what_differs() {
    #[track_caller]
    fn check(region: &str, id: &str, field: &str, word: &str) {
        let knowledge = Knowledge::load_region(&folder(), &RegionId::new(region)).expect("loads");
        let guide = knowledge.get(&GuideId::new(id)).expect("a guide");
        assert!(guide.is_local(field), "{region} {id} {field}");
        let facts = guide.zh.facts();
        let said = facts
            .iter()
            .any(|f| f.field == field && f.text.contains(word));
        assert!(said, "{region} {id}: no {word} in {field}");
        let nation = Knowledge::load(&folder()).expect("loads");
        let nation = nation.get(&GuideId::new(id)).expect("a guide");
        assert!(nation.local.is_empty());
    }
    check("cn-fujian-quanzhou", "elder-card", "who_for", "半价");
    // From the province.
    check("cn-fujian-quanzhou", "elder-card", "steps.1", "福建");
    check(
        "cn-fujian-quanzhou",
        "pension-inquiry",
        "where.online",
        "闽政通",
    );
    check("cn-fujian-quanzhou", "temporary-aid", "cost", "晋江");
    check(
        "cn-guangdong-shenzhen",
        "elder-bus-card",
        "where.online",
        "颐年卡",
    );
    check("cn-guangdong-shenzhen", "home-adaptation", "cost", "龙华");

    let library = Library::read(&folder()).expect("readable");
    for city in ["cn-fujian-quanzhou", "cn-guangdong-shenzhen"] {
        let own = library.slots().filter(|slot| slot.region.as_str() == city);
        assert!(own.count() >= 5, "{city}");
    }
}

#[test]
fn people_name_their_city() {
    let regions = Regions::read(&folder().join("regions.toml")).expect("valid");
    #[track_caller]
    fn check(regions: &Regions, sentence: &str, expected: Option<(&str, bool)>) {
        let found = regions.find(sentence);
        let found = found.map(|m| (m.region.id.as_str(), m.here));
        assert_eq!(found, expected, "{sentence}");
    }
    check(&regions, "我在杭州", Some(("cn-zhejiang-hangzhou", true)));
    check(
        &regions,
        "我在杭州，老年卡怎么办",
        Some(("cn-zhejiang-hangzhou", true)),
    );
    check(
        &regions,
        "成都的高龄津贴几岁能领",
        Some(("cn-sichuan-chengdu", false)),
    );
    check(
        &regions,
        "我女儿住在深圳",
        Some(("cn-guangdong-shenzhen", false)),
    );
    check(&regions, "上海路的药店", None);
    check(&regions, "I live in Xi'an", Some(("cn-shaanxi-xian", true)));
    check(&regions, "我的身份证丢了", None);
    for region in regions.iter() {
        for language in Language::ALL {
            let sentence = match language {
                Language::Zh => format!("我在{}", region.name(language)),
                Language::En => format!("I live in {}", region.name(language)),
            };
            check(&regions, &sentence, Some((region.id.as_str(), true)));
        }
    }
}

#[test]
fn sample_questions_do_not_sound_like_another_region() {
    let regions = Regions::read(&folder().join("regions.toml")).expect("valid");
    let knowledge = Knowledge::load(&folder()).expect("loads");
    for guide in knowledge.iter() {
        for name in guide.zh.also_called.iter().chain(&guide.en.also_called) {
            assert_eq!(regions.find(name), None, "{name}");
        }
    }
}

#[test]
fn the_check_says_what_is_wrong_and_where() {
    let clean = wenlu(&folder(), &["check", "--table"]);
    assert!(clean.status.success(), "{}", out(&clean));
    let said = out(&clean);
    assert!(
        said.contains("75 guides, 150 texts") && said.contains("\n0 faults\n"),
        "{said}"
    );
    assert!(said.contains("75 of 75 guides have every field"), "{said}");

    let broken = tempfile::tempdir().expect("a folder");
    let papers = broken.path().join("cn/papers");
    std::fs::create_dir_all(&papers).expect("made");
    std::fs::write(papers.join("x.toml"), "id = \"x\"\n\nid = 3\n").expect("written");
    let output = wenlu(broken.path(), &["check"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(
        out(&output).contains("x.toml:3: duplicate key"),
        "{}",
        out(&output)
    );
}

#[test]
fn a_city_s_guides_travel_as_a_pack() {
    let work = tempfile::tempdir().expect("a folder");
    let zip = work.path().join("quanzhou.zip");
    let zip = zip.to_str().expect("a name");
    let region = ["--region", "cn-fujian", "--region", "cn-fujian-quanzhou"];
    let terms = ["--contact", "12345", "--licence", "CC-BY-4.0"];
    let export = [&["export", zip][..], &region, &terms].concat();
    let output = wenlu(&folder(), &export);
    assert!(output.status.success(), "{output:?}");

    // A home with the nation's guides only.
    let home = work.path().join("knowledge");
    copy(&folder().join("cn"), &home.join("cn"));
    std::fs::copy(folder().join("regions.toml"), home.join("regions.toml")).expect("copied");
    let shown = wenlu(&home, &["diff", zip]);
    assert!(shown.status.success(), "{shown:?}");
    assert!(
        out(&shown).contains("zh.who_for\n    - "),
        "{}",
        out(&shown)
    );
    assert!(!home.join("cn-fujian").exists(), "diff changes nothing");

    let unasked = wenlu(&home, &["import", zip]);
    assert!(!unasked.status.success() && !home.join("cn-fujian").exists());
    let taken = wenlu(&home, &["import", zip, "--yes"]);
    assert!(taken.status.success(), "{taken:?}");
    for region in ["cn-fujian", "cn-fujian-quanzhou"] {
        same(&folder().join(region), &home.join(region));
    }
    let again = wenlu(&home, &["import", zip, "--yes"]);
    assert!(out(&again).contains("here already"), "{}", out(&again));
    assert!(wenlu(&home, &["check"]).status.success());
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).expect("readable") {
        let path = entry.expect("readable").path();
        if path.is_dir() {
            found.extend(files(&path));
        } else {
            found.push(path);
        }
    }
    found.sort();
    found
}

fn copy(from: &Path, to: &Path) {
    for file in files(from) {
        let target = to.join(file.strip_prefix(from).expect("inside"));
        std::fs::create_dir_all(target.parent().expect("a folder")).expect("made");
        std::fs::copy(file, target).expect("copied");
    }
}

#[track_caller]
fn same(one: &Path, other: &Path) {
    let read = |folder: &Path| -> Vec<(PathBuf, Vec<u8>)> {
        let name = |file: &Path| file.strip_prefix(folder).expect("inside").to_owned();
        let files = files(folder).into_iter();
        files
            .map(|f| (name(&f), std::fs::read(&f).expect("readable")))
            .collect()
    };
    assert_eq!(read(one), read(other));
}
