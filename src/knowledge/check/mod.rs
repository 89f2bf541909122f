//! What guides must keep to: `knowledge/README.md`, enforced.

mod across;
mod pictograms;
mod reading;
mod spoken;
mod table;
mod text;

use std::collections::{BTreeSet, HashSet};

use super::fault::Fault;
use super::guide::{Guide, GuideId};
use super::library::File;
use crate::language::{Language, is_hanzi};

pub use across::{mistaken_questions, overdue};
pub use pictograms::PICTOGRAMS;
pub use reading::Reading;
pub use spoken::{CHARACTERS_A_MINUTE, WORDS_A_MINUTE, seconds, spoken_length};
pub use table::{FIELDS, Figures, Row, State, Table};

/// Days after which the facts must be compared with their sources again.
const MAX_CHECK_DAYS: i32 = 366;

/// What a local file has to say itself.
const LABELS: &[&str] = &[
    "id",
    "category",
    "region",
    "checked",
    "checked_by",
    "check_by",
];

/// Checks one region's guides, each for itself and all together.
#[must_use]
pub fn check(files: &[File]) -> Vec<Fault> {
    let mut faults = Vec::new();
    let ids: HashSet<&GuideId> = files.iter().map(|file| &file.guide.id).collect();
    for file in files {
        let mut checker = Checker {
            file,
            faults: &mut faults,
        };
        checker.guide();
        for (i, related) in file.guide.related.iter().enumerate() {
            let path = format!("related.{}", i + 1);
            checker.require(ids.contains(related), &path, || {
                format!("there is no guide {:?}", related.as_str())
            });
            checker.require(*related != file.guide.id, &path, || {
                "a guide is not related to itself".into()
            });
        }
    }
    faults.extend(across::repeated_questions(files));
    faults
}

/// Checks what holds for a file that a province or a city lays over the nation's.
#[must_use]
pub fn local(file: &File) -> Vec<Fault> {
    let mut faults = Vec::new();
    if file.merged.layers() == 1 {
        return faults;
    }
    let document = file.merged.innermost();
    for label in LABELS {
        if document.text(label).is_none_or(str::is_empty) {
            faults.push(Fault::of_file(
                &document.path,
                format!("{label} is missing: a local file has its own"),
            ));
        }
    }
    if document.table.contains_key("danger") {
        let what = "danger is the wider region's to say: leave it out";
        faults.push(document.fault("danger", what));
    }
    if document.text("category").is_some() && file.merged.changes_category() {
        let what = "the guide has another category in the wider region: use that one";
        faults.push(document.fault("category", what));
    }
    let fields = |language: Language| -> BTreeSet<&str> {
        file.merged.innermost_fields(language.code()).collect()
    };
    for language in Language::ALL {
        let other = fields(language.other());
        let words = ["title", "name"];
        let own = fields(language);
        for field in own
            .iter()
            .filter(|f| !other.contains(*f) && !words.contains(*f))
        {
            faults.push(document.fault(
                &format!("{language}.{field}"),
                format!(
                    "{field} is changed in {language} only: change it in {} too",
                    language.other()
                ),
            ));
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

/// Whether `c` shows nothing but steers what is around it: control characters, marks of
/// writing direction, characters without width.
#[must_use]
pub fn is_invisible(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
}

struct Checker<'a> {
    file: &'a File,
    faults: &'a mut Vec<Fault>,
}

impl Checker<'_> {
    fn fault(&mut self, path: &str, what: impl Into<String>) {
        self.faults.push(self.file.merged.fault(path, what.into()));
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
        self.require(is_id(id), "id", || {
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
        self.require(!guide.checked_by.trim().is_empty(), "checked_by", || {
            "checked_by is empty: say who compared the facts with the sources".into()
        });
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
        let fields: BTreeSet<String> = Language::ALL
            .iter()
            .flat_map(|&l| guide.text(l).facts())
            .map(|fact| fact.field)
            .collect();
        let supported = guide.sources.iter().flat_map(|source| &source.supports);
        let named: HashSet<&String> = supported.chain(&guide.confirm).collect();
        for field in &fields {
            self.require(named.contains(field), &format!("zh.{field}"), || {
                format!("{field} rests on no source: name it in a source's supports, or in confirm")
            });
        }
        for (i, source) in guide.sources.iter().enumerate() {
            let path = format!("sources.{}", i + 1);
            self.require(
                !source.title.trim().is_empty(),
                &format!("{path}.title"),
                || "a source needs a title".into(),
            );
            let unknown = source.supports.iter().filter(|f| !fields.contains(*f));
            for field in unknown {
                self.fault(
                    &format!("{path}.supports"),
                    format!("there is no field {field:?}"),
                );
            }
        }
        for (i, field) in guide.confirm.iter().enumerate() {
            self.require(
                fields.contains(field),
                &format!("confirm.{}", i + 1),
                || format!("there is no field {field:?}"),
            );
        }
    }

    /// Both languages have the same steps, materials and fields.
    fn same_in_both(&mut self, guide: &Guide) {
        let keys = |language: Language| -> Vec<String> {
            let facts = guide.text(language).facts();
            facts.into_iter().map(|fact| fact.key).collect()
        };
        for (language, missing_in) in [(Language::Zh, "English"), (Language::En, "Mandarin")] {
            let other = keys(language.other());
            for key in keys(language).iter().filter(|key| !other.contains(key)) {
                self.fault(
                    &format!("{language}.{key}"),
                    format!("{key} is missing in {missing_in}"),
                );
            }
        }
    }
}

/// Whether `id` is made of lower-case words and digits, joined by hyphens.
#[must_use]
pub fn is_id(id: &str) -> bool {
    id.split('-').all(|word| {
        !word.is_empty()
            && word
                .bytes()
                .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit())
    })
}

#[cfg(test)]
mod tests;
