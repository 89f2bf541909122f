//! Regions: whose rules a guide tells, and how people name the place they are in.

use std::fmt;
use std::path::Path;

use serde::{Deserialize, Serialize};

use super::document::Document;
use super::fault::Fault;
use crate::language::Language;

/// The name of a region's folder: `cn`, `cn-fujian`, `cn-fujian-quanzhou`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct RegionId(String);

impl RegionId {
    /// Takes a name as it is.
    pub fn new(id: impl Into<String>) -> Self {
        Self(id.into())
    }

    /// The region whose rules hold nation-wide.
    #[must_use]
    pub fn nation() -> Self {
        Self(super::NATION.into())
    }

    /// The name itself.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether it is `cn`, or begins with `cn-` and goes on in lower-case words.
    #[must_use]
    pub fn is_well_formed(&self) -> bool {
        let mut words = self.0.split('-');
        words.next() == Some(super::NATION)
            && words.all(|word| !word.is_empty() && word.bytes().all(|b| b.is_ascii_lowercase()))
    }

    /// The region around this one: the name without its last word; none for the nation.
    #[must_use]
    pub fn parent(&self) -> Option<Self> {
        self.0
            .rsplit_once('-')
            .map(|(parent, _)| Self(parent.into()))
    }

    /// From the nation down to this region.
    #[must_use]
    pub fn chain(&self) -> Vec<Self> {
        let mut chain: Vec<_> =
            std::iter::successors(Some(self.clone()), |region| region.parent()).collect();
        chain.reverse();
        chain
    }
}

impl fmt::Display for RegionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A region and its names.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Region {
    /// Its folder.
    pub id: RegionId,
    /// Mandarin names, the usual one first, without 省 and 市.
    pub zh: Vec<String>,
    /// English names, the usual one first.
    pub en: Vec<String>,
}

impl Region {
    /// The usual name; the folder's if it has none.
    #[must_use]
    pub fn name(&self, language: Language) -> &str {
        self.names(language)
            .first()
            .map_or(self.id.as_str(), String::as_str)
    }

    /// All names in `language`.
    #[must_use]
    pub fn names(&self, language: Language) -> &[String] {
        match language {
            Language::Zh => &self.zh,
            Language::En => &self.en,
        }
    }
}

/// `knowledge/regions.toml`: the regions people can name.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Regions {
    /// The regions.
    #[serde(default, rename = "region")]
    list: Vec<Region>,
    /// Words that make a name part of something else: 上海路, 北京烤鸭.
    #[serde(default)]
    not_before: Vec<String>,
    /// Words right before a name that say the person is there: 我在, "I live in".
    #[serde(default)]
    here: Vec<String>,
    /// Words right before a name that say that something else is there: 户口在.
    #[serde(default)]
    not_here: Vec<String>,
    /// Words that may stand beside a place without saying anything else: 省, 这边, "now".
    #[serde(default)]
    beside: Vec<String>,
}

/// A region named in a sentence.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mention<'a> {
    /// Which.
    pub region: &'a Region,
    /// Whether the sentence says that the person is there ("我在杭州"), and not only
    /// that something is ("我户口在杭州").
    pub here: bool,
    /// Whether the sentence says nothing else: "我在杭州呢".
    pub alone: bool,
}

impl Regions {
    /// Reads `regions.toml`.
    ///
    /// # Errors
    /// The fault, with its line, if it has not the right form or names a region twice.
    pub fn read(path: &Path) -> Result<Self, Fault> {
        Self::of(&Document::read(path)?)
    }

    pub(super) fn of(document: &Document) -> Result<Self, Fault> {
        let regions: Self = document.decode()?;
        for (i, region) in regions.list.iter().enumerate() {
            let at = format!("region.{}", i + 1);
            let fault = |what: String| Err(document.fault(&at, what));
            if !region.id.is_well_formed() {
                return fault(format!(
                    "{} is no region's name: cn and lower-case words, joined by hyphens",
                    region.id
                ));
            }
            for language in Language::ALL {
                if region.names(language).iter().all(|name| name.is_empty()) {
                    return fault(format!("{} has no name in {language}", region.id));
                }
                for name in region.names(language) {
                    let before = &regions.list[..i];
                    let twin = before.iter().find(|r| r.names(language).contains(name));
                    if let Some(twin) = twin {
                        return fault(format!("{name} already names {}", twin.id));
                    }
                }
            }
            if regions.list[..i].iter().any(|r| r.id == region.id) {
                return fault(format!("{} stands here twice", region.id));
            }
        }
        Ok(regions)
    }

    /// The region called `id`.
    #[must_use]
    pub fn get(&self, id: &RegionId) -> Option<&Region> {
        self.list.iter().find(|region| region.id == *id)
    }

    /// All regions, in the file's order.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = &Region> {
        self.list.iter()
    }

    /// The region that `sentence` names, in either language: the city rather than its
    /// province, the place where the person is rather than another. None if it names
    /// none, or several and does not say which is meant.
    ///
    /// ```
    /// # use wenlu::knowledge::Regions;
    /// # let regions = Regions::read("knowledge/regions.toml".as_ref()).expect("valid");
    /// let mention = regions.find("我在泉州，老年证怎么办").expect("a region");
    /// assert_eq!(mention.region.id.as_str(), "cn-fujian-quanzhou");
    /// assert!(mention.here);
    /// ```
    #[must_use]
    pub fn find(&self, sentence: &str) -> Option<Mention<'_>> {
        let sentence = sentence.to_lowercase();
        let mut found: Vec<Mention<'_>> = Vec::new();
        // What is said besides the places and that one is there.
        let mut besides = String::new();
        let mut rest = 0;
        while let Some(c) = sentence[rest..].chars().next() {
            match self.named_at(&sentence, rest) {
                Some((region, length)) => {
                    let here = self.is_here(&sentence[..rest]);
                    if here {
                        self.cut_here(&mut besides);
                    }
                    found.push(Mention {
                        region,
                        here,
                        alone: false,
                    });
                    besides.push(' ');
                    rest += length;
                }
                None => {
                    besides.push(c);
                    rest += c.len_utf8();
                }
            }
        }
        let alone = self.is_little(&besides);
        narrow(found).map(|mention| Mention { alone, ..mention })
    }

    /// The region with the longest name that begins at `start`, and the name's length.
    fn named_at(&self, sentence: &str, start: usize) -> Option<(&Region, usize)> {
        let (before, rest) = sentence.split_at(start);
        let names = self.list.iter().flat_map(|region| {
            let names = Language::ALL
                .into_iter()
                .flat_map(|l| region.names(l).iter());
            names.map(move |name| (region, name.to_lowercase()))
        });
        names
            .filter(|(_, name)| !name.is_empty() && rest.starts_with(name.as_str()))
            .filter(|(_, name)| {
                let after = &rest[name.len()..];
                let whole = !name.is_ascii()
                    || !before.ends_with(|c: char| c.is_ascii_alphanumeric())
                        && !after.starts_with(|c: char| c.is_ascii_alphanumeric());
                let after = after.trim_start();
                whole && !self.not_before.iter().any(|word| after.starts_with(word))
            })
            .map(|(region, name)| (region, name.len()))
            .reduce(|best, next| if next.1 > best.1 { next } else { best })
    }

    fn is_here(&self, before: &str) -> bool {
        let before = before.trim_end();
        let ends = |words: &[String]| words.iter().any(|word| before.ends_with(word.as_str()));
        ends(&self.here) && !ends(&self.not_here)
    }

    /// Whether nothing is left but words that may stand beside a place: 省, 呢, "now".
    fn is_little(&self, words: &str) -> bool {
        let mut words = words.to_owned();
        for word in &self.beside {
            words = words.replace(word.as_str(), " ");
        }
        !words.contains(char::is_alphanumeric)
    }

    /// Takes the words that say "I am in" off the end.
    fn cut_here(&self, before: &mut String) {
        let words = before.trim_end().len();
        before.truncate(words);
        while let Some(word) = self
            .here
            .iter()
            .filter(|word| before.ends_with(word.as_str()))
            .max_by_key(|word| word.len())
            .filter(|word| !word.is_empty())
        {
            before.truncate(before.len() - word.len());
        }
    }
}

/// One region out of several: the innermost, if they lie within one another; else the
/// only one where the person is.
fn narrow(found: Vec<Mention<'_>>) -> Option<Mention<'_>> {
    let here: Vec<_> = found.iter().copied().filter(|m| m.here).collect();
    if here.is_empty() {
        return innermost(&found);
    }
    // "我在福建泉州": the province carries the word, the city is meant.
    let within = |m: &&Mention<'_>| {
        let chain = m.region.id.chain();
        here.iter().any(|h| chain.contains(&h.region.id))
    };
    let near: Vec<_> = found.iter().filter(within).copied().collect();
    let region = innermost(&near)?.region;
    Some(Mention {
        region,
        here: true,
        alone: false,
    })
}

/// The deepest region, if it lies within all the others.
fn innermost<'a>(found: &[Mention<'a>]) -> Option<Mention<'a>> {
    let depth = |m: &&Mention<'_>| m.region.id.chain().len();
    let deepest = found.iter().max_by_key(depth).copied()?;
    let chain = deepest.region.id.chain();
    let nested = found.iter().all(|m| chain.contains(&m.region.id));
    nested.then_some(deepest)
}

#[cfg(test)]
mod tests;
