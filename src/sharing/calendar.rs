//! A date for a calendar (iCalendar, RFC 5545), with what to bring in it.

use icalendar::{Alarm, Calendar, CalendarDateTime, Component, Event, EventLike};
use jiff::Timestamp;
use jiff::civil::DateTime;

use super::words::{Words, WordsError};
use crate::knowledge::Guide;
use crate::language::Language;

/// How long an entry lasts, in minutes.
const MINUTES: i64 = 60;
/// When the telephone reminds of it: the evening before is time to lay the papers out.
const REMIND_HOURS: i64 = 15;

/// When somebody goes to have something done.
#[derive(Debug, Clone, Copy)]
pub struct Appointment<'a> {
    /// What is to be done.
    pub guide: &'a Guide,
    /// The language of the entry.
    pub language: Language,
    /// Day and hour, where the office is.
    pub at: DateTime,
    /// When the entry is made.
    pub made: Timestamp,
    /// A name for the entry that is the same whenever it is made again, so that a calendar
    /// replaces it.
    pub uid: &'a str,
    /// Where the guide can be read.
    pub url: Option<&'a str>,
}

impl Appointment<'_> {
    /// The entry as a file `text/calendar`.
    ///
    /// The time is "floating" (RFC 5545, 3.3.5): nine o'clock at the counter is nine o'clock
    /// wherever the telephone was set up.
    ///
    /// # Errors
    /// If a bundled locale file is damaged.
    pub fn file(&self) -> Result<String, WordsError> {
        let text = self.guide.text(self.language);
        let start = floating(self.at);
        let end = start + chrono::Duration::minutes(MINUTES);
        let mut event = Event::with_uid(self.uid);
        event
            .summary(&text.title)
            .description(&self.description()?)
            .starts(CalendarDateTime::Floating(start))
            .ends(CalendarDateTime::Floating(end))
            .alarm(Alarm::display(
                &text.title,
                -chrono::Duration::hours(REMIND_HOURS),
            ));
        if let Some(made) = chrono::DateTime::from_timestamp(self.made.as_second(), 0) {
            event.timestamp(made);
        }
        if let Some(counter) = &text.places.counter {
            event.location(counter);
        }
        if let Some(url) = self.url {
            event.url(url);
        }
        let mut calendar = Calendar::new();
        calendar.push(event.done());
        Ok(calendar.to_string())
    }

    /// What to bring, where to go, what it takes to go in somebody's place, whom to call.
    fn description(&self) -> Result<String, WordsError> {
        let words = &Words::of(self.language)?.calendar;
        let text = self.guide.text(self.language);
        let mut lines: Vec<String> = Vec::new();
        if !text.bring.is_empty() {
            lines.push(format!("{}{}", words.bring, words.colon));
            lines.extend(text.bring.iter().map(|item| format!("□ {item}")));
            lines.extend(text.bring_note.clone());
        }
        let mut line =
            |name: &str, words_of: &str| lines.push(format!("{name}{}{words_of}", words.colon));
        let places = &text.places;
        for place in [&places.counter, &places.online, &places.phone]
            .into_iter()
            .flatten()
        {
            line(&words.places, place);
        }
        line(&words.proxy, &text.proxy);
        line(&words.hotline, &self.guide.hotline);
        Ok(lines.join("\n"))
    }
}

fn floating(at: DateTime) -> chrono::NaiveDateTime {
    let (date, time) = (at.date(), at.time());
    let part = |n: i8| u32::from(n.unsigned_abs());
    chrono::NaiveDate::from_ymd_opt(i32::from(date.year()), part(date.month()), part(date.day()))
        .unwrap_or_default()
        .and_hms_opt(part(time.hour()), part(time.minute()), 0)
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::knowledge::{GuideId, Knowledge};

    fn unfolded(file: &str) -> String {
        file.replace("\r\n ", "")
    }

    #[test]
    fn an_entry_says_what_to_bring() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("knowledge");
        let knowledge = Knowledge::load(&folder).expect("the guides are in order");
        let guide = knowledge.get(&GuideId::new("elder-card")).expect("there");
        for language in Language::ALL {
            let file = Appointment {
                guide,
                language,
                at: jiff::civil::date(2026, 11, 25).at(9, 0, 0, 0),
                made: Timestamp::from_second(1_795_000_000).expect("a time"),
                uid: "abc@wenlu",
                url: Some("https://wenlu.local/s/abc"),
            }
            .file()
            .expect("words");
            assert!(file.lines().all(|line| line.len() <= 76), "folded: {file}");
            assert!(file.contains("\r\n"), "lines end with CRLF");
            let text = unfolded(&file);
            for wanted in [
                "DTSTART:20261125T090000\r\n",
                "DTEND:20261125T100000\r\n",
                "UID:abc@wenlu\r\n",
                "URL:https://wenlu.local/s/abc\r\n",
                "BEGIN:VALARM",
                &guide.hotline,
            ] {
                assert!(text.contains(wanted), "{wanted}: {text}");
            }
            for item in &guide.text(language).bring {
                let escaped = item.replace(',', "\\,");
                assert!(text.contains(&escaped), "{item}: {text}");
            }
        }
    }
}
