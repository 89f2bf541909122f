//! How long things are kept, everything as a file, and deletion; for managers.

use axum::extract::Query;
use axum::http::header;
use axum::response::IntoResponse;
use maud::html;
use serde::Deserialize;

use super::frame::{self, Answer, Trouble};
use super::guard::{Desk, Sent};
use super::words::of;
use crate::store::Retention;

#[derive(Deserialize)]
pub(super) struct Done {
    done: Option<String>,
}

/// The page.
pub(super) async fn page(desk: Desk, Query(Done { done }): Query<Done>) -> Answer {
    desk.manager()?;
    let mut keep = desk.store.settings().await?.retention;
    let words = &desk.words().data;
    let content = html! {
        h1 { (words.title) }
        @match done.as_deref() {
            Some("saved") => { (frame::notice(&words.saved)) }
            Some("deleted") => { (frame::notice(&words.deleted)) }
            Some("not-confirmed") => { p.caution role="alert" { (words.not_confirmed) } }
            _ => {}
        }
        h2 { (words.keep_title) }
        p { (words.keep_lead) }
        (frame::form(&desk, "/staff/data", &html! {
            @for (name, least, most) in Retention::BOUNDS {
                p.field { label for=(name) { (of(&desk.words().retention, name)) " (" (words.days) ", " (least) "–" (most) ")" }
                    input id=(name) name=(name) type="number" min=(least) max=(most)
                        value=(keep.days(name).copied().unwrap_or(least)); }
            }
            p { button type="submit" name="act" value="keep" { (words.save) } }
        }))
        h2 { (words.export_title) }
        p { (words.export_lead) }
        (frame::form(&desk, "/staff/data/export", &html! { button type="submit" { (words.export) } }))
        h2 { (words.delete_title) }
        (frame::form(&desk, "/staff/data", &html! {
            p { (words.delete_people_lead) }
            p { (words.delete_all_lead) }
            p.field { label for="confirm" { (words.confirm_label) " " strong { (words.confirm_word) } }
                input #confirm name="confirm" type="text" autocomplete="off"; }
            div.actions {
                button type="submit" name="act" value="delete-people" { (words.delete_people) }
                button type="submit" name="act" value="delete-all" { (words.delete_all) }
            }
        }))
    };
    Ok(frame::page(&desk, &words.title, "/staff/data", &content))
}

/// Sets the times, or deletes.
pub(super) async fn act(Sent { desk, fields }: Sent) -> Answer {
    desk.manager()?;
    let act = fields.get("act");
    if act == "keep" {
        let mut settings = desk.store.settings().await?;
        for (name, ..) in Retention::BOUNDS {
            if let (Some(days), Ok(told)) =
                (settings.retention.days(name), fields.get(name).parse())
            {
                *days = told;
            }
        }
        desk.store.set_settings(&settings).await?;
        desk.note("retention", "").await?;
        return Ok(frame::go(&desk, "/staff/data?done=saved"));
    }
    if fields.get("confirm") != desk.words().data.confirm_word {
        return Ok(frame::go(&desk, "/staff/data?done=not-confirmed"));
    }
    match act {
        "delete-people" => {
            desk.store.erase_people().await?;
            desk.note("delete-people", "").await?;
        }
        // The accounts go, too: this desk is the last page.
        "delete-all" => desk.store.erase_all().await?,
        _ => return Err(Trouble::Missing),
    }
    Ok(frame::go(&desk, "/staff/data?done=deleted"))
}

/// Everything that is kept, as `wenlu backup` writes it.
pub(super) async fn export(Sent { desk, .. }: Sent) -> Answer {
    desk.manager()?;
    desk.note("export", "").await?;
    let mut bytes = Vec::new();
    desk.store.backup(&mut bytes).await?;
    let date = jiff::Zoned::now().date();
    let about = [
        (
            header::CONTENT_TYPE,
            "application/jsonl; charset=utf-8".to_owned(),
        ),
        (
            header::CONTENT_DISPOSITION,
            format!("attachment; filename=\"wenlu-{date}.jsonl\""),
        ),
    ];
    Ok((about, bytes).into_response())
}
