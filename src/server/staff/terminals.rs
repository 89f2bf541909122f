//! The machines: what they last reported, and how they are to behave.

use maud::{Markup, html};

use super::frame::{self, Answer};
use super::guard::{Desk, Sent};
use crate::language::Language;
use crate::store::{Choices, TerminalState};

/// The page.
pub(super) async fn page(desk: Desk) -> Answer {
    let all = desk.store.terminals().await?;
    let chosen = desk.store.settings().await?.terminals;
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
                        th scope="row" { (name(terminal)) }
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
            @for terminal in &all {
                h2 { (name(terminal)) }
                (behaviour(&desk, terminal, chosen.get(&terminal.id).copied().unwrap_or_default()))
            }
        }
    };
    Ok(frame::page(
        &desk,
        &words.title,
        "/staff/terminals",
        &content,
    ))
}

fn name(terminal: &TerminalState) -> &str {
    if terminal.name.is_empty() {
        &terminal.id
    } else {
        &terminal.name
    }
}

/// What is chosen for a machine.
fn behaviour(desk: &Desk, terminal: &TerminalState, chosen: Choices) -> Markup {
    let words = &desk.words().terminals;
    let volumes = [
        &words.quietest,
        &words.quiet,
        &words.usual,
        &words.loud,
        &words.loudest,
    ];
    let volumes = Choices::VOLUMES.zip(volumes);
    let volumes = volumes.map(|(volume, word)| (volume.to_string(), word.clone()));
    let languages = Language::ALL.map(|language| {
        let name = desk.app.words(language).name.clone();
        (language.code().to_owned(), name)
    });
    let any = (String::new(), words.any_language.clone());
    let languages = std::iter::once(any).chain(languages);
    let silences = Choices::LEAVE_AFTER.map(|seconds| {
        let label = format!("{seconds} {}", words.seconds);
        (seconds.to_string(), label)
    });
    let language = chosen.language.map_or("", Language::code);
    let id = &terminal.id;
    frame::form(
        desk,
        "/staff/terminals",
        &html! {
            input type="hidden" name="id" value=(id);
            p.field { label for={ "name-" (id) } { (words.name) }
                input id={ "name-" (id) } name="name" type="text" maxlength="40" value=(name(terminal)); }
            (choice(id, "volume", &words.set_volume, volumes, &chosen.volume.to_string()))
            (choice(id, "language", &words.set_language, languages, language))
            (choice(id, "leave_after", &words.leave_after, silences, &chosen.leave_after.to_string()))
            p { button type="submit" { (words.save) span.hidden { " " (name(terminal)) } } }
        },
    )
}

/// A labelled choice among values and their labels.
fn choice(
    id: &str,
    name: &str,
    label: &str,
    values: impl IntoIterator<Item = (String, String)>,
    chosen: &str,
) -> Markup {
    html! {
        p.field {
            label for={ (name) "-" (id) } { (label) }
            select id={ (name) "-" (id) } name=(name) {
                @for (value, label) in values {
                    option value=(value) selected[value == chosen] { (label) }
                }
            }
        }
    }
}

/// Names a machine, and keeps how it is to behave. What is no choice is left as it was.
pub(super) async fn choose(Sent { desk, fields }: Sent) -> Answer {
    let id = fields.get("id");
    let name: String = fields.get("name").chars().take(40).collect();
    desk.store.name_terminal(id, &name).await?;
    let mut settings = desk.store.settings().await?;
    let known = desk.store.terminals().await?;
    if known.iter().any(|terminal| terminal.id == id) {
        let choices = settings.terminals.entry(id.to_owned()).or_default();
        let volume = fields.get("volume").parse().ok();
        if let Some(volume) = volume.filter(|volume| Choices::VOLUMES.contains(volume)) {
            choices.volume = volume;
        }
        let silence = fields.get("leave_after").parse().ok();
        if let Some(silence) = silence.filter(|silence| Choices::LEAVE_AFTER.contains(silence)) {
            choices.leave_after = silence;
        }
        choices.language = fields.get("language").parse().ok();
        desk.store.set_settings(&settings).await?;
    }
    desk.note("terminal-set", &name).await?;
    Ok(frame::go(&desk, "/staff/terminals"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dialogue::Setting;
    use crate::dialogue::pace::VOLUMES;

    #[test]
    fn the_store_and_the_dialogue_mean_the_same_choices() {
        assert_eq!(Choices::VOLUMES.count(), VOLUMES.len());
        let (chosen, usual) = (Choices::default(), Setting::default());
        assert_eq!(chosen.volume, usual.volume);
        assert_eq!(chosen.leave_after, usual.leave_after.as_secs());
        assert!(Choices::LEAVE_AFTER.contains(&chosen.leave_after));
    }
}
