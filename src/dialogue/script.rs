//! Written dialogues: what is said and pressed, line by line, and what comes of it.
//!
//! | line | means |
//! |---|---|
//! | `begin zh 2026-11-24` | somebody steps up; the day may be left out |
//! | `zh: 老年证在哪儿办` | words in a language; `zh 0.4:` with that confidence, `zh 6s:` spoken for so long |
//! | `=> elder-card` | the search's answer to the line above; more names are the next best |
//! | `=> perhaps elder-card elder-bus-card` | an answer with a close second |
//! | `=> choose elder-card elder-bus-card` | a choice |
//! | `=> unknown elder-card` | no answer; the nearest, or nothing |
//! | `=> danger emergency emergency` | danger (`emergency` or `scam`), and its guide |
//! | `[next]` | a key or a button, by the command's name |
//! | `open elder-card` | a guide chosen by its name |
//! | `silence`, `touch`, `spoken`, `wait 60` | nothing heard, a touch, all said, seconds go by |
//! | `failed print` | an errand (`print`, `share` or `withdraw`) could not be done |
//! | `circle made`, `circle opened`, `circle none`, `circle changed`, `circle gone` | what came of a wish about a circle |
//! | `shared 12345678`, `printed`, `elsewhere 12345678`, `withdrawn`, `no link` | what came of an errand |
//!
//! Empty lines and lines that begin with `#` are passed over.

use std::fmt::Write as _;
use std::time::Duration;

use super::circle::{Circle, CircleNews, Deed, Note, Person};
use super::event::{Errand, Event, Handed, Heard, Outcome};
use super::reply::{Effect, Reply};
use super::session::{Session, Setting};
use super::{Dialogue, Step};
use crate::knowledge::{Danger, GuideId};
use crate::language::Language;
use crate::recognition::Transcript;
use crate::search::{Candidate, Decision, Question};
use crate::sharing::Code;
use crate::store::Act;

/// A line that cannot be read.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("line {line}: {what}")]
pub struct ScriptError {
    /// The line, from 1.
    pub line: usize,
    /// What is wrong with it, and what would be right.
    pub what: String,
}

/// A written dialogue.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Script {
    turns: Vec<Written>,
}

#[derive(Debug, Clone, PartialEq)]
struct Written {
    line: String,
    event: Event,
    decision: Option<(String, Decision)>,
}

impl std::str::FromStr for Script {
    type Err = ScriptError;

    fn from_str(source: &str) -> Result<Self, Self::Err> {
        let mut turns: Vec<Written> = Vec::new();
        for (number, line) in source.lines().enumerate() {
            let line = line.trim();
            let fault = |what: String| ScriptError {
                line: number + 1,
                what,
            };
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            if let Some(decision) = line.strip_prefix("=>") {
                let parsed = self::decision(decision).map_err(fault)?;
                let turn = turns
                    .last_mut()
                    .ok_or_else(|| fault("there is no question for this decision".into()))?;
                turn.decision = Some((line.to_owned(), parsed));
                continue;
            }
            turns.push(Written {
                line: line.to_owned(),
                event: event(line).map_err(fault)?,
                decision: None,
            });
        }
        Ok(Self { turns })
    }
}

fn event(line: &str) -> Result<Event, String> {
    if let Some(name) = line
        .strip_prefix('[')
        .and_then(|rest| rest.strip_suffix(']'))
    {
        return name
            .parse()
            .map(Event::Command)
            .map_err(|error| format!("{error}"));
    }
    if let Some((head, words)) = line.split_once(':') {
        return heard(head, words.trim());
    }
    let mut words = line.split_whitespace();
    let (first, second, third) = (words.next().unwrap_or_default(), words.next(), words.next());
    let missing = || format!("{line:?}: a word is missing");
    Ok(match first {
        "begin" => Event::Begin(Setting {
            language: second
                .ok_or_else(missing)?
                .parse()
                .map_err(|error| format!("{error}"))?,
            today: third
                .map(str::parse)
                .transpose()
                .map_err(|error| format!("{error}"))?,
            ..Setting::default()
        }),
        "open" => Event::Open(GuideId::new(second.ok_or_else(missing)?)),
        "silence" => Event::HeardNothing,
        "touch" => Event::Touched,
        "spoken" => Event::Spoken,
        "wait" => {
            let seconds: u64 = second
                .ok_or_else(missing)?
                .parse()
                .map_err(|error| format!("{error}"))?;
            Event::Tick(Duration::from_secs(seconds))
        }
        "failed" if second == Some("print") => Event::Failed(Errand::Print),
        "failed" if second == Some("share") => Event::Failed(Errand::Share),
        "failed" if second == Some("withdraw") => Event::Failed(Errand::Withdraw),
        "circle" => Event::Circle(circle(second)?),
        "printed" => Event::Done(Outcome::Printed),
        "withdrawn" => Event::Done(Outcome::Withdrawn),
        "no" => Event::Done(Outcome::NothingToWithdraw),
        "shared" => Event::Done(Outcome::Shared(handed(second)?)),
        "elsewhere" => Event::Done(Outcome::PrintedElsewhere(handed(second)?)),
        _ => {
            return Err(format!(
                "{line:?} is no line of a dialogue: say `zh: …`, `[next]`, `=> …`"
            ));
        }
    })
}

/// A circle as the store might know it.
fn circle(what: Option<&str>) -> Result<CircleNews, String> {
    let person = |name: &str| Person {
        id: name.into(),
        name: name.into(),
    };
    let on = jiff::civil::date(2026, 11, 20);
    let deed = |act, helper: &str, guide: Option<&str>| Deed {
        on,
        helper: helper.into(),
        act,
        guide: guide.map(GuideId::new),
    };
    let circle = Circle {
        id: "circle".into(),
        called: "王奶奶".into(),
        notes: vec![Note {
            id: "note".into(),
            helper: "小梅".into(),
            guide: GuideId::new("elder-card"),
            ready: vec!["身份证".into()],
            appointment: "星期三上午九点".into(),
            note: "带上绿本子".into(),
        }],
        helpers: vec![person("小梅"), person("阿强")],
        log: vec![
            deed(Act::Prepared, "小梅", Some("elder-card")),
            deed(Act::Joined, "小梅", None),
        ],
    };
    let invitation = |code: &str| {
        Ok::<_, String>(Handed {
            code: Some(Code::card(code).map_err(|error| format!("{error}"))?),
            ..handed(Some("00000000"))?
        })
    };
    Ok(match what {
        Some("made") => {
            let circle = Circle {
                notes: vec![],
                helpers: vec![],
                ..circle
            };
            CircleNews::Made(circle, invitation("0123456789")?)
        }
        Some("opened") => CircleNews::Opened(circle),
        Some("seen") => CircleNews::Seen(circle),
        Some("none") => CircleNews::NoCard,
        Some("changed") => CircleNews::Changed(Circle {
            helpers: vec![person("阿强")],
            ..circle
        }),
        Some("gone") => CircleNews::Gone,
        Some("failed") => CircleNews::Failed,
        _ => {
            return Err(
                "say what came of it: made, opened, seen, none, changed, gone, failed".into(),
            );
        }
    })
}

/// A link with these digits.
fn handed(digits: Option<&str>) -> Result<Handed, String> {
    let code = digits.unwrap_or_default().parse::<Code>();
    Ok(Handed {
        id: "link".into(),
        url: "https://wenlu.local/s/token".into(),
        address: "https://wenlu.local/code".into(),
        code: Some(code.map_err(|error| format!("{error}"))?),
        until: Some(jiff::civil::date(2026, 12, 20)),
    })
}

/// `zh 0.4 6s` and the words.
fn heard(head: &str, text: &str) -> Result<Event, String> {
    let mut head = head.split_whitespace();
    let language: Language = head
        .next()
        .unwrap_or_default()
        .parse()
        .map_err(|error| format!("{error}"))?;
    let mut heard = Heard::in_language(text, language);
    for word in head {
        let number = word.strip_suffix('s').unwrap_or(word);
        let number: f32 = number
            .parse()
            .map_err(|_| format!("{word:?} is no number"))?;
        if word.ends_with('s') {
            heard.spoken_for = Duration::try_from_secs_f32(number).ok();
        } else {
            heard.transcript = Transcript {
                confidence: number,
                ..heard.transcript
            };
        }
    }
    Ok(Event::Heard(heard))
}

fn decision(line: &str) -> Result<Decision, String> {
    let mut words: Vec<&str> = line.split_whitespace().collect();
    let kind = words.first().copied().unwrap_or_default();
    if matches!(kind, "perhaps" | "choose" | "unknown" | "danger") {
        words.remove(0);
    }
    let close = matches!(kind, "perhaps" | "choose");
    let score = |i: usize| {
        if close {
            10.0 - i as f32 * 0.5
        } else {
            10.0 / (i as f32 + 1.0)
        }
    };
    let candidate = |(i, id): (usize, &&str)| Candidate {
        id: GuideId::new(*id),
        score: score(i),
    };
    if kind == "danger" {
        let danger = match words.first().copied() {
            Some("emergency") => Danger::Emergency,
            Some("scam") => Danger::Scam,
            _ => return Err("name the danger: emergency or scam".into()),
        };
        let id = words.get(1).ok_or("name the guide")?;
        return Ok(Decision::Danger(danger, candidate((0, id))));
    }
    let candidates = words.iter().enumerate().map(candidate).collect();
    Ok(match kind {
        "choose" => Decision::Choose(candidates),
        "unknown" => Decision::Unknown(candidates),
        _ => Decision::Answer(candidates),
    })
}

/// Runs a written dialogue and writes down what is said, shown and done. Where a question has
/// no decision in the script, `search` decides; without one, nothing is found.
pub fn play(
    dialogue: &Dialogue,
    script: &Script,
    mut search: Option<&mut dyn FnMut(&Question<'_>) -> Decision>,
) -> String {
    let mut session = Session::default();
    let mut out = String::new();
    for turn in &script.turns {
        let _ = writeln!(out, "{}", turn.line);
        let reply = match dialogue.step(&mut session, turn.event.clone()) {
            Step::Reply(reply) => reply,
            Step::Search(wanted) => {
                let _ = writeln!(out, "  ? {}", wanted.text);
                let found = match (&turn.decision, &mut search) {
                    (Some((line, decision)), _) => {
                        let _ = writeln!(out, "  {line}");
                        decision.clone()
                    }
                    (None, Some(search)) => search(&wanted.question()),
                    (None, None) => Decision::Unknown(Vec::new()),
                };
                match dialogue.step(&mut session, Event::Decided(found)) {
                    Step::Reply(reply) => reply,
                    Step::Search(_) => Reply::default(),
                }
            }
        };
        write_reply(&mut out, &reply);
    }
    out
}

fn write_reply(out: &mut String, reply: &Reply) {
    for utter in &reply.say {
        let pause = utter.pause.as_secs_f32();
        let _ = writeln!(out, "  {pause:.1} “{}”", utter.text);
    }
    let show = &reply.show;
    let title = show.title.iter().map(|title| format!("{title} | "));
    let progress = show
        .progress
        .iter()
        .map(|progress| format!("{} | ", progress.words));
    let head: String = title.chain(progress).collect();
    let _ = writeln!(out, "  [{:?}] {head}{}", show.page, show.headline);
    let mut list = |name: &str, items: Vec<String>| {
        if !items.is_empty() {
            let _ = writeln!(out, "    {name}: {}", items.join(" / "));
        }
    };
    list("heard", show.heard.iter().cloned().collect());
    let handed = show.handed.iter();
    let handed = handed.map(|handed| {
        let code = handed.code.as_ref().map(ToString::to_string);
        format!("{} {}", handed.url, code.unwrap_or_default())
    });
    list("handed", handed.collect());
    list(
        "choices",
        show.choices
            .iter()
            .map(|choice| choice.label.clone())
            .collect(),
    );
    list("bring", show.bring.clone());
    list("caution", show.cautions.clone());
    list("call", show.hotline.iter().cloned().collect());
    list(
        "leaving",
        show.leaving
            .iter()
            .map(|leaving| leaving.words.clone())
            .collect(),
    );
    list(
        "buttons",
        show.buttons
            .iter()
            .map(|button| button.label.clone())
            .collect(),
    );
    list("do", reply.effects.iter().map(effect).collect());
}

fn effect(effect: &Effect) -> String {
    match effect {
        Effect::StopSpeaking => "stop speaking".into(),
        Effect::SetRate(rate) => format!("rate {rate}"),
        Effect::SetVolume(volume) => format!("volume {volume}"),
        Effect::SetWait(wait) => format!("wait {:.1} s", wait.as_secs_f32()),
        Effect::Run(Errand::Share, guide) => format!("share {guide}"),
        Effect::Run(Errand::Print, guide) => format!("print {guide}"),
        Effect::Run(Errand::Withdraw, guide) => format!("withdraw {guide}"),
        Effect::Circle(wish) => format!("{wish:?}"),
        Effect::WithdrawCode(_) => "withdraw by code".into(),
        Effect::Listen => "listen".into(),
        Effect::EndSession => "end".into(),
    }
}
