//! Words → clauses that can be spoken one by one.

use std::cmp::Reverse;

use super::token::Token;

/// A piece of speech: what the voice says at one go, and the pause behind it.
#[derive(Debug, Clone, PartialEq)]
pub struct Clause {
    /// Kokoro's symbols, one to 500 of them, without the padding at both ends.
    pub phonemes: String,
    /// The words, normalised, with the mark that ends them.
    pub text: String,
    /// The silence behind it, in seconds: 0.4 after a sentence, about 0.2 after a comma where
    /// a long one was cut, 0 where it had to be cut elsewhere.
    pub pause_after: f32,
}

/// The most there may be in a clause, in Chinese characters (an English word counts as two).
const LONGEST: usize = 30;
/// The most symbols in a clause. Kokoro takes 510.
const MOST_SYMBOLS: usize = 480;

/// Words that a new group of words likes to begin with: a cut before them is heard least.
const OPENERS: &str = "要 就 可以 能 能够 到 去 在 带 带上 把 和 或 或者 跟 由 需要 应该 请 先 再 都 也 还 是 有 给 让 等 用 从 向 对 \
    如果 因为 所以 然后 但是 and or but if when where to for with in on at from of that which who is are can will you your please";

/// Joins words to clauses: a sentence each, and the parts of a long one. The voice is understood
/// far better when it has the whole sentence before it (`docs/speech.md`).
pub(super) fn join(tokens: &[Token]) -> Vec<Clause> {
    let mut joiner = Joiner::default();
    for token in tokens {
        match token {
            Token::Word { .. } => joiner.word(token),
            Token::Mark(mark) => joiner.mark(*mark),
        }
    }
    let last = joiner.open.last().and_then(|piece| piece.mark);
    joiner.close(last.map_or(0.4, pause));
    joiner.clauses
}

/// A word and the mark behind it.
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
        if let Token::Word {
            text,
            phonemes,
            weight,
            space,
        } = token
        {
            self.open.push(Piece {
                text,
                phonemes,
                weight: *weight,
                space: *space,
                mark: None,
            });
        }
    }

    fn mark(&mut self, mark: char) {
        if let Some(last) = self.open.last_mut() {
            last.mark = Some(mark);
            if pause(mark) >= 0.3 {
                self.close(pause(mark));
            }
        }
    }

    /// Ends the sentence.
    fn close(&mut self, pause_after: f32) {
        let sentence = std::mem::take(&mut self.open);
        divide(&sentence, pause_after, &mut self.clauses);
    }
}

/// Makes clauses of a sentence, halving it until they are short enough.
fn divide(sentence: &[Piece<'_>], pause_after: f32, clauses: &mut Vec<Clause>) {
    let symbols = |piece: &Piece<'_>| piece.phonemes.chars().count() + 2;
    let fits =
        weight(sentence) <= LONGEST && sentence.iter().map(symbols).sum::<usize>() <= MOST_SYMBOLS;
    match sentence {
        [] => {}
        [_, _, ..] if !fits => {
            let (first, second) = sentence.split_at(middle(sentence));
            let mark = first.last().and_then(|piece| piece.mark);
            divide(first, mark.map_or(0.0, pause), clauses);
            divide(second, pause_after, clauses);
        }
        _ => clauses.push(clause(sentence, pause_after)),
    }
}

fn weight(pieces: &[Piece<'_>]) -> usize {
    pieces.iter().map(|piece| piece.weight).sum()
}

/// Where two words or more are cut in two so that it is heard least: neither side much longer
/// than the other, not inside a number, behind a mark or before an opener, near the middle.
fn middle(pieces: &[Piece<'_>]) -> usize {
    let all = weight(pieces);
    let mut before = 0;
    let cuts = pieces.windows(2).enumerate().map(|(at, pair)| {
        before += pair[0].weight;
        let balanced = 4 * before.min(all - before) >= all;
        let number = is_digits(pair[0].text) && is_digits(pair[1].text);
        let marked = pair[0].mark.is_some();
        let opens = marked || OPENERS.split_whitespace().any(|word| word == pair[1].text);
        let off = Reverse(before.abs_diff(all - before));
        let score = (balanced && !number, !number, marked, opens, off);
        (at + 1, score)
    });
    cuts.max_by_key(|&(_, score)| score)
        .map_or(pieces.len(), |(at, _)| at)
}

fn clause(pieces: &[Piece<'_>], pause_after: f32) -> Clause {
    let mut clause = Clause {
        phonemes: String::new(),
        text: String::new(),
        pause_after,
    };
    for piece in pieces {
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
    clause
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
