//! Taking a pack in: everything or nothing, whatever happens on the way.
//!
//! The regions that change are built anew in `.import/new/`. Then each is put in the place
//! of the one that is there, which goes to `.import/old/`. Renaming `.import` to
//! `.import-done` is the moment from which the pack is in. If anything stops before that,
//! [`recover`] puts back what was there.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use super::{PackError, Plan};

/// The folder of an import that is at work, or was interrupted.
pub const STAGE: &str = ".import";
const DONE: &str = ".import-done";
const LOCK: &str = ".import-lock";
/// Marks in `old/` that there was nothing of this name before.
const ABSENT: &str = ".absent";
/// Where the manifests of the packs that were taken in are kept, for their licences.
const RECEIPTS: &str = "packs";

/// Takes a pack into the folder of guides.
///
/// # Errors
/// If the plan has faults, another import is at work, or the system fails; then nothing
/// has changed.
pub fn import(plan: &Plan, folder: &Path) -> Result<(), PackError> {
    if !plan.faults.is_empty() {
        return Err(PackError::Refused(plan.faults.clone()));
    }
    let _lock = lock(folder)?;
    let unusable = |source| PackError::Unreadable {
        path: folder.to_owned(),
        source,
    };
    undo(folder).map_err(unusable)?;
    stage(plan, folder)
        .and_then(|items| swap(folder, &items))
        .or_else(|error| undo(folder).and(Err(error)))
        .map_err(unusable)?;
    fs::rename(folder.join(STAGE), folder.join(DONE)).map_err(unusable)?;
    // The pack is in; what is left of the old files may as well go next time.
    let _ = fs::remove_dir_all(folder.join(DONE));
    Ok(())
}

/// Puts back what was there before an import that was interrupted. Does nothing if none was.
///
/// # Errors
/// If another import is at work, or the system fails.
pub fn recover(folder: &Path) -> Result<(), PackError> {
    if !folder.join(STAGE).exists() && !folder.join(DONE).exists() {
        return Ok(());
    }
    let _lock = lock(folder)?;
    undo(folder).map_err(|source| PackError::Unreadable {
        path: folder.to_owned(),
        source,
    })
}

/// Held as long as the file lives.
fn lock(folder: &Path) -> Result<File, PackError> {
    let path = folder.join(LOCK);
    let file = File::create(&path).map_err(|source| PackError::Unreadable {
        path: path.clone(),
        source,
    })?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(fs::TryLockError::WouldBlock) => Err(PackError::Busy(folder.to_owned())),
        Err(fs::TryLockError::Error(source)) => Err(PackError::Unreadable { path, source }),
    }
}

/// Builds what will be there; gives the names of what changes in the folder.
fn stage(plan: &Plan, folder: &Path) -> io::Result<BTreeSet<String>> {
    let new = folder.join(STAGE).join("new");
    fs::create_dir_all(&new)?;
    let mut items: BTreeSet<String> = plan
        .files
        .keys()
        .map(|slot| slot.region.as_str().to_owned())
        .collect();
    items.insert(RECEIPTS.to_owned());
    for item in &items {
        let there = folder.join(item);
        if there.exists() {
            copy(&there, &new.join(item))?;
        } else {
            fs::create_dir(new.join(item))?;
        }
    }
    for (slot, bytes) in &plan.files {
        write(&new.join(slot.path()), bytes)?;
    }
    let manifest = toml::to_string(&plan.manifest).map_err(io::Error::other)?;
    let receipt = new
        .join(RECEIPTS)
        .join(format!("{}.toml", plan.manifest.name));
    write(&receipt, manifest.as_bytes())?;
    Ok(items)
}

fn swap(folder: &Path, items: &BTreeSet<String>) -> io::Result<()> {
    let stage = folder.join(STAGE);
    let (new, old) = (stage.join("new"), stage.join("old"));
    fs::create_dir_all(&old)?;
    for item in items {
        let there = folder.join(item);
        if there.exists() {
            fs::rename(&there, old.join(item))?;
        } else {
            File::create(old.join(format!("{item}{ABSENT}")))?;
        }
        fs::rename(new.join(item), &there)?;
    }
    Ok(())
}

/// Undoes a [`swap`] that did not come to its end.
fn undo(folder: &Path) -> io::Result<()> {
    let done = folder.join(DONE);
    if done.exists() {
        fs::remove_dir_all(done)?;
    }
    let stage = folder.join(STAGE);
    if !stage.exists() {
        return Ok(());
    }
    let old = stage.join("old");
    if old.exists() {
        for entry in fs::read_dir(&old)? {
            let entry = entry?.path();
            let name = entry.file_name().unwrap_or_default().to_string_lossy();
            let was_absent = name.strip_suffix(ABSENT);
            let item = was_absent.unwrap_or(&name);
            let there = folder.join(item);
            // What still waits in `new` has not taken its place.
            if there.exists() && !stage.join("new").join(item).exists() {
                fs::remove_dir_all(&there)?;
            }
            if was_absent.is_none() {
                fs::rename(&entry, &there)?;
            }
        }
    }
    fs::remove_dir_all(stage)
}

fn copy(from: &Path, to: &PathBuf) -> io::Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &target)?;
        } else {
            fs::copy(entry.path(), target)?;
        }
    }
    Ok(())
}

fn write(path: &Path, bytes: &[u8]) -> io::Result<()> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    let mut file = File::create(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(folder: &Path) -> Vec<String> {
        let entries = fs::read_dir(folder).expect("readable");
        let mut names: Vec<_> = entries
            .map(|entry| entry.expect("readable").file_name())
            .map(|name| name.to_string_lossy().into_owned())
            .filter(|name| name != LOCK)
            .collect();
        names.sort();
        names
    }

    /// An import that stops after any of its renamings leaves what was there.
    #[test]
    fn an_interrupted_import_is_undone() {
        for steps in 0..=4 {
            let folder = tempfile::tempdir().expect("a folder");
            let root = folder.path();
            write(&root.join("cn/a.toml"), b"old").expect("written");
            let stage = root.join(STAGE);
            write(&stage.join("new/cn/a.toml"), b"new").expect("written");
            write(&stage.join("new/cn-x/a.toml"), b"new").expect("written");
            fs::create_dir_all(stage.join("old")).expect("made");
            let moves: [&dyn Fn() -> io::Result<()>; 4] = [
                &|| fs::rename(root.join("cn"), stage.join("old/cn")),
                &|| fs::rename(stage.join("new/cn"), root.join("cn")),
                &|| File::create(stage.join("old/cn-x.absent")).map(drop),
                &|| fs::rename(stage.join("new/cn-x"), root.join("cn-x")),
            ];
            for step in &moves[..steps] {
                step().expect("moved");
            }
            recover(root).expect("recovered");
            assert_eq!(names(root), ["cn"], "after {steps} steps");
            assert_eq!(fs::read(root.join("cn/a.toml")).expect("there"), b"old");
        }
    }

    #[test]
    fn a_second_import_waits() {
        let folder = tempfile::tempdir().expect("a folder");
        fs::create_dir(folder.path().join(STAGE)).expect("made");
        let held = lock(folder.path()).expect("free");
        assert!(matches!(recover(folder.path()), Err(PackError::Busy(_))));
        drop(held);
        recover(folder.path()).expect("free again");
    }
}
