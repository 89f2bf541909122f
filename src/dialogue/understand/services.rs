//! What the services are called.

use std::collections::HashSet;

use super::tokens::{Token, tokens};
use crate::knowledge::{Guide, Knowledge};
use crate::language::Language;

/// What services are called, as tokens joined by spaces.
#[derive(Debug)]
pub(super) struct Services {
    names: HashSet<String>,
    longest: usize,
}

impl Services {
    pub fn new(language: Language, topics: &[String], knowledge: &Knowledge) -> Self {
        let mut services = Self::of(language, knowledge.iter());
        // One word of English is rarely a service's name alone ("will", "refund").
        services
            .names
            .retain(|name| language == Language::Zh || name.contains(' '));
        for topic in topics {
            let words = tokens(topic, language == Language::Zh);
            services.add(words.tokens.iter().map(|token| token.text.as_str()));
        }
        services
    }

    pub fn of<'a>(language: Language, guides: impl IntoIterator<Item = &'a Guide>) -> Self {
        let mut services = Self {
            names: HashSet::new(),
            longest: 0,
        };
        for guide in guides {
            for name in names(language, guide) {
                services.add(name.iter().map(String::as_str));
            }
        }
        services
    }

    fn add<'a>(&mut self, name: impl Iterator<Item = &'a str>) {
        let name: Vec<&str> = name.collect();
        self.longest = self.longest.max(name.len());
        self.names.insert(name.join(" "));
    }

    /// For each token, whether it belongs to a service's name.
    pub fn mark(&self, tokens: &[Token]) -> Vec<bool> {
        let mut marks = vec![false; tokens.len()];
        for start in 0..tokens.len() {
            let mut name = String::new();
            for end in start..tokens.len().min(start + self.longest) {
                if end > start {
                    name.push(' ');
                }
                name.push_str(&tokens[end].text);
                if self.names.contains(&name) {
                    marks[start..=end].fill(true);
                }
            }
        }
        marks
    }
}

/// What a guide is called, as tokens.
pub(super) fn names(language: Language, guide: &Guide) -> Vec<Vec<String>> {
    let text = guide.text(language);
    let names = text.also_called.iter().chain([&text.name, &text.title]);
    let cut = |name: &String| {
        let words = tokens(name, language == Language::Zh);
        words.tokens.into_iter().map(|token| token.text).collect()
    };
    names.map(cut).collect()
}

/// How much of `said` is in the likest of `names`, in order.
pub(super) fn likeness(said: &[&str], names: &[Vec<String>]) -> f32 {
    let common = names.iter().map(|name| common_length(said, name));
    let common = common.max().unwrap_or(0);
    common as f32 / said.len() as f32
}

/// The length of the longest common subsequence.
fn common_length(a: &[&str], b: &[String]) -> usize {
    let mut row = vec![0; b.len() + 1];
    for x in a {
        let mut diagonal = 0;
        for (j, y) in b.iter().enumerate() {
            let above = row[j + 1];
            row[j + 1] = if x == y {
                diagonal + 1
            } else {
                above.max(row[j])
            };
            diagonal = above;
        }
    }
    row[b.len()]
}
