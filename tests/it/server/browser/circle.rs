//! The circle of help, as an elder at the terminal and a helper with a telephone use it.

use serde_json::Value;

use super::chromium::Chromium;
use super::sharing::{judge, phone, scanned};
use super::{ask, axe, terminal};
use crate::server::share::Home;

#[test]
fn made_at_the_terminal_joined_by_telephone_heard_with_the_card() {
    let chromium = Chromium::start(None);
    let home = Home::open(|_| {});
    let (axe, mut faults) = (axe(), Vec::new());
    for (lang, called, name, note) in [
        ("zh", "王奶奶", "小梅", "把绿本子带上"),
        ("en", "Grandma Wang", "May", "Bring the green booklet"),
    ] {
        let mut kiosk = terminal(&chromium, &home.house, lang);
        kiosk.size(1080, 1920);
        kiosk.click("#screen [data-command=circle]");
        kiosk.wait("document.body.dataset.page === 'circle'");
        judge(
            &mut kiosk,
            &axe,
            &format!("circle-consent-{lang}-kiosk"),
            &mut faults,
        );
        kiosk.click("#main [data-command=yes]");
        kiosk.wait("document.body.dataset.page === 'typing'");
        judge(
            &mut kiosk,
            &axe,
            &format!("circle-name-{lang}-kiosk"),
            &mut faults,
        );
        ask(&mut kiosk, called);
        kiosk.wait("!!document.querySelector('#handed .number')");
        judge(
            &mut kiosk,
            &axe,
            &format!("circle-card-{lang}-kiosk"),
            &mut faults,
        );
        let (card, invitation) = (kiosk.text("#handed .number"), scanned(&mut kiosk));

        let mut helper = phone(&chromium, &format!("{invitation}?lang={lang}"));
        judge(
            &mut helper,
            &axe,
            &format!("join-{lang}-phone"),
            &mut faults,
        );
        helper.type_in("#name", name);
        helper.key("Enter");
        helper.wait("location.pathname.startsWith('/h/') && document.readyState === 'complete'");
        judge(
            &mut helper,
            &axe,
            &format!("helper-home-{lang}-phone"),
            &mut faults,
        );
        helper.evaluate("document.getElementById('guide').value = 'elder-card'; document.querySelector('form[action$=prepare]').requestSubmit()");
        helper.wait("!!document.getElementById('note') && document.readyState === 'complete'");
        judge(
            &mut helper,
            &axe,
            &format!("prepare-{lang}-phone"),
            &mut faults,
        );
        helper.click("fieldset input");
        helper.type_in("#note", note);
        helper.evaluate("document.querySelector('form').requestSubmit()");
        helper.wait("!!document.querySelector('.item') && document.readyState === 'complete'");
        judge(
            &mut helper,
            &axe,
            &format!("prepared-{lang}-phone"),
            &mut faults,
        );

        // Another day: the card.
        ask(&mut kiosk, if lang == "zh" { "再见" } else { "goodbye" });
        kiosk.wait("document.body.dataset.page === 'farewell'");
        kiosk.wait("document.body.dataset.page === 'welcome'");
        kiosk.click("#screen [data-command=card]");
        kiosk.wait("document.body.dataset.page === 'typing'");
        ask(&mut kiosk, &card);
        let words = Value::from(note);
        kiosk.wait(&format!(
            "document.getElementById('screen').textContent.includes({words})"
        ));
        judge(
            &mut kiosk,
            &axe,
            &format!("circle-note-{lang}-kiosk"),
            &mut faults,
        );
        kiosk.click("[data-command=helpers]");
        let words = Value::from(name);
        kiosk.wait(&format!(
            "document.querySelector('.cards')?.textContent.includes({words})"
        ));
        judge(
            &mut kiosk,
            &axe,
            &format!("circle-helpers-{lang}-kiosk"),
            &mut faults,
        );
        kiosk.click("[data-command=log]");
        kiosk.wait("document.querySelectorAll('#screen p').length > 2 && !document.querySelector('.cards')");
        judge(
            &mut kiosk,
            &axe,
            &format!("circle-log-{lang}-kiosk"),
            &mut faults,
        );
        helper.evaluate("document.querySelector('form[action$=leave]').requestSubmit()");
        helper.wait("!document.querySelector('form') && document.readyState === 'complete'");
        judge(
            &mut helper,
            &axe,
            &format!("left-{lang}-phone"),
            &mut faults,
        );
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}
