//! A wire between a browser and a service, which a test cuts and mends.

use std::{
    io::{self, Read, Write},
    net::{Shutdown, SocketAddr, TcpListener, TcpStream},
    sync::{Arc, Mutex},
    thread,
    time::Duration,
};

/// How the wire is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// All goes through.
    Whole,
    /// Nobody answers.
    Cut,
    /// A gateway answers that nobody does (502).
    Gateway,
}

/// A wire; its connections end with the test's process.
pub struct Wire {
    address: SocketAddr,
    shared: Arc<Mutex<Shared>>,
}

struct Shared {
    state: State,
    /// Both ends of each connection that was made since it was whole.
    open: Vec<TcpStream>,
}

impl Wire {
    /// A wire to the service at this URL, such as `http://127.0.0.1:8080`.
    pub fn to(url: &str) -> Self {
        let server: SocketAddr = url.trim_start_matches("http://").parse().expect("an address and a port");
        let listener = TcpListener::bind(("127.0.0.1", 0)).expect("the loopback address has a free port");
        let address = listener.local_addr().expect("it is bound");
        let shared = Arc::new(Mutex::new(Shared { state: State::Whole, open: Vec::new() }));
        let own = Arc::clone(&shared);
        thread::spawn(move || listen(address, listener, server, &own));
        Self { address, shared }
    }

    /// The full URL of a path, through the wire.
    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// Has it be so from now on; connections that are open end.
    pub fn set(&self, state: State) {
        let mut shared = self.shared.lock().expect("nobody panics with it");
        shared.state = state;
        for stream in shared.open.drain(..) {
            // One that has ended already cannot be ended again.
            let _ = stream.shutdown(Shutdown::Both);
        }
    }
}

fn listen(address: SocketAddr, listener: TcpListener, server: SocketAddr, shared: &Arc<Mutex<Shared>>) {
    let mut listener = Some(listener);
    loop {
        let state = shared.lock().expect("nobody panics with it").state;
        if state == State::Cut {
            // A port that nobody listens at refuses.
            listener = None;
        } else if listener.is_none() {
            listener = TcpListener::bind(address).ok();
        }
        let client = listener.as_ref().and_then(|listener| {
            listener.set_nonblocking(true).ok()?;
            listener.accept().ok()
        });
        let Some((client, _)) = client else {
            thread::sleep(Duration::from_millis(5));
            continue;
        };
        let shared = Arc::clone(shared);
        // Whoever hangs up ends the conversation.
        thread::spawn(move || pass(client, server, &shared).unwrap_or_default());
    }
}

fn pass(mut client: TcpStream, server: SocketAddr, shared: &Mutex<Shared>) -> io::Result<()> {
    client.set_nonblocking(false)?;
    let mut server = {
        let mut shared = shared.lock().expect("nobody panics with it");
        match shared.state {
            State::Cut => return Ok(()),
            State::Gateway => {
                drop(shared);
                let _ = client.read(&mut [0; 4096])?;
                return client.write_all(b"HTTP/1.1 502 Bad Gateway\r\ncontent-length: 0\r\nconnection: close\r\n\r\n");
            }
            State::Whole => {
                let server = TcpStream::connect(server)?;
                shared.open.extend([client.try_clone()?, server.try_clone()?]);
                server
            }
        }
    };
    let (mut to_client, mut from_server) = (client.try_clone()?, server.try_clone()?);
    thread::spawn(move || {
        io::copy(&mut from_server, &mut to_client)?;
        to_client.shutdown(Shutdown::Write)
    });
    io::copy(&mut client, &mut server)?;
    server.shutdown(Shutdown::Write)
}
