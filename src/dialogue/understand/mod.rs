//! Is it a command or a question?
//!
//! Templates in `locale/*.commands.toml` say how each command is put. They are matched on
//! characters (words in English) and on sounds, since commands are misheard too. What is left
//! beside a command decides: a reason ("my ears are bad") may stand beside it, a service or
//! another question may not. What no template fits is compared with the sentences in
//! `locale/*.examples.toml`. When in doubt, it is a question: a question that is taken for a
//! command is lost, a command that is taken for a question leads to "did you mean …?".

mod examples;
mod grammar;
mod listen;
mod matcher;
mod phrasebook;
mod services;
mod sounds;
mod template;
mod tokens;

use crate::dialogue::command::Command;
use crate::dialogue::locale::LocaleError;
use crate::dialogue::session::Door;
use crate::knowledge::{Guide, Knowledge};
use crate::language::Language;
use crate::recognition::MOST_SYLLABLES;
use crate::text::count_syllables;

use examples::Examples;
use grammar::Grammar;

pub use phrasebook::Phrasebook;

/// The price (of [`Grammar::price`]) of a command that was said word for word, with as many
/// fillers as people say, and of one that sounds as it should.
const WORD_FOR_WORD: f32 = 0.045;
const BY_SOUND: f32 = 0.15;

/// How like the examples of a command ([`examples::Likely`], with its lead) a sentence must be
/// that no template fits, and one in which a template was found only loosely. Chosen on questions
/// that must not be taken for commands, and on fresh commands (`docs/commands.md`).
/// What takes something away for good must be as like as the second.
const LIKE_ONE: (f32, f32) = (0.36, 0.1);
const LIKE_ANOTHER: (f32, f32) = (0.6, 0.2);

/// What the conversation is about, which decides what words refer to.
#[derive(Debug, Default)]
pub struct Context<'a> {
    /// The guide that is open: its own name beside a follow-up is no new question.
    pub open: Option<&'a Guide>,
    /// Guides that were offered and can be chosen by name.
    pub choices: Vec<&'a Guide>,
}

/// What words mean for the conversation.
#[derive(Clone, PartialEq)]
pub enum Meaning {
    /// A command.
    Command(Command),
    /// The choice with this index, from 0, was named.
    Choice(usize),
    /// The beginning of a sentence: wait for the rest.
    Unfinished,
    /// A question to look up.
    Question {
        /// Its words, without what leads up to it ("no, what I mean is …").
        text: String,
        /// Whether it says that what was named is wrong.
        correction: bool,
        /// The judgement it asks for, if it asks for one.
        door: Option<Door>,
    },
}

impl Meaning {
    /// The command, if it is one.
    #[must_use]
    pub fn command(&self) -> Option<Command> {
        match self {
            Self::Command(command) => Some(*command),
            _ => None,
        }
    }
}

/// Tells commands from questions, in both languages.
pub struct Understanding {
    zh: Speech,
    en: Speech,
}

/// What is known of one language.
struct Speech {
    grammar: Grammar,
    examples: Examples,
}

impl Understanding {
    /// Reads the bundled templates; the guides' names tell what a service is.
    ///
    /// # Errors
    /// If a bundled file is damaged.
    pub fn new(knowledge: &Knowledge) -> Result<Self, LocaleError> {
        let speech = |language| -> Result<Speech, LocaleError> {
            Ok(Speech {
                grammar: Grammar::bundled(language, knowledge)?,
                examples: Examples::bundled(language, knowledge)?,
            })
        };
        Ok(Self {
            zh: speech(Language::Zh)?,
            en: speech(Language::En)?,
        })
    }

    /// What `text` means.
    #[must_use]
    pub fn listen(&self, text: &str, language: Language, context: &Context<'_>) -> Meaning {
        let speech = self.speech(language);
        let meaning = speech.grammar.listen(text, context);
        let (least, least_lead) = match &meaning {
            // Said as it should be; or another question, whatever stands beside it.
            Meaning::Command(command)
                if *command == Command::Ask || speech.grammar.price(text) <= BY_SOUND =>
            {
                return meaning;
            }
            // "Well, yes" and "no" stand before anything.
            Meaning::Command(Command::Yes | Command::No | Command::Thanks) => LIKE_ONE,
            Meaning::Command(_) => LIKE_ANOTHER,
            Meaning::Question {
                correction: false,
                door: None,
                ..
            } => LIKE_ONE,
            _ => return meaning,
        };
        let words = speech.grammar.plain(text, context);
        words
            .and_then(|words| speech.examples.likely(&words))
            .filter(|likely| likely.likeness >= least && likely.lead >= least_lead)
            .filter(|likely| !likely.command.is_final() || likely.likeness >= LIKE_ANOTHER.0)
            .map_or(meaning, |likely| Meaning::Command(likely.command))
    }

    /// What `text` means, of which the recogniser has other readings; and the reading that says
    /// so. A short command is misheard more often than not: then another reading may be it, the
    /// more so if it is one word for word. A service or an alarm that was heard is none, and
    /// nobody is sent away for what they may have said.
    #[must_use]
    pub fn listen_to_all<'a>(
        &self,
        text: &'a str,
        others: &'a [String],
        language: Language,
        context: &Context<'_>,
    ) -> (Meaning, &'a str) {
        let grammar = &self.speech(language).grammar;
        let meaning = self.listen(text, language, context);
        let asked = match &meaning {
            Meaning::Question { text, .. } => text,
            _ => text,
        };
        if others.is_empty() || count_syllables(asked) > MOST_SYLLABLES || grammar.is_serious(text)
        {
            return (meaning, text);
        }
        let most = match meaning {
            Meaning::Command(_) if grammar.price(text) > BY_SOUND => WORD_FOR_WORD,
            Meaning::Question { .. } => f32::INFINITY,
            _ => return (meaning, text),
        };
        let mut others = others.iter().filter_map(|other| {
            let command = grammar.listen(other, context).command()?;
            (command != Command::Goodbye && grammar.price(other) <= most)
                .then_some((Meaning::Command(command), other.as_str()))
        });
        others.next().unwrap_or((meaning, text))
    }

    fn speech(&self, language: Language) -> &Speech {
        match language {
            Language::Zh => &self.zh,
            Language::En => &self.en,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;
    use std::sync::LazyLock;

    use super::*;

    static KNOWLEDGE: LazyLock<Knowledge> = LazyLock::new(|| {
        Knowledge::load(&Path::new(env!("CARGO_MANIFEST_DIR")).join("knowledge")).unwrap()
    });
    static UNDERSTANDING: LazyLock<Understanding> =
        LazyLock::new(|| Understanding::new(&KNOWLEDGE).unwrap());

    fn named(text: &str) -> String {
        let language = Language::of_text(text);
        match UNDERSTANDING.listen(text, language, &Context::default()) {
            Meaning::Command(command) => command.to_string(),
            Meaning::Choice(index) => format!("choice {index}"),
            Meaning::Unfinished => "unfinished".into(),
            Meaning::Question { .. } => "question".into(),
        }
    }

    #[test]
    fn commands_and_questions() {
        #[track_caller]
        fn check(expected: &str, texts: &[&str]) {
            for text in texts {
                assert_eq!(named(text), expected, "{text}");
            }
        }
        check(
            "next",
            &["继续往下讲下一条", "嗯，下一步吧", "what comes after that"],
        );
        check(
            "question",
            &[
                "下一步我想问公交卡",
                "next I want to ask about the bus card",
            ],
        );
        check(
            "slower",
            &["说慢些，我耳朵跟不上", "could you go a bit slower"],
        );
        check("louder", &["大点声嘛", "please speak up a little"]);
        check("pause", &["先等我一下", "wait a minute please"]);
        check("no", &["没事了", "不是的", "no, not this one"]);
        check("yes", &["对对对", "yes please"]);
        check(
            "materials",
            &["都要带些什么东西", "what papers do I have to bring"],
        );
        check(
            "proxy",
            &["叫我闺女替我去行吗", "can my daughter go instead of me"],
        );
        check(
            "unfinished",
            &["我想问一下", "那个", "I want to ask about the"],
        );
        check(
            "question",
            &[
                "社保卡丢了怎么办",
                "等一下，我摔倒了",
                "there is smoke, wait",
            ],
        );
    }

    #[test]
    fn misheard_commands_are_known_by_their_sound() {
        for (heard, expected) in [
            ("下一部", "next"),
            ("再说一变", "repeat"),
            ("打声点", "louder"),
            ("重头开始", "start_over"),
            ("第二各", "choose_2"),
            ("lowder please", "louder"),
            ("repeet that", "repeat"),
        ] {
            assert_eq!(named(heard), expected, "{heard}");
        }
    }

    #[test]
    fn another_reading_may_be_the_command() {
        #[track_caller]
        fn check(heard: &str, other: &str, expected: Option<Command>) {
            let language = Language::of_text(other);
            let context = Context::default();
            let others = [other.to_owned()];
            let (meaning, reading) =
                UNDERSTANDING.listen_to_all(heard, &others, language, &context);
            assert_eq!(meaning.command(), expected, "{heard}, {other}");
            assert!(reading == heard || reading == other && expected.is_some());
        }
        check("三天啊", "暂停", Some(Command::Pause));
        check("Ariseum", "resume", Some(Command::Resume));
        // Word for word against what only sounds a little like a command.
        check("少年纳格", "上面那个", Some(Command::Choose(1)));
        check("下一部", "上一步", Some(Command::Next));
        // A service or an alarm was heard; a long sentence; a farewell.
        check("千户口", "先带户口", None);
        check("救命", "就行", None);
        check("老年大学什么时候报名", "好的", None);
        check("做了", "走了", None);
    }

    #[test]
    fn questions_are_not_taken_for_commands() {
        for language in Language::ALL {
            let questions = KNOWLEDGE
                .iter()
                .flat_map(|guide| &guide.text(language).questions);
            let questions: Vec<&String> = questions.step_by(5).collect();
            let taken: Vec<_> = questions
                .iter()
                .filter(|text| named(text) != "question")
                .collect();
            assert!(50 * taken.len() <= questions.len(), "{language}: {taken:?}");
        }
    }

    #[test]
    fn the_open_guide_is_answered_first() {
        let guide = KNOWLEDGE
            .iter()
            .find(|guide| guide.id.as_str() == "elder-card");
        let open = Context {
            open: guide,
            ..Context::default()
        };
        let text = "老年证要多少钱";
        let within = UNDERSTANDING.listen(text, Language::Zh, &open);
        assert_eq!(within.command(), Some(Command::Cost));
        let without = UNDERSTANDING.listen(text, Language::Zh, &Context::default());
        assert_eq!(without.command(), None);
    }

    #[test]
    fn corrections_lead_to_what_is_meant() {
        #[track_caller]
        fn check(said: &str, meant: &str, is_correction: bool) {
            let language = Language::of_text(said);
            match UNDERSTANDING.listen(said, language, &Context::default()) {
                Meaning::Question {
                    text, correction, ..
                } => {
                    assert_eq!(
                        (text.as_str(), correction),
                        (meant, is_correction),
                        "{said}"
                    );
                }
                meaning => panic!("{said}: {:?}", meaning.command()),
            }
        }
        check("不是这个，我说的是社保卡丢了", "社保卡丢了", true);
        check(
            "no, I meant the social security card",
            "the social security card",
            true,
        );
        check("我想问一下高龄津贴怎么领", "高龄津贴怎么领", false);
        check("中风了怎么办理残疾证", "中风了怎么办理残疾证", false);
    }
}
