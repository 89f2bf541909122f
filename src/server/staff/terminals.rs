//! The machines, as they last reported.

use maud::html;

use super::frame::{self, Answer};
use super::guard::{Desk, Sent};

/// The page.
pub(super) async fn page(desk: Desk) -> Answer {
    let all = desk.store.terminals().await?;
    let words = &desk.words().terminals;
    let content = html! {
        h1 { (words.title) }
        p.lead { (words.lead) }
        @if all.is_empty() { p { (words.empty) } } @else {
            div.wide tabindex="0" role="region" aria-labelledby="list" { table {
                caption #list { (words.title) }
                thead { tr { th scope="col" { (words.name) } th scope="col" { (words.seen) } th scope="col" { (words.volume) }
                    th scope="col" { (words.languages) } th scope="col" { (words.idle) } th scope="col" { (words.heard) } } }
                tbody { @for terminal in &all {
                    tr {
                        th scope="row" { (frame::form(&desk, "/staff/terminals", &html! {
                            input type="hidden" name="id" value=(terminal.id);
                            label.hidden for={ "name-" (terminal.id) } { (words.name) " " (terminal.id) }
                            input id={ "name-" (terminal.id) } name="name" type="text"
                                value=(if terminal.name.is_empty() { &terminal.id } else { &terminal.name });
                            button type="submit" { (words.rename) span.hidden { " " (terminal.id) } }
                        })) }
                        td { (frame::time(terminal.seen)) }
                        td.number { (terminal.volume) " %" }
                        td { (terminal.languages) }
                        td.number { (terminal.idle / 60) " " (words.minutes) }
                        td { @match terminal.microphone.parse::<i64>() {
                            Ok(heard) => { (frame::time(heard)) }
                            Err(_) => { (words.never) }
                        } }
                    }
                } }
            } }
        }
    };
    Ok(frame::page(
        &desk,
        &words.title,
        "/staff/terminals",
        &content,
    ))
}

/// Names a machine.
pub(super) async fn name(Sent { desk, fields }: Sent) -> Answer {
    let name: String = fields.get("name").chars().take(40).collect();
    desk.store.name_terminal(fields.get("id"), &name).await?;
    desk.note("terminal-name", &name).await?;
    Ok(frame::go(&desk, "/staff/terminals"))
}
