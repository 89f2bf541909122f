//! Learning the numbers of [`Parameters`] from questions whose guides are known.
//!
//! Ranking: a softmax over the candidates and "none of these", fitted by maximum likelihood
//! with a penalty on large weights. Deciding: the two thresholds that make the cheapest
//! mistakes on questions that the weights were not fitted to. Nothing here is random, so the
//! same questions and guides give the same file.

use super::features::{FEATURES, Features};
use super::parameters::Model;

/// A question with its candidates.
#[derive(Debug, Clone)]
pub(super) struct Example {
    /// Each candidate: its features, whether it is right (a topic of elsewhere is right for an
    /// out-of-scope question), whether it is a guide.
    pub candidates: Vec<Case>,
    /// Whether no guide answers the question.
    pub out_of_scope: bool,
    /// How much it counts.
    pub weight: f32,
}

/// One candidate of an example.
#[derive(Debug, Clone)]
pub(super) struct Case {
    pub features: Features,
    pub is_right: bool,
    pub is_guide: bool,
}

/// How many times the weights are improved, how fast, and how much large weights are held back.
const ROUNDS: usize = 400;
const STEP: f32 = 0.2;
const PENALTY: f32 = 0.0008;

/// The weights, and the score of "none of these", that make the right candidates likeliest.
/// Gradient ascent with Adam (Kingma and Ba, 2015), over all examples in each round.
pub(super) fn fit(examples: &[Example]) -> Model {
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
    let probabilities = model.probabilities(example.candidates.iter().map(|c| &c.features));
    let right = |i: usize| {
        example
            .candidates
            .get(i)
            .map_or(example.out_of_scope, |c| c.is_right)
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
        match example.candidates.get(i) {
            Some(case) => gradient
                .iter_mut()
                .zip(&case.features.0)
                .for_each(|(g, f)| *g += pull * f),
            None => gradient[FEATURES] += pull,
        }
    }
}

/// A question judged by weights that were not fitted to it.
#[derive(Debug, Clone)]
pub(super) struct Judged {
    /// Best first: the guides' probabilities given that one of them is meant, and whether right.
    pub guides: Vec<(f32, bool)>,
    /// The probability that none is meant.
    pub none: f32,
    pub out_of_scope: bool,
}

impl Judged {
    pub fn by(model: &Model, example: &Example) -> Self {
        let probabilities = model.probabilities(example.candidates.iter().map(|c| &c.features));
        let cases = example
            .candidates
            .iter()
            .zip(&probabilities)
            .filter(|(case, _)| case.is_guide);
        let mut guides: Vec<_> = cases.map(|(case, p)| (*p, case.is_right)).collect();
        guides.sort_by(|a, b| b.0.total_cmp(&a.0));
        let any: f32 = guides.iter().map(|g| g.0).sum();
        for guide in &mut guides {
            guide.0 /= any.max(1e-9);
        }
        Self {
            guides,
            none: 1.0 - any,
            out_of_scope: example.out_of_scope,
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
}

/// Sets the thresholds that cost least on `judged`.
pub(super) fn set_thresholds(model: &mut Model, judged: &[Judged]) {
    let steps = || (1..40).map(|i| i as f32 / 40.0);
    let mut least = f32::INFINITY;
    for answer in steps() {
        for unknown in steps() {
            let sum: f32 = judged.iter().map(|j| cost_of(j, answer, unknown)).sum();
            if sum < least {
                (least, model.answer, model.unknown) = (sum, answer, unknown);
            }
        }
    }
}

fn cost_of(judged: &Judged, answer: f32, unknown: f32) -> f32 {
    let first = judged.guides.first().copied();
    let refused = judged.none > unknown || first.is_none();
    let answered = first.is_some_and(|(p, _)| p >= answer);
    let offered = judged.guides.iter().take(super::OFFERED).any(|g| g.1);
    match (judged.out_of_scope, refused, answered) {
        (true, true, _) => 0.0,
        (true, false, true) => cost::STRANGER_ANSWERED,
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
    use super::*;

    fn case(words: f32, is_right: bool) -> Case {
        let mut features = Features::default();
        features.0[0] = words;
        Case {
            features,
            is_right,
            is_guide: true,
        }
    }

    #[test]
    fn learns_what_tells() {
        let ours = Example {
            candidates: vec![case(0.9, true), case(0.4, false)],
            out_of_scope: false,
            weight: 1.0,
        };
        let other = Example {
            candidates: vec![case(0.2, false), case(0.1, false)],
            out_of_scope: true,
            weight: 1.0,
        };
        let mut model = fit(&[ours.clone(), other.clone()]);
        assert!(model.weights.0[0] > 1.0);
        let judged = [Judged::by(&model, &ours), Judged::by(&model, &other)];
        assert!(judged[0].guides[0].1 && judged[0].none < judged[1].none);
        set_thresholds(&mut model, &judged);
        assert_eq!(
            judged
                .iter()
                .map(|j| cost_of(j, model.answer, model.unknown))
                .sum::<f32>(),
            0.0
        );
    }
}
