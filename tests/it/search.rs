//! The search over the project's own guides. The sentences are written for these tests.

use std::path::Path;
use std::sync::OnceLock;

use wenlu::Language;
use wenlu::knowledge::{Danger, Knowledge};
use wenlu::search::{Decision, Question, Searcher};

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
