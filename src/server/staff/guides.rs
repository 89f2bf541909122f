//! The first page, and the list of guides.

use std::collections::BTreeMap;

use axum::extract::Query;
use maud::html;
use serde::Deserialize;

use super::frame::{self, Answer, Trouble, page};
use super::guard::{Desk, Sent};
use super::words::of;
use crate::knowledge::{Category, Library, LoadError, Slot};
use crate::language::Language;
use crate::store::{Version, VersionState};

/// What there is to do.
pub(super) async fn overview(desk: Desk) -> Answer {
    let words = desk.words();
    let newest = desk.store.newest_versions().await?;
    let count = |state| newest.iter().filter(|v| v.state == state).count();
    let (drafts, published) = (
        count(VersionState::Draft),
        desk.store.published().await?.len(),
    );
    let content = html! {
        h1 { (words.guides.overview) }
        p.lead { (words.guides.welcome) }
        dl.figures {
            div { dt { (words.common.guides) } dd { (desk.app.assistant.knowledge().len()) } }
            div { dt { (of(&words.states, "published")) } dd { (published) } }
            div { dt { (of(&words.states, "draft")) } dd { (drafts) } }
            div { dt { (words.common.region) } dd { (desk.region()) } }
        }
    };
    Ok(page(&desk, &words.guides.overview, "/staff", &content))
}

#[derive(Deserialize)]
pub(super) struct Wanted {
    /// A question to make a guide from.
    question: Option<String>,
}

/// All guides of the region, with what has become of their versions.
pub(super) async fn list(desk: Desk, Query(wanted): Query<Wanted>) -> Answer {
    let words = desk.words();
    let versions = desk.store.newest_versions().await?;
    let region = desk.region();
    let mut rows: BTreeMap<String, (String, Option<&Version>)> = BTreeMap::new();
    for guide in desk.app.assistant.knowledge().iter() {
        let title = guide.text(desk.language).title.clone();
        rows.insert(guide.id.to_string(), (title, None));
    }
    for version in versions.iter().filter(|v| v.region == region.as_str()) {
        let row = rows.entry(version.guide.clone()).or_default();
        row.1 = Some(version);
    }
    let guides = &words.guides;
    let question = wanted.question.unwrap_or_default();
    let content = html! {
        h1 { (guides.title) }
        p.lead { (guides.lead) }
        section aria-labelledby="new" {
            h2 #new { (guides.new) }
            p { (guides.new_lead) }
            @if !question.is_empty() { p.quote { (question) } }
            (frame::form(&desk, "/staff/guides", &html! {
                input type="hidden" name="question" value=(question);
                (frame::line(&guides.id, "id", "", "text"))
                p.help { (guides.id_help) }
                p.field { label for="category" { (guides.category) }
                    select #category name="category" {
                        @for (category, name) in &desk.app.words(desk.language).browse.categories {
                            option value=(folder(*category)) { (name) }
                        }
                    } }
                p { button type="submit" { (guides.begin) } }
            }))
        }
        div.wide tabindex="0" role="region" aria-labelledby="list" {
        table {
            caption #list { (guides.title) }
            thead { tr { th scope="col" { (guides.guide) } th scope="col" { (guides.state) } th scope="col" { (guides.edit) } } }
            tbody {
                @for (id, (title, version)) in &rows {
                    tr {
                        th scope="row" { @if title.is_empty() { (id) } @else { (title) " " small { (id) } } }
                        td { @match version {
                            Some(version) => { (of(&words.states, version.state.name())) " " (version.number) }
                            None => { (guides.file_only) }
                        } }
                        td {
                            a href=(desk.to(&format!("/staff/guides/{id}"))) { (guides.edit) span.hidden { " " (id) } }
                            @if version.is_some() { " · "
                                a href=(desk.to(&format!("/staff/guides/{id}/versions"))) { (guides.versions) span.hidden { " " (id) } } }
                        }
                    }
                }
            }
        } }
    };
    Ok(page(&desk, &guides.title, "/staff/guides", &content))
}

/// Begins a new guide: on to its form.
pub(super) async fn begin(Sent { desk, fields }: Sent) -> Answer {
    let id = fields.get("id");
    let good = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    if id.is_empty() || id.len() > 60 || !id.chars().all(good) {
        let words = &desk.words().guides;
        let content = html! {
            h1 { (words.new) }
            p.caution role="alert" { (words.id_bad) }
            p { a.button href=(desk.to("/staff/guides")) { (desk.words().common.back) } }
        };
        return Ok(page(&desk, &words.new, "/staff/guides", &content));
    }
    let category = fields.get("category");
    let known = desk.app.words(desk.language).browse.categories.keys();
    let category = known
        .map(|known| folder(*known))
        .find(|known| known == category);
    let category = category.ok_or(Trouble::Missing)?;
    let question = escape(fields.get("question"));
    Ok(frame::go(
        &desk,
        &format!("/staff/guides/{id}?category={category}&question={question}"),
    ))
}

/// The folder of a category.
pub(super) fn folder(category: Category) -> String {
    let name = serde_json::to_value(category).unwrap_or_default();
    name.as_str().unwrap_or_default().to_owned()
}

/// A text within an address.
fn escape(text: &str) -> String {
    let escaped = text.bytes().map(|byte| match byte {
        b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' => char::from(byte).to_string(),
        other => format!("%{other:02X}"),
    });
    escaped.collect()
}

/// The guides as they are in service, and where one lies: in the region itself, or else
/// where the region has it from.
pub(super) fn library(desk: &Desk) -> Result<Library, LoadError> {
    let published = desk.app.assistant.published();
    Library::read_with(&desk.app.config.knowledge(), &published)
}

/// Where the region's version of a guide lies or would lie.
pub(super) fn slot(desk: &Desk, library: &Library, id: &str) -> Option<Slot> {
    let region = desk.region();
    let mut chain = region.chain();
    chain.reverse();
    let known = chain.iter().find_map(|level| {
        library
            .slots()
            .find(|slot| slot.id == id && slot.region == *level)
    })?;
    Some(Slot {
        region,
        ..known.clone()
    })
}

/// A question in an address, in the language of its script.
pub(super) fn asked_in(question: &str) -> Language {
    Language::of_text(question)
}
