//! What goes wrong, as the interface tells it.

use axum::Json;
use axum::extract::multipart::MultipartError;
use axum::extract::rejection::{BytesRejection, JsonRejection};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use utoipa::ToSchema;

use crate::audio::DecodeError;
use crate::server::app::Unheard;
use crate::server::pool::Full;
use crate::synthesis::VoiceError;

/// A fault. The code is part of the interface; the message is for people.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::server) struct Fault {
    #[serde(skip)]
    status: u16,
    /// What is wrong: invalid, not_found, too_large, too_long, unsupported, busy, rate,
    /// unavailable or failed.
    code: &'static str,
    /// The same in words, with what can be done.
    message: String,
}

impl Fault {
    fn new(status: StatusCode, code: &'static str, message: impl Into<String>) -> Self {
        Self {
            status: status.as_u16(),
            code,
            message: message.into(),
        }
    }

    pub fn invalid(message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "invalid", message)
    }

    pub fn not_found(message: impl Into<String>) -> Self {
        Self::new(StatusCode::NOT_FOUND, "not_found", message)
    }

    pub fn too_long(message: impl Into<String>) -> Self {
        Self::new(StatusCode::PAYLOAD_TOO_LARGE, "too_long", message)
    }

    pub fn unavailable(message: impl Into<String>) -> Self {
        Self::new(StatusCode::SERVICE_UNAVAILABLE, "unavailable", message)
    }

    /// Too many requests from one address.
    pub fn rate() -> Self {
        let message = "too many requests from this address: wait a few seconds";
        Self::new(StatusCode::TOO_MANY_REQUESTS, "rate", message)
    }

    /// What the person at the other end cannot help.
    pub fn failed(error: &dyn std::error::Error) -> Self {
        tracing::warn!(%error, "a request failed");
        Self::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            "failed",
            "this did not work; trying again may help",
        )
    }

    /// In the form of OpenAI's errors.
    pub fn openai(self) -> Response {
        let error = serde_json::json!({ "error": {
            "message": self.message, "type": "invalid_request_error", "param": null, "code": self.code,
        }});
        self.respond(Json(error))
    }

    fn respond(&self, body: impl IntoResponse) -> Response {
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let mut response = (status, body).into_response();
        if matches!(
            status,
            StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE
        ) {
            let seconds = header::HeaderValue::from_static("3");
            response.headers_mut().insert(header::RETRY_AFTER, seconds);
        }
        response
    }
}

impl IntoResponse for Fault {
    fn into_response(self) -> Response {
        let body = Json(serde_json::json!({ "error": self }));
        self.respond(body)
    }
}

impl From<JsonRejection> for Fault {
    fn from(rejection: JsonRejection) -> Self {
        let code = match rejection.status() {
            StatusCode::PAYLOAD_TOO_LARGE => "too_large",
            StatusCode::UNSUPPORTED_MEDIA_TYPE => "unsupported",
            _ => "invalid",
        };
        Self::new(rejection.status(), code, rejection.body_text())
    }
}

impl From<BytesRejection> for Fault {
    fn from(rejection: BytesRejection) -> Self {
        let code = if rejection.status() == StatusCode::PAYLOAD_TOO_LARGE {
            "too_large"
        } else {
            "invalid"
        };
        Self::new(rejection.status(), code, rejection.body_text())
    }
}

impl From<MultipartError> for Fault {
    fn from(error: MultipartError) -> Self {
        let code = if error.status() == StatusCode::PAYLOAD_TOO_LARGE {
            "too_large"
        } else {
            "invalid"
        };
        Self::new(error.status(), code, error.body_text())
    }
}

impl From<DecodeError> for Fault {
    fn from(error: DecodeError) -> Self {
        Self::new(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "unsupported",
            error.to_string(),
        )
    }
}

impl From<Full> for Fault {
    fn from(full: Full) -> Self {
        Self::new(StatusCode::SERVICE_UNAVAILABLE, "busy", full.to_string())
    }
}

impl From<Unheard> for Fault {
    fn from(unheard: Unheard) -> Self {
        match unheard {
            Unheard::Full(full) => full.into(),
            Unheard::NoEars => Self::unavailable(unheard.to_string()),
            Unheard::Failed(error) => Self::failed(&error),
        }
    }
}

impl From<VoiceError> for Fault {
    fn from(error: VoiceError) -> Self {
        match error {
            VoiceError::NoSpeaker(_) => Self::invalid(error.to_string()),
            error => Self::failed(&error),
        }
    }
}
