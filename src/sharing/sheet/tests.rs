//! Every guide fits on its page.

use std::collections::BTreeSet;
use std::path::Path;

use super::*;
use crate::knowledge::{GuideId, Knowledge};
use layout::{HEIGHT, MARGIN, WIDTH};

fn knowledge() -> Knowledge {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("knowledge");
    Knowledge::load(&folder).expect("the guides are in order")
}

fn fonts() -> Fonts {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("models/files");
    Fonts::open(&crate::models::ModelFiles::new(folder)).expect("`wenlu models fetch` has been run")
}

fn link() -> Link {
    Link {
        // As long as an address in a house's network gets.
        url: "https://192.168.100.100:8443/s/ABCDEFGHIJKLMNOPQRSTUV".into(),
        typed: Some((
            "https://192.168.100.100:8443/code".into(),
            "12345678".parse().expect("eight digits"),
        )),
        until: Some(jiff::civil::date(2026, 12, 24)),
    }
}

fn sheet<'a>(guide: &'a Guide, language: Language, print: Print, link: &'a Link) -> Sheet<'a> {
    let (link, today) = (Some(link), jiff::civil::date(2026, 11, 24));
    Sheet {
        guide,
        language,
        print,
        link,
        today,
    }
}

#[test]
fn every_guide_fits_on_one_page() {
    let (knowledge, fonts, link) = (knowledge(), fonts(), link());
    let metrics = fonts.metrics().expect("fonts");
    let (mut sheets, mut unsourced, mut sizes) = (0, 0, BTreeSet::new());
    for guide in knowledge.iter() {
        for language in Language::ALL {
            for print in [Print::Large, Print::Plain] {
                let sheet = sheet(guide, language, print, &link);
                let page = sheet.plan(&fonts).expect("it fits");
                sheets += 1;
                sizes.insert(page.size as u32);
                let what = format!("{} {language} {print:?}", guide.id);
                let lines = || {
                    page.body
                        .iter()
                        .chain(&page.foot)
                        .flat_map(|block| &block.lines)
                };
                for line in lines() {
                    assert!(line.size >= 18.0, "{what}: {}", line.text);
                    let width: f32 = line
                        .text
                        .chars()
                        .map(|letter| metrics.width(letter, line.size, line.bold))
                        .sum();
                    assert!(
                        line.x + width <= WIDTH - MARGIN + 1.0,
                        "{what}: {}",
                        line.text
                    );
                    assert!(
                        line.baseline < HEIGHT - MARGIN + 1.0,
                        "{what}: {}",
                        line.text
                    );
                    for letter in line.text.chars() {
                        assert!(metrics.has(letter), "{what}: no {letter:?} in the fonts");
                    }
                }
                let body = page.body.iter().flat_map(|block| &block.lines);
                assert!(body.map(|line| line.baseline).fold(0.0, f32::max) < page.foot_top);
                let all: String = lines().map(|line| line.text.as_str()).collect();
                let all: String = all.split_whitespace().collect();
                let sources = &guide.sources;
                let told = sources.iter().any(|source| {
                    let title: String = source.title.split_whitespace().collect();
                    all.contains(&title)
                });
                unsourced += usize::from(!told);
                let text = guide.text(language);
                let needed = text
                    .steps
                    .iter()
                    .map(|step| &step.headline)
                    .chain(&text.bring)
                    .chain([&text.title, &guide.hotline]);
                for words in needed {
                    let words: String = words.split_whitespace().collect();
                    assert!(all.contains(&words), "{what}: {words}");
                }
            }
        }
    }
    assert!(sheets >= 300, "{sheets}");
    println!("{unsourced} of {sheets} sheets have no room for their source; sizes {sizes:?}");
    assert!(
        20 * unsourced <= sheets,
        "{unsourced} of {sheets} without a source"
    );
    assert!(
        sizes.contains(&18) && sizes.iter().any(|size| *size >= 24),
        "{sizes:?}"
    );
}

#[test]
fn what_is_to_be_confirmed_is_marked() {
    let (knowledge, link) = (knowledge(), link());
    let words = &Words::of(Language::Zh).expect("words").sheet;
    for guide in knowledge.iter() {
        let sheet = sheet(guide, Language::Zh, Print::Plain, &link);
        let body = content::body(&sheet, words, &BY_WORTH);
        let marked = body.iter().any(|block| block.text == words.confirm);
        assert_eq!(
            marked,
            body.iter().any(|block| block.text.ends_with('＊')),
            "{}",
            guide.id
        );
        if guide.must_confirm("cost") {
            let cost = format!("{}＊", guide.zh.cost);
            assert!(body.iter().any(|block| block.text == cost), "{}", guide.id);
        }
    }
}

#[test]
fn a_guide_that_is_too_long_says_so() {
    let (knowledge, fonts, link) = (knowledge(), fonts(), link());
    let mut guide = knowledge
        .get(&GuideId::new("elder-card"))
        .expect("there")
        .clone();
    guide.zh.bring = vec!["很长很长的一样东西".into(); 60];
    let error = sheet(&guide, Language::Zh, Print::Large, &link).pdf(&fonts);
    let error = error.expect_err("too long").to_string();
    assert!(
        error.contains("elder-card") && error.contains("one page"),
        "{error}"
    );
}

#[test]
fn missing_fonts_say_what_to_do() {
    let folder = tempfile::tempdir().expect("a folder");
    let error = Fonts::open(&crate::models::ModelFiles::new(folder.path())).expect_err("none");
    assert!(error.to_string().contains("wenlu models fetch"), "{error}");
}
