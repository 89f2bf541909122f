//! "Read it to me": what the terminal says of a guide, piece by piece, as sound.

use std::io::Cursor;
use std::ops::ControlFlow;
use std::time::Duration;

use axum::extract::Path;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};

use super::visit::{Visit, refuse};
use crate::assistant::{self, Say};
use crate::audio::write_wav_to;
use crate::dialogue::Utter;
use crate::server::words::Kind;
use crate::synthesis::Speech;

/// A pause from which on a new piece begins: the one before a step.
const BREAK: Duration = Duration::from_millis(700);

/// What is read, in pieces: the beginning, then each step.
pub(super) fn pieces(visit: &Visit) -> Vec<Vec<Utter>> {
    let rehearsal = visit
        .app
        .assistant
        .rehearse(&visit.guide.id, visit.language);
    let mut pieces: Vec<Vec<Utter>> = Vec::new();
    for utter in rehearsal.reading {
        match pieces.last_mut() {
            Some(piece) if utter.pause < BREAK => piece.push(utter),
            _ => pieces.push(vec![utter]),
        }
    }
    pieces
}

/// A piece as a WAV file.
pub(super) async fn listen(
    visit: Visit,
    Path(path): Path<Vec<(String, String)>>,
    headers: HeaderMap,
) -> Response {
    let part = path.iter().find(|(name, _)| name == "part");
    let part = part.and_then(|(_, part)| part.strip_suffix(".wav")?.parse::<usize>().ok());
    let piece = part.and_then(|part| pieces(&visit).into_iter().nth(part));
    let Some(piece) = piece else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let unable = |kind, status| refuse(&visit.app, visit.language, kind, status);
    if !visit.app.admits_heavy(visit.address) {
        return unable(Kind::Often, StatusCode::TOO_MANY_REQUESTS);
    }
    let app = visit.app.clone();
    let spoken = visit.app.speaking.work(move || {
        let voices = app.voices.as_ref()?;
        let mut speech = Speech::default();
        let mut each = |piece: crate::synthesis::Piece| {
            speech.samples.extend(piece.speech.samples);
            ControlFlow::Continue(())
        };
        assistant::speak(&app.config, voices, &piece, Say::default(), &mut each)
            .inspect_err(|error| tracing::warn!(%error, "a guide could not be read out"))
            .ok()?;
        Some(speech)
    });
    let mut wav = Cursor::new(Vec::new());
    match spoken.await {
        Ok(Some(speech)) if write_wav_to(&mut wav, &speech).is_ok() => {
            part_of(&headers, wav.into_inner())
        }
        _ => unable(Kind::NoVoice, StatusCode::SERVICE_UNAVAILABLE),
    }
}

/// All of it, or the range that is asked for (RFC 9110, 14): some telephones play no sound
/// that is not given in ranges.
fn part_of(headers: &HeaderMap, mut wav: Vec<u8>) -> Response {
    let all = wav.len();
    let asked = headers
        .get(header::RANGE)
        .and_then(|range| range.to_str().ok());
    let range = asked.and_then(|range| range_of(range, all));
    let status = match range {
        Some((first, last)) => {
            wav.truncate(last + 1);
            wav.drain(..first);
            StatusCode::PARTIAL_CONTENT
        }
        None => StatusCode::OK,
    };
    let mut response = (status, wav).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("audio/wav"));
    headers.insert(header::ACCEPT_RANGES, HeaderValue::from_static("bytes"));
    if let Some((first, last)) = range
        && let Ok(range) = HeaderValue::from_str(&format!("bytes {first}-{last}/{all}"))
    {
        headers.insert(header::CONTENT_RANGE, range);
    }
    response
}

/// The first and the last byte that `bytes=…` asks for; none if it is left out, or is more
/// than one range.
fn range_of(range: &str, all: usize) -> Option<(usize, usize)> {
    let (first, last) = range.strip_prefix("bytes=")?.split_once('-')?;
    let (first, last) = match (first.parse::<usize>().ok(), last.parse::<usize>().ok()) {
        (Some(first), Some(last)) => (first, last.min(all.checked_sub(1)?)),
        (Some(first), None) if last.is_empty() => (first, all.checked_sub(1)?),
        (None, Some(last)) if first.is_empty() => (all.saturating_sub(last), all.checked_sub(1)?),
        _ => return None,
    };
    (first <= last).then_some((first, last))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_are_given_as_asked() {
        #[track_caller]
        fn check(range: &str, given: Option<(usize, usize)>) {
            assert_eq!(range_of(range, 100), given, "{range}");
        }
        check("bytes=0-1", Some((0, 1)));
        check("bytes=0-", Some((0, 99)));
        check("bytes=90-200", Some((90, 99)));
        check("bytes=-10", Some((90, 99)));
        check("bytes=100-", None);
        check("bytes=5-2", None);
        check("bytes=0-1,5-6", None);
        check("lines=0-1", None);
        assert_eq!(range_of("bytes=0-", 0), None);
    }
}
