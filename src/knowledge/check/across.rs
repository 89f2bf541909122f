//! What can only be seen when all guides are looked at together.

use std::collections::HashMap;

use crate::knowledge::fault::Fault;
use crate::knowledge::guide::GuideId;
use crate::knowledge::library::File;
use crate::language::Language;

/// The guides whose facts should have been compared with their sources by `today`.
/// They are still right to use; they are spoken with a caution.
#[must_use]
pub fn overdue(files: &[File], today: jiff::civil::Date) -> Vec<Fault> {
    let late = files.iter().filter(|file| file.guide.is_overdue(today));
    late.map(|file| {
        let due = file.guide.check_by;
        let what = format!(
            "was to be compared with its sources before {due}: it is spoken with a caution"
        );
        file.merged.fault("check_by", what)
    })
    .collect()
}

/// The sample questions that find another guide first: two guides then claim the same words.
/// `instead` names that guide, if there is one; it is the search, which this module does not
/// know.
pub fn mistaken_questions(
    files: &[File],
    mut instead: impl FnMut(&str, Language) -> Option<GuideId>,
) -> Vec<Fault> {
    let mut faults = Vec::new();
    for file in files {
        for language in Language::ALL {
            let questions = &file.guide.text(language).questions;
            for (i, question) in questions.iter().enumerate() {
                let Some(found) = instead(question, language) else {
                    continue;
                };
                let path = format!("{language}.questions.{}", i + 1);
                let what = format!("finds {found} first: {question}");
                faults.push(file.merged.fault(&path, what));
            }
        }
    }
    faults
}

/// A question that two guides claim; the fault is the narrower region's, or the later one's.
pub(super) fn repeated_questions(files: &[File]) -> Vec<Fault> {
    let mut first: HashMap<(Language, String), (&File, String)> = HashMap::new();
    let mut faults = Vec::new();
    for file in files {
        for language in Language::ALL {
            for (i, question) in file.guide.text(language).questions.iter().enumerate() {
                let path = format!("{language}.questions.{}", i + 1);
                let key = (language, bare(question));
                let Some((other, other_path)) = first.get(&key) else {
                    first.insert(key, (file, path));
                    continue;
                };
                if other.guide.id == file.guide.id {
                    continue;
                }
                let (here, there) = (file.place(&path), other.place(other_path));
                let depth = |place: &(&std::path::Path, usize)| region_depth(place.0);
                let ((at, line), elsewhere) = if depth(&there) > depth(&here) {
                    (there, &file.guide.id)
                } else {
                    (here, &other.guide.id)
                };
                faults.push(Fault {
                    path: at.to_owned(),
                    line,
                    what: format!("{elsewhere} has the same question: {question}"),
                });
            }
        }
    }
    faults
}

/// How narrow the region is whose folder a guide's file lies in.
fn region_depth(path: &std::path::Path) -> usize {
    let region = path.iter().rev().nth(2).and_then(|name| name.to_str());
    region.map_or(0, |name| name.split('-').count())
}

/// The letters of a question, without what only writing distinguishes.
fn bare(question: &str) -> String {
    let letters = question.chars().filter(|c| c.is_alphanumeric());
    letters.flat_map(char::to_lowercase).collect()
}
