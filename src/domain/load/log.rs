//! Counts who was there by a web server's log, in the Common or Combined Log Format, without keeping who it was: of an
//! address and a browser together only a hash stays, under a key that each five minutes have for themselves and that is
//! gone with them.

use super::{CELL_SECONDS, report::Refusal, track::Sample};
use chrono::DateTime;
use std::{
    collections::{BTreeMap, HashSet},
    hash::{BuildHasher, RandomState},
};

/// Bytes of the longest line that is read.
pub const LONGEST_LINE: usize = 64 * 1024;
/// Lines are written when a request ends, so that some come after younger ones: the five minutes before the newest are
/// still counted.
const STILL_OPEN: i64 = 1;

/// What is counted of five minutes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Counted {
    /// When they begin, in Unix seconds.
    pub at: i64,
    /// Different clients, by address and browser.
    pub clients: u64,
    /// Requests that logged somebody in.
    pub logins: u64,
}

impl Counted {
    /// The logins of a minute.
    pub fn logins_a_minute(&self) -> f64 {
        // A log of five minutes has far fewer lines than a double holds.
        self.logins as f64 * 60.0 / CELL_SECONDS as f64
    }
}

#[derive(Default)]
struct Window {
    key: RandomState,
    clients: HashSet<u64>,
    logins: u64,
}

/// Counts the lines of a log, which come about in their order.
#[derive(Default)]
pub struct LogCounter {
    login_paths: Vec<String>,
    windows: BTreeMap<i64, Window>,
    newest: Option<i64>,
    /// The time of the last line, as it was written and as it was read: many lines share a second.
    last: Option<(Vec<u8>, i64)>,
}

impl LogCounter {
    /// Counts as logins what asks for one of these paths and is not refused.
    pub fn new(login_paths: Vec<String>) -> Self {
        Self { login_paths, ..Self::default() }
    }

    /// Counts a line, without its end; gives what no later line can change any more.
    ///
    /// # Errors
    /// `bad-log-line`, `bad-time`, `late-line`, and those of [`Sample::checked`].
    pub fn line(&mut self, line: &[u8], now: i64) -> Result<Vec<Counted>, Refusal> {
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        if line.is_empty() {
            return Ok(Vec::new());
        }
        let Parts { client, time, request, status, agent } = parts(line).ok_or_else(bad)?;
        let at = Sample::checked(self.time(time)?, 0.0, now)?.at;
        let window = at.div_euclid(CELL_SECONDS);
        let newest = self.newest.map_or(window, |newest| newest.max(window));
        if window < newest - STILL_OPEN {
            let message = "lines that are five minutes younger came before it";
            return Err(Refusal::new("late-line", message, "give the log's files one by one, the oldest first"));
        }
        self.newest = Some(newest);
        let is_login = status < 400 && self.is_login(request);
        let open = self.windows.entry(window).or_default();
        open.clients.insert(open.key.hash_one((client, agent)));
        open.logins += u64::from(is_login);
        let still_open = self.windows.split_off(&(newest - STILL_OPEN));
        Ok(counted(std::mem::replace(&mut self.windows, still_open)))
    }

    /// What is left at the end.
    pub fn end(&mut self) -> Vec<Counted> {
        counted(std::mem::take(&mut self.windows))
    }

    fn time(&mut self, text: &[u8]) -> Result<i64, Refusal> {
        if let Some((_, at)) = self.last.as_ref().filter(|(last, _)| last == text) {
            return Ok(*at);
        }
        let text = String::from_utf8_lossy(text);
        let at = DateTime::parse_from_str(&text, "%d/%b/%Y:%H:%M:%S %z").map_err(|_| {
            let message = "its time is none of the Common Log Format";
            Refusal::new("bad-time", message, "have it written as [16/Mar/2020:09:00:00 +0100]")
        })?;
        let at = at.timestamp();
        self.last = Some((text.as_bytes().to_vec(), at));
        Ok(at)
    }

    fn is_login(&self, request: &[u8]) -> bool {
        let path = request.split(|byte| *byte == b' ').nth(1).unwrap_or_default();
        let path = path.split(|byte| *byte == b'?').next().unwrap_or_default();
        self.login_paths.iter().any(|login| login.as_bytes() == path)
    }
}

struct Parts<'a> {
    client: &'a [u8],
    time: &'a [u8],
    request: &'a [u8],
    status: u16,
    agent: &'a [u8],
}

/// `client ident user [time] "request" status bytes "referrer" "agent"`; the last two may be missing.
fn parts(line: &[u8]) -> Option<Parts<'_>> {
    let client = &line[..line.iter().position(|byte| *byte == b' ')?];
    let (_, rest) = split(line, b" [")?;
    let (time, rest) = split(rest, b"] \"")?;
    let (request, rest) = quoted(rest)?;
    let mut words = rest.strip_prefix(b" ")?.splitn(3, |byte| *byte == b' ');
    let status = std::str::from_utf8(words.next()?).ok()?.parse().ok().filter(|status| (100..600).contains(status))?;
    let bytes = words.next()?;
    if client.is_empty() || !(bytes == b"-" || bytes.iter().all(u8::is_ascii_digit)) {
        return None;
    }
    let agent = match words.next() {
        None => &[][..],
        Some(rest) => {
            let (_, rest) = quoted(rest.strip_prefix(b"\"")?)?;
            quoted(rest.strip_prefix(b" \"")?)?.0
        }
    };
    Some(Parts { client, time, request, status, agent })
}

/// What stands before the first `at`, and what after it.
fn split<'a>(text: &'a [u8], at: &[u8]) -> Option<(&'a [u8], &'a [u8])> {
    let found = text.windows(at.len()).position(|window| window == at)?;
    Some((&text[..found], &text[found + at.len()..]))
}

/// Text up to its closing quotation mark, before which a backslash protects others; and what follows.
fn quoted(text: &[u8]) -> Option<(&[u8], &[u8])> {
    let mut at = 0;
    loop {
        match text.get(at)? {
            b'"' => return Some((&text[..at], &text[at + 1..])),
            b'\\' => at += 2,
            _ => at += 1,
        }
    }
}

fn counted(windows: BTreeMap<i64, Window>) -> Vec<Counted> {
    let counted = |(window, Window { clients, logins, .. }): (i64, Window)| Counted {
        at: window * CELL_SECONDS,
        clients: clients.len() as u64,
        logins,
    };
    windows.into_iter().map(counted).collect()
}

fn bad() -> Refusal {
    // The line itself is not shown: it names somebody.
    let message = "this is no line of the Common or Combined Log Format";
    Refusal::new("bad-log-line", message, "have the web server write its log in that format")
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: i64 = 1_600_000_000;

    fn line(client: &str, time: &str, request: &str, agent: &str) -> String {
        format!("{client} - - [16/Mar/2020:{time} +0100] \"{request}\" 200 17 \"-\" \"{agent}\"")
    }

    #[test]
    fn clients_are_counted_once_in_five_minutes() {
        let mut counter = LogCounter::new(vec!["/login".to_owned()]);
        let mut add = |text: &str| counter.line(text.as_bytes(), NOW).unwrap();
        assert_eq!(add(&line("192.0.2.1", "09:00:00", "GET / HTTP/1.1", "a")), []);
        assert_eq!(add(&line("192.0.2.1", "09:00:01", "POST /login?x HTTP/1.1", "a")), []);
        assert_eq!(add(&line("192.0.2.1", "09:04:59", "GET /login2 HTTP/1.1", "b \\\" c")), []);
        assert_eq!(add(&line("2001:db8::1", "09:06:00", "-", "a")), []);
        assert_eq!(add(&line("192.0.2.9", "09:04:00", "GET / HTTP/1.1", "a")), [], "a straggler");
        let first = Counted { at: 1_584_345_600, clients: 3, logins: 1 };
        assert_eq!(add("192.0.2.1 - - [16/Mar/2020:09:10:00 +0100] \"GET / HTTP/1.1\" 304 -"), [first]);
        assert_eq!(first.logins_a_minute(), 0.2);
        let rest: Vec<u64> = counter.end().iter().map(|counted| counted.clients).collect();
        assert_eq!(rest, [1, 1]);
    }

    #[test]
    fn what_is_wrong_with_a_line_is_told_without_the_line() {
        let good = line("192.0.2.1", "09:20:00", "GET / HTTP/1.1", "a");
        let mut counter = LogCounter::default();
        counter.line(good.as_bytes(), NOW).unwrap();
        for (wrong, code) in [
            ("192.0.2.1".to_owned(), "bad-log-line"),
            (good.replace("[16", "16"), "bad-log-line"),
            (good.replace(" 200 ", " x "), "bad-log-line"),
            (good.replace(" 200 ", " 999 "), "bad-log-line"),
            (good.replace(" 17 ", " many "), "bad-log-line"),
            (good.replace("\"a\"", "\"a"), "bad-log-line"),
            (good.replace("HTTP/1.1\"", "HTTP/1.1"), "bad-log-line"),
            (good.replacen("192.0.2.1", "", 1), "bad-log-line"),
            (good.replace("Mar", "Mrz"), "bad-time"),
            (good.replace(" +0100", ""), "bad-time"),
            (good.replace("09:20", "09:61"), "bad-time"),
            (good.replace("2020", "2099"), "time-ahead"),
            (good.replace("2020", "1999"), "too-old"),
            (good.replace("09:20", "09:01"), "late-line"),
        ] {
            let refusal = counter.line(wrong.as_bytes(), NOW).unwrap_err();
            assert_eq!(refusal.code, code, "{wrong}");
            assert!(!refusal.message.contains("192"), "{wrong}");
        }
        assert!(counter.line(b"\xff\xfe\x00", NOW).is_err());
        assert_eq!(counter.line(b"", NOW), Ok(Vec::new()));
        assert_eq!(counter.end().len(), 1);
    }
}
