//! Text → tokens: a Chinese character, or a word of anything else, with its sound.

use crate::language::is_hanzi;
use crate::text::pinyin::{self, Syllable};
use crate::text::simplify;

/// A character or word.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Token {
    pub text: String,
    /// The syllable of a Chinese character.
    pub syllable: Option<Syllable>,
    /// Which clause it stands in, from 0.
    pub clause: usize,
    /// Where it begins in the simplified text, in bytes.
    pub at: usize,
}

/// The simplified text, which tokens point into, and its tokens.
#[derive(Debug, Default)]
pub(super) struct Words {
    pub text: String,
    pub tokens: Vec<Token>,
}

/// Cuts `text` into tokens. Digits become the characters (or words) that templates use.
pub(super) fn tokens(text: &str, chinese: bool) -> Words {
    let mut words = cut(text, chinese);
    if chinese {
        let starts: Vec<usize> = words.text.char_indices().map(|(at, _)| at).collect();
        for syllable in pinyin::syllables(&words.text) {
            let at = starts.get(syllable.position());
            let token = at.and_then(|at| words.tokens.binary_search_by_key(at, |t| t.at).ok());
            if let Some(token) = token {
                words.tokens[token].syllable = Some(syllable);
            }
        }
    }
    words
}

/// The same, without the sounds.
pub(super) fn cut(text: &str, chinese: bool) -> Words {
    let text = if chinese {
        simplify(text)
    } else {
        text.to_owned()
    };
    let mut tokens: Vec<Token> = Vec::new();
    let mut clause = 0;
    let mut in_word = false;
    for (at, c) in text.char_indices() {
        if matches!(c, '\'' | '’') {
            continue;
        }
        if !c.is_alphanumeric() {
            in_word = false;
            let ends = "，。？！；：、…,.?!;:".contains(c);
            if ends && tokens.last().is_some_and(|token| token.clause == clause) {
                clause += 1;
            }
            continue;
        }
        let single = is_hanzi(c);
        let lower = c.to_lowercase();
        match tokens.last_mut().filter(|_| in_word && !single) {
            Some(word) => word.text.extend(lower),
            None => tokens.push(Token {
                text: lower.collect(),
                syllable: None,
                clause,
                at,
            }),
        }
        in_word = !single;
    }
    for token in &mut tokens {
        if let Some(number) = number(&token.text, chinese) {
            token.text = number.into();
        }
    }
    Words { text, tokens }
}

fn number(digits: &str, chinese: bool) -> Option<&'static str> {
    let (zh, en) = match digits {
        "1" => ("一", "one"),
        "2" => ("二", "two"),
        "3" => ("三", "three"),
        "4" => ("四", "four"),
        "5" => ("五", "five"),
        "6" => ("六", "six"),
        _ => return None,
    };
    Some(if chinese { zh } else { en })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cuts_into_tokens_and_clauses() {
        #[track_caller]
        fn check(text: &str, chinese: bool, expected: &str) {
            let words = tokens(text, chinese);
            let written: Vec<String> = words
                .tokens
                .iter()
                .map(|token| format!("{}{}", token.clause, token.text))
                .collect();
            assert_eq!(written.join(" "), expected, "{text}");
        }
        check(
            "等會兒，我接個電話。",
            true,
            "0等 0会 0儿 1我 1接 1个 1电 1话",
        );
        check("选2号", true, "0选 0二 0号");
        check("OK, 下一步", true, "0ok 1下 1一 1步");
        check("I'm back, carry on!", false, "0im 0back 1carry 1on");
        check("number 2...", false, "0number 0two");
        check("……", true, "");
    }
}
