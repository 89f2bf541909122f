//! What must hold whatever happens.

use std::path::Path;
use std::sync::{Arc, LazyLock};
use std::time::Duration;

use proptest::collection::vec;
use proptest::prelude::*;

use super::locale::{fill, source};
use super::*;
use crate::knowledge::check::length;
use crate::knowledge::{Danger, Guide, GuideId, RegionId};
use crate::search::Candidate;

/// The guides that the written dialogues use.
fn knowledge() -> Arc<Knowledge> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/dialogues/guides");
    let files = std::fs::read_dir(folder).unwrap();
    let guides: Knowledge = files
        .map(|file| {
            let source = std::fs::read_to_string(file.unwrap().path()).unwrap();
            toml::from_str::<Guide>(&source).unwrap()
        })
        .collect();
    Arc::new(guides)
}

static DIALOGUE: LazyLock<Dialogue> = LazyLock::new(|| Dialogue::new(knowledge()).unwrap());

fn candidates(ids: &[&str]) -> Vec<Candidate> {
    let candidate = |(i, id): (usize, &&str)| Candidate {
        id: GuideId::new(*id),
        score: 10.0 - i as f32,
    };
    ids.iter().enumerate().map(candidate).collect()
}

fn begin(language: Language) -> Event {
    Event::Begin(Setting::in_language(language))
}

/// A session that reads the guide `elder-card`.
fn reading(language: Language) -> Session {
    let mut session = Session::default();
    DIALOGUE.step(&mut session, begin(language));
    DIALOGUE.step(&mut session, Event::Open(GuideId::new("elder-card")));
    session
}

#[test]
fn placeholders_are_the_same_in_both_languages() {
    let tables = Language::ALL.map(|language| source(language).1.parse::<toml::Table>().unwrap());
    for section in ["say", "show", "buttons"] {
        let [zh, en] = tables
            .each_ref()
            .map(|table| table[section].as_table().unwrap());
        assert_eq!(zh.keys().collect::<Vec<_>>(), en.keys().collect::<Vec<_>>());
        for (name, sentence) in zh {
            let [zh, en] = [sentence, &en[name]].map(|value| placeholders(value.as_str().unwrap()));
            assert_eq!(zh, en, "{section}.{name}");
        }
    }
}

fn placeholders(sentence: &str) -> Vec<&str> {
    let parts = sentence.split('{').skip(1);
    let mut names: Vec<&str> = parts
        .filter_map(|part| Some(part.split_once('}')?.0))
        .collect();
    names.sort_unstable();
    names
}

#[test]
fn wording_keeps_its_lengths() {
    for language in Language::ALL {
        let (file, text) = source(language);
        let table: toml::Table = text.parse().unwrap();
        let limits = match language {
            Language::Zh => [("show", 14), ("say", 60), ("buttons", 8)],
            Language::En => [("show", 7), ("say", 40), ("buttons", 4)],
        };
        for (section, most) in limits {
            for (name, sentence) in table[section].as_table().unwrap() {
                let sentence = sentence.as_str().unwrap();
                // The countdown and the progress are no headlines.
                let most = if matches!(name.as_str(), "leaving" | "progress") {
                    60
                } else {
                    most
                };
                let filled = fill(sentence, &[("guide", "")]);
                let long = length(&filled, language);
                assert!(
                    (1..=most).contains(&long),
                    "{file}: {section}.{name}: {long} of {most}"
                );
                assert!(
                    !sentence.contains(['（', '）', '(', ')', '/']),
                    "{file}: {section}.{name}"
                );
            }
        }
    }
}

#[test]
fn every_button_has_its_words() {
    for language in Language::ALL {
        let wording = Wording::bundled(language).unwrap();
        for command in Command::all() {
            assert_ne!(wording.button(command), command.to_string(), "{language}");
        }
        assert_eq!(wording.buttons.len(), Command::all().count());
    }
}

#[test]
fn a_guide_is_spoken_word_for_word() {
    let mut session = reading(Language::Zh);
    let guide = DIALOGUE
        .atlas
        .here()
        .get(&GuideId::new("elder-card"))
        .unwrap();
    for step in &guide.zh.steps {
        let Step::Reply(reply) = DIALOGUE.step(&mut session, Event::Command(Command::Repeat))
        else {
            panic!("a repetition is no question");
        };
        assert!(
            reply.say.iter().any(|utter| utter.text == step.say),
            "{}",
            step.say
        );
        session.repeats = 0;
        DIALOGUE.step(&mut session, Event::Command(Command::Next));
    }
}

#[test]
fn leaving_forgets_everything() {
    for end in [
        Event::Command(Command::Goodbye),
        Event::Heard(Heard::typed("再见")),
        Event::Tick(LEAVE_AFTER + WARNING + Duration::from_secs(300)),
    ] {
        let mut session = reading(Language::Zh);
        DIALOGUE.step(&mut session, Event::Heard(Heard::typed("听不见")));
        DIALOGUE.step(&mut session, Event::Spoken);
        let Step::Reply(reply) = DIALOGUE.step(&mut session, end.clone()) else {
            panic!("{end:?} is no question");
        };
        assert!(reply.effects.contains(&Effect::EndSession), "{end:?}");
        assert_eq!(reply.show.guide, None, "{end:?}");
        assert_eq!(reply.show.heard, None, "{end:?}");
        assert_eq!(session, Session::default(), "{end:?}");
    }
}

#[test]
fn a_terminal_that_was_set_begins_and_leaves_as_it_was_set() {
    let setting = Setting {
        volume: 4,
        leave_after: Duration::from_secs(180),
        ..Setting::in_language(Language::En)
    };
    let mut session = Session::default();
    DIALOGUE.step(&mut session, Event::Begin(setting));
    assert!(session.is_untouched());
    let mut step = |event| match DIALOGUE.step(&mut session, event) {
        Step::Reply(reply) => (reply, session.pace().volume()),
        Step::Search(_) => panic!("no question"),
    };
    step(Event::Open(GuideId::new("elder-card")));
    step(Event::Spoken);
    let (reply, _) = step(Event::Tick(Duration::from_secs(179)));
    assert_eq!(reply.show.leaving, None);
    let (reply, _) = step(Event::Tick(Duration::from_secs(1)));
    assert!(reply.show.leaving.is_some());
    let (_, volume) = step(Event::Command(Command::Quieter));
    assert_eq!(volume, 1.4);
    // The next person finds it as it was set.
    let (reply, volume) = step(Event::Tick(Duration::from_secs(500)));
    assert!(reply.effects.contains(&Effect::EndSession));
    assert_eq!((volume, *session.setting()), (2.0, setting));
}

#[test]
fn danger_interrupts_whatever_happens() {
    let guide = Candidate {
        id: GuideId::new("emergency"),
        score: 1.0,
    };
    for command in Command::all() {
        let mut session = reading(Language::En);
        DIALOGUE.step(&mut session, Event::Command(command));
        let decision = Decision::Danger(Danger::Emergency, guide.clone());
        let Step::Reply(reply) = DIALOGUE.step(&mut session, Event::Decided(decision)) else {
            panic!("a decision is answered");
        };
        assert_eq!(reply.show.page, Page::Danger, "after {command}");
        assert!(reply.say.len() <= 3, "short");
    }
}

/// Words that people may say, among them one that must never be seen again.
fn words() -> impl Strategy<Value = String> {
    prop_oneof![
        Just("下一步".to_owned()),
        Just("不是这个，我说的是社保卡".to_owned()),
        Just("第二个".to_owned()),
        Just("我想问一下".to_owned()),
        Just("我的密码是987654".to_owned()),
        Just("老年证怎么办".to_owned()),
        Just("I want to talk to a person".to_owned()),
        Just("谢谢，再见".to_owned()),
        "\\PC{0,12}",
        "[一-龥]{1,12}",
        "[a-z ]{1,30}",
    ]
}

fn decision() -> impl Strategy<Value = Decision> {
    let ids = prop::sample::subsequence(
        vec![
            "elder-card",
            "elder-bus-card",
            "emergency",
            "legal-aid",
            "no-such-guide",
        ],
        0..=4,
    );
    (0..4_u8, ids).prop_map(|(kind, ids)| {
        let found = candidates(&ids);
        match (kind, found.first().cloned()) {
            (0, Some(first)) => Decision::Danger(Danger::Scam, first),
            (1, _) => Decision::Choose(found),
            (2, _) => Decision::Unknown(found),
            _ => Decision::Answer(found),
        }
    })
}

fn event() -> impl Strategy<Value = Event> {
    let commands: Vec<Command> = Command::all().collect();
    prop_oneof![
        4 => prop::sample::select(commands).prop_map(Event::Command),
        3 => (words(), 0.0..1.0_f32).prop_map(|(text, confidence)| {
            let mut heard = Heard::typed(text);
            heard.transcript.confidence = confidence;
            Event::Heard(heard)
        }),
        2 => decision().prop_map(Event::Decided),
        1 => Just(Event::HeardNothing),
        1 => Just(Event::Spoken),
        1 => Just(Event::Touched),
        1 => (0..120_u64).prop_map(|seconds| Event::Tick(Duration::from_secs(seconds))),
        1 => Just(Event::Failed(Errand::Print)),
        1 => prop::sample::select(vec!["elder-card", "emergency", "no-such-guide"])
            .prop_map(|id| Event::Open(GuideId::new(id))),
        1 => prop::sample::select(Language::ALL.to_vec()).prop_map(begin),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 16, max_shrink_iters: 100, ..ProptestConfig::default() })]

    #[test]
    fn there_is_always_a_way_on(events in vec(event(), 200), found in vec(decision(), 200)) {
        let mut session = Session::default();
        for (event, decision) in events.into_iter().zip(found) {
            let kept = session.clone();
            let replay = event.clone();
            let reply = DIALOGUE.turn(&mut session, event, |_| decision.clone());
            prop_assert!(!reply.show.buttons.is_empty(), "no way on");
            prop_assert!(!reply.show.headline.is_empty());
            let all = format!("{reply:?} {:?}", session.heard);
            prop_assert!(!all.contains("987654"), "a secret was kept");
            prop_assert!(reply.effects.iter().filter(|e| **e == Effect::Listen).count() <= 1);
            if reply.effects.contains(&Effect::EndSession) {
                prop_assert!(session.is_fresh(), "something of the session is left");
                prop_assert_eq!(&reply.show.heard, &None);
            }
            // The same again gives the same.
            let mut again = kept;
            prop_assert_eq!(DIALOGUE.turn(&mut again, replay, |_| decision), reply);
            prop_assert_eq!(&again, &session);
        }
    }

    #[test]
    fn one_persons_words_are_not_the_nexts(said in "[一-龥]{6,12}", events in vec(event(), 10)) {
        let mut session = Session::default();
        DIALOGUE.turn(&mut session, begin(Language::Zh), |_| Decision::Unknown(vec![]));
        let heard = Event::Heard(Heard::typed(said.clone()));
        DIALOGUE.turn(&mut session, heard, |_| Decision::Answer(candidates(&["elder-card"])));
        DIALOGUE.turn(&mut session, Event::Command(Command::Goodbye), |_| Decision::Unknown(vec![]));
        for event in events {
            let own = matches!(&event, Event::Heard(heard) if heard.transcript.text.contains(&said));
            let reply = DIALOGUE.turn(&mut session, event, |_| Decision::Unknown(vec![]));
            let all = format!("{reply:?} {:?}", session.heard);
            prop_assert!(own || !all.contains(&said));
        }
    }
}

#[test]
fn the_rules_of_the_place_where_the_person_is() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("knowledge");
    let atlas = Atlas::load(&folder, &RegionId::nation()).unwrap();
    let local = |region: &str| {
        let guides = atlas.guides(&RegionId::new(region)).iter();
        let mut guides = guides.filter(|guide| !guide.local.is_empty() && guide.danger.is_none());
        guides.next().unwrap().id.clone()
    };
    let guide = local("cn-fujian-quanzhou");
    let dialogue = Dialogue::new(atlas.clone()).unwrap();
    let mut session = Session::default();
    let mut turn = |event: Event| {
        let reply = dialogue.turn(&mut session, event, |_| Decision::Unknown(vec![]));
        (reply.spoken(), reply.show.place)
    };
    let hear = |text: &str| Event::Heard(Heard::typed(text));

    turn(begin(Language::Zh));
    let (say, place) = turn(Event::Open(guide.clone()));
    assert!(!say.contains("自己的规定") && place.is_none(), "{say}");
    let (say, place) = turn(hear("我在泉州"));
    assert!(say.starts_with("好，按泉州的规定说。"), "{say}");
    assert_eq!(place.as_deref(), Some("泉州"));
    let (say, _) = turn(hear("我在杭州呢"));
    assert!(say.contains("杭州自己的规定我这里没有"), "{say}");
    let (say, _) = turn(hear(
        "I live in Quanzhou, where is the counter for that odd thing",
    ));
    assert!(say.contains("in Quanzhou"), "{say}");
    // The next person stands where the terminal stands.
    turn(begin(Language::Zh));
    let (_, place) = turn(Event::Open(guide));
    assert_eq!(place, None);
}

#[test]
fn the_reading_that_is_a_command_is_shown() {
    #[track_caller]
    fn check(text: &str, other: &str, shown: &str, asks: bool) {
        let mut session = reading(Language::Zh);
        let mut heard = Heard::typed(text);
        heard.transcript.alternatives = vec![other.to_owned()];
        match DIALOGUE.step(&mut session, Event::Heard(heard)) {
            Step::Reply(reply) => {
                assert_eq!((reply.show.heard.as_deref(), asks), (Some(shown), false));
            }
            // A command in the place of a question is no reading of it.
            Step::Search(search) => assert!(asks && search.alternatives.is_empty()),
        }
    }
    check("三天啊", "暂停", "暂停", false);
    check("下一部", "夏一步", "下一部", false);
    check("千户口", "先带户口", "千户口", true);
}
