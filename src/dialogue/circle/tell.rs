//! A circle, said and shown.

use super::Round;
use crate::dialogue::command::Command;
use crate::dialogue::locale::fill;
use crate::dialogue::present::Presenter;
use crate::dialogue::reply::{Choice, Page, Progress};
use crate::knowledge::{Guide, GuideId};

/// The steps in which a circle is made.
const STEPS: usize = 3;
/// So many lines of the log are read out.
const LOG: usize = 6;

impl Presenter<'_> {
    pub fn circle(&mut self, round: Round) {
        let words = &self.wording.circle;
        let (yes_no, list): (&[Command], &[Command]) = (
            &[
                Command::Yes,
                Command::No,
                Command::Repeat,
                Command::Slower,
                Command::Louder,
            ],
            &[
                Command::Next,
                Command::Repeat,
                Command::Slower,
                Command::Louder,
                Command::Helpers,
                Command::Invite,
                Command::Log,
                Command::RemoveAll,
                Command::Ask,
                Command::Goodbye,
            ],
        );
        match round {
            Round::Consent => {
                self.page(Page::Circle, &words.title, yes_no);
                self.circle_step(1);
                for line in &words.consent {
                    self.tell(line);
                }
                self.tell(&words.agree);
            }
            Round::Naming => {
                let buttons = [Command::No, Command::Repeat, Command::Stop];
                self.page(Page::Typing, &words.naming_title, &buttons);
                self.circle_step(2);
                self.tell(&words.naming);
            }
            Round::Card => {
                self.page(Page::Circle, &words.card_title, list);
                self.circle_step(3);
                self.tell(&words.card);
                self.digits();
                self.tell(&words.invite);
            }
            Round::Invited => {
                self.page(Page::Circle, &words.invite_title, list);
                self.tell(&words.invite);
                self.show.handed.clone_from(&self.session.handed);
            }
            Round::Typing => {
                let buttons = [
                    Command::Stop,
                    Command::Repeat,
                    Command::Circle,
                    Command::Goodbye,
                ];
                self.page(Page::Typing, &words.typing_title, &buttons);
                self.tell(&words.typing);
            }
            Round::Home => self.circle_home(list),
            Round::Note(index) => self.circle_note(index, list),
            Round::Helpers => self.circle_helpers(list),
            Round::Remove(index) => {
                self.page(Page::Circle, &words.remove_title, yes_no);
                let circle = self.session.circle.as_ref();
                let helper = circle.and_then(|circle| circle.helpers.get(index));
                let name = helper.map_or("", |helper| helper.name.as_str());
                self.tell_privately(&fill(&words.remove, &[("helper", name)]));
            }
            Round::RemoveAll => {
                self.page(Page::Circle, &words.remove_title, yes_no);
                self.tell(&words.remove_all);
            }
            Round::Log => self.circle_log(list),
        }
    }

    fn circle_step(&mut self, step: usize) {
        let (ordinal, count) = (self.wording.ordinal(step - 1), self.wording.count(STEPS));
        let words = fill(
            &self.wording.show.progress,
            &[("ordinal", ordinal), ("count", count)],
        );
        self.say(&words);
        self.show.progress = Some(Progress {
            step,
            of: STEPS,
            words,
        });
    }

    /// What is known to this circle only: said, shown, and its sound not kept.
    fn tell_privately(&mut self, text: &str) {
        self.say_privately(self.session.pace.between(), text);
        self.show.body.push(text.to_owned());
    }

    fn circle_home(&mut self, list: &[Command]) {
        let words = &self.wording.circle;
        self.page(Page::Circle, &words.title, list);
        let Some(circle) = &self.session.circle else {
            return self.tell(&words.typing);
        };
        self.greet();
        match circle.notes.len() {
            0 => self.tell(&words.nothing),
            count => {
                let count = self.number(count);
                self.tell(&fill(&words.notes, &[("count", &count)]));
            }
        }
        if circle.helpers.is_empty() {
            self.tell(&words.nobody);
        }
    }

    /// By the name that the elder wants to be called.
    fn greet(&mut self) {
        let called = self.session.circle.as_ref().map(|circle| &circle.called);
        if let Some(called) = called.filter(|called| !called.is_empty()) {
            let hello = &self.wording.circle.hello;
            self.tell_privately(&fill(hello, &[("called", called)]));
        }
    }

    /// A number of things: in words as far as there are some.
    fn number(&self, count: usize) -> String {
        if count <= self.wording.counts.len() {
            self.wording.count(count).to_owned()
        } else {
            count.to_string()
        }
    }

    fn circle_note(&mut self, index: usize, list: &[Command]) {
        let words = &self.wording.circle;
        let circle = self.session.circle.as_ref();
        let Some(note) = circle.and_then(|circle| circle.notes.get(index)) else {
            return self.circle_home(list);
        };
        let guide = self.knowledge.get(&note.guide);
        let name = |guide: &Guide| guide.text(self.session.language).name.clone();
        let name = guide.map_or_else(|| note.guide.to_string(), name);
        let more: Vec<Command> = std::iter::once(Command::Yes)
            .chain(list.iter().copied())
            .collect();
        let title = guide.map_or(&name, |guide| &guide.text(self.session.language).title);
        self.page(Page::Circle, title, &more);
        self.show.pictogram = guide.map(|guide| guide.pictogram.clone());
        if index == 0 {
            self.greet();
        }
        let values = [("helper", note.helper.as_str()), ("guide", name.as_str())];
        self.tell_privately(&fill(&words.note, &values));
        if !note.ready.is_empty() {
            self.tell(&words.ready);
            for thing in &note.ready {
                self.say_privately(self.session.pace.between(), thing);
                self.show.body.push(format!("✓ {thing}"));
            }
        }
        if !note.appointment.is_empty() {
            let when = [("when", note.appointment.as_str())];
            self.tell_privately(&fill(&words.appointment, &when));
        }
        if !note.note.is_empty() {
            let says = [
                ("helper", note.helper.as_str()),
                ("note", note.note.as_str()),
            ];
            self.tell_privately(&fill(&words.says, &says));
        }
        self.tell(&words.open);
    }

    fn circle_helpers(&mut self, list: &[Command]) {
        let words = &self.wording.circle;
        let helpers = self
            .session
            .circle
            .as_ref()
            .map(|circle| circle.helpers.clone());
        let helpers = helpers.unwrap_or_default();
        let choices = (1..=helpers.len()).map(|n| Command::Choose(u8::try_from(n).unwrap_or(1)));
        let buttons: Vec<Command> = choices.chain(list.iter().copied()).collect();
        self.page(Page::Circle, &words.helpers_title, &buttons);
        if helpers.is_empty() {
            return self.tell(&words.nobody);
        }
        self.tell(&words.helpers);
        for (index, helper) in helpers.iter().enumerate() {
            let values = [
                ("ordinal", self.wording.ordinal(index)),
                ("guide", &helper.name),
            ];
            let line = fill(&self.wording.say.choice, &values);
            self.say_privately(self.session.pace.between(), &line);
            self.show.choices.push(Choice {
                guide: GuideId::new("helper"),
                label: helper.name.clone(),
                pictogram: "person".into(),
            });
        }
        self.tell(&words.helpers_how);
    }

    fn circle_log(&mut self, list: &[Command]) {
        let words = &self.wording.circle;
        self.page(Page::Circle, &words.log_title, list);
        let log = self
            .session
            .circle
            .as_ref()
            .map(|circle| circle.log.clone());
        let log = log.unwrap_or_default();
        if log.is_empty() {
            self.tell(&words.nothing);
        }
        for deed in log.iter().take(LOG) {
            let sentence = self.wording.circle.acts.get(deed.act.name());
            let guide = deed.guide.as_ref().and_then(|id| self.knowledge.get(id));
            let guide = guide.map_or("", |guide| guide.text(self.session.language).name.as_str());
            let (month, day) = (deed.on.month().to_string(), deed.on.day().to_string());
            let values = [
                ("month", month.as_str()),
                ("day", day.as_str()),
                ("helper", deed.helper.as_str()),
                ("guide", guide),
            ];
            if let Some(sentence) = sentence {
                self.tell_privately(&fill(sentence, &values));
            }
        }
    }
}
