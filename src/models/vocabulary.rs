//! Whisper's vocabulary: the bytes of each token.

/// The first special token: the ordinary ones end before it.
const END_OF_TEXT: &str = "<|endoftext|>";

/// Why a vocabulary file cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum VocabularyError {
    /// The special token that ends the ordinary ones is missing.
    #[error("the vocabulary does not name {END_OF_TEXT}: it is another model's, or cut short")]
    NoEnd,
    /// A character that stands for no byte.
    #[error("line {line} of the vocabulary has {character:?}, which stands for no byte")]
    Character {
        /// Counted from 1.
        line: usize,
        /// The character.
        character: char,
    },
}

/// The ordinary tokens of `text` as bytes. It has a token on each line, in order, in GPT-2's
/// printable stand-ins for bytes.
///
/// # Errors
/// If the special tokens do not follow, or a character stands for no byte.
pub fn parse(text: &str) -> Result<Vec<Vec<u8>>, VocabularyError> {
    let mut tokens = Vec::new();
    for (i, token) in text.split('\n').enumerate() {
        if token == END_OF_TEXT {
            return Ok(tokens);
        }
        let bytes: Result<_, _> = (token.chars())
            .map(|c| {
                byte(c).ok_or(VocabularyError::Character {
                    line: i + 1,
                    character: c,
                })
            })
            .collect();
        tokens.push(bytes?);
    }
    Err(VocabularyError::NoEnd)
}

/// The byte that a character stands for: printable Latin-1 characters for themselves, and the
/// characters from U+0100 on for the 68 other bytes, in order (`bytes_to_unicode` of GPT-2).
fn byte(c: char) -> Option<u8> {
    match c {
        '!'..='~' | '\u{a1}'..='\u{ac}' | '\u{ae}'..='\u{ff}' => u8::try_from(c).ok(),
        '\u{100}'..='\u{120}' => Some((u32::from(c) - 0x100) as u8),
        '\u{121}'..='\u{142}' => Some((u32::from(c) - 0x121) as u8 + 0x7f),
        '\u{143}' => Some(0xad),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;

    #[test]
    fn every_byte_has_one_character() {
        let characters: Vec<char> = ('\0'..'\u{1000}').filter(|&c| byte(c).is_some()).collect();
        let bytes: BTreeSet<u8> = characters.iter().filter_map(|&c| byte(c)).collect();
        assert_eq!((characters.len(), bytes.len()), (256, 256));
    }

    #[test]
    fn tokens() {
        #[track_caller]
        fn check(text: &str, expected: Result<&[&[u8]], VocabularyError>) {
            let expected = expected.map(|tokens| tokens.iter().map(|t| t.to_vec()).collect());
            assert_eq!(parse(text), expected);
        }
        check(
            "!\nĠthe\næľī\n<|endoftext|>\n<|zh|>",
            Ok(&[b"!", b" the", "有".as_bytes()]),
        );
        check("Ċ\nŃ\nł\n<|endoftext|>", Ok(&[b"\n", b"\xad", b"\xa0"]));
        check("!\nĠthe\n", Err(VocabularyError::NoEnd));
        check(
            "!\na b\n<|endoftext|>",
            Err(VocabularyError::Character {
                line: 2,
                character: ' ',
            }),
        );
    }

    proptest! {
        #[test]
        fn never_panics(text in any::<String>()) {
            let _ = parse(&text);
        }
    }
}
