//! Fetching a file from an address, in as many pieces as the connection makes of it.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Write};
use std::path::Path;
use std::time::Duration;

use ureq::Agent;
use ureq::http::{Response, StatusCode, header};

use super::hash::{self, Sha256};
use super::progress::{Progress, Work};
use super::source::SourceError;

/// How long a server may keep silent.
const PATIENCE: Duration = Duration::from_secs(30);
/// How often a download that makes headway is resumed in one run.
const RESUMPTIONS: usize = 20;

/// What is at an address.
#[derive(Debug, Clone, Copy)]
pub(super) struct Download<'a> {
    pub url: &'a str,
    pub bytes: u64,
    pub sha256: Sha256,
}

/// How one request ended.
enum Outcome {
    /// All bytes are here.
    Complete,
    /// The connection broke.
    Cut(String),
    /// The server cannot go on from where we are.
    StartAgain,
}

impl Download<'_> {
    /// Fetches into `partial`, going on after what is there already, until it has the right
    /// length and hash. What is there when this fails serves the next try, unless it is wrong.
    pub(super) fn run(&self, partial: &Path, progress: &dyn Progress) -> Result<(), SourceError> {
        let begun = length_of(partial) > 0;
        match self.complete(partial, progress) {
            // What an earlier run left may have been of another version of the file.
            Err(SourceError::Hash { .. }) if begun => self.complete(partial, progress),
            outcome => outcome,
        }
    }

    fn complete(&self, partial: &Path, progress: &dyn Progress) -> Result<(), SourceError> {
        let agent: Agent = Agent::config_builder()
            .timeout_connect(Some(PATIENCE))
            .timeout_per_read(Some(PATIENCE))
            .http_status_as_error(false)
            .accept_encoding("identity")
            .user_agent(concat!("wenlu/", env!("CARGO_PKG_VERSION")))
            .build()
            .into();
        let _work = Work::begin(progress, &format!("fetching {}", self.url), self.bytes);
        let mut started_again = false;
        for _ in 0..RESUMPTIONS {
            let before = length_of(partial);
            match self.request(&agent, partial, progress)? {
                Outcome::Complete => return self.check(partial),
                Outcome::Cut(_) if length_of(partial) > before => {}
                Outcome::Cut(why) => return Err(self.unreachable(why)),
                Outcome::StartAgain if started_again => {
                    return Err(self.unreachable("it answers for another part of the file".into()));
                }
                Outcome::StartAgain => {
                    started_again = true;
                    fs::remove_file(partial).map_err(SourceError::file(partial))?;
                }
            }
        }
        Err(self.unreachable("the connection breaks again and again".into()))
    }

    fn request(
        &self,
        agent: &Agent,
        partial: &Path,
        progress: &dyn Progress,
    ) -> Result<Outcome, SourceError> {
        let mut offset = length_of(partial);
        if offset == self.bytes {
            return Ok(Outcome::Complete);
        }
        if offset > self.bytes {
            return Ok(Outcome::StartAgain);
        }
        let mut request = agent.get(self.url);
        if offset > 0 {
            request = request.header(header::RANGE, format!("bytes={offset}-"));
        }
        let mut response = match request.call() {
            Ok(response) => response,
            Err(error) => return Ok(Outcome::Cut(error.to_string())),
        };
        match response.status() {
            StatusCode::OK => offset = 0,
            StatusCode::PARTIAL_CONTENT if range_start(&response) == Some(offset) => {}
            StatusCode::PARTIAL_CONTENT | StatusCode::RANGE_NOT_SATISFIABLE if offset > 0 => {
                return Ok(Outcome::StartAgain);
            }
            status => {
                let (url, status) = (self.url.to_owned(), status.as_u16());
                return Err(SourceError::Status { url, status });
            }
        }
        if let Some(rest) = response.body().content_length()
            && offset.saturating_add(rest) != self.bytes
        {
            return Err(self.wrong_length(offset.saturating_add(rest)));
        }
        let file = open(partial, offset).map_err(SourceError::file(partial))?;
        self.receive(
            response.body_mut().as_reader(),
            file,
            offset,
            partial,
            progress,
        )
    }

    fn receive(
        &self,
        mut body: impl Read,
        mut file: File,
        offset: u64,
        partial: &Path,
        progress: &dyn Progress,
    ) -> Result<Outcome, SourceError> {
        let mut at = offset;
        let mut buffer = vec![0; 128 * 1024];
        loop {
            progress.at(at);
            match body.read(&mut buffer) {
                Ok(0) if at == self.bytes => break,
                Ok(0) => return Ok(Outcome::Cut("the connection was cut".into())),
                Ok(n) if at + n as u64 > self.bytes => {
                    return Err(self.wrong_length(at + n as u64));
                }
                Ok(n) => {
                    file.write_all(&buffer[..n])
                        .map_err(SourceError::file(partial))?;
                    at += n as u64;
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Ok(Outcome::Cut(error.to_string())),
            }
        }
        file.sync_all().map_err(SourceError::file(partial))?;
        Ok(Outcome::Complete)
    }

    fn check(&self, partial: &Path) -> Result<(), SourceError> {
        let found = File::open(partial)
            .and_then(|file| hash::hash(file, &()))
            .map_err(SourceError::file(partial))?;
        if found == self.sha256 {
            return Ok(());
        }
        fs::remove_file(partial).map_err(SourceError::file(partial))?;
        Err(SourceError::Hash {
            what: self.url.to_owned(),
            expected: self.sha256,
            found,
        })
    }

    fn unreachable(&self, why: String) -> SourceError {
        SourceError::Address {
            url: self.url.to_owned(),
            why,
        }
    }

    fn wrong_length(&self, found: u64) -> SourceError {
        SourceError::Length {
            what: self.url.to_owned(),
            expected: self.bytes,
            found,
        }
    }
}

fn length_of(path: &Path) -> u64 {
    fs::metadata(path).map_or(0, |data| data.len())
}

/// Opens the file to be continued at `offset`: at its end, or at 0 to be written anew.
fn open(path: &Path, offset: u64) -> io::Result<File> {
    if offset == 0 {
        File::create(path)
    } else {
        OpenOptions::new().append(true).open(path)
    }
}

/// The first byte of a partial answer: `Content-Range: bytes START-END/TOTAL`.
fn range_start<B>(response: &Response<B>) -> Option<u64> {
    let value = response
        .headers()
        .get(header::CONTENT_RANGE)?
        .to_str()
        .ok()?;
    value
        .strip_prefix("bytes ")?
        .split_once('-')?
        .0
        .parse()
        .ok()
}
