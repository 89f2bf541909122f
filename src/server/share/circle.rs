//! A helper of a circle: joins by invitation, prepares guides, leaves notes, leaves.
//!
//! Whoever holds a helper's address is that helper, and sees what that helper prepared:
//! nothing of other helpers, nothing of other circles.

use std::collections::HashMap;
use std::sync::Arc;

use axum::extract::{Form, Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use maud::{Markup, html};

use super::visit::refuse;
use crate::knowledge::{Guide, GuideId};
use crate::language::Language;
use crate::server::app::App;
use crate::server::pages::{Lang, language, reading};
use crate::server::words::{InCircle, Kind};
use crate::store::{Act, Circle, Helper, Item, NewItem, Seconds, StoreError};

/// A form as it was sent; a name may come more than once.
type Fields = Form<Vec<(String, String)>>;

fn now() -> Seconds {
    jiff::Timestamp::now().as_second()
}

fn field<'a>(fields: &'a [(String, String)], name: &str) -> &'a str {
    let found = fields.iter().find(|(known, _)| known == name);
    found.map_or("", |(_, value)| value.trim())
}

fn asked_in(fields: &[(String, String)], app: &App) -> Language {
    let lang = field(fields, "lang").parse();
    lang.unwrap_or(app.config.server.language)
}

/// The store is away, or refuses.
fn away(app: &Arc<App>, language: Language, error: &StoreError) -> Response {
    tracing::warn!(%error, "a circle could not be read");
    refuse(app, language, Kind::Away, StatusCode::SERVICE_UNAVAILABLE)
}

fn unknown(app: &Arc<App>, language: Language) -> Response {
    refuse(app, language, Kind::Unknown, StatusCode::NOT_FOUND)
}

fn full(app: &Arc<App>, language: Language) -> Response {
    let words = &app.words(language).share.circle;
    let content = html! { h1 { (words.full) } p.lead { (words.full_how) } };
    let page = reading(app, language, &words.full, "/code", &content);
    (StatusCode::CONFLICT, page).into_response()
}

fn called<'a>(circle: &'a Circle, words: &'a InCircle) -> &'a str {
    if circle.called.is_empty() {
        &words.somebody
    } else {
        &circle.called
    }
}

/// The page of an invitation.
pub(super) async fn invited(
    State(app): State<Arc<App>>,
    Path(token): Path<String>,
    asked: Lang,
) -> Response {
    let language = language(&app, asked);
    let store = match app.store().await {
        Ok(store) => store,
        Err(error) => return away(&app, language, &error),
    };
    let circle = match store.invited_to(&token, now()).await {
        Ok(Some(circle)) => circle,
        Ok(None) => return unknown(&app, language),
        Err(error) => return away(&app, language, &error),
    };
    let words = &app.words(language).share.circle;
    let title = words.join_title.replace("{called}", called(&circle, words));
    let path = format!("/join/{token}");
    let content = html! {
        h1 { (title) }
        p.lead { (words.join_how) }
        p { (words.join_consent) }
        form method="post" action=(path) {
            input type="hidden" name="lang" value=(language);
            label for="name" { (words.name) }
            input #name type="text" name="name" required maxlength="20" autocomplete="off";
            button type="submit" { (words.join) }
        }
    };
    reading(&app, language, &title, &path, &content).into_response()
}

/// Joins, and leads to the helper's page.
pub(super) async fn join(
    State(app): State<Arc<App>>,
    Path(token): Path<String>,
    Form(fields): Fields,
) -> Response {
    let language = asked_in(&fields, &app);
    let joined = async {
        let store = app.store().await?;
        store.join(&token, field(&fields, "name"), now()).await
    };
    match joined.await {
        Ok(Some((_, own))) => {
            Redirect::to(&format!("/h/{}?lang={language}", own.as_str())).into_response()
        }
        Ok(None) => unknown(&app, language),
        Err(StoreError::Limit(_)) => full(&app, language),
        Err(error) => away(&app, language, &error),
    }
}

/// The helper of an address, with the circle.
async fn helper(app: &App, token: &str) -> Result<Option<(Helper, Circle)>, StoreError> {
    let store = app.store().await?;
    let Some(helper) = store.helper_by_token(token).await? else {
        return Ok(None);
    };
    let circle = store.circle(&helper.circle).await?;
    Ok(circle.map(|circle| (helper, circle)))
}

/// The helper's page.
pub(super) async fn home(
    State(app): State<Arc<App>>,
    Path(token): Path<String>,
    asked: Lang,
) -> Response {
    let language = language(&app, asked);
    let found = async {
        let Some((helper, circle)) = helper(&app, &token).await? else {
            return Ok(None);
        };
        let items = app.store().await?.items(&circle.id).await?;
        let own = |item: &Item| item.helper.as_ref() == Some(&helper.id);
        let items: Vec<Item> = items.into_iter().filter(own).collect();
        Ok::<_, StoreError>(Some((circle, items)))
    };
    let (circle, items) = match found.await {
        Ok(Some(found)) => found,
        Ok(None) => return unknown(&app, language),
        Err(error) => return away(&app, language, &error),
    };
    let words = &app.words(language).share.circle;
    let title = words.home_title.replace("{called}", called(&circle, words));
    let path = format!("/h/{token}");
    let content = home_content(&app, language, (&title, &path), &items);
    reading(&app, language, &title, &path, &content).into_response()
}

fn home_content(
    app: &App,
    language: Language,
    (title, path): (&str, &str),
    items: &[Item],
) -> Markup {
    let words = &app.words(language).share.circle;
    let knowledge = app.assistant.knowledge();
    let name = |id: &str| match knowledge.get(&GuideId::new(id)) {
        Some(guide) => guide.text(language).name.clone(),
        None => id.to_owned(),
    };
    html! {
        h1 { (title) }
        p.lead { (words.home_how) }
        section {
            h2 { (words.prepare) }
            form method="get" action={ (path) "/prepare" } {
                input type="hidden" name="lang" value=(language);
                label for="guide" { (words.choose) }
                select #guide name="guide" {
                    @for guide in knowledge.iter() {
                        option value=(guide.id) { (guide.text(language).name) }
                    }
                }
                button type="submit" { (words.prepare) }
            }
        }
        section {
            h2 { (words.prepared) }
            @if items.is_empty() { p { (words.nothing) } }
            @for item in items {
                div.item {
                    h3 { (name(&item.what.guide)) }
                    p.soft { @if item.heard.is_some() { (words.heard) } @else { (words.not_heard) } }
                    @for thing in &item.what.ticked { p { "✓ " (thing) } }
                    @if !item.what.appointment.is_empty() { p { (item.what.appointment) } }
                    @if !item.what.note.is_empty() { p { q { (item.what.note) } } }
                    form method="post" action={ (path) "/take-back" } {
                        input type="hidden" name="lang" value=(language);
                        input type="hidden" name="item" value=(item.id);
                        button type="submit" { (words.take_back) }
                    }
                }
            }
        }
        section {
            h2 { (words.leave) }
            p { (words.leave_how) }
            form method="post" action={ (path) "/leave" } {
                input type="hidden" name="lang" value=(language);
                button type="submit" { (words.leave) }
            }
        }
    }
}

/// The form in which a guide is prepared.
pub(super) async fn choose(
    State(app): State<Arc<App>>,
    Path(token): Path<String>,
    Query(asked): Query<HashMap<String, String>>,
) -> Response {
    let lang = asked.get("lang").and_then(|lang| lang.parse().ok());
    let language = lang.unwrap_or(app.config.server.language);
    let circle = match helper(&app, &token).await {
        Ok(Some((_, circle))) => circle,
        Ok(None) => return unknown(&app, language),
        Err(error) => return away(&app, language, &error),
    };
    let id = GuideId::new(asked.get("guide").cloned().unwrap_or_default());
    let Some(guide) = app.assistant.guide(None, &id) else {
        return unknown(&app, language);
    };
    let words = &app.words(language).share.circle;
    let title = words
        .prepare_title
        .replace("{called}", called(&circle, words))
        .replace("{guide}", &guide.text(language).name);
    let path = format!("/h/{token}");
    let content = prepare_content(&guide, language, words, (&title, &path));
    reading(&app, language, &title, &path, &content).into_response()
}

fn prepare_content(
    guide: &Guide,
    language: Language,
    words: &InCircle,
    (title, path): (&str, &str),
) -> Markup {
    let text = guide.text(language);
    html! {
        h1 { (title) }
        form method="post" action={ (path) "/prepare" } {
            input type="hidden" name="lang" value=(language);
            input type="hidden" name="guide" value=(guide.id);
            @if !text.bring.is_empty() {
                fieldset.ticks {
                    legend { (words.ticks) }
                    @for thing in &text.bring {
                        label { input type="checkbox" name="ready" value=(thing); span { (thing) } }
                    }
                }
            }
            label for="when" { (words.when) }
            input #when type="text" name="when" maxlength="60" autocomplete="off" placeholder=(words.when_how);
            label for="note" { (words.note) }
            p.soft #note-how { (words.note_how) }
            textarea #note name="note" rows="4" maxlength="200" aria-describedby="note-how" {}
            button type="submit" { (words.send) }
        }
    }
}

/// Keeps what was prepared.
pub(super) async fn prepare(
    State(app): State<Arc<App>>,
    Path(token): Path<String>,
    Form(fields): Fields,
) -> Response {
    let ready = fields.iter().filter(|(name, _)| name == "ready");
    let item = NewItem {
        guide: field(&fields, "guide").to_owned(),
        ticked: ready.map(|(_, thing)| thing.clone()).collect(),
        appointment: field(&fields, "when").to_owned(),
        // A line's end counts as two letters in a form.
        note: field(&fields, "note").replace("\r\n", "\n"),
    };
    let id = GuideId::new(item.guide.clone());
    let known = app.assistant.guide(None, &id).is_some();
    let done = async {
        let Some((helper, _)) = helper(&app, &token).await?.filter(|_| known) else {
            return Ok(false);
        };
        app.store().await?.prepare(&helper, &item, now()).await?;
        Ok(true)
    };
    answer(&app, &token, &fields, done.await)
}

/// Takes back what was prepared.
pub(super) async fn take_back(
    State(app): State<Arc<App>>,
    Path(token): Path<String>,
    Form(fields): Fields,
) -> Response {
    let done = async {
        let Some((helper, _)) = helper(&app, &token).await? else {
            return Ok(false);
        };
        let store = app.store().await?;
        store
            .take_back(&helper, field(&fields, "item"), now())
            .await
    };
    answer(&app, &token, &fields, done.await)
}

/// Back to the helper's page, or what is wrong.
fn answer(
    app: &Arc<App>,
    token: &str,
    fields: &[(String, String)],
    done: Result<bool, StoreError>,
) -> Response {
    let language = asked_in(fields, app);
    match done {
        Ok(true) => Redirect::to(&format!("/h/{token}?lang={language}")).into_response(),
        Ok(false) => unknown(app, language),
        Err(StoreError::Limit(_)) => full(app, language),
        Err(error) => away(app, language, &error),
    }
}

/// Leaves the circle.
pub(super) async fn leave(
    State(app): State<Arc<App>>,
    Path(token): Path<String>,
    Form(fields): Fields,
) -> Response {
    let language = asked_in(&fields, &app);
    let done = async {
        let Some((helper, circle)) = helper(&app, &token).await? else {
            return Ok(false);
        };
        let store = app.store().await?;
        store
            .remove_helper(&circle.id, &helper.id, Act::Left, now())
            .await
    };
    match done.await {
        Ok(true) => {
            let words = &app.words(language).share.circle;
            let content = html! { h1 { (words.left) } p.lead { (words.left_how) } };
            reading(&app, language, &words.left, "/code", &content).into_response()
        }
        Ok(false) => unknown(&app, language),
        Err(error) => away(&app, language, &error),
    }
}
