//! The staff's pages: guides of their region, figures, terminals, accounts. They work without
//! a script, for who has signed in; everybody else gets the page to sign in and nothing more.
//!
//! | file | what |
//! |---|---|
//! | `guard` | who asks: sessions, roles, and that a form was really sent from these pages |
//! | `frame` | what all pages have in common; `words` their wording in both languages |
//! | `sign_in` | in and out, with limits on guessing |
//! | `guides`, `edit`, `form` | the list, the form of one guide, its fields |
//! | `versions`, `preview` | publish and roll back; see and hear |
//! | `figures`, `questions`, `terminals` | what was used, what found nothing, the machines |
//! | `accounts`, `data`, `log` | for managers |

mod accounts;
mod data;
mod edit;
mod figures;
mod form;
mod frame;
mod guard;
mod guides;
mod log;
mod preview;
mod questions;
mod sign_in;
mod terminals;
mod versions;
mod words;

use std::sync::Arc;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware::map_response_with_state;
use axum::routing::{get, post};

use super::app::App;
pub(super) use words::StaffWords;

/// The largest form: a guide, with every character written as nine.
const LARGEST_FORM: usize = 1 << 20;

/// All addresses below `/staff`.
pub(super) fn router(app: &Arc<App>) -> Router<Arc<App>> {
    Router::new()
        .route("/staff", get(guides::overview))
        .route("/staff/sign-in", get(sign_in::page).post(sign_in::sign_in))
        .route("/staff/sign-out", post(sign_in::sign_out))
        .route("/staff/guides", get(guides::list).post(guides::begin))
        .route("/staff/guides/{id}", get(edit::page).post(edit::save))
        .route("/staff/guides/{id}/versions", get(versions::page))
        .route("/staff/guides/{id}/unpublish", post(versions::unpublish))
        .route("/staff/versions/{number}", get(preview::page))
        .route("/staff/versions/{number}/speech", get(preview::speech))
        .route("/staff/versions/{number}/publish", post(versions::publish))
        .route(
            "/staff/versions/{number}/roll-back",
            post(versions::roll_back),
        )
        .route("/staff/figures", get(figures::page))
        .route(
            "/staff/questions",
            get(questions::page).post(questions::act),
        )
        .route(
            "/staff/terminals",
            get(terminals::page).post(terminals::choose),
        )
        .route("/staff/accounts", get(accounts::page).post(accounts::act))
        .route("/staff/data", get(data::page).post(data::act))
        .route("/staff/data/export", post(data::export))
        .route("/staff/log", get(log::page))
        .layer(DefaultBodyLimit::max(LARGEST_FORM))
        .layer(map_response_with_state(Arc::clone(app), frame::explain))
}
