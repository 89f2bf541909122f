//! Which address leads where, and what holds for all of them.

use std::any::Any;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::{DefaultBodyLimit, Request, State, WebSocketUpgrade};
use axum::http::{HeaderMap, StatusCode, header};
use axum::middleware::{Next, from_fn, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::{any, get};
use axum::{Extension, Router};
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::timeout::{RequestBodyTimeoutLayer, TimeoutLayer};

use super::app::App;
use super::gate::Pass;
use super::listen::Peer;
use super::metrics::{Reason, Status};
use super::{api, assets, headers, pages, share, staff, terminal, upload};

/// The largest request body outside the interface for recordings.
const LARGEST_BODY: usize = 64 << 10;
/// A body may pause for so long.
const BODY_PAUSE: Duration = Duration::from_secs(15);
/// A request is answered within this time or not at all.
const ANSWER_WITHIN: Duration = Duration::from_secs(120);

/// All addresses.
pub(super) fn router(app: Arc<App>) -> Router {
    Router::new()
        .route("/", get(pages::terminal))
        .route("/browse", get(pages::browse))
        .route("/guides/{id}", get(pages::guide))
        .route("/assets/{name}", get(assets::get))
        .route("/terminal", any(socket))
        .route("/healthz", get(health))
        .route("/metrics", get(metrics))
        .merge(share::router())
        .merge(api::router(&app))
        .merge(staff::router(&app))
        .fallback(pages::missing)
        .layer(DefaultBodyLimit::max(LARGEST_BODY))
        .layer(RequestBodyTimeoutLayer::new(BODY_PAUSE))
        .layer(TimeoutLayer::with_status_code(
            StatusCode::SERVICE_UNAVAILABLE,
            ANSWER_WITHIN,
        ))
        .layer(CatchPanicLayer::custom(panicked))
        .layer(from_fn(upload::hear_out))
        .layer(from_fn_with_state(Arc::clone(&app), count_and_limit))
        .layer(from_fn(headers::add))
        .with_state(app)
}

/// Counts each answer, and turns away who asks too often.
async fn count_and_limit(
    State(app): State<Arc<App>>,
    Extension(Peer(address)): Extension<Peer>,
    request: Request,
    next: Next,
) -> Response {
    let response = if app.gate.admits(address) {
        next.run(request).await
    } else {
        app.metrics.refuse(Reason::Rate);
        too_often()
    };
    let code = response.status().as_u16();
    app.metrics.requests.get_or_create(&Status { code }).inc();
    response
}

/// Refuses for now.
pub(super) fn too_often() -> Response {
    let words = "too many requests from this address: wait a second\n";
    let after = [(header::RETRY_AFTER, "1")];
    (StatusCode::TOO_MANY_REQUESTS, after, words).into_response()
}

fn panicked(_: Box<dyn Any + Send>) -> Response {
    tracing::error!("a request failed unexpectedly");
    (
        StatusCode::INTERNAL_SERVER_ERROR,
        "this request failed; others go on\n",
    )
        .into_response()
}

/// The terminal's socket.
async fn socket(
    State(app): State<Arc<App>>,
    Extension(Peer(address)): Extension<Peer>,
    Extension(pass): Extension<Arc<Pass>>,
    headers: HeaderMap,
    upgrade: Result<WebSocketUpgrade, axum::extract::ws::rejection::WebSocketUpgradeRejection>,
) -> Response {
    // A page of somebody else's must not listen to this microphone.
    if !headers::is_own(&headers) {
        app.metrics.refuse(Reason::Origin);
        return (
            StatusCode::FORBIDDEN,
            "only this server's own pages may connect\n",
        )
            .into_response();
    }
    let upgrade = match upgrade {
        Ok(upgrade) => upgrade,
        Err(rejection) => return rejection.into_response(),
    };
    match Arc::clone(&app.terminals).try_acquire_owned() {
        Ok(seat) => terminal::connect(app, upgrade, address, (seat, pass)),
        Err(_) => {
            app.metrics.refuse(Reason::Terminals);
            let after = [(header::RETRY_AFTER, "10")];
            (
                StatusCode::SERVICE_UNAVAILABLE,
                after,
                "all places are taken\n",
            )
                .into_response()
        }
    }
}

/// Whether it works: for who watches over it.
async fn health(State(app): State<Arc<App>>) -> Response {
    let works = serde_json::json!({
        "status": if *app.stopping.borrow() { "stopping" } else { "ok" },
        "version": env!("CARGO_PKG_VERSION"),
        "guides": app.assistant.knowledge().len(),
        "hears": app.ears.is_some(),
        "speaks": app.voices.is_some(),
    });
    axum::Json(works).into_response()
}

async fn metrics(State(app): State<Arc<App>>) -> Response {
    let kind = "application/openmetrics-text; version=1.0.0; charset=utf-8";
    ([(header::CONTENT_TYPE, kind)], app.metrics.text()).into_response()
}
