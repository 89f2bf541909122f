//! `wenlu knowledge check`.

use std::collections::HashMap;
use std::io::Write;
use std::process::ExitCode;
use std::time::Duration;

use anyhow::bail;
use wenlu::config::Config;
use wenlu::knowledge::check::{FIELDS, Figures, State, Table, mistaken_questions, overdue};
use wenlu::knowledge::{Fault, File, Knowledge, Library, RegionId};
use wenlu::search::Searcher;

/// Prints faults, notices and figures; 1 if there is a fault.
pub fn run(config: &Config, table: bool, questions: bool, json: bool) -> anyhow::Result<ExitCode> {
    let folder = config.knowledge();
    let library = Library::read(&folder)?;
    let faults = library.check();
    let (files, _) = library.files(&RegionId::nation());
    let mut out = std::io::stdout().lock();
    if json {
        serde_json::to_writer(&mut out, &Figures::of(&files))?;
        writeln!(out)?;
    } else {
        if table {
            write_table(&mut out, &files)?;
        }
        for fault in &faults {
            writeln!(out, "{fault}")?;
        }
        let today = jiff::Zoned::now().date();
        for region in library.told_regions() {
            let (files, _) = library.files(&region);
            let own: Vec<_> = files.into_iter().filter(|f| f.region == region).collect();
            for notice in overdue(&own, today) {
                writeln!(out, "notice: {notice}")?;
            }
        }
        if questions {
            for notice in astray(&files)? {
                writeln!(out, "notice: {notice}")?;
            }
        }
        write_figures(&mut out, &library, &files)?;
        writeln!(out, "{} faults", faults.len())?;
    }
    if files.is_empty() {
        bail!("there is no guide in {}", folder.display());
    }
    Ok(ExitCode::from(u8::from(!faults.is_empty())))
}

/// The sample questions that find another guide first once they are taken away.
fn astray(files: &[File]) -> anyhow::Result<Vec<Fault>> {
    let wait = indicatif::ProgressBar::new_spinner().with_message("asking every sample question");
    wait.enable_steady_tick(Duration::from_millis(200));
    let knowledge: Knowledge = files.iter().map(|file| file.guide.clone()).collect();
    let misled: HashMap<_, _> = Searcher::build(&knowledge)?
        .misled()
        .into_iter()
        .map(|m| ((m.language, m.text), m.finds))
        .collect();
    wait.finish_and_clear();
    Ok(mistaken_questions(files, |question, language| {
        misled.get(&(language, question.to_owned())).cloned()
    }))
}

fn write_figures(out: &mut impl Write, library: &Library, files: &[File]) -> anyhow::Result<()> {
    let sum = Figures::of(files);
    let percent = |part: usize| 100.0 * part as f64 / sum.facts.max(1) as f64;
    writeln!(
        out,
        "{} guides, {} texts, {} sample questions, {} sources; {} and {} minutes to read aloud in zh and en",
        sum.guides,
        sum.texts,
        sum.questions,
        sum.sources,
        sum.seconds_zh / 60,
        sum.seconds_en / 60
    )?;
    writeln!(
        out,
        "{} facts: {} sourced ({:.1} %), of these {} by an authority; {} marked to be confirmed ({:.1} %), {} of them sourced in part",
        sum.facts,
        sum.sourced,
        percent(sum.sourced),
        sum.official,
        sum.marked,
        percent(sum.marked),
        sum.both
    )?;
    for region in library.told_regions() {
        if region != RegionId::nation() {
            let (files, _) = library.files(&region);
            let own = files.iter().filter(|file| file.region == region);
            let local: usize = own.clone().map(|file| file.guide.local.len()).sum();
            writeln!(
                out,
                "{region}: {} guides, {local} local fields",
                own.count()
            )?;
        }
    }
    Ok(())
}

fn write_table(out: &mut impl Write, files: &[File]) -> anyhow::Result<()> {
    let Table(rows) = Table::of(files);
    let width = rows.iter().map(|row| row.id.len()).max().unwrap_or(0);
    write!(out, "{:width$}", "guide")?;
    for field in FIELDS {
        write!(out, "  {}", short(field))?;
    }
    writeln!(out, "  steps  questions  longest step  reading")?;
    let mut complete = 0;
    for row in &rows {
        write!(out, "{:width$}", row.id)?;
        for (field, state) in FIELDS.iter().zip(&row.states) {
            let mark = match state {
                State::Absent => "-",
                State::Sourced => "+",
                State::Marked => "?",
                State::Broken => "!",
            };
            write!(out, "  {mark:^width$}", width = short(field).len())?;
        }
        complete += usize::from(row.is_complete());
        let ([zh, en], [long_zh, long_en], [official, lix]) =
            (row.questions, row.longest, row.reading);
        writeln!(
            out,
            "  {:5}  {zh:4} {en:4}  {long_zh:4.0} s {long_en:3.0} s  {official:.1} {lix:5.1}",
            row.steps
        )?;
    }
    writeln!(
        out,
        "+ sourced, ? in part to be confirmed at the counter, - does not apply, ! fault. Questions and steps: zh, en. Reading: official words in 100 characters (zh), LIX (en)."
    )?;
    writeln!(
        out,
        "{complete} of {} guides have every field that a guide must have, in both languages",
        rows.len()
    )?;
    Ok(())
}

/// A column's heading: `where.online` → `online`.
fn short(field: &str) -> &str {
    field.strip_prefix("where.").unwrap_or(field)
}
