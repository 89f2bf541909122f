//! `wenlu dialogue`: try out the conversation without a microphone.

use std::collections::BTreeMap;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context as _, bail};
use wenlu::Language;
use wenlu::assistant;
use wenlu::config::Config;
use wenlu::dialogue::understand::{Context, Understanding};
use wenlu::dialogue::{Dialogue, Script, play};

#[derive(Debug, clap::Subcommand)]
pub enum Command {
    /// Run a file of commands and questions (columns lang, intent, text, and for heard ones
    /// alternatives, joined by |); print how many are right.
    Test {
        /// Tab-separated, with a header; the intent of a question is `question`.
        file: PathBuf,
        /// One JSON object a row, and the figures in the last one.
        #[arg(long)]
        json: bool,
        /// Print the rows that are understood wrongly.
        #[arg(long)]
        misses: bool,
    },
    /// Run a written dialogue; print what is said, shown and done.
    Play {
        /// The dialogue: `zh: …` for words, `[next]` for keys, `=> elder-card` for what is found.
        file: PathBuf,
    },
}

pub fn run(config: &Config, command: &Command) -> anyhow::Result<ExitCode> {
    let dialogue = Dialogue::new(assistant::atlas(config)?)?;
    match command {
        Command::Test { file, json, misses } => {
            test(dialogue.understanding(), file, *json, *misses)
        }
        Command::Play { file } => {
            let source = std::fs::read_to_string(file)
                .with_context(|| format!("cannot read {}", file.display()))?;
            let script: Script = source.parse().with_context(|| file.display().to_string())?;
            print!("{}", play(&dialogue, &script, None));
            Ok(ExitCode::SUCCESS)
        }
    }
}

/// How one language did.
#[derive(Debug, Default, serde::Serialize)]
struct Figures {
    commands: usize,
    commands_right: usize,
    commands_taken_for_questions: usize,
    questions: usize,
    questions_taken_for_commands: usize,
}

struct Row {
    language: Language,
    intent: String,
    text: String,
    alternatives: Vec<String>,
}

fn test(
    understanding: &Understanding,
    file: &Path,
    json: bool,
    misses: bool,
) -> anyhow::Result<ExitCode> {
    let mut out = std::io::stdout().lock();
    let mut figures: BTreeMap<Language, Figures> = BTreeMap::new();
    for row in rows(file)? {
        let context = Context::default();
        let (meaning, _) =
            understanding.listen_to_all(&row.text, &row.alternatives, row.language, &context);
        let got = meaning
            .command()
            .map_or_else(|| "question".to_owned(), |command| command.to_string());
        let figures = figures.entry(row.language).or_default();
        if row.intent == "question" {
            figures.questions += 1;
            figures.questions_taken_for_commands += usize::from(got != "question");
        } else {
            figures.commands += 1;
            figures.commands_right += usize::from(got == row.intent);
            figures.commands_taken_for_questions += usize::from(got == "question");
        }
        if json {
            let line = serde_json::json!({
                "lang": row.language, "text": row.text, "intent": row.intent, "got": got, "right": got == row.intent,
            });
            writeln!(out, "{line}")?;
        } else if misses && got != row.intent {
            writeln!(out, "{}\t{}\t{got}\t{}", row.language, row.intent, row.text)?;
        }
    }
    if json {
        writeln!(out, "{}", serde_json::json!({ "summary": figures }))?;
    } else {
        for (language, figures) in &figures {
            print_figures(&mut out, *language, figures)?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn print_figures(
    out: &mut impl Write,
    language: Language,
    figures: &Figures,
) -> std::io::Result<()> {
    let percent = |part: usize, all: usize| 100.0 * part as f64 / all.max(1) as f64;
    writeln!(
        out,
        "{language}: {} of {} commands right ({:.1} %), {} taken for questions; {} of {} questions taken for commands ({:.1} %)",
        figures.commands_right,
        figures.commands,
        percent(figures.commands_right, figures.commands),
        figures.commands_taken_for_questions,
        figures.questions_taken_for_commands,
        figures.questions,
        percent(figures.questions_taken_for_commands, figures.questions),
    )
}

fn rows(file: &Path) -> anyhow::Result<Vec<Row>> {
    let source =
        std::fs::read_to_string(file).with_context(|| format!("cannot read {}", file.display()))?;
    let mut lines = source.lines().enumerate();
    let header: Vec<&str> = lines
        .next()
        .map(|(_, line)| line.split('\t').collect())
        .unwrap_or_default();
    let column = |name: &str| {
        let found = header.iter().position(|column| *column == name);
        found.with_context(|| {
            format!(
                "{} has no column {name:?} in its first line",
                file.display()
            )
        })
    };
    let (language, intent, text) = (column("lang")?, column("intent")?, column("text")?);
    let alternatives = column("alternatives").ok();
    let mut rows = Vec::new();
    for (number, line) in lines.filter(|(_, line)| !line.trim().is_empty()) {
        let fields: Vec<&str> = line.split('\t').collect();
        let [Some(language), Some(intent), Some(text)] =
            [language, intent, text].map(|column| fields.get(column))
        else {
            bail!("{}:{}: a column is missing", file.display(), number + 1);
        };
        rows.push(Row {
            language: language
                .parse()
                .with_context(|| format!("{}:{}", file.display(), number + 1))?,
            intent: (*intent).to_owned(),
            text: (*text).to_owned(),
            alternatives: alternatives
                .and_then(|column| fields.get(column))
                .map(|readings| readings.split('|').filter(|reading| !reading.is_empty()))
                .map(|readings| readings.map(str::to_owned).collect())
                .unwrap_or_default(),
        });
    }
    Ok(rows)
}
