//! The owner's settings: `wenlu.toml`, and where the program's folders are.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::knowledge::RegionId;
use crate::language::Language;

/// All settings; what the file leaves out keeps its default.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Config {
    /// Where things are.
    pub folders: Folders,
    /// The machine itself.
    pub terminal: Terminal,
    /// Listening.
    pub hearing: Hearing,
    /// Speaking.
    pub speech: Speech,
    /// The pages, for `wenlu serve` and `wenlu kiosk`.
    pub server: Server,
    /// What is kept between days.
    pub store: Store,
}

/// Folders; each has a default that suits a checkout and an installed program.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Folders {
    /// The guides.
    pub knowledge: Option<PathBuf>,
    /// The fetched model files.
    pub models: Option<PathBuf>,
    /// Spoken sentences of guides, kept to be said again at once; the vectors of their sentences.
    pub cache: Option<PathBuf>,
    /// What the program makes itself and keeps: the server's certificate, the database.
    pub state: Option<PathBuf>,
}

/// The machine itself.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Terminal {
    /// The region it stands in, as `wenlu knowledge regions` names it; the nation if left out.
    pub region: Option<RegionId>,
    /// What the staff's pages call it; the machine's own name if left out.
    pub name: Option<String>,
    /// Whose microphone hears the terminal at this machine.
    pub microphone: MicrophoneAt,
    /// The command that prints a PDF from its standard input, with its arguments, such as
    /// `["lp", "-d", "office"]`; `lp` if left out and installed, none if empty.
    pub print: Option<Vec<String>>,
}

/// Whose microphone hears a terminal.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum MicrophoneAt {
    /// The browser's, for every terminal.
    #[default]
    Browser,
    /// This machine's own, for the terminal at this machine ([`Hearing::microphone`] says which);
    /// the browser's, for the others. Not behind a reverse proxy on this machine, where every
    /// terminal seems to be at it.
    Machine,
}

/// Listening.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Hearing {
    /// A Whisper model in ggml's format: a name in the models folder, or a path.
    pub model: PathBuf,
    /// The language spoken; detected if left out.
    pub language: Option<Language>,
    /// Threads for one request.
    pub threads: Option<usize>,
    /// Seconds of silence that end an utterance, 0.7 to 3.
    pub silence: f32,
    /// The microphone, by (a part of) its name; the system's default if left out.
    pub microphone: Option<String>,
}

impl Default for Hearing {
    fn default() -> Self {
        Self {
            model: "whisper-base-q8_0.bin".into(),
            language: Some(Language::Zh),
            threads: None,
            silence: 1.5,
            microphone: None,
        }
    }
}

/// Speaking.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Speech {
    /// The Mandarin voice, by name.
    pub voice_zh: Option<String>,
    /// The English voice, by name.
    pub voice_en: Option<String>,
    /// The rate, 1 being about 190 Chinese characters a minute.
    pub rate: f32,
    /// The loudspeaker, by (a part of) its name; the system's default if left out.
    pub loudspeaker: Option<String>,
    /// The most that spoken sentences may take on disk, in megabytes.
    pub cache_megabytes: u64,
    /// Seconds without anybody at any terminal until the server speaks the guides ahead;
    /// 0: never.
    pub ahead_after: u32,
}

impl Default for Speech {
    fn default() -> Self {
        Self {
            voice_zh: None,
            voice_en: None,
            rate: 1.0,
            loudspeaker: None,
            cache_megabytes: 2000,
            ahead_after: 60,
        }
    }
}

/// The pages.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Server {
    /// The address and port to listen on. A loopback address is served by plain HTTP, any
    /// other by HTTPS, since browsers give no microphone without it.
    pub listen: std::net::SocketAddr,
    /// The address under which others reach the pages, for links and QR codes:
    /// `https://wenlu.example.cn`; where the server listens, if left out.
    pub address: Option<String>,
    /// A certificate chain in PEM; one is made if left out.
    pub certificate: Option<PathBuf>,
    /// The certificate's private key in PEM.
    pub key: Option<PathBuf>,
    /// Host names that the made certificate holds for, beside this machine's addresses.
    pub names: Vec<String>,
    /// The language a terminal begins in.
    pub language: Language,
    /// Utterances that are recognised at the same time.
    pub recognisers: usize,
    /// Sentences that are spoken anew at the same time.
    pub voices: usize,
    /// The most terminals at once.
    pub terminals: usize,
    /// The most connections at once.
    pub connections: usize,
    /// The most connections from one address.
    pub connections_per_address: usize,
    /// Requests a second from one address, over ten seconds.
    pub requests_per_second: u32,
    /// Requests a second from one address that recognise or speak, over ten seconds.
    pub heavy_requests_per_second: u32,
}

impl Default for Server {
    fn default() -> Self {
        Self {
            listen: std::net::SocketAddr::from(([127, 0, 0, 1], 8080)),
            address: None,
            certificate: None,
            key: None,
            names: Vec::new(),
            language: Language::Zh,
            recognisers: 1,
            voices: 1,
            terminals: 128,
            connections: 1024,
            connections_per_address: 256,
            requests_per_second: 50,
            heavy_requests_per_second: 4,
        }
    }
}

/// What is kept between days.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Store {
    /// The database: `sqlite:FILE`, or `postgres://USER:PASSWORD@HOST/NAME`, which several
    /// machines share; `wenlu.sqlite` in the state folder if left out.
    pub url: Option<String>,
}

/// Settings that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The file that was named is not there, or cannot be read.
    #[error("cannot read the settings in {path}: {source}")]
    Read {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
    /// The file says something that is not a setting.
    #[error("in the settings {path}: {message}")]
    Parse {
        /// The file.
        path: PathBuf,
        /// The fault, with its place.
        message: String,
    },
}

impl Config {
    /// Reads `named`, or else `wenlu.toml` in the current folder, or else the defaults.
    ///
    /// # Errors
    /// If the file cannot be read or holds something that is not a setting.
    pub fn load(named: Option<&Path>) -> Result<Self, ConfigError> {
        let here = Path::new("wenlu.toml");
        let Some(path) = named.or_else(|| here.is_file().then_some(here)) else {
            return Ok(Self::default());
        };
        let source = std::fs::read_to_string(path).map_err(|source| ConfigError::Read {
            path: path.to_owned(),
            source,
        })?;
        Self::parse(&source).map_err(|message| ConfigError::Parse {
            path: path.to_owned(),
            message,
        })
    }

    fn parse(source: &str) -> Result<Self, String> {
        let config: Self = toml::from_str(source).map_err(|error| error.to_string())?;
        if !(0.7..=3.0).contains(&config.hearing.silence) {
            return Err(format!(
                "hearing.silence is {}; it takes 0.7 to 3 seconds",
                config.hearing.silence
            ));
        }
        if !(0.75..=1.35).contains(&config.speech.rate) {
            return Err(format!(
                "speech.rate is {}; it takes 0.75 to 1.35",
                config.speech.rate
            ));
        }
        let server = &config.server;
        if server.recognisers == 0 || server.voices == 0 || server.terminals == 0 {
            return Err(
                "server.recognisers, server.voices and server.terminals take 1 or more".into(),
            );
        }
        let is_address = |address: &str| {
            let rest = address
                .strip_prefix("https://")
                .or_else(|| address.strip_prefix("http://"));
            rest.is_some_and(|rest| !rest.is_empty() && !rest.contains(char::is_whitespace))
        };
        if !server.address.as_deref().is_none_or(is_address) {
            return Err("server.address takes an address such as https://wenlu.example.cn".into());
        }
        if server.certificate.is_some() != server.key.is_some() {
            return Err("server.certificate and server.key go together: name both or none".into());
        }
        Ok(config)
    }

    /// What this machine is called, in at most 40 characters: as the owner says, or its own name.
    #[must_use]
    pub fn terminal_name(&self) -> String {
        let machine = || std::fs::read_to_string("/etc/hostname").ok();
        let name = self.terminal.name.clone().or_else(machine);
        let name = name.unwrap_or_else(|| "terminal".into());
        name.trim().chars().take(40).collect()
    }

    /// The command that prints a PDF from its standard input, with its arguments; empty: none.
    #[must_use]
    pub fn print_command(&self) -> Vec<String> {
        let named = self.terminal.print.clone();
        named.unwrap_or_else(|| vec!["lp".to_owned()])
    }

    /// The folder of guides.
    #[must_use]
    pub fn knowledge(&self) -> PathBuf {
        self.folders
            .knowledge
            .clone()
            .unwrap_or_else(|| beside_the_program("knowledge"))
    }

    /// The folder of model files.
    #[must_use]
    pub fn models(&self) -> PathBuf {
        self.folders
            .models
            .clone()
            .unwrap_or_else(|| beside_the_program("models").join("files"))
    }

    /// The speech model's file.
    #[must_use]
    pub fn hearing_model(&self) -> PathBuf {
        // A path of the owner's own wins; `join` keeps an absolute one as it is.
        if self.hearing.model.is_file() {
            self.hearing.model.clone()
        } else {
            self.models().join(&self.hearing.model)
        }
    }

    /// The file of the guides' sentence vectors.
    #[must_use]
    pub fn vectors(&self) -> PathBuf {
        self.cache().join("sentence-vectors")
    }

    /// The folder of what the program makes itself and keeps.
    #[must_use]
    pub fn state(&self) -> PathBuf {
        let home = |name: &str| std::env::var_os(name).map(PathBuf::from);
        self.folders.state.clone().unwrap_or_else(|| {
            // systemd names the folder of a service.
            home("STATE_DIRECTORY")
                .or_else(|| home("XDG_STATE_HOME").map(|state| state.join("wenlu")))
                .or_else(|| home("HOME").map(|home| home.join(".local/state/wenlu")))
                .unwrap_or_else(|| PathBuf::from(".wenlu"))
        })
    }

    /// The folder of what can be computed again.
    #[must_use]
    pub fn cache(&self) -> PathBuf {
        self.folders.cache.clone().unwrap_or_else(|| {
            let home = std::env::var_os("XDG_CACHE_HOME").map(PathBuf::from);
            let home = home.or_else(|| {
                std::env::var_os("HOME").map(|home| PathBuf::from(home).join(".cache"))
            });
            home.unwrap_or_else(std::env::temp_dir).join("wenlu")
        })
    }
}

/// `name` in the current folder, or in the nearest folder above the program that has it
/// (a checkout's root above `target/release`, `share/wenlu` beside `bin`).
fn beside_the_program(name: &str) -> PathBuf {
    let here = PathBuf::from(name);
    if here.is_dir() {
        return here;
    }
    let program = std::env::current_exe()
        .and_then(|path| path.canonicalize())
        .unwrap_or_default();
    let above = program
        .ancestors()
        .skip(1)
        .flat_map(|folder| [folder.join(name), folder.join("share/wenlu").join(name)]);
    above
        .into_iter()
        .find(|folder| folder.is_dir())
        .unwrap_or(here)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_are_read_and_checked() {
        #[track_caller]
        fn check(source: &str, fault: Option<&str>) {
            match (Config::parse(source), fault) {
                (Ok(_), None) => {}
                (Err(message), Some(fault)) => assert!(message.contains(fault), "{message}"),
                (result, _) => panic!("{source}: {result:?}"),
            }
        }
        check("", None);
        check("[hearing]\nsilence = 2.5\nlanguage = \"en\"", None);
        check("[hearing]\nsilence = 9", Some("0.7 to 3"));
        check("[hearing]\nlanguage = \"fr\"", Some("fr"));
        check("[speech]\nrate = 3.0", Some("0.75"));
        check("[server]\nlisten = \"0.0.0.0:8443\"", None);
        check("[server]\nvoices = 0", Some("1 or more"));
        check("[server]\ncertificate = \"a.pem\"", Some("server.key"));
        check("[server]\naddress = \"https://wenlu.example.cn\"", None);
        check("[server]\naddress = \"wenlu.example.cn\"", Some("https://"));
        check("[terminal]\nprint = [\"lp\", \"-d\", \"office\"]", None);
        check("[folders]\nknowlege = \"x\"", Some("knowlege"));
    }

    #[test]
    fn what_is_left_out_keeps_its_default() {
        let config = Config::parse("[speech]\nrate = 0.9").expect("valid");
        assert_eq!(config.speech.cache_megabytes, 2000);
        assert_eq!(config.hearing, Hearing::default());
    }
}
