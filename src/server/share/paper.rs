//! The sheet, the calendar entry and the QR code, as files; and paper.

use std::io::Write as _;
use std::process::{Command, Stdio};

use axum::extract::Query;
use axum::extract::rejection::QueryRejection;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;

use super::visit::{Visit, refuse};
use crate::server::app::App;
use crate::server::words::Kind;
use crate::sharing::{Appointment, Link, Print, QrCode, Sheet};

/// `?print=plain`.
#[derive(Deserialize)]
pub(super) struct Wish {
    print: Option<String>,
}

/// The sheet.
pub(super) async fn sheet(visit: Visit, wish: Result<Query<Wish>, QueryRejection>) -> Response {
    let plain = wish.is_ok_and(|Query(wish)| wish.print.as_deref() == Some("plain"));
    let print = if plain { Print::Plain } else { Print::Large };
    if !visit.app.admits_heavy(visit.address) {
        return refuse(
            &visit.app,
            visit.language,
            Kind::Often,
            StatusCode::TOO_MANY_REQUESTS,
        );
    }
    let (app, language) = (visit.app.clone(), visit.language);
    let name = format!("wenlu-{}.pdf", visit.guide.id);
    let made = tokio::task::spawn_blocking(move || {
        let link = Link {
            url: visit.url(),
            typed: None,
            until: visit.until(),
        };
        let sheet = Sheet {
            guide: &visit.guide,
            language: visit.language,
            print,
            link: Some(&link),
            today: jiff::Zoned::now().date(),
        };
        sheet.pdf(visit.app.fonts()?)
    });
    match made.await {
        Ok(Ok(pdf)) => file(
            "application/pdf",
            &format!("inline; filename=\"{name}\""),
            pdf,
        ),
        failed => {
            tracing::warn!(?failed, "a sheet could not be made");
            refuse(
                &app,
                language,
                Kind::NoPaper,
                StatusCode::SERVICE_UNAVAILABLE,
            )
        }
    }
}

fn file(kind: &'static str, name: &str, bytes: impl Into<axum::body::Body>) -> Response {
    let mut response = bytes.into().into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    if let Ok(name) = HeaderValue::from_str(name) {
        headers.insert(header::CONTENT_DISPOSITION, name);
    }
    response
}

/// `?date=2026-11-25&time=09:00`, as a browser's fields give them.
#[derive(Deserialize)]
pub(super) struct When {
    date: jiff::civil::Date,
    time: jiff::civil::Time,
}

/// The calendar entry.
pub(super) async fn date(visit: Visit, when: Result<Query<When>, QueryRejection>) -> Response {
    let Ok(Query(when)) = when else {
        return refuse(
            &visit.app,
            visit.language,
            Kind::NoDate,
            StatusCode::BAD_REQUEST,
        );
    };
    let url = visit.url();
    let entry = Appointment {
        guide: &visit.guide,
        language: visit.language,
        at: when.date.to_datetime(when.time),
        made: jiff::Timestamp::now(),
        uid: &format!("{}@wenlu", visit.link.id),
        url: Some(&url),
    };
    match entry.file() {
        Ok(entry) => file(
            "text/calendar; charset=utf-8",
            &format!("attachment; filename=\"wenlu-{}.ics\"", visit.guide.id),
            entry,
        ),
        Err(error) => {
            tracing::error!(%error, "a calendar entry could not be made");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}

/// The QR code of the same link, to hand it on.
pub(super) async fn qr(visit: Visit) -> Response {
    match QrCode::new(&visit.url()) {
        Ok(code) => file("image/svg+xml", "inline", code.svg()),
        Err(error) => {
            tracing::warn!(%error, "a QR code could not be made");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}

/// Prints a sheet on this machine's printer.
///
/// # Errors
/// If there is none, or the sheet cannot be made; in words.
pub(in crate::server) fn print(app: &App, sheet: &Sheet<'_>) -> Result<(), String> {
    let command = app.config.print_command();
    let Some((program, arguments)) = command.split_first() else {
        return Err("terminal.print is empty".into());
    };
    let fonts = app.fonts().map_err(|error| error.to_string())?;
    let pdf = sheet.pdf(fonts).map_err(|error| error.to_string())?;
    let said = |error: std::io::Error| format!("{program}: {error}");
    let mut printing = Command::new(program)
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .map_err(said)?;
    let fed = match printing.stdin.take() {
        Some(mut paper) => paper.write_all(&pdf),
        None => Ok(()),
    };
    // Waited for in any case, so that nothing is left of it.
    let ended = printing.wait().map_err(said)?;
    fed.map_err(said)?;
    if ended.success() {
        Ok(())
    } else {
        Err(format!("{program} ended with {ended}"))
    }
}
