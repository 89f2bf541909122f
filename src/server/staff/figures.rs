//! How often guides were used, week by week.

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use maud::{Markup, html};

use super::frame::{self, Answer};
use super::guard::Desk;
use crate::knowledge::GuideId;
use crate::server::keeping::now;
use crate::store::{DAY, week_of};

/// So many weeks are shown.
const WEEKS: usize = 26;

/// Counts, one a week.
type Counts = [i64; WEEKS];

/// The page.
pub(super) async fn page(desk: Desk) -> Answer {
    let last = week_of(now());
    let first = last - WEEKS as i64 + 1;
    let mut all = [0; WEEKS];
    let mut guides: BTreeMap<String, Counts> = BTreeMap::new();
    for used in desk.store.uses(first).await? {
        let Some(at) = usize::try_from(used.week - first)
            .ok()
            .filter(|at| *at < WEEKS)
        else {
            continue;
        };
        all[at] += used.count;
        guides.entry(used.guide).or_insert([0; WEEKS])[at] += used.count;
    }
    let mut guides: Vec<(String, Counts)> = guides.into_iter().collect();
    guides.sort_by_key(|(_, counts)| std::cmp::Reverse(counts.iter().sum::<i64>()));
    let words = &desk.words().figures;
    let knowledge = desk.app.assistant.knowledge();
    let title = |id: &str| {
        let guide = knowledge.get(&GuideId::new(id));
        guide.map_or_else(
            || id.to_owned(),
            |guide| guide.text(desk.language).title.clone(),
        )
    };
    let content = html! {
        h1 { (words.title) }
        p.lead { (words.lead) }
        @if guides.is_empty() { p { (words.empty) } } @else {
            h2 { (words.all) " · " (words.last_weeks) }
            (plot(&all, &words.all, "large"))
            p.range { span { (monday(first)) } span { (monday(last)) } }
            div.wide tabindex="0" role="region" aria-labelledby="guides" { table {
                caption #guides { (words.title) }
                thead { tr { th scope="col" { (desk.words().guides.guide) } th scope="col" { (words.total) } th scope="col" { (words.last_weeks) } } }
                tbody { @for (id, counts) in &guides {
                    tr { th scope="row" { (title(id)) } td.number { (counts.iter().sum::<i64>()) }
                        td { (plot(counts, &title(id), "small")) } }
                } }
            } }
            details {
                summary { (words.table) }
                div.wide tabindex="0" role="region" aria-labelledby="weeks" { table {
                    caption #weeks { (words.table) }
                    thead { tr { th scope="col" { (words.week) } th scope="col" { (words.total) }
                        @for (id, _) in &guides { th scope="col" { (title(id)) } } } }
                    tbody { @for at in (0..WEEKS).rev().filter(|at| all[*at] > 0) {
                        tr { th scope="row" { (monday(first + at as i64)) } td.number { (all[at]) }
                            @for (_, counts) in &guides { td.number { (counts[at]) } } }
                    } }
                } }
            }
        }
    };
    Ok(frame::page(&desk, &words.title, "/staff/figures", &content))
}

/// A bar for each week; the highest fills the height. The numbers are in the table.
fn plot(counts: &Counts, name: &str, size: &str) -> Markup {
    const HEIGHT: i64 = 100;
    const STEP: i64 = 20;
    let most = counts.iter().copied().max().unwrap_or(0).max(1);
    let total: i64 = counts.iter().sum();
    let width = STEP * WEEKS as i64;
    html! {
        svg.plot.(size) role="img" viewBox={ "0 0 " (width) " " (HEIGHT) } preserveAspectRatio="none"
            aria-label={ (name) " " (total) } {
            @for (at, count) in (0..).zip(counts) {
                // A week with a single use is seen, too.
                @let height = if *count == 0 { 1 } else { (count * HEIGHT / most).max(4) };
                rect.none[*count == 0] x=(at * STEP + 2) y=(HEIGHT - height) width=(STEP - 4) height=(height) {}
            }
        }
    }
}

/// The day a week begins on.
fn monday(week: i64) -> String {
    let at = Timestamp::from_second((week * 7 - 3) * DAY).unwrap_or_default();
    at.to_zoned(TimeZone::UTC).date().to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weeks_are_named_by_their_monday() {
        let some_wednesday = 1_780_000_000 / DAY * DAY;
        let monday = monday(week_of(some_wednesday));
        let date: jiff::civil::Date = monday.parse().unwrap();
        assert_eq!(date.weekday(), jiff::civil::Weekday::Monday);
        let asked = Timestamp::from_second(some_wednesday).unwrap();
        let asked = asked.to_zoned(TimeZone::UTC).date();
        assert!((0..7).contains(&(asked - date).get_days()));
    }
}
