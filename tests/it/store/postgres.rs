//! A PostgreSQL server of the tests' own, in a folder of its own, by a socket of its own.

use std::io::Write;
use std::os::unix::fs::{PermissionsExt, chown};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

/// A server; it ends, and its folder goes, when the test's process does.
pub struct Postgres {
    folder: PathBuf,
    user: Option<u32>,
    running: Option<Child>,
}

/// Serves until its input ends or says stop; without a word it also clears away.
const KEEPER: &str = r#"
"$1/postgres" -D "$2/data" -k "$2" -c listen_addresses= >"$2/log" 2>&1 &
server=$!
if read word; then clear=no; else clear=yes; fi
kill -INT $server
wait $server
[ $clear = no ] || rm -rf "$2"
"#;

impl Postgres {
    /// The one that tests share that do not stop it.
    pub fn shared() -> &'static Self {
        static SERVER: OnceLock<Postgres> = OnceLock::new();
        SERVER.get_or_init(Self::start)
    }

    /// Starts one.
    pub fn start() -> Self {
        let folder = tempfile::tempdir().expect("a folder").keep();
        // PostgreSQL refuses to run as root.
        let user = (number(&["-u"]) == 0).then(|| number(&["-u", "postgres"]));
        if let Some(user) = user {
            chown(&folder, Some(user), None).expect("the folder is the server's");
        }
        std::fs::set_permissions(&folder, PermissionsExt::from_mode(0o700)).expect("private");
        let mut made = Self {
            folder,
            user,
            running: None,
        };
        let data = made.folder.join("data");
        let out = made
            .command(&programs().join("initdb"))
            .arg("-D")
            .arg(data)
            .args([
                "-U",
                "postgres",
                "-A",
                "trust",
                "-E",
                "UTF8",
                "--locale=C.UTF-8",
            ])
            .output()
            .expect("initdb runs");
        assert!(out.status.success(), "initdb: {out:?}");
        made.begin();
        made
    }

    /// Serves (again).
    pub fn begin(&mut self) {
        let child = self
            .command(Path::new("sh"))
            .args(["-c", KEEPER, "keeper"])
            .arg(programs())
            .arg(&self.folder)
            .stdin(Stdio::piped())
            .spawn()
            .expect("the keeper starts");
        self.running = Some(child);
        let since = Instant::now();
        while !self.answers() {
            let log = std::fs::read_to_string(self.folder.join("log")).unwrap_or_default();
            assert!(since.elapsed() < Duration::from_secs(60), "{log}");
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    fn answers(&self) -> bool {
        let ready = Command::new(programs().join("pg_isready"))
            .arg("-q")
            .arg("-h")
            .arg(&self.folder)
            .status();
        ready.expect("pg_isready runs").success()
    }

    /// Stops serving; what is kept stays.
    pub fn stop(&mut self) {
        let mut child = self.running.take().expect("it runs");
        let mut input = child.stdin.take().expect("its input");
        input.write_all(b"stop\n").expect("it listens");
        child.wait().expect("it ends");
    }

    /// A new, empty database.
    pub fn database(&self) -> String {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let name = format!("test_{}", COUNT.fetch_add(1, Ordering::Relaxed));
        let out = Command::new(programs().join("psql"))
            .args(["-U", "postgres", "-q", "-h"])
            .arg(&self.folder)
            .args(["-c", &format!("CREATE DATABASE {name}")])
            .output()
            .expect("psql runs");
        assert!(out.status.success(), "psql: {out:?}");
        let folder = self.folder.display();
        format!("postgres://postgres@localhost/{name}?host={folder}")
    }

    fn command(&self, program: &Path) -> Command {
        let mut command = Command::new(program);
        command.current_dir(&self.folder);
        if let Some(user) = self.user {
            command.uid(user).gid(user);
        }
        command
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        if let Some(mut child) = self.running.take() {
            drop(child.stdin.take());
            child.wait().ok();
        }
    }
}

/// Where Debian puts the server's programs, or where the path has them.
fn programs() -> PathBuf {
    let versions = std::fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten();
    let debian = versions.flatten().map(|version| version.path().join("bin"));
    let path = std::env::var_os("PATH").unwrap_or_default();
    debian
        .chain(std::env::split_paths(&path))
        .find(|folder| folder.join("initdb").is_file() && folder.join("postgres").is_file())
        .expect("PostgreSQL's server: ./task test installs it")
}

fn number(args: &[&str]) -> u32 {
    let out = Command::new("id").args(args).output().expect("id runs");
    let text = String::from_utf8(out.stdout).expect("a number");
    text.trim().parse().expect("a number")
}
