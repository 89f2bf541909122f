//! Guides that a centre's staff have written: they stand in a database, not in the folder.

use std::path::Path;

use super::document::Document;
use super::fault::Fault;
use super::library::{File, Library, Slot};
use super::load::LoadError;

/// A guide that takes the place of the folder's file, or is added to the folder's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Published {
    /// Where its file would lie.
    pub slot: Slot,
    /// What the file would say, in TOML.
    pub text: String,
}

/// What the rules say of a guide that is not published yet.
#[derive(Debug)]
pub struct Judged {
    /// What would be wrong if it were: the faults that are not there without it.
    pub faults: Vec<Fault>,
    /// The guide as its region would tell it, if it is one.
    pub file: Option<File>,
}

impl Library {
    /// Reads the guides in `folder`, with `published` in the places of its files.
    ///
    /// # Errors
    /// As [`Library::read`].
    pub fn read_with(folder: &Path, published: &[Published]) -> Result<Self, LoadError> {
        let mut library = Self::read(folder)?;
        for one in published {
            library.put_published(one);
        }
        Ok(library)
    }

    fn put_published(&mut self, one: &Published) {
        let path = self.folder().join(one.slot.path());
        match Document::parse(&path, one.text.as_bytes()) {
            Ok(document) => self.put(one.slot.clone(), document),
            Err(fault) => self.put_fault(fault),
        }
    }

    /// Judges a draft by the same rules as the files, without keeping it.
    #[must_use]
    pub fn judge(&self, draft: &Published) -> Judged {
        let mut with = self.clone();
        with.put_published(draft);
        let region = &draft.slot.region;
        let before = self.check_region(region);
        let path = self.folder().join(draft.slot.path());
        let mut faults = with.check_region(region);
        // What is wrong elsewhere is not the draft's doing; what is wrong in it always is.
        faults.retain(|fault| fault.path == path || !before.contains(fault));
        let (files, _) = with.files(region);
        let mut files = files.into_iter();
        let file = files.find(|file| file.guide.id.as_str() == draft.slot.id);
        // What cannot be read is missed elsewhere: only its own faults need mending.
        if file.is_none() && faults.iter().any(|fault| fault.path == path) {
            faults.retain(|fault| fault.path == path);
        }
        // Its own first.
        faults.sort_by_key(|fault| fault.path != path);
        Judged { faults, file }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::knowledge::RegionId;

    #[test]
    fn a_draft_is_judged_by_the_rules_of_files() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("knowledge");
        let library = Library::read(&folder).unwrap();
        let slot = Slot {
            region: RegionId::nation(),
            id: "elder-card".into(),
            category: "papers".into(),
        };
        let text = std::fs::read_to_string(folder.join(slot.path())).unwrap();
        let judge = |text: String| {
            library.judge(&Published {
                slot: slot.clone(),
                text,
            })
        };
        let good = judge(text.replace("办理老年优待证", "办一张老年证"));
        assert_eq!(good.faults, []);
        assert_eq!(good.file.unwrap().guide.zh.title, "办一张老年证");

        #[track_caller]
        fn check(judged: &Judged, line: usize, what: &str) {
            let fault = judged.faults.first().expect("a fault");
            assert_eq!(fault.line, line, "{fault}");
            assert!(fault.what.contains(what), "{fault}");
        }
        check(&judge(text.replace("[zh]", "[zh")), 12, "");
        check(
            &judge(text.replace("hotline = \"12345\"\n", "")),
            1,
            "hotline",
        );
        // The library itself is as it was.
        assert_eq!(library.check(), []);
    }
}
