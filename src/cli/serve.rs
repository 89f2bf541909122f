//! `wenlu serve`: the terminal in a browser, and the interface for other programs.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

use wenlu::config::Config;
use wenlu::server::{App, Bound, Server};

#[derive(Debug, Clone, Default, clap::Args)]
pub struct Args {
    /// Where to listen: 127.0.0.1:8080 for this machine only, 0.0.0.0:8443 for the network
    /// (then by HTTPS, since browsers give no microphone without it) [default: 127.0.0.1:8080]
    #[arg(long, value_name = "ADDRESS:PORT")]
    pub listen: Option<SocketAddr>,
    /// A certificate (chain) in PEM, instead of the one made at the first start.
    #[arg(long, value_name = "FILE", requires = "key")]
    certificate: Option<PathBuf>,
    /// Its private key in PEM.
    #[arg(long, value_name = "FILE", requires = "certificate")]
    key: Option<PathBuf>,
    /// A host name that the made certificate holds for; may be given again.
    #[arg(long = "name", value_name = "NAME")]
    names: Vec<String>,
}

impl Args {
    /// The settings, with what the command line says.
    pub fn apply(&self, config: &Config) -> Config {
        let mut config = config.clone();
        let server = &mut config.server;
        server.listen = self.listen.unwrap_or(server.listen);
        if self.certificate.is_some() {
            server.certificate.clone_from(&self.certificate);
            server.key.clone_from(&self.key);
        }
        server.names.extend(self.names.iter().cloned());
        config
    }
}

pub fn run(config: &Config, args: &Args) -> anyhow::Result<ExitCode> {
    let config = args.apply(config);
    runtime()?.block_on(async {
        let app = Arc::new(App::open(config)?);
        let server = Server::bind(&app).await?;
        app.open_store().await?;
        tell(server.bound());
        server.run(app, asked_to_stop()).await;
        Ok(ExitCode::SUCCESS)
    })
}

pub fn runtime() -> anyhow::Result<tokio::runtime::Runtime> {
    Ok(tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?)
}

/// Says where the page is, and how a browser comes to trust it.
fn tell(bound: &Bound) {
    println!("Open {} in a browser. Stop with Ctrl+C.", bound.url());
    let Some(secured) = bound.secured.as_ref().filter(|secured| secured.made_here) else {
        return;
    };
    println!(
        "The certificate was made here, so browsers warn of it once. On each terminal, either\n\
         - go on past the warning if the fingerprint is this one, or\n\
         - import {} as an authority.\n\
         SHA-256 {}",
        secured.certificate.display(),
        secured.fingerprint
    );
}

/// Ctrl+C, or the system's wish that a service ends.
pub async fn asked_to_stop() {
    let interrupted = tokio::signal::ctrl_c();
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        if let Ok(mut terminated) = signal(SignalKind::terminate()) {
            tokio::select! {
                _ = interrupted => {}
                _ = terminated.recv() => {}
            }
            return;
        }
    }
    let _ = interrupted.await;
}
