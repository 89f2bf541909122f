//! The pages that are made here. Each works without a script; the terminal's page becomes a
//! conversation with one.

mod browse;
mod guide;
mod missing;
mod terminal;
mod try_it;

use axum::extract::Query;
use axum::extract::rejection::QueryRejection;
use maud::{DOCTYPE, Markup, html};
use serde::Deserialize;

pub(super) use browse::browse;
pub(super) use guide::{content as guide_content, guide};
pub(super) use missing::missing;
pub(super) use terminal::terminal;
pub(super) use try_it::try_it;

use super::app::App;
use super::words::Wording;
use crate::language::Language;

/// `?lang=en`.
#[derive(Debug, Deserialize)]
pub(super) struct Asked {
    pub lang: Option<Language>,
}

/// The same; what cannot be read counts as left out.
pub(super) type Lang = Result<Query<Asked>, QueryRejection>;

/// The language a page is asked for in.
pub(super) fn language(app: &App, asked: Lang) -> Language {
    let asked = asked.ok().and_then(|Query(asked)| asked.lang);
    asked.unwrap_or_else(|| app.language())
}

/// How HTML names the language.
pub(super) fn tag(language: Language) -> &'static str {
    match language {
        Language::Zh => "zh-CN",
        Language::En => "en",
    }
}

/// A picture from a sheet; only an ornament, so it is hidden from who cannot see it.
pub(super) fn picture(sheet: &str, name: &str) -> Markup {
    html! {
        svg.icon aria-hidden="true" focusable="false" {
            use href={ "/assets/" (sheet) ".svg#" (name) } {}
        }
    }
}

/// A page's head and frame.
fn page(
    words: &Wording,
    language: Language,
    title: &str,
    (styles, scripts): (&[&str], &[&str]),
    body: &Markup,
) -> Markup {
    html! {
        (DOCTYPE)
        html lang=(tag(language)) {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="description" content=(words.page.description);
                meta name="theme-color" content="#17503f";
                title { (title) }
                link rel="icon" href="/assets/logo.svg" type="image/svg+xml";
                link rel="manifest" href="/assets/manifest.webmanifest";
                @for style in styles {
                    link rel="stylesheet" href={ "/assets/" (style) };
                }
                @for script in scripts {
                    script type="module" src={ "/assets/" (script) } {}
                }
            }
            (body)
        }
    }
}

/// The styles of a page to read; the terminal's page does with the first.
pub(super) const READING: [&str; 2] = ["style.css", "reading.css"];

/// A page to read: the name of the house, the other language, the content.
pub(super) fn reading(
    app: &App,
    language: Language,
    title: &str,
    path: &str,
    content: &Markup,
) -> Markup {
    reading_with(app, language, title, path, &[], content)
}

/// The same, with scripts that it can be used without.
pub(super) fn reading_with(
    app: &App,
    language: Language,
    title: &str,
    path: &str,
    scripts: &[&str],
    content: &Markup,
) -> Markup {
    let (words, other) = (app.words(language), language.other());
    let title = if title.is_empty() {
        words.page.title.clone()
    } else {
        format!("{title} · {}", words.page.title)
    };
    page(
        words,
        language,
        &title,
        (&READING, scripts),
        &html! {
            body.reading {
                a.skip href="#content" { (words.page.skip) }
                header.top {
                    a.home href={ "/?lang=" (language) } { (picture("logo", "logo")) span { (words.page.home) } }
                    a.control hreflang=(tag(other)) lang=(tag(other)) href={ (path) "?lang=" (other) } {
                        (picture("icons", "language")) span { (app.words(other).name) }
                    }
                }
                main #content tabindex="-1" { (content) }
            }
        },
    )
}
