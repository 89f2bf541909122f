//! All that is kept, together: how long, in which layout, in backups.

use wenlu::Language;
use wenlu::store::{
    Circle, DAY, Deed, LinkState, NewItem, Role, Settings, Store, StoreError, TerminalState,
};

use super::postgres::Postgres;
use super::{NOW, circle, link, on_both, open};

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
    store.count_use("a", Language::Zh, 1, NOW).await.unwrap();
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

/// Runs the program on a database, with a line for its input.
fn program(config: &std::path::Path, args: &[&str], input: &str) -> std::process::Output {
    use std::io::Write;
    let mut child = crate::common::wenlu()
        .arg("--config")
        .arg(config)
        .args(args)
        .stdin(std::process::Stdio::piped())
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::piped())
        .spawn()
        .expect("the program starts");
    let mut pipe = child.stdin.take().expect("piped");
    pipe.write_all(input.as_bytes()).expect("it reads");
    drop(pipe);
    child.wait_with_output().expect("it ends")
}

#[test]
fn the_program_makes_accounts_backs_up_and_restores() {
    let folder = tempfile::tempdir().unwrap();
    let config = |name: &str| {
        let url = Store::url_of_file(&folder.path().join(name));
        let file = folder.path().join(format!("{name}.toml"));
        std::fs::write(&file, format!("[store]\nurl = {url:?}\n")).unwrap();
        file
    };
    let (one, two) = (config("one"), config("two"));
    let add = ["staff", "add", "wang", "--role", "manager"];
    let refused = program(&one, &add, "short\n");
    assert_eq!(refused.status.code(), Some(1));
    let told = crate::common::stderr(&refused);
    assert!(told.contains("at least 10 characters"), "{told}");
    let added = program(&one, &add, "green booklet on Wednesday\n");
    assert!(added.status.success(), "{}", crate::common::stderr(&added));

    let backup = folder.path().join("backup.jsonl");
    let backup = backup.to_str().unwrap();
    assert!(program(&one, &["backup", backup], "").status.success());
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = std::fs::metadata(backup).unwrap().permissions().mode();
        assert_eq!(mode & 0o077, 0, "others may not read it");
    }
    assert!(
        !program(&one, &["backup", backup], "").status.success(),
        "it is there already"
    );
    let restored = program(&two, &["restore", backup], "");
    assert!(
        restored.status.success(),
        "{}",
        crate::common::stderr(&restored)
    );
    let list = program(&two, &["staff", "list"], "");
    assert_eq!(crate::common::stdout(&list), "wang  manager\n");
    let again = program(&two, &["restore", backup], "");
    assert!(crate::common::stderr(&again).contains("--replace"));
    assert!(
        program(&two, &["restore", backup, "--replace"], "")
            .status
            .success()
    );
}
