//! OpenAI's Whisper, run by whisper.cpp through whisper-rs.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use whisper_rs::{WhisperContext, WhisperContextParameters};

use super::decoder::{Context, Raw, Reading, Sound, Worker, vocabulary};
use super::expect::{self, Phrases, Vocabulary};
use super::{
    Cancel, Hearing, RecognitionError, Recognizer, Request, Silence, Transcript, cleanup, judge,
    prompt,
};
use crate::audio::Utterance;
use crate::language::Language;

/// A reading that no second one supports must be at least so sure.
const MIN_CONFIDENCE_ALONE: f32 = 0.5;

/// How to run Whisper.
#[derive(Debug, Clone)]
pub struct WhisperOptions {
    /// Threads for one request; at least 1.
    pub threads: usize,
    /// See [`Context`].
    pub context: Context,
    /// What "came before", by language: [`super::prompt`].
    pub prompts: BTreeMap<Language, String>,
    /// Utterances heard with less confidence than this are decoded again without the prompt;
    /// the less sure reading becomes an alternative. 0 never does.
    pub doubt: f32,
    /// What may be said in a word or two. A short utterance that is heard as something else
    /// is compared with these sentences, and the nearest becomes an alternative if it is near.
    pub phrases: Option<Arc<dyn Phrases>>,
}

impl Default for WhisperOptions {
    fn default() -> Self {
        let threads = std::thread::available_parallelism().map_or(1, |n| n.get().min(4));
        Self {
            threads,
            context: Context::Shrunk,
            prompts: BTreeMap::new(),
            doubt: 0.8,
            phrases: None,
        }
    }
}

/// A Whisper model with as many decoding states as there were requests at once.
pub struct Whisper {
    context: WhisperContext,
    options: WhisperOptions,
    idle: Mutex<Vec<Worker>>,
    vocabulary: OnceLock<Vocabulary>,
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
            vocabulary: OnceLock::new(),
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
        let mut hearing = self.read(worker, &sound, request)?;
        if let (Hearing::Speech(heard), Some(phrases)) = (&mut hearing, &self.options.phrases)
            && expect::is_worth_it(phrases.as_ref(), &heard.text, heard.language)
        {
            self.expect(worker, phrases.as_ref(), heard)?;
        }
        Ok(hearing)
    }

    /// Adds the expected sentence that is near to the sound that was decoded last.
    fn expect(
        &self,
        worker: &mut Worker,
        phrases: &dyn Phrases,
        heard: &mut Transcript,
    ) -> Result<(), RecognitionError> {
        let vocabulary = self.vocabulary.get_or_init(|| vocabulary(&self.context));
        let found = worker.expect(
            &self.context,
            vocabulary,
            phrases,
            heard.language,
            self.options.threads,
        )?;
        if let Some(found) = found.filter(|found| found.stands_for(&heard.text)) {
            tracing::debug!(loss = found.loss, "near to a phrase");
            heard.alternatives.insert(0, found.text);
        }
        Ok(())
    }

    /// Reads the sound freely.
    fn read(
        &self,
        worker: &mut Worker,
        sound: &Sound<'_>,
        request: &Request,
    ) -> Result<Hearing, RecognitionError> {
        let mut language = request.language.unwrap_or_default();
        let mut raw = worker.decode(sound, language, Reading::Prompted)?;
        if request.language.is_none() {
            // Detection costs little after decoding: it then runs with the shrunk context.
            let detected = worker.detect(self.options.threads)?;
            if detected != language {
                language = detected;
                raw = worker.decode(sound, language, Reading::Prompted)?;
            }
        }
        let first = match self.judge(&raw, language) {
            Ok(opinion) => opinion,
            // A prompt can mislead: then the sound is read again without it.
            Err(Silence::Invented) => {
                let again = worker.decode(sound, language, Reading::Plain)?;
                return Ok(match again.judge(language) {
                    Ok(opinion)
                        if opinion.confidence >= MIN_CONFIDENCE_ALONE
                            && sound.seconds <= judge::LONG_SECONDS =>
                    {
                        Hearing::Speech(opinion.transcript(language))
                    }
                    Ok(_) => Hearing::Nothing(Silence::Unsure),
                    Err(silence) => Hearing::Nothing(silence),
                });
            }
            Err(silence) => return Ok(Hearing::Nothing(silence)),
        };
        let long = sound.seconds > judge::LONG_SECONDS;
        let second = if first.confidence < self.options.doubt || long {
            let second = worker
                .decode(sound, language, Reading::Plain)?
                .judge(language);
            let agrees = second.as_ref().is_ok_and(|second| {
                judge::agree(&first.text, &second.text, language, sound.seconds)
            });
            // Of a word or two the readings differ whoever speaks.
            if !agrees && sound.seconds > judge::SHORT_SECONDS {
                return Ok(Hearing::Nothing(Silence::Unsure));
            }
            second.ok()
        } else {
            None
        };
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

impl Raw {
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
