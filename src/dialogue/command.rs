//! What can be asked of the assistant besides a question: by voice, key and button alike.

use std::fmt;
use std::str::FromStr;

/// A wish about the conversation or about the guide that is open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Command {
    /// The next step.
    Next,
    /// The step before.
    Previous,
    /// The same again.
    Repeat,
    /// Speak more slowly.
    Slower,
    /// Speak faster.
    Faster,
    /// Speak louder.
    Louder,
    /// Speak more quietly.
    Quieter,
    /// Stop speaking for a while.
    Pause,
    /// Go on where it stopped.
    Resume,
    /// Stop reading.
    Stop,
    /// From the first step.
    StartOver,
    /// Yes.
    Yes,
    /// No.
    No,
    /// The choice (or the step) with this number, from 1.
    Choose(u8),
    /// More about the step.
    Detail,
    /// What to bring.
    Materials,
    /// Where it is done.
    Where,
    /// What it costs.
    Cost,
    /// How long it takes.
    Duration,
    /// Who is entitled.
    Eligibility,
    /// Whether someone else can do it.
    Proxy,
    /// The usual scam around it.
    Caution,
    /// Send it to the family.
    Share,
    /// Print it.
    Print,
    /// Take back what was sent to the family.
    Withdraw,
    /// Make a circle of help.
    Circle,
    /// Open the circle with its card.
    Card,
    /// Who helps.
    Helpers,
    /// Invite one more to help.
    Invite,
    /// What was done in the elder's name.
    Log,
    /// Remove the circle with everything in it.
    RemoveAll,
    /// Whom to call.
    Call,
    /// What the assistant can do.
    Help,
    /// Go on in English.
    English,
    /// Go on in Mandarin.
    Mandarin,
    /// Thanks.
    Thanks,
    /// The end of the conversation.
    Goodbye,
    /// Back to the guide that was left.
    Back,
    /// The guides like the one that was named, because that one is wrong.
    Others,
    /// Ask something else.
    Ask,
    /// "I am still here."
    Here,
    /// What somebody else asked, or what is remembered.
    Memory,
}

/// Every command but the choices, with its name in locale files and its key on a keyboard.
const NAMES: &[(Command, &str, char)] = &[
    (Command::Next, "next", 'n'),
    (Command::Previous, "previous", 'p'),
    (Command::Repeat, "repeat", 'r'),
    (Command::Slower, "slower", '-'),
    (Command::Faster, "faster", '='),
    (Command::Louder, "louder", 'l'),
    (Command::Quieter, "quieter", 'q'),
    (Command::Pause, "pause", ' '),
    (Command::Resume, "resume", 'g'),
    (Command::Stop, "stop", 's'),
    (Command::StartOver, "start_over", '0'),
    (Command::Yes, "yes", 'y'),
    (Command::No, "no", 'x'),
    (Command::Detail, "detail", 'd'),
    (Command::Materials, "materials", 'b'),
    (Command::Where, "where", 'w'),
    (Command::Cost, "cost", 'm'),
    (Command::Duration, "duration", 't'),
    (Command::Eligibility, "eligibility", 'e'),
    (Command::Proxy, "proxy", 'f'),
    (Command::Caution, "caution", 'k'),
    (Command::Share, "share", 'v'),
    (Command::Print, "print", 'i'),
    (Command::Withdraw, "withdraw", '<'),
    (Command::Circle, "circle", '('),
    (Command::Card, "card", ')'),
    (Command::Helpers, "helpers", '['),
    (Command::Invite, "invite", ']'),
    (Command::Log, "log", ';'),
    (Command::RemoveAll, "remove_all", '/'),
    (Command::Call, "call", 'c'),
    (Command::Help, "help", '?'),
    (Command::English, "language_en", 'u'),
    (Command::Mandarin, "language_zh", 'z'),
    (Command::Thanks, "thanks", 'h'),
    (Command::Goodbye, "goodbye", '.'),
    (Command::Back, "back", 'j'),
    (Command::Others, "others", 'o'),
    (Command::Ask, "ask", 'a'),
    (Command::Here, "here", '+'),
    (Command::Memory, "memory", '\\'),
];

/// The most choices, and the most steps, that can be named by number.
pub(super) const MOST_CHOICES: u8 = 6;

impl Command {
    /// Every command, with the choices 1 to 6.
    pub fn all() -> impl Iterator<Item = Self> {
        let choices = (1..=MOST_CHOICES).map(Self::Choose);
        NAMES.iter().map(|(command, ..)| *command).chain(choices)
    }

    /// The key that gives it in a terminal.
    #[must_use]
    pub fn key(self) -> char {
        if let Self::Choose(n) = self {
            return char::from(b'0' + n % 10);
        }
        let entry = NAMES.iter().find(|(command, ..)| *command == self);
        entry.map_or('\0', |(_, _, key)| *key)
    }

    /// The command of a key.
    #[must_use]
    pub fn of_key(key: char) -> Option<Self> {
        Self::all().find(|command| command.key() == key)
    }

    /// Whether it takes away what no word brings back.
    #[must_use]
    pub fn is_final(self) -> bool {
        matches!(self, Self::Goodbye | Self::Withdraw | Self::RemoveAll)
    }

    /// Whether it asks about the guide that is open.
    #[must_use]
    pub fn asks_about_guide(self) -> bool {
        matches!(
            self,
            Self::Materials
                | Self::Where
                | Self::Cost
                | Self::Duration
                | Self::Eligibility
                | Self::Proxy
                | Self::Caution
                | Self::Call
        )
    }
}

impl fmt::Display for Command {
    /// Its name in locale files: `next`, `choose_1`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Self::Choose(n) = self {
            return write!(f, "choose_{n}");
        }
        let entry = NAMES.iter().find(|(command, ..)| command == self);
        f.write_str(entry.map_or("", |(_, name, _)| name))
    }
}

/// There is no command of that name.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("there is no command {0:?}")]
pub struct UnknownCommand(pub String);

impl FromStr for Command {
    type Err = UnknownCommand;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        let unknown = || UnknownCommand(name.to_owned());
        Self::all()
            .find(|command| command.to_string() == name)
            .ok_or_else(unknown)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn names_and_keys_lead_back() {
        let mut keys = HashSet::new();
        for command in Command::all() {
            assert_eq!(command.to_string().parse(), Ok(command));
            assert_eq!(Command::of_key(command.key()), Some(command));
            assert!(keys.insert(command.key()), "{command} has a key of its own");
        }
        assert!("dance".parse::<Command>().is_err());
    }
}
