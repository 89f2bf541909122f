//! Sharing as a family does it: at the terminal, then on a telephone.

use serde_json::json;

use super::chromium::{Chromium, Tab};
use super::{SIZES, ask, axe, look, screens, terminal};
use crate::server::House;
use crate::server::share::{Home, now, read};
use wenlu::Language;
use wenlu::store::{DAY, NewLink};

/// Looks at a page as it is: large, clear, accessible.
pub fn judge(tab: &mut Tab<'_>, script: &str, name: &str, faults: &mut Vec<String>) {
    tab.settle();
    tab.screenshot(&screens().join(format!("{name}.png")));
    let found = look::measure(tab).into_iter().chain(look::axe(tab, script));
    faults.extend(found.map(|fault| format!("{name}: {fault}")));
}

/// A telephone that has opened this.
pub fn phone<'a>(chromium: &'a Chromium, url: &str) -> Tab<'a> {
    let mut tab = chromium.tab();
    tab.size(390, 844);
    tab.open(url);
    tab
}

/// What the QR code on the terminal's screen says.
pub fn scanned(tab: &mut Tab<'_>) -> String {
    let side = tab.evaluate("document.querySelector('#handed svg').viewBox.baseVal.width");
    let qr = tab.evaluate("document.querySelector('#handed path').getAttribute('d')");
    read(&json!({ "side": side.as_f64().expect("a number") as u64, "qr": qr }))
}

fn reload(tab: &mut Tab<'_>) {
    tab.evaluate("document.body.dataset.old = 'yes'; setTimeout(() => location.reload()); 0");
    tab.wait("document.readyState === 'complete' && !document.body.dataset.old");
}

#[test]
fn shared_at_the_terminal_and_opened_on_a_telephone() {
    let chromium = Chromium::start(None);
    let home = Home::open(|_| {});
    let house: &House = &home.house;
    let (axe, mut faults) = (axe(), Vec::new());
    for (lang, question) in [
        ("zh", "老年证在哪儿办"),
        ("en", "Where do I get a senior card"),
    ] {
        let mut kiosk = terminal(&chromium, house, lang);
        ask(&mut kiosk, question);
        kiosk.wait("document.body.dataset.page === 'step'");
        kiosk.click("#main [data-command=next]");
        kiosk.wait("!!document.querySelector('.dots .past')");
        kiosk.click("#screen [data-command=share]");
        kiosk.wait(
            "document.body.dataset.page === 'shared' && !!document.querySelector('#handed svg')",
        );
        for (device, width, height) in SIZES {
            kiosk.size(width, height);
            judge(
                &mut kiosk,
                &axe,
                &format!("shared-{lang}-{device}"),
                &mut faults,
            );
        }
        let url = scanned(&mut kiosk);
        let digits = kiosk.text("#handed .number");

        let mut helper = phone(&chromium, &url);
        assert!(helper.text("h1").contains(if lang == "zh" {
            "老年优待证"
        } else {
            "enior"
        }));
        let here = helper.text("[aria-current=step] .here");
        assert!(
            here.contains(if lang == "zh" {
                "看到这一步"
            } else {
                "got this far"
            }),
            "{here}"
        );
        judge(
            &mut helper,
            &axe,
            &format!("helper-{lang}-phone"),
            &mut faults,
        );
        helper.evaluate("document.querySelector('.when').scrollIntoView()");
        helper.settle();
        helper.screenshot(&screens().join(format!("helper-{lang}-phone-below.png")));
        // Ticks stay in this telephone, and there only.
        helper.click(".ticks label");
        reload(&mut helper);
        assert_eq!(
            helper.evaluate("document.querySelector('[data-tick=\"0\"]').checked"),
            true
        );
        let kept = helper
            .evaluate("localStorage.length + ':' + sessionStorage.length + ':' + document.cookie");
        assert_eq!(kept, "1:0:");
        let mut other = phone(&chromium, &url);
        assert_eq!(
            other.evaluate("document.querySelector('[data-tick=\"0\"]').checked"),
            false
        );
        // "Read it to me".
        helper.click("#listen button");
        helper.wait("document.getElementById('listen').dataset.playing === '0'");
        helper.wait("document.getElementById('listen').dataset.playing === '1'");
        helper.click("#listen button");
        helper.wait("!('playing' in document.getElementById('listen').dataset)");

        // By telephone: the digits.
        let mut caller = phone(&chromium, &house.url(&format!("/code?lang={lang}")));
        judge(
            &mut caller,
            &axe,
            &format!("code-{lang}-phone"),
            &mut faults,
        );
        caller.type_in("#code", &digits);
        caller.key("Enter");
        caller.wait("location.pathname.startsWith('/s/') && document.readyState === 'complete'");
        assert!(caller.text("h1").contains(if lang == "zh" {
            "老年优待证"
        } else {
            "enior"
        }));

        kiosk.size(1366, 768);
        kiosk.click("[data-command=withdraw]");
        kiosk.wait("document.body.dataset.page === 'step'");
        reload(&mut helper);
        let words = helper.text("h1");
        assert!(
            words.contains(if lang == "zh" {
                "收回了"
            } else {
                "taken back"
            }),
            "{words}"
        );
        judge(
            &mut helper,
            &axe,
            &format!("withdrawn-{lang}-phone"),
            &mut faults,
        );
    }
    let over = home.store(async |store| {
        let link = NewLink {
            guide: "elder-card".into(),
            region: "cn".into(),
            language: Language::Zh,
            step: 0,
            terminal: "terminal".into(),
            made: now() - 2 * DAY,
            expires: now() - DAY,
        };
        store.share(&link).await.expect("shared").token
    });
    let mut late = phone(&chromium, &house.url(&format!("/s/{}", over.as_str())));
    assert!(late.text("h1").contains("过期了"));
    judge(&mut late, &axe, "expired-zh-phone", &mut faults);
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}
