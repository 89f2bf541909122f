//! How the search grows with the number of guides: `cargo bench --bench search_growth`; with
//! `taskset -c 0` before it, on one core; with `-- 1000` at its end, for so many guides only.
//!
//! The guides are the project's own, and more that are made of them. For the first opinion
//! their sentences are put together from the halves of other guides' sentences, so that words
//! are as common as in real ones. For the second they are copies, since computing the vectors
//! of hundreds of thousands of sentences would take an hour and their number is all that
//! counts; it is asked questions made of halves, of which the first opinion is never sure.

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use wenlu::Language;
use wenlu::knowledge::{Guide, GuideId, Knowledge, Text};
use wenlu::search::{Meaning, Question, Searcher, Vectors};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let checkout = Path::new(env!("CARGO_MANIFEST_DIR"));
    let real = Knowledge::load(&checkout.join("knowledge"))?;
    let guides: Vec<Guide> = real.iter().cloned().collect();
    let given: Vec<usize> = std::env::args()
        .filter_map(|arg| arg.parse().ok())
        .collect();
    let counts = match given.as_slice() {
        [] => vec![guides.len(), 1_000, 10_000],
        given => given.to_vec(),
    };

    println!("| guides | built in | zh: median ms | 90 % | en: median ms | 90 % |");
    println!("|---|---|---|---|---|---|");
    for &count in &counts {
        let knowledge: Knowledge = (0..count).map(|n| mixed(&guides, n)).collect();
        let start = Instant::now();
        let searcher = Searcher::build(&knowledge)?;
        let build = start.elapsed().as_secs_f32();
        let [zh, en] = Language::ALL.map(|language| times(&searcher, &asked(&guides, language)));
        println!("| {count} | {build:.2} s | {zh} | {en} |");
    }

    let meaning = Arc::new(Meaning::load(
        &checkout.join("models/files/e5-small-q4.bin"),
    )?);
    let mut vectors = Vectors::default();
    let searcher = Searcher::build(&real)?;
    vectors.learn(&searcher.sentences().collect::<Vec<_>>(), &meaning, &|_| {});
    println!("\nWith the second opinion:\n");
    println!("| guides | zh: median ms | 90 % | en: median ms | 90 % |");
    println!("|---|---|---|---|---|");
    for count in counts {
        let knowledge: Knowledge = (0..count).map(|n| copied(&guides, n)).collect();
        let searcher = Searcher::build(&knowledge)?;
        assert!(
            searcher.understand(&meaning, &vectors),
            "all vectors are known"
        );
        let [zh, en] = Language::ALL.map(|language| times(&searcher, &puzzling(&guides, language)));
        println!("| {count} | {zh} | {en} |");
    }
    Ok(())
}

/// Two sample questions of each guide.
fn asked(guides: &[Guide], language: Language) -> Vec<(String, Language)> {
    let questions = guides
        .iter()
        .flat_map(|g| g.text(language).questions.iter().take(2));
    questions.map(|text| (text.clone(), language)).collect()
}

/// Questions of two halves that do not belong together.
fn puzzling(guides: &[Guide], language: Language) -> Vec<(String, Language)> {
    let question = |i: usize| &guides[i % guides.len()].text(language).questions[i % 5];
    let halves = |i| first_half(question(i)) + &second_half(question(i * 31 + 7));
    (0..guides.len()).map(|i| (halves(i), language)).collect()
}

/// The median and the ninetieth percentile in milliseconds, best of three each.
fn times(searcher: &Searcher, questions: &[(String, Language)]) -> String {
    let once = |(text, language): &(String, Language)| {
        let start = Instant::now();
        std::hint::black_box(searcher.decide(&Question::typed(text, *language)));
        start.elapsed()
    };
    let best = |question| (0..3).map(|_| once(question)).min();
    let mut times: Vec<Duration> = questions.iter().filter_map(best).collect();
    times.sort();
    let ms = |part: usize| times[times.len() * part / 10].as_secs_f64() * 1000.0;
    format!("{:.1} | {:.1}", ms(5), ms(9))
}

/// The guide itself, or a copy of it.
fn copied(guides: &[Guide], n: usize) -> Guide {
    let mut guide = guides[n % guides.len()].clone();
    if n >= guides.len() {
        guide.id = GuideId::new(format!("generated-{n}"));
    }
    guide
}

/// The guide itself, or one made of others' sentences.
fn mixed(guides: &[Guide], n: usize) -> Guide {
    let mut guide = copied(guides, n);
    if n >= guides.len() {
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
