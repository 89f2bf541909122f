//! OpenAI's audio endpoints, so that existing clients work.

use std::sync::Arc;

use axum::extract::rejection::JsonRejection;
use axum::extract::{Multipart, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use axum::{Extension, Json};
use serde::Deserialize;
use utoipa::ToSchema;

use super::{Fault, speech as words_to_sound, transcription};
use crate::assistant;
use crate::language::Language;
use crate::server::app::App;
use crate::server::listen::Peer;
use crate::synthesis::{Manner, Speaker};

/// What to speak. Fields of the original that are not named here are ignored.
#[derive(Debug, Deserialize, ToSchema)]
pub(super) struct Speech {
    /// The words.
    input: String,
    /// Any name: there is one model.
    #[expect(dead_code, reason = "part of the original's form")]
    model: Option<String>,
    /// female or male; the original's names count as the nearest of these.
    voice: Option<String>,
    /// wav (also if left out) or pcm.
    response_format: Option<String>,
    /// Held within 0.75 to 1.35.
    speed: Option<f32>,
}

/// The men's among the original's voices.
const MEN: [&str; 6] = ["male", "echo", "fable", "onyx", "ash", "verse"];

/// Speak a text, as OpenAI's clients ask for it.
#[utoipa::path(
    post, path = "/v1/audio/speech", request_body = Speech,
    responses((status = 200, body = Vec<u8>, content_type = "audio/wav"), (status = 400, body = Object)),
)]
pub(super) async fn speech(
    State(app): State<Arc<App>>,
    Extension(peer): Extension<Peer>,
    asked: Result<Json<Speech>, JsonRejection>,
) -> Response {
    speak(&app, peer, asked).await.unwrap_or_else(Fault::openai)
}

async fn speak(
    app: &Arc<App>,
    Peer(address): Peer,
    asked: Result<Json<Speech>, JsonRejection>,
) -> Result<Response, Fault> {
    let Json(asked) = asked?;
    let pcm = match asked.response_format.as_deref() {
        None | Some("wav") => false,
        Some("pcm") => true,
        Some(_) => return Err(Fault::invalid("response_format takes wav or pcm")),
    };
    let mut manner = assistant::manner(&app.config, Language::of_text(&asked.input));
    manner.rate = asked
        .speed
        .unwrap_or(1.0)
        .clamp(Manner::SLOWEST, Manner::FASTEST);
    if let Some(voice) = asked.voice.as_deref() {
        manner.speaker = if MEN.contains(&voice) {
            Speaker::Male
        } else {
            Speaker::Female
        };
    }
    let spoken = words_to_sound::speak(app, address, asked.input, manner).await?;
    if !pcm {
        return words_to_sound::wav(&spoken);
    }
    let samples = spoken.samples.iter();
    let bytes: Vec<u8> = samples
        .flat_map(|sample| ((sample.clamp(-1.0, 1.0) * f32::from(i16::MAX)) as i16).to_le_bytes())
        .collect();
    Ok(([(header::CONTENT_TYPE, "audio/pcm")], bytes).into_response())
}

/// A recording, and how to listen to it.
#[derive(Debug, ToSchema)]
#[expect(dead_code, reason = "describes the form")]
pub(super) struct Recording {
    #[schema(value_type = String, format = Binary)]
    file: Vec<u8>,
    /// Any name: there is one model.
    model: Option<String>,
    /// zh or en; told from the sound if left out.
    language: Option<String>,
    /// json (also if left out), verbose_json or text.
    response_format: Option<String>,
}

/// Write down what is said in a recording, as OpenAI's clients ask for it.
#[utoipa::path(
    post, path = "/v1/audio/transcriptions",
    request_body(content = Recording, content_type = "multipart/form-data"),
    responses((status = 200, body = Object), (status = 400, body = Object)),
)]
pub(super) async fn transcriptions(
    State(app): State<Arc<App>>,
    Extension(peer): Extension<Peer>,
    form: Result<Multipart, axum::extract::multipart::MultipartRejection>,
) -> Response {
    let form = form.map_err(|rejection| Fault::invalid(rejection.body_text()));
    let written = async { transcribe(&app, peer, form?).await };
    written.await.unwrap_or_else(Fault::openai)
}

async fn transcribe(
    app: &Arc<App>,
    Peer(address): Peer,
    mut form: Multipart,
) -> Result<Response, Fault> {
    let (mut file, mut language, mut format) = (None, None, String::from("json"));
    while let Some(field) = form.next_field().await? {
        match field.name() {
            Some("file") => file = Some(field.bytes().await?),
            Some("language") => {
                let name = field.text().await?;
                let parsed = name.parse::<Language>();
                language = Some(parsed.map_err(|error| Fault::invalid(error.to_string()))?);
            }
            Some("response_format") => format = field.text().await?,
            // Whatever else a client sends changes nothing here.
            _ => {
                let _ = field.bytes().await?;
            }
        }
    }
    let file = file.ok_or_else(|| Fault::invalid("the form has no field `file`"))?;
    if !["json", "verbose_json", "text"].contains(&format.as_str()) {
        return Err(Fault::invalid(
            "response_format takes json, verbose_json or text",
        ));
    }
    let heard = transcription::listen(app, address, file, language).await?;
    let text = heard.text;
    Ok(match format.as_str() {
        "text" => format!("{text}\n").into_response(),
        "verbose_json" => {
            let language = heard.language.map(Language::code);
            let (task, duration) = ("transcribe", heard.seconds);
            Json(serde_json::json!({ "task": task, "language": language, "duration": duration, "text": text }))
                .into_response()
        }
        _ => Json(serde_json::json!({ "text": text })).into_response(),
    })
}
