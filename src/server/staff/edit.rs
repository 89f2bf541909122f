//! The form of one guide.

use std::sync::Arc;

use axum::extract::{Path, Query};
use axum::response::Response;
use maud::{Markup, html};
use serde::Deserialize;
use toml::Table;

use super::form::{self, ABOUT, Field, Kind, SOURCE, SOURCES, SPARE, STEP, STEPS, WHERE, WORDS};
use super::frame::{self, Answer, Trouble};
use super::guard::{Desk, Fields, Sent};
use super::guides::{asked_in, folder, library, slot};
use super::words::of;
use crate::knowledge::{Fault, Guide, Judged, Library, Published, Slot};
use crate::server::keeping::now;

#[derive(Deserialize)]
pub(super) struct Wanted {
    /// `text` for the file itself.
    r#as: Option<String>,
    /// The version to begin with; else the newest.
    version: Option<i64>,
    /// The category of a new guide.
    category: Option<String>,
    /// A question for a new guide.
    question: Option<String>,
}

/// What a page of a guide shows.
struct Draft {
    slot: Slot,
    text: String,
    as_text: bool,
    /// What the rules say, once they were asked.
    judged: Option<Vec<Fault>>,
    is_new: bool,
}

/// The form.
pub(super) async fn page(
    desk: Desk,
    Path(id): Path<String>,
    Query(wanted): Query<Wanted>,
) -> Answer {
    let library = read(&desk).await?;
    let region = desk.region();
    let versions = desk.store.versions(region.as_str(), &id).await?;
    let version = match wanted.version {
        Some(number) => versions.iter().find(|version| version.id == number),
        None => versions.first(),
    };
    let known = slot(&desk, &library, &id);
    let is_new = version.is_none() && known.is_none();
    let slot = match (version, known) {
        (Some(version), _) => Slot {
            region,
            id,
            category: version.category.clone(),
        },
        (None, Some(slot)) => slot,
        (None, None) => Slot {
            region,
            id,
            category: wanted.category.ok_or(Trouble::Missing)?,
        },
    };
    let text = match version {
        Some(version) => version.text.clone(),
        None => text_of(&library, &slot, wanted.question.as_deref()),
    };
    let draft = Draft {
        slot,
        text,
        as_text: wanted.r#as.as_deref() == Some("text"),
        judged: None,
        is_new,
    };
    Ok(show(&desk, &draft))
}

/// The guides as files.
pub(super) async fn read(desk: &Desk) -> Result<Library, Trouble> {
    let library = tokio::task::block_in_place(|| library(desk));
    library.map_err(|error| {
        tracing::warn!("guides cannot be edited: {error}");
        Trouble::Failed
    })
}

/// What a guide says before staff have written anything: the region's own file, or else what
/// it tells from the wider region, or else an empty form.
fn text_of(library: &Library, slot: &Slot, question: Option<&str>) -> String {
    let own = library.folder().join(slot.path());
    if let Ok(text) = std::fs::read_to_string(own) {
        return text;
    }
    let (files, _) = library.files(&slot.region);
    let told = files
        .into_iter()
        .find(|file| file.guide.id.as_str() == slot.id);
    let Some(told) = told else {
        return empty(slot, question.unwrap_or_default());
    };
    let guide = Guide {
        region: slot.region.to_string(),
        ..told.guide
    };
    let table = Table::try_from(&guide).unwrap_or_default();
    let values: std::collections::HashMap<String, String> = paths(SOURCES)
        .map(|(path, _)| (path.clone(), form::shown(&table, &path)))
        .collect();
    let names = (
        slot.region.as_str(),
        slot.category.as_str(),
        slot.id.as_str(),
    );
    form::file(names, &|path| values.get(path).map_or("", String::as_str))
}

fn empty(slot: &Slot, question: &str) -> String {
    let today = jiff::Zoned::now().date();
    let check_by = today
        .saturating_add(jiff::Span::new().months(6))
        .to_string();
    let today = today.to_string();
    let asked = format!("{}.questions", asked_in(question));
    let names = (
        slot.region.as_str(),
        slot.category.as_str(),
        slot.id.as_str(),
    );
    form::file(names, &|path| match path {
        "hotline" => "12345",
        "pictogram" => "card",
        "checked" => &today,
        "check_by" => &check_by,
        path if path == asked => question,
        _ => "",
    })
}

/// Every field of the form.
fn paths(sources: usize) -> impl Iterator<Item = (String, Kind)> {
    let part = |part: String, fields: &'static [Field]| {
        fields
            .iter()
            .map(move |(name, kind)| (format!("{part}{name}"), *kind))
    };
    let languages = ["zh", "en"].into_iter().flat_map(move |language| {
        let steps = (1..=STEPS).flat_map(move |n| part(format!("{language}.steps.{n}."), &STEP));
        part(format!("{language}."), &WORDS)
            .chain(steps)
            .chain(part(format!("{language}.where."), &WHERE))
    });
    let sources = (1..=sources).flat_map(move |n| part(format!("sources.{n}."), &SOURCE));
    part(String::new(), &ABOUT).chain(languages).chain(sources)
}

/// Checks what was written, or keeps it as a draft.
pub(super) async fn save(Path(id): Path<String>, Sent { desk, fields }: Sent) -> Answer {
    let category = fields.get("category").to_owned();
    let known = &desk.app.words(desk.language).browse.categories;
    if !known.keys().any(|known| folder(*known) == category) {
        return Err(Trouble::Missing);
    }
    let slot = Slot {
        region: desk.region(),
        id,
        category,
    };
    let text = written(&slot, &fields);
    if fields.get("action") == "save" {
        let place = (
            slot.region.as_str(),
            slot.category.as_str(),
            slot.id.as_str(),
        );
        let by = &desk.account.name;
        let number = desk.store.add_version(place, &text, by, now()).await?;
        desk.note("draft", &slot.id).await?;
        return Ok(frame::go(
            &desk,
            &format!("/staff/versions/{number}?done=draft"),
        ));
    }
    let judged = judge(&desk, &slot, &text).await?;
    let draft = Draft {
        slot,
        text,
        as_text: !fields.get("toml").is_empty(),
        judged: Some(judged.faults),
        is_new: false,
    };
    Ok(show(&desk, &draft))
}

fn written(slot: &Slot, fields: &Fields) -> String {
    let text = fields.get("toml");
    if !text.is_empty() {
        return text.replace("\r\n", "\n") + "\n";
    }
    let names = (
        slot.region.as_str(),
        slot.category.as_str(),
        slot.id.as_str(),
    );
    form::file(names, &|path| fields.get(path))
}

/// What the rules say of a draft.
pub(super) async fn judge(desk: &Desk, slot: &Slot, text: &str) -> Result<Judged, Trouble> {
    let library = read(desk).await?;
    let draft = Published {
        slot: slot.clone(),
        text: text.to_owned(),
    };
    let judged = tokio::task::spawn_blocking(move || library.judge(&draft));
    judged.await.map_err(|_| Trouble::Failed)
}

/// The faults, each with its line.
pub(super) fn faults(desk: &Desk, faults: &[Fault], slot: &Slot, text: &str) -> Markup {
    let words = &desk.words().edit;
    // Some are in other guides that this one would break.
    let elsewhere = |fault: &Fault| !fault.path.ends_with(slot.path());
    html! {
        div.caution role="alert" {
            div {
                p { strong { (words.faults) } }
                ul { @for fault in faults {
                    li {
                        @if elsewhere(fault) { (fault.path.file_name().unwrap_or_default().to_string_lossy()) " " }
                        (words.line) " " (fault.line) (desk.colon()) (fault.what)
                        @if !elsewhere(fault) {
                            @if let Some(line) = text.lines().nth(fault.line.saturating_sub(1)) {
                                br; code { (line.chars().take(80).collect::<String>()) }
                            }
                        } }
                } }
            }
        }
    }
}

fn show(desk: &Desk, draft: &Draft) -> Response {
    let words = &desk.words().edit;
    let path = format!("/staff/guides/{}", draft.slot.id);
    let table = toml::from_str::<Table>(&draft.text).ok();
    // What is no TOML can only be mended as text.
    let as_text = draft.as_text || table.is_none();
    let table = Arc::new(table.unwrap_or_default());
    let content = html! {
        h1 { (words.title) (desk.colon()) (draft.slot.id) }
        p.lead { @if draft.is_new { (words.new_guide) } @else { (words.lead) } }
        @match &draft.judged {
            Some(found) if found.is_empty() => { (frame::notice(&words.good)) }
            Some(found) => { (faults(desk, found, &draft.slot, &draft.text)) }
            None => {}
        }
        @if as_text {
            p { a href=(desk.to(&path)) { (words.as_form) } }
            p { (words.text_lead) }
        } @else {
            p { a href=(desk.to(&format!("{path}?as=text"))) { (words.as_text) } }
            p { (words.lines_help) }
        }
        (frame::form(desk, &path, &html! {
            input type="hidden" name="category" value=(draft.slot.category);
            @if as_text {
                p.field { label for="toml" { (words.toml) }
                    textarea #toml name="toml" rows="30" spellcheck="false" { (draft.text) } }
            } @else {
                (fields(desk, &table))
            }
            p.actions {
                button.main type="submit" name="action" value="check" { (words.check) }
                button type="submit" name="action" value="save" { (words.save_draft) }
            }
        }))
    };
    frame::page(desk, &words.title, &path, &content)
}

fn fields(desk: &Desk, table: &Table) -> Markup {
    let words = &desk.words().edit;
    let group = |part: &str, fields: &'static [Field]| {
        html! { @for (name, kind) in fields { (field(desk, table, &format!("{part}{name}"), name, *kind)) } }
    };
    let given = (1..=SOURCES)
        .take_while(|n| !form::shown(table, &format!("sources.{n}.title")).is_empty())
        .count();
    html! {
        fieldset { legend { (words.about) } (group("", &ABOUT)) }
        @for (language, name) in [("zh", &words.zh), ("en", &words.en)] {
            fieldset { legend { (name) }
                (group(&format!("{language}."), &WORDS))
                @for n in 1..=STEPS {
                    fieldset { legend { (name) " · " (words.step) " " (n) } (group(&format!("{language}.steps.{n}."), &STEP)) }
                }
                (group(&format!("{language}.where."), &WHERE))
            }
        }
        fieldset { legend { (words.sources) }
            @for n in 1..=(given + SPARE).min(SOURCES) {
                fieldset { legend { (words.source) " " (n) } (group(&format!("sources.{n}."), &SOURCE)) }
            }
        }
    }
}

fn field(desk: &Desk, table: &Table, path: &str, name: &str, kind: Kind) -> Markup {
    let words = desk.words();
    let (value, id) = (
        form::shown(table, path),
        format!("f-{}", path.replace('.', "-")),
    );
    let label = of(&words.fields, name);
    let help = words.help.get(name);
    let about = help.map(|_| format!("{id}-help"));
    let language = path
        .split('.')
        .next()
        .filter(|part| ["zh", "en"].contains(part));
    html! {
        div.field {
            @if kind == Kind::Mark {
                label { input id=(id) name=(path) type="checkbox" value="true" checked[value == "true"]; (label) }
            } @else {
                label for=(id) { (label) }
                @if kind == Kind::Line {
                    input id=(id) name=(path) type="text" value=(value) lang=[language] aria-describedby=[about.as_ref()];
                } @else {
                    @let rows = if kind == Kind::Lines { value.lines().count() + 1 } else { 2 };
                    textarea id=(id) name=(path) rows=(rows) lang=[language] aria-describedby=[about.as_ref()] { (value) }
                }
            }
            @if let (Some(help), Some(id)) = (help, about) { p.help id=(id) { (help) } }
        }
    }
}
