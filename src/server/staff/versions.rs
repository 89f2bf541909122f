//! The versions of a guide: publish, roll back.

use axum::extract::{Path, Query};
use axum::response::Response;
use maud::html;
use serde::Deserialize;

use super::edit::judge;
use super::frame::{self, Answer, Trouble};
use super::guard::{Desk, Sent};
use super::preview::{slot_of, version};
use super::words::of;
use crate::server::keeping::now;
use crate::store::VersionState;

#[derive(Deserialize)]
pub(super) struct Done {
    done: Option<String>,
}

/// All versions of a guide.
pub(super) async fn page(
    desk: Desk,
    Path(id): Path<String>,
    Query(Done { done }): Query<Done>,
) -> Answer {
    let all = desk.store.versions(desk.region().as_str(), &id).await?;
    let words = &desk.words().versions;
    let path = format!("/staff/guides/{id}/versions");
    let is_published = all.iter().any(|v| v.state == VersionState::Published);
    let content = html! {
        h1 { (words.title) (desk.colon()) (id) }
        @match done.as_deref() {
            Some("published") => { (frame::notice(&words.published_done)) }
            Some("rolled-back") => { (frame::notice(&words.rolled_back_done)) }
            Some("unpublished") => { (frame::notice(&words.unpublished_done)) }
            _ => {}
        }
        p.lead { (words.lead) }
        @if all.is_empty() { p { (words.none) } } @else {
            div.wide tabindex="0" role="region" aria-labelledby="list" { table {
                caption #list { (words.title) }
                thead { tr { th scope="col" { (words.number) } th scope="col" { (desk.words().guides.state) }
                    th scope="col" { (words.written) } th scope="col" { (words.decided) } th scope="col" { (desk.words().guides.edit) } } }
                tbody { @for version in &all {
                    @let address = format!("/staff/versions/{}", version.id);
                    tr {
                        th scope="row" { (version.number) }
                        td { (of(&desk.words().states, version.state.name())) }
                        td { (frame::time(version.made)) " " (version.made_by) }
                        td { @if let Some(decided) = version.decided { (frame::time(decided)) " " (version.decided_by) } }
                        td { div.actions {
                            a.button href=(desk.to(&address)) { (words.preview) span.hidden { " " (version.number) } }
                            @match version.state {
                                VersionState::Published => { span { (words.current) } }
                                VersionState::Draft => {
                                    (frame::form(&desk, &format!("{address}/publish"), &html! {
                                        button type="submit" { (words.publish) span.hidden { " " (version.number) } } }))
                                }
                                VersionState::Replaced | VersionState::RolledBack => {
                                    (frame::form(&desk, &format!("{address}/roll-back"), &html! {
                                        button type="submit" { (words.roll_back) span.hidden { " " (version.number) } } }))
                                }
                            }
                        } }
                    }
                } }
            } }
        }
        @if is_published {
            p { (words.unpublish_help) }
            (frame::form(&desk, &format!("/staff/guides/{id}/unpublish"), &html! {
                button #unpublish type="submit" { (words.unpublish) }
            }))
        }
        p { a.button href=(desk.to(&format!("/staff/guides/{id}"))) { (desk.words().guides.edit) } }
    };
    Ok(frame::page(&desk, &words.title, &path, &content))
}

/// Takes a version into service: only if it keeps the rules.
pub(super) async fn publish(Path(number): Path<i64>, Sent { desk, .. }: Sent) -> Answer {
    decide(&desk, number, false).await
}

/// Goes back to a version that was in service.
pub(super) async fn roll_back(Path(number): Path<i64>, Sent { desk, .. }: Sent) -> Answer {
    decide(&desk, number, true).await
}

async fn decide(desk: &Desk, number: i64, back: bool) -> Result<Response, Trouble> {
    let version = version(desk, number).await?;
    let judged = judge(desk, &slot_of(&version), &version.text).await?;
    if !judged.faults.is_empty() {
        // The preview tells why not.
        return Ok(frame::go(desk, &format!("/staff/versions/{number}")));
    }
    let (by, what) = (
        &desk.account.name,
        format!("{} {}", version.guide, version.number),
    );
    let act = if back {
        desk.store.roll_back(number, by, now()).await?;
        "roll-back"
    } else {
        desk.store.publish(number, by, now()).await?;
        "publish"
    };
    desk.note(act, &what).await?;
    let done = if back { "rolled-back" } else { "published" };
    let path = format!("/staff/guides/{}/versions?done={done}", version.guide);
    Ok(frame::go(desk, &path))
}

/// Has the folder's own file hold again.
pub(super) async fn unpublish(Path(id): Path<String>, Sent { desk, .. }: Sent) -> Answer {
    let region = desk.region();
    let by = &desk.account.name;
    desk.store
        .unpublish(region.as_str(), &id, by, now())
        .await?;
    desk.note("unpublish", &id).await?;
    Ok(frame::go(
        &desk,
        &format!("/staff/guides/{id}/versions?done=unpublished"),
    ))
}
