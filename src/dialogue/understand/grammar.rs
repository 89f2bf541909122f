//! One language's templates, compiled, and how phrases are found with them.

use std::collections::{BTreeMap, HashSet};
use std::ops::Range;

use serde::Deserialize;

use super::listen::Line;
use super::matcher::run;
use super::services::Services;
use super::template::{Compiler, Network, Template};
use crate::dialogue::command::Command;
use crate::dialogue::locale::{self, LocaleError};
use crate::knowledge::Knowledge;
use crate::language::Language;

/// A locale's file of commands.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Source {
    weak: Vec<String>,
    before: Vec<String>,
    after: Vec<String>,
    unfinished: Vec<String>,
    lead_ins: Vec<String>,
    corrections: Vec<String>,
    asking: Vec<String>,
    alarm: Vec<String>,
    topics: Vec<String>,
    doctor: Vec<String>,
    lawyer: Vec<String>,
    words: BTreeMap<String, String>,
    commands: BTreeMap<String, CommandSource>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct CommandSource {
    /// Whether other words may stand beside it without a comma.
    #[serde(default)]
    loose: bool,
    say: Vec<String>,
}

/// Templates that are only looked for, not priced.
#[derive(Debug, Default)]
pub(super) struct Phrases(pub Vec<Template>);

#[derive(Debug)]
pub(super) struct CommandTemplates {
    pub command: Command,
    pub loose: bool,
    pub templates: Vec<Template>,
}

/// The templates of one language, compiled.
#[derive(Debug)]
pub(super) struct Grammar {
    pub language: Language,
    pub network: Network,
    pub weak: HashSet<String>,
    pub before: Phrases,
    pub after: Phrases,
    pub unfinished: Phrases,
    pub lead_ins: Phrases,
    pub corrections: Phrases,
    pub asking: Phrases,
    pub alarm: Phrases,
    pub doctor: Phrases,
    pub lawyer: Phrases,
    pub commands: Vec<CommandTemplates>,
    pub services: Services,
}

impl Grammar {
    pub fn bundled(language: Language, knowledge: &Knowledge) -> Result<Self, LocaleError> {
        let bundled = source(language);
        let source: Source = locale::parse(bundled)?;
        Self::new(language, &source, knowledge).map_err(|error| LocaleError::new(bundled.0, error))
    }

    fn new(language: Language, source: &Source, knowledge: &Knowledge) -> Result<Self, String> {
        let mut compiler = Compiler {
            network: Network::default(),
            words: &source.words,
            weak: &source.weak,
            chinese: language == Language::Zh,
        };
        let mut phrases = |sources: &[String]| -> Result<Phrases, String> {
            sources
                .iter()
                .map(|s| compiler.add(s))
                .collect::<Result<_, _>>()
                .map(Phrases)
        };
        let before = phrases(&source.before)?;
        let after = phrases(&source.after)?;
        let unfinished = phrases(&source.unfinished)?;
        let lead_ins = phrases(&source.lead_ins)?;
        let corrections = phrases(&source.corrections)?;
        let asking = phrases(&source.asking)?;
        let alarm = phrases(&source.alarm)?;
        let doctor = phrases(&source.doctor)?;
        let lawyer = phrases(&source.lawyer)?;
        let mut commands = Vec::new();
        for (name, command) in &source.commands {
            commands.push(CommandTemplates {
                command: name
                    .parse()
                    .map_err(|error| format!("[commands.{name}]: {error}"))?,
                loose: command.loose,
                templates: phrases(&command.say)?.0,
            });
        }
        let mut network = compiler.network;
        // Most nodes have one edge.
        network.nodes.iter_mut().for_each(Vec::shrink_to_fit);
        Ok(Self {
            language,
            network,
            weak: source.weak.iter().cloned().collect(),
            before,
            after,
            unfinished,
            lead_ins,
            corrections,
            asking,
            alarm,
            doctor,
            lawyer,
            commands,
            services: Services::new(language, &source.topics, knowledge),
        })
    }

    /// What a command of `length` tokens may cost: short ones must be said nearly right.
    /// Calibrated on the questions in the guides, of which hardly one in a hundred may be
    /// taken for a command (see the tests).
    pub fn budget(&self, length: usize) -> f32 {
        match (self.language, length) {
            (Language::Zh, 0 | 1) => 0.0,
            (Language::Zh, 2) => 0.15,
            (Language::Zh, 3) => 0.35,
            (Language::Zh, 4) => 0.5,
            (Language::Zh, length) => (0.12 * length as f32).min(0.8),
            (Language::En, 0 | 1) => 0.3,
            (Language::En, 2) => 0.4,
            (Language::En, 3) => 0.5,
            (Language::En, length) => (0.15 * length as f32).min(0.8),
        }
    }

    /// Where a command may begin: the beginning, and after each filler there.
    pub fn starts(&self, line: &Line, range: &Range<usize>) -> Vec<usize> {
        let mut starts = vec![range.start];
        let mut next = 0;
        while let Some(start) = starts.get(next).copied() {
            next += 1;
            for phrases in [&self.before, &self.lead_ins] {
                for end in self.at(phrases, line, start, range.end) {
                    if !starts.contains(&end) {
                        starts.push(end);
                    }
                }
            }
        }
        starts
    }

    /// Where a command may end: the end, and before each filler there.
    pub fn ends(&self, line: &Line, range: &Range<usize>) -> Vec<usize> {
        let mut ends = vec![range.end];
        for start in range.clone().rev() {
            let leads_to_end = self
                .at(&self.after, line, start, range.end)
                .iter()
                .any(|end| ends.contains(end));
            if leads_to_end && !ends.contains(&start) {
                ends.push(start);
            }
        }
        ends
    }

    /// Where phrases that begin at `start` end.
    pub fn at(&self, phrases: &Phrases, line: &Line, start: usize, limit: usize) -> Vec<usize> {
        let templates = phrases.0.iter();
        let found = templates.flat_map(|t| run(&self.network, *t, &line.heard, start, limit, 0.0));
        found
            .filter(|found| found.symbols > 0)
            .map(|found| found.end)
            .collect()
    }

    pub fn anywhere(&self, phrases: &Phrases, line: &Line, range: Range<usize>) -> bool {
        range
            .clone()
            .any(|start| !self.at(phrases, line, start, range.end).is_empty())
    }
}

fn source(language: Language) -> (&'static str, &'static str) {
    match language {
        Language::Zh => (
            "zh.commands.toml",
            include_str!("../locale/zh.commands.toml"),
        ),
        Language::En => (
            "en.commands.toml",
            include_str!("../locale/en.commands.toml"),
        ),
    }
}
