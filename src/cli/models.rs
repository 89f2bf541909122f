//! `wenlu models`: fetch the model files, or list them.

use std::cell::RefCell;
use std::io::{self, IsTerminal, Write};
use std::path::PathBuf;

use clap::{Args, Subcommand};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use wenlu::assistant::Assistant;
use wenlu::config::Config;
use wenlu::models::{FetchOptions, Manifest, ModelFiles, Progress, State};

/// Fetch the model files, or list them
#[derive(Debug, Args)]
pub struct ModelsArgs {
    /// A manifest of your own instead of the built-in one
    #[arg(long, value_name = "FILE", global = true)]
    manifest: Option<PathBuf>,
    #[command(subcommand)]
    command: ModelsCommand,
}

/// What to do with the model files.
#[derive(Debug, Subcommand)]
pub enum ModelsCommand {
    /// Fetch what is missing, check it, and make it fit for use
    Fetch(FetchArgs),
    /// Show the files, whether they are there, and their licences
    List,
}

/// What to fetch.
#[derive(Debug, Args)]
pub struct FetchArgs {
    /// Only this file, or this folder of files; may be repeated [default: all but the optional]
    #[arg(long, value_name = "NAME")]
    only: Vec<String>,
    /// Check every byte, also of files that were found right before
    #[arg(long)]
    verify: bool,
}

/// Runs `wenlu models` for the folder of model files.
///
/// # Errors
/// If the manifest is wrong, or a file cannot be fetched.
pub fn run(config: &Config, args: ModelsArgs) -> anyhow::Result<()> {
    let folder = config.models();
    let files = match &args.manifest {
        Some(path) => ModelFiles::with_manifest(folder, Manifest::load(path)?),
        None => ModelFiles::new(folder),
    };
    match args.command {
        ModelsCommand::Fetch(args) => {
            fetch(&files, args)?;
            prepare(config);
            Ok(())
        }
        ModelsCommand::List => list(&files),
    }
}

/// Fetches what is missing or wrong.
///
/// # Errors
/// If a file cannot be fetched.
pub fn fetch(files: &ModelFiles, args: FetchArgs) -> anyhow::Result<()> {
    let FetchArgs { only, verify } = args;
    let options = FetchOptions {
        only,
        verify,
        ..FetchOptions::default()
    };
    let report = files.fetch(&options, &Bar::default())?;
    let folder = files.folder().display();
    let mut out = io::stdout().lock();
    match (report.fetched.len(), report.present.len()) {
        (0, present) => writeln!(out, "nothing to do: {present} of {present} in {folder}")?,
        (fetched, present) => writeln!(
            out,
            "fetched {fetched} of {} into {folder}",
            fetched + present
        )?,
    }
    Ok(())
}

/// Computes what the search needs of the sentence model now, so that no question waits for it.
fn prepare(config: &Config) {
    let fetched = ModelFiles::new(config.models()).path(Assistant::SENTENCE_MODEL);
    if fetched.is_ok() && config.knowledge().is_dir() {
        match Assistant::open(config) {
            Ok(assistant) => super::prepare::understand_if_possible(&assistant),
            Err(error) => eprintln!("wenlu: the guides are not in order: {error}"),
        }
    }
}

/// Prints a table of the files.
///
/// # Errors
/// If standard output is closed.
pub fn list(files: &ModelFiles) -> anyhow::Result<()> {
    let status = files.status();
    let widest = status
        .iter()
        .map(|status| status.file.name.len())
        .max()
        .unwrap_or_default();
    let mut out = io::stdout().lock();
    for status in &status {
        let file = status.file;
        let state = match status.state {
            State::Present { verified: true } => "present",
            State::Present { verified: false } => "unchecked",
            State::Missing if file.optional => "optional",
            State::Missing => "missing",
            State::Wrong { .. } => "wrong",
        };
        let megabytes = file.bytes as f64 / 1e6;
        writeln!(
            out,
            "{:<widest$}  {state:<9}  {megabytes:>6.1} MB  {:<10}  {}",
            file.name, file.licence, file.about
        )?;
    }
    writeln!(out, "in {}", files.folder().display())?;
    Ok(())
}

/// Bytes of work from which on a line is worth it where there is no bar.
const LONG: u64 = 1_000_000;

/// Progress on standard error: a bar on a terminal, else a line when a piece of work begins.
#[derive(Default)]
struct Bar(RefCell<Option<ProgressBar>>);

impl Progress for Bar {
    fn begin(&self, what: &str, bytes: u64) {
        if !io::stderr().is_terminal() {
            if bytes >= LONG {
                self.say(&format!("{what} ({:.1} MB)", bytes as f64 / 1e6));
            }
            return;
        }
        let bar = ProgressBar::with_draw_target(Some(bytes), ProgressDrawTarget::stderr());
        let template = "{msg} {wide_bar} {decimal_bytes}/{decimal_total_bytes} {elapsed}";
        if let Ok(style) = ProgressStyle::with_template(template) {
            bar.set_style(style);
        }
        bar.set_message(what.to_owned());
        bar.enable_steady_tick(std::time::Duration::from_millis(200));
        self.0.replace(Some(bar));
    }

    fn at(&self, bytes: u64) {
        if let Some(bar) = &*self.0.borrow() {
            bar.set_position(bytes);
        }
    }

    fn end(&self) {
        if let Some(bar) = self.0.take() {
            bar.finish_and_clear();
        }
    }

    fn say(&self, line: &str) {
        // If standard error is closed there is nobody to tell.
        let _ = writeln!(io::stderr(), "{line}");
    }
}
