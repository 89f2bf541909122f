//! A guide on one A4 page, in large letters, as PDF: for the kitchen table and for the pocket.

mod content;
mod draw;
mod fonts;
mod layout;

use jiff::civil::Date;

use super::code::Code;
use super::qr::{QrCode, TooMuch};
use super::words::{Words, WordsError};
use crate::knowledge::Guide;
use crate::language::Language;
use content::{BY_WORTH, Part};
use layout::{LEADING, Page, Styles, TIGHT};

pub use fonts::{FONTS, Fonts};

/// The smallest letters on a sheet, in points.
const SMALLEST: f32 = 18.0;
/// The sizes that a large print is tried in, in points, the largest first.
const LARGE: [f32; 6] = [28.0, 26.0, 24.0, 22.0, 20.0, SMALLEST];

/// Why there is no sheet.
#[derive(Debug, thiserror::Error)]
pub enum SheetError {
    /// A font is missing or damaged.
    #[error("cannot print: {0}")]
    Fonts(#[from] crate::models::ModelError),
    /// A font's file cannot be read.
    #[error("cannot print: the font {path} cannot be read: {source}")]
    Read {
        /// The file.
        path: std::path::PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
    /// A font's file is no font.
    #[error("cannot print: {0} is no font that can be used: run `wenlu models fetch --verify`")]
    NoFont(std::path::PathBuf),
    /// The link is too long.
    #[error(transparent)]
    Link(#[from] TooMuch),
    /// The words are damaged.
    #[error(transparent)]
    Words(#[from] WordsError),
    /// What must be on the sheet is more than a page.
    #[error(
        "the guide {0} is too long for one page: shorten its headlines and its list of what to bring"
    )]
    TooLong(String),
    /// The file could not be made.
    #[error("the page could not be written: {0}")]
    Write(String),
}

/// How a sheet is printed. Nothing on it is smaller than 18 points.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Print {
    /// As large as what is needed fits: headlines, what to bring, where to go.
    #[default]
    Large,
    /// 18 points, without colour, and as much of the guide as fits.
    Plain,
}

/// Where a guide can be read on a telephone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// The address in the QR code.
    pub url: String,
    /// For who has no camera: the address to open, and the digits to type there.
    pub typed: Option<(String, Code)>,
    /// The last day on which it works.
    pub until: Option<Date>,
}

/// A guide to be printed.
#[derive(Debug, Clone, Copy)]
pub struct Sheet<'a> {
    /// The guide.
    pub guide: &'a Guide,
    /// Its language.
    pub language: Language,
    /// How large.
    pub print: Print,
    /// Where the family reads all of it.
    pub link: Option<&'a Link>,
    /// The day of printing.
    pub today: Date,
}

impl Sheet<'_> {
    /// The page as PDF: one page, A4, tagged for screen readers, its text in reading order.
    ///
    /// What is on it is chosen by rule: the title, the number to call, the steps' headlines,
    /// what to bring, where to go first, the link and the day it was checked always; the source
    /// unless one of the longest guides leaves no room for it; the rest in the order of its
    /// worth as far as there is room.
    ///
    /// # Errors
    /// If the link is too long, or what must be on the page is more than a page.
    pub fn pdf(&self, fonts: &Fonts) -> Result<Vec<u8>, SheetError> {
        let qr = self.link.map(|link| QrCode::new(&link.url)).transpose()?;
        let page = self.plan(fonts)?;
        draw::pdf(self, &page, fonts, qr.as_ref())
    }

    fn plan(&self, fonts: &Fonts) -> Result<Page, SheetError> {
        let words = &Words::of(self.language)?.sheet;
        let metrics = fonts.metrics()?;
        let lay = |styles: Styles, source: bool, parts: &[Part]| {
            let body = content::body(self, words, parts);
            let foot = content::foot(self, words, source);
            layout::lay(&body, &foot, styles, self.link.is_some(), &metrics)
        };
        let sizes: &[f32] = match self.print {
            Print::Large => &LARGE,
            Print::Plain => &[SMALLEST],
        };
        // As large as what is needed fits; then with lines closer together; then without the
        // source, which stands where the link leads.
        let style = |leading| move |&size: &f32| (Styles { size, leading }, true);
        let tight = Styles {
            size: SMALLEST,
            leading: TIGHT,
        };
        let mut ways = (sizes.iter().map(style(LEADING)))
            .chain([(tight, true)])
            .chain(self.link.map(|_| (tight, false)));
        let first = ways.find_map(|(styles, source)| {
            let page = lay(styles, source, &[])?;
            Some((styles, source, page))
        });
        let (styles, source, mut page) =
            first.ok_or_else(|| SheetError::TooLong(self.guide.id.to_string()))?;
        let mut parts = Vec::new();
        for part in BY_WORTH {
            parts.push(part);
            match lay(styles, source, &parts) {
                Some(more) => page = more,
                None => drop(parts.pop()),
            }
        }
        Ok(page)
    }
}

#[cfg(test)]
mod tests;
