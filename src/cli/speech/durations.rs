//! `wenlu speech list`: how long each guide takes to read aloud.

use std::collections::BTreeMap;
use std::io::Write;

use wenlu::Language;
use wenlu::assistant::{self, Assistant};
use wenlu::config::Config;
use wenlu::dialogue::Utter;
use wenlu::knowledge::GuideId;
use wenlu::synthesis::{Manner, Voices};

/// What is known of how long some sentences take.
#[derive(Debug, Clone, Copy, Default)]
struct Duration {
    seconds: f32,
    /// Sentences that have not been spoken yet.
    missing: usize,
}

impl Duration {
    fn of(voices: &Voices, manner: Manner, sentences: &[Utter]) -> Self {
        let mut all = Self::default();
        for utter in sentences {
            all.seconds += utter.pause.as_secs_f32();
            match voices.seconds(&utter.text, manner) {
                Some(seconds) => all.seconds += seconds,
                None => all.missing += 1,
            }
        }
        all
    }

    fn add(&mut self, other: Self) {
        self.seconds += other.seconds;
        self.missing += other.missing;
    }
}

impl std::fmt::Display for Duration {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if self.missing > 0 {
            return write!(f, "{} missing", self.missing);
        }
        let seconds = self.seconds.round() as u32;
        write!(f, "{}:{:02}", seconds / 60, seconds % 60)
    }
}

/// Prints a table: each guide read from beginning to end, and, unless only `readings` are
/// wanted, the answers to further questions.
pub fn run(config: &Config, readings: bool) -> anyhow::Result<()> {
    let parts = if readings { 1 } else { 2 };
    let assistant = Assistant::open(config)?;
    let knowledge = assistant.knowledge();
    let voices = assistant::voices(config)?;
    let mut rows: BTreeMap<&GuideId, Vec<Duration>> = BTreeMap::new();
    let mut sums = vec![Duration::default(); 2 * parts];
    for (place, language) in Language::ALL.into_iter().enumerate() {
        let manner = assistant::manner(config, language);
        for guide in knowledge.iter() {
            let rehearsal = assistant.rehearse(&guide.id, language);
            let said = [&rehearsal.reading, &rehearsal.answers];
            for (part, sentences) in said.into_iter().take(parts).enumerate() {
                let duration = Duration::of(&voices, manner, sentences);
                sums[parts * place + part].add(duration);
                rows.entry(&guide.id).or_default().push(duration);
            }
        }
    }
    let mut out = std::io::stdout().lock();
    let head = if readings {
        "| guide | zh | en |\n|---|---|---|"
    } else {
        "| guide | zh | zh answers | en | en answers |\n|---|---|---|---|---|"
    };
    writeln!(out, "{head}")?;
    let cells = |durations: &[Duration]| {
        let cells: Vec<_> = durations.iter().map(ToString::to_string).collect();
        cells.join(" | ")
    };
    for (id, durations) in &rows {
        writeln!(out, "| {id} | {} |", cells(durations))?;
    }
    writeln!(out, "| **all {}** | {} |", rows.len(), cells(&sums))?;
    Ok(())
}
