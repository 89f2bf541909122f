//! A session as words and a screen: where the conversation stands, told from the beginning.

use std::time::Duration;

use super::command::Command;
use super::locale::{Wording, fill};
use super::reply::{Button, Choice, Page, Screen, Utter};
use super::session::{Prompt, Scene, Session};
use crate::knowledge::{GuideId, Knowledge};

/// Gathers what is said and shown.
pub(super) struct Presenter<'a> {
    pub wording: &'a Wording,
    pub knowledge: &'a Knowledge,
    pub session: &'a Session,
    /// The place whose own rules may be told.
    pub place: Option<&'a str>,
    pub say: Vec<Utter>,
    pub show: Screen,
}

impl<'a> Presenter<'a> {
    pub fn new(wording: &'a Wording, knowledge: &'a Knowledge, session: &'a Session) -> Self {
        let language = session.language;
        let show = Screen {
            language,
            heard: session.heard.clone(),
            ..Screen::default()
        };
        Self {
            wording,
            knowledge,
            session,
            place: None,
            say: Vec::new(),
            show,
        }
    }

    /// Tells where the conversation stands.
    pub fn present(&mut self) {
        match &self.session.scene {
            Scene::Asking(prompt) => self.asking(*prompt),
            Scene::Confirming { guide, .. } => self.confirming(guide),
            Scene::Choosing(guides) => self.choosing(guides),
            Scene::DeadEnd(near) => self.dead_end(near),
            Scene::GoingBack => self.going_back(),
            Scene::Typing => self.typing(),
            Scene::Circle(round) => self.circle(*round),
            Scene::Reading => match &self.session.open {
                Some(open) => self.reading(open),
                None => self.asking(Prompt::Ask),
            },
        }
        if self.session.paused {
            self.paused();
        }
        if self.session.waits_for_button() {
            self.show.body.push(self.wording.show.button.clone());
        }
    }

    /// The last screen, on which nothing of the conversation is left.
    pub fn farewell(&mut self) {
        self.show = Screen {
            language: self.session.language,
            ..Screen::default()
        };
        let buttons = [Command::Ask, Command::Help, self.other_language()];
        self.page(Page::Farewell, &self.wording.show.farewell, &buttons);
    }

    /// Cuts what is said into short pieces.
    pub fn shorten(&mut self) {
        let breaks = &self.wording.breaks;
        let pause = self.session.pace.between();
        let whole = std::mem::take(&mut self.say);
        self.say = whole
            .iter()
            .flat_map(|utter| pieces(utter, breaks, pause))
            .collect();
    }

    /// A sentence after the usual pause.
    pub fn say(&mut self, text: &str) {
        self.say_after(self.session.pace.between(), text);
    }

    /// A sentence that is shown as well.
    pub fn tell(&mut self, text: &str) {
        self.say(text);
        self.show.body.push(text.to_owned());
    }

    /// Something of this conversation only, whose sound is not kept.
    pub fn say_privately(&mut self, pause: Duration, text: &str) {
        self.say_after(pause, text);
        if let Some(utter) = self.say.last_mut() {
            utter.public = false;
        }
    }

    pub fn say_after(&mut self, pause: Duration, text: &str) {
        let pause = if self.say.is_empty() {
            Duration::ZERO
        } else {
            pause
        };
        let language = self.session.language;
        let text = text.to_owned();
        self.say.push(Utter {
            text,
            language,
            pause,
            public: true,
        });
    }

    pub fn page(&mut self, page: Page, headline: &str, buttons: &[Command]) {
        self.show.page = page;
        self.show.headline = headline.to_owned();
        self.buttons(buttons);
    }

    fn buttons(&mut self, commands: &[Command]) {
        let button = |command: &Command| Button {
            command: *command,
            label: self.wording.button(*command),
        };
        self.show.buttons = commands.iter().map(button).collect();
    }

    pub fn other_language(&self) -> Command {
        match self.session.language {
            crate::Language::Zh => Command::English,
            crate::Language::En => Command::Mandarin,
        }
    }

    pub fn asking(&mut self, prompt: Prompt) {
        let (say, show) = (&self.wording.say, &self.wording.show);
        let other = self.other_language();
        let headline = match prompt {
            Prompt::Welcome => &show.welcome,
            Prompt::Help => &show.help,
            _ => &show.ask,
        };
        let page = match prompt {
            Prompt::Welcome => Page::Welcome,
            _ => Page::Asking,
        };
        let resume = self.session.open.is_some().then_some(Command::Resume);
        let buttons = [
            Command::Help,
            Command::Repeat,
            Command::Call,
            Command::Circle,
            Command::Card,
            other,
            Command::Slower,
            Command::Louder,
            Command::Goodbye,
        ];
        let buttons: Vec<_> = resume.into_iter().chain(buttons).collect();
        self.page(page, headline, &buttons);
        let lines: &[&String] = match prompt {
            Prompt::Welcome => &[&say.welcome],
            Prompt::Help => &[&say.help, &say.help_how],
            Prompt::Which => &[&say.which],
            Prompt::Again => &[&say.again, &say.human],
            Prompt::Wrong => &[&say.wrong],
            Prompt::GoOn => &[&say.go_on],
            Prompt::Stopped => &[&say.stopped],
            Prompt::Thanks => &[&say.thanks],
            Prompt::Else => &[&say.anything_else],
            Prompt::Ask => &[&say.ask],
            Prompt::Secret => &[&say.secret, &say.ask],
            Prompt::Memory => &[&say.memory],
            Prompt::Human => &[&say.human_way],
        };
        for line in lines {
            self.tell(line);
        }
        if matches!(prompt, Prompt::Again | Prompt::Human) {
            self.show.hotline = Some(HUMAN.into());
        }
    }

    fn confirming(&mut self, guide: &GuideId) {
        let buttons = [
            Command::Yes,
            Command::No,
            Command::Repeat,
            Command::Ask,
            Command::Call,
        ];
        self.page(Page::Confirming, &self.wording.show.confirming, &buttons);
        self.name_one(guide, &self.wording.say.confirm);
    }

    fn going_back(&mut self) {
        let buttons = [Command::Yes, Command::No, Command::Repeat, Command::Ask];
        self.page(Page::Confirming, &self.wording.show.going_back, &buttons);
        if let Some(open) = self.session.left.last() {
            self.name_one(&open.guide, &self.wording.say.going_back);
        }
    }

    fn typing(&mut self) {
        let buttons = [
            Command::Stop,
            Command::Repeat,
            Command::Slower,
            Command::Louder,
            Command::Goodbye,
        ];
        self.page(Page::Typing, &self.wording.show.typing, &buttons);
        self.tell(&self.wording.say.withdraw_which);
    }

    fn name_one(&mut self, id: &GuideId, sentence: &str) {
        if let Some(guide) = self.knowledge.get(id) {
            let name = &guide.text(self.session.language).name;
            self.tell(&fill(sentence, &[("guide", name)]));
            self.show.pictogram = Some(guide.pictogram.clone());
        }
    }

    fn choosing(&mut self, guides: &[GuideId]) {
        let say = &self.wording.say;
        self.page(Page::Choosing, &self.wording.show.choosing, &[]);
        self.tell(&say.choose);
        self.choices(guides);
        self.say(&say.choose_how);
        self.choice_buttons(guides, &[]);
    }

    fn choice_buttons(&mut self, guides: &[GuideId], more: &[Command]) {
        let choices = (1..=guides.len()).map(|n| Command::Choose(u8::try_from(n).unwrap_or(1)));
        let after = [Command::No, Command::Repeat, Command::Ask, Command::Call];
        let buttons: Vec<_> = more.iter().copied().chain(choices).chain(after).collect();
        self.buttons(&buttons);
    }

    fn choices(&mut self, guides: &[GuideId]) {
        for (i, id) in guides.iter().enumerate() {
            let Some(guide) = self.knowledge.get(id) else {
                continue;
            };
            let name = &guide.text(self.session.language).name;
            let ordinal = self.wording.ordinal(i);
            self.say(&fill(
                &self.wording.say.choice,
                &[("ordinal", ordinal), ("guide", name)],
            ));
            self.show.choices.push(Choice {
                guide: id.clone(),
                label: name.clone(),
                pictogram: guide.pictogram.clone(),
            });
        }
    }

    fn dead_end(&mut self, near: &[GuideId]) {
        let (say, show) = (&self.wording.say, &self.wording.show);
        self.show.hotline = Some(HUMAN.into());
        if self.session.misses > 1 {
            self.page(Page::DeadEnd, &show.give_up, &[]);
            self.tell(&say.give_up);
            self.choices_quietly(near);
        } else {
            self.page(Page::DeadEnd, &show.dead_end, &[]);
            self.tell(&say.dead_end);
            if !near.is_empty() {
                self.tell(&say.near);
                self.choices(near);
            }
            self.tell(&say.human);
        }
        self.choice_buttons(near, &[]);
    }

    /// Choices that are shown but not read out.
    fn choices_quietly(&mut self, guides: &[GuideId]) {
        let said = self.say.len();
        self.choices(guides);
        self.say.truncate(said);
    }

    fn paused(&mut self) {
        self.say.clear();
        let buttons = [
            Command::Resume,
            Command::Repeat,
            Command::Ask,
            Command::Goodbye,
        ];
        self.page(Page::Paused, &self.wording.show.paused, &buttons);
        self.say(&self.wording.say.paused);
    }
}

/// Where a person answers.
const HUMAN: &str = "12345";

/// `utter` cut after each of `breaks`, but for pieces too short to stand alone.
fn pieces(utter: &Utter, breaks: &[char], pause: Duration) -> Vec<Utter> {
    const SHORTEST: usize = 4;
    let mut pieces: Vec<Utter> = Vec::new();
    let mut rest = utter.text.as_str();
    while !rest.is_empty() {
        let ends = rest
            .char_indices()
            .enumerate()
            .filter(|(i, (_, c))| *i >= SHORTEST && breaks.contains(c));
        let mut ends = ends.map(|(_, (at, c))| at + c.len_utf8());
        // A full stop inside a number or before a closing quote does not end a piece.
        let end = ends.find(|end| {
            !rest[*end..].starts_with(|c: char| c.is_ascii_digit() || matches!(c, '”' | '"'))
        });
        let (piece, after) = rest.split_at(end.unwrap_or(rest.len()));
        let first = pieces.is_empty();
        if piece.chars().any(char::is_alphanumeric) {
            pieces.push(Utter {
                text: piece.trim().to_owned(),
                pause: if first { utter.pause } else { pause },
                ..utter.clone()
            });
        }
        rest = after;
    }
    pieces
}
