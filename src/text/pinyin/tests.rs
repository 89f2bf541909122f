use super::*;

/// Phrases and their readings, written by hand.
const TABLE: &str = include_str!("data/phrases_test.tsv");

#[test]
fn phrases_are_read_right() {
    let rows: Vec<_> = TABLE
        .lines()
        .filter(|line| !line.starts_with('#'))
        .map(|line| line.split_once('\t').unwrap())
        .collect();
    assert!(rows.len() >= 300);
    let wrong: Vec<_> = rows
        .iter()
        .filter_map(|(phrase, reading)| {
            let got = syllables(phrase);
            let got = got
                .iter()
                .map(ToString::to_string)
                .collect::<Vec<_>>()
                .join(" ");
            (got != *reading).then(|| format!("{phrase}: wanted {reading}, got {got}"))
        })
        .collect();
    assert!(
        wrong.is_empty(),
        "{} of {} wrong:\n{}",
        wrong.len(),
        rows.len(),
        wrong.join("\n")
    );
}

#[test]
fn positions_count_characters() {
    let places: Vec<_> = syllables("打12345问a医保")
        .iter()
        .map(|s| s.position())
        .collect();
    assert_eq!(places, [0, 6, 8, 9]);
}

#[test]
fn words_are_cut_and_read() {
    let words = words("我想办老年证。", Dictionary::bundled());
    let read: Vec<_> = words
        .iter()
        .map(|word| (word.text, word.syllables.len()))
        .collect();
    assert_eq!(
        read,
        [("我", 1), ("想", 1), ("办", 1), ("老年", 2), ("证", 1)]
    );
}

#[test]
fn a_dictionary_comes_before_everything() {
    let own = "[zh]\n\"银行\" = \"yin2 xing2\"\n\"长期\" = \"zhang3 qi1\"\n";
    let (dictionary, faults) = Dictionary::read(std::path::Path::new("own.toml"), own);
    assert_eq!(faults, []);
    let read = |text| {
        words(text, &dictionary)
            .into_iter()
            .flat_map(|w| w.syllables)
            .map(|s| s.to_string())
            .collect::<Vec<_>>()
            .join(" ")
    };
    assert_eq!(read("去银行"), "qu4 yin2 xing2");
    // But a word of two characters does not cut through others.
    assert_eq!(read("家长期望"), "jia1 zhang3 qi1 wang4");
}

proptest::proptest! {
    #[test]
    fn every_character_gets_its_syllable(text in "[一-龥a-z0-9，。 ]{0,40}") {
        let read: Vec<_> = syllables(&text).iter().map(|s| s.position()).collect();
        let characters: Vec<_> = text.chars().enumerate().filter(|&(_, c)| is_read(c)).map(|(at, _)| at).collect();
        assert_eq!(read, characters);
    }
}
