//! A member of the staff at a real browser.

use super::chromium::{Chromium, Tab};
use super::{axe, look, screens};
use crate::server::House;
use crate::server::staff::{PASSWORD, house};

fn sign_in<'a>(chromium: &'a Chromium, house: &House, name: &str, lang: &str) -> Tab<'a> {
    let mut tab = chromium.tab();
    tab.size(1366, 900);
    tab.open(&house.url(&format!("/staff?lang={lang}")));
    // Nobody gets further than the page to sign in.
    tab.wait("location.pathname === '/staff/sign-in' && !!document.querySelector('#password')");
    tab.type_in("#name", name);
    tab.type_in("#password", PASSWORD);
    tab.key("Enter");
    tab.wait("location.pathname === '/staff' && !!document.querySelector('dl.figures')");
    tab
}

fn set(tab: &mut Tab<'_>, selector: &str, value: &str) {
    let value = serde_json::Value::from(value);
    tab.evaluate(&format!(
        "document.querySelector('{selector}').value = {value}"
    ));
}

/// What a terminal's visitor reads of the guide now.
fn title(tab: &mut Tab<'_>, house: &House) -> String {
    tab.open(&house.url("/guides/elder-card?lang=zh"));
    tab.text("h1")
}

/// Edits the guide's title, checks it, saves it, and publishes it from the preview.
fn publish(tab: &mut Tab<'_>, house: &House, wanted: &str) {
    tab.open(&house.url("/staff/guides/elder-card?lang=zh"));
    // First something that breaks a rule: it is told, with what was written.
    set(tab, "#f-hotline", "");
    set(tab, "#f-zh-title", wanted);
    tab.click("[name=action][value=check]");
    tab.wait("!!document.querySelector('[role=alert] li')");
    assert!(
        tab.text("[role=alert]").contains("hotline"),
        "{}",
        tab.text("[role=alert]")
    );
    assert_eq!(
        tab.evaluate("document.querySelector('#f-zh-title').value"),
        wanted
    );
    set(tab, "#f-hotline", "12345");
    tab.click("[name=action][value=check]");
    tab.wait("!!document.querySelector('.notice')");
    tab.click("[name=action][value=save]");
    tab.wait(
        "location.pathname.startsWith('/staff/versions/') && !!document.querySelector('.guide h1')",
    );
    assert!(tab.text(".guide h1").contains(wanted));
    tab.click("#publish");
    tab.wait("location.pathname.endsWith('/versions') && !!document.querySelector('.notice')");
}

#[test]
fn edit_hear_publish_and_roll_back() {
    let chromium = Chromium::start(None);
    let state = tempfile::tempdir().expect("a folder");
    let house = house(state.path());
    let mut visitor = chromium.tab();
    let before = title(&mut visitor, &house);
    let mut tab = sign_in(&chromium, &house, "li", "zh");

    publish(&mut tab, &house, "办一张老年证");
    for _ in 0..50 {
        if title(&mut visitor, &house) != before {
            break;
        }
        std::thread::sleep(std::time::Duration::from_millis(100));
    }
    assert_eq!(title(&mut visitor, &house), "办一张老年证");

    // The preview speaks.
    tab.click("table .button");
    tab.wait("!!document.querySelector('audio')");
    let seconds = tab.evaluate(
        "(async () => { const audio = document.querySelector('audio'); audio.preload = 'auto'; audio.load();
            await new Promise((done, failed) => { audio.oncanplaythrough = done; audio.onerror = () => failed(audio.error.message) });
            return audio.duration })()",
    );
    assert!(seconds.as_f64().is_some_and(|s| s > 1.0), "{seconds} s");

    publish(&mut tab, &house, "老年证怎么办");
    for _ in 0..50 {
        if title(&mut visitor, &house) == "老年证怎么办" {
            break;
        }
        std::thread::sleep(std::time::Duration::from_millis(100));
    }
    assert_eq!(title(&mut visitor, &house), "老年证怎么办");
    // Back to the one before.
    tab.click("form[action*=roll-back] button");
    tab.wait("location.search.includes('rolled-back')");
    for _ in 0..50 {
        if title(&mut visitor, &house) == "办一张老年证" {
            break;
        }
        std::thread::sleep(std::time::Duration::from_millis(100));
    }
    assert_eq!(title(&mut visitor, &house), "办一张老年证");
    // And back to the file.
    tab.click("#unpublish");
    tab.wait("location.search.includes('unpublished')");
    for _ in 0..50 {
        if title(&mut visitor, &house) == before {
            break;
        }
        std::thread::sleep(std::time::Duration::from_millis(100));
    }
    assert_eq!(title(&mut visitor, &house), before);
    tab.is_clean(&house);
}

#[test]
fn what_was_used_is_plotted_and_the_pages_are_accessible() {
    let chromium = Chromium::start(None);
    let state = tempfile::tempdir().expect("a folder");
    let house = house(state.path());
    // Somebody asks, and something is asked that nobody can answer.
    let mut tab = sign_in(&chromium, &house, "wang", "zh");
    tab.open(&house.url("/staff/questions?lang=zh"));
    tab.click("#switch");
    tab.wait("document.querySelector('#switch')?.value === 'off'");
    std::thread::sleep(std::time::Duration::from_secs(3));
    let mut visitor = super::terminal(&chromium, &house, "zh");
    super::ask(&mut visitor, "老年证在哪儿办");
    visitor.wait("document.body.dataset.page === 'step'");
    super::ask(&mut visitor, "明天会不会下雨，我的电话是13912345678");
    visitor.wait("document.body.dataset.page !== 'step'");
    let asked = visitor.text("body");
    super::ask(&mut visitor, "明天会不会下雨");
    visitor.wait("['dead_end', 'asking'].includes(document.body.dataset.page)");
    let unanswered = visitor.evaluate("document.body.dataset.page") == "dead_end";
    drop(visitor);
    assert!(!asked.contains("13912345678"));
    // Counts are written down within twenty seconds.
    for _ in 0..60 {
        tab.open(&house.url("/staff/figures?lang=zh"));
        if tab.evaluate("!!document.querySelector('svg.plot')") == true {
            break;
        }
        std::thread::sleep(std::time::Duration::from_millis(500));
    }
    assert!(
        tab.text("table").contains("老年优待证"),
        "{}",
        tab.text("main")
    );
    assert_eq!(
        tab.evaluate("document.querySelectorAll('svg.large rect').length"),
        26
    );
    assert_eq!(
        tab.evaluate("document.querySelectorAll('svg.large rect:not(.none)').length"),
        1
    );
    tab.open(&house.url("/staff/questions?lang=zh"));
    let kept = tab.text("main");
    assert!(!kept.contains("13912345678"), "{kept}");
    assert!(kept.contains("下雨") || !unanswered, "{kept}");

    // Who has not signed in sees one page only.
    let mut stranger = chromium.tab();
    let axe = axe();
    let mut faults = Vec::new();
    for lang in ["zh", "en"] {
        for page in [
            "/sign-in",
            "",
            "/guides",
            "/guides/elder-card",
            "/guides/elder-card?as=text",
            "/guides/elder-card/versions",
            "/versions/1",
            "/figures",
            "/questions",
            "/terminals",
            "/accounts",
            "/data",
            "/log",
            "/versions/99",
        ] {
            let mark = if page.contains('?') { '&' } else { '?' };
            let tab = match page {
                "/sign-in" => &mut stranger,
                _ => &mut tab,
            };
            for (width, height) in [(1366, 900), (390, 844)] {
                tab.size(width, height);
                tab.open(&house.url(&format!("/staff{page}{mark}lang={lang}")));
                tab.settle();
                if tab.evaluate("document.documentElement.scrollWidth > innerWidth + 1") == true {
                    faults.push(format!("{lang} {page} {width}: scrolls sideways"));
                }
                let found = look::axe(tab, &axe).into_iter();
                faults.extend(found.map(|fault| format!("{lang} {page} {width}: {fault}")));
            }
            let name = page.replace(['/', '?', '='], "-");
            tab.size(1366, 900);
            tab.settle();
            tab.screenshot(&screens().join(format!("staff{name}-{lang}.png")));
        }
    }
    faults.sort();
    faults.dedup();
    assert!(
        faults.is_empty(),
        "{}\n{} faults",
        faults.join("\n"),
        faults.len()
    );
}
