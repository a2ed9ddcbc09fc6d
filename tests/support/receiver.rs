//! A real receiver of webhooks: an HTTPS server of one thread a connection, with a certificate of its own, that keeps what
//! it gets and answers by the path it is asked for:
//!
//! | path | what it does |
//! | --- | --- |
//! | `/status/NNN`, `/status/NNN/TEXT` | answers so, with `Retry-After: TEXT` |
//! | `/second` | answers 500 to the first attempt of each news, 200 to the others |
//! | `/redirect` | sends on to `/status/200` |
//! | `/drop` | hangs up without a word |
//! | `/slow` | answers 200 after three seconds |
//! | `/silent` | never answers |
//! | `/trickle` | sends a byte of its answer's head now and then |
//! | `/head` | answers with a head that never ends |
//! | `/endless` | answers 200 with a body that never ends |

use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use rustls::pki_types::PrivateKeyDer;
use rustls::{ServerConfig, ServerConnection, StreamOwned, crypto::ring};
use tempfile::TempDir;

use super::process::wait_until;

/// What came in one request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Received {
    /// The address that was asked for, without the host.
    pub path: String,
    /// The headers, with names in small letters.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: String,
    /// When it came.
    pub at: Instant,
}

impl Received {
    /// A header's value.
    pub fn header(&self, name: &str) -> &str {
        let found = self.headers.iter().find(|(its_name, _)| its_name == name);
        found.map_or_else(|| panic!("no {name} in {:?}", self.headers), |(_, value)| value)
    }

    /// The `webhook-id`.
    pub fn id(&self) -> &str {
        self.header("webhook-id")
    }

    /// The body as JSON.
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.body).expect("what is sent is JSON")
    }
}

/// A running server. Its threads end with the tests.
pub struct Receiver {
    address: SocketAddr,
    folder: TempDir,
    received: Arc<Mutex<Vec<Received>>>,
}

impl Receiver {
    /// Starts a server on a free port of the loopback address.
    pub fn start() -> Self {
        let folder = TempDir::new().expect("a temporary folder");
        let config = Arc::new(certified(&folder));
        let listener = TcpListener::bind(("127.0.0.1", 0)).expect("the loopback address has a free port");
        let address = listener.local_addr().expect("it is bound");
        let received = Arc::new(Mutex::new(Vec::new()));
        let kept = Arc::clone(&received);
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (config, kept) = (Arc::clone(&config), Arc::clone(&kept));
                // A client that hangs up is no matter.
                std::thread::spawn(move || serve(stream, config, address, &kept).is_ok());
            }
        });
        Self { address, folder, received }
    }

    /// The certificate that a client must trust.
    pub fn certificate(&self) -> PathBuf {
        self.folder.path().join("ca.pem")
    }

    /// The URL of a path.
    pub fn url(&self, path: &str) -> String {
        format!("https://localhost:{}{path}", self.address.port())
    }

    /// What has come to a path so far.
    pub fn at(&self, path: &str) -> Vec<Received> {
        let received = self.received.lock().expect("no thread panics while it holds this");
        received.iter().filter(|one| one.path == path).cloned().collect()
    }

    /// Waits until `count` requests at least have come to a path.
    pub fn wait_for(&self, path: &str, count: usize) -> Vec<Received> {
        wait_until(Duration::from_secs(40), &format!("{count} requests come to {path}"), || {
            Some(self.at(path)).filter(|all| all.len() >= count)
        })
    }
}

/// A server's configuration with a certificate for `localhost`, whose issuer's is written to the folder.
fn certified(folder: &TempDir) -> ServerConfig {
    let mut issuer = CertificateParams::new(Vec::new()).expect("right parameters");
    issuer.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let issuer = CertifiedIssuer::self_signed(issuer, KeyPair::generate().expect("a key")).expect("a certificate");
    std::fs::write(folder.path().join("ca.pem"), issuer.pem()).expect("our own folder can be written");
    let names = vec!["localhost".to_owned(), "127.0.0.1".to_owned()];
    let key = KeyPair::generate().expect("a key");
    let own = CertificateParams::new(names).and_then(|own| own.signed_by(&key, &issuer)).expect("a certificate");
    let key = PrivateKeyDer::try_from(key.serialize_der()).expect("a key");
    ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .expect("versions")
        .with_no_client_auth()
        .with_single_cert(vec![own.der().clone()], key)
        .expect("they belong together")
}

fn serve(
    stream: TcpStream,
    config: Arc<ServerConfig>,
    address: SocketAddr,
    kept: &Mutex<Vec<Received>>,
) -> io::Result<()> {
    let connection = ServerConnection::new(config).map_err(io::Error::other)?;
    let mut stream = BufReader::new(StreamOwned::new(connection, stream));
    let request = read(&mut stream)?;
    let path = request.path.clone();
    let is_first = {
        let mut kept = kept.lock().expect("no thread panics while it holds this");
        let is_first = !kept.iter().any(|one| one.path == path && one.id() == request.id());
        kept.push(request);
        is_first
    };
    let out = stream.get_mut();
    let answer = |status: &str, more: &str| format!("HTTP/1.1 {status} Text\r\nContent-Length: 2\r\n{more}\r\nok");
    match path.split('/').collect::<Vec<_>>().as_slice() {
        ["", "status", status] => out.write_all(answer(status, "").as_bytes())?,
        ["", "status", status, after] => {
            out.write_all(answer(status, &format!("Retry-After: {}\r\n", after.replace('_', " "))).as_bytes())?;
        }
        ["", "second"] => out.write_all(answer(if is_first { "500" } else { "200" }, "").as_bytes())?,
        ["", "redirect"] => {
            let to = format!("Location: https://localhost:{}/status/200\r\n", address.port());
            out.write_all(answer("307", &to).as_bytes())?;
        }
        ["", "slow"] => {
            std::thread::sleep(Duration::from_secs(3));
            out.write_all(answer("200", "").as_bytes())?;
        }
        ["", "silent"] => std::thread::sleep(Duration::from_secs(3600)),
        ["", "trickle"] => {
            for byte in b"HTTP/1.1 200 OK\r\nX-Padding: ".iter().chain([b'x'].iter().cycle()) {
                out.write_all(&[*byte])?;
                out.flush()?;
                std::thread::sleep(Duration::from_millis(100));
            }
        }
        ["", "head"] => {
            out.write_all(b"HTTP/1.1 200 OK\r\n")?;
            loop {
                out.write_all(format!("X-Padding: {}\r\n", "x".repeat(8000)).as_bytes())?;
            }
        }
        ["", "endless"] => {
            out.write_all(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")?;
            loop {
                out.write_all(format!("2000\r\n{}\r\n", "x".repeat(0x2000)).as_bytes())?;
            }
        }
        // Among them /drop.
        _ => return Ok(()),
    }
    out.conn.send_close_notify();
    out.flush()
}

fn read(stream: &mut impl BufRead) -> io::Result<Received> {
    let mut head = Vec::new();
    loop {
        let mut line = String::new();
        stream.read_line(&mut line)?;
        let line = line.trim_end();
        if line.is_empty() {
            break;
        }
        head.push(line.to_owned());
    }
    let path = head.first().and_then(|line| line.split(' ').nth(1)).unwrap_or_default().to_owned();
    let split = |line: &String| line.split_once(':').map(|(name, it)| (name.to_lowercase(), it.trim().to_owned()));
    let headers: Vec<(String, String)> = head.iter().skip(1).filter_map(split).collect();
    let length = headers.iter().find(|(name, _)| name == "content-length").and_then(|(_, it)| it.parse().ok());
    let mut body = vec![0; length.unwrap_or(0)];
    stream.read_exact(&mut body)?;
    let body = String::from_utf8(body).map_err(io::Error::other)?;
    if headers.iter().any(|(name, _)| name == "webhook-id") {
        Ok(Received { path, headers, body, at: Instant::now() })
    } else {
        Err(io::Error::other("this is no webhook"))
    }
}
