//! OpenAI's Whisper, run by whisper.cpp through whisper-rs.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use whisper_rs::{
    FullParams, SamplingStrategy, WhisperContext, WhisperContextParameters, WhisperError,
    WhisperState,
};

use super::judge::{self, Evidence};
use super::{
    Cancel, Hearing, RecognitionError, Recognizer, Request, Silence, Transcript, cleanup, prompt,
};
use crate::audio::{SAMPLE_RATE, Utterance};
use crate::language::Language;

/// Encoder positions a second, and the whole window's (30 s).
const POSITIONS_PER_SECOND: f32 = 50.0;
const FULL_CONTEXT: i32 = 1500;
/// Whisper needs a second of sound at least.
const MIN_SAMPLES: usize = SAMPLE_RATE as usize * 11 / 10;
/// A reading that no second one supports must be at least so sure.
const MIN_CONFIDENCE_ALONE: f32 = 0.5;

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

/// How to run Whisper.
#[derive(Debug, Clone)]
pub struct WhisperOptions {
    /// Threads for one request; at least 1.
    pub threads: usize,
    /// See [`Context`].
    pub context: Context,
    /// What "came before", by language: [`super::prompt`].
    pub prompts: BTreeMap<Language, String>,
    /// Utterances heard with less confidence than this are decoded again, by beam search and
    /// without the prompt; the less sure reading becomes an alternative. 0 never does.
    pub doubt: f32,
}

impl Default for WhisperOptions {
    fn default() -> Self {
        let threads = std::thread::available_parallelism().map_or(1, |n| n.get().min(4));
        Self {
            threads,
            context: Context::Shrunk,
            prompts: BTreeMap::new(),
            doubt: 0.83,
        }
    }
}

/// A Whisper model with as many decoding states as there were requests at once.
pub struct Whisper {
    context: WhisperContext,
    options: WhisperOptions,
    idle: Mutex<Vec<Worker>>,
}

impl std::fmt::Debug for Whisper {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Whisper")
            .field("options", &self.options)
            .finish_non_exhaustive()
    }
}

impl Whisper {
    /// Loads any multilingual Whisper model in ggml's format.
    ///
    /// # Errors
    /// If the file is missing, damaged, or knows English only.
    pub fn load(path: &Path, options: WhisperOptions) -> Result<Self, RecognitionError> {
        if !path.is_file() {
            return Err(RecognitionError::Missing(path.to_owned()));
        }
        // Without a hook whisper.cpp writes its own log to standard error.
        whisper_rs::install_logging_hooks();
        let parameters = WhisperContextParameters {
            flash_attn: false,
            ..Default::default()
        };
        let context = WhisperContext::new_with_params(path, parameters)
            .map_err(|_| RecognitionError::Unreadable(path.to_owned()))?;
        if !context.is_multilingual() {
            return Err(RecognitionError::EnglishOnly(path.to_owned()));
        }
        let options = WhisperOptions {
            threads: options.threads.max(1),
            ..options
        };
        Ok(Self {
            context,
            options,
            idle: Mutex::default(),
        })
    }

    fn worker(&self) -> Result<Worker, RecognitionError> {
        let idle = self
            .idle
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .pop();
        idle.map_or_else(|| Worker::new(&self.context, &self.options), Ok)
    }

    fn retire(&self, worker: Worker) {
        self.idle
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(worker);
    }

    fn listen(
        &self,
        worker: &mut Worker,
        utterance: &Utterance,
        request: &Request,
    ) -> Result<Hearing, RecognitionError> {
        let sound = Sound::of(utterance, self.options.context);
        let mut language = request.language.unwrap_or_default();
        let mut raw = worker.decode(&sound, language, Search::Greedy)?;
        if request.language.is_none() {
            // Detection costs little after decoding: it then runs with the shrunk context.
            let detected = worker.detect(self.options.threads)?;
            if detected != language {
                language = detected;
                raw = worker.decode(&sound, language, Search::Greedy)?;
            }
        }
        let first = match self.judge(&raw, language) {
            Ok(opinion) => opinion,
            // A prompt can mislead: then the sound is read again without it.
            Err(Silence::Invented) => {
                let again = worker.decode(&sound, language, Search::Beam)?;
                return Ok(match again.judge(language) {
                    Ok(opinion) if opinion.confidence >= MIN_CONFIDENCE_ALONE => {
                        Hearing::Speech(opinion.transcript(language))
                    }
                    Ok(_) => Hearing::Nothing(Silence::Unsure),
                    Err(silence) => Hearing::Nothing(silence),
                });
            }
            Err(silence) => return Ok(Hearing::Nothing(silence)),
        };
        let second = if first.confidence < self.options.doubt {
            worker
                .decode(&sound, language, Search::Beam)?
                .judge(language)
                .ok()
        } else {
            None
        };
        if let Some(second) = &second
            && judge::agreement(&first.text, &second.text, language) < judge::MIN_AGREEMENT
        {
            return Ok(Hearing::Nothing(Silence::Unsure));
        }
        let (best, other) = match second {
            Some(second) if second.confidence > first.confidence => (second, Some(first)),
            second => (first, second),
        };
        let alternatives = other
            .map(|other| other.text)
            .filter(|text| *text != best.text);
        Ok(Hearing::Speech(Transcript {
            alternatives: alternatives.into_iter().collect(),
            ..best.transcript(language)
        }))
    }

    /// Judges a reading that may have been made with the prompt of its language.
    fn judge(&self, raw: &Raw, language: Language) -> Result<Opinion, Silence> {
        let opinion = raw.judge(language)?;
        match self.options.prompts.get(&language) {
            Some(prompt) if prompt::is_echo(&opinion.text, prompt) => Err(Silence::Invented),
            _ => Ok(opinion),
        }
    }
}

impl Recognizer for Whisper {
    fn recognize(
        &self,
        utterance: &Utterance,
        request: &Request,
    ) -> Result<Hearing, RecognitionError> {
        if utterance.seconds() < judge::MIN_SECONDS || utterance.rms() < judge::MIN_RMS {
            return Ok(Hearing::Nothing(Silence::Quiet));
        }
        let mut worker = self.worker()?;
        worker.obey(&request.cancel);
        let hearing = self.listen(&mut worker, utterance, request);
        worker.obey(&Cancel::default());
        self.retire(worker);
        if request.cancel.is_cancelled() {
            Err(RecognitionError::Cancelled)
        } else {
            hearing
        }
    }
}

/// One reading of an utterance.
struct Opinion {
    text: String,
    confidence: f32,
}

impl Opinion {
    fn transcript(self, language: Language) -> Transcript {
        Transcript {
            text: self.text,
            language,
            confidence: self.confidence,
            alternatives: Vec::new(),
        }
    }
}

/// The samples as Whisper wants them.
struct Sound<'a> {
    samples: Cow<'a, [f32]>,
    seconds: f32,
    positions: i32,
}

impl<'a> Sound<'a> {
    fn of(utterance: &'a Utterance, context: Context) -> Self {
        let seconds = utterance.seconds();
        let mut samples = Cow::Borrowed(utterance.samples());
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

/// How the decoder looks for the best words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Search {
    Greedy,
    Beam,
}

/// A decoding state with its parameters. They are made once and cloned: each change of
/// language or prompt leaks a little in whisper-rs 0.16.
struct Worker {
    state: WhisperState,
    params: BTreeMap<(Language, bool), FullParams<'static, 'static>>,
    cancel: Arc<Mutex<Cancel>>,
}

impl Worker {
    fn new(context: &WhisperContext, options: &WhisperOptions) -> Result<Self, RecognitionError> {
        let cancel = Arc::new(Mutex::new(Cancel::default()));
        let mut params = BTreeMap::new();
        for language in Language::ALL {
            for search in [Search::Greedy, Search::Beam] {
                params.insert(
                    (language, search == Search::Beam),
                    parameters(language, search, options, &cancel),
                );
            }
        }
        Ok(Self {
            state: context.create_state().map_err(engine)?,
            params,
            cancel,
        })
    }

    /// From now on, stops when `cancel` says so.
    fn obey(&self, cancel: &Cancel) {
        *self.cancel.lock().unwrap_or_else(PoisonError::into_inner) = cancel.clone();
    }

    fn decode(
        &mut self,
        sound: &Sound<'_>,
        language: Language,
        search: Search,
    ) -> Result<Raw, RecognitionError> {
        let Some(mut params) = self
            .params
            .get(&(language, search == Search::Beam))
            .cloned()
        else {
            return Err(RecognitionError::Engine(format!(
                "no parameters for {language}"
            )));
        };
        params.set_audio_ctx(sound.positions);
        params.set_max_tokens((MAX_TOKENS_PER_SECOND * sound.seconds) as i32 + 16);
        self.state.full(params, &sound.samples).map_err(engine)?;
        Ok(Raw::of(&self.state, sound.seconds))
    }

    /// The likelier of the two languages for the sound that was decoded last.
    fn detect(&self, threads: usize) -> Result<Language, RecognitionError> {
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
    search: Search,
    options: &WhisperOptions,
    cancel: &Arc<Mutex<Cancel>>,
) -> FullParams<'static, 'static> {
    let mut params = FullParams::new(match search {
        Search::Greedy => SamplingStrategy::Greedy { best_of: 1 },
        Search::Beam => SamplingStrategy::BeamSearch {
            beam_size: 3,
            patience: -1.0,
        },
    });
    params.set_n_threads(i32::try_from(options.threads).unwrap_or(1));
    params.set_language(Some(language.code()));
    params.set_translate(false);
    params.set_no_context(true);
    params.set_single_segment(true);
    // Timestamp tokens stay on: without them a shrunk context loops.
    params.set_no_timestamps(false);
    params.set_print_special(false);
    params.set_print_progress(false);
    params.set_print_realtime(false);
    params.set_print_timestamps(false);
    // A second opinion is one only if the prompt has no part in it.
    if let (Search::Greedy, Some(prompt)) = (search, options.prompts.get(&language)) {
        params.set_initial_prompt(&prompt.replace('\0', ""));
    }
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

fn engine(error: WhisperError) -> RecognitionError {
    RecognitionError::Engine(error.to_string())
}

/// What came out of the decoder.
struct Raw {
    text: String,
    evidence: Evidence,
}

impl Raw {
    fn of(state: &WhisperState, seconds: f32) -> Self {
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
            text,
            evidence: Evidence {
                seconds,
                no_speech,
                mean_log_prob,
                tokens,
            },
        }
    }

    fn judge(&self, language: Language) -> Result<Opinion, Silence> {
        let text = cleanup::clean(&self.text, language);
        let confidence = judge::judge(&self.text, &text, language, self.evidence);
        tracing::debug!(
            language = %language,
            seconds = self.evidence.seconds,
            no_speech = self.evidence.no_speech,
            mean_log_prob = self.evidence.mean_log_prob,
            tokens = self.evidence.tokens,
            verdict = ?confidence.as_ref().err(),
            "decoded"
        );
        confidence.map(|confidence| Opinion { text, confidence })
    }
}
