//! All guides by their pictures, for those who would rather look than speak.

use std::sync::Arc;

use axum::extract::State;
use maud::{Markup, html};

use super::{Lang, language, picture, reading};
use crate::knowledge::{Category, Guide};
use crate::language::Language;
use crate::server::app::App;
use crate::server::words::Wording;

/// In the order of what is asked for most; what helpers do comes last.
const ORDER: [Category; 9] = [
    Category::Safety,
    Category::Pension,
    Category::Medical,
    Category::Papers,
    Category::Support,
    Category::Care,
    Category::Home,
    Category::Travel,
    Category::Helper,
];

/// The page of pictures.
pub(in crate::server) async fn browse(State(app): State<Arc<App>>, asked: Lang) -> Markup {
    let language = language(&app, asked);
    let words = app.words(language);
    reading(
        &app,
        language,
        &words.browse.title,
        "/browse",
        &all(&app, words, language),
    )
}

/// All cards, drawer by drawer.
pub(super) fn all(app: &App, words: &Wording, language: Language) -> Markup {
    let knowledge = app.assistant.knowledge();
    html! {
        h1 { (words.browse.title) }
        p.lead { (words.browse.how) }
        @for category in ORDER {
            @let guides: Vec<&Guide> = knowledge.iter()
                .filter(|guide| guide.category == category).collect();
            @if let (false, Some(name)) = (guides.is_empty(), words.browse.categories.get(&category)) {
                section {
                    h2 { (name) }
                    ul.cards {
                        @for guide in guides { li { (card(guide, language)) } }
                    }
                }
            }
        }
    }
}

fn card(guide: &Guide, language: Language) -> Markup {
    html! {
        a.card data-open=(guide.id) href={ "/guides/" (guide.id) "?lang=" (language) } {
            (picture("pictograms", &guide.pictogram))
            span { (guide.text(language).name) }
        }
    }
}
