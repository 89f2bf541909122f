//! The neural voice as the machine's own: a module of Speech Dispatcher that runs `wenlu say`.
//!
//! Screen readers, `spd-say` and every program that speaks through Speech Dispatcher (the `tts`
//! crate among them) then speak with it. `modules/wenlu-generic.conf` tells how to run the
//! program (the name's ending makes Speech Dispatcher find it), and a few marked lines at the
//! end of `speechd.conf` make it the default.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// How the program is run.
const MODULE: (&str, &str) = (
    "modules/wenlu-generic.conf",
    include_str!("dispatcher/module.conf"),
);
/// That it is the default: lines between two marks.
const DEFAULT: &str = include_str!("dispatcher/default.conf");
/// What the first and the last of those lines begin with.
const MARKS: [&str; 2] = ["# >>> wenlu", "# <<< wenlu"];
/// The main file; a folder with one takes the place of the system's.
const MAIN: &str = "speechd.conf";

/// A configuration folder of Speech Dispatcher.
#[derive(Debug, Clone)]
pub struct Dispatcher {
    folder: PathBuf,
    /// The system's folder, if `folder` is a user's.
    system: Option<PathBuf>,
}

/// Why the voice cannot be installed or removed.
#[derive(Debug, thiserror::Error)]
pub enum DispatcherError {
    /// There is no Speech Dispatcher.
    #[error(
        "Speech Dispatcher is not installed ({0} is missing); on Debian: apt install speech-dispatcher"
    )]
    Missing(PathBuf),
    /// A file cannot be written or removed.
    #[error("cannot change {path}: {error}")]
    File {
        /// The file.
        path: PathBuf,
        /// What the system says.
        error: io::Error,
    },
    /// A path has signs that the module's command cannot hold.
    #[error(
        "the path {0:?} has a quotation mark, a dollar sign or a backslash: move wenlu to a folder without"
    )]
    Path(String),
}

impl Dispatcher {
    /// The folder of this user (`speech-dispatcher` in the folder of settings `home`), which
    /// begins as a copy of `system`.
    #[must_use]
    pub fn of_user(home: &Path, system: &Path) -> Self {
        Self {
            folder: home.join("speech-dispatcher"),
            system: Some(system.to_owned()),
        }
    }

    /// The folder of all users.
    #[must_use]
    pub fn of_system(system: &Path) -> Self {
        Self {
            folder: system.to_owned(),
            system: None,
        }
    }

    /// The folder.
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Whether the voice is installed here.
    #[must_use]
    pub fn is_installed(&self) -> bool {
        self.folder.join(MODULE.0).is_file()
    }

    /// Makes `command` (the program and its options, such as the folder of models) the default
    /// voice. What was installed before is replaced.
    ///
    /// # Errors
    ///
    /// If Speech Dispatcher is not installed, or a file cannot be written.
    pub fn install(&self, command: &[String]) -> Result<(), DispatcherError> {
        if let Some(odd) = command
            .iter()
            .find(|word| word.contains(['\'', '"', '\\', '$']))
        {
            return Err(DispatcherError::Path(odd.clone()));
        }
        let main = self.system.as_ref().unwrap_or(&self.folder).join(MAIN);
        if !main.is_file() {
            return Err(DispatcherError::Missing(main));
        }
        if let Some(system) = &self.system
            && !self.folder.join(MAIN).is_file()
        {
            copy_new(system, &self.folder)?;
        }
        let quoted: Vec<String> = command.iter().map(|word| format!("\\'{word}\\'")).collect();
        let program = format!("'{}'", command.first().map_or("", String::as_str));
        let module = MODULE.1.replace("{PROGRAM}", &quoted.join(" "));
        self.write(MODULE.0, &module.replace("{DEPENDENCY}", &program))?;
        self.change_main(|main| without_ours(main) + DEFAULT)
    }

    /// Takes the voice away, and a user's copy of the system's folder that nobody has changed.
    ///
    /// # Errors
    ///
    /// If a file cannot be removed. That there is nothing to remove is no error.
    pub fn remove(&self) -> Result<(), DispatcherError> {
        let path = self.folder.join(MODULE.0);
        match fs::remove_file(&path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                return Err(DispatcherError::File { path, error });
            }
            _ => {}
        }
        if self.folder.join(MAIN).is_file() {
            self.change_main(without_ours)?;
        }
        match &self.system {
            Some(system) if is_same(&self.folder, system) => fs::remove_dir_all(&self.folder)
                .map_err(|error| DispatcherError::File {
                    path: self.folder.clone(),
                    error,
                }),
            _ => Ok(()),
        }
    }

    fn change_main(&self, change: impl FnOnce(&str) -> String) -> Result<(), DispatcherError> {
        let path = self.folder.join(MAIN);
        let main = fs::read_to_string(&path);
        let main = main.map_err(|error| DispatcherError::File { path, error })?;
        let changed = change(&main);
        if changed == main {
            return Ok(());
        }
        self.write(MAIN, &changed)
    }

    fn write(&self, name: &str, text: &str) -> Result<(), DispatcherError> {
        let path = self.folder.join(name);
        let folder = path.parent().unwrap_or(&self.folder);
        fs::create_dir_all(folder)
            .and_then(|()| fs::write(&path, text))
            .map_err(|error| DispatcherError::File { path, error })
    }
}

/// The main file without the lines between our marks.
fn without_ours(main: &str) -> String {
    let mut ours = false;
    let mut kept = String::with_capacity(main.len());
    for line in main.split_inclusive('\n') {
        ours |= line.starts_with(MARKS[0]);
        if !ours {
            kept.push_str(line);
        }
        ours &= !line.starts_with(MARKS[1]);
    }
    if !kept.is_empty() && !kept.ends_with('\n') {
        kept.push('\n');
    }
    kept
}

/// Copies what `to` does not have.
fn copy_new(from: &Path, to: &Path) -> Result<(), DispatcherError> {
    let fault = |path: &Path| {
        let path = path.to_owned();
        move |error| DispatcherError::File { path, error }
    };
    fs::create_dir_all(to).map_err(fault(to))?;
    for entry in fs::read_dir(from).map_err(fault(from))?.flatten() {
        let (source, target) = (entry.path(), to.join(entry.file_name()));
        if source.is_dir() {
            copy_new(&source, &target)?;
        } else if !target.exists() {
            fs::copy(&source, &target).map_err(fault(&target))?;
        }
    }
    Ok(())
}

/// Whether everything in `folder` stands in `other` too, byte for byte.
fn is_same(folder: &Path, other: &Path) -> bool {
    fs::read_dir(folder).is_ok_and(|mut entries| {
        entries.all(|entry| {
            entry.is_ok_and(|entry| {
                let (ours, theirs) = (entry.path(), other.join(entry.file_name()));
                if ours.is_dir() {
                    is_same(&ours, &theirs)
                } else {
                    matches!((fs::read(ours), fs::read(theirs)), (Ok(a), Ok(b)) if a == b)
                }
            })
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Room {
        _folder: tempfile::TempDir,
        home: PathBuf,
        system: PathBuf,
    }

    fn room() -> Room {
        let folder = tempfile::tempdir().expect("a folder");
        let (home, system) = (folder.path().join("home"), folder.path().join("etc"));
        fs::create_dir_all(system.join("modules")).expect("made");
        fs::write(system.join(MAIN), "Include \"clients/*.conf\"\n").expect("written");
        fs::write(system.join("modules/espeak-ng.conf"), "Debug 0\n").expect("written");
        Room {
            _folder: folder,
            home,
            system,
        }
    }

    fn command() -> Vec<String> {
        vec!["/opt/wen lu/wenlu".into(), "--models".into(), "/m".into()]
    }

    #[test]
    fn a_user_gets_the_voice_and_loses_it_without_a_trace() {
        let room = room();
        let user = Dispatcher::of_user(&room.home, &room.system);
        user.install(&command()).expect("installs");
        assert!(user.is_installed());
        let module = fs::read_to_string(user.folder().join(MODULE.0)).expect("written");
        assert!(
            module.contains(r"| \'/opt/wen lu/wenlu\' \'--models\' \'/m\' say - "),
            "{module}"
        );
        assert!(user.folder().join("modules/espeak-ng.conf").is_file());
        user.install(&command()).expect("a second time");
        user.remove().expect("removes");
        assert!(!user.folder().exists());
        user.remove().expect("nothing to remove is no error");
    }

    #[test]
    fn what_a_user_changed_stays() {
        let room = room();
        let user = Dispatcher::of_user(&room.home, &room.system);
        user.install(&command()).expect("installs");
        let main = user.folder().join(MAIN);
        let changed = format!(
            "DefaultRate 20\n{}",
            fs::read_to_string(&main).expect("there")
        );
        fs::write(&main, changed).expect("written");
        user.remove().expect("removes");
        assert!(!user.is_installed());
        let main = fs::read_to_string(main).expect("still there");
        assert_eq!(main, "DefaultRate 20\nInclude \"clients/*.conf\"\n");
    }

    #[test]
    fn the_systems_folder_is_as_before_when_all_is_removed() {
        let room = room();
        let all = Dispatcher::of_system(&room.system);
        let main = || fs::read_to_string(room.system.join(MAIN)).expect("there");
        let before = main();
        for _ in 0..2 {
            all.install(&command()).expect("installs");
        }
        assert!(all.is_installed());
        assert_eq!(main(), before.clone() + DEFAULT);
        all.remove().expect("removes");
        assert!(!all.is_installed());
        assert_eq!(main(), before);
    }

    #[test]
    fn faults_say_what_to_do() {
        let room = room();
        let user = Dispatcher::of_user(&room.home, &room.system);
        let error = user.install(&["/it's/wenlu".into()]).expect_err("a quote");
        assert!(error.to_string().contains("move wenlu"), "{error}");
        let nowhere = Dispatcher::of_user(&room.home, Path::new("no/such/folder"));
        let error = nowhere.install(&command()).expect_err("nothing there");
        assert!(error.to_string().contains("apt install"), "{error}");
    }
}
