//! QR codes (ISO/IEC 18004), drawn with the whole quiet zone that scanners ask for.

use std::fmt::Write as _;

use qrcodegen::QrCodeEcc;

/// The quiet zone around the code, in modules (ISO/IEC 18004, 9.1).
const QUIET: i32 = 4;

/// The text does not fit into a QR code.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("a link of {0} characters is too long for a QR code: choose a shorter server.address")]
pub struct TooMuch(pub usize);

/// A QR code.
#[derive(Clone, PartialEq, Eq)]
pub struct QrCode(qrcodegen::QrCode);

impl std::fmt::Debug for QrCode {
    /// Leaves the content out: a link is for who holds it.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "QrCode({0}×{0})", self.0.size())
    }
}

impl QrCode {
    /// The code of `text`. A quarter of it may be smudged or creased and it still reads
    /// (level Q).
    ///
    /// # Errors
    /// If the text is longer than about 1,600 characters.
    pub fn new(text: &str) -> Result<Self, TooMuch> {
        qrcodegen::QrCode::encode_text(text, QrCodeEcc::Quartile)
            .map(Self)
            .map_err(|_| TooMuch(text.chars().count()))
    }

    /// Modules on a side, with the quiet zone.
    #[must_use]
    pub fn side(&self) -> usize {
        usize::try_from(self.0.size() + 2 * QUIET).unwrap_or(0)
    }

    /// Whether a module is dark; `x` goes right and `y` down, from the quiet zone's corner.
    #[must_use]
    pub fn is_dark(&self, x: usize, y: usize) -> bool {
        let at = |n: usize| i32::try_from(n).unwrap_or(i32::MAX).saturating_sub(QUIET);
        self.0.get_module(at(x), at(y))
    }

    /// Runs of dark modules, as (x, y, length): what is drawn has no hairlines within a row.
    #[must_use]
    pub fn runs(&self) -> Vec<(usize, usize, usize)> {
        let mut runs = Vec::new();
        for y in 0..self.side() {
            let mut x = 0;
            while x < self.side() {
                let length = (x..self.side()).take_while(|&x| self.is_dark(x, y)).count();
                if length > 0 {
                    runs.push((x, y, length));
                }
                x += length.max(1);
            }
        }
        runs
    }

    /// The dark modules as the data of an SVG path, a module being one unit.
    #[must_use]
    pub fn path(&self) -> String {
        let mut path = String::new();
        for (x, y, length) in self.runs() {
            // Writing to a string cannot fail.
            let _ = write!(path, "M{x} {y}h{length}v1h-{length}z");
        }
        path
    }

    /// The code as an SVG of its own, black on white, quiet zone included. It scales to the
    /// room it is given.
    #[must_use]
    pub fn svg(&self) -> String {
        let (path, side) = (self.path(), self.side());
        format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {side} {side}\" \
             shape-rendering=\"crispEdges\"><path fill=\"#fff\" d=\"M0 0h{side}v{side}h-{side}z\"/>\
             <path d=\"{path}\"/></svg>"
        )
    }

    /// The code as text for a terminal: two rows of modules in a line. Light modules are
    /// drawn, since most terminals are dark.
    #[must_use]
    pub fn text(&self) -> String {
        let side = self.side();
        let mut text = String::new();
        for y in (0..side).step_by(2) {
            for x in 0..side {
                let below = y + 1 >= side || self.is_dark(x, y + 1);
                text.push(match (self.is_dark(x, y), below) {
                    (true, true) => ' ',
                    (true, false) => '▄',
                    (false, true) => '▀',
                    (false, false) => '█',
                });
            }
            text.push('\n');
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Reads modules as a camera would: as a grey picture.
    #[track_caller]
    fn read(side: usize, is_dark: impl Fn(usize, usize) -> bool) -> String {
        const ZOOM: usize = 4;
        let mut picture =
            rqrr::PreparedImage::prepare_from_greyscale(side * ZOOM, side * ZOOM, |x, y| {
                if is_dark(x / ZOOM, y / ZOOM) { 0 } else { 255 }
            });
        let grids = picture.detect_grids();
        assert_eq!(grids.len(), 1, "one code");
        grids[0].decode().expect("it reads").1
    }

    #[test]
    fn a_code_stands_in_its_quiet_zone() {
        let code = QrCode::new("https://wenlu.local/s/abc").expect("short");
        let side = code.side();
        for n in 0..side {
            for edge in (0..4).chain(side - 4..side) {
                assert!(!code.is_dark(n, edge) && !code.is_dark(edge, n));
            }
        }
        assert!(code.is_dark(4, 4), "the finder's corner");
        assert!(
            code.svg()
                .contains(&format!("viewBox=\"0 0 {side} {side}\""))
        );
    }

    #[test]
    fn the_text_for_a_terminal_reads() {
        let code = QrCode::new("https://wenlu.local/s/abc").expect("short");
        let lines: Vec<Vec<char>> = code
            .text()
            .lines()
            .map(|line| line.chars().collect())
            .collect();
        let light = |x: usize, y: usize| match lines[y / 2][x] {
            '█' => true,
            '▀' => y.is_multiple_of(2),
            '▄' => !y.is_multiple_of(2),
            _ => false,
        };
        assert_eq!(
            read(code.side(), |x, y| !light(x, y)),
            "https://wenlu.local/s/abc"
        );
    }

    #[test]
    fn what_is_too_long_is_told() {
        let error = QrCode::new(&"x".repeat(5000)).expect_err("too long");
        assert!(error.to_string().contains("server.address"), "{error}");
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(24))]
        #[test]
        fn what_goes_in_comes_out(text in "https?://[a-z0-9.:]{1,30}/s/[A-Za-z0-9_-]{22}") {
            let code = QrCode::new(&text).expect("short");
            let runs = code.runs();
            let dark = |x, y| runs.iter().any(|&(from, row, length)| row == y && (from..from + length).contains(&x));
            prop_assert_eq!(read(code.side(), dark), text);
        }
    }
}
