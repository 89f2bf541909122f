//! Everything that is known in one language: sample questions, names and texts of the
//! guides, and the ways of asking for what no guide answers.

use std::collections::HashMap;

use super::SearchError;
use super::align::{self, Melody};
use super::analysis::{Analysis, FIELDS, Field};
use super::features::{Feature, Features};
use super::lexicon::Lexicon;
use super::meaning::{self, Vector};
use super::shelf::Shelf;
use crate::knowledge::{Guide, Text};
use crate::language::Language;
use crate::text::sound::Sound;
use crate::text::{segment, simplify};

/// Who an indexed text speaks for: below the number of guides a guide, from there on a
/// topic of `elsewhere.toml`.
pub(super) type Owner = u32;

/// One way of asking.
struct Sample {
    owner: Owner,
    /// A name rather than a question.
    is_name: bool,
    text: String,
    melody: Melody,
}

/// The index of one language.
pub(super) struct Library {
    language: Language,
    /// One text for each sample question, name and alias.
    asks: Shelf,
    samples: Vec<Sample>,
    /// One text for each guide: all that it tells.
    tells: Shelf,
    guides: u32,
}

/// How many texts each field may propose.
const HITS: usize = 200;
/// How many texts are compared sound by sound.
const ALIGNED: usize = 80;
/// How many owners go into the decision.
const CANDIDATES: usize = 16;
/// How many more the second opinion adds.
const MEANT: usize = 6;
/// The fields in which a guide's whole text is searched.
const TOLD: [Field; 4] = [Field::Words, Field::Pairs, Field::Near, Field::Ideas];

/// What each field of one owner scored: its best texts, best first.
#[derive(Default, Clone)]
struct Found {
    best: [[f32; 3]; FIELDS],
    told: [f32; TOLD.len()],
    in_samples: f32,
    shares: Shares,
    /// The similarities of the samples that mean most nearly the same.
    meant: [f32; 3],
}

/// What a search by words and sounds found.
#[derive(Default)]
pub(super) struct Findings {
    found: HashMap<Owner, Found>,
    without: Option<usize>,
    /// Whether the second opinion was added.
    compared: bool,
}

/// The sounds that a question shares with an owner's samples.
#[derive(Default, Clone)]
struct Shares {
    both: f32,
    of_question: f32,
    of_sample: f32,
    of_name: f32,
    weight: f32,
}

impl Library {
    pub fn build<'a>(
        guides: impl Iterator<Item = &'a Guide>,
        language: Language,
        lexicon: &Lexicon,
    ) -> Result<Self, SearchError> {
        let mut texts: Vec<(Owner, bool, &str, Analysis)> = Vec::new();
        let mut tells: Vec<(Owner, Analysis)> = Vec::new();
        let mut owner = 0;
        for guide in guides {
            let text = guide.text(language);
            for (is_name, ask) in asks(text) {
                texts.push((owner, is_name, ask, Analysis::of(ask, language, lexicon)));
            }
            tells.push((owner, Analysis::of(&told(text), language, lexicon)));
            owner += 1;
        }
        let guides = owner;
        for topic in &lexicon.elsewhere {
            let phrases = topic.phrases(language);
            texts.extend(phrases.iter().map(|ask| {
                (
                    owner,
                    false,
                    ask.as_str(),
                    Analysis::of(ask, language, lexicon),
                )
            }));
            owner += 1;
        }
        let asks = Shelf::build(
            texts
                .iter()
                .map(|(owner, _, _, analysis)| (*owner, analysis)),
        )?;
        let tells = Shelf::build(tells.iter().map(|(owner, analysis)| (*owner, analysis)))?;
        let samples = texts
            .into_iter()
            .map(|(owner, is_name, text, analysis)| {
                let melody = melody(&asks, analysis.sounds, language);
                Sample {
                    owner,
                    is_name,
                    text: text.to_owned(),
                    melody,
                }
            })
            .collect();
        Ok(Self {
            language,
            asks,
            samples,
            tells,
            guides,
        })
    }

    fn is_guide(&self, owner: Owner) -> bool {
        owner < self.guides
    }

    /// The guides' sample questions with their places (for leaving one out) and owners.
    pub fn questions(&self) -> impl Iterator<Item = (usize, Owner, &str)> {
        let questions = self
            .samples
            .iter()
            .enumerate()
            .filter(|(_, s)| !s.is_name && self.is_guide(s.owner));
        questions.map(|(place, s)| (place, s.owner, s.text.as_str()))
    }

    /// All samples' texts, in the order of their places.
    pub fn sentences(&self) -> impl Iterator<Item = &str> {
        self.samples.iter().map(|sample| sample.text.as_str())
    }

    /// The samples' owners, in the order of their places.
    pub fn owners(&self) -> impl Iterator<Item = Owner> {
        self.samples.iter().map(|sample| sample.owner)
    }

    /// The guides' samples by plain BM25 over their words, best first.
    pub fn by_words(&self, text: &str) -> Result<Vec<(Owner, f32)>, SearchError> {
        let words = segment::words(&simplify(text), self.language);
        let hits = self.asks.find_plain(Field::Words, &words, HITS)?;
        Ok(hits
            .into_iter()
            .map(|(place, score)| (self.samples[place as usize].owner, score))
            .collect())
    }

    /// Looks for `text` by words and sounds; `without` leaves the sample at that place out.
    pub fn find(
        &self,
        text: &str,
        lexicon: &Lexicon,
        without: Option<usize>,
    ) -> Result<Findings, SearchError> {
        let asked = Analysis::of(text, self.language, lexicon);
        let mut found: HashMap<Owner, Found> = HashMap::new();
        let mut promising: HashMap<u32, f32> = HashMap::new();
        for (f, field) in Field::ALL.into_iter().enumerate() {
            let tokens = &asked.fields[f];
            let ideal = self.asks.ideal(field, tokens).max(1.0);
            for (place, score) in self.asks.find(field, tokens, HITS)? {
                if without == Some(place as usize) {
                    continue;
                }
                let owner = self.samples[place as usize].owner;
                insert(&mut found.entry(owner).or_default().best[f], score / ideal);
                *promising.entry(place).or_default() += score / ideal;
            }
        }
        for (t, field) in TOLD.into_iter().enumerate() {
            let tokens = &asked.fields[field as usize];
            let ideal = self.tells.ideal(field, tokens).max(1.0);
            for (owner, score) in self.tells.find(field, tokens, HITS)? {
                found.entry(owner).or_default().told[t] = score / ideal;
            }
        }
        self.listen(asked.sounds, promising, &mut found);
        Ok(Findings {
            found,
            without,
            compared: false,
        })
    }

    /// Adds the second opinion: how near `meanings`, those of all samples in order, are to that
    /// of the question.
    pub fn compare(&self, findings: &mut Findings, meanings: &[Vector], asked: &Vector) {
        findings.compared = true;
        for (place, (sample, meaning)) in self.samples.iter().zip(meanings).enumerate() {
            if findings.without != Some(place) {
                let meant = &mut findings.found.entry(sample.owner).or_default().meant;
                insert(meant, meaning::similarity(asked, meaning));
            }
        }
    }

    /// Compares the most promising samples sound by sound.
    fn listen(
        &self,
        sounds: Vec<Sound>,
        promising: HashMap<u32, f32>,
        found: &mut HashMap<Owner, Found>,
    ) {
        let asked = melody(&self.asks, sounds, self.language);
        let mut promising: Vec<_> = promising.into_iter().collect();
        promising.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        for (place, score) in promising.into_iter().take(ALIGNED) {
            let sample = &self.samples[place as usize];
            let weight = align::shared(&asked, &sample.melody);
            let of_question = weight / asked.total.max(1.0);
            let of_sample = weight / sample.melody.total.max(1.0);
            let owner = found.entry(sample.owner).or_default();
            owner.in_samples = owner.in_samples.max(score);
            let shares = &mut owner.shares;
            shares.both = shares.both.max((of_question * of_sample).sqrt());
            shares.of_question = shares.of_question.max(of_question);
            shares.weight = shares.weight.max(weight);
            if sample.is_name {
                shares.of_name = shares.of_name.max(of_sample);
            } else {
                shares.of_sample = shares.of_sample.max(of_sample);
            }
        }
    }

    /// The owners that may be meant with what speaks for each, in the order of their numbers:
    /// the best by a plain sum, and those whose meaning is nearest.
    pub fn candidates(&self, findings: &Findings) -> Vec<(Owner, Features)> {
        let mut found: Vec<(&Owner, &Found)> = findings.found.iter().collect();
        let nearest = |f: &Found| f.meant[0];
        found.sort_by(|a, b| nearest(b.1).total_cmp(&nearest(a.1)).then(a.0.cmp(b.0)));
        let near = if findings.compared {
            MEANT.min(found.len())
        } else {
            0
        };
        let plain = |f: &Found| f.in_samples + f.told.iter().sum::<f32>() + 2.0 * f.shares.both;
        found[near..].sort_by(|a, b| plain(b.1).total_cmp(&plain(a.1)).then(a.0.cmp(b.0)));
        found.truncate(near + CANDIDATES);
        found.sort_by_key(|f| f.0);
        found
            .into_iter()
            .map(|(owner, found)| (*owner, self.features(*owner, found)))
            .collect()
    }

    fn features(&self, owner: Owner, found: &Found) -> Features {
        let mut features = Features::default();
        for (f, best) in found.best.iter().enumerate() {
            features.set(Feature::BEST[f], best[0]);
            features.set(Feature::NEXT[f], (best[1] + best[2]) / 2.0);
        }
        for (t, told) in found.told.iter().enumerate() {
            features.set(Feature::TOLD[t], *told);
        }
        let shares = &found.shares;
        features.set(Feature::SharedByBoth, shares.both);
        features.set(Feature::SharedOfQuestion, shares.of_question);
        features.set(Feature::SharedOfSample, shares.of_sample);
        features.set(Feature::SharedOfName, shares.of_name);
        features.set(Feature::SharedWeight, shares.weight / 20.0);
        if found.meant[0] > 0.0 {
            features.set(Feature::Meaning, nearness(found.meant[0]));
            features.set(
                Feature::MeaningNext,
                nearness((found.meant[1] + found.meant[2]) / 2.0),
            );
        }
        features.set(
            Feature::Elsewhere,
            if self.is_guide(owner) { 0.0 } else { 1.0 },
        );
        features
    }
}

/// E5's similarities of unrelated sentences lie near 0.8, of like ones near 0.9; this spreads
/// them to about -0.5 to 0.5.
fn nearness(similarity: f32) -> f32 {
    10.0 * (similarity - 0.85)
}

/// Keeps the three best, best first.
fn insert(best: &mut [f32; 3], score: f32) {
    let at = best.iter().position(|&b| score > b).unwrap_or(best.len());
    if at < best.len() {
        best[at..].rotate_right(1);
        best[at] = score;
    }
}

/// The ways of asking for a guide; names are marked.
pub(super) fn asks(text: &Text) -> impl Iterator<Item = (bool, &str)> {
    let names = [&text.title, &text.name]
        .into_iter()
        .chain(&text.also_called);
    names
        .map(|n| (true, n.as_str()))
        .chain(text.questions.iter().map(|q| (false, q.as_str())))
}

/// What a guide tells, apart from the ways of asking for it.
fn told(text: &Text) -> String {
    let headlines = text.steps.iter().map(|step| step.headline.as_str());
    let facts = text.facts();
    let words: Vec<_> = facts
        .iter()
        .map(|f| f.text)
        .chain(headlines)
        .chain([text.name.as_str()])
        .collect();
    words.join("\n")
}

/// The sounds of a text, each weighed by what the pairs (English: threes) around it tell.
fn melody(shelf: &Shelf, sounds: Vec<Sound>, language: Language) -> Melody {
    let name = |sound: &Sound| match sound {
        Sound::Syllable(s) => s.toneless(),
        Sound::Consonant(c) => char::from(*c).to_string(),
    };
    let names: Vec<_> = sounds.iter().map(name).collect();
    let run = if language == Language::Zh { 2 } else { 3 };
    let mut sums = vec![(0.0_f32, 0.0_f32); sounds.len()];
    for (start, names) in names.windows(run).enumerate() {
        // A run that nobody asked with is mostly a mishearing: it tells no more than a rare one.
        let told = shelf
            .informativeness(Field::Near, &names.join("_"))
            .min(MOST_TOLD);
        for sum in &mut sums[start..start + run] {
            *sum = (sum.0 + told, sum.1 + 1.0);
        }
    }
    let weights = sums
        .into_iter()
        .map(|(sum, n)| if n > 0.0 { sum / n } else { MOST_TOLD / 2.0 })
        .collect();
    Melody::new(sounds, weights)
}

/// The cap on a sound's weight.
const MOST_TOLD: f32 = 3.5;
