//! The server: real sockets, real sound, a real browser.

mod ahead;
mod api;
mod browser;
mod circle;
mod hostile;
mod kiosk;
mod microphone;
mod nodes;
mod pages;
mod program;
mod share;
mod staff;
mod terminal;

use std::net::{SocketAddr, TcpStream};
use std::sync::{Arc, OnceLock};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tokio::sync::oneshot;
use tungstenite::{Message, WebSocket};
use wenlu::assistant::{self, Assistant};
use wenlu::audio::{SAMPLE_RATE, Utterance};
use wenlu::config::Config;
use wenlu::recognition::{Hearing, RecognitionError, Recognizer, Request};
use wenlu::server::{App, Server};
use wenlu::synthesis::{Speech, Voices};

use crate::common;

/// The tests' recogniser, lent to servers.
struct Lent;

impl Recognizer for Lent {
    fn recognize(
        &self,
        utterance: &Utterance,
        request: &Request,
    ) -> Result<Hearing, RecognitionError> {
        common::whisper().recognize(utterance, request)
    }
}

/// A server on a free port; it stops when this is dropped.
pub struct House {
    pub address: SocketAddr,
    pub secured: Option<wenlu::server::Secured>,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl House {
    /// Opens one, with settings changed by `change`.
    pub fn open(change: impl FnOnce(&mut Config)) -> Self {
        static PARTS: OnceLock<(Arc<Assistant>, Voices)> = OnceLock::new();
        let mut config = common::config();
        config.server.listen = ([127, 0, 0, 1], 0).into();
        change(&mut config);
        let (assistant, voices) = PARTS.get_or_init(|| {
            let assistant = Assistant::open(&common::config()).expect("the guides are in order");
            let voices =
                assistant::voices(&common::config()).expect("`wenlu models fetch` has been run");
            (Arc::new(assistant), voices)
        });
        Self::start(config, Arc::clone(assistant), voices.clone(), false)
    }

    /// One with guides of its own, that keeps things in the database of its settings; what
    /// else it writes lies in `state`.
    pub fn keeping(state: &std::path::Path, change: impl FnOnce(&mut Config)) -> Self {
        let mut config = common::config();
        config.server.listen = ([127, 0, 0, 1], 0).into();
        config.server.requests_per_second = 1000;
        config.server.heavy_requests_per_second = 1000;
        config.folders.state = Some(state.to_owned());
        change(&mut config);
        let assistant = Assistant::open(&config).expect("the guides are in order");
        let voices = assistant::voices(&config).expect("`wenlu models fetch` has been run");
        Self::start(config, Arc::new(assistant), voices, true)
    }

    fn start(config: Config, assistant: Arc<Assistant>, voices: Voices, keeps: bool) -> Self {
        let app = App::new(config, assistant, Some(Arc::new(Lent)), Some(voices));
        let app = Arc::new(app.expect("the pages' words are in order"));
        let (stop, stopped) = oneshot::channel();
        let (tell, told) = std::sync::mpsc::channel();
        let thread = std::thread::spawn(move || {
            let runtime = tokio::runtime::Runtime::new().expect("a runtime");
            runtime.block_on(async {
                let server = Server::bind(&app).await.expect("a free port");
                if keeps {
                    app.open_store().await.expect("the database can be used");
                }
                tell.send(server.bound().clone()).expect("waited for");
                server.run(app, async { drop(stopped.await) }).await;
            });
        });
        let bound = told.recv().expect("the server is there");
        Self {
            address: bound.address,
            secured: bound.secured,
            stop: Some(stop),
            thread: Some(thread),
        }
    }

    /// The one that most tests share.
    pub fn shared() -> &'static Self {
        static HOUSE: OnceLock<House> = OnceLock::new();
        HOUSE.get_or_init(|| {
            Self::open(|config| {
                config.server.requests_per_second = 1000;
                config.server.heavy_requests_per_second = 1000;
            })
        })
    }

    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// Asks the server to stop, as a signal would.
    pub fn stop(&mut self) {
        self.stop.take();
    }

    /// Waits until it has stopped.
    pub fn wait(&mut self) {
        self.thread.take().expect("once").join().expect("no panic");
    }
}

impl Drop for House {
    fn drop(&mut self) {
        self.stop();
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

/// An HTTP answer: status, headers, body.
pub struct Answer {
    pub status: u16,
    pub headers: ureq::http::HeaderMap,
    pub body: Vec<u8>,
}

impl Answer {
    pub fn header(&self, name: &str) -> &str {
        self.headers
            .get(name)
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default()
    }

    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body)
            .unwrap_or_else(|error| panic!("{error}: {}", self.text()))
    }
}

pub fn agent() -> ureq::Agent {
    ureq::Agent::config_builder()
        .http_status_as_error(false)
        .timeout_global(Some(Duration::from_secs(60)))
        .build()
        .into()
}

pub fn answer(response: Result<ureq::http::Response<ureq::Body>, ureq::Error>) -> Answer {
    let mut response = response.expect("an answer");
    Answer {
        status: response.status().as_u16(),
        headers: response.headers().clone(),
        body: response
            .body_mut()
            .with_config()
            .limit(64 << 20)
            .read_to_vec()
            .expect("a body"),
    }
}

pub fn get(url: &str) -> Answer {
    answer(agent().get(url).call())
}

pub fn post(url: &str, kind: &str, body: &[u8]) -> Answer {
    answer(agent().post(url).header("content-type", kind).send(body))
}

/// A terminal, as the page is one.
pub struct Terminal {
    socket: WebSocket<TcpStream>,
    pub token: String,
    pub screen: Value,
    pub state: String,
    /// The sound of the reply that is being said.
    pub sound: Speech,
    reply: u32,
    /// Every message but the sound.
    pub messages: Vec<Value>,
}

/// Waiting for a message longer than this means it does not come.
const PATIENCE: Duration = Duration::from_secs(180);

impl Terminal {
    pub fn connect(house: &House, hello: Value) -> Self {
        Self::at(house.address, hello)
    }

    /// At a server that need not be a [`House`].
    pub fn at(address: SocketAddr, hello: Value) -> Self {
        let stream = TcpStream::connect(address).expect("connects");
        stream
            .set_read_timeout(Some(Duration::from_millis(200)))
            .expect("set");
        let url = format!("ws://{address}/terminal");
        let (socket, _) = tungstenite::client(url, stream).expect("a socket");
        let mut terminal = Self {
            socket,
            token: String::new(),
            screen: Value::Null,
            state: "idle".into(),
            sound: Speech::default(),
            reply: 0,
            messages: Vec::new(),
        };
        let mut message = json!({ "type": "hello", "v": 1, "language": "zh" });
        for (name, value) in hello.as_object().expect("an object") {
            message[name] = value.clone();
        }
        terminal.send(&message);
        terminal.until("welcome");
        terminal
    }

    /// A new person, who hears.
    pub fn new(house: &House) -> Self {
        let mut terminal = Self::connect(house, json!({ "sound": true }));
        terminal.until("screen");
        terminal
    }

    /// A new person, who only reads.
    pub fn silent(house: &House) -> Self {
        let mut terminal = Self::connect(house, json!({ "sound": false }));
        terminal.until("screen");
        terminal
    }

    pub fn send(&mut self, message: &Value) {
        self.socket
            .send(Message::text(message.to_string()))
            .expect("sent");
    }

    pub fn raw(&mut self, message: Message) -> Result<(), tungstenite::Error> {
        self.socket.send(message)
    }

    pub fn command(&mut self, name: &str) {
        self.send(&json!({ "type": "command", "name": name }));
    }

    pub fn ask(&mut self, text: &str) {
        self.send(&json!({ "type": "text", "text": text }));
    }

    /// Speaks, at the pace of speech times ten, in pieces of a tenth of a second.
    pub fn speak(&mut self, samples: &[f32]) {
        for piece in samples.chunks(SAMPLE_RATE as usize / 10) {
            let bytes: Vec<u8> = piece
                .iter()
                .flat_map(|sample| ((sample * 32767.0) as i16).to_le_bytes())
                .collect();
            self.socket.send(Message::binary(bytes)).expect("sent");
            std::thread::sleep(Duration::from_millis(10));
        }
    }

    /// The next message; `None` if there is none for a moment.
    pub fn next(&mut self) -> Option<Value> {
        let message = match self.socket.read() {
            Ok(message) => message,
            Err(tungstenite::Error::Io(error))
                if matches!(
                    error.kind(),
                    std::io::ErrorKind::WouldBlock | std::io::ErrorKind::TimedOut
                ) =>
            {
                return None;
            }
            Err(error) => return Some(json!({ "type": "gone", "error": error.to_string() })),
        };
        match message {
            Message::Binary(bytes) => {
                let (head, samples) = bytes.split_at(4);
                assert_eq!(
                    head,
                    self.reply.to_le_bytes(),
                    "sound of a reply that is over"
                );
                let (pairs, _) = samples.as_chunks::<2>();
                let samples = pairs
                    .iter()
                    .map(|&pair| f32::from(i16::from_le_bytes(pair)) / 32767.0);
                self.sound.samples.extend(samples);
                None
            }
            Message::Close(frame) => {
                let code = frame.map(|frame| u16::from(frame.code));
                Some(json!({ "type": "close", "code": code }))
            }
            Message::Text(text) => {
                let message: Value = serde_json::from_str(&text).expect("JSON");
                self.note(&message);
                Some(message)
            }
            _ => None,
        }
    }

    fn note(&mut self, message: &Value) {
        let words = |name: &str| message[name].as_str().unwrap_or_default().to_owned();
        match words("type").as_str() {
            "welcome" => self.token = words("token"),
            "screen" => self.screen = message.clone(),
            "state" => self.state = words("state"),
            "speech" => {
                self.reply = message["reply"].as_u64().expect("a number") as u32;
                self.sound = Speech::default();
            }
            _ => {}
        }
        self.messages.push(message.clone());
    }

    /// Waits for a message that fits.
    #[track_caller]
    pub fn wait(&mut self, what: &str, fits: impl Fn(&Value) -> bool) -> Value {
        let since = Instant::now();
        while since.elapsed() < PATIENCE {
            if let Some(message) = self.next() {
                if fits(&message) {
                    return message;
                }
                assert!(message["type"] != "gone", "waited for {what}: {message}");
            }
        }
        panic!(
            "waited for {what}; came: {:?}",
            self.messages.iter().map(|m| &m["type"]).collect::<Vec<_>>()
        );
    }

    /// Waits for a message of this type.
    #[track_caller]
    pub fn until(&mut self, kind: &str) -> Value {
        self.wait(kind, |message| message["type"] == kind)
    }

    /// Waits for a page.
    #[track_caller]
    pub fn page(&mut self, page: &str) -> Value {
        self.wait(page, |message| {
            message["type"] == "screen" && message["page"] == page
        })
    }

    /// Waits until this reply has been sent whole, and says that it was played.
    #[track_caller]
    pub fn listen_to_the_end(&mut self) {
        self.until("speech_end");
        let reply = self.reply;
        self.send(&json!({ "type": "spoken", "reply": reply }));
    }

    /// Takes what comes within a while.
    pub fn take_in(&mut self, seconds: f32) -> Vec<Value> {
        let since = Instant::now();
        let mut taken = Vec::new();
        while since.elapsed().as_secs_f32() < seconds {
            taken.extend(self.next());
        }
        taken
    }
}
