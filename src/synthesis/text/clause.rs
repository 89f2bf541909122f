//! Words → clauses that can be spoken one by one.

use super::token::Token;

/// A piece of speech: what the voice says at one go, and the pause behind it.
#[derive(Debug, Clone, PartialEq)]
pub struct Clause {
    /// Kokoro's symbols, one to 500 of them, without the padding at both ends.
    pub phonemes: String,
    /// The words, normalised, with the mark that ends them.
    pub text: String,
    /// The silence behind it, in seconds: 0.4 after a sentence, about 0.2 after a comma,
    /// 0 where a long run of words had to be cut.
    pub pause_after: f32,
}

/// The most there may be in a clause, in Chinese characters (an English word counts as two).
const LONGEST: usize = 40;
/// A first clause of up to this size is left whole.
const FIRST_LONGEST: usize = 12;
/// Where a longer first clause is cut, at most.
const FIRST_CUT: usize = 9;
/// A comma ends a clause of at least this size; shorter ones go on.
const SHORTEST: usize = 6;
/// The most symbols in a clause. Kokoro takes 510.
const MOST_SYMBOLS: usize = 480;

/// Words that a new group of words likes to begin with: a cut before them is heard least.
const OPENERS: &str = "要 就 可以 能 能够 到 去 在 带 带上 把 和 或 或者 跟 由 需要 应该 请 先 再 都 也 还 是 有 给 让 等 用 从 向 对 \
    如果 因为 所以 然后 但是 and or but if when where to for with in on at from of that which who is are can will you your please";

/// Joins words to clauses.
pub(super) fn join(tokens: &[Token]) -> Vec<Clause> {
    let mut joiner = Joiner::default();
    for token in tokens {
        match token {
            Token::Word { .. } => joiner.word(token),
            Token::Mark(mark) => joiner.mark(*mark),
        }
    }
    joiner.close(0.4);
    joiner.clauses
}

/// A word and the mark behind it.
#[derive(Clone)]
struct Piece<'a> {
    text: &'a str,
    phonemes: &'a str,
    weight: usize,
    space: bool,
    mark: Option<char>,
}

#[derive(Default)]
struct Joiner<'a> {
    clauses: Vec<Clause>,
    open: Vec<Piece<'a>>,
}

impl<'a> Joiner<'a> {
    fn word(&mut self, token: &'a Token) {
        let Token::Word {
            text,
            phonemes,
            weight,
            space,
        } = token
        else {
            return;
        };
        self.open.push(Piece {
            text,
            phonemes,
            weight: *weight,
            space: *space,
            mark: None,
        });
        // What a cut leaves may still be too long, when it went through the front.
        while self.is_too_long() {
            self.cut();
        }
    }

    fn is_too_long(&self) -> bool {
        let longest = if self.clauses.is_empty() {
            FIRST_LONGEST
        } else {
            LONGEST
        };
        let symbols = |piece: &Piece<'_>| piece.phonemes.chars().count() + 2;
        self.weight() > longest || self.open.iter().map(symbols).sum::<usize>() > MOST_SYMBOLS
    }

    fn mark(&mut self, mark: char) {
        let Some(last) = self.open.last_mut() else {
            return;
        };
        last.mark = Some(mark);
        let shortest = if self.clauses.is_empty() { 2 } else { SHORTEST };
        match pause(mark) {
            pause if pause >= 0.3 => self.close(pause),
            pause if pause >= 0.2 && self.weight() >= shortest => self.close(pause),
            _ => {}
        }
    }

    fn weight(&self) -> usize {
        self.open.iter().map(|piece| piece.weight).sum()
    }

    /// Ends the clause somewhere before its last word, where it is heard least.
    fn cut(&mut self) {
        let (low, high) = if self.clauses.is_empty() {
            (4, FIRST_CUT)
        } else {
            (LONGEST / 2, LONGEST)
        };
        let mut weight = 0;
        let best = (1..self.open.len()).map(|i| {
            weight += self.open[i - 1].weight;
            let marked = self.open[i - 1].mark.is_some();
            let opens = OPENERS
                .split_whitespace()
                .any(|word| word == self.open[i].text);
            let fits = weight >= low && weight <= high;
            let number = is_digits(self.open[i - 1].text) && is_digits(self.open[i].text);
            (i, (fits && !number, marked, !number, opens, weight))
        });
        let best = best
            .max_by_key(|&(_, score)| score)
            .map_or(self.open.len(), |(i, _)| i);
        let rest = self.open.split_off(best);
        let pause = self
            .open
            .last()
            .and_then(|piece| piece.mark)
            .map_or(0.0, pause);
        self.close(pause);
        self.open = rest;
    }

    fn close(&mut self, pause_after: f32) {
        if self.open.is_empty() {
            return;
        }
        let mut clause = Clause {
            phonemes: String::new(),
            text: String::new(),
            pause_after,
        };
        for piece in self.open.drain(..) {
            if !clause.phonemes.is_empty() {
                clause.phonemes.push(' ');
            }
            if piece.space && !clause.text.is_empty() {
                clause.text.push(' ');
            }
            clause.phonemes.push_str(piece.phonemes);
            clause.text.push_str(piece.text);
            if let Some(mark) = piece.mark {
                clause.phonemes.push(symbol(mark));
                clause.text.push(mark);
            }
        }
        self.clauses.push(clause);
    }
}

/// Whether a word is part of a number that is read digit by digit: no cut goes through those.
fn is_digits(word: &str) -> bool {
    const ENGLISH: &str = "zero one two three four five six seven eight nine";
    word.chars().all(|c| "零幺一二三四五六七八九点".contains(c))
        || ENGLISH.split(' ').any(|digit| digit == word)
}

/// The pause behind a mark, in seconds.
fn pause(mark: char) -> f32 {
    match mark {
        '。' | '！' | '？' | '.' | '!' | '?' => 0.4,
        '；' | ';' => 0.3,
        '，' | '：' | ',' | ':' => 0.2,
        _ => 0.1,
    }
}

/// Kokoro's symbol for a mark.
fn symbol(mark: char) -> char {
    match mark {
        '。' => '.',
        '！' => '!',
        '？' => '?',
        '；' => ';',
        '：' => ':',
        '，' | '、' => ',',
        other => other,
    }
}
