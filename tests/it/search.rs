//! The search over the project's own guides. The sentences are written for these tests.

use std::path::Path;
use std::sync::{Arc, OnceLock};

use wenlu::Language;
use wenlu::assistant::Effort;
use wenlu::knowledge::{Danger, Knowledge};
use wenlu::search::{Decision, Meaning, Question, Searcher, Vectors};

use crate::common::assistant;

fn searcher() -> &'static Searcher {
    static SEARCHER: OnceLock<Searcher> = OnceLock::new();
    SEARCHER.get_or_init(|| {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("knowledge");
        Searcher::build(&Knowledge::load(&folder).unwrap()).unwrap()
    })
}

fn decide(text: &str) -> Decision {
    searcher().decide(&Question::typed(text, Language::of_text(text)))
}

#[test]
fn finds_guides() {
    #[track_caller]
    fn check(text: &str, guide: &str) {
        match decide(text) {
            Decision::Answer(candidates) => assert_eq!(candidates[0].id.as_str(), guide, "{text}"),
            Decision::Choose(candidates) => {
                assert!(
                    candidates.iter().any(|c| c.id.as_str() == guide),
                    "{text}: {candidates:?}"
                );
            }
            other => panic!("{text}: {other:?}"),
        }
    }
    check("社保卡找不到了，补一张要多久", "social-card-lost");
    check("水费在哪里交", "water-bill");
    check("想给浴室装几个扶手", "home-adaptation");
    check("立遗嘱要去哪里", "notary-will");
    check("我想報名老年大學", "elder-university");
    // Misheard: 高龄津贴, 家庭医生签约, 公租房申请.
    check("高零今天怎么领", "old-age-allowance");
    check("家庭一生千月", "family-doctor");
    check("公组房神情", "public-housing");
    check("Where do I pay for my electricity?", "electricity-bill");
    check("I would like to make a will", "notary-will");
    check("pay my walter bill", "water-bill");
}

#[test]
fn refuses_what_no_guide_answers() {
    let assistant = assistant();
    assistant
        .understand(Effort::Full, &|_, _| {})
        .expect("`wenlu models fetch` has been run");
    let check = |text: &str| {
        let decision = assistant.decide(&Question::typed(text, Language::of_text(text)));
        assert!(
            matches!(decision, Decision::Unknown(_)),
            "{text}: {decision:?}"
        );
    };
    check("后天会不会刮大风");
    check("给我说个笑话解解闷");
    check("萝卜怎么炖好吃");
    check("Is it going to be sunny on Sunday?");
    check("Sing something for me");
}

#[test]
fn danger_goes_first() {
    #[track_caller]
    fn check(text: &str, danger: Danger, guide: &str) {
        match decide(text) {
            Decision::Danger(found, candidate) => {
                assert_eq!((found, candidate.id.as_str()), (danger, guide), "{text}");
            }
            other => panic!("{text}: {other:?}"),
        }
    }
    check(
        "我想问养老金，哎呀，我胸口疼得很",
        Danger::Emergency,
        "emergency",
    );
    check(
        "有人打电话叫我把钱转到安全账户",
        Danger::Scam,
        "fraud-report",
    );
    check(
        "My husband fell and he can't get up",
        Danger::Emergency,
        "emergency",
    );
}

#[test]
fn a_hypothesis_of_the_recogniser_can_help() {
    let is_offered = |alternatives: &[String]| {
        let decision = searcher().decide(&Question {
            text: "衣宝咖啡",
            language: Language::Zh,
            confidence: 0.3,
            alternatives,
        });
        match decision {
            Decision::Choose(guides) => guides.iter().any(|g| g.id.as_str() == "social-card-lost"),
            _ => false,
        }
    };
    assert!(is_offered(&["医保卡丢了".to_owned()]));
    assert!(!is_offered(&[]));
}

/// What was heard badly is less believed: a choice is offered where typed words are answered.
#[test]
fn doubtful_words_are_believed_less() {
    let answers = |confidence: f32| {
        let questions = [
            "水费电费在哪里交",
            "医保卡丢了",
            "老年证怎么办",
            "高龄补贴多少钱",
            "挂号挂不上",
            "退休金认证",
        ];
        let decisions = questions.map(|text| {
            searcher().decide(&Question {
                confidence,
                ..Question::typed(text, Language::Zh)
            })
        });
        let refused = |d: &Decision| matches!(d, Decision::Unknown(_));
        assert!(!decisions.iter().any(refused));
        let answered = |d: &&Decision| matches!(d, Decision::Answer(_));
        decisions.iter().filter(answered).count()
    };
    let (typed, doubted) = (answers(1.0), answers(0.3));
    assert!(doubted < typed, "{doubted}, {typed}");
}

#[test]
fn odd_questions_do_no_harm() {
    for text in [
        "",
        " ",
        "，。",
        "啊",
        "？？？",
        "🙂",
        "a",
        "1",
        &"老".repeat(5_000),
        &"word ".repeat(2_000),
    ] {
        let _ = decide(text);
    }
}

#[test]
fn probabilities_are_probabilities() {
    for text in ["老年证怎么办", "天气", "senior card"] {
        let ranking = searcher().rank(&Question::typed(text, Language::of_text(text)));
        let sum: f32 = ranking.candidates.iter().map(|c| c.score).sum();
        assert!(
            (sum + ranking.none - 1.0).abs() < 1e-3,
            "{text}: {sum} + {}",
            ranking.none
        );
        assert!(ranking.candidates.is_sorted_by(|a, b| a.score >= b.score));
    }
}

/// A sample question should find its own guide even if it is taken away itself. By words and
/// sounds alone a fifth of them, the vague ones, do not.
#[test]
fn sample_questions_find_their_guide() {
    let misled = searcher().misled();
    assert!(
        misled.len() < 600,
        "{} sample questions find another guide first",
        misled.len()
    );
}

/// The sentence model finds what words and sounds do not.
#[test]
fn the_second_opinion_understands_what_is_not_named() {
    let library = Knowledge::load(&Path::new(env!("CARGO_MANIFEST_DIR")).join("knowledge"));
    let some = ["water-bill", "notary-will", "elevator", "family-doctor"];
    let guides = library.unwrap();
    let guides = guides.iter().filter(|g| some.contains(&g.id.as_str()));
    let searcher = Searcher::build(&guides.cloned().collect()).unwrap();
    let model = Path::new(env!("CARGO_MANIFEST_DIR")).join("models/files/e5-small-q4.bin");
    let meaning = Arc::new(Meaning::load(&model).unwrap());
    let mut vectors = Vectors::default();
    assert!(!searcher.understand(&meaning, &vectors) && !searcher.understands());
    let sentences: Vec<_> = searcher.sentences().collect();
    vectors.learn(&sentences, &meaning, &|_| {});
    assert!(searcher.understand(&meaning, &vectors) && searcher.understands());

    #[track_caller]
    fn check(searcher: &Searcher, text: &str, guide: &str) {
        let ranking = searcher.rank(&Question::typed(text, Language::of_text(text)));
        assert_eq!(
            ranking.candidates[0].id.as_str(),
            guide,
            "{text}: {ranking:?}"
        );
    }
    check(
        &searcher,
        "百年之后这些家当归谁，我想先写清楚",
        "notary-will",
    );
    check(&searcher, "七楼爬不动了，全楼都盼着装一部", "elevator");
    check(
        &searcher,
        "I want my belongings to go to my niece when I die",
        "notary-will",
    );
}
