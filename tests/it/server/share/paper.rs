//! Paper and calendar: the sheet, at the terminal's printer too, and the entry for a day.

use std::process::Command;

use super::{Home, decode, is_private, shared};
use crate::common;
use crate::server::{Terminal, get};

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
    decode(width, height, |x, y| dots[y * width + x])
}

/// The address that the elder card's guide is shared under.
fn link(terminal: &mut Terminal) -> String {
    let screen = shared(terminal);
    screen["handed"]["url"].as_str().expect("a link").to_owned()
}

#[test]
fn the_sheet_can_be_read_by_people_and_machines() {
    let home = Home::open(|_| {});
    let mut terminal = Terminal::silent(&home.house);
    let url = link(&mut terminal);
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
    let url = link(&mut terminal);
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
