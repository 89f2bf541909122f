//! A person at a real browser: Chromium with a microphone that plays a recording.

mod chromium;
mod circle;
mod look;
mod sharing;
mod staff;

use std::path::PathBuf;
use std::process::Command;

use serde_json::Value;

use super::House;
use crate::common::checkout;
use chromium::{Chromium, Tab};

/// The sizes of screens, and what has them.
const SIZES: [(&str, u32, u32); 4] = [
    ("kiosk", 1080, 1920),
    ("laptop", 1366, 768),
    ("tablet", 768, 1024),
    ("phone", 390, 844),
];

/// Where screenshots go: into the documentation if `WENLU_SCREENS` is set.
fn screens() -> PathBuf {
    let folder = if std::env::var_os("WENLU_SCREENS").is_some() {
        checkout("docs/screens")
    } else {
        PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("screens")
    };
    std::fs::create_dir_all(&folder).expect("a folder");
    folder
}

/// axe-core's script, out of npm's package.
fn axe() -> String {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("axe");
    let script = folder.join("node_modules/axe-core/axe.min.js");
    if !script.is_file() {
        std::fs::create_dir_all(&folder).expect("a folder");
        let npm = Command::new("npm")
            .args([
                "install",
                "--no-save",
                "--no-audit",
                "--no-fund",
                "--ignore-scripts",
                "axe-core@4.14.1",
            ])
            .current_dir(&folder)
            .output()
            .expect("npm is installed");
        assert!(
            npm.status.success(),
            "{}",
            String::from_utf8_lossy(&npm.stderr)
        );
    }
    std::fs::read_to_string(script).expect("the script")
}

fn terminal<'a>(chromium: &'a Chromium, house: &House, lang: &str) -> Tab<'a> {
    let mut tab = chromium.tab();
    tab.size(1366, 768);
    tab.open(&house.url(&format!("/?lang={lang}")));
    tab.wait("document.body.dataset.state === 'idle' && !!document.querySelector('#screen h1')");
    tab
}

#[test]
fn press_speak_hear_next_repeat_choose_leave() {
    let chromium = Chromium::start(Some(&checkout("tests/data/speech/elder_card.wav")));
    let house = House::shared();
    let mut tab = terminal(&chromium, house, "zh");
    // The space bar is the large button.
    tab.key(" ");
    tab.wait("document.body.dataset.state === 'listening'");
    assert_eq!(tab.text("#how"), "我在听");
    assert_eq!(tab.text("#what"), "说完了");
    tab.wait("Number(document.body.style.getPropertyValue('--level')) > 0.3");
    tab.wait("document.body.dataset.page === 'step'");
    assert!(tab.text("#screen").contains("第一步"));
    tab.wait("document.body.dataset.state === 'speaking'");
    // Interrupted by a button, and on.
    tab.click("#main [data-command=next]");
    tab.wait("document.querySelector('.progress').textContent.includes('第二步')");
    tab.click("#main [data-command=repeat]");
    tab.wait("document.body.dataset.state === 'speaking'");
    // It listens again by itself when all has been played.
    tab.wait("document.body.dataset.state === 'listening'");
    tab.type_in("#question", "老年卡");
    tab.key("Enter");
    tab.wait("document.querySelector('.heard')?.textContent.includes('老年卡')");
    tab.type_in("#question", "再见");
    tab.key("Enter");
    tab.wait("document.body.dataset.page === 'farewell'");
    tab.wait("document.body.dataset.page === 'welcome'");
    // The next person sees nothing of it.
    let left = tab.text("body");
    assert!(
        !left.contains("老年证") && !left.contains("老年卡"),
        "{left}"
    );
    assert_eq!(
        tab.evaluate("localStorage.length + sessionStorage.length + document.cookie.length"),
        0
    );
    tab.is_clean(house);
}

#[test]
fn without_a_microphone_by_keyboard_only() {
    let chromium = Chromium::start(None);
    let house = House::shared();
    let mut tab = terminal(&chromium, house, "zh");
    tab.key(" ");
    tab.wait("!document.getElementById('notice').hidden");
    assert!(
        tab.text("#notice").contains("打字"),
        "{}",
        tab.text("#notice")
    );
    // Tab to the pictures, Enter; Tab to a card, Enter.
    tab.tab_to("#open-browse");
    tab.key("Enter");
    tab.wait("!document.getElementById('browse').hidden");
    tab.tab_to("#browse [data-open=elder-card]");
    tab.key("Enter");
    tab.wait("document.body.dataset.page === 'step'");
    tab.key("ArrowRight");
    tab.wait("document.querySelector('.progress').textContent.includes('第二步')");
    tab.key("ArrowLeft");
    tab.wait("document.querySelector('.progress').textContent.includes('第一步')");
    tab.tab_to("#screen [data-command=materials]");
    tab.key("Enter");
    tab.wait("document.body.dataset.page === 'answer'");
    tab.is_clean(house);
}

#[test]
fn the_step_stays_when_the_connection_breaks() {
    let chromium = Chromium::start(None);
    let mut house = House::open(|_| {});
    let address = house.address;
    let mut tab = terminal(&chromium, &house, "zh");
    tab.type_in("#question", "老年证在哪儿办");
    tab.key("Enter");
    tab.wait("document.body.dataset.page === 'step'");
    tab.click("#main [data-command=next]");
    tab.wait("document.querySelector('.progress').textContent.includes('第二步')");
    let step = tab.text("#screen h1");
    tab.wait("document.body.dataset.state !== 'speaking'");
    house.stop();
    house.wait();
    tab.wait("document.body.dataset.state === 'offline'");
    assert!(tab.text("#notice").contains("断线"));
    assert_eq!(tab.text("#screen h1"), step);
    // Another server on the same port: it knows nothing, and the page brings the step along.
    let _again = House::open(|config| config.server.listen = address);
    tab.wait("document.body.dataset.state === 'idle'");
    assert_eq!(tab.text("#screen h1"), step);
    assert!(tab.text(".progress").contains("第二步"));
}

#[test]
fn words_are_never_taken_for_script() {
    let chromium = Chromium::start(None);
    let house = House::shared();
    let mut tab = terminal(&chromium, house, "en");
    tab.type_in(
        "#question",
        "<img src=x onerror=document.title='broken'> where is my card",
    );
    tab.key("Enter");
    tab.wait("!!document.querySelector('.heard')");
    assert_eq!(
        tab.evaluate("document.querySelectorAll('#screen img').length"),
        0
    );
    assert_eq!(tab.text("title"), "Wenlu");
    assert!(tab.text(".heard").contains("<img"));
}

#[test]
fn usable_at_once() {
    let chromium = Chromium::start(None);
    let house = House::shared();
    drop(terminal(&chromium, house, "zh"));
    let tab = &mut terminal(&chromium, house, "zh");
    let bytes = tab.evaluate(
        "[...performance.getEntriesByType('resource'), performance.getEntriesByType('navigation')[0]]
            .reduce((sum, entry) => sum + entry.decodedBodySize, 0)",
    );
    assert!(
        bytes.as_f64().is_some_and(|bytes| bytes <= 60_000.0),
        "{bytes} bytes"
    );
    // No time is asserted here, since the machine may be busy; it is printed.
    println!(
        "interactive after {} ms",
        tab.evaluate("performance.getEntriesByType('navigation')[0].domInteractive")
    );
}

/// A state of the page: its name, how to come to it, and when it is there.
struct Step(&'static str, fn(&mut Tab<'_>, bool), &'static str);

fn ask(tab: &mut Tab<'_>, words: &str) {
    tab.evaluate(&format!(
        "document.getElementById('question').value = {}; document.getElementById('typed').requestSubmit()",
        Value::from(words)
    ));
}

/// Every state, in an order in which a person may come by.
const STATES: &[Step] = &[
    Step(
        "welcome",
        |_, _| {},
        "document.body.dataset.page === 'welcome'",
    ),
    Step(
        "browse",
        |tab, _| tab.click("#open-browse"),
        "!document.getElementById('browse').hidden",
    ),
    Step(
        "settings",
        |tab, _| {
            tab.click("#close-browse");
            tab.click("#settings summary");
        },
        "document.getElementById('settings').open",
    ),
    Step(
        "step",
        |tab, zh| {
            tab.evaluate("document.getElementById('settings').open = false");
            ask(
                tab,
                if zh {
                    "老年证在哪儿办"
                } else {
                    "Where do I get a senior card"
                },
            );
        },
        "document.body.dataset.page === 'step'",
    ),
    Step(
        "materials",
        |tab, _| tab.click("[data-command=materials]"),
        "document.body.dataset.page === 'answer'",
    ),
    Step(
        "finished",
        |tab, _| {
            for _ in 0..7 {
                tab.evaluate("document.querySelector('#main [data-command=resume], #main [data-command=next]')?.click()");
                tab.settle();
            }
        },
        "document.body.dataset.page === 'finished'",
    ),
    Step(
        "choosing",
        |tab, zh| ask(tab, if zh { "老年卡" } else { "card" }),
        "['choosing', 'confirming', 'dead_end', 'step'].includes(document.body.dataset.page)",
    ),
    Step(
        "dead-end",
        |tab, zh| {
            ask(
                tab,
                if zh {
                    "明天会不会下雨"
                } else {
                    "Will it rain tomorrow"
                },
            )
        },
        "['dead_end', 'asking'].includes(document.body.dataset.page)",
    ),
    Step(
        "danger",
        |tab, zh| {
            ask(
                tab,
                if zh {
                    "快来人啊，我老伴晕倒了叫不醒"
                } else {
                    "Help, my wife has collapsed and does not wake up"
                },
            )
        },
        "document.body.dataset.page === 'danger'",
    ),
];

#[test]
fn every_state_is_large_clear_and_accessible() {
    let chromium = Chromium::start(None);
    let house = House::shared();
    let axe = axe();
    let mut faults = Vec::new();
    for lang in ["zh", "en"] {
        let mut tab = terminal(&chromium, house, lang);
        // Shown only: nothing is waited for but the page.
        tab.evaluate("window.AudioContext = class { get state() { return 'suspended' } resume() { return Promise.reject() } createGain() { return { gain: {}, connect: (to) => to } } createDynamicsCompressor() { const value = () => ({}); return { threshold: value(), ratio: value(), attack: value(), connect: (to) => to } } }");
        for Step(name, act, there) in STATES {
            act(&mut tab, lang == "zh");
            tab.wait(there);
            for (device, width, height) in SIZES {
                tab.size(width, height);
                tab.settle();
                let place = format!("{lang} {name} {device}");
                faults.extend(
                    look::measure(&mut tab)
                        .into_iter()
                        .map(|fault| format!("{place}: {fault}")),
                );
                let documented = device == "kiosk" || ["welcome", "step"].contains(name);
                if documented {
                    tab.screenshot(&screens().join(format!("{name}-{lang}-{device}.png")));
                }
            }
            tab.size(1366, 768);
            tab.settle();
            faults.extend(
                look::axe(&mut tab, &axe)
                    .into_iter()
                    .map(|fault| format!("{lang} {name}: {fault}")),
            );
        }
        for path in ["/browse", "/guides/elder-card", "/nothing"] {
            tab.open(&house.url(&format!("{path}?lang={lang}")));
            tab.settle();
            faults.extend(
                look::measure(&mut tab)
                    .into_iter()
                    .map(|fault| format!("{lang} {path}: {fault}")),
            );
            faults.extend(
                look::axe(&mut tab, &axe)
                    .into_iter()
                    .map(|fault| format!("{lang} {path}: {fault}")),
            );
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
