//! The page to try the interface for other programs.

use std::sync::Arc;

use axum::extract::State;
use maud::{Markup, html};

use super::{READING, page};
use crate::language::Language;
use crate::server::app::App;

/// The page; its script reads the OpenAPI description and builds a form for each operation.
pub(in crate::server) async fn try_it(State(app): State<Arc<App>>) -> Markup {
    let words = app.words(Language::En);
    page(
        words,
        Language::En,
        "wenlu API",
        (&READING, &["try.js"]),
        &html! {
            body.reading {
                header.top { a.home href="/" { (super::picture("logo", "logo")) span { (words.page.home) } } }
                main #content {
                    h1 { "The interface for other programs" }
                    p.lead {
                        "Described in " a href="/api/v1/openapi.json" { "openapi.json" }
                        ". Nothing that is sent here is kept."
                    }
                    div #operations {}
                }
            }
        },
    )
}
