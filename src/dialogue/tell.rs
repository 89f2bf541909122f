//! A guide as words and a screen.

use super::command::Command;
use super::locale::fill;
use super::present::Presenter;
use super::reply::{Page, Progress};
use super::session::{Aside, Open, Prompt, View};
use crate::knowledge::{Danger, Guide, Text};
use crate::sharing::Code;

/// Explaining the way on more often than this would be nagging.
const HINTS: u8 = 2;

impl Presenter<'_> {
    pub fn reading(&mut self, open: &Open) {
        let Some(guide) = self.knowledge.get(&open.guide) else {
            return self.asking(Prompt::Ask);
        };
        let text = guide.text(self.session.language);
        self.show.guide = Some(guide.id.clone());
        self.show.title = Some(text.title.clone());
        self.show.pictogram = Some(guide.pictogram.clone());
        self.show.danger = open.danger;
        if !guide.local.is_empty() {
            self.show.place = self.place.map(str::to_owned);
        }
        match (open.view, open.danger) {
            (View::Start, Some(danger)) => self.danger(guide, text, danger),
            (View::Start, None) => self.start(guide, text, open),
            (View::Step, _) => self.step(guide, text, open),
            (View::Detail, _) => self.detail(guide, text, open),
            (View::Shared, _) => self.shared(),
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
        if let (false, Some(place)) = (guide.local.is_empty(), self.place) {
            self.say(&fill(&say.local, &[("place", place)]));
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

    /// The link, and the digits one after the other, to be written down.
    fn shared(&mut self) {
        let (say, show) = (&self.wording.say, &self.wording.show);
        let buttons = [
            Command::Resume,
            Command::Repeat,
            Command::Slower,
            Command::Louder,
            Command::Print,
            Command::Withdraw,
            Command::Ask,
            Command::Stop,
        ];
        self.page(Page::Shared, &show.shared, &buttons);
        let Some(handed) = self.session.handed.clone() else {
            return self.tell(&say.share_failed);
        };
        self.tell(&say.share);
        self.tell(&say.share_code);
        self.digits();
        let pause = self.session.pace.before_step();
        self.say_after(pause, &say.share_how);
        self.show.body.push(say.share_how.clone());
        self.show.handed = Some(handed);
    }

    /// The digits that were handed on, one after the other, to be written down.
    pub fn digits(&mut self) {
        let Some(handed) = self.session.handed.clone() else {
            return;
        };
        let pause = self.session.pace.before_step();
        for group in handed.code.iter().flat_map(Code::groups) {
            let digits = group
                .split(' ')
                .filter_map(|digit| digit.parse::<usize>().ok());
            let words: Vec<&str> = digits
                .filter_map(|digit| self.wording.digits.get(digit).map(String::as_str))
                .collect();
            self.say_privately(pause, &words.join(&self.wording.digit_pause));
        }
        self.show.handed = Some(handed);
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
