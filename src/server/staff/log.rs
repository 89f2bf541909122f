//! What staff did; for managers.

use maud::html;

use super::frame::{self, Answer};
use super::guard::Desk;
use super::words::of;

/// So many lines are shown.
const MOST: i64 = 500;

/// The page.
pub(super) async fn page(desk: Desk) -> Answer {
    desk.manager()?;
    let deeds = desk.store.deeds(MOST).await?;
    let words = desk.words();
    let common = &words.common;
    let content = html! {
        h1 { (words.log.title) }
        p.lead { (words.log.lead) }
        div.wide tabindex="0" role="region" aria-labelledby="list" { table {
            caption #list { (words.log.title) }
            thead { tr { th scope="col" { (common.when) } th scope="col" { (common.who) } th scope="col" { (common.what) } } }
            tbody { @for deed in &deeds {
                tr { td { (frame::time(deed.at)) } td { (deed.who) }
                    td { (of(&words.acts, &deed.act)) @if !deed.what.is_empty() { (desk.colon()) (deed.what) } } }
            } }
        } }
    };
    Ok(frame::page(&desk, &words.log.title, "/staff/log", &content))
}
