//! Questions that found no guide.

use std::collections::BTreeMap;
use std::sync::Arc;

use maud::{Markup, html};

use super::frame::{self, Answer, Trouble};
use super::guard::{Desk, Sent};
use crate::knowledge::GuideId;
use crate::search::{Decision, Question};
use crate::store::{Role, Unanswered};

/// So many are shown: the most frequent ones.
const MOST: usize = 60;

/// The page: questions, together with others that are nearest to the same guide.
pub(super) async fn page(desk: Desk) -> Answer {
    let settings = desk.store.settings().await?;
    let mut asked = desk.store.unanswered().await?;
    asked.truncate(MOST);
    let assistant = Arc::clone(&desk.app.assistant);
    let grouped = tokio::task::spawn_blocking(move || {
        let mut groups: BTreeMap<Option<String>, Vec<Unanswered>> = BTreeMap::new();
        for question in asked {
            let decision = assistant.decide(&Question::typed(&question.text, question.language));
            let nearest = match decision {
                Decision::Danger(_, nearest) => Some(nearest),
                Decision::Answer(all) | Decision::Choose(all) | Decision::Unknown(all) => {
                    all.into_iter().next()
                }
            };
            let nearest = nearest.map(|candidate| candidate.id.to_string());
            groups.entry(nearest).or_default().push(question);
        }
        groups
    });
    let groups = grouped.await.map_err(|_| Trouble::Failed)?;
    let words = &desk.words().questions;
    let is_manager = desk.account.role == Role::Manager;
    let (how, switch) = if settings.keep_unanswered {
        (&words.on_lead, &words.turn_off)
    } else {
        (&words.off_lead, &words.turn_on)
    };
    let content = html! {
        h1 { (words.title) }
        p.lead { (words.lead) }
        p { (how) }
        @if is_manager {
            (frame::form(&desk, "/staff/questions", &html! {
                button #switch type="submit" name="act" value=(if settings.keep_unanswered { "off" } else { "on" }) { (switch) }
            }))
        }
        @if groups.is_empty() { p { (words.empty) } }
        @for (nearest, questions) in &groups {
            (group(&desk, nearest.as_deref(), questions))
        }
    };
    Ok(frame::page(
        &desk,
        &words.title,
        "/staff/questions",
        &content,
    ))
}

fn group(desk: &Desk, nearest: Option<&str>, questions: &[Unanswered]) -> Markup {
    let words = &desk.words().questions;
    let knowledge = desk.app.assistant.knowledge();
    let guide = nearest.and_then(|id| knowledge.get(&GuideId::new(id)));
    let title = guide.map(|guide| guide.text(desk.language).title.clone());
    html! {
        section { h2 { (title.as_deref().unwrap_or(&desk.words().common.none)) }
            ul.rows { @for question in questions {
                li {
                    p.quote lang=(crate::server::pages::tag(question.language)) { (question.text) }
                    p { (words.count) " " (question.count) }
                    div.actions {
                        form method="get" action="/staff/guides" {
                            input type="hidden" name="lang" value=(desk.language);
                            input type="hidden" name="question" value=(question.text);
                            button type="submit" { (words.make) span.hidden { (desk.colon()) (question.text) } }
                        }
                        (frame::form(desk, "/staff/questions", &html! {
                            input type="hidden" name="text" value=(question.text);
                            input type="hidden" name="language" value=(question.language);
                            button type="submit" name="act" value="forget" { (words.forget) span.hidden { (desk.colon()) (question.text) } }
                        }))
                    }
                }
            } }
        }
    }
}

/// Forgets a question, or turns the keeping on or off.
pub(super) async fn act(Sent { desk, fields }: Sent) -> Answer {
    match fields.get("act") {
        "forget" => {
            let language = fields.get("language").parse();
            let language = language.map_err(|_| Trouble::Missing)?;
            desk.store
                .forget_unanswered(language, fields.get("text"))
                .await?;
        }
        act @ ("on" | "off") => {
            desk.manager()?;
            let mut settings = desk.store.settings().await?;
            settings.keep_unanswered = act == "on";
            desk.store.set_settings(&settings).await?;
            desk.note(
                if act == "on" {
                    "questions-on"
                } else {
                    "questions-off"
                },
                "",
            )
            .await?;
            if act == "off" {
                // At once, not only with the next sweep.
                desk.store.sweep(crate::server::keeping::now()).await?;
            }
        }
        _ => return Err(Trouble::Missing),
    }
    Ok(frame::go(&desk, "/staff/questions"))
}
