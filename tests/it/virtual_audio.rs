//! A microphone and a loudspeaker where there is no sound card.
//!
//! [`VirtualAudio`] runs a PulseAudio of its own. The program under test runs as a child
//! process with [`VirtualAudio::command`], since the sound libraries read their environment
//! only once. It works as root, in a container, without a session bus.

use std::ffi::{OsStr, OsString};
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
    folder: tempfile::TempDir,
    server: Child,
}

impl VirtualAudio {
    /// Starts the server.
    ///
    /// # Panics
    /// If it cannot be started, with the names of the Debian packages that it takes.
    pub fn start() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let socket = folder.path().join("socket");
        let script = format!(
            "load-module module-null-sink sink_name=speaker rate=48000 channels=2\n\
             load-module module-null-sink sink_name=micfeed rate=48000 channels=1\n\
             load-module module-remap-source source_name=mic master=micfeed.monitor\n\
             set-default-sink speaker\n\
             set-default-source mic\n\
             load-module module-native-protocol-unix auth-anonymous=1 socket={}\n",
            socket.display()
        );
        std::fs::write(folder.path().join("server.pa"), script).expect("a script");
        let alsa = "pcm.!default { type pulse hint { show on description \"Virtual\" } }\n\
                    ctl.!default { type pulse }\n";
        std::fs::write(folder.path().join("alsa.conf"), alsa).expect("ALSA's configuration");
        let server = Self::serve(folder.path());
        let audio = Self { folder, server };
        audio.wait_until_up();
        audio
    }

    fn serve(folder: &Path) -> Child {
        Command::new("pulseaudio")
            .args(["--daemonize=no", "--exit-idle-time=-1", "--use-pid-file=no"])
            .args([
                "--log-level=error",
                "--realtime=no",
                "--high-priority=no",
                "-n",
                "-F",
            ])
            .arg(folder.join("server.pa"))
            .envs(environment(folder))
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(File::create(folder.join("server.log")).expect("a log"))
            .spawn()
            .unwrap_or_else(|error| {
                panic!("pulseaudio cannot be started ({error}); install {PACKAGES}")
            })
    }

    fn wait_until_up(&self) {
        wait_for("the sound server", || {
            let answer = self.ask(&["list", "short", "sources"]);
            let log = self.folder.path().join("server.log");
            answer.contains("mic\t").then_some(()).ok_or_else(|| {
                format!(
                    "{answer}{}",
                    std::fs::read_to_string(log).unwrap_or_default()
                )
            })
        });
    }

    /// What `pactl` answers.
    fn ask(&self, arguments: &[&str]) -> String {
        let output = self
            .command("pactl")
            .args(arguments)
            .output()
            .unwrap_or_else(|error| {
                panic!("pactl cannot be started ({error}); install {PACKAGES}")
            });
        String::from_utf8_lossy(&output.stdout).into_owned()
    }

    /// Kills the server, as if both devices were unplugged.
    pub fn unplug(&mut self) {
        let _ = self.server.kill();
        let _ = self.server.wait();
        let _ = std::fs::remove_file(self.folder.path().join("socket"));
    }

    /// Starts the server again.
    pub fn plug_in(&mut self) {
        self.server = Self::serve(self.folder.path());
        self.wait_until_up();
    }

    /// The environment variables that make a program use these devices.
    pub fn environment(&self) -> Vec<(&'static str, OsString)> {
        environment(self.folder.path())
    }

    /// A program that uses these devices.
    pub fn command(&self, program: impl AsRef<OsStr>) -> Command {
        let mut command = Command::new(program);
        command.envs(self.environment()).stdin(Stdio::null());
        command
    }

    /// Plays a WAV file into the microphone and returns when it is over.
    pub fn say_into_microphone(&self, wav: &Path) {
        let status = self
            .command("paplay")
            .arg("--device=micfeed")
            .arg(wav)
            .status()
            .unwrap_or_else(|error| panic!("paplay: {error}; install {PACKAGES}"));
        assert!(status.success(), "paplay {}: {status}", wav.display());
    }

    /// Records what comes out of the loudspeaker from now on.
    pub fn record_speaker(&self) -> SpeakerRecording {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let raw = folder.path().join("speaker.raw");
        let recorder = self
            .command("parec")
            .args([
                "--device=speaker.monitor",
                "--raw",
                "--format=s16le",
                "--channels=1",
            ])
            .args([&format!("--rate={RECORDED_RATE}"), "--latency-msec=20"])
            .stdout(File::create(&raw).expect("a recording"))
            .spawn()
            .unwrap_or_else(|error| panic!("parec: {error}; install {PACKAGES}"));
        let recording = SpeakerRecording { folder, recorder };
        wait_for("the recorder", || {
            let length = std::fs::metadata(&raw).map_or(0, |raw| raw.len());
            (length > 0)
                .then_some(())
                .ok_or_else(|| "nothing is recorded".to_owned())
        });
        recording
    }
}

impl Drop for VirtualAudio {
    fn drop(&mut self) {
        let _ = self.server.kill();
        let _ = self.server.wait();
    }
}

fn environment(folder: &Path) -> Vec<(&'static str, OsString)> {
    let server = format!("unix:{}", folder.join("socket").display());
    vec![
        ("PULSE_SERVER", server.into()),
        ("ALSA_CONFIG_PATH", folder.join("alsa.conf").into()),
        ("XDG_RUNTIME_DIR", folder.into()),
        ("XDG_CONFIG_HOME", folder.join("config").into()),
        ("HOME", folder.into()),
    ]
}

/// Tries again and again until it is `Ok`; panics with the last word if it never is.
fn wait_for<T>(what: &str, mut attempt: impl FnMut() -> Result<T, String>) -> T {
    let deadline = Instant::now() + PATIENCE;
    loop {
        match attempt() {
            Ok(value) => return value,
            Err(error) if Instant::now() > deadline => panic!("{what} does not come up: {error}"),
            Err(_) => std::thread::sleep(Duration::from_millis(50)),
        }
    }
}

/// The loudspeaker's sound while this lives.
pub struct SpeakerRecording {
    folder: tempfile::TempDir,
    recorder: Child,
}

impl SpeakerRecording {
    /// Stops recording; gives a WAV file (48 kHz, mono, 16-bit) that lives as long as this.
    pub fn wav(&mut self) -> PathBuf {
        // What was played last is still on its way.
        std::thread::sleep(Duration::from_millis(300));
        let _ = self.recorder.kill();
        let _ = self.recorder.wait();
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

impl Drop for SpeakerRecording {
    fn drop(&mut self) {
        let _ = self.recorder.kill();
        let _ = self.recorder.wait();
    }
}

/// A child process whose lines are read one after the other; killed when dropped.
pub struct Running {
    child: Child,
    lines: BufReader<ChildStdout>,
}

impl Running {
    /// Starts a program.
    pub fn start(command: &mut Command) -> Self {
        let mut child = command
            .stdout(Stdio::piped())
            .spawn()
            .expect("the program starts");
        let lines = BufReader::new(child.stdout.take().expect("its output"));
        Self { child, lines }
    }

    /// Whether it has ended.
    pub fn has_ended(&mut self) -> bool {
        self.child.try_wait().is_ok_and(|status| status.is_some())
    }

    /// The next line that it prints; empty once it has ended.
    pub fn line(&mut self) -> String {
        let mut line = String::new();
        self.lines.read_line(&mut line).expect("a line");
        line.trim_end().to_owned()
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
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
        let dot = |at: usize| {
            part.iter()
                .zip(&whole[at..])
                .map(|(a, b)| a * b)
                .sum::<f32>()
        };
        let places = 0..whole.len() - part.len();
        let at = places
            .max_by(|&a, &b| dot(a).total_cmp(&dot(b)))
            .expect("long enough");
        (
            at,
            dot(at) / (norm(part) * norm(&whole[at..at + part.len()])),
        )
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
    fn what_is_said_comes_back_whole() {
        let spoken =
            Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/speech/kokoro_k016.wav");
        let audio = VirtualAudio::start();
        let program = example("audio_loop");
        // A machine that is too busy loses sound; the program notices and says so.
        for attempt in 1.. {
            let mut recording = audio.record_speaker();
            let mut running = Running::start(&mut audio.command(&program));
            assert_eq!(running.line(), "listening");
            audio.say_into_microphone(&spoken);
            assert!(running.line().starts_with("heard "));
            let end = running.line();
            if end != "done, 0 glitches" && attempt < 5 {
                continue;
            }
            assert_eq!(end, "done, 0 glitches");
            let said = Utterance::from_file(&spoken).unwrap();
            let heard = Utterance::from_file(&recording.wav()).unwrap();
            let (said, heard) = (&said.samples()[loud(said.samples())], heard.samples());
            let (at, alike) = find(said, heard);
            assert!(alike > 0.95, "correlation {alike}");
            let change = level(&heard[at..at + said.len()]) - level(said);
            assert!(change.abs() < 1.0, "level {change} dB");
            let length = loud(heard).len().abs_diff(said.len());
            assert!(length < 800, "length differs by {length} samples of 16 kHz");
            return;
        }
    }

    #[test]
    fn stopped_speech_stops_without_a_click() {
        let audio = VirtualAudio::start();
        let mut recording = audio.record_speaker();
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
        let mut audio = VirtualAudio::start();
        let mut running = Running::start(audio.command(example("audio_loop")).arg("watch"));
        assert_eq!(running.line(), "open");
        audio.unplug();
        let gone = "was unplugged or stopped working; plug it in again";
        assert_eq!(running.line(), format!("the microphone {gone}"));
        assert_eq!(running.line(), format!("the loudspeaker {gone}"));
        audio.plug_in();
        assert_eq!(running.line(), "back");
    }
}
