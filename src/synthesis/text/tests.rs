use std::path::Path;
use std::sync::OnceLock;

use proptest::prelude::*;

use super::*;
use crate::knowledge::{Guide, Knowledge, read_folder};

/// With the models folder's English lexicon if it is there, else with rules alone.
fn pronunciation() -> &'static Pronunciation {
    static PRONUNCIATION: OnceLock<Pronunciation> = OnceLock::new();
    PRONUNCIATION.get_or_init(|| {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("models/files/misaki");
        Pronunciation {
            lexicon: Lexicon::open(&folder).unwrap_or_default(),
            ..Pronunciation::default()
        }
    })
}

#[test]
fn golden_lines_of_the_reference() {
    #[track_caller]
    fn check(text: &str, phonemes: &str) {
        // The reference knows nothing of our own dictionary.
        let plain = Pronunciation {
            dictionary: Dictionary::default(),
            ..Pronunciation::default()
        };
        let spoken: Vec<_> = clauses(text, Language::Zh, &plain)
            .into_iter()
            .map(|clause| clause.phonemes)
            .collect();
        assert_eq!(spoken.join(" "), phonemes);
    }
    check(
        "我想问一下办老年证需要带什么材料？",
        "wo↓ ɕja↓ŋ wə↘n i→ɕja↘ pa↘n lau↓njɛ↗n ꭧə↘ŋ ɕy→jau↘ tai↘ ʂə↗nmɤ ʦʰai↗ljau↘?",
    );
    // The reference takes 证要 for a word; with the terms of city services 证 ends before 要.
    check(
        "您好，老年证要带二张一寸照片。",
        "ni↗nxau↓, lau↓njɛ↗n ꭧə↘ŋ jau↘ tai↘ ɚ↘ꭧa→ŋ i→ʦʰwə↘n ꭧau↘pʰjɛ→n.",
    );
}

/// Everything that must hold for any text.
#[track_caller]
fn check_clauses(text: &str, language: Language) -> Vec<Clause> {
    let spoken = normalise(text, language);
    let clauses = clauses(text, language, pronunciation());
    for clause in &clauses {
        let symbols = clause.phonemes.chars().count();
        assert!(
            (1..=500).contains(&symbols),
            "{symbols} symbols: {clause:?}"
        );
        let odd: String = clause.phonemes.chars().filter(|&c| !is_symbol(c)).collect();
        assert!(odd.is_empty(), "{odd:?} in {clause:?}");
        assert!(
            clause.phonemes.chars().any(char::is_alphabetic),
            "nothing to say: {clause:?}"
        );
        let characters = clause
            .text
            .chars()
            .filter(|&c| crate::language::is_hanzi(c))
            .count();
        assert!(characters <= 40, "too long: {clause:?}");
        assert!((0.0..=1.0).contains(&clause.pause_after));
    }
    // Every word of the normalised text is in some clause.
    let letters = |text: &str| {
        text.chars()
            .filter(|c| c.is_alphabetic())
            .collect::<String>()
    };
    let said: String = clauses.iter().map(|clause| clause.text.as_str()).collect();
    assert_eq!(letters(&said), letters(&spoken), "of {text:?}");
    clauses
}

/// What may be left in a normalised text.
fn is_plain(c: char) -> bool {
    c.is_ascii_alphabetic()
        || " '-，。！？；：、,.!?;:".contains(c)
        || crate::text::pinyin::is_read(c)
}

/// Random text of the kinds that come up: digits, signs, Chinese, Latin, anything.
fn texts() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        "[0-9]{1,20}",
        "[0-9:：./—~～,，%℃¥$元年月日号个点天-]{1,12}",
        "[一-龥]{1,12}",
        "[A-Za-z'.@/:-]{1,15}",
        "[ \n\t(（《“【*#_~|]{1,4}",
        "(打|拨|第|满|约|按|No\\.|at |in |call |¥|\\+86)",
        "\\PC{0,6}",
        any::<String>(),
    ];
    prop::collection::vec(piece, 0..12).prop_map(|pieces| pieces.concat())
}

/// Any of them, and now and then one of 10,000 characters.
fn any_texts() -> impl Strategy<Value = String> {
    let long = (texts(), any::<char>()).prop_map(|(text, c)| {
        let piece: Vec<char> = text.chars().chain([c]).collect();
        piece.into_iter().cycle().take(10_000).collect()
    });
    prop_oneof![
        60 => texts(),
        20 => any::<String>(),
        10 => "[\\p{P}\\p{S}]{0,60}",
        9 => "[\u{1f300}-\u{1faff}\u{200d}\u{fe0f}一-龥a-z]{0,60}",
        1 => long,
    ]
}

/// Either language.
fn languages() -> impl Strategy<Value = Language> {
    prop::sample::select(Language::ALL.to_vec())
}

proptest! {
    /// `PROPTEST_CASES=10000` tries as many (`docs/speech.md` says what came of it).
    #[test]
    fn any_text_gives_clauses_that_can_be_spoken(text in any_texts(), language in languages()) {
        check_clauses(&text, language);
    }

    #[test]
    fn nothing_but_words_and_punctuation_is_left(text in texts(), language in languages()) {
        let spoken = normalise(&text, language);
        let odd: String = spoken.chars().filter(|&c| !is_plain(c)).collect();
        prop_assert!(odd.is_empty(), "{:?} of {:?} in {:?}", odd, text, spoken);
    }

    #[test]
    fn every_digit_is_spoken(before in "[一-龥]{0,3}", digits in "[1-9][0-9]{0,19}", after in "[一-龥。，]{0,2}") {
        let spoken = normalise(&format!("{before}{digits}{after}"), Language::Zh);
        // Zeros may go into 百 and 千, a 2 into 两, a 1 into 十 or 幺.
        let words = ["零十百千万亿", "一十幺", "二两", "三", "四", "五", "六", "七", "八", "九"];
        for (digit, words) in ('0'..='9').zip(words) {
            if digits.contains(digit) {
                prop_assert!(spoken.contains(|c| words.contains(c)), "{digit} of {digits}: {spoken}");
            }
        }
    }
}

#[test]
fn long_and_odd_texts() {
    let units = [
        "1",
        "一",
        "哈",
        "a",
        "word ",
        "你好，",
        "，",
        "。",
        "(",
        "12-",
        "¥",
        "。\n",
        "9:00-",
        "a.",
        "@",
        "😀",
        "\u{301}",
        "*",
        "1,",
        "打",
        "[",
        "s'",
        "1/",
        "\n",
        "'",
        "-",
    ];
    for unit in units {
        for language in Language::ALL {
            check_clauses(&unit.repeat(10_000 / unit.chars().count()), language);
        }
    }
    for empty in ["", " ", "\n\n", "…", "，。！", "👌👌", "（）", "** **"] {
        for language in Language::ALL {
            assert_eq!(check_clauses(empty, language), [], "{empty:?}");
        }
    }
}

#[test]
fn clauses_are_cut_where_one_breathes() {
    #[track_caller]
    fn check(text: &str, language: Language, expected: &[(&str, f32)]) {
        let clauses = check_clauses(text, language);
        let got: Vec<_> = clauses
            .iter()
            .map(|clause| (clause.text.as_str(), clause.pause_after))
            .collect();
        assert_eq!(got, expected);
    }
    check("好的。", Language::Zh, &[("好的。", 0.4)]);
    check("再说一遍", Language::Zh, &[("再说一遍", 0.4)]);
    // A sentence stays whole over its commas.
    check(
        "您好，请问您想办什么事？请您先打12345问本地还办不办老年优待证。",
        Language::Zh,
        &[
            ("您好，请问您想办什么事？", 0.4),
            ("请您先打幺二三四五问本地还办不办老年优待证。", 0.4),
        ],
    );
    check(
        "First call 12345, then wait.",
        Language::En,
        &[("First call one two three four five, then wait.", 0.4)],
    );
    // A long one is cut at the comma that is nearest to its middle.
    check(
        "带上旧身份证和户口簿，到户口所在地的派出所或者户政大厅，填一张登记表，等十五天再来。",
        Language::Zh,
        &[
            (
                "带上旧身份证和户口簿，到户口所在地的派出所或者户政大厅，",
                0.2,
            ),
            ("填一张登记表，等十五天再来。", 0.4),
        ],
    );
    // Without a comma before a word that opens a group of words; numbers stay whole.
    check(
        "在本地住满一年的老人可以拿着身份证和户口本到离家最近的社区服务中心二楼的窗口办理这张证件",
        Language::Zh,
        &[
            ("在本地住满一年的老人可以拿着身份证和户口本", 0.0),
            ("到离家最近的社区服务中心二楼的窗口办理这张证件", 0.4),
        ],
    );
    check(
        "请记住这个号码138123456789013812345678901381234567890",
        Language::Zh,
        &[
            ("请记住这个号码", 0.0),
            ("幺三八幺，二三四五，六七八九，零幺三八，幺二三四，", 0.2),
            ("五六七八，九零幺三，八幺二三，四五六七，八九零", 0.4),
        ],
    );
}

/// All that is spoken of a guide in one language.
fn spoken(guide: &Guide, language: Language) -> Vec<String> {
    let text = guide.text(language);
    let facts = text
        .facts()
        .into_iter()
        .map(|fact| fact.text.to_owned())
        .collect::<Vec<_>>();
    let headlines = text.steps.iter().map(|step| step.headline.clone());
    let names = [text.title.clone(), text.name.clone()];
    let called = text.also_called.iter().chain(&text.questions).cloned();
    facts
        .into_iter()
        .chain(headlines)
        .chain(names)
        .chain(called)
        .collect()
}

/// Says a text that people wrote, and looks whether all of it is said.
#[track_caller]
fn check_all_is_said(name: &str, text: &str, language: Language) {
    let clauses = check_clauses(text, language);
    assert!(!clauses.is_empty(), "{name}: {text}");
    let said: String = clauses.iter().map(|clause| clause.text.as_str()).collect();
    for c in text.chars().filter(|&c| crate::language::is_hanzi(c)) {
        assert!(
            said.contains(c),
            "{name}: {c} of {text} is not spoken: {said}"
        );
    }
    assert!(
        !said.contains(|c: char| c.is_ascii_digit()),
        "{name}: {text}: {said}"
    );
    // What is spoken is left alone. (Of any text this would be too much: `mR'.` loses its
    // apostrophe, and what is left is an abbreviation.)
    let spoken = normalise(text, language);
    assert_eq!(normalise(&spoken, language), spoken, "{name}: {text}");
}

#[test]
fn every_fixed_sentence_can_be_spoken() {
    for language in Language::ALL {
        for text in crate::dialogue::fixed_sentences(language) {
            check_all_is_said("locale", &text, language);
        }
    }
}

/// The cache's key holds no sounds, only [`READING`]: so whoever changes how words are read
/// has to change that as well.
#[test]
fn what_is_read_otherwise_has_another_key() {
    use sha2::{Digest, Sha256};
    let tables = [
        include_str!("../../text/pinyin/data/phrases_test.tsv"),
        include_str!("../../../tests/data/words/normalise_zh.tsv"),
        include_str!("../../../tests/data/words/normalise_en.tsv"),
    ];
    let mut hash = Sha256::new();
    // By rule alone, since the lexicon may not have been fetched.
    let pronunciation = Pronunciation::default();
    for (table, language) in tables
        .into_iter()
        .zip([Language::Zh, Language::Zh, Language::En])
    {
        for line in table.lines().filter(|line| !line.starts_with('#')) {
            let text = line.split('\t').next().unwrap_or_default();
            for clause in clauses(text, language, &pronunciation) {
                hash.update(format!("{}/{:.2}\n", clause.phonemes, clause.pause_after));
            }
        }
    }
    let hash: String = hash
        .finalize()
        .iter()
        .take(8)
        .map(|byte| format!("{byte:02x}"))
        .collect();
    assert_eq!(
        (READING, hash.as_str()),
        (2, "d6e742de8ef97433"),
        "the texts of the tables are read otherwise than before: raise READING, and put the new \
         pair here"
    );
}

#[test]
fn keys_tell_texts_languages_and_readings_apart() {
    let with = |entry: &str| {
        let (own, faults) = Dictionary::read(Path::new("own.toml"), entry);
        assert_eq!(faults, []);
        Pronunciation {
            dictionary: own,
            ..Pronunciation::default()
        }
    };
    let none = with("");
    let own = with("[zh]\n\"银行\" = \"yin2 xing2\"\n");
    let usual = key("去银行", Language::Zh, &none);
    assert_eq!(usual, key("去银行", Language::Zh, &none));
    assert_ne!(usual, key("去医院", Language::Zh, &none));
    assert_ne!(usual, key("去银行", Language::En, &none));
    assert_ne!(usual, key("去银行", Language::Zh, &own));
    assert_eq!(
        key("去医院", Language::Zh, &none),
        key("去医院", Language::Zh, &own)
    );
}

#[test]
fn every_guide_can_be_spoken() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("knowledge");
    let (files, _) = read_folder(&folder).unwrap();
    let knowledge: Knowledge = files.into_iter().map(|file| file.guide).collect();
    assert!(!knowledge.is_empty());
    for guide in knowledge.iter() {
        for language in Language::ALL {
            for text in spoken(guide, language) {
                check_all_is_said(guide.id.as_str(), &text, language);
            }
        }
    }
}
