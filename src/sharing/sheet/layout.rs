//! Where each line of a sheet stands. Lengths are in points, `y` goes down.

use unicode_linebreak::{BreakOpportunity, linebreaks};

use super::content::{Block, Role};
use super::fonts::Metrics;

/// A4 (ISO 216).
pub(super) const WIDTH: f32 = 595.28;
pub(super) const HEIGHT: f32 = 841.89;
/// Nothing stands nearer to the paper's edge: most printers cannot print there.
pub(super) const MARGIN: f32 = 40.0;
/// The side of the QR code with its quiet zone: 5.3 cm, so that an older telephone reads it
/// at arm's length.
pub(super) const QR_SIDE: f32 = 150.0;
/// Between the foot's text and the QR code.
const GUTTER: f32 = 14.0;
/// From line to line, as a multiple of the letters' size.
pub(super) const LEADING: f32 = 1.36;
/// The same where room is scarce.
pub(super) const TIGHT: f32 = 1.22;
/// Where letters stand in their line: the baseline's depth under the middle of the line.
const BASELINE: f32 = 0.36;
/// The foot is written in the smallest size.
const FOOT: f32 = super::SMALLEST;

/// How large a sheet's text is.
#[derive(Debug, Clone, Copy)]
pub(super) struct Styles {
    pub size: f32,
    /// From line to line, as a multiple of it.
    pub leading: f32,
}

/// How a kind of block looks.
#[derive(Debug, Clone, Copy)]
struct Style {
    size: f32,
    bold: bool,
    indent: f32,
    before: f32,
    after: f32,
}

impl Styles {
    fn of(self, role: Role) -> Style {
        let size = self.size;
        let plain = Style {
            size,
            bold: false,
            indent: 0.0,
            before: 0.0,
            after: 0.0,
        };
        match role {
            Role::Title => Style {
                size: 1.5 * size,
                bold: true,
                after: 0.35 * size,
                ..plain
            },
            Role::Call => Style {
                size: 1.15 * size,
                bold: true,
                before: 0.25 * size,
                ..plain
            },
            Role::Heading => Style {
                bold: true,
                before: 0.5 * size,
                ..plain
            },
            Role::Step(_) => Style {
                bold: true,
                indent: 1.5 * size,
                ..plain
            },
            Role::Item | Role::Say => Style {
                indent: 1.5 * size,
                ..plain
            },
            Role::Text => plain,
            Role::Code => Style {
                size: 1.4 * size,
                bold: true,
                ..plain
            },
        }
    }
}

/// A line of text and where it stands.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Line {
    pub text: String,
    pub x: f32,
    pub baseline: f32,
    pub size: f32,
    pub bold: bool,
}

/// A block and its lines.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Placed {
    pub role: Role,
    pub lines: Vec<Line>,
}

/// A page.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Page {
    pub body: Vec<Placed>,
    pub foot: Vec<Placed>,
    /// Where the rule above the foot is.
    pub foot_top: f32,
    /// The upper edge of the QR code.
    pub qr_top: f32,
    /// Where the rule under the title is.
    pub title_bottom: f32,
    /// The letters' size.
    pub size: f32,
}

/// Finds room for everything; none if there is not enough.
pub(super) fn lay(
    body: &[Block],
    foot: &[Block],
    styles: Styles,
    qr: bool,
    metrics: &Metrics<'_>,
) -> Option<Page> {
    let foot_styles = Styles {
        size: FOOT,
        ..styles
    };
    let right = if qr { QR_SIDE + GUTTER } else { 0.0 };
    let foot_width = WIDTH - 2.0 * MARGIN - right;
    let (_, text) = stack(foot, 0.0, foot_width, foot_styles, metrics);
    let foot_height = text.max(if qr { QR_SIDE } else { 0.0 });
    let foot_begin = HEIGHT - MARGIN - foot_height;
    let foot_top = foot_begin - 10.0;
    let (body, bottom) = stack(body, MARGIN, WIDTH - 2.0 * MARGIN, styles, metrics);
    if bottom > foot_top - 6.0 {
        return None;
    }
    let (foot, _) = stack(
        foot,
        foot_begin + (foot_height - text) / 2.0,
        foot_width,
        foot_styles,
        metrics,
    );
    let title = body.first().and_then(|title| title.lines.last());
    let title_bottom = title.map_or(MARGIN, |line| line.baseline + 0.45 * styles.size);
    Some(Page {
        body,
        foot,
        foot_top,
        qr_top: foot_begin + (foot_height - QR_SIDE) / 2.0,
        title_bottom,
        size: styles.size,
    })
}

/// Blocks one under the other from `y` on, and where they end.
fn stack(
    blocks: &[Block],
    mut y: f32,
    width: f32,
    styles: Styles,
    metrics: &Metrics<'_>,
) -> (Vec<Placed>, f32) {
    let mut placed = Vec::with_capacity(blocks.len());
    for block in blocks {
        let style = styles.of(block.role);
        y += style.before;
        let measure = |letter| metrics.width(letter, style.size, style.bold);
        let texts = wrap(&block.text, width - style.indent, measure);
        let height = styles.leading * style.size;
        let lines = texts.into_iter().map(|text| {
            let line = Line {
                text,
                x: MARGIN + style.indent,
                baseline: y + 0.5 * height + BASELINE * style.size,
                size: style.size,
                bold: style.bold,
            };
            y += height;
            line
        });
        placed.push(Placed {
            role: block.role,
            lines: lines.collect(),
        });
        y += style.after;
    }
    (placed, y)
}

/// Cuts a text into lines where the script allows it (UAX #14); a word that is wider than a
/// line, such as an address, is cut anywhere.
pub(super) fn wrap(text: &str, width: f32, measure: impl Fn(char) -> f32) -> Vec<String> {
    let whole_width_of = |text: &str| text.chars().map(&measure).sum::<f32>();
    let width_of = |text: &str| whole_width_of(text.trim_end());
    let mut lines = Vec::new();
    let mut line = String::new();
    let mut from = 0;
    for (to, opportunity) in linebreaks(text) {
        let piece = &text[from..to];
        from = to;
        if !line.is_empty() && width_of(&format!("{line}{piece}")) > width {
            lines.push(std::mem::take(&mut line).trim_end().to_owned());
        }
        for letter in piece.chars() {
            let wide = whole_width_of(&line) + measure(letter) > width;
            if wide && !line.is_empty() && !letter.is_whitespace() {
                lines.push(std::mem::take(&mut line).trim_end().to_owned());
            }
            line.push(letter);
        }
        if opportunity == BreakOpportunity::Mandatory && !line.trim().is_empty() {
            lines.push(std::mem::take(&mut line).trim_end().to_owned());
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Letters as wide as in most fonts: Chinese twice as wide as Latin.
    fn measure(letter: char) -> f32 {
        if letter.is_ascii() { 5.0 } else { 10.0 }
    }

    #[test]
    fn lines_break_where_the_script_allows() {
        #[track_caller]
        fn check(text: &str, lines: &[&str]) {
            assert_eq!(wrap(text, 60.0, measure), lines);
        }
        check("带身份证去社区居委会", &["带身份证去社", "区居委会"]);
        // No line begins with a full stop or a comma.
        check("带身份证就行。不花钱", &["带身份证就", "行。不花钱"]);
        check("bring your card", &["bring your", "card"]);
        check("去12345热线问问", &["去12345热线", "问问"]);
        check(
            "https://192.168.0.1:8080/code",
            &["https://192.", "168.0.1:8080", "/code"],
        );
        check("", &[]);
    }

    proptest! {
        #[test]
        fn nothing_is_lost_and_nothing_is_too_wide(text in "[带身份证，。a-z0-9 ]{0,60}", width in 30.0_f32..200.0) {
            let lines = wrap(&text, width, measure);
            let joined: String = lines.concat().split_whitespace().collect();
            let all: String = text.split_whitespace().collect();
            prop_assert_eq!(joined, all);
            for line in &lines {
                prop_assert!(line.chars().map(measure).sum::<f32>() <= width + 0.01, "{line:?}");
            }
        }
    }
}
