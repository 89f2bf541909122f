//! On which line of a TOML file a field stands.

use std::collections::HashMap;

use toml::de::{DeTable, DeValue};

/// The lines of a file's fields, by dotted path; entries of arrays count from 1
/// (`zh.steps.2.say`).
#[derive(Debug, Clone, Default)]
pub struct Lines(HashMap<String, usize>);

impl Lines {
    /// Reads `source`; empty if it is not TOML (the caller reports that itself).
    #[must_use]
    pub fn of(source: &str) -> Self {
        let mut lines = Self::default();
        if let Ok(table) = DeTable::parse(source) {
            lines.walk_table("", table.get_ref(), source);
        }
        lines
    }

    /// The line of `path`, or of the nearest field around it; 1 if there is none.
    #[must_use]
    pub fn line(&self, path: &str) -> usize {
        let mut path = path;
        loop {
            if let Some(&line) = self.0.get(path) {
                return line;
            }
            match path.rfind('.') {
                Some(dot) => path = &path[..dot],
                None => return 1,
            }
        }
    }

    fn walk_table(&mut self, prefix: &str, table: &DeTable<'_>, source: &str) {
        for (key, value) in table.iter() {
            let path = join(prefix, key.get_ref());
            self.0
                .insert(path.clone(), line_at(source, key.span().start));
            self.walk_value(&path, value.get_ref(), source);
        }
    }

    fn walk_value(&mut self, path: &str, value: &DeValue<'_>, source: &str) {
        match value {
            DeValue::Table(table) => self.walk_table(path, table, source),
            DeValue::Array(entries) => {
                for (i, entry) in entries.iter().enumerate() {
                    let path = join(path, &(i + 1).to_string());
                    self.0
                        .insert(path.clone(), line_at(source, entry.span().start));
                    self.walk_value(&path, entry.get_ref(), source);
                }
            }
            _ => {}
        }
    }
}

fn join(prefix: &str, key: &str) -> String {
    if prefix.is_empty() {
        key.to_owned()
    } else {
        format!("{prefix}.{key}")
    }
}

/// The line, from 1, of a byte offset.
#[must_use]
pub fn line_at(source: &str, offset: usize) -> usize {
    source
        .as_bytes()
        .iter()
        .take(offset)
        .filter(|&&b| b == b'\n')
        .count()
        + 1
}

#[cfg(test)]
mod tests {
    use super::*;

    const SOURCE: &str = "id = \"x\"\n[zh]\nquestions = [\n  \"一\",\n  \"二\",\n]\n[[zh.steps]]\nsay = \"a\"\n[[zh.steps]]\nsay = \"b\"\n";

    #[test]
    fn finds_fields_entries_and_their_surroundings() {
        #[track_caller]
        fn check(path: &str, line: usize) {
            assert_eq!(Lines::of(SOURCE).line(path), line, "{path}");
        }
        check("id", 1);
        check("zh", 2);
        check("zh.questions.2", 5);
        check("zh.steps.1.say", 8);
        check("zh.steps.2.say", 10);
        check("zh.cost", 2);
        check("en.cost", 1);
    }

    #[test]
    fn rubbish_has_no_lines() {
        assert_eq!(Lines::of("[[[").line("zh.cost"), 1);
    }
}
