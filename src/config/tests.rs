use std::ffi::OsString;
use std::path::Path;

use super::sources::Sources;
use super::{Config, ConfigErrors, LogFormat, Overrides, Security, Transport};

/// The configuration from a file with `toml` in it, then `environment`, then `flags`.
fn load(toml: &str, environment: &[(&str, &str)], flags: Overrides) -> Result<Config, ConfigErrors> {
    let file = tempfile::NamedTempFile::new().expect("a temporary file");
    std::fs::write(file.path(), toml).expect("the file can be written");
    let environment = environment.iter().map(|(name, value)| (OsString::from(name), OsString::from(value)));
    let flags = flags.file(Some(file.path().to_owned()));
    Config::from_sources(Sources::gather(&flags, environment))
}

fn from_toml(toml: &str) -> Result<Config, ConfigErrors> {
    let mut sources = Sources::default();
    sources.add_toml(Path::new("creneau.toml"), toml);
    Config::from_sources(sources)
}

/// The message for a file with `toml` in it.
fn complaint(toml: &str) -> String {
    from_toml(toml).expect_err("a complaint").to_string()
}

#[test]
fn runs_without_any_source() {
    let config = from_toml("").expect("the defaults are right");
    assert_eq!(config.server.listen.to_string(), "127.0.0.1:8080");
    assert_eq!(config.server.public_url, "http://127.0.0.1:8080");
    assert_eq!(config.server.max_body_bytes, 2 * 1024 * 1024);
    assert_eq!(config.server.calendar_bytes, 64 * 1024 * 1024);
    assert!(config.database.url.is_none());
    assert_eq!(config.database.data, Path::new("data"));
    assert_eq!(config.mail.transport, Transport::Log);
    assert_eq!((config.mail.security, config.mail.port), (Security::Starttls, 587));
    assert_eq!(config.mail.directory, Path::new("data/mail"));
    assert!(config.jobs.in_process && config.demo.on_first_start);
    assert_eq!(config.solve.seconds, 10);
    assert_eq!((config.log.format, config.log.filter.as_str()), (LogFormat::Pretty, "info"));
}

#[test]
fn later_sources_win() {
    let toml = "[server]\nlisten = '127.0.0.1:1'\nworkers = 3\n[solve]\nseconds = 4\nthreads = 5";
    let environment = [
        ("CRENEAU__SERVER__LISTEN", "127.0.0.1:2"),
        ("CRENEAU__SOLVE__SECONDS", "6"),
        ("CRENEAU__MAIL__HOST", ""),
        ("CRENEAU_PORT", "a cluster's own business"),
        ("RUST_LOG", "debug"),
    ];
    let flags = Overrides::default().flag("--listen", "server.listen", Some("127.0.0.1:3")).flag(
        "--data",
        "database.data",
        None::<String>,
    );
    let config = load(toml, &environment, flags).expect("all is right");
    assert_eq!(config.server.listen.port(), 3);
    assert_eq!(config.server.public_url, "http://127.0.0.1:3");
    assert_eq!((config.server.workers, config.solve.threads), (3, 5));
    assert_eq!(config.solve.seconds, 6);
    assert_eq!(config.mail.host, "localhost");
    assert_eq!(config.log.filter, "debug");
}

#[test]
fn links_name_a_host_that_can_be_reached() {
    for (listen, url) in
        [("0.0.0.0:80", "http://127.0.0.1:80"), ("[::]:80", "http://[::1]:80"), ("192.0.2.1:80", "http://192.0.2.1:80")]
    {
        let config = from_toml(&format!("[server]\nlisten = '{listen}'")).expect(listen);
        assert_eq!(config.server.public_url, url);
    }
    let config = from_toml("[server]\npublic_url = 'https://school.example/creneau/'");
    assert_eq!(config.expect("right").server.public_url, "https://school.example/creneau");
}

#[test]
fn networks_are_a_list_in_the_file_and_text_elsewhere() {
    let expected = ["10.1.0.0/16", "fd00::/8"].map(|network| network.parse().expect("a network"));
    let config = from_toml("[webhooks]\nallow = ['10.1.0.0/16', 'fd00::/8']").expect("right");
    assert_eq!(config.webhooks.allow.0, expected);
    assert!(config.to_toml().contains("allow = [\"10.1.0.0/16\", \"fd00::/8\"]"), "{}", config.to_toml());
    let variable = [("CRENEAU__WEBHOOKS__ALLOW", "10.1.0.0/16, fd00::/8")];
    assert_eq!(load("", &variable, Overrides::default()).expect("right").webhooks.allow.0, expected);
    assert_eq!(from_toml("").expect("right").webhooks.allow.0, []);
    for wrong in ["['10.1.0.0']", "['10.1.0.0/33']", "[10]", "'everything'"] {
        assert!(complaint(&format!("[webhooks]\nallow = {wrong}")).contains("should be a list of networks"), "{wrong}");
    }
}

#[test]
fn each_mistake_is_named_with_its_place() {
    for (toml, expected) in [
        ("[server]\nlistenn = 3", "line 2: there is no server.listenn; did you mean server.listen?"),
        ("[servr]\nlisten = 3", "line 2: there is no servr.listen; did you mean server.listen?"),
        ("listen = '::1'", "line 1: there is no listen; did you mean server.listen?"),
        ("[http]\npool_size = 1", "line 2: there is no http.pool_size; did you mean database.pool_size?"),
        (
            "[zebra]\nxyz = 1",
            "line 2: there is no zebra.xyz; the sections are server, database, mail, webhooks, load, jobs, solve, retention, log, demo",
        ),
        ("[log]\nzzz = 1", "line 2: there is no log.zzz; log has format, filter"),
        ("server = 1", "line 1: server is a section: write [server] on a line of its own"),
        ("[server.listen]\nport = 1", "line 2: there is no server.listen.port; did you mean server.listen?"),
        (
            "[server]\nlisten = 'localhost:99999'",
            r#"line 2: server.listen is "localhost:99999", it should be an IP address and port, such as 127.0.0.1:8080"#,
        ),
        ("[server]\npublic_url = 'school.example'", "line 2: server.public_url should begin with http:// or https://"),
        (
            "[server]\nmax_body_bytes = '2 MiB'",
            r#"line 2: server.max_body_bytes is "2 MiB", it should be a whole number from 1024 to 1073741824"#,
        ),
        ("[database]\npool_size = 0", "line 2: database.pool_size is 0, it should be a whole number from 1 to 1000"),
        ("[database]\ndata = ''", r#"line 2: database.data is "", it should be a path"#),
        ("[mail]\ntransport = 'pigeon'", r#"line 2: mail.transport is "pigeon", it should be log, file or smtp"#),
        ("[mail]\nport = 70000", "line 2: mail.port is 70000, it should be a whole number from 1 to 65535"),
        ("[mail]\nport = 2.5", "line 2: mail.port is a decimal number, it should be"),
        ("[mail]\nfrom = 'nobody'", "line 2: mail.from should be a mail address"),
        ("[mail]\nfrom = \"a\\nb <a@b.example>\"", "it should be a text without control characters"),
        ("[mail]\nusername = 'u'", "line 2: mail.username needs mail.password beside it"),
        ("[mail]\npassword = 'p'", "line 2: mail.password needs mail.username beside it"),
        ("[jobs]\nin_process = 'yes'", r#"line 2: jobs.in_process is "yes", it should be true or false"#),
        ("[solve]\nseconds = 20\nmax_seconds = 10", "line 3: solve.max_seconds should be at least solve.seconds, 20"),
        ("[retention]\ncancelled_days = 29", "line 2: retention.cancelled_days should be 0 or at least 30"),
        ("[log]\nfilter = 'a=b=c'", "line 2: log.filter should be a level"),
        ("[demo]\non_first_start = 1", "line 2: demo.on_first_start is 1, it should be true or false"),
    ] {
        let message = complaint(toml);
        assert!(message.starts_with("the configuration has a mistake:\n  creneau.toml, "), "{message}");
        assert!(message.contains(expected), "{toml:?}\n got {message}\nwant {expected}");
    }
}

#[test]
fn all_mistakes_of_all_sources_come_at_once() {
    let toml = "[server]\nlisten = 1\nworkers = \n[mail\nhost = 3";
    let environment = [("CRENEAU__SOLVE__SECONDZ", "1"), ("CRENEAU__SOLVE__SECONDS", "soon")];
    let flags = Overrides::default().flag("--listen", "server.listen", Some("here"));
    let message = load(toml, &environment, flags).expect_err("mistakes").to_string();
    for expected in [
        "line 2: server.listen is 1,",
        "line 3: not TOML: ",
        "line 4: not TOML: ",
        "environment variable CRENEAU__SOLVE__SECONDZ: there is no solve.secondz; did you mean solve.seconds?",
        r#"environment variable CRENEAU__SOLVE__SECONDS: solve.seconds is "soon", it should be a whole number"#,
        r#"flag --listen: server.listen is "here","#,
    ] {
        assert!(message.contains(expected), "{message}\nlacks {expected}");
    }
}

#[test]
fn a_file_that_is_asked_for_must_exist() {
    let asked = Overrides::default().file(Some("/nowhere/creneau.toml".into()));
    let by_flag = Sources::gather(&asked, std::iter::empty());
    let variable = (OsString::from("CRENEAU_CONFIG"), OsString::from("/nowhere/creneau.toml"));
    let by_variable = Sources::gather(&Overrides::default(), std::iter::once(variable));
    for sources in [by_flag, by_variable] {
        let message = Config::from_sources(sources).expect_err("no file").to_string();
        assert!(message.contains("/nowhere/creneau.toml: this configuration file cannot be read"));
    }
}

#[test]
fn secrets_are_never_shown() {
    let config = from_toml(
        "[database]\nurl = 'postgres://anne:hunter2@db.example/creneau?sslpassword=hunter2'\n\
         [mail]\nusername = 'anne'\npassword = 'hunter2'",
    )
    .expect("all is right");
    let url = config.database.url.as_ref().expect("a url");
    assert!(url.reveal().contains("hunter2"));
    assert_eq!(config.mail.password.as_ref().expect("a password").reveal(), "hunter2");
    for shown in [format!("{config:?}"), config.to_toml(), url.to_string()] {
        assert!(!shown.contains("hunter2"), "{shown}");
        assert!(shown.contains("db.example/creneau"), "{shown}");
    }
    let refused = complaint("[database]\nurl = 'mysql://anne:hunter2@db.example/creneau'");
    assert!(!refused.contains("hunter2") && refused.contains("database.url should be postgres://"));
}

#[test]
fn the_printed_configuration_can_be_loaded_again() {
    let config = load(
        "[server]\nlisten = '127.0.0.1:9'\n[mail]\nfrom = '\"A \\\" B\" <a@b.example>'",
        &[("CRENEAU__LOG__FORMAT", "json")],
        Overrides::default().flag("--data", "database.data", Some("/srv/é \"x\"")),
    )
    .expect("all is right");
    let printed = config.to_toml();
    assert!(printed.contains("format = \"json\" # environment variable CRENEAU__LOG__FORMAT; "));
    assert!(printed.contains("line 2; the IP address and port to listen on"), "{printed}");
    assert!(printed.contains("# flag --data; "), "{printed}");
    assert!(printed.contains("# url is not set; "), "{printed}");
    let again = from_toml(&printed).expect("it loads");
    let values = |printed: &str| -> Vec<String> {
        printed.lines().map(|line| line.split(" # ").next().unwrap_or_default().to_owned()).collect()
    };
    assert_eq!(values(&printed), values(&again.to_toml()));
}
