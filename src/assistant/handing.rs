//! A guide, handed on: kept in the store, and named for those who are to read it.

use crate::dialogue::{Handed, Session};
use crate::knowledge::{GuideId, RegionId};
use crate::store::{DAY, NewLink, Seconds, Store, StoreError};

/// Where links are made.
#[derive(Debug, Clone, Copy)]
pub struct MadeAt<'a> {
    /// What the terminal is called: only there can a link be taken back.
    pub terminal: &'a str,
    /// The address of its pages, without a slash at its end.
    pub address: &'a str,
    /// The region it stands in.
    pub home: &'a RegionId,
}

/// Makes a link to `guide`. Of the conversation it takes along the language, the place and the
/// step, and nothing else.
///
/// # Errors
/// If the store is away.
pub async fn hand_on(
    store: &Store,
    made_at: MadeAt<'_>,
    guide: &GuideId,
    session: &Session,
    now: Seconds,
) -> Result<Handed, StoreError> {
    let valid = store.settings().await?.retention.link_valid;
    let region = session.region().unwrap_or(made_at.home);
    let link = NewLink {
        guide: guide.to_string(),
        region: region.to_string(),
        language: session.language(),
        step: i64::try_from(session.step()).unwrap_or(0),
        terminal: made_at.terminal.to_owned(),
        made: now,
        expires: now + valid * DAY,
    };
    let shared = store.share(&link).await?;
    let code = shared.code.as_str().parse();
    let code = code.map_err(|_| StoreError::Strange("code"))?;
    Ok(Handed {
        id: shared.id,
        url: format!("{}/s/{}", made_at.address, shared.token.as_str()),
        address: format!("{}/code", made_at.address),
        code: Some(code),
        until: link.last_day(),
    })
}

/// Makes a link useless that [`hand_on`] made at `terminal`; whether there was one.
///
/// # Errors
/// If the store is away.
pub async fn take_back(
    store: &Store,
    terminal: &str,
    id: &str,
    now: Seconds,
) -> Result<bool, StoreError> {
    store.withdraw(id, terminal, now).await
}
