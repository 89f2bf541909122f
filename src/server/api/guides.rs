//! The guides.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use serde::Serialize;
use utoipa::ToSchema;

use super::Fault;
use crate::knowledge::{Guide, GuideId};
use crate::server::app::App;

/// A guide in a list.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Entry {
    #[schema(example = "elder-card")]
    id: String,
    #[schema(value_type = String, example = "papers")]
    category: crate::knowledge::Category,
    region: String,
    pictogram: String,
    /// What people call it, in Mandarin.
    zh: String,
    /// What people call it, in English.
    en: String,
}

/// All guides.
#[utoipa::path(get, path = "/api/v1/guides", responses((status = 200, body = Vec<Entry>)))]
pub(super) async fn list(State(app): State<Arc<App>>) -> Json<Vec<Entry>> {
    let knowledge = app.assistant.knowledge();
    Json(
        knowledge
            .iter()
            .map(|guide| Entry {
                id: guide.id.to_string(),
                category: guide.category,
                region: guide.region.clone(),
                pictogram: guide.pictogram.clone(),
                zh: guide.zh.name.clone(),
                en: guide.en.name.clone(),
            })
            .collect(),
    )
}

/// One guide, whole, as `knowledge/README.md` describes it.
#[utoipa::path(
    get, path = "/api/v1/guides/{id}",
    params(("id" = String, Path, description = "Its name", example = "elder-card")),
    responses((status = 200, body = Object), (status = 404, body = Fault)),
)]
pub(super) async fn show(
    State(app): State<Arc<App>>,
    Path(id): Path<String>,
) -> Result<Json<Guide>, Fault> {
    let knowledge = app.assistant.knowledge();
    let guide = knowledge.get(&GuideId::new(id));
    let guide =
        guide.ok_or_else(|| Fault::not_found("there is no such guide: /api/v1/guides lists them"));
    guide.cloned().map(Json)
}
