//! Each file in `broken/` is one of the good calendars with one thing wrong, and bears the name of what is found.

use super::read;
use std::{collections::BTreeSet, fs, path::PathBuf};

/// Most bytes of a good calendar that a broken one changes: the defect, and nothing else.
const MOST_CHANGED: usize = 160;
/// So many kinds there are at least.
const KINDS: usize = 40;

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("src/ical/lint")
}

fn good(name: &str) -> Vec<u8> {
    fs::read(folder().join("good").join(format!("{name}.ics"))).unwrap()
}

/// What must be put where in the broken text to mend it, and how much of it is taken out.
fn mend<'a>(broken: &[u8], good: &'a [u8]) -> (usize, &'a [u8], usize) {
    let before = broken.iter().zip(good).take_while(|(a, b)| a == b).count();
    let rest = broken.len().min(good.len()) - before;
    let after = broken.iter().rev().zip(good.iter().rev()).take(rest).take_while(|(a, b)| a == b).count();
    (before, &good[before..good.len() - after], broken.len() - after - before)
}

#[test]
fn good_calendars_pass() {
    for entry in fs::read_dir(folder().join("good")).unwrap() {
        let path = entry.unwrap().path();
        read(&fs::read(&path).unwrap()).unwrap_or_else(|findings| panic!("{}:\n{findings}", path.display()));
    }
}

/// Files are called `GOOD.CODE.WHAT.ics`: the calendar that they break, what is found, and how it came about.
#[test]
fn broken_calendars_are_refused_for_what_is_wrong() {
    let mut kinds = BTreeSet::new();
    for entry in fs::read_dir(folder().join("broken")).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let [whole, code, what, "ics"] = name.split('.').collect::<Vec<_>>()[..] else { panic!("{name}") };
        let broken = fs::read(&path).unwrap();
        let Err(findings) = read(&broken) else { panic!("{name} is accepted") };
        let codes: BTreeSet<&str> = findings.0.iter().map(|finding| finding.code.as_str()).collect();
        assert_eq!(codes, BTreeSet::from([code]), "{name}:\n{findings}");

        let whole = good(whole);
        let (at, put_in, taken_out) = mend(&broken, &whole);
        assert!(put_in.len().max(taken_out) <= MOST_CHANGED, "{name} breaks more than {what}");
        let mended = [&broken[..at], put_in, &broken[at + taken_out..]].concat();
        read(&mended).unwrap_or_else(|findings| panic!("{name}, mended:\n{findings}"));
        kinds.insert(code.to_owned());
    }
    assert!(kinds.len() >= KINDS, "only {} kinds of defect have a file", kinds.len());
}

/// A code that no file shows would be a check that nobody has seen fail.
#[test]
fn each_code_has_a_file() {
    let names: Vec<String> = fs::read_dir(folder().join("broken"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
        .collect();
    for source in ["reader.rs", "lint/mod.rs", "lint/value.rs"] {
        let text = fs::read_to_string(folder().join("..").join(source)).unwrap();
        for code in codes(&text) {
            assert!(names.iter().any(|name| name.split('.').nth(1) == Some(code)), "{source}: {code} has no file");
        }
    }
}

/// The words in quotation marks that look like a code.
fn codes(source: &str) -> BTreeSet<&str> {
    let code = source.split_once("#[cfg(test)]\nmod tests {").map_or(source, |(code, _)| code);
    let is_code = |word: &&str| {
        word.contains('-') && word.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-' || byte == b'8')
    };
    code.split('"').filter(is_code).collect()
}
