//! What families see: a guide that was handed on, by link or by eight digits, without an
//! account; on paper; in their calendar. And what helpers of a circle see and leave.
//!
//! Nothing here says who asked. The ticks that a helper makes stay in the helper's telephone.

mod circle;
mod code;
mod guide;
pub(super) mod paper;
mod sound;
mod visit;

use std::sync::Arc;

use axum::Router;
use axum::extract::Request;
use axum::http::{HeaderName, HeaderValue, header};
use axum::middleware::{Next, from_fn};
use axum::response::Response;
use axum::routing::{get, post};

use super::app::App;

/// The addresses. Search engines are asked to leave them alone, no browser tells them to
/// others, and nothing of them is cached.
pub(super) fn router() -> Router<Arc<App>> {
    Router::new()
        .route("/s/{token}", get(guide::show))
        .route("/s/{token}/sheet.pdf", get(paper::sheet))
        .route("/s/{token}/date.ics", get(paper::date))
        .route("/s/{token}/qr.svg", get(paper::qr))
        .route("/s/{token}/listen/{part}", get(sound::listen))
        .route("/code", get(code::ask).post(code::tried))
        .route("/join/{token}", get(circle::invited).post(circle::join))
        .route("/h/{token}", get(circle::home))
        .route(
            "/h/{token}/prepare",
            get(circle::choose).post(circle::prepare),
        )
        .route("/h/{token}/take-back", post(circle::take_back))
        .route("/h/{token}/leave", post(circle::leave))
        .layer(from_fn(leave_alone))
}

async fn leave_alone(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    headers.insert(
        HeaderName::from_static("x-robots-tag"),
        HeaderValue::from_static("noindex, nofollow, noarchive"),
    );
    // The address is the key: it goes nowhere else.
    headers.insert(
        header::REFERRER_POLICY,
        HeaderValue::from_static("no-referrer"),
    );
    response
}
