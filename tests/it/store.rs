//! What is kept, on SQLite and on a real PostgreSQL server.

mod postgres;
mod strain;

use std::future::Future;

use postgres::Postgres;
use wenlu::Language;
use wenlu::store::{
    Act, Card, Circle, DAY, Deed, Helper, LinkState, NewItem, NewLink, Role, Settings, Store,
    StoreError, TerminalState, VersionState, week_of,
};

/// Some day at noon.
const NOW: i64 = 1_780_000_000;

/// Runs a test on an empty database of each kind; `test` is given its address.
fn on_both<F: Future<Output = ()>>(test: impl Fn(String) -> F) {
    let folder = tempfile::tempdir().expect("a folder");
    let sqlite = Store::url_of_file(&folder.path().join("not yet there/a b.sqlite"));
    for url in [sqlite, Postgres::shared().database()] {
        block_on(test(url));
    }
}

fn block_on<T>(future: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build();
    runtime.expect("a runtime").block_on(future)
}

async fn open(url: &str) -> Store {
    Store::open_url(url).await.expect("it opens")
}

fn link(made: i64) -> NewLink {
    NewLink {
        guide: "medical-insurance".into(),
        region: "cn".into(),
        language: Language::Zh,
        step: 2,
        terminal: "hall".into(),
        made,
        expires: made + 30 * DAY,
    }
}

#[test]
fn links_are_valid_until_they_expire_or_are_withdrawn() {
    on_both(async |url| {
        let store = open(&url).await;
        let shared = store.share(&link(NOW)).await.unwrap();
        let (token, code) = (shared.token.as_str(), shared.code.as_str());
        let spaced = format!("{} {}", &code[..4], &code[4..]);
        let LinkState::Living(living) = store.link_by_code(&spaced, NOW).await.unwrap() else {
            panic!("the code opens it");
        };
        assert_eq!(living.what, link(NOW));
        assert_eq!(
            store
                .link_by_token(token, NOW + 30 * DAY - 1)
                .await
                .unwrap(),
            LinkState::Living(living.clone())
        );
        assert_eq!(
            store.link_by_token(token, NOW + 30 * DAY).await.unwrap(),
            LinkState::Expired(living.clone())
        );
        assert_eq!(store.links_of("hall", NOW).await.unwrap(), std::slice::from_ref(&living));
        assert!(store.links_of("other", NOW).await.unwrap().is_empty());

        assert!(!store.withdraw(&shared.id, "other", NOW).await.unwrap());
        assert!(store.withdraw(&shared.id, "hall", NOW).await.unwrap());
        assert!(!store.withdraw(&shared.id, "hall", NOW).await.unwrap());
        for state in [
            store.link_by_token(token, NOW).await.unwrap(),
            store.link_by_code(code, NOW + 99 * DAY).await.unwrap(),
        ] {
            assert_eq!(state, LinkState::Withdrawn(living.clone()));
        }
        assert!(store.links_of("hall", NOW).await.unwrap().is_empty());
        for strange in ["", "x", "' OR 1=1 --"] {
            let state = store.link_by_token(strange, NOW).await.unwrap();
            assert_eq!(state, LinkState::Unknown);
        }
    });
}

/// A circle with so many helpers.
async fn circle(store: &Store, helpers: usize) -> (Card, Vec<Helper>) {
    let card = store.make_circle("王奶奶", NOW).await.unwrap();
    let mut joined = Vec::new();
    for n in 0..helpers {
        let invitation = store.invite(&card.circle, NOW + 600).await.unwrap();
        let name = format!("helper {n}");
        let (helper, token) = store
            .join(invitation.as_str(), &name, NOW + n as i64)
            .await
            .unwrap()
            .expect("the invitation is valid");
        let known = store.helper_by_token(token.as_str()).await.unwrap();
        assert_eq!(known.as_ref(), Some(&helper));
        joined.push(helper);
    }
    (card, joined)
}

#[test]
fn six_may_help_and_no_more() {
    on_both(async |url| {
        let store = open(&url).await;
        let (card, helpers) = circle(&store, 6).await;
        assert_eq!(store.helpers(&card.circle).await.unwrap(), helpers);
        let seventh = store.invite(&card.circle, NOW + 600).await.unwrap();
        let refused = store.join(seventh.as_str(), "7", NOW).await;
        assert!(matches!(refused, Err(StoreError::Limit(_))), "{refused:?}");
        let first = &helpers[0].id;
        assert!(
            store
                .remove_helper(&card.circle, first, Act::Removed, NOW)
                .await
                .unwrap()
        );
        assert!(
            !store
                .remove_helper(&card.circle, first, Act::Removed, NOW)
                .await
                .unwrap()
        );
        // The refusal has not used the invitation up; once taken, it is.
        assert!(
            store
                .join(seventh.as_str(), "7", NOW)
                .await
                .unwrap()
                .is_some()
        );
        assert!(
            store
                .join(seventh.as_str(), "8", NOW)
                .await
                .unwrap()
                .is_none()
        );
        let late = store.invite(&card.circle, NOW).await.unwrap();
        assert!(
            store
                .join(late.as_str(), "late", NOW)
                .await
                .unwrap()
                .is_none()
        );
        let long = "很".repeat(21);
        assert!(store.make_circle(&long, NOW).await.is_err());
        assert!(store.make_circle(&"很".repeat(20), NOW).await.is_ok());
    });
}

#[test]
fn what_a_helper_prepares_is_heard_once_and_logged() {
    on_both(async |url| {
        let store = open(&url).await;
        let (card, helpers) = circle(&store, 2).await;
        let (_, strangers) = circle(&store, 1).await;
        let code = card.code.as_str();
        let found = store.circle_by_card(code, NOW).await.unwrap().unwrap();
        assert_eq!(
            (found.id, found.called),
            (card.circle.clone(), "王奶奶".into())
        );
        assert!(
            store
                .circle_by_card("0000000000", NOW)
                .await
                .unwrap()
                .is_none()
        );

        let item = NewItem {
            guide: "medical-insurance".into(),
            ticked: vec!["绿本子".into(), "身份证".into()],
            appointment: "周三上午九点".into(),
            note: "很".repeat(200),
        };
        let id = store.prepare(&helpers[0], &item, NOW + 10).await.unwrap();
        let long = NewItem {
            note: "很".repeat(201),
            ..item.clone()
        };
        assert!(store.prepare(&helpers[0], &long, NOW).await.is_err());
        for other in [&helpers[1], &strangers[0]] {
            assert!(!store.change_item(other, &id, &item, NOW).await.unwrap());
            assert!(!store.take_back(other, &id, NOW).await.unwrap());
        }
        assert!(
            !store
                .mark_heard(&strangers[0].circle, &id, NOW)
                .await
                .unwrap()
        );
        let kept = &store.items(&card.circle).await.unwrap()[0];
        assert_eq!((&kept.what, kept.heard), (&item, None));
        assert!(store.mark_heard(&card.circle, &id, NOW + 20).await.unwrap());
        assert!(!store.mark_heard(&card.circle, &id, NOW + 30).await.unwrap());
        // Changed, it is new again; and it outlives the helper.
        assert!(
            store
                .change_item(&helpers[0], &id, &item, NOW + 40)
                .await
                .unwrap()
        );
        let (circle, helper) = (&card.circle, &helpers[0].id);
        assert!(
            store
                .remove_helper(circle, helper, Act::Left, NOW + 50)
                .await
                .unwrap()
        );
        let kept = &store.items(circle).await.unwrap()[0];
        assert_eq!((kept.helper.as_ref(), kept.heard), (None, None));
        assert_eq!(kept.helper_name, "helper 0");

        let log = store.circle_log(circle, 100).await.unwrap();
        let acts: Vec<_> = log.iter().rev().map(|entry| entry.act).collect();
        use Act::{Heard, Joined, Left, Made, Prepared};
        assert_eq!(
            acts,
            [Made, Joined, Joined, Prepared, Heard, Prepared, Left]
        );
        assert!(store.remove_circle(circle).await.unwrap());
        assert!(store.circle(circle).await.unwrap().is_none());
        assert!(store.items(circle).await.unwrap().is_empty());
        assert!(store.circle_log(circle, 100).await.unwrap().is_empty());
        assert!(store.circle(&strangers[0].circle).await.unwrap().is_some());
    });
}

#[test]
fn staff_sign_in_and_out() {
    on_both(async |url| {
        let store = open(&url).await;
        let password = "correct horse";
        let short = store.add_account("li", Role::Staff, "short", NOW).await;
        assert!(matches!(short, Err(StoreError::Limit(_))));
        let account = store
            .add_account("li", Role::Staff, password, NOW)
            .await
            .unwrap();
        let again = store.add_account("li", Role::Manager, password, NOW).await;
        assert!(matches!(again, Err(StoreError::Taken(_))));
        let sign_in =
            async |name, password| store.account_by_password(name, password).await.unwrap();
        assert_eq!(sign_in("li", password).await, Some(account.clone()));
        assert_eq!(sign_in("li", "correct horsE").await, None);
        assert_eq!(sign_in("nobody", password).await, None);

        let token = store
            .begin_session(&account.id, NOW, NOW + 60)
            .await
            .unwrap();
        let session = async |now| store.session(token.as_str(), now).await.unwrap();
        assert_eq!(
            session(NOW + 59).await.map(|s| s.account),
            Some(account.clone())
        );
        assert_eq!(session(NOW + 60).await, None);
        store.end_session(token.as_str()).await.unwrap();
        assert_eq!(session(NOW).await, None);

        let token = store
            .begin_session(&account.id, NOW, NOW + 60)
            .await
            .unwrap();
        store.disable_account(&account.id, Some(NOW)).await.unwrap();
        assert_eq!(store.session(token.as_str(), NOW).await.unwrap(), None);
        assert_eq!(sign_in("li", password).await, None);

        for n in 0..8 {
            assert!(!store.is_locked("li", NOW + n).await.unwrap());
            store.note_failure("li", NOW + n).await.unwrap();
        }
        assert!(store.is_locked("li", NOW + 8).await.unwrap());
        assert!(!store.is_locked("other", NOW + 8).await.unwrap());
        assert!(!store.is_locked("li", NOW + 1000).await.unwrap());
    });
}

#[test]
fn one_version_of_a_guide_is_in_service() {
    on_both(async |url| {
        let store = open(&url).await;
        let slot = ("cn", "papers", "library-card");
        let mut ids = Vec::new();
        for text in ["one", "two", "three"] {
            ids.push(store.add_version(slot, text, "li", NOW).await.unwrap());
        }
        let states = async || {
            let versions = store.versions("cn", "library-card").await.unwrap();
            versions
                .into_iter()
                .rev()
                .map(|v| v.state)
                .collect::<Vec<_>>()
        };
        use VersionState::{Draft, Published, Replaced, RolledBack};
        assert_eq!(states().await, [Draft; 3]);
        assert!(store.publish(ids[0], "li", NOW).await.unwrap());
        assert!(store.publish(ids[1], "li", NOW).await.unwrap());
        assert_eq!(states().await, [Replaced, Published, Draft]);
        assert!(store.roll_back(ids[0], "wang", NOW).await.unwrap());
        assert_eq!(states().await, [Published, RolledBack, Draft]);
        let published = store.published().await.unwrap();
        assert_eq!(published.len(), 1);
        let one = (published[0].number, published[0].text.as_str());
        assert_eq!(
            (one, published[0].decided_by.as_str()),
            ((1, "one"), "wang")
        );
        assert!(
            store
                .unpublish("cn", "library-card", "li", NOW)
                .await
                .unwrap()
        );
        assert!(store.published().await.unwrap().is_empty());
        assert!(!store.publish(999, "li", NOW).await.unwrap());
        let newest = store.newest_versions().await.unwrap();
        assert_eq!(newest.iter().map(|v| v.number).collect::<Vec<_>>(), [3]);
    });
}

#[test]
fn figures_are_counts_by_week() {
    on_both(async |url| {
        let store = open(&url).await;
        for day in [0, 1, 7] {
            store
                .count_use("a", Language::Zh, NOW + day * DAY)
                .await
                .unwrap();
        }
        let uses = store.uses(week_of(NOW)).await.unwrap();
        assert_eq!(uses.iter().map(|u| u.count).sum::<i64>(), 3);
        assert_eq!(uses.last().unwrap().week, week_of(NOW + 7 * DAY));
        for day in [0, 7] {
            store
                .note_unanswered(Language::Zh, "怎么办＊＊＊", NOW + day * DAY)
                .await
                .unwrap();
        }
        store
            .note_unanswered(Language::En, "what", NOW)
            .await
            .unwrap();
        let asked = store.unanswered().await.unwrap();
        assert_eq!(
            (asked[0].text.as_str(), asked[0].count),
            ("怎么办＊＊＊", 2)
        );
        store
            .forget_unanswered(Language::Zh, "怎么办＊＊＊")
            .await
            .unwrap();
        assert_eq!(store.unanswered().await.unwrap().len(), 1);
    });
}

/// Something of everything.
async fn fill(store: &Store) {
    store.share(&link(NOW)).await.unwrap();
    let (card, helpers) = circle(store, 2).await;
    let item = NewItem {
        guide: "a".into(),
        note: "'\"\\\n好".into(),
        ..NewItem::default()
    };
    let id = store.prepare(&helpers[0], &item, NOW).await.unwrap();
    store.mark_heard(&card.circle, &id, NOW).await.unwrap();
    store.prepare(&helpers[1], &item, NOW).await.unwrap();
    let account = store
        .add_account("li", Role::Manager, "correct horse", NOW)
        .await
        .unwrap();
    store
        .begin_session(&account.id, NOW, NOW + 60)
        .await
        .unwrap();
    store.note_failure("li", NOW).await.unwrap();
    let version = store
        .add_version(("cn", "papers", "a"), "id = 1", "li", NOW)
        .await
        .unwrap();
    store.publish(version, "li", NOW).await.unwrap();
    store.count_use("a", Language::Zh, NOW).await.unwrap();
    store
        .note_unanswered(Language::En, "what", NOW)
        .await
        .unwrap();
    let terminal = TerminalState {
        id: "t".into(),
        name: String::new(),
        seen: NOW,
        volume: 80,
        languages: "zh en".into(),
        idle: 5,
        microphone: String::new(),
    };
    store.report(&terminal).await.unwrap();
    let deed = Deed {
        at: NOW,
        who: "li".into(),
        act: "publish".into(),
        what: "a".into(),
    };
    store.note_deed(&deed).await.unwrap();
    let settings = Settings {
        keep_unanswered: true,
        ..Settings::default()
    };
    store.set_settings(&settings).await.unwrap();
}

#[test]
fn nothing_is_kept_longer_than_the_centre_says() {
    on_both(async |url| {
        let store = open(&url).await;
        fill(&store).await;
        let at_once = store.sweep(NOW).await.unwrap();
        assert_eq!(at_once, wenlu::store::Swept::default());
        let keep = Settings::default().retention;
        // After each time, exactly what has had its time is gone.
        let day = async |days: i64| store.sweep(NOW + days * DAY + 7 * DAY).await.unwrap();
        let swept = day(1).await;
        assert_eq!((swept.sessions, swept.attempts, swept.links), (1, 1, 0));
        assert_eq!(day(keep.link_valid + keep.link_ended).await.links, 1);
        let swept = day(keep.circle_items).await;
        assert_eq!((swept.items, swept.unanswered, swept.terminals), (2, 1, 1));
        let swept = day(keep.circle_unused).await;
        assert_eq!((swept.circles, swept.figures), (1, 0));
        assert_eq!(day(keep.figures).await.figures, 1);
        assert_eq!(day(keep.audit).await.audit, 1);
        assert_eq!(store.accounts().await.unwrap().len(), 1);
        assert_eq!(store.published().await.unwrap().len(), 1);
    });
}

#[test]
fn what_a_centre_turns_off_is_forgotten_and_times_keep_their_bounds() {
    on_both(async |url| {
        let store = open(&url).await;
        fill(&store).await;
        let mut settings = store.settings().await.unwrap();
        settings.keep_unanswered = false;
        settings.retention.link_valid = 100_000;
        settings.retention.audit = 0;
        store.set_settings(&settings).await.unwrap();
        assert_eq!(store.sweep(NOW).await.unwrap().unanswered, 1);
        let keep = store.settings().await.unwrap().retention;
        assert_eq!((keep.link_valid, keep.audit), (90, 180));
        store.erase_people().await.unwrap();
        assert!(store.links_of("hall", NOW).await.unwrap().is_empty());
        assert!(store.uses(0).await.unwrap().is_empty());
        assert_eq!(store.accounts().await.unwrap().len(), 1);
        store.erase_all().await.unwrap();
        assert!(store.accounts().await.unwrap().is_empty());
        assert_eq!(store.settings().await.unwrap(), Settings::default());
    });
}

#[test]
fn an_earlier_layout_is_brought_up_to_date_with_all_it_holds() {
    for layout in 0..Store::LAYOUT {
        on_both(async |url| {
            let old = Store::open_at(&url, layout).await.unwrap();
            let shared = match layout {
                1.. => Some(old.share(&link(NOW)).await.unwrap()),
                _ => None,
            };
            let card = match layout {
                2.. => Some(old.make_circle("王", NOW).await.unwrap()),
                _ => None,
            };
            if layout >= 3 {
                let added = old.add_account("old", Role::Staff, "correct horse", NOW);
                added.await.unwrap();
            }
            if layout >= 4 {
                let slot = ("cn", "papers", "old");
                old.add_version(slot, "text", "old", NOW).await.unwrap();
            }
            drop(old);
            let store = open(&url).await;
            if let Some(shared) = shared {
                let state = store
                    .link_by_token(shared.token.as_str(), NOW)
                    .await
                    .unwrap();
                assert!(matches!(state, LinkState::Living(_)), "{layout}");
            }
            if let Some(card) = card {
                let circle = store.circle(&card.circle).await.unwrap();
                assert_eq!(circle.map(|c: Circle| c.called).as_deref(), Some("王"));
            }
            let accounts = store.accounts().await.unwrap().len();
            assert_eq!(accounts, usize::from(layout >= 3));
            let versions = store.versions("cn", "old").await.unwrap().len();
            assert_eq!(versions, usize::from(layout >= 4));
            fill(&store).await;
        });
    }
}

#[test]
fn a_database_of_a_newer_program_is_left_alone() {
    on_both(async |url| {
        drop(open(&url).await);
        let mut raw = sqlx::AnyConnection::connect(&url).await.unwrap();
        let newer = "INSERT INTO _sqlx_migrations \
            (version, description, success, checksum, execution_time) \
            SELECT 99, description, success, checksum, 0 FROM _sqlx_migrations WHERE version = 1";
        use sqlx::Connection;
        sqlx::raw_sql(newer).execute(&mut raw).await.unwrap();
        for _ in 0..2 {
            match Store::open_url(&url).await.err() {
                Some(StoreError::Newer { found: 99, known }) => assert_eq!(known, Store::LAYOUT),
                other => panic!("{other:?}"),
            }
        }
    });
}

async fn backup(store: &Store) -> Vec<u8> {
    let mut bytes = Vec::new();
    store.backup(&mut bytes).await.expect("a backup");
    bytes
}

#[test]
fn a_backup_restores_everything_byte_for_byte_in_either_database() {
    on_both(async |from| {
        let store = open(&from).await;
        fill(&store).await;
        let first = backup(&store).await;
        let folder = tempfile::tempdir().unwrap();
        let sqlite = Store::url_of_file(&folder.path().join("b.sqlite"));
        for to in [sqlite, Postgres::shared().database()] {
            let other = open(&to).await;
            // What was there before goes.
            other
                .add_account("before", Role::Staff, "correct horse", NOW)
                .await
                .unwrap();
            other.restore(&mut first.as_slice()).await.unwrap();
            assert_eq!(backup(&other).await, first, "{from} → {to}");
            // And it goes on counting.
            let slot = ("cn", "papers", "a");
            let id = other.add_version(slot, "next", "li", NOW).await.unwrap();
            assert_eq!(other.version(id).await.unwrap().unwrap().number, 2);
        }
    });
}

#[test]
fn a_damaged_backup_changes_nothing() {
    on_both(async |url| {
        let store = open(&url).await;
        fill(&store).await;
        let good = backup(&store).await;
        let text = String::from_utf8(good.clone()).unwrap();
        let damaged = [
            text[..text.len() / 2].to_owned(),
            text.lines()
                .take(3)
                .map(|line| format!("{line}\n"))
                .collect(),
            text.replacen("hall", "ball", 1),
            text.replacen("[\"links\"", "[\"links; DROP TABLE staff\"", 1),
            "{}\n".into(),
            String::new(),
        ];
        for bad in damaged {
            let refused = store.restore(&mut bad.as_bytes()).await;
            assert!(matches!(refused, Err(StoreError::Backup(_))), "{refused:?}");
            assert_eq!(backup(&store).await, good);
        }
    });
}
