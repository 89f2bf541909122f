use proptest::prelude::*;

use super::*;
use crate::knowledge::Library;
use crate::knowledge::region::RegionId;

fn document(name: &str, source: &str) -> Document {
    Document::parse(Path::new(name), source.as_bytes()).expect("TOML")
}

fn merged(base: &str, local: &str) -> Merged {
    let mut merged = Merged::new(document("base", base));
    merged.overlay(document("local", local));
    merged
}

#[test]
fn fields_of_a_local_file() {
    #[track_caller]
    fn check(base: &str, local: &str, expected: &str) {
        let expected: Table = toml::from_str(expected).expect("TOML");
        assert_eq!(merged(base, local).table, expected, "{base} + {local}");
    }
    // A text, a list and steps replace; tables are merged; an empty text takes away.
    check(
        "[zh]\ncost='a'\ncall='b'",
        "[zh]\ncost='c'",
        "[zh]\ncost='c'\ncall='b'",
    );
    check(
        "[zh]\nbring=['a','b']",
        "[zh]\nbring=['c']",
        "[zh]\nbring=['c']",
    );
    check(
        "[zh]\nbring_note='a'\ncall='b'",
        "[zh]\nbring_note=''",
        "[zh]\ncall='b'",
    );
    check(
        "[zh.where]\nonline='a'",
        "[zh.where]\nphone='b'",
        "[zh.where]\nonline='a'\nphone='b'",
    );
    check("related=['a']", "related=[]", "related=[]");
    check(
        "[[zh.steps]]\nsay='a'\ndetail='x'\n[[zh.steps]]\nsay='b'",
        "[[zh.steps]]\nsay='c'",
        "[[zh.steps]]\nsay='c'",
    );
    // Words people use, sources and marks are added.
    check(
        "[zh]\nquestions=['a']",
        "[zh]\nquestions=['b']",
        "[zh]\nquestions=['a','b']",
    );
    check(
        "confirm=['cost']",
        "confirm=['call']",
        "confirm=['cost','call']",
    );
    // The nation's sources and marks do not speak for local words.
    check(
        "confirm=['cost','call']\n[[sources]]\ntitle='A'\nsupports=['cost','call']\n[[sources]]\ntitle='B'\nsupports=['cost']\n[zh]\ncost='a'",
        "[[sources]]\ntitle='C'\nsupports=['cost']\n[zh]\ncost='b'",
        "confirm=['call']\n[[sources]]\ntitle='A'\nsupports=['call']\n[[sources]]\ntitle='C'\nsupports=['cost']\n[zh]\ncost='b'",
    );
    check(
        "confirm=['steps.1','steps.2','call']\n[[zh.steps]]\nsay='a'",
        "[[zh.steps]]\nsay='b'",
        "confirm=['call']\n[[zh.steps]]\nsay='b'",
    );
    // The earlier date counts; everybody who checked is named.
    check(
        "checked='2026-01-01'\nchecked_by='a'\ncheck_by='2026-06-01'",
        "checked='2026-02-01'\nchecked_by='b'\ncheck_by='2026-07-01'",
        "checked='2026-01-01'\nchecked_by='a, b'\ncheck_by='2026-06-01'",
    );
    check(
        "checked='2026-01-01'\nchecked_by='a'\ncheck_by='2026-06-01'",
        "checked='2026-02-01'\nchecked_by='a'\ncheck_by='2026-05-01'",
        "checked='2026-02-01'\nchecked_by='a'\ncheck_by='2026-05-01'",
    );
}

#[test]
fn every_field_knows_its_file_and_line() {
    let merged = merged(
        "[[sources]]\ntitle='A'\nsupports=['cost']\n[[sources]]\ntitle='B'\nsupports=['call']\n[zh]\ncost='a'\ncall='b'\nquestions=[\n'a',\n'b']",
        "[zh]\ncost='c'\nquestions=[\n'x']\n[[sources]]\ntitle='C'\nsupports=['cost']",
    );
    let check = |path: &str, file: &str, line: usize| {
        assert_eq!(merged.place(path), (Path::new(file), line), "{path}");
    };
    check("zh.cost", "local", 2);
    check("zh.call", "base", 9);
    check("zh.questions.2", "base", 12);
    check("zh.questions.3", "local", 4);
    // The first source no longer supports anything and is gone.
    check("sources.1.title", "base", 5);
    check("sources.2.title", "local", 6);
    check("zh.scam", "base", 7);
}

#[test]
fn a_city_over_the_nation() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/knowledge");
    let library = Library::read(Path::new(folder)).expect("readable");
    let (files, faults) = library.files(&RegionId::new("cn-fujian-quanzhou"));
    assert_eq!(faults, []);
    let guide = &files[0].guide;
    assert_eq!(guide.zh.bring, ["身份证", "一寸照片"]);
    assert_eq!(guide.zh.bring_note, None);
    assert_eq!(guide.zh.also_called, ["借书证", "图书证", "鲤城书卡"]);
    assert_eq!(guide.zh.questions.len(), 13);
    assert_eq!(guide.checked_by, "wenlu, Quanzhou");
    let local: Vec<_> = guide.local.iter().map(String::as_str).collect();
    assert_eq!(local, ["bring", "bring_note", "where.counter"]);
    assert!(guide.must_confirm("where.counter") && guide.must_confirm("duration"));

    let (files, _) = library.files(&RegionId::new("cn-fujian"));
    assert!(files[0].guide.local.is_empty());
    assert_eq!(files[0].guide.zh.bring, ["身份证"]);
}

fn text() -> impl Strategy<Value = Value> {
    "[a-c甲]{0,3}".prop_map(Value::from)
}

fn value() -> impl Strategy<Value = Value> {
    let list = prop::collection::vec(text(), 0..3).prop_map(Value::Array);
    prop_oneof![text(), list, any::<bool>().prop_map(Value::from)].prop_recursive(
        3,
        16,
        4,
        |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..3).prop_map(Value::Array),
                table(inner).prop_map(Value::Table),
            ]
        },
    )
}

fn table(value: impl Strategy<Value = Value>) -> impl Strategy<Value = Table> {
    let keys = "zh|en|sources|confirm|steps|questions|cost|supports|check_by|checked_by|x";
    prop::collection::btree_map(keys, value, 0..5).prop_map(|map| map.into_iter().collect())
}

proptest! {
    #[test]
    fn an_empty_local_file_changes_nothing(base in table(value())) {
        let source = toml::to_string(&base).expect("TOML");
        let mut merged = Merged::new(document("base", &source));
        let before = merged.table.clone();
        merged.overlay(document("local", ""));
        prop_assert_eq!(merged.table, before);
    }

    #[test]
    fn any_two_files_can_be_merged(base in table(value()), local in table(value()), path in "(zh|sources|confirm)(\\.[0-9a-z]{1,3}){0,3}") {
        let (base, local) = (toml::to_string(&base).expect("TOML"), toml::to_string(&local).expect("TOML"));
        let merged = merged(&base, &local);
        let _ = (merged.place(&path), merged.local());
    }
}
