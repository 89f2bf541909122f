//! A guide handed on: at the terminal, by link, by digits, on paper.

use std::collections::HashSet;

use serde_json::Value;
use wenlu::Language;
use wenlu::config::Config;
use wenlu::store::{DAY, NewLink, Store};

use super::{Answer, House, Terminal, get, post};
use crate::common;

mod paper;

/// A house with a store, and a printer that puts the paper into a file, of its own.
pub struct Home {
    pub house: House,
    pub folder: tempfile::TempDir,
    pub config: Config,
}

impl Home {
    pub fn open(change: impl FnOnce(&mut Config)) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let mut config = common::config();
        config.folders.state = Some(folder.path().to_owned());
        let paper = folder.path().join("paper.pdf").display().to_string();
        config.terminal.print = Some(["tee".to_owned(), paper].into());
        config.server.requests_per_second = 1000;
        config.server.heavy_requests_per_second = 1000;
        change(&mut config);
        let kept = config.clone();
        let house = House::open(move |settings| {
            settings.folders = config.folders;
            settings.terminal = config.terminal;
            settings.server = wenlu::config::Server {
                listen: settings.server.listen,
                ..config.server
            };
        });
        Self {
            house,
            folder,
            config: kept,
        }
    }

    /// The store, as another program would open it.
    pub fn store<T>(&self, work: impl AsyncFnOnce(Store) -> T) -> T {
        let runtime = tokio::runtime::Runtime::new().expect("a runtime");
        runtime.block_on(async {
            let store = Store::open(&self.config).await.expect("the store");
            work(store).await
        })
    }
}

pub fn now() -> i64 {
    jiff::Timestamp::now().as_second()
}

/// Shares a guide at a terminal: its screen.
fn shared(terminal: &mut Terminal) -> Value {
    terminal.ask("老年证在哪儿办");
    terminal.page("step");
    terminal.command("next");
    terminal.wait("the second step", |message| {
        message["progress"]["step"] == 2
    });
    terminal.command("share");
    terminal.page("shared")
}

/// What a QR code on a screen says: its path drawn as a camera sees it.
#[track_caller]
pub fn read(handed: &Value) -> String {
    const ZOOM: usize = 4;
    let side = handed["side"].as_u64().expect("a side") as usize;
    let mut dark = HashSet::new();
    for run in handed["qr"].as_str().expect("a path").split('M').skip(1) {
        let (at, rest) = run.split_once('h').expect("a run");
        let (x, y) = at.split_once(' ').expect("a place");
        let (x, y): (usize, usize) = (x.parse().expect("x"), y.parse().expect("y"));
        let length: usize = rest
            .split('v')
            .next()
            .expect("a length")
            .parse()
            .expect("a number");
        dark.extend((x..x + length).map(|x| (x, y)));
    }
    let side = side * ZOOM;
    decode(side, side, |x, y| {
        if dark.contains(&(x / ZOOM, y / ZOOM)) {
            0
        } else {
            255
        }
    })
}

#[track_caller]
fn decode(width: usize, height: usize, grey: impl Fn(usize, usize) -> u8) -> String {
    let mut picture = rqrr::PreparedImage::prepare_from_greyscale(width, height, grey);
    let grids = picture.detect_grids();
    assert_eq!(grids.len(), 1, "one QR code");
    grids[0].decode().expect("it reads").1
}

fn kind_page(answer: &Answer, status: u16, words: &str) {
    assert_eq!(answer.status, status, "{}", answer.text());
    assert!(answer.text().contains(words), "{words}: {}", answer.text());
    is_private(answer);
    assert!(
        !answer.text().contains("老年优待证"),
        "nothing of the guide"
    );
}

fn is_private(answer: &Answer) {
    assert!(answer.header("x-robots-tag").contains("noindex"));
    assert_eq!(answer.header("referrer-policy"), "no-referrer");
    assert_eq!(answer.header("cache-control"), "no-store");
}

#[test]
fn a_guide_is_shared_opened_and_taken_back() {
    let home = Home::open(|_| {});
    let mut terminal = Terminal::new(&home.house);
    let screen = shared(&mut terminal);
    let handed = &screen["handed"];
    let url = handed["url"].as_str().expect("a link");
    assert_eq!(read(handed), url, "the QR code is the link");
    assert!(url.starts_with(&home.house.url("/s/")), "{url}");
    assert!(
        url.len() > home.house.url("/s/").len() + 21,
        "it cannot be guessed: {url}"
    );
    terminal.listen_to_the_end();
    assert!(terminal.sound.seconds() > 5.0, "the digits are read out");

    let page = get(url);
    assert_eq!(page.status, 200, "{}", page.text());
    is_private(&page);
    let text = page.text();
    for words in [
        "办理老年优待证",
        "要带的东西",
        "身份证",
        "您能替老人做什么",
        "老人看到这一步",
        "aria-current=\"step\"",
    ] {
        assert!(text.contains(words), "{words}: {text}");
    }
    // By its digits, from the telephone.
    let digits = handed["code"].as_str().expect("digits");
    let typed = format!("lang=zh&code={}", digits.replace(' ', "+"));
    let led = post(
        &home.house.url("/code"),
        "application/x-www-form-urlencoded",
        typed.as_bytes(),
    );
    assert!(led.text().contains("办理老年优待证"), "{}", led.text());
    let english = get(&format!("{url}?lang=en"));
    assert!(
        english.text().contains("What you can do for them"),
        "{}",
        english.text()
    );

    terminal.command("withdraw");
    terminal.page("step");
    kind_page(&get(url), 410, "收回了");
    kind_page(&get(&format!("{url}/sheet.pdf")), 410, "收回了");
    let gone = post(
        &home.house.url("/code"),
        "application/x-www-form-urlencoded",
        typed.as_bytes(),
    );
    assert_eq!(gone.status, 404);
}

#[test]
fn what_was_shared_yesterday_is_taken_back_by_its_digits() {
    let home = Home::open(|_| {});
    let mut terminal = Terminal::silent(&home.house);
    let screen = shared(&mut terminal);
    let url = screen["handed"]["url"].as_str().expect("a link").to_owned();
    let code = screen["handed"]["code"]
        .as_str()
        .expect("digits")
        .to_owned();
    terminal.command("goodbye");
    terminal.until("ended");
    assert_eq!(get(&url).status, 200);
    terminal.command("withdraw");
    terminal.page("typing");
    terminal.ask(&code);
    terminal.wait("another page", |message| {
        message["type"] == "screen" && message["page"] == "asking"
    });
    assert!(
        !terminal
            .messages
            .iter()
            .any(|m| m["heard"].to_string().contains(&code)),
        "digits are not shown again"
    );
    kind_page(&get(&url), 410, "收回了");
}

#[test]
fn links_expire_and_wrong_ones_are_told_kindly() {
    let home = Home::open(|_| {});
    let link = |expires| NewLink {
        guide: "elder-card".into(),
        region: "cn".into(),
        language: Language::Zh,
        step: 0,
        terminal: "terminal".into(),
        made: now() - 30 * DAY,
        expires,
    };
    let (over, gone) = home.store(async |store| {
        let over = store.share(&link(now() - 1)).await.expect("shared");
        let gone = NewLink {
            guide: "no-such-guide".into(),
            ..link(now() + DAY)
        };
        (over, store.share(&gone).await.expect("shared"))
    });
    let url = |token: &str| home.house.url(&format!("/s/{token}"));
    kind_page(&get(&url(over.token.as_str())), 410, "过期了");
    kind_page(&get(&url(over.code.as_str())), 410, "过期了");
    kind_page(&get(&url(gone.token.as_str())), 410, "过期了");
    kind_page(
        &get(&url("0123456789abcdefghjkmnpqrs")),
        404,
        "没有这个网址",
    );
    kind_page(
        &get(&format!("{}?lang=en", url("x"))),
        404,
        "There is no such link",
    );
    let short = post(
        &home.house.url("/code"),
        "application/x-www-form-urlencoded",
        b"lang=zh&code=1234",
    );
    assert_eq!(short.status, 400);
    assert!(short.text().contains("应该是八个数"));
}

#[test]
fn digits_cannot_be_tried_out() {
    let home = Home::open(|_| {});
    let mut last = 0;
    for code in 0..8 {
        let typed = format!("lang=zh&code=0000000{code}");
        last = post(
            &home.house.url("/code"),
            "application/x-www-form-urlencoded",
            typed.as_bytes(),
        )
        .status;
    }
    assert_eq!(last, 429);
    assert_eq!(
        get(&home.house.url("/s/00000009")).status,
        429,
        "not around the page either"
    );
    // Who has the link itself is not held up.
    let token = home.store(async |store| {
        let link = NewLink {
            guide: "elder-card".into(),
            region: "cn".into(),
            language: Language::Zh,
            step: 0,
            terminal: "terminal".into(),
            made: now(),
            expires: now() + DAY,
        };
        store.share(&link).await.expect("shared").token
    });
    assert_eq!(
        get(&home.house.url(&format!("/s/{}", token.as_str()))).status,
        200
    );
}

#[test]
fn without_a_store_it_is_said_kindly() {
    let home = Home::open(|config| {
        // A folder stands where the file would be.
        let folder = config.folders.state.clone().expect("a folder");
        std::fs::create_dir(folder.join("wenlu.sqlite")).expect("made");
    });
    let mut terminal = Terminal::new(&home.house);
    terminal.ask("老年证在哪儿办");
    terminal.page("step");
    terminal.command("share");
    terminal.listen_to_the_end();
    assert_eq!(terminal.screen["page"], "step", "the guide goes on");
    assert_eq!(
        get(&home.house.url("/s/0123456789abcdefghjkmnpqrs")).status,
        503
    );
}
