//! A pack's files, out of a folder or a zip, with nothing believed.

use std::collections::{BTreeMap, HashMap};
use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use super::PackError;
use crate::knowledge::check::is_invisible;
use crate::knowledge::document::MAX_FILE_BYTES;
use crate::knowledge::fault::Fault;

/// The most files in a pack: ten times the guides there are.
pub const MAX_FILES: usize = 2000;
/// The most that a pack's files may have together, in bytes.
pub const MAX_TOTAL_BYTES: u64 = 32 * 1024 * 1024;
/// The largest zip, in bytes.
pub const MAX_ZIP_BYTES: u64 = 16 * 1024 * 1024;
/// How much smaller a zip may make a file; text shrinks to a third or so.
pub const MAX_RATIO: u64 = 100;
/// The deepest folder: `<pack>/<region>/<category>/`.
const MAX_DEPTH: usize = 4;

/// A pack's files by their names, with slashes.
pub type Files = BTreeMap<String, Vec<u8>>;

/// Reads a folder or a zip.
///
/// # Errors
/// If it cannot be read, or with every reason why it is not safe to take.
pub fn read(path: &Path) -> Result<Files, PackError> {
    let mut gather = Gather {
        pack: path,
        files: Files::new(),
        lower: HashMap::new(),
        total: 0,
        faults: Vec::new(),
    };
    let result = if path.is_dir() {
        gather.folder(path, "", 0)
    } else {
        File::open(path).and_then(|file| gather.zip(file))
    };
    result.map_err(|source| PackError::Unreadable {
        path: path.to_owned(),
        source,
    })?;
    if gather.faults.is_empty() {
        Ok(unwrap_folder(gather.files))
    } else {
        Err(PackError::Refused(gather.faults))
    }
}

struct Gather<'a> {
    pack: &'a Path,
    files: Files,
    /// Names in lower case: two that differ in case only are one file elsewhere.
    lower: HashMap<String, String>,
    total: u64,
    faults: Vec<Fault>,
}

impl Gather<'_> {
    fn refuse(&mut self, name: &str, what: impl Into<String>) {
        // A name that is a trick must not become a path, not even in a message.
        let shown: String = name.chars().filter(|c| !is_invisible(*c)).collect();
        let fault = match is_safe(name) {
            Ok(()) => Fault::of_file(self.pack.join(name), what),
            Err(_) => Fault::of_file(self.pack, format!("{shown:?}: {}", what.into())),
        };
        self.faults.push(fault);
    }

    fn is_full(&mut self) -> bool {
        let full = if self.files.len() >= MAX_FILES {
            Some(format!("more than {MAX_FILES} files"))
        } else if self.total > MAX_TOTAL_BYTES {
            Some(format!("more than {} MB", MAX_TOTAL_BYTES / 1024 / 1024))
        } else {
            None
        };
        match full {
            Some(what) => {
                self.faults
                    .push(Fault::of_file(self.pack, format!("is too large: {what}")));
                true
            }
            None => false,
        }
    }

    fn take(&mut self, name: &str, content: impl Read) -> io::Result<()> {
        let mut bytes = Vec::new();
        content.take(MAX_FILE_BYTES + 1).read_to_end(&mut bytes)?;
        self.total += bytes.len() as u64;
        if bytes.len() as u64 > MAX_FILE_BYTES {
            let max = MAX_FILE_BYTES / 1024;
            self.refuse(name, format!("is too large: more than {max} kB"));
            return Ok(());
        }
        match self.lower.insert(name.to_lowercase(), name.to_owned()) {
            Some(twin) if twin == name => self.refuse(name, "stands in the pack twice"),
            Some(twin) => self.refuse(name, format!("differs from {twin} in case only")),
            None => {
                self.files.insert(name.to_owned(), bytes);
            }
        }
        Ok(())
    }

    fn folder(&mut self, folder: &Path, prefix: &str, depth: usize) -> io::Result<()> {
        let mut entries: Vec<_> = std::fs::read_dir(folder)?.collect::<io::Result<_>>()?;
        entries.sort_by_key(std::fs::DirEntry::file_name);
        for entry in entries {
            if self.is_full() {
                return Ok(());
            }
            let file_name = entry.file_name();
            let Some(name) = file_name.to_str() else {
                self.refuse(
                    &file_name.to_string_lossy(),
                    "the file's name is not UTF-8 text",
                );
                continue;
            };
            let name = format!("{prefix}{name}");
            let kind = entry.file_type()?;
            if is_litter(&name) {
                continue;
            }
            if let Err(what) = is_safe(&name) {
                self.refuse(&name, what);
            } else if kind.is_dir() && depth + 1 >= MAX_DEPTH {
                self.refuse(&name, "lies too deep: <region>/<category>/<id>.toml");
            } else if kind.is_dir() {
                self.folder(&entry.path(), &format!("{name}/"), depth + 1)?;
            } else if kind.is_file() {
                self.take(&name, File::open(entry.path())?)?;
            } else {
                self.refuse(&name, "is a link or a device, not a file");
            }
        }
        Ok(())
    }

    fn zip(&mut self, file: File) -> io::Result<()> {
        let size = file.metadata()?.len();
        if size > MAX_ZIP_BYTES {
            let max = MAX_ZIP_BYTES / 1024 / 1024;
            self.refuse("", format!("is too large: {size} bytes, at most {max} MB"));
            return Ok(());
        }
        let mut zip = match zip::ZipArchive::new(io::BufReader::new(file)) {
            Ok(zip) => zip,
            Err(error) => {
                self.refuse("", format!("is neither a folder nor a zip: {error}"));
                return Ok(());
            }
        };
        if zip.len() > MAX_FILES {
            self.refuse("", format!("is too large: more than {MAX_FILES} files"));
            return Ok(());
        }
        if zip.has_duplicate_names() {
            self.refuse("", "has two files of the same name");
            return Ok(());
        }
        if zip.has_overlapping_entries().unwrap_or(true) {
            self.refuse("", "is a broken zip: its files overlap");
            return Ok(());
        }
        for i in 0..zip.len() {
            if self.is_full() {
                return Ok(());
            }
            let entry = match zip.by_index(i) {
                Ok(entry) => entry,
                Err(error) => {
                    self.refuse("", format!("file {}: {error}", i + 1));
                    continue;
                }
            };
            let name = String::from_utf8_lossy(entry.name_raw()).into_owned();
            if let Err(what) = is_safe(name.strip_suffix('/').unwrap_or(&name)) {
                self.refuse(&name, what);
            } else if entry.is_symlink() || special(entry.unix_mode()) {
                self.refuse(&name, "is a link or a device, not a file");
            } else if entry.is_dir() || is_litter(&name) {
            } else if entry.size() > MAX_FILE_BYTES
                || entry.size() > entry.compressed_size().max(64) * MAX_RATIO
            {
                self.refuse(&name, "is larger unpacked than a guide can be");
            } else if let Err(error) = self.take(&name, entry) {
                self.refuse(&name, format!("cannot be unpacked: {error}"));
            }
        }
        Ok(())
    }
}

/// Whether a Unix mode says that an entry is neither a file nor a folder.
fn special(mode: Option<u32>) -> bool {
    const KIND: u32 = 0o170_000;
    let kind = mode.map_or(0, |mode| mode & KIND);
    ![0, 0o100_000, 0o040_000].contains(&kind)
}

/// Whether a name stays inside its pack on every system.
fn is_safe(name: &str) -> Result<(), &'static str> {
    let bytes = name.as_bytes();
    if name.is_empty() {
        return Err("a file without a name");
    }
    if name.contains('\\') {
        return Err("its name has a backslash: use slashes");
    }
    if name.starts_with('/') || bytes.get(1) == Some(&b':') {
        return Err("its name begins at the root: names begin with the region");
    }
    if name.contains(is_invisible) {
        return Err("its name has characters that cannot be seen");
    }
    let odd = |part: &str| part.is_empty() || part == "." || part == "..";
    if name.split('/').any(odd) {
        return Err("its name leaves the pack or has an empty part");
    }
    Ok(())
}

/// What systems leave behind in folders; nobody meant it.
fn is_litter(name: &str) -> bool {
    name.split('/').any(|part| {
        part.starts_with('.')
            || ["__MACOSX", "Thumbs.db", "desktop.ini"].contains(&part)
            || part.ends_with('~')
    })
}

/// Whoever zips a folder gets the folder in the zip: its name is taken off.
fn unwrap_folder(files: Files) -> Files {
    let first = files.keys().next().and_then(|name| name.split_once('/'));
    let Some((folder, _)) = first else {
        return files;
    };
    let prefix = format!("{folder}/");
    let wrapped = files.contains_key(&format!("{prefix}{}", super::MANIFEST))
        && files.keys().all(|name| name.starts_with(&prefix));
    if !wrapped {
        return files;
    }
    let strip = |name: String| name[prefix.len()..].to_owned();
    files
        .into_iter()
        .map(|(name, bytes)| (strip(name), bytes))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_stay_inside() {
        for (name, good) in [
            ("cn/papers/elder-card.toml", true),
            ("泉州/pack.toml", true),
            ("/etc/passwd", false),
            ("../cn/x.toml", false),
            ("cn/../../x.toml", false),
            ("cn//x.toml", false),
            ("./x.toml", false),
            ("C:/x.toml", false),
            ("C:x.toml", false),
            ("cn\\papers\\x.toml", false),
            ("cn/x\0.toml", false),
            ("", false),
        ] {
            assert_eq!(is_safe(name).is_ok(), good, "{name:?}");
        }
    }

    #[test]
    fn a_wrapping_folder_is_taken_off() {
        let files = |names: &[&str]| -> Files {
            names
                .iter()
                .map(|n| ((*n).to_owned(), Vec::new()))
                .collect()
        };
        let names = |files: Files| files.into_keys().collect::<Vec<_>>();
        assert_eq!(
            names(unwrap_folder(files(&["q/cn/x.toml", "q/pack.toml"]))),
            ["cn/x.toml", "pack.toml"]
        );
        assert_eq!(
            names(unwrap_folder(files(&["cn/x.toml", "pack.toml"]))),
            ["cn/x.toml", "pack.toml"]
        );
    }
}
