//! A server seen through a wire that the test can cut, and addresses where no PostgreSQL answers.

use super::traffic::{Observed, Sender, Traffic};
use super::{Connection, server};
use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::{Arc, Condvar, Mutex};
use std::thread;
use std::time::Duration;

/// Hands bytes on between one client and the private server until it is cut.
#[derive(Debug)]
pub struct Proxy {
    pub port: u16,
    streams: Arc<Mutex<Vec<TcpStream>>>,
    traffic: Arc<Mutex<Traffic>>,
    gate: Arc<Gate>,
}

/// Keeps back what the server sends while it is shut.
#[derive(Debug, Default)]
struct Gate {
    is_shut: Mutex<bool>,
    changed: Condvar,
}

impl Gate {
    fn set(&self, shut: bool) {
        *self.is_shut.lock().unwrap() = shut;
        self.changed.notify_all();
    }

    fn pass(&self) {
        drop(self.changed.wait_while(self.is_shut.lock().unwrap(), |shut| *shut).unwrap());
    }
}

impl Proxy {
    pub fn start() -> Proxy {
        Proxy::slow(Duration::ZERO)
    }

    /// A server that lets each client wait so long before it hears of it.
    pub fn slow(wait: Duration) -> Proxy {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let streams = Arc::new(Mutex::new(Vec::new()));
        let kept = Arc::clone(&streams);
        let traffic = Arc::new(Mutex::new(Traffic::default()));
        let counted = Arc::clone(&traffic);
        let gate = Arc::new(Gate::default());
        let passed = Arc::clone(&gate);
        thread::spawn(move || {
            while let Ok((client, _)) = listener.accept() {
                thread::sleep(wait);
                let server = TcpStream::connect((server().host.as_str(), server().port)).unwrap();
                kept.lock().unwrap().extend([client.try_clone().unwrap(), server.try_clone().unwrap()]);
                let _ = (client.set_nodelay(true), server.set_nodelay(true));
                let from_client = Counter { traffic: Arc::clone(&counted), sender: Sender::Client };
                let from_server = Counter { traffic: Arc::clone(&counted), sender: Sender::Server };
                copy(client.try_clone().unwrap(), server.try_clone().unwrap(), from_client, None);
                copy(server, client, from_server, Some(Arc::clone(&passed)));
            }
        });
        Proxy { port, streams, traffic, gate }
    }

    /// What went over the wire while `work` was done. One client at a time, or the flights of two are mixed.
    pub fn observe(&self, work: impl FnOnce()) -> Observed {
        self.traffic.lock().unwrap().begin();
        work();
        self.traffic.lock().unwrap().observed()
    }

    /// What the server sends is kept back from here on, or is handed on again.
    pub fn hold(&self, held: bool) {
        self.gate.set(held);
    }

    /// Both ends see the connection close without a word, as when the server's machine stops.
    pub fn cut(&self) {
        for stream in self.streams.lock().unwrap().drain(..) {
            let _ = stream.shutdown(Shutdown::Both);
        }
    }
}

impl Drop for Proxy {
    /// A server that still sends would wait for ever, and others of its statements (DROP DATABASE) for it.
    fn drop(&mut self) {
        self.hold(false);
        self.cut();
    }
}

/// A connection seen at a proxy.
pub struct Line {
    pub connection: Connection,
    pub proxy: Proxy,
}

impl Line {
    /// Connects through a proxy of its own; `keywords` are added to the connection string.
    #[track_caller]
    pub fn with(keywords: &str) -> Line {
        let (proxy, server) = (Proxy::start(), server());
        let string = server.connection_string_for("127.0.0.1", proxy.port, &server.user, &server.password);
        Line { connection: Connection::open(&format!("{string}{keywords}")), proxy }
    }
}

/// Counts what one side sends.
struct Counter {
    traffic: Arc<Mutex<Traffic>>,
    sender: Sender,
}

fn copy(mut from: TcpStream, mut to: TcpStream, counter: Counter, gate: Option<Arc<Gate>>) {
    thread::spawn(move || {
        let mut buffer = [0; 65536];
        while let Ok(count @ 1..) = from.read(&mut buffer) {
            // Counted before it is handed on: the answer to it cannot overtake the count.
            counter.traffic.lock().unwrap().record(counter.sender, &buffer[..count]);
            if let Some(gate) = &gate {
                gate.pass();
            }
            if to.write_all(&buffer[..count]).is_err() {
                break;
            }
        }
        let _ = to.shutdown(Shutdown::Both);
    });
}

/// What the clients have sent, a connection each.
pub type Recording = Arc<Mutex<Vec<Vec<u8>>>>;

/// Hands bytes on and keeps those of the clients.
pub fn recording_proxy(server_port: u16) -> (u16, Recording) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let recording = Recording::default();
    let kept = Arc::clone(&recording);
    thread::spawn(move || {
        while let Ok((mut client, _)) = listener.accept() {
            let mut to_server = TcpStream::connect(("127.0.0.1", server_port)).unwrap();
            let mut from_server = to_server.try_clone().unwrap();
            let mut to_client = client.try_clone().unwrap();
            let index = {
                let mut kept = kept.lock().unwrap();
                kept.push(Vec::new());
                kept.len() - 1
            };
            let kept = Arc::clone(&kept);
            thread::spawn(move || {
                let mut buffer = [0; 65536];
                while let Ok(count @ 1..) = client.read(&mut buffer) {
                    kept.lock().unwrap()[index].extend_from_slice(&buffer[..count]);
                    if to_server.write_all(&buffer[..count]).is_err() {
                        break;
                    }
                }
                let _ = to_server.shutdown(Shutdown::Write);
            });
            thread::spawn(move || {
                let mut buffer = [0; 65536];
                while let Ok(count @ 1..) = from_server.read(&mut buffer) {
                    if to_client.write_all(&buffer[..count]).is_err() {
                        break;
                    }
                }
                let _ = to_client.shutdown(Shutdown::Both);
            });
        }
    });
    (port, recording)
}

/// A port on which nobody listens.
pub fn closed_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

/// A port whose server answers every client with these bytes, whatever it asks, and closes.
pub fn answering(bytes: &'static [u8]) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    thread::spawn(move || {
        while let Ok((mut client, _)) = listener.accept() {
            let _ = client.read(&mut [0; 1024]);
            let _ = client.write_all(bytes);
        }
    });
    port
}

/// A port whose server takes connections and never says anything.
pub fn silent() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    thread::spawn(move || {
        let mut kept = Vec::new();
        while let Ok((client, _)) = listener.accept() {
            kept.push(client);
        }
    });
    port
}
