//! The fields of a guide, between a form and a file.

use toml::{Table, Value};

/// How a field is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// One line.
    Line,
    /// Several sentences.
    Text,
    /// One entry a line.
    Lines,
    /// Yes or no.
    Mark,
}
use Kind::{Line, Lines, Mark, Text};

/// A field: its name within its part of the file, and how it is written.
pub(super) type Field = (&'static str, Kind);

/// About the guide as a whole.
pub(super) const ABOUT: [Field; 8] = [
    ("pictogram", Line),
    ("danger", Line),
    ("hotline", Line),
    ("related", Lines),
    ("checked", Line),
    ("checked_by", Line),
    ("check_by", Line),
    ("confirm", Lines),
];

/// In each language, before the steps.
pub(super) const WORDS: [Field; 13] = [
    ("title", Line),
    ("name", Line),
    ("also_called", Lines),
    ("questions", Lines),
    ("who_for", Text),
    ("not_for", Text),
    ("bring", Lines),
    ("bring_note", Text),
    ("cost", Text),
    ("duration", Text),
    ("proxy", Text),
    ("scam", Text),
    ("call", Text),
];

/// A step, of at most [`STEPS`].
pub(super) const STEP: [Field; 3] = [("headline", Line), ("say", Text), ("detail", Text)];
pub(super) const STEPS: usize = 6;

/// Where it is done.
pub(super) const WHERE: [Field; 3] = [("counter", Text), ("online", Text), ("phone", Text)];

/// A source; there is always room for [`SPARE`] more, of at most [`SOURCES`].
pub(super) const SOURCE: [Field; 5] = [
    ("title", Line),
    ("date", Line),
    ("url", Line),
    ("official", Mark),
    ("supports", Lines),
];
pub(super) const SOURCES: usize = 20;
pub(super) const SPARE: usize = 2;

/// The names that locale files have words for.
#[cfg(test)]
pub(super) fn names() -> impl Iterator<Item = &'static str> {
    let parts = [&ABOUT[..], &WORDS, &STEP, &WHERE, &SOURCE];
    parts.into_iter().flatten().map(|(name, _)| *name)
}

/// The value at a dotted path (`zh.steps.2.say`, entries from 1), as a form shows it.
pub(super) fn shown(table: &Table, path: &str) -> String {
    let mut parts = path.split('.');
    let mut value = parts.next().and_then(|part| table.get(part));
    for part in parts {
        value = match value {
            Some(Value::Table(table)) => table.get(part),
            Some(Value::Array(entries)) => {
                let number = part.parse::<usize>().ok();
                number.and_then(|n| entries.get(n.checked_sub(1)?))
            }
            _ => None,
        };
    }
    match value {
        None => String::new(),
        Some(Value::String(text)) => text.clone(),
        Some(Value::Array(entries)) => {
            let lines = entries
                .iter()
                .map(|entry| entry.as_str().unwrap_or_default());
            lines.collect::<Vec<_>>().join("\n")
        }
        Some(other) => other.to_string(),
    }
}

/// The file that a form's fields make; `sent` gives a field by its path. What is left empty
/// and may be is left out.
pub(super) fn file<'a>(
    (region, category, id): (&str, &str, &str),
    sent: &impl Fn(&str) -> &'a str,
) -> String {
    let mut out = String::new();
    for (name, value) in [("id", id), ("category", category), ("region", region)] {
        put(&mut out, name, &Value::from(value));
    }
    write(&mut out, "", &ABOUT, sent);
    for n in 1..=SOURCES {
        let part = format!("sources.{n}.");
        if SOURCE
            .iter()
            .any(|(name, kind)| *kind != Mark && !sent(&format!("{part}{name}")).is_empty())
        {
            out.push_str("\n[[sources]]\n");
            write(&mut out, &part, &SOURCE, sent);
        }
    }
    for language in ["zh", "en"] {
        out.push_str(&format!("\n[{language}]\n"));
        write(&mut out, &format!("{language}."), &WORDS, sent);
        for n in 1..=STEPS {
            let part = format!("{language}.steps.{n}.");
            if STEP
                .iter()
                .any(|(name, _)| !sent(&format!("{part}{name}")).is_empty())
            {
                out.push_str(&format!("\n[[{language}.steps]]\n"));
                write(&mut out, &part, &STEP, sent);
            }
        }
        out.push_str(&format!("\n[{language}.where]\n"));
        write(&mut out, &format!("{language}.where."), &WHERE, sent);
    }
    out
}

fn write<'a>(out: &mut String, part: &str, fields: &[Field], sent: &impl Fn(&str) -> &'a str) {
    for (name, kind) in fields {
        let text = sent(&format!("{part}{name}"));
        match kind {
            Line | Text if text.is_empty() => {}
            // A browser ends lines in its own way, and a sentence goes on over them.
            Line | Text => put(out, name, &Value::from(joined(text))),
            Lines => {
                let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
                put(out, name, &Value::Array(lines.map(Value::from).collect()));
            }
            Mark => put(out, name, &Value::from(text == "true")),
        }
    }
}

/// Lines as one: with a space between English words, with none between Chinese ones.
fn joined(text: &str) -> String {
    let mut all = String::new();
    for line in text.lines().map(str::trim).filter(|line| !line.is_empty()) {
        if all.ends_with(|c: char| c.is_ascii()) {
            all.push(' ');
        }
        all.push_str(line);
    }
    all
}

fn put(out: &mut String, name: &str, value: &Value) {
    out.push_str(&format!("{name} = {value}\n"));
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::knowledge::{Guide, Library, RegionId};

    #[test]
    fn every_guide_goes_through_the_form_unchanged() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("knowledge");
        let library = Library::read(&folder).unwrap();
        let (files, _) = library.files(&RegionId::nation());
        assert!(files.len() > 50);
        for one in files {
            let guide = one.guide;
            let table = Table::try_from(&guide).unwrap();
            let category = shown(&table, "category");
            let values = std::cell::RefCell::new(Vec::<&'static str>::new());
            let sent = |path: &str| -> &'static str {
                let shown: &'static str = shown(&table, path).leak();
                values.borrow_mut().push(shown);
                shown
            };
            let made = file(("cn", &category, guide.id.as_str()), &sent);
            let again: Guide = toml::from_str(&made).unwrap_or_else(|e| panic!("{e}\n{made}"));
            assert_eq!(again, guide);
        }
    }

    #[test]
    fn lines_of_a_browser_are_taken_as_sentences() {
        assert_eq!(joined("先问社区。\r\n再去办。"), "先问社区。再去办。");
        assert_eq!(joined("Ask first.\r\n Then go."), "Ask first. Then go.");
    }
}
