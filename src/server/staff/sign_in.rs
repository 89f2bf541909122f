//! In and out.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use maud::{Markup, html};

use super::frame::{self, Answer, Trouble};
use super::guard::{self, SESSION, Sent, cookie};
use crate::language::Language;
use crate::server::app::App;
use crate::server::keeping::now;
use crate::server::routes::too_often;
use crate::store::Deed;

/// Asks for name and password.
pub(super) async fn page(State(app): State<Arc<App>>, request: Request) -> Response {
    let (parts, _) = request.into_parts();
    let language = guard::language(&app, &parts);
    asked(&app, language, None).into_response()
}

fn asked(app: &App, language: Language, trouble: Option<&str>) -> Markup {
    let words = &app.words(language).staff;
    let sign = &words.sign;
    let content = html! {
        h1 { (sign.title) }
        p.lead { (sign.lead) }
        @if let Some(trouble) = trouble { p.caution role="alert" { (trouble) } }
        form method="post" action={ "/staff/sign-in?lang=" (language) } {
            p.field { label for="name" { (sign.name) }
                input #name name="name" type="text" autocomplete="username" required; }
            p.field { label for="password" { (sign.password) }
                input #password name="password" type="password" autocomplete="current-password" required; }
            p { button.main type="submit" { (sign.enter) } }
        }
    };
    frame::bare(words, language, &sign.title, &html! {}, &content)
}

/// Begins a session, if name and password are right. Who guesses is slowed down: by address,
/// by name, and by the work that each attempt costs.
pub(super) async fn sign_in(State(app): State<Arc<App>>, request: Request) -> Answer {
    let (parts, body) = request.into_parts();
    let language = guard::language(&app, &parts);
    let address = guard::peer(&parts).ok_or(Trouble::Failed)?;
    if !guard::is_own(&parts.headers) {
        return Err(Trouble::Forbidden);
    }
    if !app.admits_heavy(address) {
        return Ok(too_often());
    }
    let fields = guard::fields(Request::from_parts(parts, body), &app).await;
    let Ok(fields) = fields else {
        return Err(Trouble::Forbidden);
    };
    let store = app.store().await?;
    let sign = &app.words(language).staff.sign;
    let (name, password) = (fields.get("name"), fields.get("password"));
    let subjects = [format!("name {name}"), format!("address {address}")];
    for subject in &subjects {
        if store.is_locked(subject, now()).await? {
            let page = asked(&app, language, Some(&sign.locked));
            return Ok((StatusCode::TOO_MANY_REQUESTS, page).into_response());
        }
    }
    let Some(account) = store.account_by_password(name, password).await? else {
        for subject in &subjects {
            store.note_failure(subject, now()).await?;
        }
        let page = asked(&app, language, Some(&sign.wrong));
        return Ok((StatusCode::FORBIDDEN, page).into_response());
    };
    let token = store
        .begin_session(&account.id, now(), now() + SESSION)
        .await?;
    let deed = Deed {
        at: now(),
        who: account.name,
        act: "sign-in".into(),
        what: String::new(),
    };
    store.note_deed(&deed).await?;
    let keep = [(header::SET_COOKIE, cookie(&app, token.as_str()))];
    let page = Redirect::to(&format!("/staff?lang={language}"));
    Ok((keep, page).into_response())
}

/// Ends the session.
pub(super) async fn sign_out(Sent { desk, .. }: Sent) -> Answer {
    desk.store.end_session(&desk.token).await?;
    let forget = [(header::SET_COOKIE, cookie(&desk.app, ""))];
    Ok((forget, frame::go(&desk, "/staff/sign-in")).into_response())
}
