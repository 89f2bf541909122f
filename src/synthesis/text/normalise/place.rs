//! Where a rule looks, and what it answers.

/// A place in the text.
#[derive(Debug, Clone, Copy)]
pub(super) struct Place<'a> {
    /// Everything before it, as it was written.
    pub before: &'a str,
    /// Everything from it on.
    pub rest: &'a str,
    /// Whether the number before it was dialled, with only a separator between the two.
    pub after_dialled: bool,
}

impl<'a> Place<'a> {
    /// The text behind the first `length` bytes, without spaces at its beginning.
    pub fn after(&self, length: usize) -> &'a str {
        self.rest[length..].trim_start_matches(' ')
    }

    pub fn previous(&self) -> Option<char> {
        self.before.chars().next_back()
    }
}

/// What a rule says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Spoken {
    /// How many bytes of the text it consumed.
    pub length: usize,
    /// The words.
    pub words: String,
    /// Whether it is a number to dial.
    pub dialled: bool,
}

impl Spoken {
    pub fn new(length: usize, words: impl Into<String>) -> Option<Self> {
        Some(Self {
            length,
            words: words.into(),
            dialled: false,
        })
    }

    pub fn dialled(length: usize, words: impl Into<String>) -> Option<Self> {
        Some(Self {
            length,
            words: words.into(),
            dialled: true,
        })
    }
}

/// A rule: what stands at a place, said in words; `None` if the rule does not know it.
pub(super) type Rule = fn(&Place<'_>) -> Option<Spoken>;

/// Goes through `text` and lets the first rule that knows a place speak; what no rule knows
/// is given to `otherwise`.
pub(super) fn apply(
    text: &str,
    rules: &[Rule],
    mut otherwise: impl FnMut(&mut String, &Place<'_>, char),
) -> String {
    let mut spoken = String::with_capacity(text.len() * 2);
    let mut at = 0;
    let mut after_dialled = false;
    while let Some(c) = text[at..].chars().next() {
        let place = Place {
            before: &text[..at],
            rest: &text[at..],
            after_dialled,
        };
        if let Some(found) = rules
            .iter()
            .find_map(|rule| rule(&place))
            .filter(|found| found.length > 0)
        {
            spoken.push_str(&found.words);
            at += found.length;
            after_dialled = found.dialled;
        } else {
            otherwise(&mut spoken, &place, c);
            at += c.len_utf8();
            after_dialled &= " 、，,或和/;；".contains(c);
        }
    }
    spoken
}

/// A regular expression that matches at the beginning of a text; compiled once.
macro_rules! pattern {
    ($pattern:expr) => {{
        static PATTERN: std::sync::LazyLock<regex::Regex> = std::sync::LazyLock::new(|| {
            regex::Regex::new(concat!("^(?:", $pattern, ")")).expect("a well-formed pattern")
        });
        &*PATTERN
    }};
}
pub(super) use pattern;
