//! A sample of what the guides say, for measuring voices.

use std::path::PathBuf;

use anyhow::Result;
use wenlu::Language;
use wenlu::knowledge::Knowledge;

#[derive(clap::Args)]
pub struct Args {
    /// The folder of guides.
    #[arg(long)]
    knowledge: PathBuf,
    #[arg(long)]
    lang: Language,
    /// So many, evenly from all guides; all of them if left out.
    #[arg(long)]
    sample: Option<usize>,
    /// Whole steps instead of single sentences.
    #[arg(long)]
    steps: bool,
}

/// Prints the sentences of the guides' steps, one a line.
pub fn run(args: &Args) -> Result<()> {
    let knowledge = Knowledge::load(&args.knowledge)?;
    let mut texts: Vec<&str> = Vec::new();
    for guide in knowledge.iter() {
        for step in &guide.text(args.lang).steps {
            if args.steps {
                texts.push(&step.say);
            } else {
                texts.extend(sentences(&step.say));
            }
        }
    }
    let count = args.sample.unwrap_or(texts.len()).min(texts.len());
    for at in 0..count {
        println!("{}", texts[at * texts.len() / count]);
    }
    Ok(())
}

/// The sentences of a step that are long enough to be one.
fn sentences(say: &str) -> impl Iterator<Item = &str> {
    say.split_inclusive(['。', '！', '？'])
        .flat_map(|part| part.split_inclusive(". "))
        .map(str::trim)
        .filter(|sentence| sentence.chars().count() >= 6)
}
