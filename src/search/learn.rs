//! Learning the numbers of [`Parameters`] from questions whose guides are known.
//!
//! Ranking: a softmax over the candidates and "none of these", fitted by maximum likelihood
//! with a penalty on large weights. Doubt: what the recogniser's confidence and other readings
//! count, by maximum likelihood on heard questions. Deciding: the two thresholds that make the cheapest
//! mistakes on questions that the weights were not fitted to. Nothing here is random, so the
//! same questions and guides give the same file.

use super::evidence::Evidence;
use super::features::FEATURES;
use super::library::Owner;
use super::parameters::{Doubt, Model, Thresholds};

/// A question with what was found for it.
#[derive(Debug, Clone)]
pub(super) struct Example {
    /// What was found.
    pub evidence: Evidence,
    /// What is right.
    pub right: Right,
    /// How much it counts.
    pub weight: f32,
}

/// What is right for a question.
#[derive(Debug, Clone)]
pub(super) struct Right {
    /// The guides that answer it.
    pub expected: Vec<Owner>,
    /// Whether no guide answers it: then any topic of elsewhere is right.
    pub out_of_scope: bool,
    /// The number of guides.
    pub guides: Owner,
}

impl Right {
    fn is(&self, owner: Owner) -> bool {
        if self.out_of_scope {
            owner >= self.guides
        } else {
            self.expected.contains(&owner)
        }
    }
}

/// How many times the weights are improved, how fast, and how much large weights are held back.
const ROUNDS: usize = 400;
const STEP: f32 = 0.2;
const PENALTY: f32 = 0.0008;

/// The weights, and the score of "none of these", that make the right candidates likeliest.
/// Gradient ascent with Adam (Kingma and Ba, 2015), over all examples in each round.
pub(super) fn fit(examples: &[&Example]) -> Model {
    const SIZE: usize = FEATURES + 1;
    let mut model = Model::default();
    let (mut mean, mut square) = ([0.0_f32; SIZE], [0.0_f32; SIZE]);
    let total: f32 = examples.iter().map(|e| e.weight).sum();
    for round in 1..=ROUNDS {
        let mut gradient = [0.0_f32; SIZE];
        for example in examples {
            add_gradient(&model, example, example.weight / total, &mut gradient);
        }
        let rate = STEP * (1.0 - (round as f32 / ROUNDS as f32)).max(0.02);
        for i in 0..SIZE {
            let value = if i < FEATURES {
                &mut model.weights.0[i]
            } else {
                &mut model.none
            };
            let slope = gradient[i] - 2.0 * PENALTY * *value;
            mean[i] = 0.9 * mean[i] + 0.1 * slope;
            square[i] = 0.999 * square[i] + 0.001 * slope * slope;
            let (m, s) = (
                mean[i] / (1.0 - 0.9_f32.powi(round as i32)),
                square[i] / (1.0 - 0.999_f32.powi(round as i32)),
            );
            *value += rate * m / (s.sqrt() + 1e-8);
        }
    }
    model
}

/// Adds the gradient of the log-likelihood that one of the right candidates is meant.
fn add_gradient(model: &Model, example: &Example, weight: f32, gradient: &mut [f32; FEATURES + 1]) {
    let Some(candidates) = example.evidence.readings.first() else {
        return;
    };
    let features = candidates.iter().map(|(_, features)| features);
    let probabilities = model.probabilities(features, 0.0);
    let right = |i: usize| {
        candidates
            .get(i)
            .map_or(example.right.out_of_scope, |(owner, _)| {
                example.right.is(*owner)
            })
    };
    let sum: f32 = probabilities
        .iter()
        .enumerate()
        .filter(|(i, _)| right(*i))
        .map(|(_, p)| p)
        .sum();
    // The right guide is not even among the candidates: no weight can help.
    if !(0..probabilities.len()).any(right) {
        return;
    }
    for (i, p) in probabilities.iter().enumerate() {
        let wanted = if right(i) { p / sum.max(1e-9) } else { 0.0 };
        let pull = weight * (wanted - p);
        match candidates.get(i) {
            Some((_, features)) => gradient
                .iter_mut()
                .zip(&features.0)
                .for_each(|(g, f)| *g += pull * f),
            None => gradient[FEATURES] += pull,
        }
    }
}

/// What the recogniser's doubt does, from heard questions: of a grid, what makes the right
/// guides likeliest by `model`. As good as typed if there are none.
pub(super) fn fit_doubt(model: &Model, heard: &[&Example]) -> Doubt {
    let steps = |n: u8, size: f32| (0..=n).map(move |i| f32::from(i) * size);
    let mut model = model.clone();
    let mut best = (f32::NEG_INFINITY, Doubt::default());
    // A few hundred recordings do not tell these numbers more finely.
    for flattens in steps(4, 0.2) {
        for none in steps(6, 1.0).map(|n| n - 3.0) {
            for alternative in steps(4, 0.25) {
                model.doubt = Doubt {
                    flattens,
                    none,
                    alternative,
                };
                let likelihood: f32 = heard.iter().map(|e| log_likelihood(&model, e)).sum();
                if likelihood > best.0 {
                    best = (likelihood, model.doubt);
                }
            }
        }
    }
    if heard.is_empty() {
        Doubt::default()
    } else {
        best.1
    }
}

fn log_likelihood(model: &Model, example: &Example) -> f32 {
    /// A guide that is not among the candidates at all is as unlikely as this.
    const LEAST: f32 = 1e-3;
    let likely = example.evidence.weighed(model, example.right.guides);
    let right = if example.right.out_of_scope {
        likely.none
    } else {
        let right = |(owner, _): &&(Owner, f32)| example.right.is(*owner);
        likely.guides.iter().filter(right).map(|(_, p)| p).sum()
    };
    right.max(LEAST).ln()
}

/// A question judged by weights that were not fitted to it.
#[derive(Debug, Clone)]
pub(super) struct Judged {
    /// Best first: the guides' probabilities given that one of them is meant, and whether right.
    pub guides: Vec<(f32, bool)>,
    /// The probability that none is meant.
    pub none: f32,
    pub out_of_scope: bool,
    /// Whether it was heard, not typed.
    pub heard: bool,
}

impl Judged {
    pub fn by(model: &Model, example: &Example) -> Self {
        let likely = example.evidence.weighed(model, example.right.guides);
        let any = likely.any().max(1e-9);
        let guide = |(owner, p): &(Owner, f32)| (p / any, example.right.is(*owner));
        Self {
            guides: likely.guides.iter().map(guide).collect(),
            none: likely.none,
            out_of_scope: example.right.out_of_scope,
            heard: example.evidence.doubt > 0.0,
        }
    }
}

/// What a mistake costs an old person, in any unit: a wrong answer sends them to the wrong
/// office; a choice takes a turn; "I don't know" to a question of ours sends them to 12345.
mod cost {
    pub const ANSWERED_WRONGLY: f32 = 5.0;
    pub const CHOICE: f32 = 0.25;
    pub const CHOICE_WITHOUT_THE_RIGHT_ONE: f32 = 2.0;
    pub const REFUSED: f32 = 3.0;
    pub const STRANGER_ANSWERED: f32 = 6.0;
    pub const STRANGER_OFFERED: f32 = 3.0;
    /// A "no" to what was offered; what is misheard is seldom a stranger's question.
    pub const HEARD_STRANGER_OFFERED: f32 = 1.0;
}

/// The thresholds that are tried: 41 of them, evenly spaced in log-odds from 0.02 to 0.98.
const TRIED: usize = 41;

fn tried(i: usize) -> f32 {
    1.0 / (1.0 + (4.0 - 0.2 * i as f32).exp())
}

/// Sets the thresholds for typed and for heard questions; the same if nothing was heard.
pub(super) fn set_thresholds<'a>(
    model: &mut Model,
    judged: impl Iterator<Item = &'a Judged> + Clone,
) {
    model.typed = cheapest(judged.clone().filter(|judged| !judged.heard));
    model.heard = if judged.clone().any(|judged| judged.heard) {
        cheapest(judged.filter(|judged| judged.heard))
    } else {
        model.typed
    };
}

/// The thresholds that cost least on `judged`, in the mean over them and their neighbours:
/// few questions lie near a threshold, and a lone low cost beside high ones is luck.
fn cheapest<'a>(judged: impl Iterator<Item = &'a Judged>) -> Thresholds {
    const NEAR: usize = 3;
    let mut thresholds = Thresholds::default();
    let mut costs = [[0.0_f32; TRIED]; TRIED];
    for judged in judged {
        for (answer, costs) in costs.iter_mut().enumerate() {
            for (unknown, cost) in costs.iter_mut().enumerate() {
                *cost += cost_of(judged, tried(answer), tried(unknown));
            }
        }
    }
    let around = |i: usize| i.saturating_sub(NEAR)..(i + NEAR + 1).min(TRIED);
    let mut least = f32::INFINITY;
    for answer in 0..TRIED {
        for unknown in 0..TRIED {
            let near = costs[around(answer)]
                .iter()
                .flat_map(|c| &c[around(unknown)]);
            let mean = near.clone().sum::<f32>() / near.count() as f32;
            if mean < least {
                least = mean;
                thresholds = Thresholds {
                    answer: tried(answer),
                    unknown: tried(unknown),
                };
            }
        }
    }
    thresholds
}

fn cost_of(judged: &Judged, answer: f32, unknown: f32) -> f32 {
    let first = judged.guides.first().copied();
    let refused = judged.none > unknown || first.is_none();
    let answered = first.is_some_and(|(p, _)| p >= answer);
    let offered = judged.guides.iter().take(super::OFFERED).any(|g| g.1);
    match (judged.out_of_scope, refused, answered) {
        (true, true, _) => 0.0,
        (true, false, true) => cost::STRANGER_ANSWERED,
        (true, false, false) if judged.heard => cost::HEARD_STRANGER_OFFERED,
        (true, false, false) => cost::STRANGER_OFFERED,
        (false, true, _) => cost::REFUSED,
        (false, false, true) if first.is_some_and(|f| f.1) => 0.0,
        (false, false, true) => cost::ANSWERED_WRONGLY,
        (false, false, false) if offered => cost::CHOICE,
        (false, false, false) => cost::CHOICE_WITHOUT_THE_RIGHT_ONE,
    }
}

#[cfg(test)]
mod tests {
    use super::super::features::Features;
    use super::*;

    fn example(words: &[f32], expected: &[Owner]) -> Example {
        let candidate = |(owner, words): (usize, &f32)| {
            let mut features = Features::default();
            features.0[0] = *words;
            (owner as Owner, features)
        };
        Example {
            evidence: Evidence {
                readings: vec![words.iter().enumerate().map(candidate).collect()],
                doubt: 0.0,
            },
            right: Right {
                expected: expected.to_vec(),
                out_of_scope: expected.is_empty(),
                guides: 2,
            },
            weight: 1.0,
        }
    }

    #[test]
    fn learns_what_tells() {
        let (ours, other) = (example(&[0.9, 0.4], &[0]), example(&[0.2, 0.1], &[]));
        let mut model = fit(&[&ours, &other]);
        assert!(model.weights.0[0] > 1.0);
        let judged = [Judged::by(&model, &ours), Judged::by(&model, &other)];
        assert!(judged[0].guides[0].1 && judged[0].none < judged[1].none);
        set_thresholds(&mut model, judged.iter());
        assert_eq!(model.heard, model.typed);
        let cost = |j: &Judged| cost_of(j, model.typed.answer, model.typed.unknown);
        assert_eq!(judged.iter().map(cost).sum::<f32>(), 0.0);
    }

    #[test]
    fn learns_to_mistrust_doubtful_words() {
        let mut model = Model::default();
        model.weights.0[0] = 10.0;
        let heard = |doubt: f32, expected: Owner| {
            let mut example = example(&[0.9, 0.2], &[expected]);
            example.evidence.doubt = doubt;
            example
        };
        let wrong = [heard(0.8, 1), heard(0.8, 0), heard(0.0, 0)];
        let right = [heard(0.8, 0), heard(0.8, 0), heard(0.0, 0)];
        assert!(fit_doubt(&model, &wrong.each_ref()).flattens > 0.3);
        assert_eq!(fit_doubt(&model, &right.each_ref()).flattens, 0.0);
        assert_eq!(fit_doubt(&model, &[]), Doubt::default());
    }

    #[test]
    fn learns_what_another_reading_counts() {
        let mut model = Model::default();
        model.weights.0[0] = 10.0;
        let mut misheard = example(&[0.4, 0.5], &[0]);
        let better = example(&[0.9, 0.1], &[0]).evidence.readings.remove(0);
        misheard.evidence.readings.push(better);
        assert!(fit_doubt(&model, &[&misheard]).alternative > 0.5);
    }
}
