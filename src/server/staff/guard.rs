//! Who asks, and whether they may.

use std::net::IpAddr;
use std::sync::Arc;

use axum::extract::{Form, FromRequest, FromRequestParts, Query, Request};
use axum::http::request::Parts;
use axum::http::{HeaderMap, Method, header};
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;
use sha2::{Digest, Sha256};

use super::frame::Trouble;
use super::words::StaffWords;
use crate::language::Language;
use crate::server::app::App;
use crate::server::headers;
use crate::server::keeping::now;
use crate::server::listen::Peer;
use crate::store::{Account, Deed, Role, Store, StoreError};

/// The cookie's name.
const COOKIE: &str = "wenlu_staff";
/// A session lasts so long: a working day.
pub(super) const SESSION: i64 = 10 * 3600;

/// Somebody who has signed in, at their desk.
pub(super) struct Desk {
    pub app: Arc<App>,
    pub store: Store,
    pub account: Account,
    pub language: Language,
    /// The session's token.
    pub token: String,
}

#[derive(Deserialize)]
struct Asked {
    lang: Option<Language>,
}

/// The language that an address asks for.
pub(super) fn language(app: &App, parts: &Parts) -> Language {
    let asked = Query::<Asked>::try_from_uri(&parts.uri).ok();
    let asked = asked.and_then(|Query(asked)| asked.lang);
    asked.unwrap_or(app.config.server.language)
}

/// The address at the other end.
pub(super) fn peer(parts: &Parts) -> Option<IpAddr> {
    parts.extensions.get::<Peer>().map(|Peer(address)| *address)
}

impl Desk {
    pub fn words(&self) -> &StaffWords {
        &self.app.words(self.language).staff
    }

    /// What stands between a heading and what it is about.
    pub fn colon(&self) -> &str {
        &self.app.words(self.language).page.heard_colon
    }

    /// An address of these pages, in the same language.
    pub fn to(&self, path: &str) -> String {
        let mark = if path.contains('?') { '&' } else { '?' };
        format!("{path}{mark}lang={}", self.language)
    }

    /// What a form must bring along, so that no other site can send it: only these pages know
    /// it, and it tells nothing of the session's token.
    pub fn seal(&self) -> String {
        let hash = Sha256::digest(format!("a form of wenlu's: {}", self.token));
        hash.iter().map(|byte| format!("{byte:02x}")).collect()
    }

    /// The region whose guides are written here.
    pub fn region(&self) -> crate::knowledge::RegionId {
        let own = self.app.config.terminal.region.clone();
        own.unwrap_or_else(crate::knowledge::RegionId::nation)
    }

    /// Notes what was done.
    pub async fn note(&self, act: &str, what: &str) -> Result<(), StoreError> {
        let deed = Deed {
            at: now(),
            who: self.account.name.clone(),
            act: act.into(),
            what: what.into(),
        };
        self.store.note_deed(&deed).await
    }

    /// Fails unless this is a manager.
    pub fn manager(&self) -> Result<(), Trouble> {
        if self.account.role < Role::Manager {
            return Err(Trouble::Forbidden);
        }
        Ok(())
    }
}

impl FromRequestParts<Arc<App>> for Desk {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, Response> {
        let language = language(app, parts);
        let sign_in = || {
            let page = Redirect::to(&format!("/staff/sign-in?lang={language}"));
            if parts.method == Method::GET {
                page.into_response()
            } else {
                Trouble::Forbidden.into_response()
            }
        };
        let Some(token) = token(&parts.headers) else {
            return Err(sign_in());
        };
        let store = app.store().await;
        let store = store.map_err(|error| Trouble::from(error).into_response())?;
        let session = store.session(&token, now()).await;
        let session = session.map_err(|error| Trouble::from(error).into_response())?;
        let account = session.ok_or_else(sign_in)?.account;
        Ok(Self {
            app: Arc::clone(app),
            store: store.clone(),
            account,
            language,
            token,
        })
    }
}

/// The session's token in a browser's cookies.
pub(super) fn token(headers: &HeaderMap) -> Option<String> {
    let cookies = headers.get_all(header::COOKIE).iter();
    let mut cookies = cookies.filter_map(|value| value.to_str().ok());
    cookies.find_map(|cookies| {
        cookies.split(';').find_map(|cookie| {
            let value = cookie.trim().strip_prefix(COOKIE)?.strip_prefix('=')?;
            (!value.is_empty()).then(|| value.to_owned())
        })
    })
}

/// Has a browser keep a session's token until it is closed, or forget it. No script sees it,
/// and no other site's page can have it sent.
pub(super) fn cookie(app: &App, token: &str) -> String {
    let server = &app.config.server;
    // As `Server::bind` decides between HTTP and HTTPS.
    let plain = server.listen.ip().is_loopback() && server.certificate.is_none();
    let secure = if plain { "" } else { "; Secure" };
    let age = if token.is_empty() { "; Max-Age=0" } else { "" };
    format!("{COOKIE}={token}; Path=/staff; HttpOnly; SameSite=Strict{secure}{age}")
}

/// What a form sent, as it was filled in.
pub(super) struct Fields(Vec<(String, String)>);

impl Fields {
    /// A field, without spaces around it; empty if it is not there.
    pub fn get(&self, name: &str) -> &str {
        let field = self.0.iter().find(|(key, _)| key == name);
        field.map_or("", |(_, value)| value.trim())
    }
}

/// A form that was sent from these pages by somebody who has signed in.
pub(super) struct Sent {
    pub desk: Desk,
    pub fields: Fields,
}

impl FromRequest<Arc<App>> for Sent {
    type Rejection = Response;

    async fn from_request(request: Request, app: &Arc<App>) -> Result<Self, Response> {
        let (mut parts, body) = request.into_parts();
        if !is_own(&parts.headers) {
            return Err(Trouble::Forbidden.into_response());
        }
        let desk = Desk::from_request_parts(&mut parts, app).await?;
        let fields = fields(Request::from_parts(parts, body), app).await?;
        if fields.get("seal") != desk.seal() {
            return Err(Trouble::Forbidden.into_response());
        }
        Ok(Self { desk, fields })
    }
}

/// Whether a page of this server sent it, as far as the browser tells.
pub(super) fn is_own(headers: &HeaderMap) -> bool {
    let site = headers.get("sec-fetch-site");
    let same = site.is_none_or(|site| site == "same-origin");
    same && headers::is_own(headers)
}

/// The fields of a form.
pub(super) async fn fields(request: Request, app: &Arc<App>) -> Result<Fields, Response> {
    let form = Form::<Vec<(String, String)>>::from_request(request, app).await;
    let Form(fields) = form.map_err(IntoResponse::into_response)?;
    Ok(Fields(fields))
}
