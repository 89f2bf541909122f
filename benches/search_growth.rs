//! How the search grows with the number of guides: `cargo bench --bench search_growth`.
//!
//! The guides are the project's own, and copies of them whose sentences are put together
//! from the halves of other guides' sentences, so that words are as common as in real ones.

use std::path::Path;
use std::time::{Duration, Instant};

use wenlu::Language;
use wenlu::knowledge::{Guide, GuideId, Knowledge, Text};
use wenlu::search::{Question, Searcher};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let real = Knowledge::load(&Path::new(env!("CARGO_MANIFEST_DIR")).join("knowledge"))?;
    let guides: Vec<Guide> = real.iter().cloned().collect();
    println!(
        "{:>7}  {:>9}  {:>10} {:>9}  {:>10} {:>9}",
        "guides", "build", "zh median", "p90", "en median", "p90"
    );
    for count in [guides.len(), 1_000, 10_000] {
        let knowledge: Knowledge = (0..count).map(|n| nth(&guides, n)).collect();
        let start = Instant::now();
        let searcher = Searcher::build(&knowledge)?;
        let build = start.elapsed();
        let [zh, en] = Language::ALL.map(|language| times(&searcher, &guides, language));
        println!(
            "{count:>7}  {build:>9.2?}  {:>10.2?} {:>9.2?}  {:>10.2?} {:>9.2?}",
            zh.0, zh.1, en.0, en.1
        );
    }
    Ok(())
}

/// The median and the ninetieth percentile of searches for sample questions, best of three each.
fn times(searcher: &Searcher, guides: &[Guide], language: Language) -> (Duration, Duration) {
    let questions: Vec<_> = guides
        .iter()
        .flat_map(|g| g.text(language).questions.iter().take(2))
        .collect();
    let once = |text: &str| {
        let start = Instant::now();
        std::hint::black_box(searcher.decide(&Question::typed(text, language)));
        start.elapsed()
    };
    let mut times: Vec<_> = questions
        .iter()
        .filter_map(|text| (0..3).map(|_| once(text)).min())
        .collect();
    times.sort();
    (times[times.len() / 2], times[times.len() * 9 / 10])
}

/// The guide itself, or one made of others' sentences.
fn nth(guides: &[Guide], n: usize) -> Guide {
    let mut guide = guides[n % guides.len()].clone();
    if n >= guides.len() {
        guide.id = GuideId::new(format!("generated-{n}"));
        for language in Language::ALL {
            let other = |i: usize| guides[(n * 31 + i * 17) % guides.len()].text(language);
            let text = match language {
                Language::Zh => &mut guide.zh,
                Language::En => &mut guide.en,
            };
            text.name = format!("{} {n}", text.name);
            mix(text, other);
        }
    }
    guide
}

fn mix<'a>(text: &mut Text, other: impl Fn(usize) -> &'a Text) {
    for (i, question) in text.questions.iter_mut().enumerate() {
        let other = other(i);
        *question =
            first_half(question) + &second_half(&other.questions[i % other.questions.len()]);
    }
}

fn first_half(text: &str) -> String {
    text.chars().take(text.chars().count() / 2).collect()
}

fn second_half(text: &str) -> String {
    text.chars().skip(text.chars().count() / 2).collect()
}
