//! Requests that are refused before all of them has come.

use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::extract::Request;
use axum::http::StatusCode;
use axum::middleware::Next;
use axum::response::Response;
use futures_util::{StreamExt as _, stream};
use tokio::sync::Mutex;

/// So much of a refused upload is still taken, in bytes, and thrown away.
const HEARD_OUT: usize = 32 << 20;
/// For so long.
const PATIENCE: Duration = Duration::from_secs(10);

/// Lets a client whose upload is too large send the rest of it, so that it reads why. Closing
/// at once resets the connection, and most clients then tell of that instead of the answer
/// (RFC 9112, section 9.6).
pub(super) async fn hear_out(request: Request, next: Next) -> Response {
    let (parts, body) = request.into_parts();
    let upload = Arc::new(Mutex::new(body.into_data_stream()));
    let taken = stream::unfold(Arc::clone(&upload), async |upload| {
        let chunk = upload.lock().await.next().await?;
        Some((chunk, upload))
    });
    let request = Request::from_parts(parts, Body::from_stream(taken));
    let response = next.run(request).await;
    if response.status() == StatusCode::PAYLOAD_TOO_LARGE {
        tokio::spawn(tokio::time::timeout(PATIENCE, async move {
            let (mut upload, mut taken) = (upload.lock().await, 0);
            while let Some(Ok(chunk)) = upload.next().await
                && taken < HEARD_OUT
            {
                taken += chunk.len();
            }
        }));
    }
    response
}
