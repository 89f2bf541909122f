//! One language's templates, and what is made of a sentence with them.

use std::collections::{BTreeMap, HashSet};
use std::ops::Range;

use serde::Deserialize;

use super::matcher::{Found, Heard, WILD, run};
use super::template::{Compiler, Network, Template};
use super::tokens::{Token, Words, tokens};
use super::{Context, Meaning};
use crate::dialogue::command::Command;
use crate::dialogue::locale::LocaleError;
use crate::dialogue::session::Door;
use crate::knowledge::{Guide, Knowledge};
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
struct Phrases(Vec<Template>);

struct CommandTemplates {
    command: Command,
    loose: bool,
    templates: Vec<Template>,
}

/// The templates of one language, compiled.
pub(super) struct Grammar {
    language: Language,
    network: Network,
    weak: HashSet<String>,
    before: Phrases,
    after: Phrases,
    unfinished: Phrases,
    lead_ins: Phrases,
    corrections: Phrases,
    asking: Phrases,
    alarm: Phrases,
    doctor: Phrases,
    lawyer: Phrases,
    commands: Vec<CommandTemplates>,
    services: Services,
}

/// What services are called, as tokens joined by spaces.
struct Services {
    names: HashSet<String>,
    longest: usize,
}

/// What a part of a sentence is.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Part {
    Command(Command),
    Filler,
    /// Something else, this many tokens long.
    Other(usize),
    /// Something that makes it a question.
    Asking,
}

impl Grammar {
    pub fn bundled(language: Language, knowledge: &Knowledge) -> Result<Self, LocaleError> {
        let (file, source) = source(language);
        let fault = |message| LocaleError {
            file: file.into(),
            message,
        };
        let source: Source = toml::from_str(source).map_err(|error| fault(error.to_string()))?;
        Self::new(language, &source, knowledge).map_err(fault)
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
        Ok(Self {
            language,
            network: compiler.network,
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

    pub fn listen(&self, text: &str, context: &Context<'_>) -> Meaning {
        let words = tokens(text, self.language == Language::Zh);
        let own = context
            .open
            .map(|guide| Services::of(self.language, [guide]));
        let heard = self.hear(&words.tokens, own.as_ref());
        if heard.tokens.is_empty() {
            return Meaning::Unfinished;
        }
        let all = 0..heard.tokens.len();
        if !self.anywhere(&self.alarm, &heard, all.clone())
            && let Some(meaning) = self.small_talk(&heard, all, context)
        {
            return meaning;
        }
        self.question(&words)
    }

    /// Marks services, and leaves the open guide's own name out: it says nothing new.
    fn hear(&self, tokens: &[Token], own: Option<&Services>) -> Line {
        let is_own = own.map_or_else(|| vec![false; tokens.len()], |own| own.mark(tokens));
        let kept = |(token, own): (&Token, &bool)| (!own).then(|| token.clone());
        let mut kept: Vec<Token> = tokens.iter().zip(&is_own).filter_map(kept).collect();
        if kept.is_empty() {
            kept = tokens.to_vec();
        }
        let weak: Vec<bool> = kept
            .iter()
            .map(|token| self.weak.contains(&token.text))
            .collect();
        let service = self.services.mark(&kept);
        let heard = Heard::new(&self.network, &kept, &weak, service);
        Line {
            tokens: kept,
            heard,
        }
    }

    fn small_talk(&self, line: &Line, all: Range<usize>, context: &Context<'_>) -> Option<Meaning> {
        let ends = self.ends(line, &all);
        let starts = self.starts(line, &all);
        let unfinished = starts.iter().any(|start| {
            let ends_there = |template: &Template| {
                let found = run(&self.network, *template, &line.heard, *start, all.end, 0.0);
                found.iter().any(|found| ends.contains(&found.end))
            };
            *start == all.end || self.unfinished.0.iter().any(ends_there)
        });
        if let Some((command, _)) = self.whole(line, &all) {
            return Some(Meaning::Command(command));
        }
        if unfinished {
            return Some(Meaning::Unfinished);
        }
        if let Some(choice) = self.named(line, context) {
            return Some(Meaning::Choice(choice));
        }
        let mut parts = Vec::new();
        let mut start = all.start;
        while start < all.end {
            let clause = line.tokens[start].clause;
            let length = line.tokens[start..]
                .iter()
                .take_while(|t| t.clause == clause)
                .count();
            self.parse(line, start..start + length, &mut parts);
            start += length;
        }
        self.weigh(&parts, context).map(Meaning::Command)
    }

    /// The command that a sentence of these parts gives, if it is no question.
    fn weigh(&self, parts: &[Part], context: &Context<'_>) -> Option<Command> {
        let most_beside = match self.language {
            Language::Zh => 9,
            Language::En => 6,
        };
        let mut beside = 0;
        let mut best: Option<Command> = None;
        for part in parts {
            match *part {
                Part::Asking => return None,
                Part::Other(length) => beside += length,
                Part::Filler => {}
                Part::Command(command) => {
                    if best.is_none_or(|best| weight(command) >= weight(best)) {
                        best = Some(command);
                    }
                }
            }
        }
        // A situation and a question about it, with no guide open: look it up.
        let asks = best.is_some_and(Command::asks_about_guide) && context.open.is_none();
        best.filter(|_| beside <= if asks { most_beside / 3 } else { most_beside })
    }

    /// Takes a clause apart.
    fn parse(&self, line: &Line, clause: Range<usize>, parts: &mut Vec<Part>) {
        if clause.is_empty() {
            return;
        }
        if let Some((command, _)) = self.whole(line, &clause) {
            return parts.push(Part::Command(command));
        }
        if self.starts(line, &clause).contains(&clause.end) {
            return parts.push(Part::Filler);
        }
        if let Some((command, range)) = self.beside(line, &clause) {
            self.parse(line, clause.start..range.start, parts);
            parts.push(Part::Command(command));
            self.parse(line, range.end..clause.end, parts);
            return;
        }
        let asking = line.heard.service[clause.clone()].contains(&true)
            || self.anywhere(&self.asking, line, clause.clone())
            || self.anywhere(&self.lead_ins, line, clause.clone());
        parts.push(if asking {
            Part::Asking
        } else {
            Part::Other(clause.len())
        });
    }

    /// The command that all of `range` is, but for fillers around it; and its price.
    fn whole(&self, line: &Line, range: &Range<usize>) -> Option<(Command, f32)> {
        let (starts, ends) = (self.starts(line, range), self.ends(line, range));
        let mut best: Option<(Command, Found, f32)> = None;
        for group in &self.commands {
            for template in &group.templates {
                for start in &starts {
                    let budget = self.budget(range.end - start);
                    let found = run(
                        &self.network,
                        *template,
                        &line.heard,
                        *start,
                        range.end,
                        budget,
                    );
                    for found in found.into_iter().filter(|found| ends.contains(&found.end)) {
                        let length = found.end - start;
                        // What wildcards took says nothing for the command.
                        let said = length - usize::from(found.wild);
                        let mostly_found = 2 * usize::from(found.symbols) > said;
                        let budget = if found.wild > 0 {
                            0.15
                        } else {
                            self.budget(said)
                        };
                        if !mostly_found || found.cost > budget + WILD * f32::from(found.wild) {
                            continue;
                        }
                        // Fillers that are left out count a little, so that 好 in 好吧 is a word.
                        let outside = range.len() - length;
                        let price = found.cost + 0.01 * outside as f32;
                        let better = best.as_ref().is_none_or(|(_, other, lowest)| {
                            price < *lowest || (price == *lowest && found.symbols > other.symbols)
                        });
                        if better {
                            best = Some((group.command, found, price));
                        }
                    }
                }
            }
        }
        best.map(|(command, _, price)| (command, price))
    }

    /// A loose command at the beginning or the end of `range`, and where.
    fn beside(&self, line: &Line, range: &Range<usize>) -> Option<(Command, Range<usize>)> {
        let (starts, ends) = (self.starts(line, range), self.ends(line, range));
        let mut best: Option<(Command, Range<usize>, u8)> = None;
        for group in self.commands.iter().filter(|group| group.loose) {
            for template in &group.templates {
                for start in range.clone() {
                    let budget = 0.15;
                    let found = run(
                        &self.network,
                        *template,
                        &line.heard,
                        start,
                        range.end,
                        budget,
                    );
                    for found in found {
                        let beside = range.len() - (found.end - start);
                        let symbols = usize::from(found.symbols);
                        let most_beside = if starts.contains(&start) {
                            2 * symbols
                        } else if ends.contains(&found.end) {
                            symbols + 1
                        } else {
                            continue;
                        };
                        if symbols >= 2
                            && beside <= most_beside
                            && best.as_ref().is_none_or(|(.., most)| found.symbols > *most)
                        {
                            best = Some((group.command, start..found.end, found.symbols));
                        }
                    }
                }
            }
        }
        best.map(|(command, range, _)| (command, range))
    }

    /// What a command of `length` tokens may cost: short ones must be said nearly right.
    /// Calibrated so that no question in any guide is taken for a command (see the tests).
    fn budget(&self, length: usize) -> f32 {
        match (self.language, length) {
            (Language::Zh, 0 | 1) => 0.0,
            (Language::Zh, 2) => 0.2,
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
    fn starts(&self, line: &Line, range: &Range<usize>) -> Vec<usize> {
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
    fn ends(&self, line: &Line, range: &Range<usize>) -> Vec<usize> {
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
    fn at(&self, phrases: &Phrases, line: &Line, start: usize, limit: usize) -> Vec<usize> {
        let templates = phrases.0.iter();
        let found = templates.flat_map(|t| run(&self.network, *t, &line.heard, start, limit, 0.0));
        found
            .filter(|found| found.symbols > 0)
            .map(|found| found.end)
            .collect()
    }

    fn anywhere(&self, phrases: &Phrases, line: &Line, range: Range<usize>) -> bool {
        range
            .clone()
            .any(|start| !self.at(phrases, line, start, range.end).is_empty())
    }

    /// The choice that is named: "the one with the bus card".
    fn named(&self, line: &Line, context: &Context<'_>) -> Option<usize> {
        const LONGEST: usize = 10;
        let all = 0..line.tokens.len();
        if context.choices.is_empty() || self.anywhere(&self.asking, line, all.clone()) {
            return None;
        }
        let start = self.starts(line, &all).into_iter().max()?;
        let end = self.ends(line, &all).into_iter().min()?;
        if end < start + 2 || end - start > LONGEST {
            return None;
        }
        let said: Vec<&str> = line.tokens[start..end]
            .iter()
            .map(|t| t.text.as_str())
            .collect();
        let mut scores: Vec<(usize, f32)> = (0..context.choices.len())
            .map(|i| {
                (
                    i,
                    likeness(&said, &names(self.language, context.choices[i])),
                )
            })
            .collect();
        scores.sort_by(|a, b| b.1.total_cmp(&a.1));
        let second = scores.get(1).map_or(0.0, |(_, score)| *score);
        let (first, score) = *scores.first()?;
        (score >= 0.75 && score > second).then_some(first)
    }

    /// The question without what leads up to it.
    fn question(&self, words: &Words) -> Meaning {
        let line = self.hear(&words.tokens, None);
        let limit = words.tokens.len();
        let (mut start, mut correction) = (0, false);
        // Fillers are passed over only on the way to words that lead in: 中 may begin 中风.
        let mut at = 0;
        loop {
            let longest = |phrases| self.at(phrases, &line, at, limit).into_iter().max();
            if let Some(end) = longest(&self.corrections) {
                correction = true;
                (start, at) = (end, end);
            } else if let Some(end) = longest(&self.lead_ins) {
                (start, at) = (end, end);
            } else if let Some(end) = longest(&self.before) {
                at = end;
            } else {
                break;
            }
        }
        let rest = words.tokens.get(start).filter(|_| limit >= start + 2);
        let text = rest.map_or(words.text.as_str(), |token| &words.text[token.at..]);
        let all = 0..limit;
        let door = if self.anywhere(&self.doctor, &line, all.clone()) {
            Some(Door::Doctor)
        } else if self.anywhere(&self.lawyer, &line, all) {
            Some(Door::Lawyer)
        } else {
            None
        };
        Meaning::Question {
            text: text.trim().to_owned(),
            correction,
            door,
        }
    }
}

/// A sentence, ready for matching.
struct Line {
    tokens: Vec<Token>,
    heard: Heard,
}

/// Which command counts when a sentence gives several: politeness and yes and no step back.
fn weight(command: Command) -> u8 {
    match command {
        Command::Yes => 0,
        Command::No => 1,
        Command::Thanks => 2,
        Command::Here => 2,
        _ => 3,
    }
}

/// How much of `said` is in the likest of `names`, in order.
fn likeness(said: &[&str], names: &[Vec<String>]) -> f32 {
    let common = names.iter().map(|name| common_length(said, name));
    let common = common.max().unwrap_or(0);
    common as f32 / said.len() as f32
}

/// The length of the longest common subsequence.
fn common_length(a: &[&str], b: &[String]) -> usize {
    let mut row = vec![0; b.len() + 1];
    for x in a {
        let mut diagonal = 0;
        for (j, y) in b.iter().enumerate() {
            let above = row[j + 1];
            row[j + 1] = if x == y {
                diagonal + 1
            } else {
                above.max(row[j])
            };
            diagonal = above;
        }
    }
    row[b.len()]
}

/// What a guide is called, as tokens.
fn names(language: Language, guide: &Guide) -> Vec<Vec<String>> {
    let text = guide.text(language);
    let names = text.also_called.iter().chain([&text.name, &text.title]);
    let cut = |name: &String| {
        let words = tokens(name, language == Language::Zh);
        words.tokens.into_iter().map(|token| token.text).collect()
    };
    names.map(cut).collect()
}

impl Services {
    fn new(language: Language, topics: &[String], knowledge: &Knowledge) -> Self {
        let mut services = Self::of(language, knowledge.iter());
        // One word of English is rarely a service's name alone ("will", "refund").
        services
            .names
            .retain(|name| language == Language::Zh || name.contains(' '));
        for topic in topics {
            let words = tokens(topic, language == Language::Zh);
            services.add(words.tokens.iter().map(|token| token.text.as_str()));
        }
        services
    }

    fn of<'a>(language: Language, guides: impl IntoIterator<Item = &'a Guide>) -> Self {
        let mut services = Self {
            names: HashSet::new(),
            longest: 0,
        };
        for guide in guides {
            for name in names(language, guide) {
                services.add(name.iter().map(String::as_str));
            }
        }
        services
    }

    fn add<'a>(&mut self, name: impl Iterator<Item = &'a str>) {
        let name: Vec<&str> = name.collect();
        self.longest = self.longest.max(name.len());
        self.names.insert(name.join(" "));
    }

    /// For each token, whether it belongs to a service's name.
    fn mark(&self, tokens: &[Token]) -> Vec<bool> {
        let mut marks = vec![false; tokens.len()];
        for start in 0..tokens.len() {
            let mut name = String::new();
            for end in start..tokens.len().min(start + self.longest) {
                if end > start {
                    name.push(' ');
                }
                name.push_str(&tokens[end].text);
                if self.names.contains(&name) {
                    marks[start..=end].fill(true);
                }
            }
        }
        marks
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
