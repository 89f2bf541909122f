use super::*;

const REGIONS: &str = r#"
not_before = ["路", "烤鸭", "road"]
here = ["在", "住", "i am in", "i live in"]
beside = ["省", "市", "我", "呢", "now"]
not_here = ["户口在", "儿子在", "lives in"]
[[region]]
id = "cn-beijing"
zh = ["北京"]
en = ["Beijing", "Peking"]
[[region]]
id = "cn-fujian"
zh = ["福建"]
en = ["Fujian"]
[[region]]
id = "cn-fujian-quanzhou"
zh = ["泉州", "鲤城"]
en = ["Quanzhou"]
[[region]]
id = "cn-jilin"
zh = ["吉林"]
en = ["Jilin"]
[[region]]
id = "cn-jilin-jilin"
zh = ["吉林市"]
en = ["Jilin City"]
"#;

fn regions(source: &str) -> Result<Regions, Fault> {
    Document::parse(Path::new("regions.toml"), source.as_bytes())
        .and_then(|document| Regions::of(&document))
}

#[test]
fn the_place_named_in_a_sentence() {
    let regions = regions(REGIONS).expect("valid");
    let check = |sentence: &str, expected: Option<(&str, bool)>| {
        let found = regions.find(sentence);
        let found = found.map(|m| (m.region.id.as_str(), m.here));
        assert_eq!(found, expected, "{sentence}");
    };
    check("我在泉州，老年证怎么办", Some(("cn-fujian-quanzhou", true)));
    check(
        "福建泉州的老年证怎么办",
        Some(("cn-fujian-quanzhou", false)),
    );
    check("我住福建省泉州市", Some(("cn-fujian-quanzhou", true)));
    check("我户口在北京，人在泉州", Some(("cn-fujian-quanzhou", true)));
    check("儿子在北京", Some(("cn-beijing", false)));
    check("我在吉林市", Some(("cn-jilin-jilin", true)));
    check("我在吉林", Some(("cn-jilin", true)));
    check("从北京搬到泉州", None);
    check("北京路怎么走", None);
    check("我想吃北京烤鸭", None);
    check("老年证怎么办", None);
    check("", None);
    check("I live in Quanzhou now", Some(("cn-fujian-quanzhou", true)));
    check("My son lives in beijing", Some(("cn-beijing", false)));
    check("the Pekingese", None);
    check("Beijing Road", None);
}

#[test]
fn a_place_and_nothing_else() {
    let regions = regions(REGIONS).expect("valid");
    let check = |sentence: &str, alone: bool| {
        let found = regions.find(sentence).expect("a place");
        assert_eq!(found.alone, alone, "{sentence}");
    };
    check("我在泉州", true);
    check("我住在福建省泉州市。", true);
    check("我在泉州呢", true);
    check("我在泉州看病", false);
    check("我在泉州，老年证怎么办", false);
    check("I live in Quanzhou now.", true);
    check("I live in Quanzhou and lost my card", false);
}

#[test]
fn faults_of_the_list() {
    #[track_caller]
    fn check(source: &str, line: usize, what: &str) {
        let fault = regions(source).expect_err("must be refused");
        assert!(fault.line == line && fault.what.contains(what), "{fault}");
    }
    check(
        "[[region]]\nid = \"Cn-x\"\nzh = [\"甲\"]\nen = [\"X\"]",
        1,
        "no region's name",
    );
    check(
        "[[region]]\nid = \"cn-x\"\nzh = []\nen = [\"X\"]",
        1,
        "no name in zh",
    );
    check("[[region]]\nid = \"cn-x\"\nname = 3", 3, "unknown field");
    let twice = format!("{REGIONS}[[region]]\nid = \"cn-x\"\nzh = [\"泉州\"]\nen = [\"X\"]");
    check(&twice, 26, "already names cn-fujian-quanzhou");
}

#[test]
fn chains() {
    #[track_caller]
    fn check(id: &str, chain: &[&str]) {
        let found = RegionId::new(id).chain();
        assert_eq!(
            found.iter().map(RegionId::as_str).collect::<Vec<_>>(),
            chain
        );
    }
    check("cn", &["cn"]);
    check("cn-a-b", &["cn", "cn-a", "cn-a-b"]);
}

#[test]
fn well_formed_names() {
    for (id, good) in [
        ("cn", true),
        ("cn-fujian-quanzhou", true),
        ("cn-", false),
        ("words", false),
        ("cn-福建", false),
        ("CN-fujian", false),
        ("cn-../x", false),
    ] {
        assert_eq!(RegionId::new(id).is_well_formed(), good, "{id}");
    }
}

proptest::proptest! {
    #[test]
    fn any_sentence_is_read(sentence in "[a-z在我 泉州北京路]{0,20}|.*") {
        let regions = regions(REGIONS).expect("valid");
        let _ = regions.find(&sentence);
    }
}
