//! Reading guides from their folder.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::check::{self, Fault};
use super::guide::{Guide, GuideId};
use super::lines::{Lines, line_at};

/// The largest file that is taken for a guide, in bytes. Real ones have about 10 kB.
pub const MAX_FILE_BYTES: u64 = 256 * 1024;

/// The region whose rules hold nation-wide.
pub const NATION: &str = "cn";

/// A guide as it lies on disk.
#[derive(Debug)]
pub struct File {
    /// Where it was read from.
    pub path: PathBuf,
    /// Where its fields stand.
    pub lines: Lines,
    /// What it says.
    pub guide: Guide,
}

/// All guides of a folder, in the order of their names.
#[derive(Debug, Default, Clone)]
pub struct Knowledge {
    guides: BTreeMap<GuideId, Guide>,
}

/// Why there are no guides to work with.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// The folder is missing or cannot be read.
    #[error("cannot read the guides in {path}: {source}. Name their folder with --knowledge")]
    Folder {
        /// The folder, or the file in it.
        path: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
    /// Guides that do not keep the rules; all of their faults.
    #[error("{} in the guides; `wenlu knowledge check` lists them. The first: {}", count(.0.len()), first(.0))]
    Faults(Vec<Fault>),
    /// A folder without a single guide.
    #[error("there is no guide in {0}: name the folder of guides with --knowledge")]
    Empty(PathBuf),
}

fn count(n: usize) -> String {
    if n == 1 {
        "there is a fault".into()
    } else {
        format!("there are {n} faults")
    }
}

fn first(faults: &[Fault]) -> String {
    faults.first().map(ToString::to_string).unwrap_or_default()
}

impl Knowledge {
    /// Reads and checks the guides in `folder`.
    ///
    /// # Errors
    /// If the folder cannot be read, holds no guide, or holds one that breaks a rule.
    pub fn load(folder: &Path) -> Result<Self, LoadError> {
        let (files, faults) = read_folder(folder)?;
        if !faults.is_empty() {
            return Err(LoadError::Faults(faults));
        }
        if files.is_empty() {
            return Err(LoadError::Empty(folder.to_owned()));
        }
        Ok(files.into_iter().map(|file| file.guide).collect())
    }

    /// The guide called `id`.
    #[must_use]
    pub fn get(&self, id: &GuideId) -> Option<&Guide> {
        self.guides.get(id)
    }

    /// All guides, by name.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = &Guide> {
        self.guides.values()
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.guides.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.guides.is_empty()
    }
}

impl FromIterator<Guide> for Knowledge {
    fn from_iter<I: IntoIterator<Item = Guide>>(guides: I) -> Self {
        Self {
            guides: guides
                .into_iter()
                .map(|guide| (guide.id.clone(), guide))
                .collect(),
        }
    }
}

/// Reads every `<region>/<category>/*.toml` in `folder` and checks it; gives what could
/// be read, and everything that is wrong with it.
///
/// # Errors
/// If the folder itself cannot be read.
pub fn read_folder(folder: &Path) -> Result<(Vec<File>, Vec<Fault>), LoadError> {
    let mut files = Vec::new();
    let mut faults = Vec::new();
    for path in guide_paths(folder)? {
        match read_file(&path) {
            Ok(file) => files.push(file),
            Err(fault) => faults.push(fault),
        }
    }
    faults.extend(check::check(&files));
    faults.sort_by(|a, b| (&a.path, a.line).cmp(&(&b.path, b.line)));
    Ok((files, faults))
}

/// Reads one guide.
///
/// # Errors
/// The fault, with its line, if the file cannot be read or does not have a guide's form.
pub fn read_file(path: &Path) -> Result<File, Fault> {
    let fault = |line, what: String| Fault {
        path: path.to_owned(),
        line,
        what,
    };
    let size = std::fs::metadata(path)
        .map_err(|e| fault(1, format!("cannot be read: {e}")))?
        .len();
    if size > MAX_FILE_BYTES {
        return Err(fault(
            1,
            format!("is too large for a guide: {size} bytes, at most {MAX_FILE_BYTES}"),
        ));
    }
    let bytes = std::fs::read(path).map_err(|e| fault(1, format!("cannot be read: {e}")))?;
    let source = String::from_utf8(bytes).map_err(|e| {
        let line = e.as_bytes()[..e.utf8_error().valid_up_to()]
            .iter()
            .filter(|&&b| b == b'\n')
            .count()
            + 1;
        fault(line, "is not UTF-8 text: save the file as UTF-8".into())
    })?;
    let guide = toml::from_str(&source).map_err(|e| {
        let line = e.span().map_or(1, |span| line_at(&source, span.start));
        fault(line, e.message().to_owned())
    })?;
    Ok(File {
        path: path.to_owned(),
        lines: Lines::of(&source),
        guide,
    })
}

/// The files of `<folder>/<region>/<category>/`, sorted.
fn guide_paths(folder: &Path) -> Result<Vec<PathBuf>, LoadError> {
    let mut paths = Vec::new();
    for region in subfolders(folder)? {
        for category in subfolders(&region)? {
            paths.extend(
                entries(&category)?
                    .into_iter()
                    .filter(|p| p.extension().is_some_and(|e| e == "toml")),
            );
        }
    }
    Ok(paths)
}

fn subfolders(folder: &Path) -> Result<Vec<PathBuf>, LoadError> {
    Ok(entries(folder)?
        .into_iter()
        .filter(|path| path.is_dir())
        .collect())
}

fn entries(folder: &Path) -> Result<Vec<PathBuf>, LoadError> {
    let read = || -> std::io::Result<Vec<PathBuf>> {
        let mut paths: Vec<_> = std::fs::read_dir(folder)?
            .map(|e| Ok(e?.path()))
            .collect::<std::io::Result<_>>()?;
        paths.sort();
        Ok(paths)
    };
    read().map_err(|source| LoadError::Folder {
        path: folder.to_owned(),
        source,
    })
}
