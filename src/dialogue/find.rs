//! What words and decisions lead to.

use super::act::ask;
use super::command::Command;
use super::event::Heard;
use super::mask::mask;
use super::pace;
use super::place::Moved;
use super::reply::Effect;
use super::session::{Asked, Door, Open, Prompt, Scene, Session, Setting, View};
use super::understand::{Context, Meaning};
use super::{Dialogue, Search, Tell, Turn};
use crate::knowledge::{Danger, Guide, GuideId};
use crate::language::Language;
use crate::search::{Candidate, Decision};
use crate::text::count_syllables;

/// Below this confidence even a clear answer is confirmed first: about every other
/// character is wrong.
const FIRM_CONFIDENCE: f32 = 0.5;
/// The second best guide must stay below this share of the best one's score.
const FIRM_SHARE: f32 = 0.9;
/// The most guides that are offered.
const OFFERED: usize = 3;

impl Dialogue {
    pub(super) fn begin(&self, session: &mut Session, setting: Setting) -> Turn {
        *session = Session::fresh(setting);
        Turn::default()
            .with(Effect::SetRate(session.pace.rate()))
            .with(Effect::SetVolume(session.pace.volume()))
            .with(Effect::SetWait(session.pace.wait()))
    }

    /// A command is carried out; a question is to be looked up.
    pub(super) fn heard(&self, session: &mut Session, heard: Heard) -> Result<Turn, Search> {
        let typed = self.typed(session, &heard);
        if let Some(turn) = typed.or_else(|| self.circle_heard(session, &heard)) {
            return Ok(turn);
        }
        let transcript = heard.transcript;
        let masked = mask(&transcript.text);
        let effects = self.wait_for_slow_speaker(session, &masked.text, heard.spoken_for);
        session.silences = 0;
        session.asked = None;
        session.heard = Some(masked.text.clone());
        let moved = self.notice_place(session, &masked.text);
        if moved == Moved::Only {
            return Ok(self.settle(session));
        }
        let context = Context {
            open: session
                .open
                .as_ref()
                .and_then(|open| self.guides(session).get(&open.guide)),
            choices: self.choices(session),
        };
        let (meaning, reading) = self.understanding.listen_to_all(
            &masked.text,
            &transcript.alternatives,
            transcript.language,
            &context,
        );
        if reading != masked.text {
            session.heard = Some(mask(reading).text);
        }
        let mut turn = match meaning {
            _ if masked.only_secret() => ask(session, Prompt::Secret),
            Meaning::Command(command) => {
                let named = command == Command::Materials && self.names_item(session, &masked.text);
                let mut turn = self.command(session, command);
                if named {
                    turn.before
                        .push(self.wording(session).say.bring_yes.clone());
                }
                turn
            }
            Meaning::Choice(index) => {
                let number = u8::try_from(index + 1).unwrap_or(1);
                self.command(session, Command::Choose(number))
            }
            Meaning::Unfinished => {
                let mut turn = ask_on(session);
                if session.pace.wait_longer() {
                    turn.effects.push(Effect::SetWait(session.pace.wait()));
                }
                turn
            }
            Meaning::Question {
                text,
                correction,
                door,
            } => {
                session.language = transcript.language;
                session.asked = Some(Asked {
                    confidence: transcript.confidence,
                    rejected: rejected(session, correction),
                    door,
                    secret: masked.found,
                    moved: moved != Moved::No,
                    effects,
                });
                // The recogniser tries commands in the place of whatever is short.
                let is_command = |text: &String| {
                    let meaning = self
                        .understanding
                        .listen(text, transcript.language, &context);
                    meaning.command().is_some()
                };
                let others = transcript.alternatives.iter();
                let alternatives = others.filter(|text| !is_command(text));
                return Err(Search {
                    text,
                    language: transcript.language,
                    confidence: transcript.confidence,
                    alternatives: alternatives.map(|text| mask(text).text).collect(),
                });
            }
        };
        if masked.found && !masked.only_secret() {
            turn.before
                .insert(0, self.wording(session).say.secret.clone());
        }
        turn.effects.extend(effects);
        Ok(turn)
    }

    fn wait_for_slow_speaker(
        &self,
        session: &mut Session,
        text: &str,
        spoken_for: Option<std::time::Duration>,
    ) -> Vec<Effect> {
        let syllables = count_syllables(text);
        let slow = spoken_for.is_some_and(|time| pace::is_slow(syllables, time));
        if slow && session.pace.wait_longer() {
            vec![Effect::SetWait(session.pace.wait())]
        } else {
            Vec::new()
        }
    }

    /// The guides that can be chosen now.
    fn choices(&self, session: &Session) -> Vec<&Guide> {
        let ids: &[GuideId] = match &session.scene {
            Scene::Choosing(guides) | Scene::DeadEnd(guides) => guides,
            _ => &[],
        };
        ids.iter()
            .filter_map(|id| self.guides(session).get(id))
            .collect()
    }

    /// Whether `text` names something that the open guide says to bring.
    fn names_item(&self, session: &Session, text: &str) -> bool {
        let guide = session
            .open
            .as_ref()
            .and_then(|open| self.guides(session).get(&open.guide));
        let lower = text.to_lowercase();
        guide.is_some_and(|guide| {
            let mut items = Language::ALL
                .iter()
                .flat_map(|language| &guide.text(*language).bring);
            items.any(|item| lower.contains(&item.to_lowercase()))
        })
    }

    pub(super) fn decided(&self, session: &mut Session, decision: Decision) -> Turn {
        let asked = session.asked.take().unwrap_or_default();
        session.paused = false;
        session.repeats = 0;
        let mut turn = match decision {
            Decision::Danger(danger, candidate) => {
                return self.danger(session, danger, candidate.id);
            }
            _ if asked.door.is_some() => self.door(session, asked.door),
            Decision::Answer(candidates) => self.answer(session, &asked, &candidates),
            Decision::Choose(candidates) => {
                let guides = self.known(session, &candidates, &asked);
                self.choose_among(session, guides)
            }
            Decision::Unknown(candidates) => {
                let near = self.known(session, &candidates, &asked);
                self.unknown(session, near)
            }
        };
        if asked.moved {
            turn.before.insert(0, self.place_sentence(session));
        }
        if asked.secret {
            turn.before
                .insert(0, self.wording(session).say.secret.clone());
        }
        turn.effects.extend(asked.effects);
        turn
    }

    /// Danger comes before everything; the guide that was open is kept.
    fn danger(&self, session: &mut Session, danger: Danger, guide: GuideId) -> Turn {
        let open = Open {
            guide,
            danger: Some(danger),
            step: 0,
            view: View::Start,
            others: Vec::new(),
        };
        self.replace(session, open);
        Turn::default()
    }

    /// Candidates that exist and were not just rejected, best first.
    fn known(&self, session: &Session, candidates: &[Candidate], asked: &Asked) -> Vec<GuideId> {
        let ids = candidates.iter().map(|candidate| &candidate.id);
        let ids =
            ids.filter(|id| self.guides(session).get(id).is_some() && !asked.rejected.contains(id));
        ids.take(OFFERED + 1).cloned().collect()
    }

    fn answer(&self, session: &mut Session, asked: &Asked, candidates: &[Candidate]) -> Turn {
        let mut guides = self.known(session, candidates, asked);
        if guides.is_empty() {
            return self.unknown(session, guides);
        }
        let guide = guides.remove(0);
        let offered = match &session.scene {
            Scene::Choosing(choices) | Scene::DeadEnd(choices) => choices.contains(&guide),
            Scene::Confirming { guide: named, .. } => *named == guide,
            _ => false,
        };
        let first = candidates
            .first()
            .is_some_and(|candidate| candidate.id == guide);
        if offered || (first && is_firm(asked.confidence, candidates)) {
            return self.read(session, guide, guides);
        }
        session.scene = Scene::Confirming {
            guide,
            others: guides,
        };
        Turn::default()
    }

    fn choose_among(&self, session: &mut Session, mut guides: Vec<GuideId>) -> Turn {
        guides.truncate(OFFERED);
        match guides.len() {
            0 => self.unknown(session, guides),
            1 => {
                let guide = guides.remove(0);
                session.scene = Scene::Confirming {
                    guide,
                    others: guides,
                };
                Turn::default()
            }
            _ => {
                session.scene = Scene::Choosing(guides);
                Turn::default()
            }
        }
    }

    /// The nearest guides and a human; after the second miss the human first.
    fn unknown(&self, session: &mut Session, mut near: Vec<GuideId>) -> Turn {
        session.misses = session.misses.saturating_add(1);
        near.truncate(OFFERED);
        if near.is_empty() && session.misses < 2 {
            return ask(session, Prompt::Again);
        }
        session.scene = Scene::DeadEnd(near);
        Turn::default()
    }

    /// A judgement for a professional: name the door.
    fn door(&self, session: &mut Session, door: Option<Door>) -> Turn {
        let say = &self.wording(session).say;
        let (sentence, guide) = match door {
            Some(Door::Lawyer) => (&say.lawyer, "legal-aid"),
            _ => (&say.doctor, "family-doctor"),
        };
        let turn = Turn::saying(sentence);
        let guide = GuideId::new(guide);
        if self.guides(session).get(&guide).is_some() {
            session.scene = Scene::Confirming {
                guide,
                others: Vec::new(),
            };
            turn
        } else {
            session.scene = Scene::Asking(Prompt::Human);
            turn
        }
    }

    pub(super) fn open(&self, session: &mut Session, guide: GuideId) -> Turn {
        session.heard = None;
        match self
            .guides(session)
            .get(&guide)
            .and_then(|guide| guide.danger)
        {
            Some(danger) => self.danger(session, danger, guide),
            None => self.read(session, guide, Vec::new()),
        }
    }

    /// Asks once, kindly; then waits for the button.
    pub(super) fn heard_nothing(&self, session: &mut Session) -> Turn {
        session.silences = session.silences.saturating_add(1);
        if session.paused || session.leaving {
            return Turn::default().telling(Tell::Silent);
        }
        match session.silences {
            1 => Turn::saying(&self.wording(session).say.silence).telling(Tell::Shown),
            _ => Turn::default().telling(Tell::Shown),
        }
    }
}

/// Half a sentence: wait for the rest, where the conversation stands.
fn ask_on(session: &mut Session) -> Turn {
    match session.scene {
        Scene::Asking(_) => ask(session, Prompt::GoOn),
        _ => {
            session.paused = false;
            Turn {
                tell: Tell::Shown,
                ..Turn::default()
            }
        }
    }
}

fn is_firm(confidence: f32, candidates: &[Candidate]) -> bool {
    let second = candidates.get(1).map_or(0.0, |candidate| candidate.score);
    let first = candidates.first().map_or(0.0, |candidate| candidate.score);
    confidence >= FIRM_CONFIDENCE && second <= FIRM_SHARE * first
}

/// "No, I mean …" rejects what was named.
fn rejected(session: &Session, correction: bool) -> Vec<GuideId> {
    if !correction {
        return Vec::new();
    }
    match &session.scene {
        Scene::Confirming { guide, .. } => vec![guide.clone()],
        Scene::Choosing(guides) => guides.clone(),
        Scene::Reading => session.guide().cloned().into_iter().collect(),
        _ => Vec::new(),
    }
}
