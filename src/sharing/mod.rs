//! A guide, handed on: as a link, a QR code, eight digits, a printed sheet, a calendar entry.
//!
//! Pure: text and guides in, text and bytes out. What is shared, by whom and until when is the
//! store's; who may see it is the server's.
//!
//! | file | makes |
//! |---|---|
//! | `qr` | [`QrCode`]: the squares, as SVG or as text |
//! | `code` | [`Code`]: eight digits, as they are typed, shown and said |
//! | `sheet/` | [`Sheet`]: one A4 page as PDF: `content` chooses what is on it, `layout` finds room, `draw` writes it |
//! | `calendar` | [`Appointment`]: a date with what to bring |
//! | `words`, `locale/` | the sheet's and the calendar's own words |

mod calendar;
mod code;
mod qr;
mod sheet;
mod words;

pub use calendar::Appointment;
pub use code::{Code, NotACode};
pub use qr::{QrCode, TooMuch};
pub use sheet::{FONTS, Fonts, Link, Print, Sheet, SheetError};
pub use words::WordsError;
