//! `wenlu knowledge test FILE.tsv`: how good the search is on questions whose guides are known.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context;

use wenlu::knowledge::Knowledge;
use wenlu::search::{Labelled, Report, Searcher, Tally};

/// Run a file of questions and count what was found.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The questions: columns lang, expected (guides joined by |, or - for none), style, text.
    pub file: PathBuf,
    /// One JSON object for each question instead of the table.
    #[arg(long)]
    pub json: bool,
}

/// Runs the command on the guides in `knowledge`.
///
/// # Errors
/// If the file or the guides cannot be read.
pub fn run(args: &Args, knowledge: &Knowledge) -> anyhow::Result<ExitCode> {
    let questions = read(&args.file)?;
    let report = Report::of(&Searcher::build(knowledge)?, &questions);
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
        })
    })
}

/// The report as a table for people.
#[must_use]
pub fn table(report: &Report) -> String {
    let mut lines = vec![format!(
        "{:<4} {:<13} {:>9} {:>7} {:>7} {:>8} {:>8} {:>8}",
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
        "{language:<4} {group:<13} {:>9} {:>7} {:>7} {:>8} {:>8} {:>8}",
        tally.questions,
        share(tally.top1),
        share(tally.top3),
        share(tally.offered),
        share(tally.answered_wrongly),
        share(tally.refused)
    )
}
