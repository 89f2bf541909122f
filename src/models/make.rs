//! Making a file from its parts, whole or not at all.

use std::fs::{self, File};
use std::io::{self, BufWriter, Seek, Write};
use std::path::Path;

use tempfile::NamedTempFile;

use super::hash::HashingWriter;
use super::manifest::{ModelFile, Recipe, Role};
use super::onnx;
use super::parts::Piece;
use super::progress::{Progress, Work};
use super::source::SourceError;
use super::whisper::{self, ConvertError};

/// Files being made begin with this.
const MAKING: &str = ".making-";

/// Makes `file` at `target`. It is written beside its place, checked, brought to the disk and
/// only then given its name, so that there is never half a file under that name.
pub(super) fn make(
    file: &ModelFile,
    target: &Path,
    pieces: &[(Role, Piece)],
    progress: &dyn Progress,
) -> Result<(), SourceError> {
    let folder = target.parent().unwrap_or(Path::new("."));
    fs::create_dir_all(folder).map_err(SourceError::file(folder))?;
    let temporary = temporary_in(folder).map_err(SourceError::file(target))?;
    let _work = Work::begin(
        progress,
        &format!("making {}", file.file.display()),
        file.bytes,
    );
    let mut out = HashingWriter::new(BufWriter::new(temporary), progress);
    write(file, target, pieces, &mut out)?;
    let (out, bytes, sha256) = out.finish();
    let temporary = out
        .into_inner()
        .map_err(|error| SourceError::file(target)(error.into_error()))?;
    if (bytes, sha256) != (file.bytes, file.sha256) {
        return Err(SourceError::Made {
            file: file.file.clone(),
            bytes,
            sha256,
        });
    }
    temporary
        .as_file()
        .sync_all()
        .map_err(SourceError::file(target))?;
    temporary
        .persist(target)
        .map_err(|error| SourceError::file(target)(error.error))?;
    if let Ok(folder) = File::open(folder) {
        // The file's name is on the disk only with its folder; not every system can do this.
        let _ = folder.sync_all();
    }
    Ok(())
}

/// Throws away what a run that was killed left half made in `folder`.
pub(super) fn remove_unfinished(folder: &Path) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        if entry
            .file_name()
            .as_encoded_bytes()
            .starts_with(MAKING.as_bytes())
        {
            // What cannot be removed only takes room.
            let _ = fs::remove_file(entry.path());
        }
    }
}

fn write(
    file: &ModelFile,
    target: &Path,
    pieces: &[(Role, Piece)],
    out: &mut impl Write,
) -> Result<(), SourceError> {
    let join = |role: Role, out: &mut dyn Write| join(pieces, role, limit(file), out, target);
    match file.make {
        Recipe::Join => join(Role::File, out),
        Recipe::KokoroOnnx => {
            let mut model = Vec::new();
            join(Role::File, &mut model)?;
            out.write_all(&onnx::prepare(&model)?)
                .map_err(SourceError::file(target))
        }
        Recipe::Ctranslate2ToGgml { weights } => {
            let folder = target.parent().unwrap_or(Path::new("."));
            let mut model = temporary_in(folder).map_err(SourceError::file(target))?;
            join(Role::Model, &mut model)?;
            model.rewind().map_err(SourceError::file(target))?;
            let mut vocabulary = Vec::new();
            join(Role::Vocabulary, &mut vocabulary)?;
            let vocabulary = String::from_utf8_lossy(&vocabulary);
            whisper::convert(model, &vocabulary, weights, out).map_err(|error| match error {
                ConvertError::Write(error) => SourceError::file(target)(error),
                error => error.into(),
            })
        }
    }
}

/// The most bytes that the parts of one role may have together. Joined parts are the file;
/// what is converted comes out at about a third of half floats at the least.
fn limit(file: &ModelFile) -> u64 {
    match file.make {
        Recipe::Join => file.bytes,
        Recipe::KokoroOnnx | Recipe::Ctranslate2ToGgml { .. } => {
            file.bytes.saturating_mul(4).saturating_add(16 << 20)
        }
    }
}

/// Writes all parts of a role, one after the other.
fn join(
    pieces: &[(Role, Piece)],
    role: Role,
    limit: u64,
    out: &mut dyn Write,
    target: &Path,
) -> Result<(), SourceError> {
    let mut left = limit;
    for (_, piece) in pieces.iter().filter(|(its, _)| *its == role) {
        left -= piece.copy(left, out, target)?;
    }
    Ok(())
}

/// A file in `folder` that vanishes unless it is given a name.
pub(super) fn temporary_in(folder: &Path) -> io::Result<NamedTempFile> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(MAKING);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        // Model files are for everybody who may use the machine, as far as the umask allows.
        builder.permissions(fs::Permissions::from_mode(0o666));
    }
    builder.tempfile_in(folder)
}
