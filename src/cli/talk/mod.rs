//! `wenlu talk`: the conversation with this machine's microphone and loudspeaker.
//!
//! One thread listens ([`ear`]), one speaks ([`mouth`]), one reads keys ([`keys`]); this one
//! owns the session and does what the dialogue says. The ear is closed while the mouth
//! speaks, so the assistant does not hear itself: a key stops it, a spoken word does not.

mod draw;
mod ear;
mod errands;
mod files;
mod keys;
mod mouth;
mod recording;

use std::path::PathBuf;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};
use wenlu::Language;
use wenlu::assistant::{self, Aloud, Assistant};
use wenlu::audio::{DeviceError, Loudspeaker, LoudspeakerOptions, Microphone, MicrophoneOptions};
use wenlu::audio::{SpeechEvent, Utterance};
use wenlu::config::Config;
use wenlu::dialogue::{CircleNews, Command, Effect, Event, Heard, Reply, Session, Setting};
use wenlu::recognition::{Hearing, Recognizer, Request, Whisper};

use ear::Ear;
use mouth::{Mouth, Throat};

#[derive(Debug, clap::Args)]
pub struct Args {
    /// The language to begin in.
    #[arg(long)]
    lang: Option<Language>,
    /// Answer one question and stop.
    #[arg(long)]
    once: bool,
    /// Listen to these recordings instead of the microphone, as fast as they can be heard,
    /// and print what was taken for speech and what became of it.
    #[arg(long, value_name = "FILE", num_args = 1..)]
    from: Vec<PathBuf>,
    /// With --from: make the answers' first sound as well, and print the time of each stage.
    #[arg(long, requires = "from")]
    timed: bool,
}

/// What the threads tell.
enum Happening {
    /// A key that gives a command.
    Key(Command),
    /// 说完了: the person has finished speaking.
    Finished,
    /// A typed question.
    Typed(String),
    /// The person at the keyboard is done with the program.
    Quit,
    /// The ear noticed something.
    Sound(SpeechEvent),
    /// Everything that was to be said has been said; the number is the reply's.
    Spoken(u64),
    /// A device or the voice does not work at present.
    Trouble(String),
}

/// How often the dialogue is told that time goes by.
const TICK: Duration = Duration::from_millis(500);

pub fn run(config: &Config, args: &Args) -> anyhow::Result<ExitCode> {
    let assistant = Assistant::open(config)?;
    assistant.tend();
    let whisper = assistant::whisper(config, assistant.whisper_options())?;
    if !args.from.is_empty() {
        return files::run(config, &assistant, &whisper, &args.from, args.timed);
    }
    let microphone = Microphone::open(&MicrophoneOptions {
        device: config.hearing.microphone.clone(),
    });
    match microphone {
        Ok(microphone) => converse(config, args, &assistant, &whisper, microphone),
        Err(error @ (DeviceError::NoDevice(_) | DeviceError::Unusable { .. })) => {
            eprintln!("wenlu: {error}");
            recording::answer(config, &assistant, &whisper)
        }
        Err(error) => Err(error.into()),
    }
}

fn loudspeaker(config: &Config) -> Result<Loudspeaker, DeviceError> {
    Loudspeaker::open(&LoudspeakerOptions {
        device: config.speech.loudspeaker.clone(),
    })
}

fn converse(
    config: &Config,
    args: &Args,
    assistant: &Assistant,
    whisper: &Whisper,
    microphone: Microphone,
) -> anyhow::Result<ExitCode> {
    let aloud = Aloud::open(config)?;
    if !aloud.is_neural() {
        eprintln!("wenlu: {}", aloud.report());
    }
    let throat = match aloud {
        Aloud::Sound(voices) => Throat::sound(assistant, voices, loudspeaker(config)?),
        Aloud::System(system) => Throat::System(system),
    };
    let (tell, mut happenings) = unbounded_channel();
    let keyboard = keys::Keyboard::open(tell.clone());
    let mut talk = Talk {
        assistant,
        whisper,
        ear: Ear::start(microphone, config.hearing.silence, tell.clone()),
        mouth: Mouth::start(config.clone(), assistant.clone(), throat, tell),
        session: Session::default(),
        language: args.lang.or(config.hearing.language).unwrap_or_default(),
        errands: errands::Errands::new(config.clone()),
        screen: draw::Terminal::new(keyboard.is_raw()),
        listen_after: None,
        answered: false,
        ends: false,
        once: args.once,
        ended_at: None,
    };
    talk.begin();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    runtime.block_on(talk.go_on(&mut happenings));
    Ok(ExitCode::SUCCESS)
}

/// A conversation that is going on.
struct Talk<'a> {
    assistant: &'a Assistant,
    whisper: &'a Whisper,
    ear: Ear,
    mouth: Mouth,
    session: Session,
    language: Language,
    errands: errands::Errands,
    screen: draw::Terminal,
    /// The reply after whose last word the ear opens.
    listen_after: Option<u64>,
    /// Whether a question has been answered, for `--once`.
    answered: bool,
    /// Whether the session ends with the last word.
    ends: bool,
    once: bool,
    /// When the person stopped speaking.
    ended_at: Option<Instant>,
}

impl Talk<'_> {
    fn begin(&mut self) {
        let today = jiff::Zoned::now().date();
        self.event(Event::Begin(Setting {
            today: Some(today),
            ..Setting::in_language(self.language)
        }));
    }

    /// Until the person at the keyboard is done, or with `--once` a question is answered.
    async fn go_on(&mut self, happenings: &mut UnboundedReceiver<Happening>) {
        let mut ticked = Instant::now();
        let mut clock = tokio::time::interval(TICK);
        loop {
            tokio::select! {
                happening = happenings.recv() => match happening {
                    None | Some(Happening::Quit) => return,
                    Some(Happening::Spoken(reply)) => {
                        if !self.spoken(reply) {
                            return;
                        }
                    }
                    Some(happening) => self.happened(happening),
                },
                _ = clock.tick() => {
                    self.event(Event::Tick(ticked.elapsed()));
                    ticked = Instant::now();
                }
                _ = tokio::signal::ctrl_c() => return,
            }
        }
    }

    fn happened(&mut self, happening: Happening) {
        match happening {
            Happening::Key(command) => self.event(Event::Command(command)),
            Happening::Finished => self.ear.finish(),
            Happening::Typed(text) => self.event(Event::Heard(Heard::typed(text))),
            Happening::Sound(SpeechEvent::Level(level)) => self.screen.level(level),
            Happening::Sound(SpeechEvent::Started) => self.event(Event::Touched),
            Happening::Sound(SpeechEvent::Nothing) => self.event(Event::HeardNothing),
            Happening::Sound(SpeechEvent::Ended(utterance) | SpeechEvent::TooLong(utterance)) => {
                self.heard(&utterance);
            }
            Happening::Trouble(words) => self.screen.trouble(&words),
            Happening::Quit | Happening::Spoken(_) => {}
        }
    }

    fn heard(&mut self, utterance: &Utterance) {
        self.ear.close();
        self.ended_at = Some(Instant::now());
        self.screen.thinking(self.session.language());
        let request = Request::in_language(self.session.language());
        match self.whisper.recognize(utterance, &request) {
            Ok(Hearing::Speech(transcript)) => {
                let mut heard = Heard::from(transcript);
                heard.spoken_for = Some(Duration::from_secs_f32(utterance.seconds()));
                self.answered = true;
                self.event(Event::Heard(heard));
            }
            Ok(Hearing::Nothing(_)) => self.event(Event::HeardNothing),
            Err(error) => {
                self.screen.trouble(&error.to_string());
                self.event(Event::HeardNothing);
            }
        }
    }

    /// The mouth has finished; false if that was the last word of all.
    fn spoken(&mut self, reply: u64) -> bool {
        if self.listen_after != Some(reply) && !self.ends {
            return true;
        }
        self.listen_after = None;
        if self.once && self.answered {
            return false;
        }
        if std::mem::take(&mut self.ends) {
            self.begin();
            return true;
        }
        self.event(Event::Spoken);
        self.screen.listening(self.session.language());
        self.ear.open();
        true
    }

    fn event(&mut self, event: Event) {
        let quiet = matches!(event, Event::Tick(_) | Event::Spoken | Event::Touched);
        let reply = self.assistant.turn(&mut self.session, event);
        self.follow(reply, quiet);
    }

    /// Does what the dialogue says.
    fn follow(&mut self, reply: Reply, quiet: bool) {
        let Reply { say, show, effects } = reply;
        if !quiet || show.leaving.is_some() {
            self.screen.show(&show);
        }
        let mut listens = false;
        let mut came = None;
        for effect in effects {
            match effect {
                Effect::StopSpeaking => self.mouth.stop(),
                Effect::SetRate(rate) => self.mouth.rate = rate,
                Effect::SetVolume(volume) => self.mouth.set_volume(volume),
                Effect::SetWait(wait) => self.ear.set_silence(wait),
                Effect::Run(errand, guide) => {
                    came = Some(
                        self.errands
                            .run(self.assistant, &self.session, errand, &guide),
                    );
                }
                Effect::Circle(_) => came = Some(Event::Circle(CircleNews::Failed)),
                Effect::WithdrawCode(code) => came = Some(self.errands.withdraw(&code)),
                Effect::Listen => listens = true,
                Effect::EndSession => self.ends = true,
            }
        }
        if let Some(event) = came {
            return self.event(event);
        }
        if !say.is_empty() {
            self.ear.close();
            let reply = self.mouth.say(say, self.ended_at.take());
            self.listen_after = listens.then_some(reply);
        } else if self.ends {
            self.ends = false;
            self.begin();
        } else if listens {
            self.ear.open();
        }
    }
}
