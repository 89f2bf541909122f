//! `wenlu doctor`: what works on this machine, and how to mend what does not.

use std::path::Path;
use std::process::ExitCode;

use wenlu::assistant::{self, Aloud};
use wenlu::audio::{Direction, list_devices};
use wenlu::config::Config;
use wenlu::models::{ModelFiles, State};
use wenlu::sharing::Fonts;
use wenlu::synthesis::SystemVoice;

/// The free space below which fetching and keeping speech will fail, in megabytes.
const LITTLE_SPACE: u64 = 1_000;

/// One thing that was looked at.
struct Finding {
    what: &'static str,
    /// The wish for a mend, if it does not work.
    works: Result<String, String>,
    /// Whether wenlu can do its work without it.
    optional: bool,
}

impl Finding {
    fn new(what: &'static str, works: Result<String, String>) -> Self {
        Self {
            what,
            works,
            optional: false,
        }
    }

    fn optional(what: &'static str, works: Result<String, String>) -> Self {
        Self {
            what,
            works,
            optional: true,
        }
    }
}

pub fn run(config: &Config, json: bool) -> anyhow::Result<ExitCode> {
    let findings = [
        Finding::new("guides", guides(config)),
        Finding::new("models", models(config)),
        Finding::new("recogniser", recogniser(config)),
        Finding::new("voice", voice(config)),
        Finding::optional("system voice", system_voice()),
        Finding::optional(
            "microphone",
            device(Direction::Input, config.hearing.microphone.as_deref()),
        ),
        Finding::optional(
            "loudspeaker",
            device(Direction::Output, config.speech.loudspeaker.as_deref()),
        ),
        Finding::optional("sheets", sheets(config)),
        Finding::optional("printer", printer(config)),
        Finding::new("disk", disk(&config.cache())),
    ];
    let broken = findings
        .iter()
        .any(|finding| finding.works.is_err() && !finding.optional);
    for finding in &findings {
        print(finding, json);
    }
    Ok(ExitCode::from(u8::from(broken)))
}

fn print(finding: &Finding, json: bool) {
    let Finding { what, works, .. } = finding;
    let (mark, words) = match works {
        Ok(words) => ("✓", words),
        Err(words) => ("✗", words),
    };
    if json {
        println!(
            "{}",
            serde_json::json!({ "what": what, "works": works.is_ok(), "words": words })
        );
    } else {
        println!("{mark} {what:12} {words}");
    }
}

fn guides(config: &Config) -> Result<String, String> {
    let knowledge = assistant::knowledge(config).map_err(|error| error.to_string())?;
    let today = jiff::Zoned::now().date();
    let overdue = knowledge
        .iter()
        .filter(|guide| guide.is_overdue(today))
        .count();
    let caution = if overdue == 0 {
        String::new()
    } else {
        format!(", {overdue} of them past their check-by date")
    };
    Ok(format!(
        "{} guides in {}{caution}",
        knowledge.len(),
        config.knowledge().display()
    ))
}

fn models(config: &Config) -> Result<String, String> {
    let files = ModelFiles::new(config.models());
    let status = files.status();
    let needed = status.iter().filter(|status| !status.file.optional);
    let missing: Vec<_> = needed
        .filter(|status| !matches!(status.state, State::Present { .. }))
        .map(|status| status.file.name.as_str())
        .collect();
    if missing.is_empty() {
        Ok(format!("all there, in {}", config.models().display()))
    } else {
        Err(format!(
            "missing or wrong: {}. Run `wenlu models fetch`",
            missing.join(", ")
        ))
    }
}

fn recogniser(config: &Config) -> Result<String, String> {
    let options = assistant::whisper_options(config);
    let threads = options.threads;
    assistant::whisper(config, options).map_err(|error| error.to_string())?;
    let policy = std::env::var("OMP_WAIT_POLICY").unwrap_or_default();
    let spinning = if policy.eq_ignore_ascii_case("passive") {
        ""
    } else {
        "; its threads spin while they wait"
    };
    Ok(format!(
        "{}, {threads} threads{spinning}",
        config.hearing_model().display()
    ))
}

fn voice(config: &Config) -> Result<String, String> {
    let aloud = Aloud::open(config).map_err(|error| error.to_string())?;
    match &aloud {
        Aloud::Sound(voices) if aloud.is_neural() => {
            voices.load().map_err(|error| error.to_string())?;
            Ok(voices.report())
        }
        _ => Err(format!("{}. Run `wenlu models fetch`", aloud.report())),
    }
}

/// The voice that steps in for the neural one.
fn system_voice() -> Result<String, String> {
    let system = SystemVoice::open().map_err(|error| error.to_string())?;
    match system.languages().as_slice() {
        [] => Err("it answers, but has no voice for Mandarin and none for English".to_owned()),
        languages => {
            let codes: Vec<_> = languages.iter().map(|l| l.code()).collect();
            Ok(format!(
                "it answers, with voices for {}; it speaks where the neural voice is missing",
                codes.join(" and ")
            ))
        }
    }
}

fn device(direction: Direction, wanted: Option<&str>) -> Result<String, String> {
    let devices = list_devices(direction).map_err(|error| error.to_string())?;
    let named = |name: &str| {
        devices
            .iter()
            .find(|device| device.name.contains(name) || device.id.contains(name))
    };
    let device = match wanted {
        Some(name) => named(name).ok_or_else(|| {
            let names: Vec<_> = devices.iter().map(|device| device.name.as_str()).collect();
            format!(
                "no {direction} is called {name:?}; there is: {}",
                names.join(", ")
            )
        })?,
        None => devices.first().ok_or_else(|| {
            format!(
                "no {direction} was found: plug one in and choose it in the system's sound settings"
            )
        })?,
    };
    Ok(format!(
        "{} ({}), of {}",
        device.name,
        device.format,
        devices.len()
    ))
}

/// The fonts of printed sheets.
fn sheets(config: &Config) -> Result<String, String> {
    Fonts::open(&ModelFiles::new(config.models())).map_err(|error| error.to_string())?;
    Ok("the fonts of printed sheets are there".to_owned())
}

/// The command that prints; whether paper comes out, only a sheet can tell.
fn printer(config: &Config) -> Result<String, String> {
    let command = config.print_command();
    let Some(program) = command.first() else {
        return Err("none, as `[terminal] print` says: sheets are handed on as links".to_owned());
    };
    let folders = std::env::var_os("PATH").unwrap_or_default();
    let is_there = Path::new(program).is_file()
        || std::env::split_paths(&folders).any(|folder| folder.join(program).is_file());
    if is_there {
        return Ok(format!("sheets go to `{}`", command.join(" ")));
    }
    Err(format!(
        "there is no program {program:?}, so that sheets are handed on as links: install one \
         (Debian: cups-client) or name another in `[terminal] print`"
    ))
}

fn disk(folder: &Path) -> Result<String, String> {
    let there = folder
        .ancestors()
        .find(|folder| folder.is_dir())
        .unwrap_or(Path::new("."));
    let free = fs4::available_space(there)
        .map_err(|error| format!("{}: {error}", there.display()))?
        / 1_000_000;
    let words = format!(
        "{free} MB free for spoken sentences in {}",
        folder.display()
    );
    if free < LITTLE_SPACE {
        Err(format!(
            "only {words}: make room, at least {LITTLE_SPACE} MB"
        ))
    } else {
        Ok(words)
    }
}
