//! Sound to words.

use std::net::IpAddr;
use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::extract::{Query, State};
use axum::{Extension, Json};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::{Fault, LONGEST_RECORDING};
use crate::audio::Utterance;
use crate::language::Language;
use crate::recognition::{Cancel, Hearing, Request};
use crate::server::app::App;
use crate::server::listen::Peer;

/// How to listen.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct How {
    /// zh or en; told from the sound if left out.
    #[param(value_type = Option<String>, example = "zh")]
    language: Option<Language>,
}

/// What was heard.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Heard {
    /// The words; empty if nobody spoke.
    pub text: String,
    /// The language that was spoken.
    #[schema(value_type = Option<String>, example = "zh")]
    pub language: Option<Language>,
    /// The estimated share of characters that are right, 0 to 1.
    pub confidence: f32,
    /// The recording's length.
    pub seconds: f32,
}

/// Write down what is said in a recording: WAV, FLAC, Ogg Vorbis or MP3, at most 10 MB and 60 s.
#[utoipa::path(
    post, path = "/api/v1/transcription", params(How),
    request_body(content = Vec<u8>, content_type = "audio/wav"),
    responses(
        (status = 200, body = Heard), (status = 413, body = Fault), (status = 415, body = Fault),
        (status = 429, body = Fault), (status = 503, body = Fault),
    ),
)]
pub(super) async fn transcription(
    State(app): State<Arc<App>>,
    Extension(Peer(address)): Extension<Peer>,
    Query(how): Query<How>,
    recording: Result<Bytes, BytesRejection>,
) -> Result<Json<Heard>, Fault> {
    listen(&app, address, recording?, how.language)
        .await
        .map(Json)
}

/// Stops the recogniser when nobody waits for it any more.
struct Waiting(Cancel);

impl Drop for Waiting {
    fn drop(&mut self) {
        self.0.cancel();
    }
}

/// Recognises a recording.
pub(super) async fn listen(
    app: &Arc<App>,
    address: IpAddr,
    recording: Bytes,
    language: Option<Language>,
) -> Result<Heard, Fault> {
    if !app.admits_heavy(address) {
        return Err(Fault::rate());
    }
    let decoded = tokio::task::spawn_blocking(move || {
        Utterance::from_reader(recording.as_ref(), "the recording")
    });
    let utterance = decoded.await.map_err(|error| Fault::failed(&error))??;
    let seconds = utterance.seconds();
    if seconds > LONGEST_RECORDING {
        return Err(Fault::too_long(
            "the recording is longer than 60 s: cut it into pieces",
        ));
    }
    let request = Request {
        language,
        ..Request::default()
    };
    let _waiting = Waiting(request.cancel.clone());
    let heard = match app.hear(utterance, request).await? {
        Hearing::Speech(transcript) => Heard {
            text: transcript.text,
            language: Some(transcript.language),
            confidence: transcript.confidence,
            seconds,
        },
        Hearing::Nothing(_) => Heard {
            text: String::new(),
            language,
            confidence: 0.0,
            seconds,
        },
    };
    Ok(heard)
}
