//! `wenlu knowledge`: check, list and show the guides; take packs in and hand them on.

mod check;
mod pack;

use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;

use super::{knowledge_test, tune};
use anyhow::bail;
use wenlu::Language;
use wenlu::config::Config;
use wenlu::knowledge::{GuideId, Knowledge, Library, NATION, RegionId};

#[derive(Debug, clap::Subcommand)]
pub enum Command {
    /// Check every guide in every region; print what is wrong by file and line.
    Check {
        /// Print the guides with their fields, too.
        #[arg(long)]
        table: bool,
        /// Print the sample questions that find another guide first once they are taken
        /// away, too: two guides claim much the same words.
        #[arg(long)]
        questions: bool,
        /// Print the figures as JSON.
        #[arg(long)]
        json: bool,
    },
    /// List the guides.
    List {
        #[command(flatten)]
        region: Region,
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
        #[command(flatten)]
        region: Region,
        /// The whole guide as JSON, in both languages.
        #[arg(long)]
        json: bool,
    },
    Test(knowledge_test::Args),
    Tune(tune::Args),
    /// List the regions that people can name, and how many guides each has of its own.
    Regions,
    /// Show what a pack of guides would change, and what is wrong with it.
    Diff {
        /// A folder or a zip.
        pack: PathBuf,
    },
    /// Take a pack of guides in, whole or not at all.
    Import {
        /// A folder or a zip.
        pack: PathBuf,
        /// Do not ask.
        #[arg(long)]
        yes: bool,
    },
    /// Write guides to a pack for others.
    Export(pack::Export),
}

#[derive(Debug, clap::Args)]
pub struct Region {
    /// The region whose guides are meant, as `wenlu knowledge regions` names it.
    #[arg(long, default_value = NATION, value_name = "REGION", value_parser = region)]
    region: RegionId,
}

fn region(text: &str) -> Result<RegionId, String> {
    let id = RegionId::new(text);
    if id.is_well_formed() {
        Ok(id)
    } else {
        Err("a region is cn, cn-province or cn-province-city".into())
    }
}

pub fn run(config: &Config, command: &Command) -> anyhow::Result<ExitCode> {
    match command {
        Command::Test(args) => knowledge_test::run(config, args),
        Command::Tune(args) => tune::run(config, args),
        Command::Check {
            table,
            questions,
            json,
        } => check::run(config, *table, *questions, *json),
        Command::List { region, json } => list(config, &region.region, *json),
        Command::Show {
            id,
            lang,
            region,
            json,
        } => show(config, id, *lang, &region.region, *json),
        Command::Regions => regions(config),
        Command::Diff { pack } => pack::diff(config, pack),
        Command::Import { pack, yes } => pack::import(config, pack, *yes),
        Command::Export(export) => pack::export(config, export),
    }
}

fn list(config: &Config, region: &RegionId, json: bool) -> anyhow::Result<ExitCode> {
    let knowledge = Knowledge::load_region(&config.knowledge(), region)?;
    let mut out = std::io::stdout().lock();
    for guide in knowledge.iter() {
        if json {
            let line = serde_json::json!({
                "id": guide.id, "category": guide.category, "region": guide.region,
                "zh": guide.zh.title, "en": guide.en.title,
                "checked": guide.checked, "check_by": guide.check_by,
                "local": guide.local,
            });
            writeln!(out, "{line}")?;
        } else {
            writeln!(out, "{}\t{}\t{}", guide.id, guide.zh.title, guide.en.title)?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn show(
    config: &Config,
    id: &str,
    language: Language,
    region: &RegionId,
    json: bool,
) -> anyhow::Result<ExitCode> {
    let knowledge = Knowledge::load_region(&config.knowledge(), region)?;
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
        let step = fact.key.strip_prefix("steps.");
        if let Some(n) = step.and_then(|key| key.strip_suffix(".say")) {
            let step = n.parse::<usize>().ok().and_then(|n| text.steps.get(n - 1));
            let headline = step.map(|step| step.headline.as_str());
            writeln!(out, "{:16}{n}. {}", "", headline.unwrap_or_default())?;
        }
        let local = if guide.is_local(&fact.field) {
            "  [local]"
        } else {
            ""
        };
        let mark = if guide.must_confirm(&fact.field) {
            "  [?]"
        } else {
            ""
        };
        writeln!(out, "{:16}{}{local}{mark}", fact.key, fact.text)?;
    }
    writeln!(out)?;
    for source in &guide.sources {
        let date = source.date.as_deref().unwrap_or("-");
        let supports = source.supports.join(", ");
        writeln!(out, "{:16}{} ({date}): {supports}", "source", source.title)?;
    }
    writeln!(
        out,
        "{:16}{} by {}; again before {}",
        "checked", guide.checked, guide.checked_by, guide.check_by
    )?;
    Ok(ExitCode::SUCCESS)
}

fn regions(config: &Config) -> anyhow::Result<ExitCode> {
    let library = Library::read(&config.knowledge())?;
    let own = |id: &RegionId| library.slots().filter(|slot| slot.region == *id).count();
    let mut out = std::io::stdout().lock();
    writeln!(
        out,
        "{NATION}\t全国\tnationwide\t{}",
        own(&RegionId::nation())
    )?;
    for region in library.regions().iter() {
        let (zh, en) = (region.name(Language::Zh), region.name(Language::En));
        writeln!(out, "{}\t{zh}\t{en}\t{}", region.id, own(&region.id))?;
    }
    Ok(ExitCode::SUCCESS)
}
