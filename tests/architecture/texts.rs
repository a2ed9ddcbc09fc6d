//! Texts of pages: every refusal that somebody may read has words of its own, in both languages; in French no sign stands
//! alone at the beginning or the end of a line.

use std::{collections::BTreeSet, fs};

use proc_macro2::{TokenStream, TokenTree};

use super::{root, sources};

/// Where refusals are made.
const MAKERS: [&str; 3] = ["src/app", "src/domain", "src/planning"];

/// Files whose refusals only programs and the command line meet: files of rounds and of load, scenarios, calendars that
/// are read back, the replay.
const OF_PROGRAMS: [&str; 11] = [
    "src/app/load",
    "src/app/forecast",
    "src/app/attendance.rs",
    "src/app/scenarios.rs",
    "src/domain/load",
    "src/domain/scenario.rs",
    "src/planning/filerules.rs",
    "src/planning/roundfile",
    "src/planning/replay",
    "src/planning/what_if",
    "src/domain/event.rs",
];

/// The codes that a file's functions give to findings and conflicts: the text after `add(`, `new(`, `conflict(` or `find(`.
fn codes(tokens: TokenStream, found: &mut BTreeSet<String>) {
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    for (at, token) in tokens.iter().enumerate() {
        let TokenTree::Group(group) = token else { continue };
        // Tests make codes up.
        let is_of_tests = at >= 2
            && matches!((&tokens[at - 2], &tokens[at - 1]), (TokenTree::Ident(kind), TokenTree::Ident(name)) if kind == "mod" && name == "tests");
        if is_of_tests {
            continue;
        }
        let makes = at > 0
            && matches!(&tokens[at - 1], TokenTree::Ident(name) if ["add", "new", "conflict", "find"].iter().any(|maker| name == maker));
        if makes
            && let Some(TokenTree::Literal(first)) = group.stream().into_iter().next()
            && let Some(code) = first.to_string().strip_prefix('"').and_then(|text| text.strip_suffix('"'))
            && code.contains('-')
            && code.chars().all(|letter| letter.is_ascii_lowercase() || letter == '-')
        {
            found.insert(code.to_owned());
        }
        codes(group.stream(), found);
    }
}

#[test]
fn every_refusal_that_people_meet_has_words() {
    let mut found = BTreeSet::new();
    for source in MAKERS.into_iter().flat_map(sources) {
        if !OF_PROGRAMS.iter().any(|own| source.path.starts_with(own)) && !source.path.ends_with("tests.rs") {
            codes(source.text.parse().unwrap(), &mut found);
        }
    }
    assert!(found.len() > 100, "only {} codes were found: are they made in another way now?", found.len());
    for language in ["fr", "en"] {
        let texts = fs::read_to_string(root().join(format!("src/locales/{language}/refusals.ftl"))).unwrap();
        let has = |code: &&String| texts.lines().any(|line| line.starts_with(&format!("refused-{code} =")));
        let silent: Vec<&String> = found.iter().filter(|code| !has(code)).collect();
        assert!(silent.is_empty(), "give these refusals words in src/locales/{language}/refusals.ftl: {silent:?}");
    }
}

#[test]
fn french_signs_stay_with_their_words() {
    for file in fs::read_dir(root().join("src/locales/fr")).unwrap() {
        let path = file.unwrap().path();
        let text = fs::read_to_string(&path).unwrap();
        // Mails are plain text, where such spaces come out in many ways.
        let lines = text.lines().filter(|line| !line.starts_with('#') && !path.ends_with("mail.ftl"));
        let alone = lines.filter(|line| [" :", " ;", " ?", " !", " »", "« "].iter().any(|sign| line.contains(sign)));
        assert_eq!(alone.collect::<Vec<_>>(), [""; 0], "{}: write a no-break space there", path.display());
    }
}
