//! One side of the race against the reference: speaks when it is asked to.

use std::io::{BufRead, Write};
use std::path::PathBuf;
use std::time::Instant;

use anyhow::Result;
use wenlu::synthesis::KokoroVoice;
use wenlu::synthesis::text::{Clause, Pronunciation};

#[derive(clap::Args)]
pub struct Args {
    /// The folder of model files.
    #[arg(long)]
    models: PathBuf,
    #[arg(long)]
    voice: String,
    #[arg(long, default_value_t = 1.0)]
    speed: f32,
}

/// Takes a clause's phonemes a line and answers with a line: seconds of work, seconds of
/// sound, the process's peak memory in MiB.
pub fn run(args: &Args) -> Result<()> {
    let voice = KokoroVoice::open(&args.models, Pronunciation::default())?;
    let mut out = std::io::stdout().lock();
    for phonemes in std::io::stdin().lock().lines() {
        let clause = Clause {
            phonemes: phonemes?,
            pause_after: 0.0,
            text: String::new(),
        };
        let start = Instant::now();
        let speech = super::speak(&voice, &args.voice, args.speed, &[clause])?;
        let (busy, memory) = (start.elapsed().as_secs_f32(), super::peak_memory());
        writeln!(out, "{busy} {} {memory}", speech.seconds())?;
        out.flush()?;
    }
    Ok(())
}
