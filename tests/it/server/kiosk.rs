//! `wenlu kiosk`: the program, a real browser, and what happens when that browser crashes.

use std::fs::Permissions;
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use super::get;
use super::program::{Running, kill};
use crate::common;
use crate::virtual_audio::wait_for;

/// The tests have no screen, and may be run by root.
const BROWSER: &str = "#!/bin/sh
echo $$ > \"$(dirname \"$0\")/process\"
exec chromium --headless=new --no-sandbox --disable-gpu --mute-audio \"$@\"
";

/// The browser that runs, other than the one that was there `before`, when its page is connected.
fn browser(folder: &Path, address: &str, before: Option<u32>) -> u32 {
    let mut process = 0;
    wait_for("the terminal's page", || {
        let text = std::fs::read_to_string(folder.join("process")).unwrap_or_default();
        process = text.trim().parse().unwrap_or_default();
        let metrics = get(&format!("http://{address}/metrics")).text();
        let line = metrics
            .lines()
            .find(|line| line.starts_with("wenlu_terminals "));
        let is_shown = line.is_some_and(|line| line.ends_with(" 1"));
        (process != 0 && Some(process) != before && is_shown)
            .then_some(())
            .ok_or_else(|| format!("process {process}, {line:?}"))
    });
    process
}

#[test]
fn the_browser_comes_back_after_a_crash() {
    let folder = tempfile::tempdir().expect("a folder");
    let script = folder.path().join("browser");
    std::fs::write(&script, BROWSER).expect("written");
    std::fs::set_permissions(&script, Permissions::from_mode(0o755)).expect("allowed");
    let free = TcpListener::bind("127.0.0.1:0").and_then(|port| port.local_addr());
    let address = free.expect("a free port").to_string();
    let mut command = common::wenlu();
    command
        .args(["kiosk", "--listen", &address, "--browser"])
        .arg(&script)
        .env("XDG_STATE_HOME", folder.path());
    let mut running = Running(command.spawn().expect("the program starts"));
    wait_for("the server", || {
        std::net::TcpStream::connect(&address)
            .map(drop)
            .map_err(|error| error.to_string())
    });

    let first = browser(folder.path(), &address, None);
    let profile = folder.path().join("wenlu/browser");
    assert!(profile.is_dir(), "the profile is where the state is");
    // What a person might have left there.
    std::fs::write(profile.join("left"), "").expect("written");
    kill(&["-KILL", &first.to_string()]);
    let second = browser(folder.path(), &address, Some(first));
    assert!(
        !profile.join("left").exists(),
        "the profile was not emptied"
    );

    running.stop();
    wait_for("the browser's end", || {
        let is_gone = !Path::new(&format!("/proc/{second}")).exists();
        is_gone.then_some(()).ok_or_else(String::new)
    });
}
