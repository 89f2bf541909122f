//! Telling how far the work is.

/// Hears how far fetching is. One piece of work goes on at a time. `()` hears nothing.
pub trait Progress {
    /// A piece of work begins.
    ///
    /// `what` names it, as in "fetching kokoro-js 1.2.1"; `bytes` is its length.
    fn begin(&self, what: &str, bytes: u64);

    /// How many bytes are done since [`Progress::begin`].
    fn at(&self, bytes: u64);

    /// The piece of work is over, whether it worked or not.
    fn end(&self);

    /// Something that the person should know, and that is no failure.
    fn say(&self, line: &str);
}

impl Progress for () {
    fn begin(&self, _what: &str, _bytes: u64) {}
    fn at(&self, _bytes: u64) {}
    fn end(&self) {}
    fn say(&self, _line: &str) {}
}

/// Ends a piece of work when it goes out of scope.
pub(super) struct Work<'a>(&'a dyn Progress);

impl<'a> Work<'a> {
    pub(super) fn begin(progress: &'a dyn Progress, what: &str, bytes: u64) -> Self {
        progress.begin(what, bytes);
        Self(progress)
    }
}

impl Drop for Work<'_> {
    fn drop(&mut self) {
        self.0.end();
    }
}
