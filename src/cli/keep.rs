//! `wenlu backup`, `wenlu restore`, `wenlu staff`: what is kept between days.

use std::fs::File;
use std::io::{BufReader, BufWriter, IsTerminal, Read, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, bail};
use wenlu::config::Config;
use wenlu::store::{Deed, Role, Store};

use super::serve::runtime;

/// Accounts of the centre's staff.
#[derive(Debug, clap::Subcommand)]
pub enum Staff {
    /// Make an account; the password is asked for, or read from standard input.
    Add {
        /// The name to sign in with.
        name: String,
        /// What it may do: staff writes and publishes guides, a manager everything.
        #[arg(long, default_value = "staff")]
        role: Role,
    },
    /// Set a new password; everybody who is signed in by this account is signed out.
    Password {
        /// The account.
        name: String,
    },
    /// List the accounts.
    List,
}

#[derive(Debug, clap::Args)]
pub struct BackupArgs {
    /// Where to: a new file, which only this user may read. It holds everything.
    #[arg(value_name = "FILE")]
    file: PathBuf,
}

#[derive(Debug, clap::Args)]
pub struct RestoreArgs {
    /// What `wenlu backup` wrote, of this database or of another kind.
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// Put it in place of what is kept now.
    #[arg(long)]
    replace: bool,
}

fn now() -> i64 {
    jiff::Timestamp::now().as_second()
}

pub fn backup(config: &Config, args: &BackupArgs) -> anyhow::Result<ExitCode> {
    let file = args.file.display();
    let folder = args.file.parent().filter(|f| !f.as_os_str().is_empty());
    // Whole or not at all, and private from the first byte on.
    let kept = tempfile::NamedTempFile::new_in(folder.unwrap_or(Path::new(".")))
        .with_context(|| format!("cannot write {file}"))?;
    let mut out = BufWriter::new(kept);
    let done = runtime()?.block_on(async {
        let store = Store::open(config).await?;
        store.backup(&mut out).await
    })?;
    let kept = out.into_inner().context("cannot write the backup")?;
    kept.as_file().sync_all()?;
    kept.persist_noclobber(&args.file)
        .with_context(|| format!("{file} is not written: is it there already?"))?;
    println!("{} rows are in {file}", done.rows);
    Ok(ExitCode::SUCCESS)
}

pub fn restore(config: &Config, args: &RestoreArgs) -> anyhow::Result<ExitCode> {
    let file =
        File::open(&args.file).with_context(|| format!("cannot read {}", args.file.display()))?;
    runtime()?.block_on(async {
        let store = Store::open(config).await?;
        if !args.replace && !store.is_empty().await? {
            bail!("something is kept already: add --replace to put the backup in its place");
        }
        let done = store.restore(&mut BufReader::new(file)).await?;
        println!("{} rows are back; everybody is signed out", done.rows);
        Ok(ExitCode::SUCCESS)
    })
}

pub fn staff(config: &Config, command: &Staff) -> anyhow::Result<ExitCode> {
    runtime()?.block_on(async {
        let store = Store::open(config).await?;
        match command {
            Staff::Add { name, role } => {
                let account = store.add_account(name, *role, &password()?, now()).await?;
                note(&store, "account-add", &account.name).await?;
                println!("{} may sign in at /staff as {}", account.name, role.name());
            }
            Staff::Password { name } => {
                let accounts = store.accounts().await?;
                let account = accounts.iter().find(|account| account.name == *name);
                let account = account.with_context(|| format!("there is no account {name}"))?;
                store.set_password(&account.id, &password()?).await?;
                note(&store, "account-password", name).await?;
                println!("the password of {name} is changed");
            }
            Staff::List => {
                for account in store.accounts().await? {
                    let disabled = account.disabled.map_or("", |_| "  disabled");
                    println!("{}  {}{disabled}", account.name, account.role.name());
                }
            }
        }
        Ok(ExitCode::SUCCESS)
    })
}

async fn note(store: &Store, act: &str, what: &str) -> anyhow::Result<()> {
    let deed = Deed {
        at: now(),
        who: "command line".into(),
        act: act.into(),
        what: what.into(),
    };
    Ok(store.note_deed(&deed).await?)
}

/// Asks twice on a terminal, without showing it; else reads the first line of the input.
fn password() -> anyhow::Result<String> {
    let mut input = std::io::stdin();
    if !input.is_terminal() {
        let mut text = String::new();
        input.read_to_string(&mut text)?;
        return Ok(text.lines().next().unwrap_or_default().to_owned());
    }
    let first = ask("Password: ")?;
    if first != ask("The same again: ")? {
        bail!("these are two passwords: try again");
    }
    Ok(first)
}

/// Reads a line whose letters are not shown.
fn ask(prompt: &str) -> anyhow::Result<String> {
    use crossterm::event::{Event, KeyCode, KeyEventKind, KeyModifiers, read};
    eprint!("{prompt}");
    std::io::stderr().flush()?;
    crossterm::terminal::enable_raw_mode()?;
    let typed = (|| {
        let mut line = String::new();
        loop {
            let Event::Key(key) = read()? else { continue };
            if key.kind == KeyEventKind::Release {
                continue;
            }
            match key.code {
                KeyCode::Enter => return Ok(line),
                KeyCode::Char('c') if key.modifiers.contains(KeyModifiers::CONTROL) => {
                    bail!("nothing was done")
                }
                KeyCode::Char(letter) => line.push(letter),
                KeyCode::Backspace => drop(line.pop()),
                _ => {}
            }
        }
    })();
    crossterm::terminal::disable_raw_mode()?;
    eprintln!();
    typed
}
