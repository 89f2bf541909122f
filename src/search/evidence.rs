//! What was found for a question, and what a model makes of it.

use super::features::Features;
use super::library::Owner;
use super::parameters::Model;

/// What was found for a question.
#[derive(Debug, Clone, Default)]
pub(super) struct Evidence {
    /// For the words themselves, then for each other reading of the recogniser: the owners that
    /// may be meant, with what speaks for each.
    pub readings: Vec<Vec<(Owner, Features)>>,
    /// 1 less the recogniser's confidence; 0 for typed words.
    pub doubt: f32,
}

/// How likely each guide is meant, and none.
#[derive(Debug, Clone, Default)]
pub(super) struct Likelihoods {
    /// Guides, best first.
    pub guides: Vec<(Owner, f32)>,
    /// That no guide is meant; with the guides' it sums to one.
    pub none: f32,
}

impl Evidence {
    /// The likelihoods by `model`: the mean over the readings, other readings counting less.
    /// Owners from `guides` on are topics of elsewhere: if one is meant, no guide is.
    pub fn weighed(&self, model: &Model, guides: Owner) -> Likelihoods {
        let mut sums: Vec<(Owner, f32)> = Vec::new();
        let (mut none, mut all) = (0.0, 0.0);
        for (candidates, weight) in self.weights(model) {
            let features = candidates.iter().map(|(_, features)| features);
            let probabilities = model.probabilities(features, self.doubt);
            let mut any = 0.0;
            for ((owner, _), p) in candidates.iter().zip(&probabilities) {
                if *owner < guides {
                    any += p;
                    match sums.iter_mut().find(|(known, _)| known == owner) {
                        Some((_, sum)) => *sum += weight * p,
                        None => sums.push((*owner, weight * p)),
                    }
                }
            }
            none += weight * (1.0 - any);
            all += weight;
        }
        if all <= 0.0 {
            return Likelihoods {
                guides: sums,
                none: 1.0,
            };
        }
        sums.iter_mut().for_each(|(_, sum)| *sum /= all);
        sums.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        Likelihoods {
            guides: sums,
            none: none / all,
        }
    }

    /// The readings with what each counts.
    fn weights(&self, model: &Model) -> impl Iterator<Item = (&[(Owner, Features)], f32)> {
        let others = std::iter::repeat(model.doubt.alternative);
        let weights = std::iter::once(1.0).chain(others);
        self.readings.iter().map(Vec::as_slice).zip(weights)
    }

    /// The same with features left out, those for which `keep` is false counting as 0, and
    /// without owners from `end` on.
    pub fn only(mut self, keep: impl Fn(usize) -> bool, end: Owner) -> Self {
        for candidates in &mut self.readings {
            candidates.retain(|(owner, _)| *owner < end);
        }
        for (_, features) in self.readings.iter_mut().flatten() {
            let left_out = features.0.iter_mut().enumerate().filter(|(i, _)| !keep(*i));
            left_out.for_each(|(_, value)| *value = 0.0);
        }
        self
    }
}

impl Likelihoods {
    /// That any guide is meant.
    pub fn any(&self) -> f32 {
        self.guides.iter().map(|(_, p)| p).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::search::features::Feature;
    use crate::search::parameters::Doubt;

    fn model(doubt: Doubt) -> Model {
        let mut model = Model {
            doubt,
            ..Model::default()
        };
        model.weights.set(Feature::BestWords, 4.0);
        model
    }

    fn candidate(owner: Owner, words: f32) -> (Owner, Features) {
        let mut features = Features::default();
        features.set(Feature::BestWords, words);
        (owner, features)
    }

    fn evidence(doubt: f32) -> Evidence {
        Evidence {
            readings: vec![
                vec![candidate(0, 0.9), candidate(1, 0.3), candidate(9, 0.2)],
                vec![candidate(1, 0.9)],
            ],
            doubt,
        }
    }

    const DOUBT: Doubt = Doubt {
        flattens: 0.8,
        none: 0.0,
        alternative: 0.5,
    };

    #[test]
    fn likelihoods_sum_to_one() {
        let likely = evidence(0.4).weighed(&model(DOUBT), 5);
        assert!((likely.any() + likely.none - 1.0).abs() < 1e-5);
        assert_eq!(
            likely.guides.len(),
            2,
            "owner 9 is a topic of elsewhere: {likely:?}"
        );
    }

    #[test]
    fn doubt_makes_guides_more_alike() {
        let first = |doubt: f32| {
            let likely = evidence(doubt).weighed(&model(DOUBT), 5);
            likely.guides[0].1 / likely.any()
        };
        assert!(first(0.6) < first(0.0), "{} {}", first(0.6), first(0.0));
        assert!(evidence(0.9).weighed(&Model::default(), 5).none > 0.0);
    }

    #[test]
    fn another_reading_counts_as_much_as_was_learned() {
        let second = |alternative: f32| {
            let likely = evidence(0.0).weighed(
                &model(Doubt {
                    alternative,
                    ..DOUBT
                }),
                5,
            );
            likely
                .guides
                .iter()
                .find(|(owner, _)| *owner == 1)
                .unwrap()
                .1
        };
        assert!(second(0.0) < second(0.5) && second(0.5) < second(1.0));
    }

    #[test]
    fn nothing_found_means_none() {
        assert_eq!(Evidence::default().weighed(&Model::default(), 5).none, 1.0);
    }
}
