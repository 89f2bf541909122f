//! `wenlu knowledge tune FILE.tsv`: learn the search's numbers from labelled questions.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context;

use super::knowledge_test;
use wenlu::Language;
use wenlu::assistant::Assistant;
use wenlu::config::Config;
use wenlu::search::{Compared, Tally};

/// Learn the search's parameters from questions whose guides are known.
///
/// Prints how the search does on questions it did not learn from (five-fold cross-validation)
/// and writes the parameters learned from all. They take effect at the next build.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// By words and sounds only, without the sentence model; the second opinion's parameters stay.
    #[arg(long)]
    pub first_opinion: bool,
    /// Learn nothing: print what each part of the search is worth, beside simple ways, as a
    /// table in Markdown.
    #[arg(long)]
    pub compare: bool,
    /// The questions, as for `knowledge test`; several files are put together.
    #[arg(required = true)]
    pub files: Vec<PathBuf>,
    /// Where the parameters are written.
    #[arg(long, default_value = "src/search/parameters.toml")]
    pub out: PathBuf,
}

/// What stands at the head of the parameters' file.
const HEADER: &str = "# Learned by `wenlu knowledge tune`; do not edit by hand. What each number means: features.rs\n\n";

/// Runs the command on the guides in service.
///
/// # Errors
/// If a file cannot be read or written, or the sentence model is missing.
pub fn run(config: &Config, args: &Args) -> anyhow::Result<ExitCode> {
    let mut questions = Vec::new();
    for file in &args.files {
        questions.extend(knowledge_test::read(file)?);
    }
    let assistant = Assistant::open(config)?;
    if !args.first_opinion {
        super::prepare::understand(&assistant)?;
    }
    let searcher = assistant.searcher();
    if args.compare {
        print!("{}", markdown(&searcher.compare(&questions)));
        return Ok(ExitCode::SUCCESS);
    }
    let tuned = searcher.tune(&questions);
    print!("{}", knowledge_test::table(&tuned.cross_validated));
    let text = HEADER.to_owned() + &toml::to_string(&tuned.parameters)?;
    std::fs::write(&args.out, text)
        .with_context(|| format!("cannot write {}", args.out.display()))?;
    println!(
        "\nWritten to {}; build again to use it.",
        args.out.display()
    );
    Ok(ExitCode::SUCCESS)
}

/// One row for each way to search: first guide right / offered, for each language the indirect
/// and the misheard questions, and the out-of-scope questions refused, in percent.
fn markdown(all: &[Compared]) -> String {
    let mut lines = vec![
        "| | zh: first / offered / wrong | indirect | misheard | refused | en: first / offered / wrong | indirect | misheard | refused |".to_owned(),
        "|---|---|---|---|---|---|---|---|---|".to_owned(),
    ];
    for Compared { name, report } in all {
        let tallies = report.tallies();
        let cells = Language::ALL.map(|language| {
            let share = |group: &str, count: fn(&Tally) -> usize| {
                let tally = tallies.get(&(language, group.to_owned()));
                tally.map_or_else(
                    || "–".to_owned(),
                    |t| format!("{:.1}", 100.0 * count(t) as f64 / t.questions.max(1) as f64),
                )
            };
            let all = [
                share("all", |t| t.top1),
                share("all", |t| t.offered),
                share("all", |t| t.answered_wrongly),
            ];
            [
                all.join(" / "),
                share("indirect", |t| t.top1),
                share("misheard", |t| t.top1),
                share("out of scope", |t| t.refused),
            ]
            .join(" | ")
        });
        lines.push(format!("| {name} | {} |", cells.join(" | ")));
    }
    lines.join("\n") + "\n"
}
