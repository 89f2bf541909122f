use std::path::Path;

use super::*;
use crate::knowledge::document::Document;
use crate::knowledge::library::{Library, Slot};
use crate::knowledge::region::RegionId;

const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/knowledge");
const NATION: &str = include_str!("../../../tests/data/knowledge/cn/papers/library-card.toml");
const CITY: &str =
    include_str!("../../../tests/data/knowledge/cn-fujian-quanzhou/papers/library-card.toml");

fn library() -> Library {
    Library::read(Path::new(FOLDER)).expect("readable")
}

fn slot(region: &str, id: &str) -> Slot {
    Slot {
        region: RegionId::new(region),
        id: id.into(),
        category: "papers".into(),
    }
}

/// Puts `source` in the place of a region's guide and gives what is wrong then.
fn faults(region: &str, source: &str) -> Vec<Fault> {
    let mut library = library();
    let slot = slot(region, "library-card");
    let document = Document::parse(&slot.path(), source.as_bytes()).expect("TOML");
    library.put(slot, document);
    library.check()
}

/// One edit, one fault, on the line that was edited (or `line`).
#[track_caller]
fn edit(region: &str, source: &str, from: &str, to: &str, line: Option<usize>, what: &str) {
    let at = source.find(from).unwrap_or_else(|| panic!("no {from:?}"));
    let line = line.unwrap_or_else(|| source[..at].matches('\n').count() + 1);
    let found = faults(region, &source.replacen(from, to, 1));
    let path = slot(region, "library-card").path();
    assert!(
        found
            .iter()
            .any(|f| f.path == path && f.line == line && f.what.contains(what)),
        "{from:?} → {to:?}: no {what:?} in line {line}, but {found:#?}"
    );
}

#[test]
fn the_examples_are_right() {
    assert_eq!(library().check(), []);
}

#[test]
fn every_rule_of_the_format() {
    #[track_caller]
    fn check(from: &str, to: &str, what: &str) {
        edit("cn", NATION, from, to, None, what);
    }
    check("\"library-card\"", "\"Library\"", "lower-case words");
    check("\"library-card\"", "\"other-card\"", "other-card.toml");
    check("\"papers\"", "\"medical\"", "folder medical/");
    check("\"papers\"", "\"paper\"", "unknown variant");
    check("region = \"cn\"", "region = \"cn-x\"", "folder cn-x/");
    check("不收钱，也不要押金", "不收\u{202e}钱", "cannot be seen");
    check("不收钱，也不要押金", "不收\\n钱", "cannot be seen");
    check("\"book\"", "\"boook\"", "no pictogram");
    check("\"12345\"", "\"12345转\"", "digits only");
    check(
        "related = []",
        "related = [\"lost-guide\"]",
        "no guide \"lost-guide\"",
    );
    check("related = []", "related = [\"library-card\"]", "itself");
    check("\"2027-05-24\"", "\"2028-05-24\"", "within a year");
    check("\"2027-05-24\"", "\"2026-11-24\"", "within a year");
    check("\"2026-11-24\"", "\"yesterday\"", "checked");
    check("\"wenlu\"", "\" \"", "checked_by is empty");
    check(
        "confirm = [\"duration\"]",
        "confirm = [\"price\"]",
        "no field \"price\"",
    );
    check("[\"借书证\", \"图书证\"]", "[]", "also_called is empty");
    check("\"图书证\"", "\"借书证\"", "twice");
    check("\"图书证\"", "\"card\"", "not in the language zh");
    check(
        "\"我想借书，要办什么卡\"",
        "\"图书馆的借书证怎么办\"",
        "twice",
    );
    check(
        "\"我想借书，要办什么卡\"",
        "\"a library card please\"",
        "language zh",
    );
    check("\"I want to borrow books\"", "\"我想借书\"", "language en");
    check("title = \"办借书证\"", "title = \"\"", "title is empty");
    check(
        "name = \"办借书证\"",
        "name = \"到离家最近的图书馆办一张借书证\"",
        "at most 14",
    );
    check(
        "headline = \"填表拿卡\"",
        "headline = \"填一张表再照一张相就能拿到卡了\"",
        "at most 14",
    );
    check(
        "bring = [\"身份证\"]",
        "bring = [\"身份证原件和正反两面复印件各一份还有户口簿\"]",
        "at most 20",
    );
    check(
        "不收钱，也不要押金",
        "不收钱（也不要押金）",
        "cannot be read aloud",
    );
    check("cost = \"不收钱", "cost = \" 不收钱", "space");
    check("cost = \"It is free", "cost = \"免费", "language en");
    check(
        "who_for = \"想",
        "who = \"\"\nwho_for = \"想",
        "unknown field `who`",
    );
    check(
        "title = \"Invented for the tests\"",
        "title = \"\"",
        "needs a title",
    );
    check(
        "\"steps.3\", \"where.counter\"",
        "\"steps.4\", \"where.counter\"",
        "no field \"steps.4\"",
    );
}

#[test]
fn faults_that_show_elsewhere() {
    #[track_caller]
    fn check(from: &str, to: &str, beside: &str, what: &str) {
        let at = NATION.find(beside).expect("beside");
        let line = NATION[..at].matches('\n').count() + 1;
        edit("cn", NATION, from, to, Some(line), what);
    }
    check(
        ", \"steps.3\"",
        "",
        "[[zh.steps]]\nheadline = \"填表拿卡\"",
        "rests on no source",
    );
    check(
        "  \"一次能借几本书回家\",\n",
        "",
        "questions",
        "11 questions",
    );
    check(
        "detail = \"没带也不要紧，报身份证号也行。\"\n",
        "",
        "say = \"First find",
        "steps.1.detail is missing in Mandarin",
    );
    let say = "到了图书馆，找门口的服务台，说要办借书证。";
    let long = "到了图书馆，找门口的服务台，".repeat(6);
    check(say, &long, say, "at most 60");
    let detail = "报身份证号也行。";
    let digits = "报这个号，一八八八八八八八八八。".repeat(6);
    check(detail, &digits, "detail", "seconds to say");
    let official = "申请人应当符合规定，予以受理，逾期视为放弃，不得进行申请，按照有关规定实施。";
    check(
        "谁要您交钱办借书证，都别给。",
        &official.repeat(2),
        "[zh]",
        "official words",
    );
    let hard = "Documentation demonstrating eligibility constitutes prerequisite authorisation requirements. ".repeat(6);
    check(
        "If anyone wants money for the card, do not pay.",
        &hard,
        "[en]",
        "LIX",
    );
}

#[test]
fn rules_for_local_files() {
    #[track_caller]
    fn check(from: &str, to: &str, beside: &str, what: &str) {
        let at = CITY.find(beside).unwrap_or_default();
        let line = CITY[..at].matches('\n').count() + 1;
        edit("cn-fujian-quanzhou", CITY, from, to, Some(line), what);
    }
    let top = "id = ";
    check(
        "checked_by = \"Quanzhou\"\n",
        "",
        top,
        "checked_by is missing",
    );
    check(
        "region = \"cn-fujian-quanzhou\"\n",
        "",
        top,
        "region is missing",
    );
    check("\"papers\"", "\"home\"", "category", "another category");
    check(
        "confirm =",
        "danger = \"scam\"\nconfirm =",
        "confirm",
        "danger is the wider region's",
    );
    check(
        "bring = [\"ID card\", \"one-inch photo\"]\n",
        "",
        "bring = [\"身份证\"",
        "bring is changed in zh only",
    );
    check(
        "[zh.where]\n",
        "cost = \"五元。\"\n[zh.where]\n",
        "[zh.where]",
        "cost is changed in zh only",
    );
    check(
        "confirm = [\"where.counter\"]",
        "confirm = []",
        "counter = \"一般",
        "rests on no source",
    );
    check(
        "\"一寸照片\"",
        "\"photo\"",
        "bring = [\"身份证\"",
        "language zh",
    );
    check(
        "[\"bring\"]",
        "[\"brink\"]",
        "supports",
        "no field \"brink\"",
    );
    let question = "泉州的书卡怎么办";
    check(question, "我想借书，要办什么卡", question, "twice");
    // Right alone, wrong together: the nation's guide has three steps in English.
    check(
        "[zh.where]\n",
        "[[zh.steps]]\nheadline = \"去\"\nsay = \"去。\"\n[zh.where]\n",
        top,
        "together with",
    );
}

#[test]
fn a_question_belongs_to_one_guide() {
    let mut library = library();
    let slot = slot("cn", "reading-room");
    let source = NATION.replacen("library-card", "reading-room", 1);
    let document = Document::parse(&slot.path(), source.as_bytes()).expect("TOML");
    library.put(slot.clone(), document);
    let found = library.check();
    let same =
        |f: &&Fault| f.path == slot.path() && f.what.contains("library-card has the same question");
    assert_eq!(found.iter().filter(same).count(), 24, "{found:#?}");
    assert_eq!(found.len(), 24);
}

#[test]
fn guides_past_their_day_and_questions_that_go_astray() {
    let (files, _) = library().files(&RegionId::nation());
    let day = |text: &str| text.parse().expect("a date");
    assert!(overdue(&files, day("2027-05-23")).is_empty());
    let late = overdue(&files, day("2027-05-24"));
    assert_eq!((late.len(), late[0].line), (1, 10));

    assert!(mistaken_questions(&files, |_, _| None).is_empty());
    let astray = mistaken_questions(&files, |question, _| {
        (question == "I lost my library card").then(|| GuideId::new("bus-card"))
    });
    assert_eq!(astray.len(), 1);
    assert!(
        astray[0].what.contains("finds bus-card first"),
        "{}",
        astray[0]
    );
}

#[test]
fn the_table_counts_what_is_there() {
    let (files, _) = library().files(&RegionId::nation());
    let Table(rows) = Table::of(&files);
    assert!(rows[0].is_complete());
    let state = |field: &str| {
        let i = FIELDS.iter().position(|f| *f == field).expect("a field");
        rows[0].states[i]
    };
    assert_eq!(state("cost"), State::Sourced);
    assert_eq!(state("duration"), State::Marked);
    assert_eq!(state("where.online"), State::Absent);
    let sum = Figures::of(&files);
    assert_eq!((sum.guides, sum.texts, sum.questions), (1, 2, 24));
    assert_eq!(
        (sum.facts, sum.sourced, sum.marked, sum.both),
        (28, 26, 2, 0)
    );
    assert_eq!((sum.official, sum.sources), (0, 1));
}
