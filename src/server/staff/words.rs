//! The staff pages' wording.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// A group of words that a locale file must have, no more and no fewer.
macro_rules! words {
    ($(#[$about:meta])* $name:ident: $($word:ident)*) => {
        $(#[$about])*
        #[derive(Debug, Clone, Deserialize, Serialize)]
        #[serde(deny_unknown_fields)]
        pub(in crate::server) struct $name { $(pub $word: String,)* }
    };
}

/// All of them in one language.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(in crate::server) struct StaffWords {
    pub common: Common,
    pub sign: Sign,
    pub guides: Guides,
    pub edit: Edit,
    pub versions: Versions,
    pub figures: Figures,
    pub questions: Questions,
    pub terminals: Terminals,
    pub accounts: Accounts,
    pub data: Data,
    pub log: Log,
    pub trouble: Trouble,
    /// Roles of accounts.
    pub roles: BTreeMap<String, String>,
    /// What can become of a version.
    pub states: BTreeMap<String, String>,
    /// A guide's fields, by their names in the file.
    pub fields: BTreeMap<String, String>,
    /// What to write in them.
    pub help: BTreeMap<String, String>,
    /// How long things are kept.
    pub retention: BTreeMap<String, String>,
    /// What staff do.
    pub acts: BTreeMap<String, String>,
}

words!(Common: title skip guides figures questions terminals accounts data log sign_out back when who what region none);
words!(Sign: title lead name password enter wrong locked);
words!(Guides: overview welcome title lead new new_lead id id_help category begin guide state file_only edit versions id_bad);
words!(Edit: title lead zh en about sources source step as_text as_form text_lead toml check save_draft good faults line new_guide lines_help);
words!(Versions: title lead number written decided preview publish roll_back unpublish unpublish_help none published_done rolled_back_done unpublished_done draft_done current preview_title preview_lead listen faulty);
words!(Figures: title lead all week empty total table last_weeks);
words!(Questions: title lead off_lead turn_on turn_off on_lead count make forget empty);
words!(Terminals: title lead name seen volume languages idle heard empty never minutes seconds set_volume quietest quiet usual loud loudest set_language any_language leave_after save);
words!(Accounts: title lead name role password password_help add disable enable disabled set_password made done short taken own);
words!(Data: title keep_title keep_lead days save saved export_title export_lead export delete_title delete_people delete_people_lead delete_all delete_all_lead confirm_label confirm_word deleted not_confirmed);
words!(Log: title lead);
words!(Trouble: away away_how forbidden forbidden_how failed failed_how missing missing_how);

/// The words for a key; the key itself if there are none, which a test keeps from happening.
pub(super) fn of<'a>(words: &'a BTreeMap<String, String>, key: &'a str) -> &'a str {
    words.get(key).map_or(key, String::as_str)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::server::words::Words;
    use crate::store::{Retention, Role};

    #[test]
    fn every_key_has_words_in_both_languages() {
        let words = Words::bundled().expect("the locale files fit");
        for staff in [&words.zh.staff, &words.en.staff] {
            for role in [Role::Staff, Role::Manager] {
                assert!(staff.roles.contains_key(role.name()));
            }
            for (name, ..) in Retention::BOUNDS {
                assert!(staff.retention.contains_key(name), "{name}");
            }
            for field in super::super::form::names() {
                assert!(staff.fields.contains_key(field), "{field}");
            }
        }
        let keys = |map: &BTreeMap<String, String>| map.keys().cloned().collect::<Vec<_>>();
        let (zh, en) = (&words.zh.staff, &words.en.staff);
        for (zh, en) in [
            (&zh.roles, &en.roles),
            (&zh.states, &en.states),
            (&zh.fields, &en.fields),
            (&zh.help, &en.help),
            (&zh.retention, &en.retention),
            (&zh.acts, &en.acts),
        ] {
            assert_eq!(keys(zh), keys(en));
        }
    }
}
