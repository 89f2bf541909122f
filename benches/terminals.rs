//! Load: so many terminals at a running server, each with a spoken question every 20 s.
//!
//! `wenlu serve`, then `cargo bench --bench terminals -- 127.0.0.1:8080 RECORDING.wav … 60 1 4 16 64`
//! (address, recordings at 16 kHz or any other rate, seconds, numbers of terminals); each terminal
//! asks one recording after the other. All terminals come from one address, so raise
//! `server.requests_per_second` and `connections_per_address` in the settings for more than 64.
//! `benches/server.sh` does all this.
//!
//! Prints, for each number: questions, errors, and the time from the end of speech to the
//! first sound of the answer, in ms (median, nine tenths, longest).

use std::net::TcpStream;
use std::path::Path;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tungstenite::{Message, WebSocket};
use wenlu::audio::{SAMPLE_RATE, Utterance};

/// Between a terminal's questions.
const EVERY: Duration = Duration::from_secs(20);
/// An answer that takes longer counts as an error.
const PATIENCE: Duration = Duration::from_secs(60);

type Failure = Box<dyn std::error::Error + Send + Sync>;

struct Terminal {
    socket: WebSocket<TcpStream>,
}

impl Terminal {
    fn connect(address: &str) -> Result<Self, Failure> {
        let stream = TcpStream::connect(address)?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(PATIENCE))?;
        let (socket, _) = tungstenite::client(format!("ws://{address}/terminal"), stream)?;
        let mut terminal = Self { socket };
        terminal.send(&json!({ "type": "hello", "v": 1, "language": "zh", "sound": true }))?;
        Ok(terminal)
    }

    fn send(&mut self, message: &Value) -> Result<(), Failure> {
        Ok(self.socket.send(Message::text(message.to_string()))?)
    }

    /// Asks once, at the pace of speech; gives the time from the end of speech to the first
    /// sound of the answer.
    fn ask(&mut self, samples: &[f32]) -> Result<Duration, Failure> {
        self.send(&json!({ "type": "talk", "rate": SAMPLE_RATE }))?;
        for piece in samples.chunks(SAMPLE_RATE as usize / 10) {
            let bytes: Vec<u8> = piece
                .iter()
                .flat_map(|sample| ((sample * 32_767.0) as i16).to_le_bytes())
                .collect();
            self.socket.send(Message::binary(bytes))?;
            std::thread::sleep(Duration::from_millis(100));
        }
        self.send(&json!({ "type": "done" }))?;
        let since = Instant::now();
        let mut first = None;
        loop {
            match self.socket.read()? {
                Message::Binary(_) => {
                    first.get_or_insert_with(|| since.elapsed());
                }
                Message::Text(text) => {
                    let message: Value = serde_json::from_str(&text)?;
                    match message["type"].as_str() {
                        Some("speech_end") => {
                            self.send(&json!({ "type": "command", "name": "stop" }))?;
                            return first.ok_or_else(|| "no sound".into());
                        }
                        Some("error") => return Err(message["code"].to_string().into()),
                        Some("notice") if message["kind"] != "waiting" => {
                            return Err(message["kind"].to_string().into());
                        }
                        _ => {}
                    }
                }
                _ => {}
            }
            if since.elapsed() > PATIENCE {
                return Err("no answer".into());
            }
        }
    }
}

/// One terminal for so long, beginning somewhat later than the one before.
fn visit(
    address: &str,
    questions: impl Iterator<Item = impl AsRef<[f32]>>,
    after: Duration,
    seconds: u64,
) -> Vec<Result<Duration, Failure>> {
    std::thread::sleep(after);
    let until = Instant::now() + Duration::from_secs(seconds);
    let mut results = Vec::new();
    for samples in questions {
        if Instant::now() >= until {
            break;
        }
        let since = Instant::now();
        // A new person each time.
        results.push(
            Terminal::connect(address).and_then(|mut terminal| terminal.ask(samples.as_ref())),
        );
        std::thread::sleep(EVERY.saturating_sub(since.elapsed()));
    }
    results
}

fn main() -> Result<(), Failure> {
    let arguments: Vec<String> = std::env::args()
        .skip(1)
        .filter(|a| a != "--bench")
        .collect();
    let is_number = |argument: &String| argument.parse::<u32>().is_ok();
    let recordings = arguments.iter().position(is_number).unwrap_or(0);
    let ([address, recordings @ ..], [seconds, numbers @ ..]) = arguments.split_at(recordings)
    else {
        println!("usage: terminals ADDRESS RECORDING… SECONDS NUMBER…");
        return Ok(());
    };
    let questions: Vec<Vec<f32>> = recordings
        .iter()
        .map(|file| Ok(Utterance::from_file(Path::new(file))?.samples().to_vec()))
        .collect::<Result<_, Failure>>()?;
    let seconds = seconds.parse()?;
    println!("terminals  questions  errors  median ms  p90 ms  longest ms");
    for number in numbers {
        let number: u32 = number.parse()?;
        let results: Vec<_> = std::thread::scope(|scope| {
            let threads: Vec<_> = (0..number)
                .map(|n| {
                    let after = EVERY * n / number;
                    let questions = questions.iter().cycle().skip(n as usize);
                    scope.spawn(move || visit(address, questions, after, seconds))
                })
                .collect();
            let results = threads
                .into_iter()
                .flat_map(|thread| thread.join().unwrap_or_default());
            results.collect()
        });
        let mut times: Vec<u128> = results.iter().flatten().map(Duration::as_millis).collect();
        times.sort_unstable();
        let at = |share: usize| {
            times
                .get(times.len().saturating_sub(1) * share / 100)
                .copied()
                .unwrap_or(0)
        };
        let errors: Vec<String> = results
            .iter()
            .filter_map(|r| r.as_ref().err().map(ToString::to_string))
            .collect();
        println!(
            "{number:9}  {:9}  {:6}  {:9}  {:6}  {:10}  {}",
            results.len(),
            errors.len(),
            at(50),
            at(90),
            at(100),
            errors.first().map_or("", String::as_str)
        );
    }
    Ok(())
}
