//! What the dialogue wants done with a circle of help.

use super::Conversation;
use crate::dialogue::{Circle, CircleNews, CircleWish, Deed, Event, Handed, Note, Person};
use crate::knowledge::GuideId;
use crate::sharing::Code;
use crate::store::{self, Act, DAY, Seconds, Store, StoreError};

/// How long an invitation is good.
const INVITATION: Seconds = 3 * DAY;
/// So much of the log is fetched.
const LOG: i64 = 20;

impl Conversation {
    /// Does it, and tells what came of it, if that is to be told.
    pub(super) async fn circle(&self, wish: CircleWish) -> Option<Event> {
        let news = match self.grant(wish).await {
            Ok(news) => news?,
            Err(error) => {
                tracing::warn!(%error, "a wish about a circle could not be granted");
                CircleNews::Failed
            }
        };
        Some(Event::Circle(news))
    }

    async fn grant(&self, wish: CircleWish) -> Result<Option<CircleNews>, StoreError> {
        let store = self.app.store().await?;
        let now = jiff::Timestamp::now().as_second();
        Ok(Some(match wish {
            CircleWish::Make(called) => {
                let card = store.make_circle(&called, now).await?;
                let code = Code::card(card.code.as_str());
                let code = code.map_err(|_| StoreError::Strange("card"))?;
                let handed = self.invite(store, &card.circle, Some(code), now).await?;
                let circle = Circle {
                    id: card.circle,
                    called,
                    ..Circle::default()
                };
                CircleNews::Made(circle, handed)
            }
            CircleWish::Open(code) => {
                if !self.app.gate.admits_code(self.address, &code) {
                    return Ok(Some(CircleNews::NoCard));
                }
                match store.circle_by_card(code.digits(), now).await? {
                    Some(circle) => {
                        self.app.gate.was_right(self.address, &code);
                        CircleNews::Opened(told(store, circle).await?)
                    }
                    None => CircleNews::NoCard,
                }
            }
            CircleWish::Invite(circle) => {
                CircleNews::Invited(self.invite(store, &circle, None, now).await?)
            }
            CircleWish::Look(circle) => as_it_is(store, &circle, CircleNews::Seen).await?,
            CircleWish::Heard(circle, note) => {
                store.mark_heard(&circle, &note, now).await?;
                return Ok(None);
            }
            CircleWish::Remove(circle, helper) => {
                store
                    .remove_helper(&circle, &helper, Act::Removed, now)
                    .await?;
                as_it_is(store, &circle, CircleNews::Changed).await?
            }
            CircleWish::RemoveAll(circle) => {
                store.remove_circle(&circle).await?;
                CircleNews::Gone
            }
        }))
    }

    async fn invite(
        &self,
        store: &Store,
        circle: &str,
        code: Option<Code>,
        now: Seconds,
    ) -> Result<Handed, StoreError> {
        let token = store.invite(circle, now + INVITATION).await?;
        Ok(Handed {
            id: String::new(),
            url: format!("{}/join/{}", self.app.address(), token.as_str()),
            address: String::new(),
            code,
            until: None,
        })
    }
}

/// The news of a circle as it is now.
async fn as_it_is(
    store: &Store,
    circle: &str,
    news: fn(Circle) -> CircleNews,
) -> Result<CircleNews, StoreError> {
    Ok(match store.circle(circle).await? {
        Some(circle) => news(told(store, circle).await?),
        None => CircleNews::Gone,
    })
}

/// A circle with all that is told of it.
async fn told(store: &Store, circle: store::Circle) -> Result<Circle, StoreError> {
    let guide = |id: String| (!id.is_empty()).then(|| GuideId::new(id));
    let notes = store.items(&circle.id).await?.into_iter().map(|item| Note {
        id: item.id,
        helper: item.helper_name,
        guide: GuideId::new(item.what.guide),
        ready: item.what.ticked,
        appointment: item.what.appointment,
        note: item.what.note,
    });
    let notes = notes.collect();
    let helpers = store.helpers(&circle.id).await?.into_iter();
    let log = store.circle_log(&circle.id, LOG).await?.into_iter();
    Ok(Circle {
        notes,
        helpers: helpers
            .map(|helper| Person {
                id: helper.id,
                name: helper.name,
            })
            .collect(),
        log: log
            .filter_map(|entry| {
                let at = jiff::Timestamp::from_second(entry.at).ok()?;
                Some(Deed {
                    on: at.to_zoned(jiff::tz::TimeZone::system()).date(),
                    helper: entry.helper,
                    act: entry.act,
                    guide: guide(entry.guide),
                })
            })
            .collect(),
        id: circle.id,
        called: circle.called,
    })
}
