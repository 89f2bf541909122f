//! What is on a sheet, in reading order.

use super::{Print, Sheet};
use crate::knowledge::Text;
use crate::sharing::words::OnSheet;

/// What a piece of text is, which decides how it looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    Title,
    Call,
    Heading,
    /// A step, from 1.
    Step(usize),
    /// What belongs to the step above.
    Say,
    /// Something to tick.
    Item,
    Text,
    /// Digits to type.
    Code,
}

/// A piece of text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Block {
    pub role: Role,
    pub text: String,
}

/// What is on a sheet only if there is room.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    BringNote,
    Scam,
    Cost,
    Places,
    Say,
    Proxy,
    Duration,
    WhoFor,
}

/// The parts in the order in which room is given to them.
pub(super) const BY_WORTH: [Part; 8] = [
    Part::BringNote,
    Part::Scam,
    Part::Cost,
    Part::Places,
    Part::Say,
    Part::Proxy,
    Part::Duration,
    Part::WhoFor,
];

/// Gathers blocks, and marks facts that no source confirms.
struct Writer<'a> {
    sheet: &'a Sheet<'a>,
    words: &'a OnSheet,
    blocks: Vec<Block>,
    marked: bool,
}

impl Writer<'_> {
    fn put(&mut self, role: Role, text: impl Into<String>) {
        let text = text.into();
        self.blocks.push(Block { role, text });
    }

    /// A fact of the guide, word for word; with a star if it is to be confirmed.
    fn fact(&mut self, role: Role, field: &str, text: &str) {
        let star = self.star(field);
        self.put(role, format!("{text}{star}"));
    }

    fn star(&mut self, field: &str) -> &'static str {
        if !self.sheet.guide.must_confirm(field) {
            return "";
        }
        self.marked = true;
        match self.sheet.language {
            crate::Language::Zh => "＊",
            crate::Language::En => " *",
        }
    }
}

/// The page above its foot.
pub(super) fn body(sheet: &Sheet<'_>, words: &OnSheet, parts: &[Part]) -> Vec<Block> {
    let text = sheet.guide.text(sheet.language);
    let has = |part| parts.contains(&part);
    let mut write = Writer {
        sheet,
        words,
        blocks: Vec::new(),
        marked: false,
    };
    write.put(Role::Title, &text.title);
    let (call, number) = (&words.hotline, &sheet.guide.hotline);
    write.put(Role::Call, format!("{call} {number}"));
    if sheet.guide.is_overdue(sheet.today) {
        write.put(Role::Text, &words.overdue);
    }
    if has(Part::WhoFor) {
        write.put(Role::Heading, &words.who_for);
        write.fact(Role::Text, "who_for", &text.who_for);
    }
    steps(&mut write, text, has(Part::Say));
    bring(&mut write, text, has(Part::BringNote));
    places(&mut write, text, has(Part::Places));
    for (part, heading, field, fact) in [
        (Part::Cost, &words.cost, "cost", &text.cost),
        (Part::Duration, &words.duration, "duration", &text.duration),
        (Part::Proxy, &words.proxy, "proxy", &text.proxy),
        (Part::Scam, &words.scam, "scam", &text.scam),
    ] {
        if has(part) {
            write.put(Role::Heading, heading);
            write.fact(Role::Text, field, fact);
        }
    }
    if write.marked {
        write.put(Role::Text, &words.confirm);
    }
    write.blocks
}

fn steps(write: &mut Writer<'_>, text: &Text, say: bool) {
    let heading = &write.words.steps;
    write.put(Role::Heading, heading);
    for (number, step) in (1..).zip(&text.steps) {
        write.put(Role::Step(number), &step.headline);
        if say {
            write.fact(Role::Say, &format!("steps.{number}"), &step.say);
        }
    }
}

fn bring(write: &mut Writer<'_>, text: &Text, note: bool) {
    let words = write.words;
    let star = write.star("bring");
    write.put(Role::Heading, format!("{}{star}", words.bring));
    if text.bring.is_empty() {
        write.put(Role::Text, &words.bring_nothing);
    }
    for item in &text.bring {
        write.put(Role::Item, item);
    }
    if let (true, Some(text)) = (note, &text.bring_note) {
        write.fact(Role::Text, "bring_note", text);
    }
}

/// The first place there is, or all of them.
fn places(write: &mut Writer<'_>, text: &Text, all: bool) {
    let places = [
        ("where.counter", &text.places.counter),
        ("where.online", &text.places.online),
        ("where.phone", &text.places.phone),
    ];
    let places = places
        .into_iter()
        .filter_map(|(field, place)| Some((field, place.as_ref()?)));
    let most = if all { usize::MAX } else { 1 };
    let heading = &write.words.places;
    write.put(Role::Heading, heading);
    for (field, place) in places.take(most) {
        write.fact(Role::Text, field, place);
    }
}

/// The foot: where all of it can be read, when it was checked and what it rests on.
pub(super) fn foot(sheet: &Sheet<'_>, words: &OnSheet, source: bool) -> Vec<Block> {
    let mut blocks = Vec::new();
    let mut put = |role, text: String| blocks.push(Block { role, text });
    if let Some(link) = sheet.link {
        put(Role::Text, words.scan.clone());
        if let Some((address, code)) = &link.typed {
            put(Role::Text, words.code.replace("{address}", address));
            put(Role::Code, code.to_string());
        }
        if let Some(until) = link.until {
            put(
                Role::Text,
                words.until.replace("{date}", &until.to_string()),
            );
        }
    }
    let checked = sheet.guide.checked.to_string();
    put(Role::Text, words.checked.replace("{date}", &checked));
    let sources = &sheet.guide.sources;
    let official = sources.iter().find(|source| source.official);
    if let Some(first) = official.or(sources.first()).filter(|_| source) {
        let sentence = if sources.len() > 1 {
            &words.source_more
        } else {
            &words.source
        };
        put(Role::Text, sentence.replace("{source}", &first.title));
    }
    blocks
}

impl Print {
    /// Whether headings are in colour.
    pub(super) fn has_colour(self) -> bool {
        self == Self::Large
    }
}
