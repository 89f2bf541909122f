//! What the dialogue asks for outside the conversation: links, paper.

use std::sync::Arc;

use super::Conversation;
use crate::assistant::{MadeAt, hand_on, take_back};
use crate::dialogue::{Errand, Event, Handed, Outcome};
use crate::knowledge::GuideId;
use crate::server::share::paper;
use crate::sharing::{Code, Link, Print, Sheet};
use crate::store::{LinkState, Seconds, Store, StoreError};

fn now() -> Seconds {
    jiff::Timestamp::now().as_second()
}

impl Conversation {
    /// Does it, and tells what came of it.
    pub(super) async fn run(&self, errand: Errand, guide: &GuideId) -> Event {
        let done = match errand {
            Errand::Share => self.hand_on(guide).await.map(Outcome::Shared),
            Errand::Print => self.print(guide).await,
            Errand::Withdraw => self.take_back().await,
        };
        done.map_or_else(
            |error| {
                tracing::warn!(%error, ?errand, "an errand could not be done");
                Event::Failed(errand)
            },
            Event::Done,
        )
    }

    async fn hand_on(&self, guide: &GuideId) -> Result<Handed, StoreError> {
        let (store, home) = (self.app.store().await?, self.app.assistant.home());
        let made_at = MadeAt {
            terminal: &self.app.config.terminal_name(),
            address: self.app.address(),
            home: &home,
        };
        hand_on(store, made_at, guide, &self.session, now()).await
    }

    async fn take_back(&self) -> Result<Outcome, StoreError> {
        let store = self.app.store().await?;
        if let Some(handed) = self.session.handed() {
            self.take_back_link(store, &handed.id).await?;
        }
        Ok(Outcome::Withdrawn)
    }

    /// Whether there was such a link of this terminal's.
    async fn take_back_link(&self, store: &Store, id: &str) -> Result<bool, StoreError> {
        let terminal = self.app.config.terminal_name();
        take_back(store, &terminal, id, now()).await
    }

    /// Withdraws the link with these digits: who holds them was given them.
    pub(super) async fn withdraw_code(&self, code: &Code) -> Event {
        if !self.app.gate.admits_code(self.address, code) {
            return Event::Done(Outcome::NothingToWithdraw);
        }
        let withdrawn = async {
            let store = self.app.store().await?;
            match store.link_by_code(code.digits(), now()).await? {
                LinkState::Living(link) => self.take_back_link(store, &link.id).await,
                _ => Ok(false),
            }
        };
        match withdrawn.await {
            Ok(true) => Event::Done(Outcome::Withdrawn),
            Ok(false) => Event::Done(Outcome::NothingToWithdraw),
            Err(error) => {
                tracing::warn!(%error, "a link could not be withdrawn");
                Event::Failed(Errand::Withdraw)
            }
        }
    }

    /// On paper, with the link on it; without a printer, the link alone.
    async fn print(&self, guide: &GuideId) -> Result<Outcome, StoreError> {
        let handed = self.hand_on(guide).await;
        let link = handed.as_ref().ok().map(|handed| Link {
            url: handed.url.clone(),
            typed: handed
                .code
                .clone()
                .map(|code| (handed.address.clone(), code)),
            until: handed.until,
        });
        let (app, language) = (Arc::clone(&self.app), self.session.language());
        let (id, region) = (guide.clone(), self.session.region().cloned());
        let printed = tokio::task::spawn_blocking(move || {
            let guide = app.assistant.guide(region.as_ref(), &id)?;
            let sheet = Sheet {
                guide: &guide,
                language,
                print: Print::Large,
                link: link.as_ref(),
                today: jiff::Zoned::now().date(),
            };
            let printed = paper::print(&app, &sheet);
            printed
                .inspect_err(|error| tracing::warn!("nothing was printed: {error}"))
                .ok()
        });
        match (printed.await, handed) {
            (Ok(Some(())), _) => Ok(Outcome::Printed),
            (_, handed) => handed.map(Outcome::PrintedElsewhere),
        }
    }
}
