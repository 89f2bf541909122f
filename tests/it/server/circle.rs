//! The circle of help: made, joined, used, left; and what others see of it, which is nothing.

use serde_json::Value;

use super::share::Home;
use super::{Answer, House, Terminal, get, post};

const FORM: &str = "application/x-www-form-urlencoded";

/// A text as a form sends it.
fn encoded(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02X}")).collect()
}

fn send(url: &str, fields: &[(&str, &str)]) -> Answer {
    let fields: Vec<String> = fields
        .iter()
        .map(|(name, value)| format!("{name}={}", encoded(value)))
        .collect();
    post(url, FORM, fields.join("&").as_bytes())
}

/// An elder with a card.
struct Elder {
    terminal: Terminal,
    card: String,
    invitation: String,
}

/// Makes a circle in three steps.
fn elder(house: &House, called: &str) -> Elder {
    let mut terminal = Terminal::silent(house);
    terminal.command("circle");
    let consent = terminal.page("circle");
    assert!(consent.to_string().contains("随时可以"), "{consent}");
    assert_eq!(consent["progress"]["of"], 3);
    terminal.command("yes");
    terminal.page("typing");
    terminal.ask(called);
    let card = terminal.wait("the card", |message| !message["handed"].is_null());
    Elder {
        card: words(&card["handed"]["code"]),
        invitation: words(&card["handed"]["url"]),
        terminal,
    }
}

fn words(value: &Value) -> String {
    value.as_str().expect("words").to_owned()
}

/// Joins; the helper's own page.
fn helper(house: &House, invitation: &str, name: &str) -> String {
    let page = get(invitation);
    assert_eq!(page.status, 200, "{}", page.text());
    assert!(page.text().contains("同意，加入"));
    let agent: ureq::Agent = ureq::Agent::config_builder()
        .http_status_as_error(false)
        .max_redirects(0)
        .max_redirects_will_error(false)
        .build()
        .into();
    let form = format!("lang=zh&name={}", encoded(name));
    let answer = agent
        .post(invitation)
        .header("content-type", FORM)
        .send(form)
        .expect("an answer");
    let to = answer.headers().get("location").expect("led on");
    let to = to.to_str().expect("an address").split('?').next();
    house.url(to.expect("a path"))
}

/// The elder shows the card.
fn open(elder: &mut Elder) -> Value {
    elder.terminal.command("card");
    elder.terminal.page("typing");
    let card = elder.card.clone();
    elder.terminal.ask(&card);
    elder.terminal.page("circle")
}

#[test]
fn made_joined_prepared_heard_and_removed() {
    let home = Home::open(|_| {});
    let mut elder = elder(&home.house, "叫我王奶奶");
    let own = helper(&home.house, &elder.invitation, "小梅");
    // Who joins while the elder stands there is seen at once.
    elder.terminal.command("helpers");
    elder.terminal.wait("the helper", |message| {
        message["choices"].to_string().contains("小梅")
    });
    assert_eq!(
        get(&elder.invitation).status,
        404,
        "an invitation is good once"
    );
    let page = get(&own).text();
    assert!(
        page.contains("替王奶奶备好") && page.contains("办老年优待证"),
        "{page}"
    );
    let form = get(&format!("{own}/prepare?guide=elder-card&lang=zh")).text();
    assert!(
        form.contains("身份证") && form.contains("maxlength=\"200\""),
        "{form}"
    );
    let long = "长".repeat(201);
    let fields = |note| {
        [
            ("lang", "zh"),
            ("guide", "elder-card"),
            ("ready", "身份证"),
            ("ready", "一寸照片"),
            ("when", "星期三上午九点"),
            ("note", note),
        ]
    };
    assert_eq!(send(&format!("{own}/prepare"), &fields(&long)).status, 409);
    let done = send(&format!("{own}/prepare"), &fields("把绿本子带上，我陪您去"));
    assert!(done.text().contains("老人还没听"), "{}", done.text());

    let said = open(&mut elder).to_string();
    assert!(said.contains("王奶奶") && said.contains("绿本子"), "{said}");
    for words in ["小梅", "星期三上午九点", "身份证", "一寸照片"] {
        assert!(said.contains(words), "{words}: {said}");
    }
    assert!(get(&own).text().contains("老人听过了"));
    // Nothing of it stays on the screen, and the log tells all.
    open(&mut elder);
    elder.terminal.command("log");
    let log = elder.terminal.wait("the log", |message| {
        message["body"].to_string().contains("加入了")
    });
    assert!(log.to_string().contains("备了“办老年优待证”"), "{log}");
    elder.terminal.command("helpers");
    elder.terminal.wait("the helpers", |message| {
        message["choices"].to_string().contains("小梅")
    });
    elder.terminal.command("choose_1");
    elder.terminal.wait("the question", |message| {
        message["body"].to_string().contains("去掉小梅")
    });
    elder.terminal.command("yes");
    elder.terminal.wait("nobody", |message| {
        message["choices"].as_array().is_some_and(Vec::is_empty)
    });
    assert_eq!(
        get(&own).status,
        404,
        "a helper who was removed sees nothing"
    );
    elder.terminal.command("remove_all");
    elder.terminal.command("yes");
    elder.terminal.page("asking");
    elder.terminal.command("card");
    elder.terminal.page("typing");
    let card = elder.card.clone();
    elder.terminal.ask(&card);
    let screens = elder.terminal.take_in(1.5);
    assert!(
        screens.iter().all(|message| message["page"] != "circle"),
        "{screens:?}"
    );
}

#[test]
fn a_helper_leaves() {
    let home = Home::open(|_| {});
    let elder = elder(&home.house, "王奶奶");
    let own = helper(&home.house, &elder.invitation, "小梅");
    let left = send(&format!("{own}/leave"), &[("lang", "zh")]);
    assert!(left.text().contains("您退出了"), "{}", left.text());
    assert_eq!(get(&own).status, 404);
}

#[test]
fn of_another_circle_there_is_nothing() {
    let home = Home::open(|_| {});
    let (one, two) = (elder(&home.house, "王奶奶"), elder(&home.house, "李爷爷"));
    let own = helper(&home.house, &one.invitation, "小梅");
    let other = helper(&home.house, &two.invitation, "阿强");
    let fields = [("lang", "zh"), ("guide", "elder-card"), ("note", "悄悄话")];
    send(&format!("{other}/prepare"), &fields);
    let page = get(&other).text();
    let item = page
        .split("name=\"item\" value=\"")
        .nth(1)
        .expect("an item");
    let item = item.split('"').next().expect("its name").to_owned();
    // Every address of the other circle, tried with what the first helper has.
    let taken = send(
        &format!("{own}/take-back"),
        &[("lang", "zh"), ("item", &item)],
    );
    assert_eq!(taken.status, 404);
    assert!(get(&other).text().contains("悄悄话"), "it is still there");
    let mine = get(&own).text();
    assert!(
        !mine.contains("悄悄话") && !mine.contains("李爷爷"),
        "{mine}"
    );
    let token = own.rsplit('/').next().expect("a token");
    for path in [
        "/h/",
        "/h/x",
        "/join/x",
        &format!("/join/{token}"),
        &format!("/s/{token}"),
        &format!("/h/{item}"),
        "/h/x/prepare?guide=elder-card",
        &format!("/s/{item}"),
    ] {
        let answer = get(&home.house.url(path));
        assert_eq!(answer.status, 404, "{path}");
        assert!(
            !answer.text().contains("悄悄话") && !answer.text().contains("李爷爷"),
            "{path}"
        );
    }
    for path in ["prepare", "take-back", "leave"] {
        let answer = send(
            &home.house.url(&format!("/h/{item}/{path}")),
            &[("item", &item), ("guide", "elder-card")],
        );
        assert_eq!(answer.status, 404, "{path}");
    }
}
