//! What a process needs before it does anything.

use tracing_subscriber::EnvFilter;

/// The threads that compute a recognition wait for one another by spinning, unless the
/// environment says otherwise *before the process starts*: on a busy machine that makes
/// everything many times slower. So the program starts itself again, once.
pub fn wait_passively() {
    #[cfg(unix)]
    {
        use std::os::unix::process::CommandExt;
        const POLICY: &str = "OMP_WAIT_POLICY";
        if std::env::var_os(POLICY).is_some() {
            return;
        }
        if let Ok(program) = std::env::current_exe() {
            let mut command = std::process::Command::new(program);
            command
                .args(std::env::args_os().skip(1))
                .env(POLICY, "passive")
                // Between the steps of one computation a short spin is cheaper than sleeping:
                // a fifth of the recogniser's time.
                .env("GOMP_SPINCOUNT", "1000");
            if let Some(name) = std::env::args_os().next() {
                command.arg0(name);
            }
            // Returns only if it failed; then we go on as we are, only slower.
            let error = command.exec();
            tracing::debug!(%error, "cannot start again");
        }
    }
}

/// Warnings go to standard error; `WENLU_LOG=debug` tells more. Never what people said.
pub fn log_to_stderr() {
    let filter = EnvFilter::try_from_env("WENLU_LOG").unwrap_or_else(|_| EnvFilter::new("warn"));
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .without_time()
        .init();
}
