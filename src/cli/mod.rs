//! The command line: one file for one subcommand, each short.

mod ask;
mod bench;
mod dialogue;
mod doctor;
mod hear;
mod keep;
mod kiosk;
mod knowledge;
mod knowledge_test;
mod models;
mod prepare;
mod say;
mod serve;
mod setup;
mod speech;
mod talk;
mod tune;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};
use wenlu::Language;
use wenlu::config::Config;

/// 问路 — ask aloud how to get something done with your city. Offline.
#[derive(Debug, Parser)]
#[command(name = "wenlu", version, max_term_width = 100)]
struct Cli {
    /// The settings; `wenlu.toml` in this folder if it is there.
    #[arg(long, global = true, value_name = "FILE", env = "WENLU_CONFIG")]
    config: Option<PathBuf>,
    /// The folder of guides.
    #[arg(long, global = true, value_name = "FOLDER", env = "WENLU_KNOWLEDGE")]
    knowledge: Option<PathBuf>,
    /// The folder of model files.
    #[arg(long, global = true, value_name = "FOLDER", env = "WENLU_MODELS")]
    models: Option<PathBuf>,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Talk, with this machine's microphone and loudspeaker.
    Talk(talk::Args),
    /// Answer one question, in words or as a recording; or many.
    Ask(ask::Args),
    /// Write everything that is kept between days into a file.
    Backup(keep::BackupArgs),
    /// Time every stage.
    Bench(bench::Args),
    /// Tell what works on this machine, and how to mend what does not.
    Doctor {
        /// One JSON object a line.
        #[arg(long)]
        json: bool,
    },
    /// Try out the conversation with written words.
    #[command(subcommand)]
    Dialogue(dialogue::Command),
    /// Write down what is said in recordings.
    Hear(hear::Args),
    /// Check, list and show the guides.
    #[command(subcommand)]
    Knowledge(knowledge::Command),
    /// Serve this machine's own terminal: the page, full-screen.
    Kiosk(kiosk::Args),
    Models(models::ModelsArgs),
    /// Put a backup in place of what is kept.
    Restore(keep::RestoreArgs),
    Say(say::Args),
    /// Serve the terminal's page, and the interface for other programs.
    Serve(serve::Args),
    #[command(subcommand)]
    Speech(speech::Command),
    #[command(subcommand)]
    Staff(keep::Staff),
}

/// `zh`, `en`, or `auto` for either.
#[derive(Debug, Clone, Copy)]
pub struct MaybeLanguage(pub Option<Language>);

fn language_or_auto(text: &str) -> Result<MaybeLanguage, String> {
    if text == "auto" {
        return Ok(MaybeLanguage(None));
    }
    text.parse()
        .map(|language| MaybeLanguage(Some(language)))
        .map_err(|_| "use zh, en or auto".into())
}

/// Runs the command; 0 if it was done, 1 if it failed, 2 if it was used wrongly.
pub fn main() -> ExitCode {
    setup::wait_passively();
    setup::log_to_stderr();
    let cli = Cli::parse();
    match run(cli) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("wenlu: {error:#}");
            ExitCode::from(1)
        }
    }
}

fn run(cli: Cli) -> anyhow::Result<ExitCode> {
    let mut config = Config::load(cli.config.as_deref())?;
    config.folders.knowledge = cli.knowledge.or(config.folders.knowledge);
    config.folders.models = cli.models.or(config.folders.models);
    match cli.command {
        Command::Dialogue(command) => dialogue::run(&config, &command),
        Command::Talk(args) => talk::run(&config, &args),
        Command::Ask(args) => ask::run(&config, &args),
        Command::Backup(args) => keep::backup(&config, &args),
        Command::Restore(args) => keep::restore(&config, &args),
        Command::Staff(command) => keep::staff(&config, &command),
        Command::Bench(args) => bench::run(&config, &args),
        Command::Doctor { json } => doctor::run(&config, json),
        Command::Hear(args) => hear::run(&config, &args),
        Command::Kiosk(args) => kiosk::run(&config, &args),
        Command::Knowledge(command) => knowledge::run(&config, &command),
        Command::Models(args) => models::run(&config, args).map(|()| ExitCode::SUCCESS),
        Command::Say(args) => say::run(&config, &args).map(|()| ExitCode::SUCCESS),
        Command::Serve(args) => serve::run(&config, &args),
        Command::Speech(command) => speech::run(&config, &command).map(|()| ExitCode::SUCCESS),
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    #[test]
    fn every_command_is_put_together_rightly() {
        super::Cli::command().debug_assert();
    }
}
