//! One question to one reply.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::extract::rejection::JsonRejection;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::Fault;
use crate::dialogue::Heard;
use crate::language::Language;
use crate::search::Decision;
use crate::server::app::App;
use crate::server::terminal::{self, protocol};

/// A question.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Question {
    /// The words, at most 200 characters.
    #[schema(example = "老年证在哪儿办")]
    text: String,
    /// zh or en; told from the script if left out.
    #[schema(value_type = Option<String>, example = "zh")]
    language: Option<Language>,
}

/// The reply.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Answer {
    /// answer, choose, unknown, emergency, or command where the words were one.
    outcome: &'static str,
    /// The guide that is meant.
    guide: Option<String>,
    /// The guides that may be meant, best first.
    candidates: Vec<Scored>,
    /// What is said.
    say: String,
    /// What is shown.
    screen: protocol::Screen,
}

/// A guide that may be meant.
#[derive(Debug, Serialize, ToSchema)]
struct Scored {
    id: String,
    score: f32,
}

/// Ask a question.
#[utoipa::path(
    post, path = "/api/v1/ask", request_body = Question,
    responses((status = 200, body = Answer), (status = 400, body = Fault), (status = 429, body = Fault)),
)]
pub(super) async fn ask(
    State(app): State<Arc<App>>,
    question: Result<Json<Question>, JsonRejection>,
) -> Result<Json<Answer>, Fault> {
    let Json(Question { text, language }) = question?;
    let text = text.trim();
    if text.is_empty() {
        return Err(Fault::invalid("text is empty: write a question in it"));
    }
    if text.chars().count() > protocol::LONGEST_QUESTION {
        return Err(Fault::too_long("text is longer than 200 characters"));
    }
    let heard = match language {
        Some(language) => Heard::in_language(text, language),
        None => Heard::typed(text),
    };
    let assistant = Arc::clone(&app.assistant);
    let asked = tokio::task::spawn_blocking(move || assistant.ask(heard));
    let (decision, reply) = asked.await.map_err(|error| Fault::failed(&error))?;
    let (outcome, candidates) = match decision {
        None => ("command", Vec::new()),
        Some(Decision::Danger(_, candidate)) => ("emergency", vec![candidate]),
        Some(Decision::Answer(candidates)) => ("answer", candidates),
        Some(Decision::Choose(candidates)) => ("choose", candidates),
        Some(Decision::Unknown(candidates)) => ("unknown", candidates),
    };
    let meant = matches!(outcome, "answer" | "emergency");
    let guide = candidates.first().filter(|_| meant);
    Ok(Json(Answer {
        outcome,
        guide: guide.map(|candidate| candidate.id.to_string()),
        candidates: candidates
            .into_iter()
            .map(|candidate| Scored {
                id: candidate.id.to_string(),
                score: candidate.score,
            })
            .collect(),
        say: reply.spoken(),
        screen: terminal::screen(&reply.show),
    }))
}
