//! A page as PDF.

use std::num::NonZeroU16;

use krilla::Document;
use krilla::color::rgb;
use krilla::geom::{PathBuilder, Point, Rect};
use krilla::metadata::Metadata;
use krilla::num::NormalizedF32;
use krilla::page::PageSettings;
use krilla::paint::{Fill, FillRule, Stroke};
use krilla::surface::Surface;
use krilla::tagging::{Artifact, ArtifactType, ContentTag, SpanTag, Tag, TagGroup, TagTree};
use krilla::text::TextDirection;

use super::content::Role;
use super::fonts::Fonts;
use super::layout::{HEIGHT, MARGIN, Page, Placed, QR_SIDE, WIDTH};
use super::{Sheet, SheetError};
use crate::language::Language;
use crate::sharing::qr::QrCode;
use crate::sharing::words::Words;

/// What is written in.
#[derive(Debug, Clone, Copy)]
enum Ink {
    Black,
    /// The pages' green.
    Leaf,
}

impl Ink {
    fn colour(self) -> rgb::Color {
        match self {
            Self::Black => rgb::Color::new(0, 0, 0),
            Self::Leaf => rgb::Color::new(0x17, 0x50, 0x3f),
        }
    }
}

/// Writes the page.
pub(super) fn pdf(
    sheet: &Sheet<'_>,
    page: &Page,
    fonts: &Fonts,
    qr: Option<&QrCode>,
) -> Result<Vec<u8>, SheetError> {
    let failed = || SheetError::Write("the page's size is refused".into());
    let words = Words::of(sheet.language)?;
    let settings = PageSettings::from_wh(WIDTH, HEIGHT).ok_or_else(failed)?;
    let mut document = Document::new();
    let mut pdf_page = document.start_page_with(settings);
    let tree = {
        let mut pen = Pen {
            surface: pdf_page.surface(),
            fonts,
            accent: if sheet.print.has_colour() {
                Ink::Leaf
            } else {
                Ink::Black
            },
            tree: TagTree::new().with_lang(Some(tag(sheet.language).to_owned())),
        };
        pen.page(page);
        if let Some(qr) = qr {
            let left = WIDTH - MARGIN - QR_SIDE;
            pen.qr(qr, left, page.qr_top, &words.sheet.qr);
        }
        pen.tree
    };
    pdf_page.finish();
    document.set_tag_tree(tree);
    let metadata = Metadata::new()
        .title(sheet.guide.text(sheet.language).title.clone())
        .language(tag(sheet.language).to_owned())
        .creator(words.name.clone());
    document.set_metadata(metadata);
    document
        .finish()
        .map_err(|error| SheetError::Write(format!("{error:?}")))
}

fn tag(language: Language) -> &'static str {
    match language {
        Language::Zh => "zh-CN",
        Language::En => "en",
    }
}

struct Pen<'page, 'fonts> {
    surface: Surface<'page>,
    fonts: &'fonts Fonts,
    /// For the title and headings.
    accent: Ink,
    tree: TagTree,
}

impl Pen<'_, '_> {
    /// All but the QR code, in reading order.
    fn page(&mut self, page: &Page) {
        for placed in &page.body {
            self.block(placed);
        }
        self.rule(page.title_bottom, 2.5);
        self.rule(page.foot_top, 1.2);
        for placed in &page.foot {
            self.block(placed);
        }
    }

    fn block(&mut self, placed: &Placed) {
        let mut group = match placed.role {
            Role::Title => TagGroup::new(Tag::Hn(NonZeroU16::MIN, None)),
            Role::Heading => TagGroup::new(Tag::Hn(NonZeroU16::MIN.saturating_add(1), None)),
            _ => TagGroup::new(Tag::P),
        };
        let coloured = matches!(placed.role, Role::Title | Role::Heading | Role::Call);
        let ink = if coloured { self.accent } else { Ink::Black };
        if let (Role::Item, Some(line)) = (placed.role, placed.lines.first()) {
            self.tick_box(line.baseline, line.size);
        }
        self.fill(ink);
        for (number, line) in placed.lines.iter().enumerate() {
            group.push(
                self.surface
                    .start_tagged(ContentTag::Span(SpanTag::empty())),
            );
            if let (Role::Step(step), 0) = (placed.role, number) {
                self.text(MARGIN, line.baseline, line.size, true, &format!("{step}."));
            }
            self.text(line.x, line.baseline, line.size, line.bold, &line.text);
            self.surface.end_tagged();
        }
        self.tree.push(group);
    }

    fn text(&mut self, x: f32, baseline: f32, size: f32, bold: bool, text: &str) {
        let font = self.fonts.font(bold);
        let at = Point::from_xy(x, baseline);
        let direction = TextDirection::LeftToRight;
        self.surface
            .draw_text(at, font, size, text, false, direction);
    }

    fn fill(&mut self, ink: Ink) {
        self.surface.set_stroke(None);
        self.surface.set_fill(Some(Fill {
            paint: ink.colour().into(),
            opacity: NormalizedF32::ONE,
            rule: FillRule::NonZero,
        }));
    }

    /// Ornaments are passed over by screen readers.
    fn ornament(&mut self, draw: impl FnOnce(&mut Self)) {
        let tag = ContentTag::Artifact(Artifact::with_kind(ArtifactType::Other));
        self.surface.start_tagged(tag);
        draw(self);
        self.surface.end_tagged();
    }

    /// An empty square to tick.
    fn tick_box(&mut self, baseline: f32, size: f32) {
        self.ornament(|pen| {
            pen.surface.set_fill(None);
            pen.surface.set_stroke(Some(Stroke {
                paint: Ink::Black.colour().into(),
                width: 1.6,
                ..Stroke::default()
            }));
            let side = 0.82 * size;
            pen.rect(MARGIN + 1.0, baseline - 0.78 * size, side, side);
        });
    }

    fn rule(&mut self, y: f32, thickness: f32) {
        self.ornament(|pen| {
            pen.fill(pen.accent);
            pen.rect(MARGIN, y, WIDTH - 2.0 * MARGIN, thickness);
        });
    }

    fn rect(&mut self, x: f32, y: f32, width: f32, height: f32) {
        let mut path = PathBuilder::new();
        if let Some(rect) = Rect::from_xywh(x, y, width, height) {
            path.push_rect(rect);
        }
        if let Some(path) = path.finish() {
            self.surface.draw_path(&path);
        }
    }

    fn qr(&mut self, qr: &QrCode, left: f32, top: f32, alt: &str) {
        let module = QR_SIDE / qr.side() as f32;
        let mut path = PathBuilder::new();
        for (x, y, length) in qr.runs() {
            let (x, y, length) = (x as f32, y as f32, length as f32);
            // A hair taller than a module, so that no viewer draws lines between rows.
            let rect = Rect::from_xywh(
                left + x * module,
                top + y * module,
                length * module,
                1.02 * module,
            );
            if let Some(rect) = rect {
                path.push_rect(rect);
            }
        }
        let mut group = TagGroup::new(Tag::Figure(Some(alt.to_owned())));
        group.push(self.surface.start_tagged(ContentTag::Other));
        self.fill(Ink::Black);
        if let Some(path) = path.finish() {
            self.surface.draw_path(&path);
        }
        self.surface.end_tagged();
        self.tree.push(group);
    }
}
