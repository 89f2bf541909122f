//! The staff's pages, asked by programs: who gets in, and who does not.

use serde_json::json;
use wenlu::store::{Role, Store};

use super::{Answer, House, Terminal, agent, answer};
use crate::virtual_audio::wait_for;

pub const PASSWORD: &str = "green booklet on Wednesday";

/// Every page, and every form's address.
const PAGES: [&str; 12] = [
    "/staff",
    "/staff/guides",
    "/staff/guides/elder-card",
    "/staff/guides/elder-card/versions",
    "/staff/versions/1",
    "/staff/versions/1/speech?lang=zh&part=0",
    "/staff/figures",
    "/staff/questions",
    "/staff/terminals",
    "/staff/accounts",
    "/staff/data",
    "/staff/log",
];
const FORMS: [&str; 11] = [
    "/staff/guides",
    "/staff/guides/elder-card",
    "/staff/guides/elder-card/unpublish",
    "/staff/versions/1/publish",
    "/staff/versions/1/roll-back",
    "/staff/questions",
    "/staff/terminals",
    "/staff/accounts",
    "/staff/data",
    "/staff/data/export",
    "/staff/sign-out",
];

/// A house with an account of each role, and one version.
pub fn house(state: &std::path::Path) -> House {
    house_on(state, &Store::url_of_file(&state.join("kept.sqlite")))
}

/// The same on a database.
pub fn house_on(state: &std::path::Path, url: &str) -> House {
    prepare(url);
    House::keeping(state, |config| config.store.url = Some(url.to_owned()))
}

fn prepare(url: &str) {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    runtime.block_on(async {
        let store = Store::open_url(url).await.expect("it opens");
        if !store.accounts().await.expect("it answers").is_empty() {
            return;
        }
        for (name, role) in [("li", Role::Staff), ("wang", Role::Manager)] {
            let added = store.add_account(name, role, PASSWORD, 0).await;
            added.expect("an account");
        }
        let text = std::fs::read_to_string(super::common::checkout(
            "knowledge/cn/papers/elder-card.toml",
        ));
        let slot = ("cn", "papers", "elder-card");
        let text = text.expect("the guide");
        store
            .add_version(slot, &text, "li", 0)
            .await
            .expect("a draft");
    });
}

pub fn get(house: &House, path: &str, cookie: &str) -> Answer {
    let agent = ureq::Agent::config_builder()
        .http_status_as_error(false)
        .max_redirects(0)
        .build();
    let agent: ureq::Agent = agent.into();
    answer(agent.get(house.url(path)).header("cookie", cookie).call())
}

pub fn post(house: &House, path: &str, headers: &[(&str, &str)], body: &str) -> Answer {
    let agent = ureq::Agent::config_builder()
        .http_status_as_error(false)
        .max_redirects(0)
        .build();
    let agent: ureq::Agent = agent.into();
    let mut request = agent
        .post(house.url(path))
        .header("content-type", "application/x-www-form-urlencoded");
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    answer(request.send(body.as_bytes()))
}

/// Signs in; the cookie.
pub fn sign_in(house: &House, name: &str) -> String {
    let form = format!("name={name}&password={}", PASSWORD.replace(' ', "+"));
    let answer = post(house, "/staff/sign-in", &[], &form);
    assert_eq!(answer.status, 303, "{}", answer.text());
    let cookie = answer.header("set-cookie");
    for wanted in ["HttpOnly", "SameSite=Strict", "Path=/staff"] {
        assert!(cookie.contains(wanted), "{cookie}");
    }
    cookie.split(';').next().expect("a cookie").to_owned()
}

pub fn seal(house: &House, cookie: &str) -> String {
    let page = get(house, "/staff", cookie).text();
    let (_, after) = page.split_once("name=\"seal\" value=\"").expect("a seal");
    after.split('"').next().expect("its end").to_owned()
}

#[test]
fn a_visitor_gets_nothing() {
    let state = tempfile::tempdir().expect("a folder");
    let house = house(state.path());
    for cookie in ["", "wenlu_staff=", "wenlu_staff=0123456789abcdefghjkmnpqrs"] {
        for path in PAGES {
            let answer = get(&house, path, cookie);
            assert_eq!(answer.status, 303, "{path}");
            assert!(answer.header("location").starts_with("/staff/sign-in"));
            assert_eq!(answer.text(), "", "{path}");
        }
        for path in FORMS {
            let answer = post(&house, path, &[("cookie", cookie)], "seal=&act=delete-all");
            assert_eq!(answer.status, 403, "{path}");
            assert!(!answer.text().contains("elder-card"), "{path}");
        }
    }
    // What is signed in at /staff is not known elsewhere, and what is not there is not told.
    let known = sign_in(&house, "li");
    assert_eq!(get(&house, "/staff/versions/1", &known).status, 200);
    assert_eq!(get(&house, "/staff/versions/999", &known).status, 404);
}

#[test]
fn staff_may_not_do_what_managers_do() {
    let state = tempfile::tempdir().expect("a folder");
    let house = house(state.path());
    let (li, wang) = (sign_in(&house, "li"), sign_in(&house, "wang"));
    let seal_of_li = seal(&house, &li);
    for path in ["/staff/accounts", "/staff/data", "/staff/log"] {
        assert_eq!(get(&house, path, &li).status, 403, "{path}");
        assert_eq!(get(&house, path, &wang).status, 200, "{path}");
        assert!(!get(&house, "/staff", &li).text().contains(path));
    }
    for (path, act) in [
        ("/staff/accounts", "add"),
        ("/staff/data", "keep"),
        ("/staff/data", "delete-all"),
        ("/staff/data/export", ""),
        ("/staff/questions", "on"),
    ] {
        let form = format!("seal={seal_of_li}&act={act}&confirm=DELETE&name=x&role=manager");
        let answer = post(&house, path, &[("cookie", &li)], &form);
        assert_eq!(answer.status, 403, "{path} {act}");
    }
    let form = format!("seal={}", seal(&house, &wang));
    let export = post(&house, "/staff/data/export", &[("cookie", &wang)], &form);
    assert!(export.text().starts_with("{\"wenlu_backup\":1"));
    // Signed out, the cookie is worth nothing.
    let form = format!("seal={seal_of_li}");
    assert_eq!(
        post(&house, "/staff/sign-out", &[("cookie", &li)], &form).status,
        303
    );
    assert_eq!(get(&house, "/staff", &li).status, 303);
}

#[test]
fn a_form_of_another_site_is_refused() {
    let state = tempfile::tempdir().expect("a folder");
    let house = house(state.path());
    let li = sign_in(&house, "li");
    let good = format!("seal={}", seal(&house, &li));
    let path = "/staff/versions/1/publish";
    let foreign: [&[(&str, &str)]; 2] = [
        &[("cookie", &li), ("origin", "https://evil.example")],
        &[("cookie", &li), ("sec-fetch-site", "cross-site")],
    ];
    for headers in foreign {
        assert_eq!(post(&house, path, headers, &good).status, 403);
    }
    for bad in ["", "seal=", "seal=0000"] {
        assert_eq!(
            post(&house, path, &[("cookie", &li)], bad).status,
            403,
            "{bad}"
        );
    }
    assert_eq!(post(&house, path, &[("cookie", &li)], &good).status, 303);
}

#[test]
fn what_is_chosen_for_a_terminal_holds_from_the_next_conversation() {
    let state = tempfile::tempdir().expect("a folder");
    let house = house(state.path());
    let li = sign_in(&house, "li");
    // The machine reports of itself at once.
    let mut page = String::new();
    wait_for("the machine", || {
        page = get(&house, "/staff/terminals?lang=en", &li).text();
        let is_there = page.contains("name=\"id\"");
        is_there.then_some(()).ok_or_else(|| page.clone())
    });
    let (_, id) = page.split_once("name=\"id\" value=\"").expect("a machine");
    let id = id.split('"').next().expect("its end");

    // Nobody is there: an open page takes it over; whoever is there is left alone.
    let mut idle = Terminal::connect(&house, json!({ "language": null }));
    let mut busy = Terminal::connect(&house, json!({ "language": null }));
    idle.page("welcome");
    busy.page("welcome");
    assert_eq!(idle.screen["language"], "zh");
    busy.send(&json!({ "type": "open", "guide": "elder-card" }));
    busy.page("step");
    let form = |choices: &str| format!("seal={}&id={id}&name=Hall&{choices}", seal(&house, &li));
    let path = "/staff/terminals";
    let choose = |choices: &str| {
        let form = form(choices);
        assert_eq!(post(&house, path, &[("cookie", &li)], &form).status, 303);
    };
    choose("volume=4&language=en&leave_after=120");
    idle.wait("a loud beginning", |message| message["factor"] == 2.0);
    let welcome = idle.wait("an English beginning", |message| {
        message["language"] == "en"
    });
    assert_eq!(welcome["page"], "welcome");
    let louder = busy.take_in(2.0);
    assert!(
        louder.iter().all(|message| message["factor"] != 2.0),
        "{louder:?}"
    );
    busy.command("goodbye");
    busy.wait("the next conversation", |message| message["factor"] == 2.0);

    // What is no choice changes nothing.
    choose("volume=9&language=en&leave_after=1");
    let page = get(&house, "/staff/terminals?lang=en", &li).text();
    for chosen in [
        "value=\"4\" selected",
        "value=\"en\" selected",
        "value=\"120\" selected",
    ] {
        assert!(page.contains(chosen), "{chosen}: {page}");
    }
    assert!(page.contains("Hall"), "{page}");
}

#[test]
fn who_guesses_is_locked_out() {
    let state = tempfile::tempdir().expect("a folder");
    let house = house(state.path());
    let guess = || post(&house, "/staff/sign-in", &[], "name=li&password=wrong");
    for _ in 0..8 {
        assert_eq!(guess().status, 403);
    }
    assert_eq!(guess().status, 429);
    // Nor does the right password help now.
    let form = format!("name=li&password={}", PASSWORD.replace(' ', "+"));
    assert_eq!(post(&house, "/staff/sign-in", &[], &form).status, 429);
    assert!(
        agent().get(house.url("/")).call().is_ok(),
        "terminals go on"
    );
}
