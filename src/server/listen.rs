//! The listening socket: TLS, time limits, numbers of connections, graceful stop.

use std::convert::Infallible;
use std::future::Future;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::Request;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;
use tokio::time::timeout;
use tower::ServiceExt;

use super::ahead::speak_ahead;
use super::app::App;
use super::gate::Pass;
use super::keeping;
use super::metrics::Reason;
use super::routes;
use super::tls::{self, Secured, TlsError};

/// A request's head must have arrived within this time; so long may a connection be idle.
const HEAD_WITHIN: Duration = Duration::from_secs(15);
/// TLS must be agreed on within this time.
const HANDSHAKE_WITHIN: Duration = Duration::from_secs(10);
/// A request's head may be so long.
const LARGEST_HEAD: usize = 16 << 10;
/// After a wish to stop, what is being said and answered may take so long.
const STOP_WITHIN: Duration = Duration::from_secs(20);
/// How often what has expired is forgotten.
const TIDY_EVERY: Duration = Duration::from_secs(10);

/// Who is at the other end.
#[derive(Debug, Clone, Copy)]
pub(super) struct Peer(pub IpAddr);

/// Why there is no server.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    /// Another program listens there.
    #[error(
        "another program uses port {} already: stop it, or choose another port with --listen {}:{}",
        .0.port(), .0.ip(), .0.port().saturating_add(1)
    )]
    Taken(SocketAddr),
    /// The port needs more rights.
    #[error(
        "this user may not listen on port {}: choose one from 1024 on, such as --listen {}:8080",
        .0.port(), .0.ip()
    )]
    Forbidden(SocketAddr),
    /// It is not this machine's address.
    #[error("{} is not an address of this machine: use 127.0.0.1 for this machine only, 0.0.0.0 for the network", .0.ip())]
    NotHere(SocketAddr),
    /// Something else.
    #[error("cannot listen on {address}: {source}")]
    Listen {
        /// The address.
        address: SocketAddr,
        /// What the system says.
        source: io::Error,
    },
    /// HTTPS.
    #[error(transparent)]
    Tls(#[from] TlsError),
}

/// A server that listens but does not answer yet.
pub struct Server {
    listener: TcpListener,
    bound: Bound,
}

/// Where a server listens.
#[derive(Clone)]
pub struct Bound {
    /// The address, with the port that was chosen if 0 was asked for.
    pub address: SocketAddr,
    /// The certificate, if it is HTTPS.
    pub secured: Option<Secured>,
}

impl Bound {
    /// The address to open in a browser.
    #[must_use]
    pub fn url(&self) -> String {
        let scheme = if self.secured.is_some() {
            "https"
        } else {
            "http"
        };
        let ip = tls::address(self.address).unwrap_or(self.address.ip());
        format!("{scheme}://{}/", SocketAddr::new(ip, self.address.port()))
    }
}

impl Server {
    /// Listens: by plain HTTP on a loopback address, else by HTTPS.
    ///
    /// # Errors
    /// If the address cannot be listened on, or HTTPS lacks a usable certificate.
    pub async fn bind(app: &App) -> Result<Self, ServeError> {
        let asked = app.config.server.listen;
        let secured = if asked.ip().is_loopback() && app.config.server.certificate.is_none() {
            None
        } else {
            Some(Secured::open(&app.config)?)
        };
        let failed = |source: io::Error| match source.kind() {
            io::ErrorKind::AddrInUse => ServeError::Taken(asked),
            io::ErrorKind::PermissionDenied => ServeError::Forbidden(asked),
            io::ErrorKind::AddrNotAvailable => ServeError::NotHere(asked),
            _ => ServeError::Listen {
                address: asked,
                source,
            },
        };
        let listener = TcpListener::bind(asked).await.map_err(failed)?;
        let address = listener.local_addr().map_err(failed)?;
        let bound = Bound { address, secured };
        Ok(Self { listener, bound })
    }

    /// Where it listens.
    #[must_use]
    pub fn bound(&self) -> &Bound {
        &self.bound
    }

    /// Answers until `stop` comes; then finishes what is being said, for at most 20 s.
    pub async fn run(self, app: Arc<App>, stop: impl Future<Output = ()>) {
        // It is set once: a program runs one server.
        let _ = app.bound.set(self.bound.url());
        let router = routes::router(Arc::clone(&app));
        // Each connection holds one end; when all are closed, the other end notices.
        let (open, mut all_closed) = mpsc::channel::<Infallible>(1);
        let warm_up = tokio::task::spawn_blocking({
            let app = Arc::clone(&app);
            move || app.warm_up()
        });
        let keeping = tokio::spawn(keeping::tend(Arc::clone(&app)));
        let ahead = tokio::spawn(speak_ahead(Arc::clone(&app)));
        let mut tidy = tokio::time::interval(TIDY_EVERY);
        let mut stop = std::pin::pin!(stop);
        loop {
            tokio::select! {
                () = &mut stop => break,
                _ = tidy.tick() => {
                    app.gate.tidy();
                    app.seats.tidy();
                }
                accepted = self.listener.accept() => match accepted {
                    Ok((stream, address)) => self.admit(&app, &router, &open, stream, address),
                    // Out of files, or the connection broke at once.
                    Err(error) => {
                        tracing::warn!(%error, "a connection could not be accepted");
                        tokio::time::sleep(Duration::from_millis(50)).await;
                    }
                },
            }
        }
        drop((self.listener, open));
        app.stopping.send_replace(true);
        let all = u32::try_from(app.config.server.terminals).unwrap_or(u32::MAX);
        let finished = async {
            let _ = all_closed.recv().await;
            // A terminal's socket is not a request any more: it is counted by its place.
            let _ = app.terminals.acquire_many(all).await;
        };
        if timeout(STOP_WITHIN, finished).await.is_err() {
            tracing::info!("stopped before everything was said");
        }
        warm_up.abort();
        keeping.abort();
        ahead.abort();
        let _ = timeout(TIDY_EVERY, keeping::last_words(&app)).await;
    }

    fn admit(
        &self,
        app: &Arc<App>,
        router: &Router,
        open: &mpsc::Sender<Infallible>,
        stream: TcpStream,
        address: SocketAddr,
    ) {
        let Some(pass) = app.gate.connect(address.ip()) else {
            app.metrics.refuse(Reason::Connections);
            return;
        };
        // Sound comes in small pieces that must not be held back.
        let _ = stream.set_nodelay(true);
        let (app, router, open) = (Arc::clone(app), router.clone(), open.clone());
        let secured = self.bound.secured.clone();
        tokio::spawn(async move {
            app.metrics.connections.inc();
            match secured {
                None => answer(&app, stream, address, router, pass).await,
                Some(secured) => {
                    let agreed = timeout(HANDSHAKE_WITHIN, secured.acceptor.accept(stream)).await;
                    if let Ok(Ok(stream)) = agreed {
                        answer(&app, stream, address, router, pass).await;
                    }
                }
            }
            app.metrics.connections.dec();
            drop(open);
        });
    }
}

async fn answer(
    app: &App,
    stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static,
    address: SocketAddr,
    router: Router,
    pass: Pass,
) {
    let pass = Arc::new(pass);
    let service = hyper::service::service_fn(move |request: hyper::Request<Incoming>| {
        let mut request: Request = request.map(axum::body::Body::new);
        request.extensions_mut().insert(Peer(address.ip()));
        // A socket outlives this connection's service, and its place is taken all the while.
        request.extensions_mut().insert(Arc::clone(&pass));
        router.clone().oneshot(request)
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD_WITHIN)
        .max_buf_size(LARGEST_HEAD)
        .serve_connection(TokioIo::new(stream), service)
        .with_upgrades();
    let mut connection = std::pin::pin!(connection);
    let mut stopping = app.stopping.subscribe();
    let ended = tokio::select! {
        ended = connection.as_mut() => ended,
        () = async { drop(stopping.wait_for(|stopping| *stopping).await) } => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
    // What goes wrong on a connection ends that connection and nothing else.
    if let Err(error) = ended {
        tracing::debug!(%error, "a connection broke");
    }
}
