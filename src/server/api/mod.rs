//! JSON for other programs of the city, described by OpenAPI, and speech and transcription in
//! the form of OpenAI's audio endpoints, so that existing clients work.
//!
//! Nothing that is sent here is kept or logged.

mod ask;
mod error;
mod guides;
mod openai;
pub(super) mod speech;
mod transcription;

use std::sync::Arc;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use utoipa::OpenApi;

use super::app::App;
use super::pages;
use error::Fault;

/// The largest recording, in bytes.
const LARGEST_RECORDING: usize = 10 << 20;
/// The longest recording, in seconds.
const LONGEST_RECORDING: f32 = 60.0;
/// The longest text to speak, in characters.
const LONGEST_SPEECH: usize = 1000;

/// The description.
#[derive(OpenApi)]
#[openapi(
    info(
        title = "wenlu",
        description = "Service guides for older people: asked in words or by voice, answered one step at a time. \
            Offline; nothing that is sent is kept.",
        license(name = "Apache-2.0", identifier = "Apache-2.0"),
    ),
    paths(
        ask::ask,
        guides::list,
        guides::show,
        speech::speech,
        transcription::transcription,
        openai::speech,
        openai::transcriptions,
    )
)]
struct Description;

/// The interface's addresses.
pub(super) fn router(_: &Arc<App>) -> Router<Arc<App>> {
    let recordings = Router::new()
        .route("/api/v1/transcription", post(transcription::transcription))
        .route("/v1/audio/transcriptions", post(openai::transcriptions))
        .layer(DefaultBodyLimit::max(LARGEST_RECORDING));
    Router::new()
        .route("/api/v1/", get(pages::try_it))
        .route("/api/v1/openapi.json", get(describe))
        .route("/api/v1/ask", post(ask::ask))
        .route("/api/v1/guides", get(guides::list))
        .route("/api/v1/guides/{id}", get(guides::show))
        .route("/api/v1/speech", post(speech::speech))
        .route("/v1/audio/speech", post(openai::speech))
        .merge(recordings)
}

async fn describe() -> Response {
    axum::Json(Description::openapi()).into_response()
}
