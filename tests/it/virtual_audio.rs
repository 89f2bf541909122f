//! A microphone and a loudspeaker where there is no sound card.
//!
//! [`VirtualAudio`] runs a PulseAudio of its own. The program under test runs as a child
//! process with [`VirtualAudio::command`], since the sound libraries read their environment
//! only once. It works as root, in a container, without a session bus.

use std::ffi::OsStr;
use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};

const PACKAGES: &str = "pulseaudio pulseaudio-utils libasound2-plugins";
const PATIENCE: Duration = Duration::from_secs(30);
/// The loudspeaker is recorded at this rate, in mono.
const RECORDED_RATE: u32 = 48_000;

/// A sound server with a loudspeaker that is recorded and a microphone that is fed. It is
/// stopped, and everything it wrote is deleted, when this is dropped.
pub struct VirtualAudio {
    // The server goes before its folder.
    server: Server,
    folder: tempfile::TempDir,
}

struct Server {
    _daemon: Killed,
    /// Listens all the time: a virtual loudspeaker to which nobody listens falls asleep and
    /// wakes two seconds late, as no real one does.
    _listener: Killed,
}

impl VirtualAudio {
    /// Starts the server.
    ///
    /// # Panics
    /// If it cannot be started, with the names of the Debian packages that it takes.
    pub fn start() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let script = format!(
            "load-module module-null-sink sink_name=speaker rate=48000 channels=2\n\
             load-module module-null-sink sink_name=micfeed rate=48000 channels=1\n\
             load-module module-remap-source source_name=mic master=micfeed.monitor\n\
             set-default-sink speaker\n\
             set-default-source mic\n\
             load-module module-native-protocol-unix auth-anonymous=1 socket={}\n",
            folder.path().join("socket").display()
        );
        std::fs::write(folder.path().join("server.pa"), script).expect("a script");
        let alsa = "pcm.!default { type pulse hint { show on description \"Virtual\" } }\n\
                    ctl.!default { type pulse }\n";
        std::fs::write(folder.path().join("alsa.conf"), alsa).expect("ALSA's configuration");
        Self {
            server: serve(folder.path()),
            folder,
        }
    }

    /// Kills the server, as if both devices were unplugged; [`Self::plug_in`] starts it again.
    pub fn unplug(self) -> tempfile::TempDir {
        drop(self.server);
        std::fs::remove_file(self.folder.path().join("socket")).expect("the socket was there");
        self.folder
    }

    /// Starts the server again where it was.
    pub fn plug_in(folder: tempfile::TempDir) -> Self {
        Self {
            server: serve(folder.path()),
            folder,
        }
    }

    /// A program that uses these devices.
    pub fn command(&self, program: impl AsRef<OsStr>) -> Command {
        command(program, self.folder.path())
    }

    /// Plays a WAV file into the microphone and returns when it is over.
    pub fn say_into_microphone(&self, wav: &Path) {
        let mut player = self.command("paplay");
        let mut player = start(player.arg("--device=micfeed").arg(wav));
        let status = player.0.wait().expect("paplay ends");
        assert!(status.success(), "paplay {}: {status}", wav.display());
    }

    /// Records what comes out of the loudspeaker from now on.
    pub fn record_speaker(&self) -> SpeakerRecording {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let raw = folder.path().join("speaker.raw");
        let file = File::create(&raw).expect("a recording");
        let recording = SpeakerRecording {
            _recorder: listen(self.folder.path(), file),
            folder,
        };
        wait_for("the recorder", || {
            let length = std::fs::metadata(&raw).map_or(0, |raw| raw.len());
            (length > 0)
                .then_some(())
                .ok_or_else(|| "nothing is recorded".to_owned())
        });
        recording
    }
}

/// Starts a server in a folder and waits until it answers.
fn serve(folder: &Path) -> Server {
    let log = folder.join("server.log");
    let mut daemon = command("pulseaudio", folder);
    daemon
        .args(["--daemonize=no", "--exit-idle-time=-1", "--use-pid-file=no"])
        .args([
            "--log-level=error",
            "--realtime=no",
            "--high-priority=no",
            "-n",
            "-F",
        ])
        .arg(folder.join("server.pa"))
        .stdout(Stdio::null())
        .stderr(File::create(&log).expect("a log"));
    let daemon = start(&mut daemon);
    wait_for("the sound server", || {
        let mut question = command("pactl", folder);
        let answer = question.args(["list", "short", "sources"]).output();
        let answer = answer.unwrap_or_else(|error| panic!("pactl: {error}; install {PACKAGES}"));
        let answer = String::from_utf8_lossy(&answer.stdout).into_owned();
        answer
            .contains("\tmic\t")
            .then_some(())
            .ok_or_else(|| answer + &std::fs::read_to_string(&log).unwrap_or_default())
    });
    Server {
        _daemon: daemon,
        _listener: listen(folder, Stdio::null()),
    }
}

/// Writes what the loudspeaker plays, as it is played.
fn listen(folder: &Path, to: impl Into<Stdio>) -> Killed {
    let mut recorder = command("parec", folder);
    recorder
        .args([
            "--device=speaker.monitor",
            "--raw",
            "--format=s16le",
            "--channels=1",
        ])
        .args([&format!("--rate={RECORDED_RATE}"), "--latency-msec=20"])
        .stdout(to);
    start(&mut recorder)
}

/// A program with the environment in which both PulseAudio's and ALSA's library find the
/// server of that folder, and nothing of the machine's own.
fn command(program: impl AsRef<OsStr>, folder: &Path) -> Command {
    let mut command = Command::new(program);
    command
        .env(
            "PULSE_SERVER",
            format!("unix:{}", folder.join("socket").display()),
        )
        .env("ALSA_CONFIG_PATH", folder.join("alsa.conf"))
        .env("XDG_RUNTIME_DIR", folder)
        .env("XDG_CONFIG_HOME", folder.join("config"))
        .env("HOME", folder)
        .stdin(Stdio::null());
    command
}

fn start(command: &mut Command) -> Killed {
    let child = command.spawn().unwrap_or_else(|error| {
        let program = command.get_program().display();
        panic!("{program} cannot be started ({error}); install {PACKAGES}")
    });
    Killed(child)
}

/// Tries again and again until it is `Ok`; panics with the last word if it never is.
pub fn wait_for<T>(what: &str, mut attempt: impl FnMut() -> Result<T, String>) -> T {
    let deadline = Instant::now() + PATIENCE;
    loop {
        match attempt() {
            Ok(value) => return value,
            Err(error) if Instant::now() > deadline => panic!("{what} does not come up: {error}"),
            Err(_) => std::thread::sleep(Duration::from_millis(50)),
        }
    }
}

/// A child process that does not outlive this.
struct Killed(Child);

impl Drop for Killed {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// The loudspeaker's sound while this lives.
pub struct SpeakerRecording {
    _recorder: Killed,
    folder: tempfile::TempDir,
}

impl SpeakerRecording {
    /// Gives what was recorded until now as a WAV file (48 kHz, mono, 16-bit) that lives as
    /// long as this.
    pub fn wav(&self) -> PathBuf {
        // What was played last is still on its way.
        std::thread::sleep(Duration::from_millis(300));
        let bytes = std::fs::read(self.folder.path().join("speaker.raw")).expect("a recording");
        let spec = hound::WavSpec {
            channels: 1,
            sample_rate: RECORDED_RATE,
            bits_per_sample: 16,
            sample_format: hound::SampleFormat::Int,
        };
        let path = self.folder.path().join("speaker.wav");
        let mut wav = hound::WavWriter::create(&path, spec).expect("a WAV file");
        for sample in bytes.as_chunks::<2>().0 {
            wav.write_sample(i16::from_le_bytes(*sample))
                .expect("a sample");
        }
        wav.finalize().expect("a WAV file");
        path
    }
}

/// A child process whose lines are read one after the other; killed when dropped.
pub struct Running {
    child: Killed,
    lines: BufReader<ChildStdout>,
}

impl Running {
    /// Starts a program.
    pub fn start(command: &mut Command) -> Self {
        let mut child = start(command.stdout(Stdio::piped()));
        let lines = BufReader::new(child.0.stdout.take().expect("its output"));
        Self { child, lines }
    }

    /// Whether it has ended.
    pub fn has_ended(&mut self) -> bool {
        self.child.0.try_wait().is_ok_and(|status| status.is_some())
    }

    /// The next line that it prints; empty once it has ended.
    pub fn line(&mut self) -> String {
        let mut line = String::new();
        self.lines.read_line(&mut line).expect("a line");
        line.trim_end().to_owned()
    }
}

/// An example of this package, built.
fn example(name: &str) -> PathBuf {
    let mut build = Command::new(env!("CARGO"));
    build.args(["build", "--quiet", "--example", name]);
    if !cfg!(debug_assertions) {
        build.arg("--release");
    }
    assert!(
        build.status().expect("cargo runs").success(),
        "{name} cannot be built"
    );
    // Tests lie in target/PROFILE/deps.
    let test = std::env::current_exe().expect("a path");
    let profile = test.ancestors().nth(2).expect("a folder");
    profile.join("examples").join(name)
}

mod tests {
    use super::*;
    use wenlu::audio::Utterance;

    /// Where `part` lies in `whole` (both 16 kHz), and how alike they are there, 0 to 1.
    fn find(part: &[f32], whole: &[f32]) -> (usize, f32) {
        let norm = |x: &[f32]| x.iter().map(|x| x * x).sum::<f32>().sqrt();
        let alike = |at: usize| {
            let there = &whole[at..at + part.len()];
            let dot = part.iter().zip(there).map(|(a, b)| a * b).sum::<f32>();
            dot / (norm(part) * norm(there)).max(1e-6)
        };
        let places = (0..whole.len() - part.len()).map(|at| (at, alike(at)));
        places
            .max_by(|a, b| a.1.total_cmp(&b.1))
            .expect("long enough")
    }

    fn level(samples: &[f32]) -> f32 {
        let power = samples.iter().map(|x| x * x).sum::<f32>() / samples.len() as f32;
        10.0 * power.max(1e-12).log10()
    }

    /// The part of a sound that is loud, as places in it.
    fn loud(sound: &[f32]) -> std::ops::Range<usize> {
        let frames: Vec<bool> = sound.chunks(80).map(|frame| level(frame) > -45.0).collect();
        let first = frames.iter().position(|&l| l).expect("some sound");
        let last = frames.iter().rposition(|&l| l).expect("some sound");
        first * 80..((last + 1) * 80).min(sound.len())
    }

    #[test]
    #[ignore = "wants an idle machine: a busy one loses a piece"]
    fn what_is_said_comes_back_whole() {
        let spoken =
            Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/speech/kokoro_k016.wav");
        let program = example("audio_loop");
        let audio = VirtualAudio::start();
        let recording = audio.record_speaker();
        let mut running = Running::start(&mut audio.command(program));
        assert_eq!(running.line(), "listening");
        audio.say_into_microphone(&spoken);
        assert!(running.line().starts_with("heard "));
        // On a machine that is too busy the devices lose sound; the program notices.
        let end = running.line();
        let glitches = end
            .strip_prefix("done, ")
            .and_then(|l| l.strip_suffix(" glitches"));
        let glitches: usize = glitches
            .and_then(|n| n.parse().ok())
            .unwrap_or_else(|| panic!("{end}"));

        let said = Utterance::from_file(&spoken).unwrap();
        let heard = Utterance::from_file(&recording.wav()).unwrap();
        let (said, heard) = (&said.samples()[loud(said.samples())], heard.samples());
        let heard = &heard[loud(heard)];
        let longer = heard.len().abs_diff(said.len());
        assert!(
            longer < 800 + glitches * 1_600,
            "length differs by {longer} samples"
        );
        // Piece by piece, so that a glitch spoils only its own.
        let (mut missing, mut after) = (0, 0);
        for piece in said.chunks_exact(4_000) {
            let (at, alike) = find(piece, heard);
            let change = level(&heard[at..at + piece.len()]) - level(piece);
            if alike > 0.95 && change.abs() < 1.0 && at >= after {
                after = at;
            } else {
                eprintln!("a piece is missing: correlation {alike}, level {change:+.1} dB");
                missing += 1;
            }
        }
        assert!(
            missing <= 2 * glitches,
            "{missing} pieces are missing, {glitches} glitches"
        );
    }

    #[test]
    fn stopped_speech_stops_without_a_click() {
        let audio = VirtualAudio::start();
        let recording = audio.record_speaker();
        let mut running = Running::start(
            audio
                .command(example("audio_loop"))
                .args(["tone", "5", "1"]),
        );
        assert!(running.line().starts_with("stopped after 1.0"));
        assert_eq!(running.line(), "");
        let heard = Utterance::from_file(&recording.wav()).unwrap();
        let heard = &heard.samples()[loud(heard.samples())];
        let seconds = heard.len() as f32 / 16_000.0;
        assert!((0.95..1.2).contains(&seconds), "{seconds} s");
        let steepest = |sound: &[f32]| {
            sound
                .windows(2)
                .map(|w| (w[1] - w[0]).abs())
                .fold(0.0, f32::max)
        };
        let (tone, end) = heard.split_at(heard.len() - 800);
        assert!(
            steepest(end) < 1.2 * steepest(&tone[1_600..]),
            "{}",
            steepest(end)
        );
    }

    #[test]
    fn devices_may_go_and_come_back() {
        let audio = VirtualAudio::start();
        let mut running = Running::start(audio.command(example("audio_loop")).arg("watch"));
        assert_eq!(running.line(), "open");
        let folder = audio.unplug();
        let gone = "was unplugged or stopped working; plug it in again";
        assert_eq!(running.line(), format!("the microphone {gone}"));
        assert_eq!(running.line(), format!("the loudspeaker {gone}"));
        let _audio = VirtualAudio::plug_in(folder);
        assert_eq!(running.line(), "back");
    }
}
