//! `wenlu knowledge test FILE.tsv`: how good the search is on questions whose guides are known.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context;

use wenlu::assistant::Assistant;
use wenlu::config::Config;
use wenlu::search::{Baseline, Labelled, Report, Tally};

/// Run a file of questions and count what was found.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// By words and sounds only, without the sentence model.
    #[arg(long)]
    pub first_opinion: bool,
    /// The questions: columns lang, expected (guides joined by |, or - for none), style, text;
    /// for heard ones also confidence and alternatives (joined by |).
    pub file: PathBuf,
    /// One JSON object for each question instead of the table.
    #[arg(long)]
    pub json: bool,
    /// Ask a simple way instead, to compare with: words or meaning.
    #[arg(long)]
    pub baseline: Option<Baseline>,
}

/// Runs the command on the guides in service.
///
/// # Errors
/// If the file or the guides cannot be read, or the sentence model is missing.
pub fn run(config: &Config, args: &Args) -> anyhow::Result<ExitCode> {
    let questions = read(&args.file)?;
    let assistant = Assistant::open(config)?;
    if !args.first_opinion {
        super::prepare::understand(&assistant)?;
    }
    let searcher = assistant.searcher();
    let report = match args.baseline {
        None => Report::of(&searcher, &questions),
        Some(baseline) => Report::by(&questions, |question| searcher.baseline(baseline, question)),
    };
    if args.json {
        for line in json(&report) {
            println!("{line}");
        }
    } else {
        print!("{}", table(&report));
    }
    Ok(ExitCode::SUCCESS)
}

/// Reads a file of labelled questions.
///
/// # Errors
/// If it cannot be read or is not in order.
pub fn read(file: &Path) -> anyhow::Result<Vec<Labelled>> {
    let text =
        std::fs::read_to_string(file).with_context(|| format!("cannot read {}", file.display()))?;
    Labelled::parse(&text).with_context(|| format!("{} is not in order", file.display()))
}

/// One line for each question.
fn json(report: &Report) -> impl Iterator<Item = serde_json::Value> {
    report.outcomes.iter().map(|o| {
        serde_json::json!({
            "lang": o.question.language, "expected": o.question.expected, "style": o.question.style,
            "text": o.question.text, "outcome": o.kind, "first": o.first, "offered": o.offered,
            "confidence": o.question.confidence,
        })
    })
}

/// The report as a table for people.
#[must_use]
pub fn table(report: &Report) -> String {
    let mut lines = vec![format!(
        "{:<4} {:<28} {:>9} {:>7} {:>7} {:>8} {:>8} {:>8}",
        "", "", "questions", "top-1", "top-3", "offered", "wrong", "refused"
    )];
    for ((language, group), tally) in report.tallies() {
        lines.push(row(language.code(), &group, &tally));
    }
    let confusions = report.confusions();
    if !confusions.is_empty() {
        lines.push("\nRight guide, but another came first:".into());
        lines.extend(
            confusions
                .iter()
                .map(|(right, found, n)| format!("{n:>4}  {right}  →  {found}")),
        );
    }
    lines.join("\n") + "\n"
}

fn row(language: &str, group: &str, tally: &Tally) -> String {
    let share = |n: usize| format!("{:.1}%", 100.0 * n as f64 / tally.questions.max(1) as f64);
    format!(
        "{language:<4} {group:<28} {:>9} {:>7} {:>7} {:>8} {:>8} {:>8}",
        tally.questions,
        share(tally.top1),
        share(tally.top3),
        share(tally.offered),
        share(tally.answered_wrongly),
        share(tally.refused)
    )
}
