//! `wenlu knowledge diff`, `import` and `export`.

use std::collections::BTreeSet;
use std::io::{BufRead, IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::bail;
use wenlu::config::Config;
use wenlu::knowledge::check::is_invisible;
use wenlu::knowledge::pack::{self, Change, Manifest, Pack, PackError, Plan};
use wenlu::knowledge::{Fault, Library, RegionId};

#[derive(Debug, clap::Args)]
pub struct Export {
    /// A new folder, or a new file that ends in .zip.
    target: PathBuf,
    /// Only this region's guides; may be given several times.
    #[arg(long = "region", value_name = "REGION", value_parser = super::region)]
    regions: Vec<RegionId>,
    /// The pack's name; the target's if left out.
    #[arg(long)]
    name: Option<String>,
    /// Who answers for the facts; who checked the guides if left out.
    #[arg(long)]
    contributor: Option<String>,
    /// How to reach them.
    #[arg(long)]
    contact: String,
    /// On which terms others may use the guides.
    #[arg(long)]
    licence: String,
}

/// Prints what a pack changes; 1 if it would be refused.
pub fn diff(config: &Config, path: &Path) -> anyhow::Result<ExitCode> {
    let library = Library::read(&config.knowledge())?;
    let Some(plan) = plan(&library, path)? else {
        return Ok(ExitCode::FAILURE);
    };
    Ok(ExitCode::from(u8::from(!plan.faults.is_empty())))
}

pub fn import(config: &Config, path: &Path, yes: bool) -> anyhow::Result<ExitCode> {
    let folder = config.knowledge();
    pack::recover(&folder)?;
    let library = Library::read(&folder)?;
    let Some(plan) = plan(&library, path)? else {
        return Ok(ExitCode::FAILURE);
    };
    if !plan.faults.is_empty() {
        eprintln!("wenlu: {}", PackError::Refused(plan.faults));
        return Ok(ExitCode::FAILURE);
    }
    if plan.changes.is_empty() {
        println!("Everything in this pack is here already.");
        return Ok(ExitCode::SUCCESS);
    }
    if !yes && !agreed()? {
        println!("Nothing was changed.");
        return Ok(ExitCode::FAILURE);
    }
    pack::import(&plan, &folder)?;
    println!("{} guides taken in.", plan.changes.len());
    Ok(ExitCode::SUCCESS)
}

fn agreed() -> anyhow::Result<bool> {
    if !std::io::stdin().is_terminal() {
        bail!("there is nobody to ask: look at `wenlu knowledge diff`, then import with --yes");
    }
    print!("Take these guides in? [y/N] ");
    std::io::stdout().flush()?;
    let mut answer = String::new();
    std::io::stdin().lock().read_line(&mut answer)?;
    Ok(["y", "yes", "是", "好"].contains(&answer.trim().to_lowercase().as_str()))
}

/// Prints the pack's difference and its faults; nothing if it cannot even be opened.
fn plan(library: &Library, path: &Path) -> anyhow::Result<Option<Plan>> {
    let mut out = std::io::stdout().lock();
    let pack = match Pack::open(path) {
        Ok(pack) => pack,
        Err(PackError::Refused(faults)) => {
            write_faults(&mut out, &faults)?;
            eprintln!("wenlu: {}", PackError::Refused(faults));
            return Ok(None);
        }
        Err(error) => return Err(error.into()),
    };
    let plan = pack.plan(library);
    let Manifest {
        name,
        contributor,
        contact,
        licence,
        date,
    } = &pack.manifest;
    writeln!(
        out,
        "{name}, {date}, by {contributor} ({contact}), {licence}"
    )?;
    writeln!(
        out,
        "{} guides: {} new or different, {} the same\n",
        pack.len(),
        plan.changes.len(),
        plan.unchanged
    )?;
    for change in &plan.changes {
        write_change(&mut out, change)?;
    }
    write_faults(&mut out, &plan.faults)?;
    Ok(Some(plan))
}

fn write_faults(out: &mut impl Write, faults: &[Fault]) -> std::io::Result<()> {
    for fault in faults {
        writeln!(out, "{}", visible(&fault.to_string()))?;
    }
    Ok(())
}

fn write_change(out: &mut impl Write, change: &Change) -> std::io::Result<()> {
    let kind = if change.new { "new" } else { "different" };
    writeln!(out, "{} ({kind})", change.slot.path().display())?;
    if change.danger.is_some() {
        writeln!(
            out,
            "  ! this guide interrupts everything else: look at each line"
        )?;
    }
    for field in &change.fields {
        writeln!(out, "  {}", field.field)?;
        for old in &field.old {
            writeln!(out, "    - {}", visible(old))?;
        }
        for new in &field.new {
            writeln!(out, "    + {}", visible(new))?;
        }
        if !field.numbers.is_empty() && !change.new {
            writeln!(out, "    ! new numbers: {}", field.numbers.join(", "))?;
        }
    }
    writeln!(out)
}

/// A pack must not steer the terminal it is shown on.
fn visible(text: &str) -> String {
    let hide = |c: char| if is_invisible(c) { '\u{fffd}' } else { c };
    text.chars().map(hide).collect()
}

pub fn export(config: &Config, args: &Export) -> anyhow::Result<ExitCode> {
    let library = Library::read(&config.knowledge())?;
    let name = match &args.name {
        Some(name) => name.clone(),
        None => {
            let stem = args.target.file_stem().unwrap_or_default();
            stem.to_string_lossy().into_owned()
        }
    };
    let contributor = match &args.contributor {
        Some(contributor) => contributor.clone(),
        None => only_contributor(&library, &args.regions)?,
    };
    let manifest = Manifest {
        name,
        contributor,
        contact: args.contact.clone(),
        licence: args.licence.clone(),
        date: jiff::Zoned::now().date(),
    };
    let count = match pack::export(&library, &manifest, &args.regions, &args.target) {
        Err(PackError::Refused(faults)) => {
            write_faults(&mut std::io::stdout().lock(), &faults)?;
            return Err(PackError::Refused(faults).into());
        }
        other => other?,
    };
    println!("{count} guides written to {}.", args.target.display());
    Ok(ExitCode::SUCCESS)
}

/// The one who checked all the guides that are meant.
fn only_contributor(library: &Library, regions: &[RegionId]) -> anyhow::Result<String> {
    let slots = library.slots();
    let meant = slots.filter(|slot| regions.is_empty() || regions.contains(&slot.region));
    let names: BTreeSet<&str> = meant
        .filter_map(|slot| library.get(slot)?.text("checked_by"))
        .collect();
    let mut names = names.into_iter();
    match (names.next(), names.next()) {
        (Some(name), None) => Ok(name.to_owned()),
        (None, _) => Err(PackError::Nothing.into()),
        _ => bail!(
            "several people checked these guides: say who answers for them with --contributor"
        ),
    }
}
