//! Making a pack of guides.

use std::fs;
use std::io::{self, Write};
use std::path::Path;

use super::{MANIFEST, Manifest, PackError};
use crate::knowledge::fault::Fault;
use crate::knowledge::library::Library;
use crate::knowledge::region::RegionId;

/// Writes the guides of `regions` (all if there are none) with `manifest` to a folder, or
/// to a zip if `target` ends in `.zip`. Gives the number of guides. Nothing is left behind
/// if it fails.
///
/// # Errors
/// If the manifest has faults, there is no such guide, `target` exists, or the system fails.
pub fn export(
    library: &Library,
    manifest: &Manifest,
    regions: &[RegionId],
    target: &Path,
) -> Result<usize, PackError> {
    let faults = manifest.faults();
    if !faults.is_empty() {
        let faults = faults.into_iter();
        let faults = faults.map(|(_, what)| Fault::of_file(MANIFEST, what));
        return Err(PackError::Refused(faults.collect()));
    }
    let slots: Vec<_> = library
        .slots()
        .filter(|slot| regions.is_empty() || regions.contains(&slot.region))
        .collect();
    if slots.is_empty() {
        return Err(PackError::Nothing);
    }
    if target.exists() {
        return Err(PackError::Exists(target.to_owned()));
    }
    let gather = || -> io::Result<Vec<(String, Vec<u8>)>> {
        let text = toml::to_string(manifest).map_err(io::Error::other)?;
        let mut files = vec![(MANIFEST.to_owned(), text.into_bytes())];
        for slot in &slots {
            let name = format!("{}/{}/{}.toml", slot.region, slot.category, slot.id);
            files.push((name, fs::read(library.folder().join(slot.path()))?));
        }
        Ok(files)
    };
    let zip = target
        .extension()
        .is_some_and(|e| e.eq_ignore_ascii_case("zip"));
    let written = gather().and_then(|files| {
        if zip {
            write_zip(&files, target)
        } else {
            write_folder(&files, target)
        }
    });
    written.map_err(|source| PackError::Unreadable {
        path: target.to_owned(),
        source,
    })?;
    Ok(slots.len())
}

fn write_folder(files: &[(String, Vec<u8>)], target: &Path) -> io::Result<()> {
    let stage = tempfile::tempdir_in(beside(target)?)?;
    let root = stage.path().join("pack");
    for (name, bytes) in files {
        let path = root.join(name);
        fs::create_dir_all(path.parent().unwrap_or(&root))?;
        fs::write(path, bytes)?;
    }
    fs::rename(root, target)
}

fn write_zip(files: &[(String, Vec<u8>)], target: &Path) -> io::Result<()> {
    let mut stage = tempfile::NamedTempFile::new_in(beside(target)?)?;
    let mut zip = zip::ZipWriter::new(stage.as_file_mut());
    for (name, bytes) in files {
        let options = zip::write::SimpleFileOptions::default();
        zip.start_file(name.as_str(), options)?;
        zip.write_all(bytes)?;
    }
    zip.finish()?;
    stage.persist_noclobber(target)?;
    Ok(())
}

/// The folder that `target` will lie in.
fn beside(target: &Path) -> io::Result<&Path> {
    let folder = target.parent().unwrap_or(Path::new(""));
    let folder = if folder.as_os_str().is_empty() {
        Path::new(".")
    } else {
        folder
    };
    fs::create_dir_all(folder)?;
    Ok(folder)
}
