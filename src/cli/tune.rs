//! `wenlu knowledge tune FILE.tsv`: learn the search's numbers from labelled questions.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context;

use super::knowledge_test;
use wenlu::knowledge::Knowledge;

/// Learn the search's parameters from questions whose guides are known.
///
/// Prints how the search does on questions it did not learn from (five-fold cross-validation)
/// and writes the parameters learned from all. They take effect at the next build.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The sentence model for the second opinion.
    #[arg(long, value_name = "FILE")]
    pub meaning: Option<PathBuf>,
    /// Where the vectors of the guides' sentences are kept.
    #[arg(long, value_name = "FILE", requires = "meaning")]
    pub vectors: Option<PathBuf>,
    /// The questions, as for `knowledge test`; several files are put together.
    #[arg(required = true)]
    pub files: Vec<PathBuf>,
    /// Where the parameters are written.
    #[arg(long, default_value = "src/search/parameters.toml")]
    pub out: PathBuf,
}

/// What stands at the head of the parameters' file.
const HEADER: &str = "# Learned by `wenlu knowledge tune`; do not edit by hand. What each number means: features.rs\n\n";

/// Runs the command on the guides in `knowledge`.
///
/// # Errors
/// If a file cannot be read or written.
pub fn run(args: &Args, knowledge: &Knowledge) -> anyhow::Result<ExitCode> {
    let mut questions = Vec::new();
    for file in &args.files {
        questions.extend(knowledge_test::read(file)?);
    }
    let tuned =
        knowledge_test::searcher(knowledge, args.meaning.as_deref(), args.vectors.as_deref())?
            .tune(&questions);
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
