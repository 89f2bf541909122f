//! From clauses to what the model gets in one call.

use crate::synthesis::text::{Clause, vocabulary};
use crate::synthesis::voice::VoiceError;

/// The most symbols in one call: about 40 Chinese characters. Longer ones (the model takes
/// 510) are read with less care, and let the listener wait.
pub const LONGEST: usize = 200;

/// One call of the model.
#[derive(Debug, Clone, PartialEq)]
pub struct Part {
    /// The symbols' numbers; from 1 to [`LONGEST`].
    pub numbers: Vec<u8>,
    /// The silence after it, in seconds.
    pub pause_after: f32,
    /// The words; only with the first part of a clause.
    pub text: String,
}

/// The calls for `clauses`. A clause without any sound in it gives none.
pub fn of(clauses: &[Clause]) -> Result<Vec<Part>, VoiceError> {
    let mut parts = Vec::with_capacity(clauses.len());
    for clause in clauses {
        if !clause.phonemes.chars().any(vocabulary::is_sound) {
            continue;
        }
        let numbers = numbers(&clause.phonemes)?;
        let mut text = clause.text.clone();
        let mut rest = numbers.as_slice();
        while !rest.is_empty() {
            let (now, later) = rest.split_at(cut(rest));
            let pause_after = if later.is_empty() {
                pause(clause.pause_after)
            } else {
                0.0
            };
            parts.push(Part {
                numbers: now.to_vec(),
                pause_after,
                text: std::mem::take(&mut text),
            });
            rest = later;
        }
    }
    Ok(parts)
}

/// A pause that is a number and not absurd.
fn pause(seconds: f32) -> f32 {
    if seconds.is_finite() {
        seconds.clamp(0.0, 5.0)
    } else {
        0.0
    }
}

/// Where to cut: behind the last gap between words that leaves at most [`LONGEST`].
fn cut(numbers: &[u8]) -> usize {
    const SPACE: u8 = 16;
    if numbers.len() <= LONGEST {
        return numbers.len();
    }
    let gap = numbers[..LONGEST]
        .iter()
        .rposition(|&number| number <= SPACE);
    gap.filter(|&at| at > 0).map_or(LONGEST, |at| at + 1)
}

/// The numbers of the symbols. A symbol the model does not know is a fault of the
/// pronunciation: an error while developing, left out (and told) for the public.
fn numbers(phonemes: &str) -> Result<Vec<u8>, VoiceError> {
    let mut numbers = Vec::with_capacity(phonemes.len());
    for symbol in phonemes.chars() {
        match vocabulary::number(symbol) {
            Some(number) => numbers.push(number),
            None if cfg!(debug_assertions) => return Err(VoiceError::Symbol(symbol)),
            None => tracing::warn!(%symbol, "the voice does not know this symbol; left out"),
        }
    }
    Ok(numbers)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn clause(phonemes: &str) -> Clause {
        Clause {
            phonemes: phonemes.to_owned(),
            pause_after: 0.4,
            text: "text".to_owned(),
        }
    }

    #[test]
    fn long_clauses_are_cut_between_words() {
        let words = "ni↗nxau↓ ".repeat(60);
        let parts = of(&[clause(&words)]).expect("known symbols");
        assert!(parts.len() >= 3);
        for part in &parts {
            assert!(part.numbers.len() <= LONGEST);
            assert_eq!(part.numbers.last(), Some(&16), "cut inside a word");
        }
        let whole: Vec<u8> = parts.iter().flat_map(|part| part.numbers.clone()).collect();
        assert_eq!(whole, numbers(&words).expect("known symbols"));
    }

    #[test]
    fn only_the_last_part_has_the_pause_and_only_the_first_the_words() {
        let parts = of(&[clause(&"a".repeat(LONGEST + 1))]).expect("known symbols");
        let seen: Vec<_> = parts
            .iter()
            .map(|p| (p.pause_after, p.text.as_str()))
            .collect();
        assert_eq!(seen, [(0.0, "text"), (0.4, "")]);
    }

    #[test]
    fn nothing_to_say_gives_no_call() {
        assert_eq!(of(&[]).expect("known symbols"), []);
        assert_eq!(
            of(&[clause(""), clause(" ,.…"), clause("→")]).expect("known symbols"),
            []
        );
    }

    #[test]
    fn an_unknown_symbol_is_an_error_while_developing() {
        assert!(matches!(
            of(&[clause("ni↗你")]),
            Err(VoiceError::Symbol('你'))
        ));
    }
}
