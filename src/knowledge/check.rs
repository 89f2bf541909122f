//! What a guide must keep to: `knowledge/README.md`, enforced.

use std::collections::{BTreeMap, HashSet};
use std::fmt;
use std::path::{Path, PathBuf};

use super::guide::{Guide, GuideId, Text};
use super::lines::Lines;
use super::load::File;
use crate::language::{Language, is_hanzi};

/// Something in a guide's file that breaks a rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// The file.
    pub path: PathBuf,
    /// The line, from 1.
    pub line: usize,
    /// What is wrong and what would be right.
    pub what: String,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}", self.path.display(), self.line, self.what)
    }
}

/// The pictograms that exist; `knowledge/README.md` lists them too.
pub const PICTOGRAMS: &[&str] = &[
    "alarm",
    "baby",
    "bank",
    "bolt",
    "book",
    "bowl",
    "bus",
    "car",
    "card",
    "cart",
    "coin",
    "family",
    "flame",
    "flower",
    "hand",
    "hospital",
    "house",
    "id",
    "lift",
    "medal",
    "money",
    "park",
    "pen",
    "person",
    "phone",
    "pill",
    "plane",
    "radiator",
    "ring",
    "scales",
    "school",
    "search",
    "shield",
    "stethoscope",
    "syringe",
    "ticket",
    "train",
    "walker",
    "water",
    "wheelchair",
];

/// Sample questions that a guide needs in each language.
const MIN_QUESTIONS: usize = 12;
const STEPS: std::ops::RangeInclusive<usize> = 3..=6;
/// Days after which the facts must be compared with their sources again.
const MAX_CHECK_DAYS: i32 = 366;
/// Characters that have no place in a text that is read aloud.
const UNSPEAKABLE: &[char] = &[
    '(', ')', '（', '）', '[', ']', '【', '】', '<', '>', '《', '》', '/', '\\', '*', '#', '_',
    '|', '~', '→', '①', '"', '\n', '\t',
];

/// Lengths in Chinese characters or English words.
struct Limit {
    zh: usize,
    en: usize,
}

const NAME: Limit = Limit { zh: 14, en: 8 };
const HEADLINE: Limit = Limit { zh: 14, en: 7 };
const BRING: Limit = Limit { zh: 20, en: 12 };
const SAY: Limit = Limit { zh: 60, en: 40 };
const SPOKEN: Limit = Limit { zh: 90, en: 60 };

/// Checks the guides, each for itself and all together.
#[must_use]
pub fn check(files: &[File]) -> Vec<Fault> {
    let mut faults = Vec::new();
    let mut first_of: BTreeMap<(&str, &GuideId), &Path> = BTreeMap::new();
    let ids: HashSet<&GuideId> = files.iter().map(|file| &file.guide.id).collect();
    for file in files {
        let mut checker = Checker {
            file,
            faults: &mut faults,
        };
        checker.guide();
        for related in &file.guide.related {
            if !ids.contains(related) {
                checker.fault(
                    "related",
                    format!("there is no guide {related:?}", related = related.as_str()),
                );
            }
        }
        if let Some(other) = first_of.insert((&file.guide.region, &file.guide.id), &file.path) {
            checker.fault(
                "id",
                format!("{} is already the id of {}", file.guide.id, other.display()),
            );
        }
    }
    faults
}

/// The length that limits count: Chinese characters, digits and letters, or English words.
#[must_use]
pub fn length(text: &str, language: Language) -> usize {
    match language {
        Language::Zh => text
            .chars()
            .filter(|c| is_hanzi(*c) || c.is_ascii_alphanumeric())
            .count(),
        Language::En => text.split_whitespace().count(),
    }
}

struct Checker<'a> {
    file: &'a File,
    faults: &'a mut Vec<Fault>,
}

impl Checker<'_> {
    fn fault(&mut self, path: &str, what: impl Into<String>) {
        let lines: &Lines = &self.file.lines;
        self.faults.push(Fault {
            path: self.file.path.clone(),
            line: lines.line(path),
            what: what.into(),
        });
    }

    fn require(&mut self, holds: bool, path: &str, what: impl FnOnce() -> String) {
        if !holds {
            self.fault(path, what());
        }
    }

    fn guide(&mut self) {
        let guide = &self.file.guide;
        self.place(guide);
        self.head(guide);
        self.sources(guide);
        for language in Language::ALL {
            self.text(language, guide.text(language));
        }
        self.same_in_both(guide);
    }

    /// The file's name and folders say the same as its fields.
    fn place(&mut self, guide: &Guide) {
        let mut parts = self.file.path.iter().rev().filter_map(|part| part.to_str());
        let (file, category, region) = (parts.next(), parts.next(), parts.next());
        let id = guide.id.as_str();
        let well_formed = id.split('-').all(|word| {
            !word.is_empty()
                && word
                    .chars()
                    .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit())
        });
        self.require(well_formed, "id", || {
            format!("id {id:?}: use lower-case words joined by hyphens")
        });
        self.require(file == Some(format!("{id}.toml").as_str()), "id", || {
            format!("id is {id:?}, so the file must be called {id}.toml")
        });
        let drawer = serde_json::to_value(guide.category).ok();
        let drawer = drawer
            .as_ref()
            .and_then(|value| value.as_str())
            .unwrap_or_default();
        self.require(category == Some(drawer), "category", || {
            format!("the file does not lie in a folder {drawer}/")
        });
        self.require(region == Some(guide.region.as_str()), "region", || {
            format!("the file does not lie in a folder {}/", guide.region)
        });
    }

    fn head(&mut self, guide: &Guide) {
        self.require(
            PICTOGRAMS.contains(&guide.pictogram.as_str()),
            "pictogram",
            || format!("there is no pictogram {:?}", guide.pictogram),
        );
        let digits = !guide.hotline.is_empty() && guide.hotline.chars().all(|c| c.is_ascii_digit());
        self.require(digits, "hotline", || "hotline takes digits only".into());
        let days = guide
            .checked
            .until(guide.check_by)
            .map_or(-1, |span| span.get_days());
        self.require((1..=MAX_CHECK_DAYS).contains(&days), "check_by", || {
            "check_by must lie within a year after checked".into()
        });
    }

    /// Every field that states a fact rests on a source or is to be confirmed.
    fn sources(&mut self, guide: &Guide) {
        self.require(!guide.sources.is_empty(), "sources", || {
            "there is no source".into()
        });
        let fields: HashSet<String> = Language::ALL
            .iter()
            .flat_map(|&l| guide.text(l).facts())
            .map(|fact| fact.field)
            .collect();
        let supported = guide.sources.iter().flat_map(|source| &source.supports);
        let named: HashSet<&String> = supported.chain(&guide.confirm).collect();
        let mut fields: Vec<_> = fields.into_iter().collect();
        fields.sort();
        for field in &fields {
            self.require(named.contains(field), &format!("zh.{field}"), || {
                format!("{field} rests on no source: name it in a source's supports, or in confirm")
            });
        }
        for (i, source) in guide.sources.iter().enumerate() {
            for field in source
                .supports
                .iter()
                .filter(|field| !fields.contains(field))
            {
                self.fault(
                    &format!("sources.{}.supports", i + 1),
                    format!("there is no field {field:?}"),
                );
            }
        }
        for field in guide.confirm.iter().filter(|field| !fields.contains(field)) {
            self.fault("confirm", format!("there is no field {field:?}"));
        }
    }

    fn text(&mut self, language: Language, text: &Text) {
        let at = |field: &str| format!("{language}.{field}");
        self.spoken(language, &at("name"), &text.name, &NAME);
        self.require(!text.title.trim().is_empty(), &at("title"), || {
            "title is empty".into()
        });
        self.require(
            text.questions.len() >= MIN_QUESTIONS,
            &at("questions"),
            || {
                format!(
                    "{} questions, at least {MIN_QUESTIONS} are needed",
                    text.questions.len()
                )
            },
        );
        let mut seen = HashSet::new();
        for (i, question) in text.questions.iter().enumerate() {
            let path = at(&format!("questions.{}", i + 1));
            self.require(!question.trim().is_empty(), &path, || {
                "an empty question".into()
            });
            self.require(seen.insert(question), &path, || {
                "this question stands here twice".into()
            });
        }
        self.require(STEPS.contains(&text.steps.len()), &at("steps"), || {
            format!("{} steps; a guide has three to six", text.steps.len())
        });
        for (i, step) in text.steps.iter().enumerate() {
            self.spoken(
                language,
                &at(&format!("steps.{}.headline", i + 1)),
                &step.headline,
                &HEADLINE,
            );
        }
        for fact in text.facts() {
            let limit = match fact.key.as_str() {
                key if key.starts_with("bring.") => &BRING,
                key if key.ends_with(".say") => &SAY,
                _ => &SPOKEN,
            };
            self.spoken(language, &at(&fact.key), fact.text, limit);
        }
        let places = &text.places;
        let somewhere =
            places.online.is_some() || places.counter.is_some() || places.phone.is_some();
        self.require(somewhere, &at("where"), || {
            "say at least one of online, counter, phone".into()
        });
    }

    /// Fit to be read aloud: not empty, not too long, nothing unspeakable, the right language.
    fn spoken(&mut self, language: Language, path: &str, text: &str, limit: &Limit) {
        let (max, unit) = match language {
            Language::Zh => (limit.zh, "characters"),
            Language::En => (limit.en, "words"),
        };
        let long = length(text, language);
        self.require(!text.trim().is_empty(), path, || "is empty".into());
        self.require(text.trim() == text, path, || {
            "begins or ends with a space".into()
        });
        self.require(long <= max, path, || {
            format!("{long} {unit}, at most {max}: {text}")
        });
        if let Some(c) = text.chars().find(|c| UNSPEAKABLE.contains(c)) {
            self.fault(path, format!("{c:?} cannot be read aloud: {text}"));
        }
        let right = match language {
            Language::Zh => text.chars().any(is_hanzi),
            Language::En => !text.chars().any(is_hanzi) && text.chars().any(char::is_alphanumeric),
        };
        self.require(right || text.trim().is_empty(), path, || {
            format!("is not in the language {language}: {text}")
        });
    }

    /// Both languages have the same steps, materials and fields.
    fn same_in_both(&mut self, guide: &Guide) {
        let keys = |text: &Text| {
            text.facts()
                .into_iter()
                .map(|fact| fact.key)
                .collect::<Vec<_>>()
        };
        let (zh, en) = (keys(&guide.zh), keys(&guide.en));
        for key in zh.iter().filter(|key| !en.contains(key)) {
            self.fault(&format!("zh.{key}"), format!("{key} is missing in English"));
        }
        for key in en.iter().filter(|key| !zh.contains(key)) {
            self.fault(
                &format!("en.{key}"),
                format!("{key} is missing in Mandarin"),
            );
        }
    }
}
