//! Whole words and rows of words, with a small cut of the real lexicon
//! (`tests/data/words/lexicon`).

use std::path::Path;

use super::*;

fn pronunciation() -> Pronunciation {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/words/lexicon");
    Pronunciation {
        lexicon: Lexicon::open(&folder).unwrap(),
        ..Pronunciation::default()
    }
}

#[track_caller]
fn check(words: &str, sounds: &str) {
    let words: Vec<_> = words.split(' ').collect();
    assert_eq!(
        read(&words, &pronunciation()).join(" "),
        sounds,
        "{words:?}"
    );
}

#[test]
fn words_of_the_lexicon() {
    check("call the office", "kˈɔl ði ˈɔfəs");
    check("the office", "ði ˈɔfəs");
    check("Record the number", "ɹəkˈɔɹd ðə nˈʌmbəɹ");
    check("a record", "ɐ ɹˈɛkəɹd");
    check("where you live", "wˌɛɹ ju lˈɪv");
    check("bring your ID card", "bɹˈɪŋ jʊɹ ˌIdˈi kˈɑɹd");
    check("a one-inch photo", "ɐ wˌʌnˈɪnʧ fˈOTO");
    check("the sub-district office", "ðə sˌʌbdˈɪstɹɪkt ˈɔfəs");
    check("the city's hospitals", "ðə sˈɪTiz hˈɑspˌɪTᵊlz");
    check("it stopped", "ɪt stˈɑpt");
    check("we waited", "wi wˈATᵻd");
    check("they are waiting", "ðA ɑɹ wˈATɪŋ");
    check("apply in", "əplˈI ˈɪn");
    check("it is used to pay", "ɪt ɪz jˈuzd tə pˈA");
    check("we used to pay", "wi jˈust tə pˈA");
    check("Do NOT pay", "dˈu nˈɑt pˈA");
    check("your hukou and dibao", "jʊɹ hˌukˈO ænd dˈibˌW");
    check("pay with WeChat", "pˈA wɪð wˈiʧæt");
    check("a CT", "ɐ sˌitˈi");
    check("five cities", "fˈIv sˈɪTiz");
}
