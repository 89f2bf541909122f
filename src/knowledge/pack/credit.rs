//! The contributor's name in a guide's file, with everything else left as it was written.

use toml::Value;
use toml::de::DeTable;

/// `bytes` with `checked_by` set to `contributor`. What is not TOML stays as it is; its
/// fault is reported elsewhere.
pub fn credit(bytes: &[u8], contributor: &str) -> Vec<u8> {
    let Ok(whole) = std::str::from_utf8(bytes) else {
        return bytes.to_vec();
    };
    let source = whole.strip_prefix('\u{feff}').unwrap_or(whole);
    let Ok(table) = DeTable::parse(source) else {
        return bytes.to_vec();
    };
    let name = Value::from(contributor).to_string();
    let found = table.get_ref().get("checked_by");
    let credited = match found {
        Some(value) if value.get_ref().as_str() == Some(contributor) => return bytes.to_vec(),
        Some(value) => {
            let span = value.span();
            format!("{}{name}{}", &source[..span.start], &source[span.end..])
        }
        // A table's own lines come before any other table, so the first line is right.
        None => format!("checked_by = {name}\n{source}"),
    };
    credited.into_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_name_changes() {
        #[track_caller]
        fn check(source: &str, expected: &str) {
            let credited = credit(source.as_bytes(), "泉州\"老龄办\"");
            assert_eq!(String::from_utf8_lossy(&credited), expected);
        }
        check(
            "# note\nid = \"x\"\nchecked_by   = \"wenlu\" # who\n[zh]\n",
            "# note\nid = \"x\"\nchecked_by   = '泉州\"老龄办\"' # who\n[zh]\n",
        );
        check(
            "\u{feff}id = \"x\"\n[zh]\nchecked_by = 1\n",
            "checked_by = '泉州\"老龄办\"'\nid = \"x\"\n[zh]\nchecked_by = 1\n",
        );
        check("[[[", "[[[");
        check(
            "checked_by = '泉州\"老龄办\"'\n",
            "checked_by = '泉州\"老龄办\"'\n",
        );
    }

    proptest::proptest! {
        #[test]
        fn any_name_can_be_written(name in "\\PC+", source in "(id = \"x\"\n)?(checked_by = 'a'\n)?") {
            let credited = String::from_utf8(credit(source.as_bytes(), &name)).expect("text");
            let table: toml::Table = toml::from_str(&credited).expect("TOML");
            proptest::prop_assert_eq!(table["checked_by"].as_str(), Some(name.as_str()));
        }
    }
}
