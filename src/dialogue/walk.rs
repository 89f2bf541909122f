//! Moving about in guides: step by step, aside, back to the one before.

use super::act::ask;
use super::session::{Open, Prompt, Scene, Session, View};
use super::{Dialogue, Turn};
use crate::knowledge::GuideId;

impl Dialogue {
    pub(super) fn go_to_step(&self, session: &mut Session, step: usize) -> Turn {
        session.scene = Scene::Reading;
        if let Some(open) = session.open.as_mut() {
            open.step = step;
            open.view = View::Step;
        }
        session.hints = session.hints.saturating_add(1);
        Turn::default()
    }

    pub(super) fn next(&self, session: &mut Session) -> Turn {
        match (&session.scene, &session.open) {
            (Scene::Confirming { .. } | Scene::GoingBack, _) => return self.yes(session),
            (Scene::Choosing(_) | Scene::DeadEnd(_), _) => return Turn::default(),
            (Scene::Asking(_) | Scene::Typing | Scene::Circle(_), Some(_)) => {
                return self.resume(session);
            }
            (Scene::Asking(_) | Scene::Typing | Scene::Circle(_), None)
            | (Scene::Reading, None) => {
                return ask(session, Prompt::Which);
            }
            (Scene::Reading, Some(_)) => {}
        }
        let steps = self.steps(session);
        let danger_begins = session
            .open
            .as_ref()
            .is_some_and(|open| open.danger.is_some() && open.view == View::Start);
        match session.open.as_mut() {
            // Back to the step, which was left to look at the link.
            Some(open) if danger_begins || open.view == View::Shared => {
                open.view = View::Step;
                Turn::default()
            }
            Some(open) if open.step + 1 < steps => {
                let step = open.step + 1;
                self.go_to_step(session, step)
            }
            Some(open) => {
                open.view = View::Finished;
                Turn::default()
            }
            None => Turn::default(),
        }
    }

    pub(super) fn previous(&self, session: &mut Session) -> Turn {
        if session.open.is_none() {
            return ask(session, Prompt::Which);
        }
        if session.scene != Scene::Reading {
            return self.resume(session);
        }
        match session.open.as_mut() {
            Some(open)
                if matches!(
                    open.view,
                    View::Finished | View::Answer(_) | View::Detail | View::Shared
                ) =>
            {
                open.view = View::Step;
                Turn::default()
            }
            Some(open) if open.step > 0 => {
                let step = open.step - 1;
                self.go_to_step(session, step)
            }
            _ if !session.left.is_empty() => {
                session.scene = Scene::GoingBack;
                Turn::saying(&self.wording(session).say.first_already)
            }
            _ => Turn::saying(&self.wording(session).say.first_already),
        }
    }

    /// On with the guide: the step an answer led away from, else the next one.
    pub(super) fn resume(&self, session: &mut Session) -> Turn {
        if session.open.is_none() {
            return match session.scene {
                Scene::Asking(_) | Scene::Reading | Scene::Typing | Scene::Circle(_) => {
                    ask(session, Prompt::Which)
                }
                _ => Turn::default(),
            };
        }
        let away = session.scene != Scene::Reading;
        session.scene = Scene::Reading;
        match session.open.as_mut() {
            Some(open)
                if away || matches!(open.view, View::Answer(_) | View::Detail | View::Shared) =>
            {
                if open.view != View::Start {
                    open.view = View::Step;
                }
                Turn::default()
            }
            _ => self.next(session),
        }
    }

    pub(super) fn start_over(&self, session: &mut Session) -> Turn {
        let Some(open) = session.open.as_mut() else {
            return ask(session, Prompt::Ask);
        };
        open.step = 0;
        open.view = View::Start;
        session.scene = Scene::Reading;
        Turn::default()
    }

    pub(super) fn go_back(&self, session: &mut Session) -> Turn {
        if let Some(before) = session.left.pop() {
            let leaving = session.open.replace(before);
            session
                .left
                .extend(leaving.filter(|open| open.danger.is_none()));
            session.scene = Scene::Reading;
            return Turn::default();
        }
        if session.open.is_some() && session.scene != Scene::Reading {
            return self.resume(session);
        }
        Turn::saying(&self.wording(session).say.nothing_before)
    }

    /// Looks at another side of the guide.
    pub(super) fn view(&self, session: &mut Session, view: View) -> Turn {
        if let Scene::Confirming { guide, others } = session.scene.clone() {
            self.read(session, guide, others);
        }
        if self.guide_in_talk(session).is_none() {
            return ask(session, Prompt::Which);
        }
        session.scene = Scene::Reading;
        if let Some(open) = session.open.as_mut() {
            open.view = view;
        }
        Turn::default()
    }

    /// Opens a guide at its beginning, and remembers the one that is left.
    pub(super) fn read(&self, session: &mut Session, guide: GuideId, others: Vec<GuideId>) -> Turn {
        if self.guides(session).get(&guide).is_none() {
            return ask(session, Prompt::Again);
        }
        let open = Open {
            danger: None,
            step: 0,
            view: View::Start,
            guide,
            others,
        };
        self.replace(session, open);
        Turn::default()
    }

    pub(super) fn replace(&self, session: &mut Session, open: Open) {
        const KEPT: usize = 3;
        session.left.retain(|left| left.guide != open.guide);
        if let Some(left) = session.open.replace(open) {
            let same = session.guide() == Some(&left.guide);
            if !same && left.danger.is_none() {
                session.left.push(left);
            }
        }
        if session.left.len() > KEPT {
            session.left.remove(0);
        }
        session.scene = Scene::Reading;
        session.misses = 0;
        session.repeats = 0;
        session.paused = false;
    }
}
