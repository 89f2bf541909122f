//! What all the staff's pages have in common.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use maud::{DOCTYPE, Markup, html};

use super::guard::Desk;
use super::words::StaffWords;
use crate::language::Language;
use crate::server::app::App;
use crate::server::pages::tag;
use crate::store::{Role, Seconds, StoreError};

/// Why there is no page.
#[derive(Debug, Clone, Copy)]
pub(super) enum Trouble {
    /// The database does not answer.
    Away,
    /// This person may not do this, or the form came from elsewhere.
    Forbidden,
    /// There is no such thing.
    Missing,
    /// Something else; the log tells what.
    Failed,
}

/// What a handler answers.
pub(super) type Answer = Result<Response, Trouble>;

impl From<StoreError> for Trouble {
    fn from(error: StoreError) -> Self {
        if error.is_away() {
            return Self::Away;
        }
        tracing::warn!("a page for staff failed: {error}");
        Self::Failed
    }
}

impl IntoResponse for Trouble {
    fn into_response(self) -> Response {
        let status = match self {
            Self::Away => StatusCode::SERVICE_UNAVAILABLE,
            Self::Forbidden => StatusCode::FORBIDDEN,
            Self::Missing => StatusCode::NOT_FOUND,
            Self::Failed => StatusCode::INTERNAL_SERVER_ERROR,
        };
        let mut response = status.into_response();
        response.extensions_mut().insert(self);
        response
    }
}

/// Puts words to what went wrong.
pub(super) async fn explain(State(app): State<Arc<App>>, response: Response) -> Response {
    let Some(trouble) = response.extensions().get::<Trouble>().copied() else {
        return response;
    };
    let language = app.config.server.language;
    let words = &app.words(language).staff;
    let told = &words.trouble;
    let (what, how) = match trouble {
        Trouble::Away => (&told.away, &told.away_how),
        Trouble::Forbidden => (&told.forbidden, &told.forbidden_how),
        Trouble::Missing => (&told.missing, &told.missing_how),
        Trouble::Failed => (&told.failed, &told.failed_how),
    };
    let content = html! {
        h1 { (what) }
        p.lead { (how) }
        p { a.button href={ "/staff?lang=" (language) } { (words.common.back) } }
    };
    let page = bare(words, language, what, &html! {}, &content);
    (response.status(), page).into_response()
}

/// A page without a desk.
pub(super) fn bare(
    words: &StaffWords,
    language: Language,
    title: &str,
    navigation: &Markup,
    content: &Markup,
) -> Markup {
    html! {
        (DOCTYPE)
        html lang=(tag(language)) {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="robots" content="noindex";
                title { (title) " · " (words.common.title) }
                link rel="icon" href="/assets/logo.svg" type="image/svg+xml";
                link rel="stylesheet" href="/assets/style.css";
                link rel="stylesheet" href="/assets/reading.css";
                link rel="stylesheet" href="/assets/staff.css";
            }
            body.reading.staff {
                a.skip href="#content" { (words.common.skip) }
                (navigation)
                main #content tabindex="-1" { (content) }
            }
        }
    }
}

/// A page at a desk.
pub(super) fn page(desk: &Desk, title: &str, here: &str, content: &Markup) -> Response {
    let (words, language) = (desk.words(), desk.language);
    let common = &words.common;
    let other = language.other();
    let everybody = [
        ("/staff/guides", &common.guides),
        ("/staff/figures", &common.figures),
        ("/staff/questions", &common.questions),
        ("/staff/terminals", &common.terminals),
    ];
    let managers = [
        ("/staff/accounts", &common.accounts),
        ("/staff/data", &common.data),
        ("/staff/log", &common.log),
    ];
    let managers = managers
        .into_iter()
        .filter(|_| desk.account.role == Role::Manager);
    let navigation = html! {
        header.top {
            a.home href=(desk.to("/staff")) { (common.title) }
            nav aria-label=(common.title) {
                @for (path, name) in everybody.into_iter().chain(managers) {
                    a.control href=(desk.to(path)) aria-current=[here.starts_with(path).then_some("page")] { (name) }
                }
                a.control hreflang=(tag(other)) lang=(tag(other)) href={ (here) "?lang=" (other) } {
                    (desk.app.words(other).name)
                }
                (form(desk, "/staff/sign-out", &html! {
                    button type="submit" { (common.sign_out) " (" (desk.account.name) ")" }
                }))
            }
        }
    };
    bare(words, language, title, &navigation, content).into_response()
}

/// A form that these pages send.
pub(super) fn form(desk: &Desk, action: &str, content: &Markup) -> Markup {
    html! {
        form method="post" action=(desk.to(action)) {
            input type="hidden" name="seal" value=(desk.seal());
            (content)
        }
    }
}

/// A labelled line to write in.
pub(super) fn line(label: &str, name: &str, value: &str, kind: &str) -> Markup {
    html! {
        p.field {
            label for={ "f-" (name) } { (label) }
            input id={ "f-" (name) } name=(name) type=(kind) value=(value)
                autocomplete=[(kind == "password").then_some("new-password")];
        }
    }
}

/// Something that was done, told once.
pub(super) fn notice(words: &str) -> Markup {
    html! { p.notice role="status" { (words) } }
}

/// To another of these pages, after something was done.
pub(super) fn go(desk: &Desk, path: &str) -> Response {
    Redirect::to(&desk.to(path)).into_response()
}

/// A time, as this machine's clock tells it.
pub(super) fn time(at: Seconds) -> String {
    let time = Timestamp::from_second(at).unwrap_or_default();
    let time = time.to_zoned(TimeZone::system());
    time.strftime("%Y-%m-%d %H:%M").to_string()
}
