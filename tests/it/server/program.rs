//! `wenlu serve` as a program: its messages, its end, HTTPS.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;

use tokio_rustls::rustls::pki_types::CertificateDer;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::{ClientConfig, ClientConnection, RootCertStore, StreamOwned, crypto};

use super::{House, get};
use crate::common;

/// A running program; it is ended when this is dropped.
pub struct Running(pub Child);

impl Running {
    /// Starts a server; gives its address as it prints it.
    pub fn start(command: &mut Command) -> (Self, String) {
        let mut child = command
            .stdout(Stdio::piped())
            .spawn()
            .expect("the program starts");
        let out = child.stdout.take().expect("piped");
        let running = Self(child);
        let mut line = String::new();
        BufReader::new(out).read_line(&mut line).expect("a line");
        let url = line
            .split_whitespace()
            .find(|word| word.starts_with("http://"));
        (running, url.expect("an address").to_owned())
    }

    /// Asks it to stop, and waits until it has ended well.
    pub fn stop(&mut self) {
        kill(&[&self.0.id().to_string()]);
        assert!(self.0.wait().expect("it ends").success());
    }
}

/// Sends a signal.
pub fn kill(arguments: &[&str]) {
    let status = Command::new("kill").args(arguments).status();
    assert!(status.expect("kill").success());
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[test]
fn it_says_where_it_is_and_stops_when_asked() {
    let mut command = common::wenlu();
    command.args(["serve", "--listen", "127.0.0.1:0"]);
    let (mut running, url) = Running::start(&mut command);
    assert_eq!(get(&format!("{url}healthz")).json()["status"], "ok");
    running.stop();
}

#[test]
fn a_port_that_is_taken_is_named() {
    let taken = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = taken.local_addr().expect("an address").to_string();
    let output = common::run(&["serve", "--listen", &address]);
    assert_eq!(output.status.code(), Some(1));
    let words = common::stderr(&output);
    assert!(
        words.contains("another program uses port") && words.contains("--listen"),
        "{words}"
    );
    let output = common::run(&["serve", "--listen", "nonsense"]);
    assert_eq!(output.status.code(), Some(2));
}

#[test]
fn beyond_this_machine_it_is_https() {
    let folder = tempfile::tempdir().expect("a folder");
    let house = House::open(|config| {
        config.folders.state = Some(folder.path().to_owned());
        config.server.listen = ([0, 0, 0, 0], 0).into();
    });
    let secured = house.secured.as_ref().expect("a certificate");
    assert!(secured.made_here);
    let mut roots = RootCertStore::empty();
    let certificate = CertificateDer::from_pem_file(&secured.certificate).expect("a certificate");
    roots.add(certificate).expect("fits");
    let provider = Arc::new(crypto::ring::default_provider());
    let settings = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .expect("versions")
        .with_root_certificates(roots)
        .with_no_client_auth();
    let name = "localhost".try_into().expect("a name");
    let client = ClientConnection::new(Arc::new(settings), name).expect("a client");
    let stream = TcpStream::connect(("127.0.0.1", house.address.port())).expect("connects");
    let mut stream = StreamOwned::new(client, stream);
    stream
        .write_all(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
        .expect("sent");
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer);
    let answer = String::from_utf8_lossy(&answer);
    assert!(
        answer.starts_with("HTTP/1.1 200") && answer.contains("\"ok\""),
        "{answer}"
    );
    // Plain HTTP on the same port is not answered.
    let mut plain = TcpStream::connect(("127.0.0.1", house.address.port())).expect("connects");
    plain
        .write_all(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        .expect("sent");
    let mut answer = Vec::new();
    let _ = plain.read_to_end(&mut answer);
    assert!(!answer.starts_with(b"HTTP/1.1 200"));
}
