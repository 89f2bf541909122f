//! `wenlu knowledge`: check, list and show the guides.

use std::io::Write;
use std::process::ExitCode;

use anyhow::bail;
use super::{knowledge_test, tune};
use wenlu::Language;
use wenlu::config::Config;
use wenlu::knowledge::{GuideId, Knowledge, read_folder};

#[derive(Debug, clap::Subcommand)]
pub enum Command {
    /// Check every guide; print what is wrong by file and line.
    Check,
    /// List the guides.
    List {
        /// One JSON object a line.
        #[arg(long)]
        json: bool,
    },
    /// Show one guide as it is read aloud.
    Show {
        /// The guide's name, as `wenlu knowledge list` prints it.
        id: String,
        /// The language.
        #[arg(long, default_value = "zh")]
        lang: Language,
        /// The whole guide as JSON, in both languages.
        #[arg(long)]
        json: bool,
    },
    Test(knowledge_test::Args),
    Tune(tune::Args),
}

pub fn run(config: &Config, command: &Command) -> anyhow::Result<ExitCode> {
    match command {
        Command::Check => check(config),
        Command::List { json } => list(config, *json),
        Command::Show { id, lang, json } => show(config, id, *lang, *json),
        Command::Test(args) => knowledge_test::run(args, &Knowledge::load(&config.knowledge())?),
        Command::Tune(args) => tune::run(args, &Knowledge::load(&config.knowledge())?),
    }
}

fn check(config: &Config) -> anyhow::Result<ExitCode> {
    let (files, faults) = read_folder(&config.knowledge())?;
    for fault in &faults {
        println!("{fault}");
    }
    let facts: usize = files.iter().map(|file| file.guide.zh.facts().len() + file.guide.en.facts().len()).sum();
    println!("{} guides, {} texts, {facts} facts, {} faults", files.len(), 2 * files.len(), faults.len());
    Ok(ExitCode::from(u8::from(!faults.is_empty() || files.is_empty())))
}

fn list(config: &Config, json: bool) -> anyhow::Result<ExitCode> {
    let knowledge = Knowledge::load(&config.knowledge())?;
    let mut out = std::io::stdout().lock();
    for guide in knowledge.iter() {
        if json {
            let line = serde_json::json!({
                "id": guide.id, "category": guide.category, "region": guide.region,
                "zh": guide.zh.title, "en": guide.en.title,
                "checked": guide.checked, "check_by": guide.check_by,
            });
            writeln!(out, "{line}")?;
        } else {
            writeln!(out, "{}\t{}\t{}", guide.id, guide.zh.title, guide.en.title)?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn show(config: &Config, id: &str, language: Language, json: bool) -> anyhow::Result<ExitCode> {
    let knowledge = Knowledge::load(&config.knowledge())?;
    let Some(guide) = knowledge.get(&GuideId::new(id)) else {
        bail!("there is no guide {id}: `wenlu knowledge list` names them all");
    };
    let mut out = std::io::stdout().lock();
    if json {
        serde_json::to_writer_pretty(&mut out, guide)?;
        writeln!(out)?;
        return Ok(ExitCode::SUCCESS);
    }
    let text = guide.text(language);
    writeln!(out, "{}  ({})\n", text.title, guide.id)?;
    for fact in text.facts() {
        if let Some(n) = fact.key.strip_prefix("steps.").and_then(|key| key.strip_suffix(".say")) {
            let headline = n.parse::<usize>().ok().and_then(|n| text.steps.get(n - 1)).map(|step| step.headline.as_str());
            writeln!(out, "{:14}{n}. {}", "", headline.unwrap_or_default())?;
        }
        let mark = if guide.must_confirm(&fact.field) { "  [?]" } else { "" };
        writeln!(out, "{:14}{}{mark}", fact.key, fact.text)?;
    }
    writeln!(out)?;
    for source in &guide.sources {
        let date = source.date.as_deref().unwrap_or("-");
        writeln!(out, "{:14}{} ({date}): {}", "source", source.title, source.supports.join(", "))?;
    }
    writeln!(out, "{:14}{} by {}; again before {}", "checked", guide.checked, guide.checked_by, guide.check_by)?;
    Ok(ExitCode::SUCCESS)
}
