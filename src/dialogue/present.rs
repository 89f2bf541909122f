//! A session as words and a screen: where the conversation stands, told from the beginning.

use std::time::Duration;

use super::command::Command;
use super::locale::{Wording, fill};
use super::reply::{Button, Choice, Page, Progress, Screen, Utter};
use super::session::{Aside, Open, Prompt, Scene, Session, View};
use crate::knowledge::{Danger, Guide, GuideId, Knowledge, Text};

/// Explaining the way on more often than this would be nagging.
const HINTS: u8 = 2;

/// Gathers what is said and shown.
pub(super) struct Presenter<'a> {
    pub wording: &'a Wording,
    pub knowledge: &'a Knowledge,
    pub session: &'a Session,
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
    fn tell(&mut self, text: &str) {
        self.say(text);
        self.show.body.push(text.to_owned());
    }

    fn say_after(&mut self, pause: Duration, text: &str) {
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

    fn page(&mut self, page: Page, headline: &str, buttons: &[Command]) {
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

    fn other_language(&self) -> Command {
        match self.session.language {
            crate::Language::Zh => Command::English,
            crate::Language::En => Command::Mandarin,
        }
    }

    fn asking(&mut self, prompt: Prompt) {
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
            Prompt::Human => &[&say.human],
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

    fn reading(&mut self, open: &Open) {
        let Some(guide) = self.knowledge.get(&open.guide) else {
            return self.asking(Prompt::Ask);
        };
        let text = guide.text(self.session.language);
        self.show.guide = Some(guide.id.clone());
        self.show.title = Some(text.title.clone());
        self.show.pictogram = Some(guide.pictogram.clone());
        self.show.danger = open.danger;
        match (open.view, open.danger) {
            (View::Start, Some(danger)) => self.danger(guide, text, danger),
            (View::Start, None) => self.start(guide, text, open),
            (View::Step, _) => self.step(guide, text, open),
            (View::Detail, _) => self.detail(guide, text, open),
            (View::Answer(aside), _) => self.answer(guide, text, aside),
            (View::Finished, _) => self.finished(guide, text),
        }
    }

    /// Short and calm: what to do this minute, and whom to call.
    fn danger(&mut self, guide: &Guide, text: &Text, danger: Danger) {
        let (say, show) = (&self.wording.say, &self.wording.show);
        let (headline, first) = match danger {
            Danger::Emergency => (&show.emergency, &say.emergency),
            Danger::Scam => (&show.scam_now, &say.scam),
        };
        let buttons = [Command::Next, Command::Repeat, Command::Louder, Command::No];
        self.page(Page::Danger, headline, &buttons);
        self.tell(first);
        self.tell(&text.call);
        self.say(&say.danger_then);
        self.show.hotline = Some(guide.hotline.clone());
    }

    fn start(&mut self, guide: &Guide, text: &Text, open: &Open) {
        let say = &self.wording.say;
        let count = self.wording.count(text.steps.len());
        self.say(&fill(
            &say.begin,
            &[("guide", &text.name), ("count", count)],
        ));
        if self
            .session
            .setting
            .today
            .is_some_and(|today| today > guide.check_by)
        {
            self.caution(&say.out_of_date);
        }
        self.step(guide, text, open);
    }

    fn caution(&mut self, sentence: &str) {
        self.say(sentence);
        if !self.show.cautions.iter().any(|c| c == sentence) {
            self.show.cautions.push(sentence.to_owned());
        }
    }

    fn step(&mut self, guide: &Guide, text: &Text, open: &Open) {
        let say = &self.wording.say;
        let Some(step) = text.steps.get(open.step) else {
            return self.finished(guide, text);
        };
        let last = open.step + 1 == text.steps.len();
        self.step_page(text, open);
        let values = [
            ("ordinal", self.wording.ordinal(open.step)),
            ("headline", &step.headline),
        ];
        self.say_after(self.session.pace.before_step(), &fill(&say.step, &values));
        self.tell(&step.say);
        self.confirm_fact(guide, &format!("steps.{}", open.step + 1));
        if last {
            self.say(&say.last);
        } else if self.session.hints < HINTS {
            self.say(&say.hint_next);
        }
    }

    fn step_page(&mut self, text: &Text, open: &Open) {
        let headline = text.steps.get(open.step).map(|step| step.headline.as_str());
        let mut buttons = vec![
            Command::Next,
            Command::Repeat,
            Command::Previous,
            Command::Slower,
            Command::Louder,
            Command::Detail,
            Command::Materials,
            Command::Where,
            Command::Cost,
            Command::Share,
            Command::Print,
            Command::Others,
            Command::Pause,
            Command::Stop,
            self.other_language(),
        ];
        if open.step == 0 {
            buttons.retain(|button| *button != Command::Previous);
        }
        self.page(Page::Step, headline.unwrap_or_default(), &buttons);
        let (ordinal, count) = (
            self.wording.ordinal(open.step),
            self.wording.count(text.steps.len()),
        );
        self.show.progress = Some(Progress {
            step: open.step + 1,
            of: text.steps.len(),
            words: fill(
                &self.wording.show.progress,
                &[("ordinal", ordinal), ("count", count)],
            ),
        });
    }

    fn detail(&mut self, guide: &Guide, text: &Text, open: &Open) {
        self.step_page(text, open);
        let step = text.steps.get(open.step);
        if let Some(step) = step {
            self.show.body.push(step.say.clone());
        }
        match step.and_then(|step| step.detail.as_ref()) {
            Some(detail) => {
                self.tell(detail);
                self.confirm_fact(guide, &format!("steps.{}", open.step + 1));
            }
            None => {
                self.say(&self.wording.say.no_detail);
                self.tell(&text.call);
            }
        }
    }

    /// Facts that no source confirms are spoken with a caution.
    fn confirm_fact(&mut self, guide: &Guide, field: &str) {
        if guide.must_confirm(field) {
            self.caution(&self.wording.say.confirm_fact);
        }
    }

    fn answer(&mut self, guide: &Guide, text: &Text, aside: Aside) {
        let (say, show) = (&self.wording.say, &self.wording.show);
        let (headline, fields): (&str, &[&str]) = match aside {
            Aside::Bring => (&show.bring, &["bring", "bring_note"]),
            Aside::Where => (
                &show.places,
                &["where.counter", "where.online", "where.phone"],
            ),
            Aside::Cost => (&show.cost, &["cost"]),
            Aside::Duration => (&show.duration, &["duration"]),
            Aside::WhoFor => (&show.who_for, &["who_for", "not_for"]),
            Aside::Proxy => (&show.proxy, &["proxy"]),
            Aside::Scam => (&show.scam, &["scam"]),
            Aside::Call => (&show.call, &["call"]),
        };
        let buttons = [
            Command::Resume,
            Command::Repeat,
            Command::Materials,
            Command::Where,
            Command::Cost,
            Command::Duration,
            Command::Eligibility,
            Command::Proxy,
            Command::Call,
            Command::Share,
            Command::Print,
            Command::Slower,
            Command::Louder,
            Command::Ask,
            Command::Stop,
        ];
        self.page(Page::Answer, headline, &buttons);
        if aside == Aside::Bring {
            self.bring(text);
        }
        if aside == Aside::Call {
            self.show.hotline = Some(guide.hotline.clone());
        }
        let facts = text.facts();
        for field in fields {
            let pieces = facts.iter().filter(|fact| fact.field == *field);
            for piece in pieces.filter(|_| *field != "bring") {
                self.tell(piece.text);
            }
        }
        // One caution for the whole answer.
        if let Some(field) = fields.iter().find(|field| guide.must_confirm(field)) {
            self.confirm_fact(guide, field);
        }
        if self.session.hints < HINTS {
            self.say(&say.go_on_with);
        }
    }

    fn bring(&mut self, text: &Text) {
        self.show.bring.clone_from(&text.bring);
        if text.bring.is_empty() {
            return self.tell(&self.wording.say.bring_nothing);
        }
        self.say(&self.wording.say.bring);
        for item in &text.bring {
            self.say(item);
        }
    }

    fn finished(&mut self, guide: &Guide, text: &Text) {
        let say = &self.wording.say;
        let buttons = [
            Command::Materials,
            Command::Where,
            Command::Cost,
            Command::Duration,
            Command::Eligibility,
            Command::Proxy,
            Command::Call,
            Command::Share,
            Command::Print,
            Command::StartOver,
            Command::Previous,
            Command::Ask,
            Command::Goodbye,
            self.other_language(),
        ];
        self.page(Page::Finished, &self.wording.show.finished, &buttons);
        self.tell(&fill(&say.finished, &[("guide", &text.name)]));
        self.caution(&text.scam);
        self.confirm_fact(guide, "scam");
        self.tell(&say.finished_how);
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
