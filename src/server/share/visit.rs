//! Somebody who follows a link, or types its digits.

use std::net::IpAddr;
use std::sync::Arc;

use axum::Extension;
use axum::extract::{FromRequestParts, Path, Query};
use axum::http::StatusCode;
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};
use maud::html;

use crate::knowledge::{Guide, GuideId, RegionId};
use crate::language::Language;
use crate::server::app::App;
use crate::server::listen::Peer;
use crate::server::pages::{Asked, reading};
use crate::server::words::Kind;
use crate::sharing::Code;
use crate::store::{Link, LinkState};

/// A link that is valid, and the guide it is for.
pub(super) struct Visit {
    pub app: Arc<App>,
    pub address: IpAddr,
    /// The end of the address, as it was asked for.
    pub token: String,
    pub link: Link,
    pub guide: Guide,
    pub language: Language,
}

impl Visit {
    /// Where the guide is.
    pub fn url(&self) -> String {
        format!("{}/s/{}", self.app.address(), self.token)
    }

    /// The last day on which the link works.
    pub fn until(&self) -> Option<jiff::civil::Date> {
        self.link.what.last_day()
    }

    /// The step that the elder had got to, from 0.
    pub fn step(&self) -> usize {
        let last = self.guide.text(self.language).steps.len().saturating_sub(1);
        usize::try_from(self.link.what.step).unwrap_or(0).min(last)
    }
}

impl FromRequestParts<Arc<App>> for Visit {
    /// A kind page.
    type Rejection = Response;

    async fn from_request_parts(
        parts: &mut Parts,
        app: &Arc<App>,
    ) -> Result<Self, Self::Rejection> {
        let path: Path<Vec<(String, String)>> = Path::from_request_parts(parts, app)
            .await
            .map_err(IntoResponse::into_response)?;
        let token = path.0.into_iter().find(|(name, _)| name == "token");
        let token = token.map(|(_, token)| token).unwrap_or_default();
        let Extension(Peer(address)) = Extension::from_request_parts(parts, app)
            .await
            .map_err(IntoResponse::into_response)?;
        let asked = Query::<Asked>::try_from_uri(&parts.uri).ok();
        let asked = asked.and_then(|Query(asked)| asked.lang);
        let state = look_up(app, address, &token).await;
        let language = match (&state, asked) {
            (_, Some(language)) => language,
            (
                Ok(LinkState::Living(link) | LinkState::Expired(link) | LinkState::Withdrawn(link)),
                None,
            ) => link.what.language,
            _ => app.config.server.language,
        };
        let refused = |kind, status| refuse(app, language, kind, status);
        let link = match state {
            Ok(LinkState::Living(link)) => link,
            Ok(LinkState::Expired(_)) => return Err(refused(Kind::Expired, StatusCode::GONE)),
            Ok(LinkState::Withdrawn(_)) => return Err(refused(Kind::Withdrawn, StatusCode::GONE)),
            Ok(LinkState::Unknown) => return Err(refused(Kind::Unknown, StatusCode::NOT_FOUND)),
            Err(Unseen::Often) => return Err(refused(Kind::Often, StatusCode::TOO_MANY_REQUESTS)),
            Err(Unseen::Away) => return Err(refused(Kind::Away, StatusCode::SERVICE_UNAVAILABLE)),
        };
        let region = RegionId::new(link.what.region.clone());
        let id = GuideId::new(link.what.guide.clone());
        let Some(guide) = app.assistant.guide(Some(&region), &id) else {
            // The guide is not told any more.
            return Err(refused(Kind::Expired, StatusCode::GONE));
        };
        Ok(Self {
            app: Arc::clone(app),
            address,
            token,
            link,
            guide,
            language,
        })
    }
}

/// Why it is not known what a link leads to.
pub(super) enum Unseen {
    /// Too many codes were tried.
    Often,
    /// The store is away.
    Away,
}

/// The link of a token, or of eight digits in its place.
pub(super) async fn look_up(app: &App, address: IpAddr, token: &str) -> Result<LinkState, Unseen> {
    let now = jiff::Timestamp::now().as_second();
    let away = |error: crate::store::StoreError| {
        tracing::warn!(%error, "a link could not be looked up");
        Unseen::Away
    };
    let code = token.parse::<Code>().ok();
    if let Some(code) = &code
        && !app.gate.admits_code(address, code)
    {
        return Err(Unseen::Often);
    }
    let store = app.store().await.map_err(away)?;
    let state = match &code {
        Some(code) => store.link_by_code(code.digits(), now).await,
        None => store.link_by_token(token, now).await,
    };
    let state = state.map_err(away)?;
    if let (Some(code), LinkState::Living(_)) = (&code, &state) {
        app.gate.was_right(address, code);
    }
    Ok(state)
}

/// A page that says why there is nothing to see, and how to go on.
pub(super) fn refuse(
    app: &Arc<App>,
    language: Language,
    kind: Kind,
    status: StatusCode,
) -> Response {
    let words = app.words(language);
    let refusal = words.share.refusal(kind);
    let content = html! {
        h1 { (refusal.headline) }
        p.lead { (refusal.how) }
        p.row { a.button href={ "/code?lang=" (language) } { (words.share.code_again) }
            a.button href={ "/browse?lang=" (language) } { (words.page.back_to_all) } }
    };
    let page = reading(app, language, &refusal.headline, "/code", &content);
    (status, page).into_response()
}
