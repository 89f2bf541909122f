//! A terminal's socket: messages in, messages out, and the limits of both.

use std::net::IpAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering::SeqCst};
use std::time::{Duration, Instant};

use axum::body::Bytes;
use axum::extract::ws::{CloseFrame, Message, WebSocket, WebSocketUpgrade};
use axum::response::Response;
use futures_util::stream::{SplitSink, SplitStream};
use futures_util::{SinkExt, StreamExt};
use tokio::sync::mpsc::{self, Receiver, Sender, UnboundedReceiver, unbounded_channel};
use tokio::sync::{OwnedSemaphorePermit, oneshot};
use tokio::time::timeout;

use super::conversation::{Broken, Conversation, Happening};
use super::microphone::OwnMicrophone;
use super::protocol::{Code, FromTerminal, LONGEST_SOUND, LONGEST_TEXT, ToTerminal, VERSION};
use super::seats::{Handover, Left};
use crate::server::app::App;
use crate::server::gate::Pass;
use crate::server::metrics::Reason;

/// A terminal that takes nothing for so long is given up.
const STALLED: Duration = Duration::from_secs(10);
/// The first message must come within this time.
const HELLO_WITHIN: Duration = Duration::from_secs(10);
/// How often the dialogue is told that time goes by.
const TICK: Duration = Duration::from_millis(500);
/// How often a quiet terminal is asked for a sign of life…
const PING: Duration = Duration::from_secs(15);
/// …and how long it may give none.
const SILENT: Duration = Duration::from_secs(50);
/// After a fault a terminal has so long to take the answer.
const LAST_WORDS: Duration = Duration::from_secs(2);
/// Messages on their way to a terminal.
const QUEUE: usize = 64;
/// Messages that a terminal may send at once, and a second.
const BURST: f32 = 200.0;
const PER_SECOND: f32 = 60.0;

/// The way to a terminal; cheap to clone.
#[derive(Clone)]
pub(super) struct Out {
    queue: Sender<Outgoing>,
    newest: Arc<AtomicU32>,
}

/// The terminal is gone.
#[derive(Debug)]
pub(super) struct Gone;

enum Outgoing {
    Message(ToTerminal),
    /// Sound of a reply.
    Sound(u32, Bytes),
    Ping,
    Close(Code),
}

impl Out {
    /// The number of the reply that may sound.
    pub fn newest(&self) -> Arc<AtomicU32> {
        Arc::clone(&self.newest)
    }

    pub async fn send(&self, message: ToTerminal) -> Result<(), Gone> {
        self.put(Outgoing::Message(message)).await
    }

    /// Sends what is not worth waiting for.
    pub fn try_send(&self, message: ToTerminal) {
        // A level is dropped if the terminal is behind.
        let _ = self.queue.try_send(Outgoing::Message(message));
    }

    pub async fn sound(&self, reply: u32, frame: Bytes) -> Result<(), Gone> {
        self.put(Outgoing::Sound(reply, frame)).await
    }

    async fn put(&self, outgoing: Outgoing) -> Result<(), Gone> {
        self.queue.send(outgoing).await.map_err(|_| Gone)
    }
}

/// Answers the request for a socket.
pub(in crate::server) fn connect(
    app: Arc<App>,
    upgrade: WebSocketUpgrade,
    address: IpAddr,
    place: (OwnedSemaphorePermit, Arc<Pass>),
) -> Response {
    upgrade
        .max_message_size(LONGEST_SOUND)
        .max_frame_size(LONGEST_SOUND)
        .write_buffer_size(0)
        .on_upgrade(move |socket| async move {
            app.metrics.terminals.inc();
            tracing::debug!(%address, "a terminal connected");
            run(&app, socket, address).await;
            tracing::debug!(%address, "a terminal left");
            app.metrics.terminals.dec();
            drop(place);
        })
}

async fn run(app: &Arc<App>, socket: WebSocket, address: IpAddr) {
    let (sink, mut stream) = socket.split();
    let (queue, outgoing) = mpsc::channel(QUEUE);
    let out = Out {
        queue,
        newest: Arc::default(),
    };
    let writer = tokio::spawn(write(sink, outgoing, out.newest()));
    if let Err(Broken::Wrong(code)) = converse(app, &mut stream, &out, address).await {
        if !matches!(code, Code::Elsewhere | Code::Stopping) {
            app.metrics.refuse(Reason::Protocol);
        }
        let words = code.words().to_owned();
        let _ = out.send(ToTerminal::Error { code, words }).await;
        let _ = out.put(Outgoing::Close(code)).await;
        // What is still coming in is read, or the system would cut the answer off.
        let rest = async { while let Some(Ok(_)) = stream.next().await {} };
        let _ = timeout(LAST_WORDS, rest).await;
    }
    drop(out);
    // Ends when all is written, or the terminal takes nothing for too long.
    let _ = writer.await;
}

/// Writes to a terminal. Sound of a reply that was interrupted is not sent any more.
async fn write(
    mut sink: SplitSink<WebSocket, Message>,
    mut outgoing: Receiver<Outgoing>,
    newest: Arc<AtomicU32>,
) {
    while let Some(next) = outgoing.recv().await {
        let message = match next {
            Outgoing::Sound(reply, _) if reply != newest.load(SeqCst) => continue,
            Outgoing::Sound(_, frame) => Message::Binary(frame),
            Outgoing::Ping => Message::Ping(Bytes::new()),
            Outgoing::Close(code) => Message::Close(Some(CloseFrame {
                code: code.number(),
                reason: code.words().into(),
            })),
            Outgoing::Message(message) => match serde_json::to_string(&message) {
                Ok(text) => Message::Text(text.into()),
                Err(error) => {
                    tracing::error!(%error, "a message could not be written");
                    continue;
                }
            },
        };
        if !matches!(timeout(STALLED, sink.send(message)).await, Ok(Ok(()))) {
            return;
        }
    }
}

/// From the first message to the last.
async fn converse(
    app: &Arc<App>,
    stream: &mut SplitStream<WebSocket>,
    out: &Out,
    address: IpAddr,
) -> Result<(), Broken> {
    let hello = timeout(HELLO_WITHIN, next(stream)).await;
    let hello = hello.map_err(|_| Broken::Wrong(Code::Silent))??;
    let Incoming::Message(FromTerminal::Hello {
        v,
        language,
        resume,
        guide,
        step,
        sound,
    }) = hello
    else {
        return Err(Broken::Wrong(Code::Protocol));
    };
    if v != VERSION {
        return Err(Broken::Wrong(Code::Version));
    }
    let left = match resume {
        Some(token) => app.seats.come_back(&token).await,
        None => None,
    };
    let (token, asked) = app.seats.take();
    out.send(ToTerminal::Welcome {
        v: VERSION,
        token: token.clone(),
        resumed: left.is_some(),
        hears: app.ears.is_some(),
        microphone: OwnMicrophone::whose(&app.config, address),
        speaks: app.voices.is_some(),
    })
    .await?;
    let (tell, happenings) = unbounded_channel();
    let mut conversation = Conversation::new(
        Arc::clone(app),
        out.clone(),
        tell,
        address,
        (language, sound),
    );
    let begun = match (left, guide) {
        (Some(left), _) => {
            let away = left.at.elapsed();
            conversation.resume(left.session, away).await
        }
        (None, Some(guide)) => conversation.restore(&guide, step.unwrap_or(1)).await,
        (None, None) => conversation.begin().await,
    };
    let mut terminal = Terminal {
        app,
        out,
        happenings,
        asked,
        budget: Budget::new(),
    };
    let ended = match begun {
        Ok(()) => terminal.go_on(&mut conversation, stream).await,
        Err(broken) => Ended::Broken(broken),
    };
    let session = conversation.into_session();
    match ended {
        Ended::Elsewhere(give) => {
            let at = Instant::now();
            // Whoever asked may have given up waiting; then the conversation is over.
            let _ = give.send(Left { session, at });
            Err(Broken::Wrong(Code::Elsewhere))
        }
        Ended::Broken(broken) => {
            app.seats.leave(&token, session);
            Err(broken)
        }
    }
}

/// How a connection ends.
enum Ended {
    Broken(Broken),
    /// The same person has connected anew and wants the conversation.
    Elsewhere(oneshot::Sender<Left>),
}

impl From<Broken> for Ended {
    fn from(broken: Broken) -> Self {
        Self::Broken(broken)
    }
}

struct Terminal<'a> {
    app: &'a Arc<App>,
    out: &'a Out,
    happenings: UnboundedReceiver<Happening>,
    asked: Receiver<Handover>,
    budget: Budget,
}

impl Terminal<'_> {
    /// Until the connection ends.
    async fn go_on(
        &mut self,
        conversation: &mut Conversation,
        stream: &mut SplitStream<WebSocket>,
    ) -> Ended {
        let mut stopping = self.app.stopping.subscribe();
        let mut clock = tokio::time::interval(TICK);
        let (mut ticked, mut alive, mut pinged) = (Instant::now(), Instant::now(), Instant::now());
        loop {
            let done = tokio::select! {
                incoming = next(stream) => {
                    alive = Instant::now();
                    match incoming {
                        Ok(incoming) => self.incoming(conversation, incoming).await,
                        Err(broken) => Err(broken),
                    }
                }
                Some(happening) = self.happenings.recv() => conversation.happened(happening).await,
                Some(give) = self.asked.recv() => return Ended::Elsewhere(give),
                _ = clock.tick() => {
                    let elapsed = std::mem::replace(&mut ticked, Instant::now()).elapsed();
                    if alive.elapsed() > SILENT {
                        return Broken::Wrong(Code::Silent).into();
                    }
                    if pinged.elapsed() > PING {
                        pinged = Instant::now();
                        // A terminal that is behind is not asked; it is given up by the writer.
                        let _ = self.out.queue.try_send(Outgoing::Ping);
                    }
                    conversation.tick(elapsed).await
                }
                Ok(()) = stopping.changed() => Ok(()),
            };
            if let Err(broken) = done {
                return broken.into();
            }
            // What is being said is finished first.
            if *stopping.borrow() && !conversation.is_speaking() {
                return Broken::Wrong(Code::Stopping).into();
            }
        }
    }

    async fn incoming(&mut self, to: &mut Conversation, incoming: Incoming) -> Result<(), Broken> {
        if !self.budget.pays() {
            return Err(Broken::Wrong(Code::Rate));
        }
        let message = match incoming {
            Incoming::Sound(bytes) => return to.sound(&bytes).await,
            Incoming::Sign => return Ok(()),
            Incoming::Message(message) => message,
        };
        match message {
            FromTerminal::Hello { .. } => Err(Broken::Wrong(Code::Protocol)),
            FromTerminal::Talk { rate } => to.talk(rate).await,
            FromTerminal::Done {} => to.done().await,
            FromTerminal::NoMicrophone {} => to.no_microphone().await,
            FromTerminal::Text { text } => to.typed(&text).await,
            FromTerminal::Command { name } => to.command(&name).await,
            FromTerminal::Open { guide } => to.open(&guide).await,
            FromTerminal::Spoken { reply } => to.spoken(reply).await,
            FromTerminal::Touched {} => to.touched().await,
            FromTerminal::Sound { on } => to.set_sound(on).await,
        }
    }
}

enum Incoming {
    Message(FromTerminal),
    Sound(Bytes),
    /// A ping or pong.
    Sign,
}

/// The next message.
async fn next(stream: &mut SplitStream<WebSocket>) -> Result<Incoming, Broken> {
    match stream.next().await {
        None | Some(Ok(Message::Close(_))) => Err(Broken::Gone),
        Some(Err(error)) => Err(too_large(&error)),
        Some(Ok(Message::Ping(_) | Message::Pong(_))) => Ok(Incoming::Sign),
        Some(Ok(Message::Binary(bytes))) => Ok(Incoming::Sound(bytes)),
        Some(Ok(Message::Text(text))) => {
            if text.len() > LONGEST_TEXT {
                return Err(Broken::Wrong(Code::Size));
            }
            let message = serde_json::from_str(&text);
            message
                .map(Incoming::Message)
                .map_err(|_| Broken::Wrong(Code::Protocol))
        }
    }
}

/// A message over the limit is told apart from a connection that broke.
fn too_large(error: &axum::Error) -> Broken {
    use std::error::Error as _;
    let cause = error
        .source()
        .and_then(|cause| cause.downcast_ref::<tungstenite::Error>());
    match cause {
        Some(tungstenite::Error::Capacity(_)) => Broken::Wrong(Code::Size),
        // The line was cut; nobody did anything wrong.
        Some(tungstenite::Error::Protocol(
            tungstenite::error::ProtocolError::ResetWithoutClosingHandshake,
        )) => Broken::Gone,
        Some(tungstenite::Error::Protocol(_) | tungstenite::Error::Utf8(_)) => {
            Broken::Wrong(Code::Protocol)
        }
        _ => Broken::Gone,
    }
}

/// How many messages a terminal may send still.
struct Budget {
    left: f32,
    at: Instant,
}

impl Budget {
    fn new() -> Self {
        Self {
            left: BURST,
            at: Instant::now(),
        }
    }

    fn pays(&mut self) -> bool {
        let since = std::mem::replace(&mut self.at, Instant::now()).elapsed();
        self.left = (self.left + PER_SECOND * since.as_secs_f32()).min(BURST) - 1.0;
        self.left >= 0.0
    }
}
