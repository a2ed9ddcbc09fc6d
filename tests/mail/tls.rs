//! Connections that nobody listens to: STARTTLS and TLS, with a certification authority of one's own.

use std::{path::Path, process::Command};

use creneau::{
    config::{Mail as MailConfig, Security},
    domain::notice::NoticeState,
    mail::Mailer,
};
use tempfile::TempDir;

use super::{
    PATIENCE, add, config, send_with,
    support::{
        service::Backend,
        smtp::{Encryption, SmtpServer},
        town::Town,
    },
    wait_for,
};

/// A certification authority, and the certificate that it gave the server at 127.0.0.1.
struct Authority(TempDir);

impl Authority {
    fn new() -> Self {
        let folder = TempDir::new().unwrap();
        openssl(
            folder.path(),
            "req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=Authority -keyout ca.key -out ca.pem",
        );
        openssl(folder.path(), "req -newkey rsa:2048 -nodes -subj /CN=mail -keyout server.key -out server.csr");
        std::fs::write(folder.path().join("names"), "subjectAltName=IP:127.0.0.1\n").unwrap();
        let sign =
            "x509 -req -in server.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 2 -extfile names -out server.pem";
        openssl(folder.path(), sign);
        Self(folder)
    }

    fn file(&self, name: &str) -> std::path::PathBuf {
        self.0.path().join(name)
    }
}

fn openssl(folder: &Path, arguments: &str) {
    let output = Command::new("openssl").current_dir(folder).args(arguments.split(' ')).output();
    let output = output.expect("openssl is there: `make test` installs it");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn mails_go_by_starttls_and_by_tls() {
    let authority = Authority::new();
    let (pem, key) = (authority.file("server.pem"), authority.file("server.key"));
    for (encryption, security) in [(Encryption::Starttls, Security::Starttls), (Encryption::Tls, Security::Tls)] {
        let town = Town::new(Backend::Sqlite, "Europe/Paris");
        let server = SmtpServer::encrypted(encryption, &pem, &key);
        add(&town, "release", &town.teacher("Mme Martin", "martin@example.org"));
        let to = |ca_file| MailConfig { security, ca_file, ..config(server.port()) };

        // Whoever is not known is not trusted, and the mail waits until somebody mends that.
        let workers = send_with(&town, Mailer::open(&to(None)).unwrap());
        let waiting = wait_for(&town, "martin@example.org", NoticeState::Queued, 1);
        workers.stop();
        let error = waiting.error.unwrap();
        assert!(error.to_lowercase().contains("certificate"), "{error}");
        assert_eq!(server.mails().len(), 0);

        let workers = send_with(&town, Mailer::open(&to(Some(authority.file("ca.pem")))).unwrap());
        server.wait_for(1, PATIENCE);
        wait_for(&town, "martin@example.org", NoticeState::Sent, 2);
        workers.stop();
    }
}

/// A server that does not encrypt gets nothing, however often it is asked: no mail goes in clear by mistake.
#[test]
fn nothing_goes_in_clear_where_starttls_is_wanted() {
    let town = Town::new(Backend::Sqlite, "Europe/Paris");
    let server = SmtpServer::start();
    add(&town, "release", &town.teacher("Mme Martin", "martin@example.org"));
    let config = MailConfig { security: Security::Starttls, ..config(server.port()) };
    let workers = send_with(&town, Mailer::open(&config).unwrap());
    let waiting = wait_for(&town, "martin@example.org", NoticeState::Queued, 2);
    workers.stop();
    assert!(waiting.error.unwrap().contains("STARTTLS"));
    assert_eq!(server.mails().len(), 0);
}

#[test]
fn a_file_without_certificates_is_told_at_once() {
    let folder = TempDir::new().unwrap();
    let empty = folder.path().join("empty.pem");
    std::fs::write(&empty, "").unwrap();
    for file in [empty, folder.path().join("missing.pem")] {
        let config = MailConfig { security: Security::Tls, ca_file: Some(file.clone()), ..config(25) };
        let reason = Mailer::open(&config).err().expect("it cannot be used");
        assert!(reason.contains("mail.ca_file") && reason.contains(&*file.to_string_lossy()), "{reason}");
    }
}
