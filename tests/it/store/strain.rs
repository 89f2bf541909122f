//! Many at once, a process that is killed, a server that goes away.

use std::io::{BufRead, BufReader, Write};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use wenlu::Language;
use wenlu::store::{LinkState, Store, Topic};

use super::postgres::Postgres;
use super::{NOW, block_on, link, on_both, open};

#[test]
fn writers_at_once_lose_nothing() {
    on_both(async |url| {
        const WRITERS: i64 = 8;
        const EACH: i64 = 25;
        // As two programs on one database.
        let stores = [open(&url).await, open(&url).await];
        let slot = ("cn", "papers", "a");
        let id = stores[0].add_version(slot, "", "li", NOW).await.unwrap();
        let mut writers = tokio::task::JoinSet::new();
        for n in 0..WRITERS {
            let store = stores[n as usize % 2].clone();
            writers.spawn(async move {
                for _ in 0..EACH {
                    store.count_use("a", Language::Zh, NOW).await.unwrap();
                    store.share(&link(NOW)).await.unwrap();
                    let own = store.add_version(slot, "", "li", NOW).await.unwrap();
                    store.publish(own, "li", NOW).await.unwrap();
                }
            });
        }
        while let Some(done) = writers.join_next().await {
            done.expect("no writer fails");
        }
        let store = &stores[0];
        assert_eq!(store.uses(0).await.unwrap()[0].count, WRITERS * EACH);
        let links = store.links_of("hall", NOW).await.unwrap();
        assert_eq!(links.len() as i64, WRITERS * EACH);
        let versions = store.versions("cn", "a").await.unwrap();
        let numbers: Vec<_> = versions.iter().rev().map(|v| v.number).collect();
        assert_eq!(numbers, (1..=WRITERS * EACH + 1).collect::<Vec<_>>());
        assert_eq!(store.published().await.unwrap().len(), 1, "beside {id}");
        let counter = store.counter(Topic::Guides).await.unwrap();
        assert_eq!(counter, WRITERS * EACH);
    });
}

/// Where the process that is killed finds its database.
const PREY: &str = "WENLU_TEST_WRITE_UNTIL_KILLED";

#[test]
fn what_was_acknowledged_survives_kill_9() {
    on_both(async |url| {
        drop(open(&url).await);
        let mut writer = Command::new(std::env::current_exe().unwrap())
            .args([
                "--exact",
                "store::strain::writes_until_killed",
                "--nocapture",
            ])
            .env(PREY, &url)
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let lines = BufReader::new(writer.stdout.take().unwrap()).lines();
        let mut acknowledged = Vec::new();
        for line in lines {
            let line = line.unwrap();
            if let Some(token) = line.strip_prefix("kept ") {
                acknowledged.push(token.to_owned());
            }
            // In the middle of a thousand; what it still says afterwards counts too.
            if acknowledged.len() == 500 {
                writer.kill().unwrap();
            }
        }
        assert!(!writer.wait().unwrap().success(), "it was killed");
        assert!((500..1000).contains(&acknowledged.len()));
        let store = open(&url).await;
        for token in &acknowledged {
            let state = store.link_by_token(token, NOW).await.unwrap();
            assert!(matches!(state, LinkState::Living(_)), "{token} is lost");
        }
        // At most the one that was on its way is there beside them.
        let kept = store.links_of("hall", NOW).await.unwrap().len();
        assert!((0..=1).contains(&(kept - acknowledged.len())));
        store.share(&link(NOW)).await.expect("and it goes on");
    });
}

/// Not a test by itself: the process that the test above kills.
#[test]
fn writes_until_killed() {
    let Ok(url) = std::env::var(PREY) else { return };
    block_on(async {
        let store = open(&url).await;
        for _ in 0..1000 {
            let shared = store.share(&link(NOW)).await.unwrap();
            let mut out = std::io::stdout().lock();
            writeln!(out, "\nkept {}", shared.token.as_str()).unwrap();
            out.flush().unwrap();
        }
    });
}

#[test]
fn a_publication_on_one_node_reaches_the_other_within_five_seconds() {
    on_both(async |url| {
        let (one, two) = (open(&url).await, open(&url).await);
        let mut seen = two.watch(Topic::Guides);
        let id = one
            .add_version(("cn", "papers", "a"), "", "li", NOW)
            .await
            .unwrap();
        // Watching has begun before the first change.
        tokio::time::sleep(Duration::from_millis(300)).await;
        one.publish(id, "li", NOW).await.unwrap();
        let changed = tokio::time::timeout(Duration::from_secs(5), seen.changed()).await;
        changed.expect("within five seconds").unwrap();
        assert_eq!(*seen.borrow(), 1);
    });
}

#[test]
fn a_server_that_was_away_is_found_again() {
    let mut server = Postgres::start();
    let url = server.database();
    block_on(async {
        let (store, other) = (open(&url).await, open(&url).await);
        let mut seen = store.watch(Topic::Guides);
        let slot = ("cn", "papers", "a");
        let id = store.add_version(slot, "", "li", NOW).await.unwrap();
        store.publish(id, "li", NOW).await.unwrap();
        seen.wait_for(|counter| *counter == 1).await.unwrap();

        server.stop();
        let since = Instant::now();
        let error = store.published().await.expect_err("it is away");
        assert!(error.is_away(), "{error:?}");
        assert!(since.elapsed() < Duration::from_secs(10), "and told soon");
        server.begin();

        other.publish(id, "li", NOW).await.expect("found again");
        let caught_up = seen.wait_for(|counter| *counter == 2);
        let caught_up = tokio::time::timeout(Duration::from_secs(15), caught_up).await;
        caught_up.expect("it catches up").unwrap();
        assert_eq!(store.published().await.unwrap().len(), 1);
    });
}

#[test]
fn an_address_that_is_none_is_told_without_its_password() {
    block_on(async {
        for url in ["mysql://u:secret@h/d", "", "wenlu.sqlite"] {
            let error = Store::open_url(url).await.err().expect("refused");
            let told = error.to_string();
            assert!(
                told.contains("store.url") && !told.contains("secret"),
                "{told}"
            );
        }
    });
}
