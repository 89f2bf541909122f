//! A guide in the helper's view: what to bring, what can be done in the elder's place, where
//! the elder had got to.

use axum::response::{IntoResponse, Response};
use maud::{Markup, html};

use super::sound;
use super::visit::Visit;
use crate::knowledge::{Guide, Text};
use crate::server::pages::{picture, reading_with};
use crate::server::words::{Share, Wording};

/// The page.
pub(super) async fn show(visit: Visit) -> Response {
    let words = visit.app.words(visit.language);
    let title = &visit.guide.text(visit.language).title;
    let path = format!("/s/{}", visit.token);
    let content = content(&visit, words, &path);
    reading_with(
        &visit.app,
        visit.language,
        title,
        &path,
        &["share.js"],
        &content,
    )
    .into_response()
}

fn content(visit: &Visit, words: &Wording, path: &str) -> Markup {
    let (guide, share, page) = (&visit.guide, &words.share, &words.page);
    let text = guide.text(visit.language);
    html! {
        h1.with-picture { (picture("pictograms", &guide.pictogram)) span { (text.title) } }
        p.lead { (share.lead) }
        (listen(visit, share, path))
        p.call { (picture("icons", "call"))
            span { (page.hotline) " " a href={ "tel:" (guide.hotline) } { (guide.hotline) } } }
        (bring(guide, text, words))
        section {
            h2 { (share.instead) }
            p { (text.proxy) (caution(guide, "proxy", share)) }
        }
        (steps(visit, text, words))
        (facts(guide, text, words))
        p.caution { (picture("icons", "caution")) span { strong { (page.caution) } " " (text.scam) } }
        (calendar(visit, share, path))
        (print(visit, share, path))
        (sources(visit, words))
    }
}

/// Plays piece after piece with a script; without one, each piece has its own player.
fn listen(visit: &Visit, share: &Share, path: &str) -> Markup {
    let pieces = sound::pieces(visit).len();
    let lang = visit.language;
    let address = |piece: usize| format!("{path}/listen/{piece}.wav?lang={lang}");
    html! {
        @if visit.app.voices.is_some() && pieces > 0 {
            p #listen hidden data-path={ (path) "/listen/" } data-pieces=(pieces) data-lang=(lang)
                data-stop=(share.listen_stop) {
                button type="button" { (picture("icons", "speaking")) span { (share.listen) } }
            }
            noscript {
                ul.listen { @for piece in 0..pieces {
                    li { a.button href=(address(piece)) { (share.listen) " " (piece + 1) } }
                } }
            }
        }
    }
}

fn bring(guide: &Guide, text: &Text, words: &Wording) -> Markup {
    html! {
        section {
            h2 { (words.page.bring) }
            @if text.bring.is_empty() { p { (words.share.bring_nothing) } }
            @else {
                ul.ticks { @for (number, thing) in text.bring.iter().enumerate() {
                    li { label { input type="checkbox" data-tick=(number); span { (thing) } } }
                } }
                p.soft { (words.share.ticks) }
            }
            @if let Some(note) = &text.bring_note { p { (note) } }
            (caution(guide, "bring", &words.share))
        }
    }
}

fn caution(guide: &Guide, field: &str, share: &Share) -> Markup {
    html! { @if guide.must_confirm(field) { " " em.confirm { (share.confirm) } } }
}

fn steps(visit: &Visit, text: &Text, words: &Wording) -> Markup {
    let here = visit.step();
    html! {
        section {
            h2 { (words.page.guide_steps) }
            ol.steps {
                @for (number, step) in text.steps.iter().enumerate() {
                    li aria-current=[(number == here).then_some("step")] {
                        h3 { (step.headline) }
                        @if number == here { p.here { (words.share.got_to) } }
                        p { (step.say)
                            (caution(&visit.guide, &format!("steps.{}", number + 1), &words.share)) }
                        @if let Some(detail) = &step.detail { p { (detail) } }
                    }
                }
            }
        }
    }
}

fn facts(guide: &Guide, text: &Text, words: &Wording) -> Markup {
    let places = [
        ("where.counter", text.places.counter.as_ref()),
        ("where.online", text.places.online.as_ref()),
        ("where.phone", text.places.phone.as_ref()),
        ("cost", Some(&text.cost)),
        ("duration", Some(&text.duration)),
        ("who_for", Some(&text.who_for)),
        ("not_for", text.not_for.as_ref()),
        ("call", Some(&text.call)),
    ];
    html! {
        section {
            h2 { (words.page.about_guide) }
            @for (field, fact) in places {
                @if let Some(fact) = fact { p { (fact) (caution(guide, field, &words.share)) } }
            }
        }
    }
}

fn calendar(visit: &Visit, share: &Share, path: &str) -> Markup {
    html! {
        section {
            h2 { (share.calendar) }
            p { (share.calendar_how) }
            form.when method="get" action={ (path) "/date.ics" } {
                input type="hidden" name="lang" value=(visit.language);
                div { label for="date" { (share.date) } input #date type="date" name="date" required; }
                div { label for="time" { (share.time) } input #time type="time" name="time" value="09:00" required; }
                button type="submit" { (share.calendar_send) }
            }
        }
    }
}

fn print(visit: &Visit, share: &Share, path: &str) -> Markup {
    let lang = visit.language;
    html! {
        section {
            h2 { (share.paper) }
            p.row { a.button href={ (path) "/sheet.pdf?lang=" (lang) } {
                    (picture("icons", "print")) span { (share.paper_large) } }
                a.button href={ (path) "/sheet.pdf?print=plain&lang=" (lang) } {
                    (picture("icons", "print")) span { (share.paper_plain) } } }
        }
        section {
            h2 { (share.hand_on) }
            p { (share.hand_on_how) }
            img.qr src={ (path) "/qr.svg" } alt=(share.qr) width="300" height="300";
        }
    }
}

fn sources(visit: &Visit, words: &Wording) -> Markup {
    let until = visit.until();
    html! {
        section {
            h2 { (words.page.sources) }
            ul.sources {
                @for source in &visit.guide.sources {
                    li { (source.title) @if let Some(date) = &source.date { ", " (date) } }
                }
                li { (words.page.checked) " " (visit.guide.checked) }
            }
            @if let Some(until) = until {
                p.soft { (words.share.until.replace("{date}", &until.to_string())) }
            }
        }
    }
}
