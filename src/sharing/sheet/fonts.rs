//! The fonts of sheets: whole files out of the models' folder, of which only the letters that
//! a sheet needs go into its PDF.

use std::path::Path;

use krilla::text::Font;
use ttf_parser::Face;

use super::SheetError;
use crate::models::ModelFiles;

/// The fonts' names in the manifest of the model files: regular and bold.
pub const FONTS: [&str; 2] = ["noto-sans-hans", "noto-sans-hans-bold"];

/// The fonts, read.
#[derive(Clone)]
pub struct Fonts {
    regular: Loaded,
    bold: Loaded,
}

#[derive(Clone)]
struct Loaded {
    data: std::sync::Arc<Vec<u8>>,
    path: std::path::PathBuf,
    font: Font,
}

impl std::fmt::Debug for Fonts {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Fonts({})", self.regular.path.display())
    }
}

impl Fonts {
    /// Reads the fonts.
    ///
    /// # Errors
    /// If one is missing or no font; the message says what to do.
    pub fn open(files: &ModelFiles) -> Result<Self, SheetError> {
        let [regular, bold] = FONTS;
        Ok(Self {
            regular: load(&files.path(regular)?)?,
            bold: load(&files.path(bold)?)?,
        })
    }

    /// The font to write with.
    pub(super) fn font(&self, bold: bool) -> Font {
        self.loaded(bold).font.clone()
    }

    fn loaded(&self, bold: bool) -> &Loaded {
        if bold { &self.bold } else { &self.regular }
    }

    pub(super) fn metrics(&self) -> Result<Metrics<'_>, SheetError> {
        let face = |bold| {
            let loaded = self.loaded(bold);
            Face::parse(&loaded.data, 0).map_err(|_| SheetError::NoFont(loaded.path.clone()))
        };
        Ok(Metrics {
            regular: face(false)?,
            bold: face(true)?,
        })
    }
}

fn load(path: &Path) -> Result<Loaded, SheetError> {
    let data = std::fs::read(path).map_err(|source| SheetError::Read {
        path: path.to_owned(),
        source,
    })?;
    let data = std::sync::Arc::new(data);
    let bytes: std::sync::Arc<dyn AsRef<[u8]> + Send + Sync> = data.clone();
    let font = Font::new(bytes.into(), 0).ok_or_else(|| SheetError::NoFont(path.to_owned()))?;
    Ok(Loaded {
        data,
        path: path.to_owned(),
        font,
    })
}

/// How wide letters are.
pub(super) struct Metrics<'a> {
    regular: Face<'a>,
    bold: Face<'a>,
}

impl Metrics<'_> {
    /// The width of a letter in points. Pairs of letters may stand closer, never wider.
    pub fn width(&self, letter: char, size: f32, bold: bool) -> f32 {
        let face = if bold { &self.bold } else { &self.regular };
        let glyph = face.glyph_index(letter).unwrap_or_default();
        let advance = face.glyph_hor_advance(glyph).unwrap_or(face.units_per_em());
        f32::from(advance) / f32::from(face.units_per_em()) * size
    }

    /// Whether both fonts have the letter.
    #[cfg(test)]
    pub fn has(&self, letter: char) -> bool {
        [&self.regular, &self.bold]
            .iter()
            .all(|face| face.glyph_index(letter).is_some())
    }
}
