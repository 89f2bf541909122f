//! The commands as sentences: all that the templates make word for word, with what may be
//! said before and after it. The recogniser listens for them.

use std::collections::{HashMap, HashSet};

use super::grammar::Grammar;
use super::template::{Takes, Template};
use super::tokens::cut;
use crate::dialogue::locale::LocaleError;
use crate::knowledge::Knowledge;
use crate::language::{Language, is_hanzi};
use crate::recognition::Phrases;

/// The commands of both languages, as sentences. Templates that stand open (`~`) make none.
#[derive(Debug)]
pub struct Phrasebook {
    zh: Book,
    en: Book,
}

impl Phrasebook {
    /// Reads the bundled templates.
    ///
    /// # Errors
    /// If a bundled file is damaged.
    pub fn bundled() -> Result<Self, LocaleError> {
        Ok(Self {
            zh: Book::bundled(Language::Zh)?,
            en: Book::bundled(Language::En)?,
        })
    }

    fn book(&self, language: Language) -> &Book {
        match language {
            Language::Zh => &self.zh,
            Language::En => &self.en,
        }
    }
}

impl Phrases for Phrasebook {
    fn begins(&self, text: &str, language: Language) -> bool {
        let book = self.book(language);
        let words = words(text, language);
        let Some((last, before)) = words.split_last() else {
            return true;
        };
        let unfinished = || {
            !last.contains(is_hanzi)
                && book
                    .follow(before)
                    .is_some_and(|place| book.goes_on(&place, last))
        };
        book.follow(&words).is_some() || unfinished()
    }

    fn is_whole(&self, text: &str, language: Language) -> bool {
        let place = self.book(language).follow(&words(text, language));
        place.is_some_and(|place| place.whole)
    }
}

fn words(text: &str, language: Language) -> Vec<String> {
    let words = cut(text, language == Language::Zh).tokens;
    words.into_iter().map(|token| token.text).collect()
}

/// What a template is in a sentence.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Part {
    Before,
    Command,
    After,
}

/// A node of a template.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
struct Position {
    node: usize,
    last: usize,
    part: Part,
}

/// Where one is in the templates behind some words.
#[derive(Debug, Default)]
struct Place {
    positions: HashSet<Position>,
    /// Whether a command or what comes before one may begin here.
    may_begin: bool,
    /// Whether the words are a sentence, behind which something may come.
    whole: bool,
}

/// The sentences of a language.
#[derive(Debug)]
struct Book {
    grammar: Grammar,
    /// Where each symbol leads at the beginning of a sentence, and behind a command.
    beginnings: HashMap<usize, Vec<Position>>,
    endings: HashMap<usize, Vec<Position>>,
}

impl Book {
    fn bundled(language: Language) -> Result<Self, LocaleError> {
        // The services' names are not needed: no sentence here has one.
        let mut book = Self {
            grammar: Grammar::bundled(language, &Knowledge::default())?,
            beginnings: HashMap::new(),
            endings: HashMap::new(),
        };
        let grammar = &book.grammar;
        let before = grammar.before.0.iter().map(|t| first(t, Part::Before));
        let commands = grammar.commands.iter().flat_map(|group| &group.templates);
        let beginnings = before.chain(commands.map(|t| first(t, Part::Command)));
        let endings = grammar.after.0.iter().map(|t| first(t, Part::After));
        let (beginnings, endings) = (book.steps(beginnings), book.steps(endings));
        (book.beginnings, book.endings) = (beginnings, endings);
        Ok(book)
    }

    /// Where each symbol leads from the templates' beginnings.
    fn steps(&self, from: impl Iterator<Item = Position>) -> HashMap<usize, Vec<Position>> {
        let mut steps: HashMap<usize, Vec<Position>> = HashMap::new();
        for position in &self.place(from).positions {
            for (symbol, to) in self.symbols(position) {
                steps.entry(symbol).or_default().push(to);
            }
        }
        steps
    }

    /// The symbols that lead on from a position, and where to.
    fn symbols(&self, from: &Position) -> impl Iterator<Item = (usize, Position)> {
        let (last, part) = (from.last, from.part);
        self.grammar.network.nodes[from.node]
            .iter()
            .filter_map(move |edge| match edge.takes {
                Takes::Symbol(symbol) => {
                    let node = edge.to;
                    Some((symbol, Position { node, last, part }))
                }
                Takes::Nothing | Takes::Any { .. } => None,
            })
    }

    /// All positions that are reached from some without a word.
    fn place(&self, from: impl Iterator<Item = Position>) -> Place {
        let mut place = Place::default();
        let mut left: Vec<Position> = from.collect();
        while let Some(position) = left.pop() {
            if !place.positions.insert(position) {
                continue;
            }
            if position.node == position.last {
                place.may_begin |= position.part == Part::Before;
                place.whole |= position.part != Part::Before;
            }
            let edges = &self.grammar.network.nodes[position.node];
            let free = edges.iter().filter(|edge| edge.takes == Takes::Nothing);
            left.extend(free.map(|edge| Position {
                node: edge.to,
                ..position
            }));
        }
        place
    }

    /// Where `words` lead; `None` if no sentence begins so.
    fn follow(&self, words: &[String]) -> Option<Place> {
        let mut place = Place {
            may_begin: true,
            ..Place::default()
        };
        for word in words {
            let symbol = self.grammar.network.symbol(word)?;
            let inside = place.positions.iter().flat_map(|from| self.symbols(from));
            let inside = inside.filter(|(taken, _)| *taken == symbol);
            let at = |steps: &HashMap<usize, Vec<Position>>, open: bool| {
                let steps = steps.get(&symbol).filter(|_| open);
                steps.cloned().unwrap_or_default()
            };
            let mut reached: Vec<Position> = inside.map(|(_, to)| to).collect();
            reached.extend(at(&self.beginnings, place.may_begin));
            reached.extend(at(&self.endings, place.whole));
            if reached.is_empty() {
                return None;
            }
            place = self.place(reached.into_iter());
        }
        Some(place)
    }

    /// Whether a word that begins with `part` leads on from `place`.
    fn goes_on(&self, place: &Place, part: &str) -> bool {
        let begins = |symbol: usize| self.grammar.network.symbols[symbol].text.starts_with(part);
        let mut inside = place.positions.iter().flat_map(|from| self.symbols(from));
        inside.any(|(symbol, _)| begins(symbol))
            || place.may_begin && self.beginnings.keys().copied().any(begins)
            || place.whole && self.endings.keys().copied().any(begins)
    }
}

fn first(template: &Template, part: Part) -> Position {
    Position {
        node: template.first,
        last: template.last,
        part,
    }
}

#[cfg(test)]
mod tests {
    use std::sync::LazyLock;

    use super::*;

    static BOOK: LazyLock<Phrasebook> = LazyLock::new(|| Phrasebook::bundled().unwrap());

    #[test]
    fn commands_are_sentences() {
        #[track_caller]
        fn check(text: &str, begins: bool, whole: bool) {
            let language = Language::of_text(text);
            let got = (BOOK.begins(text, language), BOOK.is_whole(text, language));
            assert_eq!(got, (begins, whole), "{text}");
        }
        check("下一", true, false);
        check("下一步", true, true);
        check("好，下一步吧。", true, true);
        check("对", true, true);
        check("第2个", true, true);
        check("我的老年证丢了", false, false);
        check("next st", true, false);
        check("Next step", true, true);
        check("Yes, please.", true, true);
        check("my card is lost", false, false);
    }
}
