//! Where eight digits are typed that were read over the telephone.

use std::sync::Arc;

use axum::Extension;
use axum::extract::{Form, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use maud::{Markup, html};
use serde::Deserialize;

use super::visit::{Unseen, look_up, refuse};
use crate::language::Language;
use crate::server::app::App;
use crate::server::listen::Peer;
use crate::server::pages::{Lang, language, reading};
use crate::server::words::Kind;
use crate::sharing::Code;
use crate::store::LinkState;

/// What was typed.
#[derive(Deserialize)]
pub(super) struct Typed {
    #[serde(default)]
    code: String,
    lang: Option<Language>,
}

/// The page.
pub(super) async fn ask(State(app): State<Arc<App>>, asked: Lang) -> Markup {
    let language = language(&app, asked);
    page(&app, language, None)
}

/// Leads to the guide, or says what is wrong.
pub(super) async fn tried(
    State(app): State<Arc<App>>,
    Extension(Peer(address)): Extension<Peer>,
    Form(typed): Form<Typed>,
) -> Response {
    let language = typed.lang.unwrap_or(app.config.server.language);
    let share = &app.words(language).share;
    let Ok(code) = typed.code.parse::<Code>() else {
        let page = page(&app, language, Some(&share.code_short));
        return (StatusCode::BAD_REQUEST, page).into_response();
    };
    match look_up(&app, address, code.digits()).await {
        Ok(LinkState::Living(_)) => {
            Redirect::to(&format!("/s/{}?lang={language}", code.digits())).into_response()
        }
        Ok(_) => {
            let page = page(&app, language, Some(&share.code_wrong));
            (StatusCode::NOT_FOUND, page).into_response()
        }
        Err(Unseen::Often) => refuse(&app, language, Kind::Often, StatusCode::TOO_MANY_REQUESTS),
        Err(Unseen::Away) => refuse(&app, language, Kind::Away, StatusCode::SERVICE_UNAVAILABLE),
    }
}

fn page(app: &App, language: Language, wrong: Option<&str>) -> Markup {
    let words = &app.words(language).share;
    let content = html! {
        h1 { (words.code_title) }
        p.lead #code-how { (words.code_how) }
        @if let Some(wrong) = wrong { p.caution role="alert" { (wrong) } }
        form method="post" action="/code" {
            input type="hidden" name="lang" value=(language);
            label for="code" { (words.code_label) }
            input.digits #code name="code" type="text" inputmode="numeric" autocomplete="off"
                required maxlength="20" aria-describedby="code-how" placeholder="1234 5678";
            button type="submit" { (words.code_send) }
        }
    };
    reading(app, language, &words.code_title, "/code", &content)
}
