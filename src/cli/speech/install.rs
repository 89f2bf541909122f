//! `wenlu speech install` and `remove`: this voice for every program of the machine.

use std::path::{Path, PathBuf};

use anyhow::Context;
use wenlu::config::Config;
use wenlu::synthesis::Dispatcher;

/// Where Speech Dispatcher keeps the settings of all users.
const SYSTEM: &str = "/etc/speech-dispatcher";

/// Makes wenlu the default voice of Speech Dispatcher.
pub fn install(config: &Config, system: bool) -> anyhow::Result<()> {
    let dispatcher = dispatcher(system)?;
    dispatcher.install(&command(config)?)?;
    println!(
        "Every program that speaks through Speech Dispatcher speaks with wenlu from its next start \
         on (settings in {}). Try `spd-say 您好`; undo it with `wenlu speech remove{}`.",
        dispatcher.folder().display(),
        if system { " --system" } else { "" }
    );
    Ok(())
}

/// Undoes it.
pub fn remove(system: bool) -> anyhow::Result<()> {
    let dispatcher = dispatcher(system)?;
    let was_there = dispatcher.is_installed();
    dispatcher.remove()?;
    println!(
        "{}",
        if was_there {
            "Speech Dispatcher speaks as before, from its next start on."
        } else {
            "There was nothing to remove."
        }
    );
    Ok(())
}

fn dispatcher(system: bool) -> anyhow::Result<Dispatcher> {
    if system {
        return Ok(Dispatcher::of_system(Path::new(SYSTEM)));
    }
    let home = std::env::var_os("XDG_CONFIG_HOME").map(PathBuf::from);
    let home = home.or_else(|| Some(PathBuf::from(std::env::var_os("HOME")?).join(".config")));
    let home = home.context("there is no home folder: use --system")?;
    Ok(Dispatcher::of_user(&home, Path::new(SYSTEM)))
}

/// This program with the folders in use now, since Speech Dispatcher starts it elsewhere.
fn command(config: &Config) -> anyhow::Result<Vec<String>> {
    let program = std::env::current_exe().context("cannot tell where this program is")?;
    let folder = |path: PathBuf| {
        std::path::absolute(&path).with_context(|| format!("cannot find {}", path.display()))
    };
    let words = [
        program,
        "--models".into(),
        folder(config.models())?,
        "--knowledge".into(),
        folder(config.knowledge())?,
    ];
    words
        .into_iter()
        .map(|word| {
            let word = word.into_os_string().into_string();
            word.map_err(|odd| anyhow::anyhow!("the path {} is not text", odd.display()))
        })
        .collect()
}
