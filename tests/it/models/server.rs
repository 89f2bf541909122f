//! A small HTTP server that can misbehave.

use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

/// What was asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    pub path: String,
    /// The first byte that is wanted.
    pub from: u64,
}

/// What is answered.
pub struct Reply {
    status: u16,
    from: u64,
    body: Vec<u8>,
    /// After how many bytes the connection breaks.
    cut: Option<usize>,
}

impl Reply {
    /// The whole file, whatever part was asked for.
    pub fn whole(body: &[u8]) -> Self {
        Self {
            status: 200,
            from: 0,
            body: body.to_vec(),
            cut: None,
        }
    }

    /// The part of the file that was asked for.
    pub fn part(body: &[u8], request: &Request) -> Self {
        if request.from == 0 {
            return Self::whole(body);
        }
        let rest = &body[body.len().min(request.from as usize)..];
        Self {
            status: 206,
            from: request.from,
            body: rest.to_vec(),
            cut: None,
        }
    }

    pub fn status(status: u16) -> Self {
        Self {
            status,
            from: 0,
            body: Vec::new(),
            cut: None,
        }
    }

    /// Breaks the connection after `bytes` of the body.
    pub fn cut(self, bytes: usize) -> Self {
        Self {
            cut: Some(bytes),
            ..self
        }
    }

    fn send(&self, mut stream: TcpStream) -> std::io::Result<()> {
        let Self {
            status,
            from,
            body,
            cut,
        } = self;
        write!(
            stream,
            "HTTP/1.1 {status} X\r\nContent-Length: {}\r\nConnection: close\r\n",
            body.len()
        )?;
        if *status == 206 {
            let total = *from as usize + body.len();
            write!(
                stream,
                "Content-Range: bytes {from}-{}/{total}\r\n",
                total - 1
            )?;
        }
        stream.write_all(b"\r\n")?;
        stream.write_all(&body[..cut.unwrap_or(body.len()).min(body.len())])
    }
}

/// Listens on 127.0.0.1 until the tests end.
pub struct Server {
    address: String,
    requests: Arc<Mutex<Vec<Request>>>,
}

impl Server {
    /// `answer` is also told how many requests came before.
    pub fn start(answer: impl Fn(&Request, usize) -> Reply + Send + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let requests = Arc::new(Mutex::new(Vec::new()));
        let log = Arc::clone(&requests);
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let Some(request) = read(&stream) else {
                    continue;
                };
                let mut log = log.lock().unwrap();
                let before = log.len();
                log.push(request.clone());
                drop(log);
                // The client may break the connection too.
                let _ = answer(&request, before).send(stream);
            }
        });
        Self { address, requests }
    }

    pub fn url(&self, path: &str) -> String {
        format!("{}/{path}", self.address)
    }

    pub fn requests(&self) -> Vec<Request> {
        self.requests.lock().unwrap().clone()
    }

    /// The first byte of each request.
    pub fn offsets(&self) -> Vec<u64> {
        self.requests().iter().map(|request| request.from).collect()
    }
}

fn read(stream: &TcpStream) -> Option<Request> {
    let mut lines = BufReader::new(stream).lines();
    let first = lines.next()?.ok()?;
    let path = first.split(' ').nth(1)?.trim_start_matches('/').to_owned();
    let mut from = 0;
    for line in lines {
        let line = line.ok()?.to_lowercase();
        if line.is_empty() {
            break;
        }
        if let Some(range) = line.strip_prefix("range: bytes=") {
            from = range.trim_end_matches('-').parse().ok()?;
        }
    }
    Some(Request { path, from })
}
