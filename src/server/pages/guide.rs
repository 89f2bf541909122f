//! A guide on one page, to read.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use maud::{Markup, html};

use super::{Lang, language, missing, picture, reading};
use crate::knowledge::{Guide, GuideId, Text};
use crate::language::Language;
use crate::server::app::App;
use crate::server::words::Wording;

/// A guide's page.
pub(in crate::server) async fn guide(
    State(app): State<Arc<App>>,
    Path(id): Path<String>,
    asked: Lang,
) -> Response {
    let id = GuideId::new(id);
    let knowledge = app.assistant.knowledge();
    let Some(guide) = knowledge.get(&id) else {
        return missing(State(Arc::clone(&app)), asked).await;
    };
    let language = language(&app, asked);
    let words = app.words(language);
    let path = format!("/guides/{id}");
    let title = &guide.text(language).title;
    reading(
        &app,
        language,
        title,
        &path,
        &content(guide, words, language),
    )
    .into_response()
}

pub(in crate::server) fn content(guide: &Guide, words: &Wording, language: Language) -> Markup {
    let text = guide.text(language);
    html! {
        h1.with-picture { (picture("pictograms", &guide.pictogram)) span { (text.title) } }
        p.lead { (text.who_for) }
        @if let Some(not_for) = &text.not_for { p { (not_for) } }
        p.call { (picture("icons", "call"))
            span { (words.page.hotline) " " a href={ "tel:" (guide.hotline) } { (guide.hotline) } } }
        h2 { (words.page.guide_steps) }
        ol.steps {
            @for step in &text.steps {
                li { h3 { (step.headline) } p { (step.say) }
                    @if let Some(detail) = &step.detail { p { (detail) } } }
            }
        }
        (facts(text, words))
        p.caution { (picture("icons", "caution")) span { strong { (words.page.caution) } " " (text.scam) } }
        h2 { (words.page.sources) }
        ul.sources {
            @for source in &guide.sources {
                li { (source.title) @if let Some(date) = &source.date { ", " (date) } }
            }
            li { (words.page.checked) " " (guide.checked) }
        }
        p { a.button href={ "/?lang=" (language) } { (words.page.ask_here) }
            " " a.button href={ "/browse?lang=" (language) } { (words.page.back_to_all) } }
    }
}

fn facts(text: &Text, words: &Wording) -> Markup {
    let places = [
        &text.places.counter,
        &text.places.online,
        &text.places.phone,
    ];
    html! {
        @if !text.bring.is_empty() {
            h2 { (words.page.bring) }
            ul.bring { @for thing in &text.bring { li { (thing) } } }
            @if let Some(note) = &text.bring_note { p { (note) } }
        }
        h2 { (words.page.about_guide) }
        @for place in places.into_iter().flatten() { p { (place) } }
        p { (text.cost) }
        p { (text.duration) }
        p { (text.proxy) }
        p { (text.call) }
    }
}
