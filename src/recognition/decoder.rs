//! Running Whisper's decoder on one utterance: a state with its parameters, and what came out.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use whisper_rs::{FullParams, SamplingStrategy, WhisperContext, WhisperError, WhisperState};

use super::expect::{self, Expected, Phrases, Vocabulary};
use super::judge::Evidence;
use super::whisper::WhisperOptions;
use super::{Cancel, RecognitionError};
use crate::audio::{SAMPLE_RATE, Utterance};
use crate::language::Language;

/// Encoder positions a second, and the whole window's (30 s).
const POSITIONS_PER_SECOND: f32 = 50.0;
const FULL_CONTEXT: i32 = 1500;
/// Whisper needs a second of sound at least.
const MIN_SAMPLES: usize = SAMPLE_RATE as usize * 11 / 10;
/// How much of the encoder's 30-second window is computed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Context {
    /// Enough for the utterance: several times faster, same error.
    #[default]
    Shrunk,
    /// All of it; for comparison.
    Full,
}

impl Context {
    /// 50 positions a second and a margin of 64, at least 256: with smaller margins the
    /// decoder loops (`docs/recognition.md`).
    fn positions(self, seconds: f32) -> i32 {
        match self {
            Self::Shrunk => {
                ((POSITIONS_PER_SECOND * seconds).ceil() as i32 + 64).clamp(256, FULL_CONTEXT)
            }
            Self::Full => FULL_CONTEXT,
        }
    }
}

/// The samples as Whisper wants them.
pub(super) struct Sound<'a> {
    samples: Cow<'a, [f32]>,
    pub(super) seconds: f32,
    positions: i32,
}

impl<'a> Sound<'a> {
    pub(super) fn of(utterance: &'a Utterance, context: Context) -> Self {
        let speech = utterance.without_silence();
        let seconds = speech.len() as f32 / SAMPLE_RATE as f32;
        let mut samples = Cow::Borrowed(speech);
        if samples.len() < MIN_SAMPLES {
            samples.to_mut().resize(MIN_SAMPLES, 0.0);
        }
        Self {
            samples,
            seconds,
            positions: context.positions(seconds),
        }
    }
}

/// A decoding state with its parameters. They are made once and cloned: each change of
/// language leaks a little in whisper-rs 0.16.
pub(super) struct Worker {
    state: WhisperState,
    params: BTreeMap<Language, FullParams<'static, 'static>>,
    cancel: Arc<Mutex<Cancel>>,
}

impl Worker {
    pub(super) fn new(
        context: &WhisperContext,
        options: &WhisperOptions,
    ) -> Result<Self, RecognitionError> {
        let cancel = Arc::new(Mutex::new(Cancel::default()));
        let params =
            Language::ALL.map(|language| (language, parameters(language, options, &cancel)));
        Ok(Self {
            state: context.create_state().map_err(engine)?,
            params: params.into(),
            cancel,
        })
    }

    /// From now on, stops when `cancel` says so.
    pub(super) fn obey(&self, cancel: &Cancel) {
        *self.cancel.lock().unwrap_or_else(PoisonError::into_inner) = cancel.clone();
    }

    /// Reads the sound as if `prompt` came before; it may be empty.
    pub(super) fn decode(
        &mut self,
        context: &WhisperContext,
        sound: &Sound<'_>,
        language: Language,
        prompt: &str,
    ) -> Result<Raw, RecognitionError> {
        let Some(params) = self.params.get(&language) else {
            return Err(RecognitionError::Engine(format!(
                "no parameters for {language}"
            )));
        };
        let mut params: FullParams<'_, '_> = params.clone();
        let told = prompt.replace('\0', "");
        // A token has a byte at least; whisper-rs 0.16 must not be given too little room.
        let before = context.tokenize(&told, told.len() + 1).map_err(engine)?;
        if !before.is_empty() {
            params.set_tokens(&before);
        }
        params.set_audio_ctx(sound.positions);
        params.set_max_tokens((MAX_TOKENS_PER_SECOND * sound.seconds) as i32 + 16);
        self.state.full(params, &sound.samples).map_err(engine)?;
        Ok(Raw::of(&self.state, sound.seconds, prompt))
    }

    /// The expected sentence that is nearest to the sound that was decoded last.
    pub(super) fn expect(
        &mut self,
        context: &WhisperContext,
        vocabulary: &Vocabulary,
        phrases: &dyn Phrases,
        language: Language,
        threads: usize,
    ) -> Result<Option<Expected>, RecognitionError> {
        let code = whisper_rs::get_lang_id(language.code()).unwrap_or_default();
        let start = [
            context.token_sot(),
            context.token_lang(code),
            context.token_transcribe(),
            context.token_beg(),
        ];
        // What the state's cache holds.
        let mut held: Vec<i32> = Vec::new();
        expect::search(phrases, language, vocabulary, |tokens| {
            let all = [start.as_slice(), tokens].concat();
            let (before, last) = all.split_at(all.len() - 1);
            let known = held.iter().zip(before).take_while(|(a, b)| a == b).count();
            if known < before.len() {
                self.state.decode(&before[known..], known, threads)?;
            }
            // whisper-rs gives the first token's logits of a call, whisper.cpp the last one's.
            self.state.decode(last, before.len(), threads)?;
            held = all;
            Ok(self.state.get_logits()?.to_vec())
        })
        .map_err(engine)
    }

    /// The likelier of the two languages for the sound that was decoded last.
    pub(super) fn detect(&self, threads: usize) -> Result<Language, RecognitionError> {
        let (_, probabilities) = self.state.lang_detect(0, threads).map_err(engine)?;
        let probability = |language: Language| {
            let id =
                whisper_rs::get_lang_id(language.code()).and_then(|id| usize::try_from(id).ok());
            id.and_then(|id| probabilities.get(id).copied())
                .unwrap_or(0.0)
        };
        Ok(if probability(Language::En) > probability(Language::Zh) {
            Language::En
        } else {
            Language::Zh
        })
    }
}

/// More tokens in a second than anyone speaks: bounds the time that a loop can take.
const MAX_TOKENS_PER_SECOND: f32 = 14.0;

fn parameters(
    language: Language,
    options: &WhisperOptions,
    cancel: &Arc<Mutex<Cancel>>,
) -> FullParams<'static, 'static> {
    let mut params = FullParams::new(SamplingStrategy::Greedy { best_of: 1 });
    params.set_n_threads(i32::try_from(options.threads).unwrap_or(1));
    params.set_language(Some(language.code()));
    params.set_translate(false);
    // Trying again at higher temperatures changed nothing on speech and cost noise 10 s.
    params.set_temperature_inc(0.0);
    params.set_no_context(true);
    params.set_single_segment(true);
    // Timestamp tokens stay on: without them a shrunk context loops.
    params.set_no_timestamps(false);
    params.set_print_special(false);
    params.set_print_progress(false);
    params.set_print_realtime(false);
    params.set_print_timestamps(false);
    let cancel = Arc::clone(cancel);
    // The type matters: whisper-rs calls back through a pointer to exactly such a box.
    let abort: Box<dyn FnMut() -> bool> = Box::new(move || {
        cancel
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .is_cancelled()
    });
    params.set_abort_callback_safe::<_, Box<dyn FnMut() -> bool>>(abort);
    params
}

/// The text tokens of a model.
pub(super) fn vocabulary(context: &WhisperContext) -> Vocabulary {
    let texts = 0..context.token_eot();
    Vocabulary::new(texts.map(|token| context.token_to_bytes(token).unwrap_or_default()))
}

fn engine(error: WhisperError) -> RecognitionError {
    RecognitionError::Engine(error.to_string())
}

/// What came out of the decoder.
pub(super) struct Raw {
    /// What it was told came before.
    pub(super) prompt: String,
    pub(super) text: String,
    pub(super) evidence: Evidence,
}

impl Raw {
    fn of(state: &WhisperState, seconds: f32, prompt: &str) -> Self {
        let mut bytes = Vec::new();
        let (mut log_prob, mut tokens, mut no_speech) = (0.0_f32, 0_usize, 0.0_f32);
        for segment in state.as_iter() {
            bytes.extend_from_slice(segment.to_bytes().unwrap_or_default());
            no_speech = no_speech.max(segment.no_speech_probability());
            for i in 0..segment.n_tokens() {
                let Some(token) = segment.get_token(i) else {
                    continue;
                };
                // Special tokens and timestamps are written in brackets.
                if token
                    .to_bytes()
                    .is_ok_and(|text| !text.starts_with(b"[_") && !text.starts_with(b"<|"))
                {
                    log_prob += token.token_probability().max(f32::MIN_POSITIVE).ln();
                    tokens += 1;
                }
            }
        }
        let mean_log_prob = if tokens == 0 {
            f32::NEG_INFINITY
        } else {
            log_prob / tokens as f32
        };
        // A character cut in the middle by the end of a segment must not spoil the rest.
        let text = String::from_utf8_lossy(&bytes).into_owned();
        Self {
            prompt: prompt.to_owned(),
            text,
            evidence: Evidence {
                seconds,
                no_speech,
                mean_log_prob,
                tokens,
            },
        }
    }
}
