//! Signs of danger, by rules that anybody can read: `knowledge/words/danger.toml`.

use std::sync::LazyLock;

use serde::Deserialize;

use crate::knowledge::Danger;
use crate::language::Language;
use crate::text::{segment, simplify, sound};

const RULES: &str = include_str!("../../knowledge/words/danger.toml");

/// The mark for "anything may stand here".
const GAP: char = '…';
/// How much may stand in a gap: characters, or words in English.
const WIDEST_ZH: usize = 8;
const WIDEST_EN: usize = 5;
/// Sentences of so many syllables are recognised by sound too; shorter ones would find
/// themselves everywhere.
const ENOUGH_SYLLABLES: usize = 4;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    calm: Calm,
    rule: Vec<Written>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Calm {
    zh: Vec<String>,
    en: Vec<String>,
}

/// A rule as it is written.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    /// For whoever reads the file.
    #[serde(rename = "name")]
    _name: String,
    danger: Danger,
    zh: Signs,
    en: Signs,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Signs {
    says: Vec<String>,
    unless: Vec<String>,
}

/// A sentence with gaps: parts that follow one another.
#[derive(Debug)]
struct Sentence {
    /// Characters, or English stems.
    parts: Vec<Vec<String>>,
    /// Toneless folded syllables, if there are enough of them.
    sounds: Option<Vec<Vec<String>>>,
}

#[derive(Debug)]
struct Rule {
    danger: Danger,
    says: Vec<Sentence>,
    unless: Vec<Sentence>,
}

static RULES_ZH: LazyLock<Vec<Rule>> = LazyLock::new(|| rules(Language::Zh));
static RULES_EN: LazyLock<Vec<Rule>> = LazyLock::new(|| rules(Language::En));

/// The danger that `text` speaks of, if any; an emergency before a scam.
pub(super) fn signs(text: &str, language: Language) -> Option<Danger> {
    let (rules, heard) = match language {
        Language::Zh => (&*RULES_ZH, Heard::mandarin(text)),
        Language::En => (&*RULES_EN, Heard::english(text)),
    };
    let firing = rules
        .iter()
        .filter(|rule| rule.fires(&heard))
        .map(|rule| rule.danger);
    firing.min_by_key(|danger| *danger != Danger::Emergency)
}

/// Reads the rules of one language; a test proves that the file parses.
fn rules(language: Language) -> Vec<Rule> {
    let Ok(File { calm, rule }) = toml::from_str(RULES) else {
        return Vec::new();
    };
    let read = |sentences: &[String]| {
        sentences
            .iter()
            .map(|s| Sentence::read(s, language))
            .collect::<Vec<_>>()
    };
    let calm = if language == Language::Zh {
        calm.zh
    } else {
        calm.en
    };
    let rule_of = |written: Written| {
        let signs = if language == Language::Zh {
            written.zh
        } else {
            written.en
        };
        let mut unless = read(&signs.unless);
        unless.extend(read(&calm));
        Rule {
            danger: written.danger,
            says: read(&signs.says),
            unless,
        }
    };
    rule.into_iter().map(rule_of).collect()
}

/// What was said, as the sentences are compared with it.
struct Heard {
    parts: Vec<String>,
    sounds: Vec<String>,
    widest: usize,
}

impl Heard {
    fn mandarin(text: &str) -> Self {
        let text = simplify(text);
        Self {
            parts: segment::characters(&text),
            sounds: folded(&text),
            widest: WIDEST_ZH,
        }
    }

    fn english(text: &str) -> Self {
        let parts = segment::stems(&segment::english_words(text));
        Self {
            parts,
            sounds: Vec::new(),
            widest: WIDEST_EN,
        }
    }
}

fn folded(text: &str) -> Vec<String> {
    sound::syllables(text)
        .into_iter()
        .map(|s| s.folded())
        .collect()
}

impl Rule {
    /// By sound only with care: what calms is looked for by sound as well.
    fn fires(&self, heard: &Heard) -> bool {
        self.says.iter().any(|s| s.occurs(heard)) && !self.unless.iter().any(|s| s.occurs(heard))
    }
}

impl Sentence {
    fn read(sentence: &str, language: Language) -> Self {
        let parts = sentence.split(GAP);
        match language {
            Language::Zh => {
                let sounds: Vec<_> = parts.clone().map(folded).collect();
                let enough = sounds.iter().map(Vec::len).sum::<usize>() >= ENOUGH_SYLLABLES;
                Self {
                    parts: parts.map(segment::characters).collect(),
                    sounds: enough.then_some(sounds),
                }
            }
            Language::En => {
                let stems = |part: &str| segment::stems(&segment::english_words(part));
                Self {
                    parts: parts.map(stems).collect(),
                    sounds: None,
                }
            }
        }
    }

    fn occurs(&self, heard: &Heard) -> bool {
        in_order(&self.parts, &heard.parts, heard.parts.len(), heard.widest)
            || self.sounds.as_ref().is_some_and(|sounds| {
                in_order(sounds, &heard.sounds, heard.sounds.len(), heard.widest)
            })
    }
}

/// Whether `parts` occur in `heard` one after the other: the first starts within `reach`,
/// each next at most `gap` behind the one before.
fn in_order(parts: &[Vec<String>], heard: &[String], reach: usize, gap: usize) -> bool {
    let Some((first, rest)) = parts.split_first() else {
        return true;
    };
    (0..=reach.min(heard.len())).any(|start| {
        let tail = &heard[start..];
        tail.starts_with(first) && in_order(rest, &tail[first.len()..], gap, gap)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rules_parse() {
        let file: File = toml::from_str(RULES).unwrap();
        assert!(
            file.rule
                .iter()
                .all(|r| !r.zh.says.is_empty() && !r.en.says.is_empty())
        );
    }

    /// Sentences of our own: `danger<tab>language<tab>sentence`; `-` is calm.
    const SENTENCES: &str = include_str!("../../tests/data/danger-sentences.tsv");

    #[test]
    fn alarms_and_calm() {
        let mut wrong = Vec::new();
        for line in SENTENCES
            .lines()
            .filter(|line| !line.is_empty() && !line.starts_with('#'))
        {
            let columns: Vec<_> = line.split('\t').collect();
            let expected = match columns[0] {
                "emergency" => Some(Danger::Emergency),
                "scam" => Some(Danger::Scam),
                _ => None,
            };
            let found = signs(columns[2], columns[1].parse().unwrap());
            if found != expected {
                wrong.push(format!("{line}: {found:?}"));
            }
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    }
}
