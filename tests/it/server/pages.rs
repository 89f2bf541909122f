//! The pages, as they are sent.

use super::{House, get};

#[test]
fn every_answer_has_the_headers_of_safety() {
    for path in [
        "/",
        "/browse",
        "/guides/elder-card",
        "/assets/style.css",
        "/healthz",
        "/nothing",
        "/api/v1/guides",
        "/api/v1/",
    ] {
        let answer = get(&House::shared().url(path));
        let policy = answer.header("content-security-policy");
        assert!(
            policy.starts_with("default-src 'none'; script-src 'self'"),
            "{path}: {policy}"
        );
        assert!(
            !policy.contains("unsafe") && !policy.contains("http"),
            "{path}: {policy}"
        );
        assert_eq!(answer.header("x-content-type-options"), "nosniff", "{path}");
        assert_eq!(answer.header("referrer-policy"), "same-origin", "{path}");
        assert!(
            answer
                .header("permissions-policy")
                .contains("microphone=(self)"),
            "{path}"
        );
    }
}

/// What a page refers to: `href` and `src`.
fn references(page: &str) -> Vec<String> {
    let parts = page.split(['"']).collect::<Vec<_>>();
    parts
        .windows(2)
        .filter(|pair| pair[0].ends_with("href=") || pair[0].ends_with("src="))
        .map(|pair| pair[1].replace("&amp;", "&"))
        .collect()
}

#[test]
fn links_lead_somewhere_and_nothing_comes_from_elsewhere() {
    let house = House::shared();
    let pages = [
        "/",
        "/?lang=en",
        "/browse",
        "/browse?lang=en",
        "/guides/elder-card",
        "/guides/elder-card?lang=en",
        "/nothing",
        "/api/v1/",
    ];
    for path in pages {
        let page = get(&house.url(path)).text();
        assert!(
            !page.contains(" style=") && !page.contains("<style") && !page.contains(" onclick"),
            "{path}"
        );
        for reference in references(&page) {
            if reference.starts_with('#') || reference.starts_with("tel:") {
                continue;
            }
            assert!(reference.starts_with('/'), "{path}: {reference}");
            let answer = get(&house.url(&reference));
            assert!([200, 404].contains(&answer.status), "{path}: {reference}");
            assert!(
                answer.status == 200 || path == "/nothing",
                "{path}: {reference}"
            );
        }
    }
    assert_eq!(get(&house.url("/nothing")).status, 404);
    assert_eq!(get(&house.url("/guides/nothing")).status, 404);
}

#[test]
fn the_first_page_is_small() {
    let house = House::shared();
    let parts = [
        "/",
        "/assets/style.css",
        "/assets/terminal.js",
        "/assets/view.js",
        "/assets/sound.js",
        "/assets/microphone.js",
        "/assets/worklet.js",
        "/assets/icons.svg",
        "/assets/logo.svg",
        "/assets/manifest.webmanifest",
    ];
    let bytes: usize = parts
        .iter()
        .map(|path| get(&house.url(path)).body.len())
        .sum();
    assert!(bytes <= 60_000, "{bytes} bytes");
}

#[test]
fn files_that_a_browser_has_are_not_sent_again() {
    let url = House::shared().url("/assets/style.css");
    let first = get(&url);
    let agent: ureq::Agent = ureq::Agent::config_builder()
        .http_status_as_error(false)
        .build()
        .into();
    let again = agent
        .get(&url)
        .header("if-none-match", first.header("etag"))
        .call()
        .expect("an answer");
    assert_eq!(again.status(), 304);
    assert_eq!(get(&House::shared().url("/assets/nothing.css")).status, 404);
}

#[test]
fn both_languages_are_served() {
    let house = House::shared();
    assert!(get(&house.url("/")).text().contains("lang=\"zh-CN\""));
    assert!(
        get(&house.url("/?lang=en"))
            .text()
            .contains("<html lang=\"en\"")
    );
    assert!(
        get(&house.url("/guides/elder-card?lang=en"))
            .text()
            .contains("How it is done")
    );
    assert!(
        get(&house.url("/browse?lang=zh"))
            .text()
            .contains("养老金和社保卡")
    );
    assert_eq!(
        get(&house.url("/?lang=klingon")).status,
        200,
        "what is not known counts as left out"
    );
}

#[test]
fn every_pictogram_is_drawn() {
    let sheet = get(&House::shared().url("/assets/pictograms.svg")).text();
    for guide in crate::common::assistant().knowledge().iter() {
        let id = format!("id=\"{}\"", guide.pictogram);
        assert!(sheet.contains(&id), "{}: {}", guide.id, guide.pictogram);
    }
}
