//! The files a browser is given beside the pages; they are part of the program.

use axum::extract::Path;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use sha2::{Digest, Sha256};

struct Asset {
    name: &'static str,
    kind: &'static str,
    content: &'static [u8],
}

macro_rules! assets {
    ($($name:literal: $kind:literal,)*) => {
        &[$(Asset { name: $name, kind: $kind, content: include_bytes!(concat!("assets/", $name)) },)*]
    };
}

const ASSETS: &[Asset] = assets! {
    "icons.svg": "image/svg+xml",
    "logo.svg": "image/svg+xml",
    "manifest.webmanifest": "application/manifest+json",
    "microphone.js": "text/javascript; charset=utf-8",
    "pictograms.svg": "image/svg+xml",
    "sound.js": "text/javascript; charset=utf-8",
    "style.css": "text/css; charset=utf-8",
    "terminal.js": "text/javascript; charset=utf-8",
    "try.js": "text/javascript; charset=utf-8",
    "view.js": "text/javascript; charset=utf-8",
    "worklet.js": "text/javascript; charset=utf-8",
};

/// Gives a file; a browser that has it already is told so.
pub(super) async fn get(Path(name): Path<String>, headers: HeaderMap) -> Response {
    let Some(asset) = ASSETS.iter().find(|asset| asset.name == name) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let hash = Sha256::digest(asset.content);
    let hash: String = hash
        .iter()
        .take(12)
        .map(|byte| format!("{byte:02x}"))
        .collect();
    let tag = format!("\"{hash}\"");
    let about = [
        (header::CONTENT_TYPE, asset.kind.to_owned()),
        (header::CACHE_CONTROL, "no-cache".to_owned()),
        (header::ETAG, tag.clone()),
    ];
    let known = headers.get(header::IF_NONE_MATCH);
    if known.is_some_and(|known| known.as_bytes() == tag.as_bytes()) {
        return (StatusCode::NOT_MODIFIED, about).into_response();
    }
    (about, asset.content).into_response()
}
