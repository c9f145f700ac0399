//! A server that says what it is told, to one client after the other.

use std::io::{Read, Write};
use std::net::Shutdown;
use std::os::unix::net::{UnixListener, UnixStream};
use std::sync::mpsc::{Sender, channel};
use std::sync::{Mutex, OnceLock};
use std::thread;
use std::time::{Duration, Instant};

use pgodbc::config::{Password, Secret};
use pgodbc::wire::{Candidate, Deadline, Endpoint, LoginOptions};

/// Longer than any answer may take that is there already.
const LONGEST: Duration = Duration::from_secs(5);

/// Runs `client` on a server that answers whatever it is asked with these bytes and then says nothing more; what is still
/// running after a while hangs, which is a failure.
pub fn answering(bytes: Vec<u8>, client: impl FnOnce(&LoginOptions)) {
    static SERVER: OnceLock<Mutex<(std::path::PathBuf, Sender<Vec<u8>>)>> = OnceLock::new();
    let server = SERVER.get_or_init(|| {
        let path = std::env::temp_dir().join(format!("pgodbc-fuzz-{}", std::process::id()));
        let _ = std::fs::remove_file(&path);
        let listener = UnixListener::bind(&path).expect("a socket");
        let (sender, answers) = channel();
        thread::spawn(move || {
            while let (Ok((stream, _)), Ok(answer)) = (listener.accept(), answers.recv()) {
                serve(stream, answer);
            }
        });
        Mutex::new((path, sender))
    });
    let (path, answers) = &*server.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    answers.send(bytes).expect("the server runs");
    let endpoint = Endpoint::Unix { path: path.clone() };
    let password = Some(Password::Given(Secret::new("secret".into())));
    let begun = Instant::now();
    let deadline = Deadline::after(LONGEST);
    client(&LoginOptions::new("someone".into(), vec![Candidate { endpoint, password }], deadline));
    assert!(begun.elapsed() < LONGEST, "the client waits for what does not come");
}

fn serve(mut stream: UnixStream, answer: Vec<u8>) {
    // Its own thread: an answer may be longer than what the socket holds while the client is still writing.
    let mut reader = stream.try_clone().expect("a second handle");
    let reading = thread::spawn(move || while matches!(reader.read(&mut [0; 4096]), Ok(1..)) {});
    let _ = stream.write_all(&answer);
    let _ = stream.shutdown(Shutdown::Write);
    let _ = reading.join();
}
