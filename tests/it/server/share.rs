//! A guide handed on: at the terminal, by link, by digits, on paper.

use std::collections::HashSet;
use std::process::Command;

use serde_json::Value;
use wenlu::Language;
use wenlu::config::Config;
use wenlu::store::{DAY, NewLink, Store};

use super::{Answer, House, Terminal, get, post};
use crate::common;

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
    decode(side * ZOOM, |x, y| dark.contains(&(x / ZOOM, y / ZOOM)))
}

#[track_caller]
fn decode(side: usize, is_dark: impl Fn(usize, usize) -> bool) -> String {
    let mut picture = rqrr::PreparedImage::prepare_from_greyscale(side, side, |x, y| {
        if is_dark(x, y) { 0 } else { 255 }
    });
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

/// A program's output.
fn run(program: &str, arguments: &[&str]) -> Vec<u8> {
    let output = Command::new(program).args(arguments).output();
    let output =
        output.unwrap_or_else(|error| panic!("{program}: {error}; ./task installs poppler-utils"));
    assert!(
        output.status.success(),
        "{program}: {}",
        common::stderr(&output)
    );
    output.stdout
}

/// The text of a PDF in reading order, without spaces.
fn text_of(pdf: &std::path::Path) -> String {
    let text = run(
        "pdftotext",
        &["-enc", "UTF-8", &pdf.display().to_string(), "-"],
    );
    String::from_utf8(text)
        .expect("UTF-8")
        .split_whitespace()
        .collect()
}

/// The QR code on a PDF, seen by a camera.
fn code_of(pdf: &std::path::Path) -> String {
    let picture = run(
        "pdftoppm",
        &[
            "-gray",
            "-r",
            "110",
            "-singlefile",
            &pdf.display().to_string(),
        ],
    );
    // P5, width, height, 255, then a byte for each dot.
    let mut head = picture.splitn(4, |byte| byte.is_ascii_whitespace());
    assert_eq!(head.next(), Some(&b"P5"[..]));
    let mut number = || {
        let text = std::str::from_utf8(head.next().expect("a number")).expect("digits");
        text.parse::<usize>().expect("a number")
    };
    let (width, height) = (number(), number());
    let dots = &picture[picture.len() - width * height..];
    let mut picture =
        rqrr::PreparedImage::prepare_from_greyscale(width, height, |x, y| dots[y * width + x]);
    let grids = picture.detect_grids();
    assert_eq!(grids.len(), 1, "one QR code");
    grids[0].decode().expect("it reads").1
}

#[test]
fn the_sheet_can_be_read_by_people_and_machines() {
    let home = Home::open(|_| {});
    let mut terminal = Terminal::silent(&home.house);
    let url = shared(&mut terminal)["handed"]["url"]
        .as_str()
        .expect("a link")
        .to_owned();
    for (wish, words) in [
        (
            "",
            [
                "办理老年优待证",
                "12345",
                "先问本地还办不办",
                "等通知去领证",
                "身份证",
                "根据",
            ],
        ),
        (
            "?lang=en&print=plain",
            [
                "seniorcitizencard",
                "12345",
                "Whattodo",
                "Whattobring",
                "Wheretogo",
                "Checked",
            ],
        ),
    ] {
        let answer = get(&format!("{url}/sheet.pdf{wish}"));
        assert_eq!(
            (answer.status, answer.header("content-type")),
            (200, "application/pdf")
        );
        is_private(&answer);
        // Stays there, to be looked at.
        let name = if wish.is_empty() {
            "sheet-zh-large.pdf"
        } else {
            "sheet-en-plain.pdf"
        };
        let pdf = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        std::fs::write(&pdf, &answer.body).expect("written");
        let text = text_of(&pdf);
        let mut from = 0;
        for words in words {
            let lower = text[from..].to_lowercase();
            let at = lower.find(&words.to_lowercase());
            from +=
                at.unwrap_or_else(|| panic!("{words} is not there, or not in its place: {text}"));
        }
        assert_eq!(code_of(&pdf), url);
        let about =
            String::from_utf8(run("pdfinfo", &[&pdf.display().to_string()])).expect("UTF-8");
        for fact in ["Pages:           1", "A4", "Tagged:          yes"] {
            assert!(about.contains(fact), "{fact}: {about}");
        }
        let fonts =
            String::from_utf8(run("pdffonts", &[&pdf.display().to_string()])).expect("UTF-8");
        assert!(
            fonts
                .lines()
                .skip(2)
                .all(|line| line.contains("yes yes yes")),
            "embedded, subset: {fonts}"
        );
    }
}

#[test]
fn printed_at_the_terminal_or_if_there_is_no_printer_at_home() {
    let home = Home::open(|_| {});
    let last_day = || {
        let end = jiff::Zoned::now() + jiff::SignedDuration::from_hours(30 * 24);
        end.date().to_string()
    };
    let before = last_day();
    let mut terminal = Terminal::new(&home.house);
    terminal.ask("老年证在哪儿办");
    terminal.page("step");
    terminal.command("print");
    terminal.listen_to_the_end();
    let paper = home.folder.path().join("paper.pdf");
    let text = text_of(&paper);
    assert!(
        text.contains("办理老年优待证") && text.contains("/code"),
        "{text}"
    );
    assert_eq!(
        get(&code_of(&paper)).status,
        200,
        "the link on the paper works"
    );
    // Midnight may pass meanwhile.
    assert!(
        text.contains(&before) || text.contains(&last_day()),
        "the last day is missing: {text}"
    );

    let home = Home::open(|config| config.terminal.print = Some(vec!["no-such-printer".into()]));
    let mut terminal = Terminal::silent(&home.house);
    terminal.ask("老年证在哪儿办");
    terminal.page("step");
    terminal.command("print");
    let screen = terminal.page("shared");
    let url = screen["handed"]["url"].as_str().expect("a link");
    assert_eq!(get(&format!("{url}/sheet.pdf")).status, 200);
}

#[test]
fn a_day_goes_into_the_calendar() {
    let home = Home::open(|_| {});
    let mut terminal = Terminal::silent(&home.house);
    let url = shared(&mut terminal)["handed"]["url"]
        .as_str()
        .expect("a link")
        .to_owned();
    let entry = get(&format!("{url}/date.ics?date=2026-12-02&time=09:00"));
    assert!(entry.header("content-type").starts_with("text/calendar"));
    let text = entry.text().replace("\r\n ", "");
    for words in [
        "DTSTART:20261202T090000",
        "身份证",
        url.as_str(),
        "BEGIN:VALARM",
    ] {
        assert!(text.contains(words), "{words}: {text}");
    }
    assert_eq!(
        get(&format!("{url}/date.ics?date=yesterday&time=9")).status,
        400
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
