//! The screen as large, plain text in a terminal.

use std::io::{IsTerminal, Write};

use wenlu::Language;
use wenlu::dialogue::Screen;
use wenlu::sharing::QrCode;

/// A terminal, or a plain file of lines.
pub struct Terminal {
    /// Whether there is a terminal whose screen can be cleared.
    live: bool,
    /// Whether keys are read singly, so that lines have to be ended by hand.
    raw: bool,
}

impl Terminal {
    pub fn new(raw: bool) -> Self {
        Self {
            live: std::io::stdout().is_terminal(),
            raw,
        }
    }

    /// Shows a screen in place of what was there.
    pub fn show(&self, screen: &Screen) {
        let clear = if self.live { "\x1b[2J\x1b[H" } else { "" };
        self.print(&format!("{clear}{}", lay_out(screen, self.live)));
    }

    /// A live sign that the microphone hears, 0 to 1.
    pub fn level(&self, level: f32) {
        if self.live {
            let bars = (level * 40.0).round() as usize;
            self.print(&format!("\r\x1b[K   {}", "█".repeat(bars)));
        }
    }

    pub fn listening(&self, language: Language) {
        self.line(match language {
            Language::Zh => "我在听……（说完了按回车）",
            Language::En => "I am listening… (Enter when you have finished)",
        });
    }

    pub fn thinking(&self, language: Language) {
        self.line(match language {
            Language::Zh => "我想一想……",
            Language::En => "One moment…",
        });
    }

    /// Something does not work; the words say what helps.
    pub fn trouble(&self, words: &str) {
        self.line(&format!("⚠ {words}"));
    }

    fn line(&self, words: &str) {
        self.print(&format!("\n   {words}\n"));
    }

    fn print(&self, text: &str) {
        let text = if self.raw {
            text.replace('\n', "\r\n")
        } else {
            text.to_owned()
        };
        let mut out = std::io::stdout().lock();
        // Nobody sees it if standard output is closed; the conversation goes on aloud.
        let _ = out.write_all(text.as_bytes()).and_then(|()| out.flush());
    }
}

/// The words of a screen, one below the other, the most important first and in bold.
pub fn lay_out(screen: &Screen, bold: bool) -> String {
    let (on, off) = if bold {
        ("\x1b[1m", "\x1b[0m")
    } else {
        ("", "")
    };
    let mut text = String::from("\n");
    let mut line = |words: &str| text.push_str(&format!("   {words}\n"));
    if let Some(title) = &screen.title {
        match &screen.place {
            Some(place) => line(&format!("{place} · {title}")),
            None => line(title),
        }
    }
    if let Some(progress) = &screen.progress {
        line(&progress.words);
    }
    line("");
    line(&format!("{on}{}{off}", screen.headline));
    line("");
    for words in screen.body.iter().chain(&screen.cautions) {
        line(words);
    }
    if let Some(handed) = &screen.handed {
        match QrCode::new(&handed.url) {
            Ok(code) => code.text().lines().for_each(&mut line),
            Err(error) => line(&error.to_string()),
        }
        line(&handed.address);
        if let Some(code) = &handed.code {
            line(&format!("{on}{code}{off}"));
        }
    }
    for (n, choice) in screen.choices.iter().enumerate() {
        line(&format!("{on}{}{off}  {}", n + 1, choice.label));
    }
    for thing in &screen.bring {
        line(&format!("□ {thing}"));
    }
    if let Some(leaving) = &screen.leaving {
        line(&leaving.words);
    }
    line("");
    for button in &screen.buttons {
        let key = match button.command.key() {
            ' ' => "␣".to_owned(),
            key => key.to_string(),
        };
        line(&format!("[{key}] {}", button.label));
    }
    text
}
