//! Several servers on one PostgreSQL: what one publishes, what happens when one or the
//! database goes.

use std::time::{Duration, Instant};

use wenlu::store::{LinkState, NewLink, Store};

use super::House;
use super::staff::{get, house_on, post, seal, sign_in};
use crate::common::checkout;
use crate::store::postgres::Postgres;

const TITLE: &str = "办一张老年证";

/// A text within a form.
fn escape(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02X}")).collect()
}

/// What a node answers to a question.
fn ask(house: &House) -> String {
    let question = "{\"text\":\"老年证在哪儿办\"}";
    let answer = super::post(
        &house.url("/api/v1/ask"),
        "application/json",
        question.as_bytes(),
    );
    assert_eq!(answer.status, 200, "{}", answer.text());
    let answer = answer.json();
    assert_eq!(answer["guide"], "elder-card", "{answer}");
    answer["screen"]["title"]
        .as_str()
        .expect("a title")
        .to_owned()
}

/// Waits until it is so; how long that took.
#[track_caller]
fn until(what: &str, so: impl Fn() -> bool) -> Duration {
    let since = Instant::now();
    while !so() {
        assert!(
            since.elapsed() < Duration::from_secs(60),
            "waited for: {what}"
        );
        std::thread::sleep(Duration::from_millis(100));
    }
    since.elapsed()
}

/// Writes a version with another title at a node, and publishes it there.
fn publish(house: &House, cookie: &str) {
    let file = checkout("knowledge/cn/papers/elder-card.toml");
    let text = std::fs::read_to_string(file).expect("the guide");
    let text = text.replacen("办理老年优待证", TITLE, 1);
    let seal = seal(house, cookie);
    let form = format!(
        "seal={seal}&action=save&category=papers&toml={}",
        escape(&text)
    );
    let saved = post(
        house,
        "/staff/guides/elder-card",
        &[("cookie", cookie)],
        &form,
    );
    assert_eq!(saved.status, 303, "{}", saved.text());
    let version = saved.header("location").split('?').next().expect("a path");
    let form = format!("seal={seal}");
    let publish = format!("{version}/publish");
    let published = post(house, &publish, &[("cookie", cookie)], &form);
    assert!(published.header("location").contains("done=published"));
}

#[test]
fn two_nodes_share_one_database() {
    let mut database = Postgres::start();
    let url = database.database();
    let folders = [(); 2].map(|()| tempfile::tempdir().expect("a folder"));
    let one = house_on(folders[0].path(), &url);
    let two = house_on(folders[1].path(), &url);
    let before = ask(&two);

    // Published on one, asked on the other.
    let li = sign_in(&one, "li");
    publish(&one, &li);
    let took = until("the other answers anew", || ask(&two) == TITLE);
    println!(
        "asked on the other node {} ms after it was published",
        took.as_millis()
    );
    until("it answers itself", || ask(&one) == TITLE);
    // Whoever has signed in at one is known at the other.
    assert_eq!(get(&two, "/staff", &li).status, 200);

    // A link made on one.
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let now = 1_780_000_000;
    let link = NewLink {
        guide: "elder-card".into(),
        region: "cn".into(),
        language: wenlu::Language::Zh,
        step: 1,
        terminal: "one".into(),
        made: now,
        expires: now + 1000,
    };
    let store = runtime.block_on(Store::open_url(&url)).expect("it opens");
    let shared = runtime.block_on(store.share(&link)).expect("shared");

    // One stops: nothing is lost.
    drop(one);
    assert_eq!(ask(&two), TITLE);
    assert_eq!(get(&two, "/staff", &li).status, 200);
    let state = runtime.block_on(store.link_by_token(shared.token.as_str(), now));
    assert!(matches!(state.expect("it answers"), LinkState::Living(_)));

    // The database goes: the terminals go on, and the staff's pages say so.
    database.stop();
    assert_eq!(ask(&two), TITLE);
    let away = get(&two, "/staff", &li);
    assert_eq!(away.status, 503, "{}", away.text());
    assert!(away.text().contains("数据库没有回应"));
    // A node that starts meanwhile works from its copy of what was published.
    let one = House::keeping(folders[0].path(), |config| {
        config.store.url = Some(url.clone());
    });
    assert_eq!(ask(&one), TITLE);
    std::thread::sleep(Duration::from_secs(12));
    assert_eq!(ask(&two), TITLE);

    // It is back: both find it again by themselves.
    database.begin();
    until("one finds it", || get(&one, "/staff", &li).status == 200);
    until("the other finds it", || {
        get(&two, "/staff", &li).status == 200
    });
    let form = format!("seal={}", seal(&two, &li));
    let path = "/staff/guides/elder-card/unpublish";
    assert_eq!(post(&two, path, &[("cookie", &li)], &form).status, 303);
    until("both tell the file's guide again", || {
        ask(&one) == before && ask(&two) == before
    });
}
