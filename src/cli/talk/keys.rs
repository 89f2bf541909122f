//! The keyboard: a key for each command on a terminal, else a question a line.

use std::io::{BufRead, IsTerminal};

use crossterm::event::{Event, KeyCode, KeyEvent, KeyEventKind, KeyModifiers, read};
use crossterm::terminal;
use tokio::sync::mpsc::UnboundedSender;
use wenlu::dialogue::Command;

use super::Happening;

/// The keyboard is read until the program ends; the terminal is itself again when this is
/// dropped.
pub struct Keyboard {
    raw: bool,
}

impl Keyboard {
    pub fn open(tell: UnboundedSender<Happening>) -> Self {
        let raw = std::io::stdin().is_terminal() && terminal::enable_raw_mode().is_ok();
        std::thread::spawn(move || {
            if raw {
                read_keys(&tell)
            } else {
                read_lines(&tell)
            }
        });
        Self { raw }
    }

    /// Whether single keys are read.
    pub fn is_raw(&self) -> bool {
        self.raw
    }
}

impl Drop for Keyboard {
    fn drop(&mut self) {
        if self.raw {
            let _ = terminal::disable_raw_mode();
        }
    }
}

fn read_keys(tell: &UnboundedSender<Happening>) {
    while let Ok(event) = read() {
        let Event::Key(key) = event else { continue };
        if let Some(happening) = meaning(key)
            && tell.send(happening).is_err()
        {
            return;
        }
    }
}

fn meaning(key: KeyEvent) -> Option<Happening> {
    if key.kind == KeyEventKind::Release {
        return None;
    }
    match key.code {
        KeyCode::Char('c' | 'd') if key.modifiers.contains(KeyModifiers::CONTROL) => {
            Some(Happening::Quit)
        }
        KeyCode::Esc => Some(Happening::Quit),
        KeyCode::Enter => Some(Happening::Finished),
        KeyCode::Right | KeyCode::Down | KeyCode::PageDown => Some(Happening::Key(Command::Next)),
        KeyCode::Left | KeyCode::Up | KeyCode::PageUp => Some(Happening::Key(Command::Previous)),
        KeyCode::Char(c) => Command::of_key(c).map(Happening::Key),
        _ => None,
    }
}

/// From a pipe: the name of a command, or a question.
fn read_lines(tell: &UnboundedSender<Happening>) {
    for line in std::io::stdin().lock().lines().map_while(Result::ok) {
        let line = line.trim();
        let happening = match line.parse::<Command>() {
            Ok(command) => Happening::Key(command),
            Err(_) if line.is_empty() => continue,
            Err(_) => Happening::Typed(line.to_owned()),
        };
        if tell.send(happening).is_err() {
            return;
        }
    }
}
