//! OpenAI's Whisper, run by whisper.cpp through whisper-rs.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use whisper_rs::{WhisperContext, WhisperContextParameters};

use super::decoder::{Context, Raw, Sound, Worker, vocabulary};
use super::expect::{self, Expected, Phrases, Vocabulary};
use super::{
    Biasing, Cancel, Hearing, RecognitionError, Recognizer, Request, Silence, Transcript, cleanup,
    judge, prompt,
};
use crate::audio::Utterance;
use crate::language::Language;

/// A reading that no second one supports must be at least so sure.
const MIN_CONFIDENCE_ALONE: f32 = 0.5;

/// A sentence that is expected is looked for behind a reading that is not believed if its mean
/// log-probability is at least this; below, it is noise or one syllable.
const MIN_LOG_PROB_OF_PHRASES: f32 = -1.6;
/// How far such a sentence is believed.
const CONFIDENCE_OF_PHRASES: f32 = 0.5;

/// How to run Whisper.
#[derive(Debug, Clone)]
pub struct WhisperOptions {
    /// Threads for one request; at least 1.
    pub threads: usize,
    /// See [`Context`].
    pub context: Context,
    /// The terms to expect, by language, likeliest first: the [`super::prompt`] names them.
    pub terms: BTreeMap<Language, Vec<String>>,
    /// Utterances heard with less confidence than this are decoded again without the prompt;
    /// the less sure reading becomes an alternative. 0 never does.
    pub doubt: f32,
    /// What may be said in a word or two. A short utterance that is heard as something else
    /// is compared with these sentences, and the nearest becomes an alternative if it is near.
    pub phrases: Option<Arc<dyn Phrases>>,
    /// Which terms may have been said. If there are any for what was heard, the sound is read
    /// once more with those as the prompt; the less sure reading becomes an alternative.
    pub biasing: Option<Arc<dyn Biasing>>,
}

impl Default for WhisperOptions {
    fn default() -> Self {
        let threads = std::thread::available_parallelism().map_or(1, |n| n.get().min(4));
        Self {
            threads,
            context: Context::Shrunk,
            terms: BTreeMap::new(),
            doubt: 0.8,
            phrases: None,
            biasing: None,
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
        match self.read(worker, &sound, request)? {
            Judged::Believed(heard) => self.consider(worker, &sound, heard).map(Hearing::Speech),
            Judged::Refused(refused) => self.look_behind(worker, &sound, refused),
        }
    }

    /// Adds what may have been said instead: a sentence that is expected, or else what is read
    /// by somebody who knows which terms may have been said.
    fn consider(
        &self,
        worker: &mut Worker,
        sound: &Sound<'_>,
        mut heard: Transcript,
    ) -> Result<Transcript, RecognitionError> {
        if let Some(phrases) = self.options.phrases.as_deref()
            && expect::is_worth_it(phrases, &heard.text, heard.language)
        {
            let found = self.expect(worker, phrases, heard.language)?;
            if let Some(found) = found.filter(|found| found.stands_for(&heard.text)) {
                heard.alternatives.insert(0, found.text);
                return Ok(heard);
            }
        }
        let biasing = self.options.biasing.as_deref();
        let terms = biasing.map_or_else(Vec::new, |biasing| biasing.terms(&heard));
        if !terms.is_empty()
            && let Some(biased) = self.read_biased(worker, sound, &heard, &terms)?
        {
            heard.add(biased);
        }
        Ok(heard)
    }

    /// Reads the sound with `terms` as the prompt. Nothing, if that is no reading of what was
    /// `heard`: it repeats the prompt, or has little in common with it.
    fn read_biased(
        &self,
        worker: &mut Worker,
        sound: &Sound<'_>,
        heard: &Transcript,
        terms: &[String],
    ) -> Result<Option<Opinion>, RecognitionError> {
        let language = heard.language;
        let raw = self.decode(worker, sound, language, Some(terms))?;
        let is_one_voice = |text: &str| judge::agree(&heard.text, text, language, sound.seconds);
        let biased = raw.judge(language).ok();
        Ok(biased.filter(|biased| is_one_voice(&biased.text)))
    }

    /// A sentence that is expected, if one is behind a reading that is not to be believed.
    fn look_behind(
        &self,
        worker: &mut Worker,
        sound: &Sound<'_>,
        refused: Refused,
    ) -> Result<Hearing, RecognitionError> {
        let Refused {
            why,
            text,
            language,
            mean_log_prob,
        } = refused;
        let may_be_short =
            sound.seconds <= judge::SHORT_SECONDS && mean_log_prob >= MIN_LOG_PROB_OF_PHRASES;
        let found = match self.options.phrases.as_deref().filter(|_| may_be_short) {
            Some(phrases) => self.expect(worker, phrases, language)?,
            None => None,
        };
        let found = found.filter(|found| found.is_behind(&text, language));
        Ok(found.map_or(Hearing::Nothing(why), |found| {
            Hearing::Speech(Transcript {
                text: found.text,
                language,
                confidence: CONFIDENCE_OF_PHRASES,
                alternatives: Vec::new(),
            })
        }))
    }

    /// The expected sentence that is nearest to the sound that was decoded last.
    fn expect(
        &self,
        worker: &mut Worker,
        phrases: &dyn Phrases,
        language: Language,
    ) -> Result<Option<Expected>, RecognitionError> {
        let vocabulary = self.vocabulary.get_or_init(|| vocabulary(&self.context));
        let threads = self.options.threads;
        let found = worker.expect(&self.context, vocabulary, phrases, language, threads)?;
        tracing::debug!(
            loss = found.as_ref().map(|found| found.loss),
            "nearest phrase"
        );
        Ok(found)
    }

    /// Reads the sound freely.
    fn read(
        &self,
        worker: &mut Worker,
        sound: &Sound<'_>,
        request: &Request,
    ) -> Result<Judged, RecognitionError> {
        let mut language = request.language.unwrap_or_default();
        let mut raw = self.decode(worker, sound, language, self.terms(language))?;
        if request.language.is_none() {
            // Detection costs little after decoding: it then runs with the shrunk context.
            let detected = worker.detect(self.options.threads)?;
            if detected != language {
                language = detected;
                raw = self.decode(worker, sound, language, self.terms(language))?;
            }
        }
        let first = match raw.judge(language) {
            Ok(opinion) => opinion,
            // A prompt can mislead: then the sound is read again without it.
            Err(Silence::Invented) => {
                let again = self.decode(worker, sound, language, None)?;
                return Ok(match again.judge(language) {
                    Ok(opinion)
                        if opinion.confidence >= MIN_CONFIDENCE_ALONE
                            && sound.seconds <= judge::LONG_SECONDS =>
                    {
                        Judged::Believed(opinion.transcript(language))
                    }
                    Ok(_) => again.refused(Silence::Unsure, language),
                    Err(silence) => again.refused(silence, language),
                });
            }
            Err(silence) => return Ok(raw.refused(silence, language)),
        };
        let long = sound.seconds > judge::LONG_SECONDS;
        let second = if first.confidence < self.options.doubt || long {
            // It is a second opinion only if the prompt has no part in it.
            let second = self.decode(worker, sound, language, None)?.judge(language);
            let agrees = second.as_ref().is_ok_and(|second| {
                judge::agree(&first.text, &second.text, language, sound.seconds)
            });
            // Of a word or two the readings differ whoever speaks.
            if !agrees && sound.seconds > judge::SHORT_SECONDS {
                return Ok(raw.refused(Silence::Unsure, language));
            }
            second.ok()
        } else {
            None
        };
        let mut heard = first.transcript(language);
        if let Some(second) = second {
            heard.add(second);
        }
        Ok(Judged::Believed(heard))
    }

    /// The terms that are always expected.
    fn terms(&self, language: Language) -> Option<&[String]> {
        self.options.terms.get(&language).map(Vec::as_slice)
    }

    /// Reads the sound once, after a prompt of as many of the terms as it bears.
    fn decode(
        &self,
        worker: &mut Worker,
        sound: &Sound<'_>,
        language: Language,
        terms: Option<&[String]>,
    ) -> Result<Raw, RecognitionError> {
        let prompt = terms.map(|terms| prompt::prompt(language, sound.seconds, terms));
        worker.decode(&self.context, sound, language, &prompt.unwrap_or_default())
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

/// What was read, judged.
enum Judged {
    Believed(Transcript),
    Refused(Refused),
}

/// A reading that is not believed.
struct Refused {
    why: Silence,
    text: String,
    language: Language,
    /// Mean log-probability (natural) of its tokens.
    mean_log_prob: f32,
}

/// One reading of an utterance.
struct Opinion {
    text: String,
    confidence: f32,
}

impl Transcript {
    /// Adds another reading: the surer one is believed, the other one is the first alternative.
    fn add(&mut self, mut other: Opinion) {
        if other.confidence > self.confidence {
            std::mem::swap(&mut self.text, &mut other.text);
            self.confidence = other.confidence;
        }
        self.alternatives.insert(0, other.text);
        self.alternatives.retain(|text| *text != self.text);
    }
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
    fn refused(&self, why: Silence, language: Language) -> Judged {
        Judged::Refused(Refused {
            why,
            text: cleanup::clean(&self.text, language),
            language,
            mean_log_prob: self.evidence.mean_log_prob,
        })
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
        let confidence = confidence?;
        if !self.prompt.is_empty() && prompt::is_echo(&text, &self.prompt) {
            return Err(Silence::Invented);
        }
        Ok(Opinion { text, confidence })
    }
}
