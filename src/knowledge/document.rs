//! A guide's file as it is written, before it is known to be a guide.

use std::io::Read as _;
use std::path::{Path, PathBuf};

use serde::de::DeserializeOwned;
use serde_path_to_error::Segment;
use toml::{Table, Value};

use super::fault::Fault;
use super::lines::{Lines, line_at};

/// The largest file that is taken for a guide, in bytes. Real ones have about 10 kB.
pub const MAX_FILE_BYTES: u64 = 256 * 1024;

/// What a file says, and on which lines.
#[derive(Debug, Clone)]
pub struct Document {
    /// Where it was read from.
    pub path: PathBuf,
    /// What it says.
    pub table: Table,
    /// Where its fields stand.
    pub lines: Lines,
}

impl Document {
    /// Reads a file from disk.
    ///
    /// # Errors
    /// The fault, with its line, if the file cannot be read, is too large, or is not TOML.
    pub fn read(path: &Path) -> Result<Self, Fault> {
        let unreadable = |e| Fault::of_file(path, format!("cannot be read: {e}"));
        let file = std::fs::File::open(path).map_err(unreadable)?;
        // A file that grows while it is read must not fill the memory.
        let mut bytes = Vec::new();
        file.take(MAX_FILE_BYTES + 1)
            .read_to_end(&mut bytes)
            .map_err(unreadable)?;
        Self::parse(path, &bytes)
    }

    /// Reads `bytes` as the file `path`. A byte order mark is passed over.
    ///
    /// # Errors
    /// The fault, with its line, if the bytes are too many, not UTF-8, or not TOML.
    pub fn parse(path: &Path, bytes: &[u8]) -> Result<Self, Fault> {
        let fault = |line, what: String| Fault {
            path: path.to_owned(),
            line,
            what,
        };
        if bytes.len() as u64 > MAX_FILE_BYTES {
            return Err(fault(
                1,
                format!("is too large: more than {} kB", MAX_FILE_BYTES / 1024),
            ));
        }
        let source = std::str::from_utf8(bytes).map_err(|e| {
            let before = &bytes[..e.valid_up_to()];
            let line = before.iter().filter(|&&b| b == b'\n').count() + 1;
            fault(line, "is not UTF-8 text: save the file as UTF-8".into())
        })?;
        let source = source.strip_prefix('\u{feff}').unwrap_or(source);
        let mut table: Table = toml::from_str(source).map_err(|e| {
            let line = e.span().map_or(1, |span| line_at(source, span.start));
            fault(line, e.message().to_owned())
        })?;
        table.iter_mut().for_each(|(_, value)| quote_dates(value));
        Ok(Self {
            path: path.to_owned(),
            table,
            lines: Lines::of(source),
        })
    }

    /// A fault of the field `path`.
    pub fn fault(&self, path: &str, what: impl Into<String>) -> Fault {
        Fault {
            path: self.path.clone(),
            line: self.lines.line(path),
            what: what.into(),
        }
    }

    /// The text of a top-level field.
    #[must_use]
    pub fn text(&self, key: &str) -> Option<&str> {
        self.table.get(key).and_then(Value::as_str)
    }

    /// The document as a `T`.
    ///
    /// # Errors
    /// The fault, with its line, if it has not the form of a `T`.
    pub fn decode<T: DeserializeOwned>(&self) -> Result<T, Fault> {
        decode(self.table.clone()).map_err(|e| self.fault(&e.field, e.what))
    }
}

/// What keeps a table from being a guide.
#[derive(Debug)]
pub struct DecodeError {
    /// The field, in the notation of [`Lines`].
    pub field: String,
    /// What is wrong with it.
    pub what: String,
}

/// `table` as a `T`.
///
/// # Errors
/// The first field that does not fit.
pub fn decode<T: DeserializeOwned>(table: Table) -> Result<T, DecodeError> {
    serde_path_to_error::deserialize(Value::Table(table)).map_err(|e| DecodeError {
        field: dotted(e.path()),
        what: match dotted(e.path()) {
            path if path.is_empty() => e.into_inner().message().to_owned(),
            path => format!("{path}: {}", e.into_inner().message()),
        },
    })
}

/// `zh.steps[1].say` in the notation of [`Lines`]: `zh.steps.2.say`.
fn dotted(path: &serde_path_to_error::Path) -> String {
    let parts: Vec<String> = path
        .iter()
        .filter_map(|segment| match segment {
            Segment::Seq { index } => Some((index + 1).to_string()),
            Segment::Map { key } => Some(key.clone()),
            Segment::Enum { .. } | Segment::Unknown => None,
        })
        .collect();
    parts.join(".")
}

/// People write dates with and without quotes; both are meant as dates.
fn quote_dates(value: &mut Value) {
    match value {
        Value::Datetime(date) => *value = Value::String(date.to_string()),
        Value::Array(entries) => entries.iter_mut().for_each(quote_dates),
        Value::Table(table) => table.iter_mut().for_each(|(_, value)| quote_dates(value)),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::knowledge::Source;

    #[test]
    fn faults_name_the_line() {
        #[track_caller]
        fn check(bytes: &[u8], line: usize, what: &str) {
            let fault = Document::parse(Path::new("x.toml"), bytes)
                .and_then(|document| document.decode::<Source>())
                .expect_err("must be refused");
            assert_eq!(fault.line, line, "{fault}");
            assert!(fault.what.contains(what), "{fault}");
        }
        check(b"title = \"a\"\ndate = \"\xd6\xd0\"\n", 2, "UTF-8");
        check(b"title = \"a\"\n\ntitle = \"b\"\n", 3, "duplicate key");
        check(b"title = \"a\"\nprice = 3\n", 2, "unknown field `price`");
        check(b"title = \"a\"\nofficial = 1\n", 2, "expected a boolean");
        check(b"title = \"a\"\n", 1, "missing field");
        check("supports = [\n'a',\n3]".as_bytes(), 3, "expected a string");
        check(&vec![b' '; MAX_FILE_BYTES as usize + 1], 1, "too large");
    }

    #[test]
    fn byte_order_mark_and_bare_dates_are_understood() {
        let source = "\u{feff}title = \"a\"\ndate = 2025-04-25\nofficial = true\nsupports = []";
        let source: Source = Document::parse(Path::new("x.toml"), source.as_bytes())
            .and_then(|document| document.decode())
            .expect("valid");
        assert_eq!(source.date.as_deref(), Some("2025-04-25"));
    }
}
