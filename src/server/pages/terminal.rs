//! The terminal's page: what is there before the first message, and everything that the
//! script fills in.

use std::sync::Arc;

use axum::extract::State;
use maud::{Markup, html};

use super::{Lang, language, page, picture, tag};
use crate::dialogue::Command;
use crate::language::Language;
use crate::server::app::App;
use crate::server::words::Wording;

/// The page.
pub(in crate::server) async fn terminal(State(app): State<Arc<App>>, asked: Lang) -> Markup {
    let language = language(&app, asked);
    let words = app.words(language);
    // Both languages' words, as data: a person may change over at any time.
    let all = serde_json::to_string(&app.words).unwrap_or_default();
    page(
        words,
        language,
        &words.page.title,
        (&["style.css"], &["terminal.js"]),
        &html! {
            body.terminal data-words=(all) data-language=(language) data-state="idle" data-page="welcome" {
                a.skip href="#content" { (words.page.skip) }
                (top(&app, words, language))
                p #notice role="status" aria-live="polite" hidden {}
                main #content tabindex="-1" {
                    div #screen { h1 { (words.page.description) } }
                    noscript { p.lead { (words.page.no_script) } }
                    section #browse hidden {}
                }
                (dock(words))
            }
        },
    )
}

fn top(app: &App, words: &Wording, language: Language) -> Markup {
    let settings = &words.settings;
    html! {
        header.top {
            a.home href={ "/?lang=" (language) } data-say="ask" {
                (picture("logo", "logo")) span data-word="page.home" { (words.page.home) }
            }
            nav {
                a.control #open-browse href={ "/browse?lang=" (language) } {
                    (picture("icons", "browse")) span data-word="browse.open" { (words.browse.open) }
                }
                details #settings {
                    summary.control {
                        (picture("icons", "voice")) span data-word="settings.open" { (settings.open) }
                    }
                    div.panel {
                        (sizes(words))
                        (voice(words))
                    }
                }
                (other_language(&app.words(language.other()).name, language.other()))
            }
        }
    }
}

fn other_language(name: &str, other: Language) -> Markup {
    let command = match other {
        Language::En => Command::English,
        Language::Zh => Command::Mandarin,
    };
    html! {
        button.control #language type="button" data-command=(command) lang=(tag(other)) {
            (picture("icons", "language")) span { (name) }
        }
    }
}

fn sizes(words: &Wording) -> Markup {
    let settings = &words.settings;
    html! {
        fieldset {
            legend data-word="settings.size" { (settings.size) }
            @for (size, word) in [("1", &settings.small), ("2", &settings.medium), ("3", &settings.large)] {
                @let name = match size { "1" => "small", "2" => "medium", _ => "large" };
                label { input type="radio" name="size" value=(size) checked[size == "1"];
                    span data-word={ "settings." (name) } { (word) } }
            }
        }
    }
}

fn voice(words: &Wording) -> Markup {
    let settings = &words.settings;
    let buttons = [
        ("slower", &settings.slower),
        ("faster", &settings.faster),
        ("quieter", &settings.quieter),
        ("louder", &settings.louder),
    ];
    html! {
        fieldset {
            legend data-word="settings.voice" { (settings.voice) }
            @for (command, word) in buttons {
                button type="button" data-command=(command) {
                    (picture("icons", command)) span data-word={ "settings." (command) } { (word) }
                }
            }
        }
    }
}

/// The large button, the way on and back, and the line to type.
fn dock(words: &Wording) -> Markup {
    html! {
        footer.dock {
            div #main role="group" aria-label=(words.page.controls) data-label="page.controls" {}
            div.talk {
                button #talk type="button" disabled aria-describedby="how" {
                    span.ring aria-hidden="true" {}
                    (picture("icons", "microphone"))
                    span.words {
                        strong #what { (words.state.offline) }
                        span #how {}
                    }
                }
            }
            form #typed autocomplete="off" {
                label for="question" data-word="page.type_label" { (words.page.type_label) }
                div.line {
                    input #question type="text" maxlength="200" enterkeyhint="send"
                        placeholder=(words.page.type_example) data-placeholder="page.type_example";
                    button type="submit" data-word="page.send" { (words.page.send) }
                }
            }
        }
    }
}
