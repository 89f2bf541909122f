//! The `wenlu` command: see [`wenlu`] for the map.

mod cli;

use std::path::Path;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

#[derive(Parser)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    Models(cli::models::ModelsArgs),
}

fn main() -> ExitCode {
    let Command::Models(args) = Arguments::parse().command;
    match cli::models::run(Path::new("models/files"), args) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error:#}");
            ExitCode::FAILURE
        }
    }
}
