//! Guides that change while they are in service.

use std::fs;
use std::ops::ControlFlow;
use std::path::Path;
use std::time::Duration;

use tempfile::TempDir;
use wenlu::Language;
use wenlu::assistant::{self, Ahead, Assistant, Effort, Say};
use wenlu::config::Config;
use wenlu::dialogue::{Event, Heard, Session, Utter};
use wenlu::recognition::{Biasing, Transcript};
use wenlu::search::{Decision, Question};
use wenlu::synthesis::render;

use crate::common::{self, checkout, config};

/// A folder with one guide, on library cards.
fn folder() -> (TempDir, Config) {
    let folder = TempDir::new().expect("a folder");
    let knowledge = folder.path().join("knowledge");
    copy("regions.toml", &knowledge, |text| text);
    copy(CARD, &knowledge, |text| text);
    let mut config = config();
    config.folders.knowledge = Some(knowledge);
    config.folders.cache = Some(folder.path().join("cache"));
    (folder, config)
}

const CARD: &str = "cn/papers/library-card.toml";

fn copy(file: &str, to: &Path, change: impl Fn(String) -> String) {
    let text = fs::read_to_string(checkout("tests/data/knowledge").join(file)).expect("it");
    let to = to.join(file);
    fs::create_dir_all(to.parent().expect("a folder")).expect("a folder");
    fs::write(to, change(text)).expect("written");
}

fn answers(assistant: &Assistant, text: &str) -> bool {
    let decision = assistant.decide(&Question::typed(text, Language::Zh));
    matches!(decision, Decision::Answer(_))
}

#[test]
fn changed_guides_come_into_service() {
    let (_folder, config) = folder();
    let knowledge = config.knowledge();
    let assistant = Assistant::open(&config).expect("the guide is in order");
    let mut session = Session::default();
    let ask = |session: &mut Session| {
        let words = Heard::in_language("借书证怎么办", Language::Zh);
        assistant.turn(session, Event::Heard(words)).spoken()
    };
    let before = ask(&mut session);
    assert!(before.contains("借书证"), "{before}");

    fs::write(knowledge.join(CARD), "id = ").expect("written");
    let error = assistant.reload().expect_err("the guide is broken");
    assert!(error.to_string().contains("library-card.toml"), "{error}");
    assert!(answers(&assistant, "借书证怎么办"), "the old guide stays");

    copy(CARD, &knowledge, |text| text.replace("借书证", "阅览证"));
    assistant.reload().expect("the guide is in order again");
    assert!(answers(&assistant, "阅览证怎么办"));
    let after = ask(&mut session);
    assert!(after.contains("阅览证"), "{after}");
}

#[test]
fn questions_are_answered_while_guides_change() {
    let (_folder, config) = folder();
    let assistant = Assistant::open(&config).expect("the guide is in order");
    std::thread::scope(|scope| {
        let asking = scope.spawn(|| (0..200).all(|_| answers(&assistant, "借书证怎么办")));
        for _ in 0..5 {
            assistant.reload().expect("the guide is in order");
        }
        assert!(asking.join().expect("no panic"));
    });
}

#[test]
fn vectors_are_computed_once() {
    let (_folder, config) = folder();
    let count = |assistant: &Assistant| {
        let computed = std::sync::atomic::AtomicUsize::new(0);
        assistant
            .understand(Effort::Full, &|_, of| {
                computed.store(of, std::sync::atomic::Ordering::Relaxed);
            })
            .expect("`wenlu models fetch` has been run");
        assert!(assistant.searcher().understands());
        computed.into_inner()
    };
    let first = Assistant::open(&config).expect("the guide is in order");
    assert!(!first.searcher().understands());
    let all = count(&first);
    let searcher = first.searcher();
    let different: std::collections::BTreeSet<_> = searcher.sentences().collect();
    assert_eq!(all, different.len());
    assert_eq!(
        count(&Assistant::open(&config).expect("the guide is in order")),
        0,
        "they are kept"
    );
    copy(CARD, &config.knowledge(), |text| {
        text.replace("图书馆星期几开门办卡", "图书馆几点关门")
    });
    first.reload().expect("the guide is in order");
    assert!(first.searcher().understands(), "the second opinion stays");
    assert_eq!(
        count(&Assistant::open(&config).expect("the guide is in order")),
        0,
        "the changed sentence was computed at the reload"
    );
}

#[test]
fn an_answer_that_would_be_late_begins_with_a_word_that_is_ready() {
    let (_folder, config) = folder();
    let assistant = Assistant::open(&config).expect("the guide is in order");
    let voices = assistant::voices(&config).expect("`wenlu models fetch` has been run");
    let (_, reply) = assistant.ask(Heard::in_language("借书证怎么办", Language::Zh));
    let spoken = |how: Say| -> Vec<String> {
        let say = assistant.acknowledge(&voices, reply.say.clone(), how);
        say.into_iter().map(|utter| utter.text).collect()
    };
    let answer: Vec<String> = reply.say.iter().map(|utter| utter.text.clone()).collect();
    assert_eq!(spoken(Say::default()), answer, "no word is ready");

    assistant.warm_up(&voices, &[]).expect("the voice works");
    let acknowledged = spoken(Say::default());
    assert_eq!(acknowledged[0], "听到了。");
    assert_eq!(acknowledged[1..], answer);
    let slower = spoken(Say { rate: 0.8 });
    assert_eq!(slower, answer, "at this rate no word is ready");

    let manner = assistant::manner(&config, Language::Zh);
    let first = [(answer[0].as_str(), manner)];
    render(&voices, first, &mut |_| ControlFlow::Continue(())).expect("the voice works");
    assert_eq!(spoken(Say::default()), answer, "the answer itself is ready");
}

#[test]
fn a_long_sentence_that_somebody_waits_for_is_parted_until_it_is_ready() {
    let (_folder, config) = folder();
    let assistant = Assistant::open(&config).expect("the guide is in order");
    let voices = assistant::voices(&config).expect("`wenlu models fetch` has been run");
    let sentence = |text: &str, public| Utter {
        text: text.to_owned(),
        language: Language::Zh,
        pause: Duration::from_secs(1),
        public,
    };
    let long = sentence("带上身份证和户口本，到离家最近的图书馆去办。", true);
    let answer = [
        long.clone(),
        sentence("再等十五天，图书馆会打电话给您。", true),
    ];
    let hasten = |answer: &[Utter]| assistant.hasten(&voices, answer.to_vec(), Say::default());
    // In parts it may not come into the cache, and the pause stands before it once.
    let mut parts = [
        sentence("带上身份证和户口本，", false),
        sentence("到离家最近的图书馆去办。", false),
    ];
    parts[1].pause = Duration::ZERO;
    assert_eq!(hasten(&answer), [&parts[..], &answer[1..]].concat());
    let short = [sentence("好的，请说。", true)];
    assert_eq!(hasten(&short), short);

    let manner = assistant::manner(&config, Language::Zh);
    let whole = [(long.text.as_str(), manner)];
    render(&voices, whole, &mut |_| ControlFlow::Continue(())).expect("the voice works");
    assert_eq!(hasten(&answer), answer, "it is ready");
}

#[test]
fn what_is_needed_most_is_spoken_ahead_first() {
    let (_folder, config) = folder();
    let assistant = Assistant::open(&config).expect("the guide is in order");
    let ahead = |upto| assistant.sayings(&[Language::Zh], upto);
    let [openings, readings, answers] =
        [Ahead::Openings, Ahead::Readings, Ahead::Answers].map(ahead);
    assert!(openings.len() < readings.len() && readings.len() < answers.len());
    assert_eq!(openings[..], readings[..openings.len()]);
    assert_eq!(readings[..], answers[..readings.len()]);
    let (_, reply) = assistant.ask(Heard::in_language("借书证怎么办", Language::Zh));
    let is_opening = |(text, _): &(String, _)| *text == reply.say[0].text;
    assert!(openings.iter().any(is_opening), "{openings:?}");
}

/// What the recogniser is told to listen for, once it has heard something.
#[test]
fn names_of_services_in_doubt_are_listened_for() {
    #[track_caller]
    fn check(text: &str, language: Language, term: Option<&str>) {
        let terms = common::assistant().terms(&Transcript {
            text: text.to_owned(),
            language,
            confidence: 0.8,
            alternatives: Vec::new(),
        });
        match term {
            Some(term) => assert!(
                terms.iter().any(|it| it.contains(term)),
                "{text}: {terms:?}"
            ),
            None => assert_eq!(terms, [] as [&str; 0], "{text}"),
        }
    }
    check("杨老金今年长了多少", Language::Zh, Some("养老金"));
    check("我老爸日贪患能申请掌护鞋吗", Language::Zh, Some("长护险"));
    check(
        "I lost the card for the doctor",
        Language::En,
        Some("lost social security card"),
    );
    // It is plain what was meant.
    check("我的老年证丢了怎么办", Language::Zh, None);
    check("下一步", Language::Zh, None);
    check("read it once more please", Language::En, None);
    // Nobody is asked about danger by mistake.
    check("家里着火了", Language::Zh, None);
}
