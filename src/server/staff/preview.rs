//! A version as people will see and hear it.

use std::sync::Arc;

use axum::Extension;
use axum::extract::{Path, Query};
use axum::response::IntoResponse;
use maud::html;
use serde::Deserialize;

use super::edit::{faults, judge};
use super::frame::{self, Answer, Trouble};
use super::guard::Desk;
use super::words::of;
use crate::assistant;
use crate::knowledge::{RegionId, Slot, Text};
use crate::language::Language;
use crate::server::api::speech;
use crate::server::listen::Peer;
use crate::server::pages;
use crate::store::{Version, VersionState};

#[derive(Deserialize)]
pub(super) struct Done {
    done: Option<String>,
}

/// Where the file of a version would lie.
pub(super) fn slot_of(version: &Version) -> Slot {
    Slot {
        region: RegionId::new(version.region.clone()),
        id: version.guide.clone(),
        category: version.category.clone(),
    }
}

/// The version with this number among all.
pub(super) async fn version(desk: &Desk, number: i64) -> Result<Version, Trouble> {
    let version = desk.store.version(number).await?;
    let own = desk.region();
    version
        .filter(|version| version.region == own.as_str())
        .ok_or(Trouble::Missing)
}

/// The page.
pub(super) async fn page(
    desk: Desk,
    Path(number): Path<i64>,
    Query(Done { done }): Query<Done>,
) -> Answer {
    let version = version(&desk, number).await?;
    let judged = judge(&desk, &slot_of(&version), &version.text).await?;
    let words = &desk.words().versions;
    let guide = judged.file.map(|file| file.guide);
    let path = format!("/staff/versions/{number}");
    let good = judged.faults.is_empty();
    let content = html! {
        h1 { (words.preview_title) (desk.colon()) (version.guide) }
        @if done.as_deref() == Some("draft") { (frame::notice(&words.draft_done)) }
        p.lead { (words.number) " " (version.number) " · " (of(&desk.words().states, version.state.name()))
            " · " (frame::time(version.made)) " · " (version.made_by) }
        @if !good { (faults(&desk, &judged.faults, &slot_of(&version), &version.text)) p { (words.faulty) } }
        div.actions {
            @if good && version.state != VersionState::Published {
                (frame::form(&desk, &format!("{path}/publish"), &html! {
                    button.main #publish type="submit" { (words.publish) }
                }))
            }
            a.button href=(desk.to(&format!("/staff/guides/{}?version={number}", version.guide))) { (desk.words().guides.edit) }
            a.button href=(desk.to(&format!("/staff/guides/{}/versions", version.guide))) { (desk.words().guides.versions) }
        }
        @if let Some(guide) = &guide {
            p { (words.preview_lead) }
            @for language in [desk.language, desk.language.other()] {
                @let text = guide.text(language);
                section.preview lang=(pages::tag(language)) {
                    h2 { (desk.app.words(language).name) }
                    ul.listen {
                        @for (part, (name, _)) in parts(text).iter().enumerate() {
                            li { span id={ "part-" (language) (part) } { (words.listen) (desk.colon()) (name) }
                                audio controls preload="none" aria-labelledby={ "part-" (language) (part) }
                                    src={ (path) "/speech?lang=" (language) "&part=" (part) } {} }
                        }
                    }
                    div.guide { (pages::guide_content(guide, desk.app.words(language), language)) }
                }
            }
        }
    };
    Ok(frame::page(&desk, &words.preview_title, &path, &content))
}

/// What is spoken of a guide: a name for each part, and its sentences.
fn parts(text: &Text) -> Vec<(&str, String)> {
    let first = (text.title.as_str(), text.who_for.clone());
    let steps = text.steps.iter().map(|step| {
        let detail = step.detail.as_deref().unwrap_or_default();
        (step.headline.as_str(), format!("{} {detail}", step.say))
    });
    std::iter::once(first).chain(steps).collect()
}

#[derive(Deserialize)]
pub(super) struct Part {
    lang: Language,
    part: usize,
}

/// One part, spoken.
pub(super) async fn speech(
    desk: Desk,
    Path(number): Path<i64>,
    Query(Part { lang, part }): Query<Part>,
    Extension(Peer(address)): Extension<Peer>,
) -> Answer {
    let version = version(&desk, number).await?;
    let judged = judge(&desk, &slot_of(&version), &version.text).await?;
    let guide = judged.file.ok_or(Trouble::Missing)?.guide;
    let parts = parts(guide.text(lang));
    let (_, text) = parts.get(part).ok_or(Trouble::Missing)?;
    let manner = assistant::manner(&desk.app.config, lang);
    let app = Arc::clone(&desk.app);
    let spoken = speech::speak(&app, address, text.clone(), manner).await;
    Ok(match spoken {
        Ok(spoken) => speech::wav(&spoken).unwrap_or_else(IntoResponse::into_response),
        Err(fault) => fault.into_response(),
    })
}
