//! What is made of a sentence with a grammar.

use std::ops::Range;

use super::grammar::Grammar;
use super::matcher::{Found, Heard, WILD, run};
use super::services::{Services, likeness, names};
use super::tokens::{Token, Words, tokens};
use super::{Context, Meaning};
use crate::dialogue::command::Command;
use crate::dialogue::session::Door;
use crate::language::Language;

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

/// A sentence, ready for matching.
pub(super) struct Line {
    pub tokens: Vec<Token>,
    pub heard: Heard,
}

impl Grammar {
    pub fn listen(&self, text: &str, context: &Context<'_>) -> Meaning {
        let (words, heard) = self.within(text, context);
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

    /// How far all of `text` is from the words of the nearest command: 0 if it is the same,
    /// 0.05 for a homophone or a tone, 0.01 for a filler; infinite if it is none.
    pub fn price(&self, text: &str) -> f32 {
        let line = self.line(text);
        let found = self.whole(&line, &(0..line.tokens.len()));
        found.map_or(f32::INFINITY, |(_, price)| price)
    }

    /// Whether `text` names a service or sounds an alarm.
    pub fn is_serious(&self, text: &str) -> bool {
        self.is_grave(&self.line(text))
    }

    /// The words of `text` but for the open guide's own name; `None` if they name a service or
    /// sound an alarm.
    pub fn plain(&self, text: &str, context: &Context<'_>) -> Option<Vec<Token>> {
        let (_, line) = self.within(text, context);
        (!self.is_grave(&line)).then_some(line.tokens)
    }

    fn is_grave(&self, line: &Line) -> bool {
        line.heard.service.contains(&true) || self.anywhere(&self.alarm, line, 0..line.tokens.len())
    }

    /// The words of `text`, and what is heard of them where a guide may be open.
    fn within(&self, text: &str, context: &Context<'_>) -> (Words, Line) {
        let words = tokens(text, self.language == Language::Zh);
        let own = context
            .open
            .map(|guide| Services::of(self.language, [guide]));
        let line = self.hear(&words.tokens, own.as_ref());
        (words, line)
    }

    fn line(&self, text: &str) -> Line {
        self.hear(&tokens(text, self.language == Language::Zh).tokens, None)
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
        let breaks_off = starts.iter().any(|start| {
            let found = self.at(&self.unfinished, line, *start, all.end);
            found.iter().any(|end| ends.contains(end))
        });
        // "Where" alone is a command, word for word; "I want to" is the beginning of anything.
        const EXACT: f32 = 0.005;
        match self.whole(line, &all) {
            // A service is named, and none is open: that one's price is asked for. (What to bring
            // and who may come are asked with papers and pensions that are named like services.)
            Some((Command::Cost | Command::Duration | Command::Where | Command::Call, _))
                if context.open.is_none() && line.heard.service.contains(&true) => {}
            Some((command, price)) if !breaks_off || price < EXACT => {
                return Some(Meaning::Command(command));
            }
            None if !breaks_off && !starts.contains(&all.end) => {}
            _ => return Some(Meaning::Unfinished),
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

    /// The choice that is named: "the one with the bus card".
    fn named(&self, line: &Line, context: &Context<'_>) -> Option<usize> {
        const LONGEST: usize = 10;
        let all = 0..line.tokens.len();
        if context.choices.is_empty() || self.anywhere(&self.asking, line, all.clone()) {
            return None;
        }
        let start = self.starts(line, &all).into_iter().max()?;
        let end = self.ends(line, &all).into_iter().min()?;
        if end <= start || end - start > LONGEST {
            return None;
        }
        let said = line.tokens[start..end].iter().map(|t| t.text.as_str());
        let said: Vec<&str> = said.filter(|text| !self.weak.contains(*text)).collect();
        let least = if self.language == Language::Zh { 2 } else { 1 };
        if said.len() < least {
            return None;
        }
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
