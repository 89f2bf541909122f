//! `wenlu kiosk`: the server and a full-screen browser on the same machine, for a terminal.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitCode, ExitStatus, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::Context as _;
use wenlu::config::Config;
use wenlu::server::{App, Server};

use super::serve;

#[derive(Debug, clap::Args)]
#[group(skip)]
pub struct Args {
    #[command(flatten)]
    serve: serve::Args,
    /// The browser: Chromium or one of its kin [default: the first that is installed]
    #[arg(long, value_name = "PROGRAM")]
    browser: Option<PathBuf>,
}

/// In the order in which they are looked for.
const BROWSERS: [&str; 5] = [
    "chromium",
    "chromium-browser",
    "google-chrome",
    "microsoft-edge",
    "brave-browser",
];
/// A browser that ran for less than this did not start properly…
const SHORT: Duration = Duration::from_secs(20);
/// …and is tried again after a pause that doubles up to this.
const LONGEST_PAUSE: Duration = Duration::from_secs(60);

pub fn run(config: &Config, args: &Args) -> anyhow::Result<ExitCode> {
    let config = args.serve.apply(config);
    anyhow::ensure!(
        config.server.listen.ip().is_loopback(),
        "a kiosk listens on this machine only: leave --listen out, or use `wenlu serve` for the network"
    );
    let browser = find(args.browser.as_deref()).context(
        "no browser was found: install Chromium (Debian: apt-get install chromium), or name one with --browser",
    )?;
    let profile = config.state().join("browser");
    serve::runtime()?.block_on(async {
        let app = Arc::new(App::open(config)?);
        let server = Server::bind(&app).await?;
        app.open_store().await?;
        let address = server.bound().address;
        let serving = server.run(app, serve::asked_to_stop());
        tokio::select! {
            () = serving => Ok(ExitCode::SUCCESS),
            never = keep_open(&browser, &profile, address) => never,
        }
    })
}

/// The named browser, or the first one that is installed.
fn find(named: Option<&Path>) -> Option<PathBuf> {
    if let Some(named) = named {
        return Some(named.to_owned());
    }
    let path = std::env::var_os("PATH")?;
    let folders: Vec<PathBuf> = std::env::split_paths(&path).collect();
    let programs = BROWSERS
        .iter()
        .flat_map(|name| folders.iter().map(move |folder| folder.join(name)));
    programs.into_iter().find(|program| program.is_file())
}

/// Starts the browser again whenever it ends.
async fn keep_open(
    browser: &Path,
    profile: &Path,
    address: SocketAddr,
) -> anyhow::Result<ExitCode> {
    let mut pause = Duration::from_secs(1);
    loop {
        let since = Instant::now();
        // A profile of the last run may hold what the last person did, or be damaged.
        let _ = std::fs::remove_dir_all(profile);
        let mut running = start(browser, profile, address)
            .with_context(|| format!("the browser {} does not start", browser.display()))?;
        let status = running.ended().await?;
        tracing::warn!(%status, "the browser ended; it is started again");
        pause = if since.elapsed() < SHORT {
            (2 * pause).min(LONGEST_PAUSE)
        } else {
            Duration::from_secs(1)
        };
        tokio::time::sleep(pause).await;
    }
}

fn start(browser: &Path, profile: &Path, address: SocketAddr) -> std::io::Result<Running> {
    Command::new(browser)
        .arg(format!("--user-data-dir={}", profile.display()))
        // Nobody is there to answer questions, and this page is the only one.
        .args([
            "--kiosk",
            "--no-first-run",
            "--no-default-browser-check",
            "--noerrdialogs",
        ])
        .args([
            "--disable-session-crashed-bubble",
            "--disable-pinch",
            "--overscroll-history-navigation=0",
        ])
        .args([
            "--disable-translate",
            "--disable-features=Translate,TranslateUI",
        ])
        .args([
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
        ])
        .args([
            "--autoplay-policy=no-user-gesture-required",
            "--use-fake-ui-for-media-stream",
        ])
        .arg(format!("http://{address}/"))
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .map(Running)
}

/// A browser; it is ended when this is dropped.
struct Running(Child);

impl Running {
    /// Waits until it has ended by itself.
    async fn ended(&mut self) -> std::io::Result<ExitStatus> {
        loop {
            if let Some(status) = self.0.try_wait()? {
                return Ok(status);
            }
            tokio::time::sleep(Duration::from_millis(500)).await;
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}
