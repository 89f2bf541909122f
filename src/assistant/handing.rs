//! A guide, handed on: kept in the store, and named for those who are to read it.

use crate::dialogue::{Handed, Session};
use crate::knowledge::{GuideId, RegionId};
use crate::store::{DAY, NewLink, Seconds, Store, StoreError};

/// Where links are made as long as terminals have no names of their own.
const TERMINAL: &str = "terminal";

/// Makes a link to `guide`, under the pages' `address` (without a slash at its end). Of the
/// conversation it takes along the language, the place and the step, and nothing else.
///
/// # Errors
/// If the store is away.
pub async fn hand_on(
    store: &Store,
    address: &str,
    guide: &GuideId,
    session: &Session,
    home: &RegionId,
    now: Seconds,
) -> Result<Handed, StoreError> {
    let valid = store.settings().await?.retention.link_valid;
    let region = session.region().unwrap_or(home);
    let shared = store
        .share(&NewLink {
            guide: guide.to_string(),
            region: region.to_string(),
            language: session.language(),
            step: i64::try_from(session.step()).unwrap_or(0),
            terminal: TERMINAL.to_owned(),
            made: now,
            expires: now + valid * DAY,
        })
        .await?;
    let code = shared.code.as_str().parse();
    let code = code.map_err(|_| StoreError::Strange("code"))?;
    Ok(Handed {
        id: shared.id,
        url: format!("{address}/s/{}", shared.token.as_str()),
        address: format!("{address}/code"),
        code: Some(code),
    })
}

/// Makes a link useless that [`hand_on`] made; whether there was one.
///
/// # Errors
/// If the store is away.
pub async fn take_back(store: &Store, id: &str, now: Seconds) -> Result<bool, StoreError> {
    store.withdraw(id, TERMINAL, now).await
}
