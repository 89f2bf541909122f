//! The dialogue's screen as a message.

use super::protocol::{Button, Choice, Handed, Leaving, Progress, Screen};
use crate::dialogue::{self, Command, Page};
use crate::knowledge::Danger;
use crate::sharing::QrCode;

/// The message for a screen.
pub(in crate::server) fn screen(screen: &dialogue::Screen) -> Screen {
    let label = |command: Command| {
        let mut buttons = screen.buttons.iter();
        buttons
            .find(|button| button.command == command)
            .map(|button| button.label.clone())
    };
    let choices = screen
        .choices
        .iter()
        .zip(1_u8..)
        .map(|(choice, number)| Choice {
            command: Command::Choose(number).to_string(),
            guide: choice.guide.to_string(),
            label: choice.label.clone(),
            pictogram: choice.pictogram.clone(),
            ordinal: label(Command::Choose(number)),
        });
    let is_card = |command| match command {
        Command::Choose(number) => usize::from(number) <= screen.choices.len(),
        _ => false,
    };
    let buttons = screen.buttons.iter();
    let buttons = buttons.filter(|button| !is_card(button.command));
    Screen {
        page: page(screen.page),
        language: screen.language,
        headline: screen.headline.clone(),
        title: match (&screen.place, &screen.title) {
            (Some(place), Some(title)) => Some(format!("{place} · {title}")),
            _ => screen.title.clone(),
        },
        body: screen.body.clone(),
        progress: screen.progress.as_ref().map(|progress| Progress {
            step: progress.step,
            of: progress.of,
            words: progress.words.clone(),
        }),
        choices: choices.collect(),
        bring: screen.bring.clone(),
        cautions: screen.cautions.clone(),
        hotline: screen.hotline.clone(),
        heard: screen.heard.clone(),
        buttons: buttons
            .map(|button| Button {
                command: button.command.to_string(),
                label: button.label.clone(),
                place: place(button.command),
            })
            .collect(),
        handed: screen.handed.as_ref().and_then(handed),
        leaving: screen.leaving.as_ref().map(|leaving| Leaving {
            seconds: leaving.seconds,
            words: leaving.words.clone(),
        }),
        guide: screen.guide.as_ref().map(ToString::to_string),
        pictogram: screen.pictogram.clone(),
        danger: screen.danger.map(|danger| match danger {
            Danger::Emergency => "emergency",
            Danger::Scam => "scam",
        }),
    }
}

fn handed(handed: &dialogue::Handed) -> Option<Handed> {
    let qr = QrCode::new(&handed.url)
        .inspect_err(|error| tracing::warn!(%error, "a link cannot be shown"))
        .ok()?;
    Some(Handed {
        url: handed.url.clone(),
        address: handed.address.clone(),
        code: handed.code.as_ref().map(ToString::to_string),
        qr: qr.path(),
        side: qr.side(),
    })
}

fn page(page: Page) -> &'static str {
    match page {
        Page::Welcome => "welcome",
        Page::Asking => "asking",
        Page::Confirming => "confirming",
        Page::Choosing => "choosing",
        Page::Step => "step",
        Page::Answer => "answer",
        Page::Shared => "shared",
        Page::Typing => "typing",
        Page::Circle => "circle",
        Page::Finished => "finished",
        Page::DeadEnd => "dead_end",
        Page::Danger => "danger",
        Page::Paused => "paused",
        Page::Farewell => "farewell",
    }
}

fn place(command: Command) -> &'static str {
    match command {
        Command::Next
        | Command::Previous
        | Command::Repeat
        | Command::Yes
        | Command::No
        | Command::Resume
        | Command::Stop => "main",
        Command::Slower | Command::Faster | Command::Louder | Command::Quieter => "voice",
        Command::English | Command::Mandarin => "language",
        Command::Detail => "guide",
        command if command.asks_about_guide() => "guide",
        _ => "more",
    }
}
