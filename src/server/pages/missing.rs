//! The page of what is not there.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use maud::html;

use super::{Lang, language, reading};
use crate::server::app::App;

/// Says so, and how to go on.
pub(in crate::server) async fn missing(State(app): State<Arc<App>>, asked: Lang) -> Response {
    let language = language(&app, asked);
    let words = app.words(language);
    let content = html! {
        h1 { (words.notice.not_found) }
        p.lead { (words.notice.not_found_how) }
        p { a.button href={ "/?lang=" (language) } { (words.page.ask_here) }
            " " a.button href={ "/browse?lang=" (language) } { (words.page.back_to_all) } }
    };
    let page = reading(&app, language, &words.notice.not_found, "/", &content);
    (StatusCode::NOT_FOUND, page).into_response()
}
