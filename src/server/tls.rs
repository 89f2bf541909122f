//! HTTPS, with the owner's certificate or one made here.

use std::io::Write;
use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use sha2::{Digest, Sha256};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio_rustls::rustls::{self, ServerConfig};

use crate::config::Config;

const CERTIFICATE: &str = "certificate.pem";
const KEY: &str = "key.pem";

/// A certificate in use.
#[derive(Clone)]
pub struct Secured {
    pub(super) acceptor: TlsAcceptor,
    /// The certificate's file.
    pub certificate: PathBuf,
    /// Whether it was made here, so that browsers do not know it.
    pub made_here: bool,
    /// Its SHA-256 fingerprint, as browsers show it.
    pub fingerprint: String,
}

/// Why HTTPS cannot be served.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    /// A file is missing or is not PEM.
    #[error(
        "cannot use {path} for HTTPS ({reason}): it must hold a certificate or its private key in PEM format"
    )]
    File {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        reason: String,
    },
    /// Certificate and key do not go together, or the key is of an unknown kind.
    #[error("the certificate {certificate} and its key cannot be used together: {reason}")]
    Pair {
        /// The certificate's file.
        certificate: PathBuf,
        /// What is wrong.
        reason: String,
    },
    /// No certificate could be made.
    #[error("no certificate could be made: {0}. Name one of your own with --certificate and --key")]
    Make(String),
    /// The made certificate could not be kept.
    #[error(
        "the certificate cannot be kept in {path}: {source}. Name a folder in the settings: folders.state"
    )]
    Keep {
        /// The folder or file.
        path: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
}

impl Secured {
    /// The owner's certificate, or the one made at the first start.
    ///
    /// # Errors
    /// If the files cannot be read or do not fit, or none could be made or kept.
    pub fn open(config: &Config) -> Result<Self, TlsError> {
        let server = &config.server;
        match (&server.certificate, &server.key) {
            (Some(certificate), Some(key)) => Self::load(certificate, key, false),
            _ => {
                let folder = config.state();
                let (certificate, key) = (folder.join(CERTIFICATE), folder.join(KEY));
                if !certificate.is_file() || !key.is_file() {
                    make(&folder, &names(config))?;
                }
                Self::load(&certificate, &key, true)
            }
        }
    }

    fn load(certificate: &Path, key: &Path, made_here: bool) -> Result<Self, TlsError> {
        let file = |path: &Path, reason: String| TlsError::File {
            path: path.to_owned(),
            reason,
        };
        let chain = CertificateDer::pem_file_iter(certificate)
            .and_then(Iterator::collect::<Result<Vec<_>, _>>)
            .map_err(|error| file(certificate, error.to_string()))?;
        let first = chain.first();
        let first =
            first.ok_or_else(|| file(certificate, "there is no certificate in it".into()))?;
        let fingerprint: Vec<String> = Sha256::digest(first)
            .iter()
            .map(|byte| format!("{byte:02X}"))
            .collect();
        let private = PrivateKeyDer::from_pem_file(key);
        let private = private.map_err(|error| file(key, error.to_string()))?;
        let pair = |reason: rustls::Error| TlsError::Pair {
            certificate: certificate.to_owned(),
            reason: reason.to_string(),
        };
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let mut settings = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .map_err(pair)?
            .with_no_client_auth()
            .with_single_cert(chain, private)
            .map_err(pair)?;
        settings.alpn_protocols = vec![b"http/1.1".to_vec()];
        Ok(Self {
            acceptor: TlsAcceptor::from(Arc::new(settings)),
            certificate: certificate.to_owned(),
            made_here,
            fingerprint: fingerprint.join(":"),
        })
    }
}

/// What the made certificate holds for: the owner's names and this machine's address.
fn names(config: &Config) -> Vec<String> {
    let mut names = config.server.names.clone();
    names.extend([
        "localhost".to_owned(),
        "127.0.0.1".to_owned(),
        "::1".to_owned(),
    ]);
    names.extend(address(config.server.listen).map(|address| address.to_string()));
    names
}

/// The address under which others reach this machine: the one it listens on, or, if that is
/// any, the one it would send from.
pub(super) fn address(listen: SocketAddr) -> Option<IpAddr> {
    if !listen.ip().is_unspecified() {
        return Some(listen.ip());
    }
    // Connecting a datagram socket sends nothing; it only chooses the interface.
    let socket = std::net::UdpSocket::bind(SocketAddr::new(listen.ip(), 0)).ok()?;
    let (v4, v6) = ("192.0.2.1:9", "[2001:db8::1]:9");
    socket
        .connect(if listen.is_ipv4() { v4 } else { v6 })
        .ok()?;
    socket.local_addr().ok().map(|address| address.ip())
}

/// Makes a certificate that holds for `names` and keeps it, readable by its owner only.
fn make(folder: &Path, names: &[String]) -> Result<(), TlsError> {
    let failed = |error: rcgen::Error| TlsError::Make(error.to_string());
    let made = rcgen::generate_simple_self_signed(names).map_err(failed)?;
    keep(folder, KEY, &made.signing_key.serialize_pem())?;
    keep(folder, CERTIFICATE, &made.cert.pem())
}

fn keep(folder: &Path, name: &str, content: &str) -> Result<(), TlsError> {
    let path = folder.join(name);
    let unkept = |source| TlsError::Keep {
        path: path.clone(),
        source,
    };
    std::fs::create_dir_all(folder).map_err(unkept)?;
    // A temporary file is readable by its owner only, and appears whole.
    let mut file = tempfile::NamedTempFile::new_in(folder).map_err(unkept)?;
    file.write_all(content.as_bytes()).map_err(unkept)?;
    file.persist(&path).map_err(|error| unkept(error.error))?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn config(folder: &Path) -> Config {
        let mut config = Config::default();
        config.folders.state = Some(folder.to_owned());
        config
    }

    #[test]
    fn a_certificate_is_made_once() {
        let folder = tempfile::tempdir().expect("a folder");
        let first = Secured::open(&config(folder.path())).expect("made");
        let second = Secured::open(&config(folder.path())).expect("kept");
        assert_eq!(first.fingerprint, second.fingerprint);
        assert!(first.made_here);
        assert_eq!(first.fingerprint.len(), 32 * 3 - 1);
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            let key = std::fs::metadata(folder.path().join(KEY)).expect("kept");
            assert_eq!(
                key.permissions().mode() & 0o077,
                0,
                "others can read the key"
            );
        }
    }

    #[test]
    fn faulty_files_are_named() {
        #[track_caller]
        fn check(certificate: &str, key: &str, words: &str) {
            let folder = tempfile::tempdir().expect("a folder");
            Secured::open(&config(folder.path())).expect("made");
            let mut config = config(folder.path());
            std::fs::write(folder.path().join("rubbish.pem"), "rubbish").expect("written");
            config.server.certificate = Some(folder.path().join(certificate));
            config.server.key = Some(folder.path().join(key));
            let error = Secured::open(&config).err().expect("a fault").to_string();
            assert!(error.contains(words), "{error}");
        }
        check("missing.pem", KEY, "missing.pem");
        check("rubbish.pem", KEY, "rubbish.pem");
        check(CERTIFICATE, "rubbish.pem", "rubbish.pem");
        check(CERTIFICATE, CERTIFICATE, CERTIFICATE);
    }
}
