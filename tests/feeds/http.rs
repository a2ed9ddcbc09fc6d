//! The built program, as calendar programs speak to it.

use crate::{
    scene::{Scene, text},
    support::{
        calendar,
        service::{Answer, Backend, Site, on_both},
    },
};
use flate2::read::GzDecoder;
use reqwest::Method;
use serde_json::json;
use std::{collections::BTreeSet, io::Read};

fn header(answer: &Answer, name: &str) -> String {
    answer.header(name).unwrap_or_else(|| panic!("no {name} in {answer:?}")).to_owned()
}

fn unpacked(coding: Option<&str>, bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    match coding {
        None => out.extend(bytes),
        Some("gzip") => drop(GzDecoder::new(bytes).read_to_end(&mut out).unwrap()),
        Some("br") => brotli::BrotliDecompress(&mut &bytes[..], &mut out).unwrap(),
        Some(other) => panic!("{other} was not asked for"),
    }
    out
}

#[test]
fn a_calendar_program_asks_again_and_again() {
    let scene = Scene::new(Backend::Sqlite);
    let moved = scene.book("2031-01-06T09:00");
    let made = scene.feed(&json!({"group": scene.groups[0]}));
    let path = text(&made, "path");
    let first = scene.ask(Method::GET, &path, &[]).expect(200);
    assert_eq!(header(&first, "content-type"), "text/calendar; charset=utf-8");
    assert_eq!(header(&first, "cache-control"), "private, no-cache");
    assert_eq!(header(&first, "vary"), "accept-encoding");
    assert_eq!(header(&first, "content-disposition"), "inline; filename=\"creneau.ics\"");
    let (tag, date) = (header(&first, "etag"), header(&first, "last-modified"));
    assert!(tag.starts_with('"'), "a strong tag: {tag}");
    assert_eq!(calendar::read(&first.body).len(), 1);
    let status = |headers: &[(&str, &str)]| scene.ask(Method::GET, &path, headers).status;
    assert_eq!(status(&[("If-None-Match", &tag)]), 304);
    assert_eq!(status(&[("If-Modified-Since", &date)]), 304);
    assert_eq!(status(&[("If-None-Match", "\"other\""), ("If-Modified-Since", &date)]), 200);
    assert_eq!(status(&[("If-Modified-Since", "31 February")]), 200);
    let known = scene.ask(Method::GET, &path, &[("If-None-Match", &tag)]).expect(304);
    for name in ["etag", "last-modified", "cache-control", "vary"] {
        assert_eq!(header(&known, name), header(&first, name), "{name}");
    }

    // What changes within a second is another version to those who ask by date as well.
    for change in 1..5 {
        let (tag, date) = {
            let now = scene.ask(Method::GET, &path, &[]).expect(200);
            (header(&now, "etag"), header(&now, "last-modified"))
        };
        let to = json!({"starts_at_local": format!("2031-01-06T09:{:02}", 5 * change)});
        scene.service.patch_json(&format!("/api/v1/sessions/{moved}"), &to).expect(200);
        assert_eq!(status(&[("If-Modified-Since", &date)]), 200);
        assert_eq!(status(&[("If-None-Match", &tag)]), 200);
    }

    // Read today, though nobody waited for the note.
    let today = chrono::Utc::now().date_naive();
    let listed = scene.service.wait_for(&scene.own("feeds"), |feeds| feeds[0]["last_read_on"].is_string());
    let read_on: chrono::NaiveDate = text(&listed[0], "last_read_on").parse().unwrap();
    assert!((0..2).contains(&(chrono::Utc::now().date_naive() - read_on).num_days()) && read_on >= today);
}

#[test]
fn each_coding_is_a_representation_of_its_own() {
    let scene = Scene::new(Backend::Sqlite);
    scene.book("2031-01-06T09:00");
    let path = text(&scene.feed(&json!({})), "path");
    let plain = scene.ask(Method::GET, &path, &[]).expect(200);
    let mut tags = Vec::new();
    for (accepted, coding) in [
        ("identity", None),
        ("gzip, deflate", Some("gzip")),
        ("gzip, deflate, br", Some("br")),
        ("deflate, zstd", None),
        ("identity;q=0, *;q=0", None),
    ] {
        let accepts = ("Accept-Encoding", accepted);
        let full = scene.ask(Method::GET, &path, &[accepts]).expect(200);
        assert_eq!(full.header("content-encoding"), coding, "{accepted}");
        assert_eq!(unpacked(coding, &full.body), plain.body, "{accepted}");
        let head = scene.ask(Method::HEAD, &path, &[accepts]).expect(200);
        assert_eq!((head.body.len(), header(&head, "content-length")), (0, full.body.len().to_string()));
        for name in ["etag", "last-modified", "cache-control", "vary", "content-type", "content-disposition"] {
            assert_eq!(header(&head, name), header(&full, name), "{name}");
        }
        assert_eq!(head.header("content-encoding"), coding);
        let tag = header(&full, "etag");
        let known = scene.ask(Method::GET, &path, &[accepts, ("If-None-Match", &tag)]).expect(304);
        assert_eq!((known.header("content-encoding"), header(&known, "etag")), (None, tag.clone()));
        assert_eq!(known.body.len(), 0);
        scene.ask(Method::HEAD, &path, &[accepts, ("If-None-Match", &tag)]).expect(304);
        tags.push(tag);
    }
    tags.sort();
    tags.dedup();
    assert_eq!(tags.len(), 3, "{tags:?}");
}

#[test]
fn an_address_is_shown_once_in_all_its_forms() {
    let scene = Scene::new(Backend::Sqlite);
    for new in [json!({}), json!({"groups": scene.groups}), json!({"teacher": scene.teacher, "headcount_only": true})] {
        let made = scene.feed(&new);
        let url = text(&made, "url");
        assert!(url.ends_with(&text(&made, "path")) && url.starts_with("http://"));
        assert_eq!(text(&made, "webcal_url"), url.replace("http://", "webcal://"));
        assert_eq!(format!("{}.ics", text(&made, "page_url")), url);
        let svg = text(&made, "qr_svg");
        assert!(svg.contains("<svg") && svg.ends_with("</svg>"), "{svg}");
        assert!(text(&made, "qr_url").starts_with("data:image/svg+xml;base64,"));
    }
    let listed = scene.service.get(&scene.own("feeds")).expect(200).json();
    assert_eq!(listed.as_array().unwrap().len(), 3);
    let kinds: BTreeSet<String> = listed.as_array().unwrap().iter().map(|feed| text(feed, "kind")).collect();
    assert_eq!(kinds, ["bundle", "school", "teacher"].map(str::to_owned).into());
    for shown in ["url", "path", "qr_svg", "secret", "secret_hash"] {
        assert!(listed[0].get(shown).is_none(), "{shown} is shown again");
    }
}

on_both!(no_log_holds_a_secret);

/// Whatever is asked at a secret address, and however much is logged.
fn no_log_holds_a_secret(backend: Backend) {
    let scene = Scene::at(Site::new(backend).set("log.filter", "trace"));
    scene.book("2031-01-06T09:00");
    let made = scene.feed(&json!({"group": scene.groups[0]}));
    let replaced =
        scene.service.post_json(&format!("{}/{}/replacement", scene.own("feeds"), text(&made, "id")), &json!({}));
    let replaced = replaced.expect(200).json();
    let paths = [text(&made, "path"), text(&replaced, "path")];
    let statuses = paths.each_ref().map(|path| {
        let page = path.trim_end_matches(".ics");
        let escaped = path.replacen("/feeds/", "/%66eeds/", 1);
        for (method, path, headers) in [
            (Method::GET, path.as_str(), vec![]),
            (Method::HEAD, path.as_str(), vec![("If-None-Match", "*")]),
            (Method::GET, path.as_str(), vec![("If-Modified-Since", "never")]),
            (Method::GET, escaped.as_str(), vec![]),
            (Method::POST, path.as_str(), vec![]),
            (Method::from_bytes(b"PROPFIND").unwrap(), path.as_str(), vec![]),
            (Method::GET, page, vec![]),
            (Method::GET, &format!("{page}?date=tomorrow"), vec![]),
            (Method::GET, &format!("{page}/there"), vec![]),
            (Method::GET, &format!("{path}?token=x%00"), vec![]),
        ] {
            scene.ask(method, path, &headers);
        }
        scene.ask(Method::GET, path, &[]).status
    });
    assert_eq!(statuses, [404, 200]);
    let log = scene.service.log();
    assert!(log.contains("/feeds/[redacted].ics"), "the polls are in the log");
    for path in &paths {
        let secret = path.trim_start_matches("/feeds/").trim_end_matches(".ics");
        let line = log.lines().find(|line| line.contains(secret) || line.contains(&secret[..16]));
        assert_eq!(line, None, "a secret in the log");
    }
}

#[test]
fn a_gone_address_says_what_to_do() {
    let scene = Scene::new(Backend::Sqlite);
    let made = scene.feed(&json!({}));
    let (path, own) = (text(&made, "path"), format!("{}/{}", scene.own("feeds"), text(&made, "id")));
    let tag = header(&scene.ask(Method::GET, &path, &[]).expect(200), "etag");
    let allowed = scene.ask(Method::from_bytes(b"PROPFIND").unwrap(), &path, &[]).expect(405);
    assert_eq!(header(&allowed, "allow"), "GET, HEAD");
    let next = text(&scene.service.post_json(&format!("{own}/replacement"), &json!({})).expect(200).json(), "path");
    assert_eq!(header(&scene.ask(Method::GET, &next, &[]).expect(200), "etag"), tag, "the same calendar");
    scene.ask(Method::GET, &path, &[]).expect(404);
    scene.service.delete(&own).expect(204);
    let gone = scene.ask(Method::GET, &next, &[("If-None-Match", &tag)]).expect(404);
    assert_eq!(header(&gone, "content-type"), "application/problem+json");
    assert_eq!(header(&gone, "cache-control"), "no-store");
    assert!(text(&gone.json(), "detail").contains("ask your school"));
    let refused = scene.service.post_json(&format!("{own}/replacement"), &json!({})).expect(409).json();
    assert_eq!(text(&refused, "code"), "feed-revoked");
}
