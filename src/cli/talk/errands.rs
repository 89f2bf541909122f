//! Sharing from the command line: only if the pages have an address that a telephone reaches.

use wenlu::assistant::{self, Assistant, MadeAt};
use wenlu::config::Config;
use wenlu::dialogue::{Errand, Event, Handed, Outcome, Session};
use wenlu::knowledge::GuideId;
use wenlu::sharing::Code;
use wenlu::store::{LinkState, Store};

/// What is needed for it.
pub struct Errands {
    config: Config,
}

impl Errands {
    pub fn new(config: Config) -> Self {
        Self { config }
    }

    /// Does it, and tells what came of it.
    pub fn run(
        &self,
        assistant: &Assistant,
        session: &Session,
        errand: Errand,
        guide: &GuideId,
    ) -> Event {
        let done = match errand {
            Errand::Share => self.hand_on(assistant, session, guide).map(Outcome::Shared),
            // The server prints; here the link stands for the paper.
            Errand::Print => self
                .hand_on(assistant, session, guide)
                .map(Outcome::PrintedElsewhere),
            Errand::Withdraw => session.handed().and_then(|handed| {
                let id = handed.id.clone();
                let terminal = self.config.terminal_name();
                self.with_store(async move |store| {
                    assistant::take_back(&store, &terminal, &id, now()).await
                })
                .map(|_| Outcome::Withdrawn)
            }),
        };
        done.map_or(Event::Failed(errand), Event::Done)
    }

    /// Withdraws the link with these digits.
    pub fn withdraw(&self, code: &Code) -> Event {
        let digits = code.digits().to_owned();
        let terminal = self.config.terminal_name();
        let withdrawn =
            self.with_store(
                async move |store| match store.link_by_code(&digits, now()).await? {
                    LinkState::Living(link) => {
                        assistant::take_back(&store, &terminal, &link.id, now()).await
                    }
                    _ => Ok(false),
                },
            );
        match withdrawn {
            Some(true) => Event::Done(Outcome::Withdrawn),
            Some(false) => Event::Done(Outcome::NothingToWithdraw),
            None => Event::Failed(Errand::Withdraw),
        }
    }

    fn hand_on(&self, assistant: &Assistant, session: &Session, guide: &GuideId) -> Option<Handed> {
        let address = self.config.server.address.as_deref()?;
        let address = address.trim_end_matches('/').to_owned();
        let terminal = self.config.terminal_name();
        let (home, guide, session) = (assistant.home(), guide.clone(), session.clone());
        self.with_store(async move |store| {
            let made_at = MadeAt {
                terminal: &terminal,
                address: &address,
                home: &home,
            };
            assistant::hand_on(&store, made_at, &guide, &session, now()).await
        })
    }

    /// Opens the store for one thing, on a thread of its own: the conversation's own runtime is
    /// busy with the conversation. None if there is no address, or the store is away.
    fn with_store<T: Send>(
        &self,
        work: impl AsyncFnOnce(Store) -> Result<T, wenlu::store::StoreError> + Send,
    ) -> Option<T> {
        self.config.server.address.as_ref()?;
        let config = &self.config;
        let worked = std::thread::scope(|scope| {
            let worker = scope.spawn(move || -> anyhow::Result<T> {
                let runtime = tokio::runtime::Builder::new_current_thread()
                    .enable_all()
                    .build()?;
                Ok(runtime.block_on(async { work(Store::open(config).await?).await })?)
            });
            worker.join().ok()
        })?;
        worked
            .inspect_err(|error| tracing::warn!("the store: {error}"))
            .ok()
    }
}

fn now() -> i64 {
    jiff::Timestamp::now().as_second()
}
