//! What speaks for a candidate, as numbers.

use serde::{Deserialize, Serialize};

/// Declares the features once: field, name in `parameters.toml`, meaning.
macro_rules! features {
    ($($(#[doc = $doc:literal])+ $name:ident),+ $(,)?) => {
        /// One thing that speaks for a candidate. All lie between 0 and about 1.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        #[repr(usize)]
        pub(super) enum Feature { $($(#[doc = $doc])+ $name),+ }

        impl Feature {
            pub const ALL: &'static [Self] = &[$(Self::$name),+];
            pub const NAMES: &'static [&'static str] = &[$(stringify!($name)),+];
        }
    };
}

features! {
    /// The best sample's share of the question's words, by BM25; and so on for each field.
    BestWords,
    /// Of its characters and pairs.
    BestPairs,
    /// Of its toned syllables.
    BestSounds,
    /// Of its toneless syllables.
    BestNear,
    /// Of its folded syllables.
    BestFolded,
    /// Of the groups of synonyms.
    BestIdeas,
    /// The mean of the second and third best sample, for each field.
    NextWords,
    /// The same for pairs.
    NextPairs,
    /// The same for toned syllables.
    NextSounds,
    /// The same for toneless syllables.
    NextNear,
    /// The same for folded syllables.
    NextFolded,
    /// The same for the groups of synonyms.
    NextIdeas,
    /// The share of the question's words that the guide's whole text tells about.
    ToldWords,
    /// The same for pairs.
    ToldPairs,
    /// The same for toneless syllables.
    ToldNear,
    /// The same for the groups of synonyms.
    ToldIdeas,
    /// The longest run of like sounds with a sample, as a share of both (geometric mean).
    SharedByBoth,
    /// As a share of the question.
    SharedOfQuestion,
    /// As a share of a sample question.
    SharedOfSample,
    /// As a share of a name or alias of the guide.
    SharedOfName,
    /// Its weight itself, by twenty.
    SharedWeight,
    /// 1 for a topic of elsewhere.
    Elsewhere,
    /// How much nearer than usual the meaning of the best sample is; 0 without second opinion.
    Meaning,
    /// The mean of the second and third best sample's.
    MeaningNext,
}

/// How many there are.
pub(super) const FEATURES: usize = Feature::ALL.len();

impl Feature {
    pub const BEST: [Self; 6] = [
        Self::BestWords,
        Self::BestPairs,
        Self::BestSounds,
        Self::BestNear,
        Self::BestFolded,
        Self::BestIdeas,
    ];
    pub const NEXT: [Self; 6] = [
        Self::NextWords,
        Self::NextPairs,
        Self::NextSounds,
        Self::NextNear,
        Self::NextFolded,
        Self::NextIdeas,
    ];
    pub const TOLD: [Self; 4] = [
        Self::ToldWords,
        Self::ToldPairs,
        Self::ToldNear,
        Self::ToldIdeas,
    ];
}

/// The features of one candidate, or the weights of all features, in the order of [`Feature::ALL`].
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Features(pub [f32; FEATURES]);

impl Default for Features {
    fn default() -> Self {
        Self([0.0; FEATURES])
    }
}

impl Features {
    pub fn set(&mut self, feature: Feature, value: f32) {
        self.0[feature as usize] = value;
    }

    /// The sum of the features, each times its weight.
    pub fn weighted(&self, weights: &Self) -> f32 {
        self.0
            .iter()
            .zip(&weights.0)
            .map(|(value, weight)| value * weight)
            .sum()
    }
}

impl Serialize for Features {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(Feature::NAMES.iter().zip(self.0))
    }
}

impl<'de> Deserialize<'de> for Features {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let named = std::collections::BTreeMap::<String, f32>::deserialize(deserializer)?;
        let unknown = named
            .keys()
            .find(|name| !Feature::NAMES.contains(&name.as_str()));
        if let Some(name) = unknown {
            return Err(serde::de::Error::custom(format!(
                "there is no feature called {name}"
            )));
        }
        let mut features = Self::default();
        for (value, name) in features.0.iter_mut().zip(Feature::NAMES) {
            *value = *named
                .get(*name)
                .ok_or_else(|| serde::de::Error::custom(format!("{name} is missing")))?;
        }
        Ok(features)
    }
}
