//! Tokens and codes: what is handed out, and what is kept of it.

use std::fmt;

use sha2::{Digest, Sha256};

use super::StoreError;

/// A token or a code as it is handed out. Only its hash is kept. Not shown by `Debug`.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

/// Digits and letters that are not taken for one another when copied by hand (Crockford).
const LETTERS: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";

impl Secret {
    /// 130 random bits in 26 characters that may stand in an address.
    pub(super) fn token() -> Result<Self, StoreError> {
        Ok(Self(random_letters(26)?))
    }

    /// So many random digits, at most 18.
    pub(super) fn digits(count: u32) -> Result<Self, StoreError> {
        let number = getrandom::u64()? % 10_u64.pow(count);
        Ok(Self(format!("{number:0count$}", count = count as usize)))
    }

    /// The words themselves, to be handed out.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

/// A name for a row: unique, and telling nothing.
pub(super) fn id() -> Result<String, StoreError> {
    random_letters(12)
}

fn random_letters(count: usize) -> Result<String, StoreError> {
    let mut bytes = vec![0_u8; count];
    getrandom::fill(&mut bytes)?;
    // 256 is a multiple of 32, so each letter is equally likely.
    let letter = |byte: u8| char::from(LETTERS[usize::from(byte % 32)]);
    Ok(bytes.into_iter().map(letter).collect())
}

/// What is kept of a secret: its SHA-256 in hexadecimal. Tokens are long and random, so that
/// nothing slower is needed. Of a code, spaces and hyphens do not count.
pub(super) fn digest(secret: &str) -> String {
    let plain: String = secret
        .chars()
        .filter(|c| !c.is_whitespace() && *c != '-')
        .collect();
    let hash = Sha256::digest(plain.as_bytes());
    hash.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_long_distinct_and_not_shown() {
        let (one, two) = (Secret::token().unwrap(), Secret::token().unwrap());
        assert_ne!(one, two);
        assert_eq!(one.as_str().len(), 26);
        assert!(!format!("{one:?}").contains(one.as_str()));
        let code = Secret::digits(8).unwrap();
        assert_eq!(code.as_str().len(), 8);
        assert!(code.as_str().bytes().all(|b| b.is_ascii_digit()));
    }

    #[test]
    fn a_code_may_be_typed_in_groups() {
        assert_eq!(digest("1234 5678"), digest("12345678"));
        assert_eq!(digest("1234-5678"), digest("12345678"));
        assert_ne!(digest("12345679"), digest("12345678"));
    }
}
