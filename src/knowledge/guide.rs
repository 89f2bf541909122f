//! The guide: what a clerk would tell about one service, in both languages.
//!
//! `knowledge/README.md` explains each field to the people who write guides;
//! the limits that the fields must keep are in [`super::check`].

use std::collections::BTreeSet;
use std::fmt;

use serde::{Deserialize, Serialize};

use crate::language::Language;

/// The name of a guide, such as `elder-card`: lower-case words joined by hyphens.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct GuideId(String);

impl GuideId {
    /// Takes a name as it is; [`super::check`] says whether it is well formed.
    pub fn new(id: impl Into<String>) -> Self {
        Self(id.into())
    }

    /// The name itself.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for GuideId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The drawer a guide lies in. Its folder has the same name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Category {
    /// Pensions and the social security card.
    Pension,
    /// Medical insurance, hospitals, check-ups.
    Medical,
    /// Identity papers, household registration, cards.
    Papers,
    /// Allowances, aid, housing.
    Support,
    /// Care at home and in homes, meals, learning.
    Care,
    /// Bills, the building, the flat.
    Home,
    /// Trains, parks.
    Travel,
    /// Emergencies, fraud, complaints, lost bank cards.
    Safety,
    /// What family members do.
    Helper,
}

/// What a guide is about when it cannot wait.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Danger {
    /// Life, fire, crime: 120, 119, 110.
    Emergency,
    /// Somebody is being cheated right now.
    Scam,
}

/// Everything there is to say about one service.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Guide {
    /// Unique within a region; the file has the same name.
    pub id: GuideId,
    /// The drawer; the folder has the same name.
    pub category: Category,
    /// `cn` for rules that hold nation-wide, else a city's or province's folder.
    pub region: String,
    /// The picture on the browse page, by name.
    pub pictogram: String,
    /// Set on the guides that interrupt everything else.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub danger: Option<Danger>,
    /// The telephone number that answers questions about this service, digits only.
    pub hotline: String,
    /// Guides that people need next or may have meant.
    #[serde(default)]
    pub related: Vec<GuideId>,
    /// The day the facts were last compared with their sources.
    pub checked: jiff::civil::Date,
    /// Who compared them.
    pub checked_by: String,
    /// From this day on the guide is spoken with a caution.
    pub check_by: jiff::civil::Date,
    /// Fields whose facts no source confirms; spoken with "ask the counter or call 12345".
    #[serde(default)]
    pub confirm: Vec<String>,
    /// Where the facts come from.
    pub sources: Vec<Source>,
    /// The guide in Mandarin.
    pub zh: Text,
    /// The guide in English.
    pub en: Text,
    /// The fields that the region's own file decides, as `supports` names them, and
    /// others by their own names (`hotline`, `title`). Not part of the format: it comes
    /// from putting the regions' files together.
    #[serde(skip)]
    pub local: BTreeSet<String>,
}

impl Guide {
    /// The guide's words in `language`.
    #[must_use]
    pub fn text(&self, language: Language) -> &Text {
        match language {
            Language::Zh => &self.zh,
            Language::En => &self.en,
        }
    }

    /// Whether the facts in `field` (such as `cost` or `steps.2`) still have to be
    /// confirmed at the counter.
    #[must_use]
    pub fn must_confirm(&self, field: &str) -> bool {
        self.confirm.iter().any(|f| f == field)
    }

    /// Whether the region itself says what stands in `field` (such as `cost` or
    /// `steps.2`), and not the nation for all.
    #[must_use]
    pub fn is_local(&self, field: &str) -> bool {
        self.local.contains(field)
    }

    /// Whether the facts should have been compared with their sources again by now; it
    /// is then spoken with a caution.
    #[must_use]
    pub fn is_overdue(&self, today: jiff::civil::Date) -> bool {
        self.check_by <= today
    }
}

/// A published text that facts rest on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Source {
    /// Publisher and title.
    pub title: String,
    /// Date of publication as far as it is known: `2025-04-25`, `2025-04`, `2025`; left out if unknown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub date: Option<String>,
    /// Where it can be read; left out where the site should not be linked to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// Whether an authority (or its paper) published it.
    pub official: bool,
    /// The fields whose facts rest on it.
    pub supports: Vec<String>,
}

/// A guide's words in one language, written for the ear.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Text {
    /// Heading on screen and paper.
    pub title: String,
    /// What people call it, fit for "您是想问……，对吗？".
    pub name: String,
    /// Other names, old names, nicknames.
    pub also_called: Vec<String>,
    /// How people really ask for it.
    pub questions: Vec<String>,
    /// Who it is for.
    pub who_for: String,
    /// Who it is not for, and where they should turn.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub not_for: Option<String>,
    /// What to bring, one thing an entry; empty if nothing is needed.
    pub bring: Vec<String>,
    /// A condition on what to bring.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bring_note: Option<String>,
    /// Three to six large steps.
    pub steps: Vec<Step>,
    /// Where it is done.
    #[serde(rename = "where")]
    pub places: Places,
    /// What it costs.
    pub cost: String,
    /// How long it takes.
    pub duration: String,
    /// Whether someone else can do it, and what they bring.
    pub proxy: String,
    /// The usual scam around it.
    pub scam: String,
    /// Whom to call, in a sentence.
    pub call: String,
}

/// One large step.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Step {
    /// In large letters.
    pub headline: String,
    /// What is said.
    pub say: String,
    /// What is said to "再说细一点".
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
}

/// Where a service is to be had; at least one of the three.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Places {
    /// Web page, app, mini-program.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub online: Option<String>,
    /// Counter, office, machine.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub counter: Option<String>,
    /// By telephone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phone: Option<String>,
}

/// A piece of a guide that states facts and is spoken at one go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fact<'a> {
    /// The field it belongs to, as `supports` and `confirm` name it: `cost`, `steps.2`, `bring`.
    pub field: String,
    /// Its own place in the language's table: `cost`, `steps.2.detail`, `bring.3`.
    pub key: String,
    /// The words.
    pub text: &'a str,
}

impl<'a> Fact<'a> {
    /// A field that is one piece.
    fn single(field: &str, text: &'a str) -> Self {
        Self {
            field: field.into(),
            key: field.into(),
            text,
        }
    }

    fn optional(field: &str, text: &'a Option<String>) -> Option<Self> {
        text.as_deref().map(|text| Self::single(field, text))
    }
}

impl Text {
    /// Every piece that states facts, in the order of the format.
    #[must_use]
    pub fn facts(&self) -> Vec<Fact<'_>> {
        let bring = self.bring.iter().enumerate().map(|(i, text)| Fact {
            field: "bring".into(),
            key: format!("bring.{}", i + 1),
            text,
        });
        let steps = self.steps.iter().enumerate().flat_map(|(i, step)| {
            let field = format!("steps.{}", i + 1);
            let say = Fact {
                field: field.clone(),
                key: format!("{field}.say"),
                text: &step.say,
            };
            let detail = step.detail.as_deref().map(|text| Fact {
                key: format!("{field}.detail"),
                field,
                text,
            });
            std::iter::once(say).chain(detail)
        });
        std::iter::once(Fact::single("who_for", &self.who_for))
            .chain(Fact::optional("not_for", &self.not_for))
            .chain(bring)
            .chain(Fact::optional("bring_note", &self.bring_note))
            .chain(steps)
            .chain(Fact::optional("where.online", &self.places.online))
            .chain(Fact::optional("where.counter", &self.places.counter))
            .chain(Fact::optional("where.phone", &self.places.phone))
            .chain([
                Fact::single("cost", &self.cost),
                Fact::single("duration", &self.duration),
                Fact::single("proxy", &self.proxy),
                Fact::single("scam", &self.scam),
                Fact::single("call", &self.call),
            ])
            .collect()
    }
}
