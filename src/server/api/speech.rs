//! Words to sound.

use std::io::Cursor;
use std::net::IpAddr;
use std::ops::ControlFlow;
use std::sync::Arc;

use axum::extract::State;
use axum::extract::rejection::JsonRejection;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use axum::{Extension, Json};
use serde::Deserialize;
use utoipa::ToSchema;

use super::{Fault, LONGEST_SPEECH};
use crate::assistant;
use crate::audio::write_wav_to;
use crate::language::Language;
use crate::server::app::App;
use crate::server::listen::Peer;
use crate::synthesis::{Manner, Privacy, Speaker, Speech};

/// What to speak.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Words {
    /// At most 1,000 characters.
    #[schema(example = "您好，您想办什么事？")]
    text: String,
    /// zh or en; told from the script if left out.
    #[schema(value_type = Option<String>, example = "zh")]
    language: Option<Language>,
    /// 0.75 to 1.35; 1 is about 190 Chinese characters or 150 English words a minute.
    rate: Option<f32>,
    /// female or male.
    #[schema(value_type = Option<String>, example = "female")]
    voice: Option<Speaker>,
}

/// Speak a text: a WAV file, 24 kHz, mono, 16 bit.
#[utoipa::path(
    post, path = "/api/v1/speech", request_body = Words,
    responses(
        (status = 200, body = Vec<u8>, content_type = "audio/wav"),
        (status = 400, body = Fault), (status = 413, body = Fault),
        (status = 429, body = Fault), (status = 503, body = Fault),
    ),
)]
pub(super) async fn speech(
    State(app): State<Arc<App>>,
    Extension(Peer(address)): Extension<Peer>,
    words: Result<Json<Words>, JsonRejection>,
) -> Result<Response, Fault> {
    let Json(words) = words?;
    let language = words
        .language
        .unwrap_or_else(|| Language::of_text(&words.text));
    let mut manner = assistant::manner(&app.config, language);
    manner.speaker = words.voice.unwrap_or(manner.speaker);
    manner.rate = rate(words.rate)?;
    let spoken = speak(&app, address, words.text, manner).await?;
    wav(&spoken)
}

/// A rate within its range.
pub(super) fn rate(rate: Option<f32>) -> Result<f32, Fault> {
    match rate.unwrap_or(1.0) {
        rate if (Manner::SLOWEST..=Manner::FASTEST).contains(&rate) => Ok(rate),
        _ => Err(Fault::invalid("the rate takes 0.75 to 1.35")),
    }
}

/// Speaks, when there is a seat. Stops when nobody waits for it any more.
pub(in crate::server) async fn speak(
    app: &Arc<App>,
    address: IpAddr,
    text: String,
    manner: Manner,
) -> Result<Speech, Fault> {
    if text.trim().is_empty() {
        return Err(Fault::invalid("the text is empty"));
    }
    if text.chars().count() > LONGEST_SPEECH {
        return Err(Fault::too_long(
            "the text is longer than 1,000 characters: send it in pieces",
        ));
    }
    if !app.admits_heavy(address) {
        return Err(Fault::rate());
    }
    let voices = app.voices.clone();
    let voices = voices
        .ok_or_else(|| Fault::unavailable("this machine has no voice: run `wenlu models fetch`"))?;
    let (waited_for, mut given_up) = tokio::sync::oneshot::channel::<()>();
    let spoken = app.speaking.work(move || {
        let mut all = Speech::default();
        // Private: what a program sends may be anybody's words.
        voices.speak(&text, Privacy::Private, manner, &mut |piece| {
            all.samples.extend(piece.speech.samples);
            match given_up.try_recv() {
                Err(tokio::sync::oneshot::error::TryRecvError::Closed) => ControlFlow::Break(()),
                _ => ControlFlow::Continue(()),
            }
        })?;
        Ok::<_, crate::synthesis::VoiceError>(all)
    });
    let spoken = spoken.await??;
    drop(waited_for);
    Ok(spoken)
}

/// As a WAV file.
pub(in crate::server) fn wav(speech: &Speech) -> Result<Response, Fault> {
    let mut file = Cursor::new(Vec::new());
    write_wav_to(&mut file, speech).map_err(|error| Fault::failed(&error))?;
    Ok(([(header::CONTENT_TYPE, "audio/wav")], file.into_inner()).into_response())
}
