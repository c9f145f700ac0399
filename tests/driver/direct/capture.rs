//! What tcpdump sees of a TLS connection on the network: the machine's own, not a proxy's record of it.
//!
//! Sources: the file format of pcap-savefile(5); RFC 791, RFC 9293 (headers of IPv4 and TCP).

use crate::common::Connection;
use crate::common::tls_server::{TlsServer, tls_server};
use crate::tls_wire::{SSL_REQUEST, assert_only_records, cancel_sleep, secure};
use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

/// What one side of a connection has sent: its segments by their place in the stream.
#[derive(Default)]
struct Side {
    /// The number of its first byte.
    first: u32,
    segments: BTreeMap<u32, Vec<u8>>,
    ended: bool,
}

impl Side {
    /// All bytes in order; a segment that was sent again counts once. None if one is missing.
    fn bytes(&self) -> Option<Vec<u8>> {
        let mut bytes = Vec::new();
        for (place, segment) in &self.segments {
            let known = bytes.len().checked_sub(*place as usize)?;
            bytes.extend_from_slice(segment.get(known..).unwrap_or_default());
        }
        Some(bytes)
    }
}

/// The sides by the ports from and to which they send.
type Sides = BTreeMap<(u16, u16), Side>;

/// A packet of Ethernet, IPv4 and TCP, as the loopback device has them.
fn take_packet(packet: &[u8], sides: &mut Sides) {
    let [_, _, _, _, _, _, _, _, _, _, _, _, 8, 0, ip @ ..] = packet else { return };
    let total = usize::from(u16::from_be_bytes([ip[2], ip[3]]));
    // A segment that the device is to cut up says no length.
    let ip = if total == 0 { ip } else { &ip[..total] };
    let tcp = &ip[usize::from(ip[0] & 15) * 4..];
    let word = |at: usize| u16::from_be_bytes([tcp[at], tcp[at + 1]]);
    let ports = (word(0), word(2));
    let sequence = u32::from_be_bytes(tcp[4..8].try_into().unwrap());
    let (ends, begins) = (tcp[13] & 0b101 != 0, tcp[13] & 0b10 != 0);
    if begins {
        sides.entry(ports).or_default().first = sequence.wrapping_add(1);
    }
    // A connection that is older than the capture is another test's.
    let Some(side) = sides.get_mut(&ports) else { return };
    side.ended |= ends;
    let data = &tcp[usize::from(tcp[12] >> 4) * 4..];
    if !data.is_empty() {
        let place = sequence.wrapping_sub(side.first);
        let segment = side.segments.entry(place).or_default();
        if segment.len() < data.len() {
            *segment = data.to_vec();
        }
    }
}

/// Reads what tcpdump writes until it ends.
fn read(mut from: impl Read, sides: &Mutex<Sides>) {
    let mut head = [0; 24];
    from.read_exact(&mut head).unwrap();
    assert_eq!(u32::from_ne_bytes(head[20..24].try_into().unwrap()), 1, "LINKTYPE_ETHERNET");
    let mut head = [0; 16];
    while from.read_exact(&mut head).is_ok() {
        let number = |at: usize| u32::from_ne_bytes(head[at..at + 4].try_into().unwrap()) as usize;
        assert_eq!(number(8), number(12), "captured whole");
        let mut packet = vec![0; number(8)];
        if from.read_exact(&mut packet).is_err() {
            break;
        }
        take_packet(&packet, &mut sides.lock().unwrap());
    }
}

/// tcpdump at work; it ends when this is dropped.
struct Capture {
    tcpdump: Child,
    sides: Arc<Mutex<Sides>>,
}

impl Capture {
    /// Of a port of this machine; the reason where this user may not capture.
    fn start(port: u16) -> Result<Capture, String> {
        // SAFETY: no arguments.
        let is_root = unsafe { libc::geteuid() } == 0;
        // Another user's program cannot be ended from here.
        let (program, before) =
            if is_root { ("tcpdump", &[][..]) } else { ("sudo", &["-n", "timeout", "300", "tcpdump"][..]) };
        let mut command = Command::new(program);
        // Each packet takes as much of the kernel's buffer as the longest may have: room for a thousand, or what comes while
        // tcpdump waits for its turn is lost.
        let room = ["-s", "32768", "-B", "32768"];
        command.args(before).args(["-i", "lo", "-n", "-U", "--immediate-mode", "-w", "-"]).args(room);
        command.arg(format!("tcp port {port}")).env("PATH", "/usr/sbin:/usr/bin:/sbin:/bin");
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut tcpdump = match command.spawn() {
            Ok(tcpdump) => tcpdump,
            Err(why) if !is_root => return Err(format!("no permission: {program}: {why}")),
            Err(why) => panic!("tests/tools/install has installed tcpdump: {why}"),
        };
        let mut said = String::new();
        let mut errors = BufReader::new(tcpdump.stderr.take().unwrap());
        while !said.contains("listening on") {
            let mut line = String::new();
            if errors.read_line(&mut line).unwrap() == 0 {
                let _ = tcpdump.wait();
                return Err(said);
            }
            said += &line;
        }
        // What it says at its end must not stop it.
        thread::spawn(move || std::io::copy(&mut errors, &mut std::io::sink()));
        let sides = Arc::new(Mutex::new(Sides::new()));
        let (output, kept) = (tcpdump.stdout.take().unwrap(), Arc::clone(&sides));
        thread::spawn(move || read(output, &kept));
        Ok(Capture { tcpdump, sides })
    }

    /// What was sent on the connections that the client has closed, once there are as many: to the port and back. None if they
    /// are not to be seen whole: a busy machine may lose packets of a capture.
    fn ended(&self, port: u16, count: usize) -> Option<Vec<(Vec<u8>, Vec<u8>)>> {
        let begun = Instant::now();
        while begun.elapsed() < Duration::from_secs(20) {
            let sides = self.sides.lock().unwrap();
            let pairs = sides.iter().filter(|(ports, side)| ports.1 == port && side.ended);
            let pairs = pairs.filter_map(|(ports, side)| Some((side, sides.get(&(ports.1, ports.0))?)));
            let ended: Vec<_> = pairs.filter_map(|(to, back)| Some((to.bytes()?, back.bytes()?))).collect();
            if ended.len() >= count {
                return Some(ended);
            }
            drop(sides);
            thread::sleep(Duration::from_millis(20));
        }
        None
    }
}

impl Drop for Capture {
    fn drop(&mut self) {
        if self.tcpdump.kill().is_ok() {
            let _ = self.tcpdump.wait();
        }
    }
}

/// A session with a request to cancel, and the connection in clear text of who waits for the right moment: what was sent on
/// them, there and back. None if not all of it was captured.
fn observe(server: &TlsServer, capture: &Capture) -> Option<Vec<(Vec<u8>, Vec<u8>)>> {
    let connection = Connection::open(&secure(server, server.port, "scram_user", "PWD=secret;"));
    let statement = connection.statement();
    cancel_sleep(server, &connection, &statement);
    drop(statement);
    assert_eq!(connection.value("select 'a marked value'").as_deref(), Some("a marked value"));
    drop(connection);
    capture.ended(server.port, 3)
}

/// Where this user may not capture, `tls_wire` has the same from a proxy's record.
#[test]
fn no_byte_in_clear_text_follows_the_request_for_tls_not_even_of_a_cancel() {
    let server = tls_server();
    let _serving = server.with("good");
    let mut connections = None;
    for _ in 0..4 {
        let capture = match Capture::start(server.port) {
            Ok(capture) => capture,
            Err(why) => {
                let refused = ["permission", "permitted", "password is required"];
                assert!(refused.iter().any(|words| why.contains(words)), "tcpdump: {why}");
                println!("nothing was captured: {why}");
                return;
            }
        };
        connections = observe(server, &capture);
        if connections.is_some() {
            break;
        }
    }
    let connections = connections.expect("one of four captures is whole");
    let watchers = connections.iter().filter(|(sent, _)| !sent.starts_with(SSL_REQUEST)).count();
    assert_eq!((connections.len(), watchers), (3, 1), "the session, its cancel request and the watcher");
    for (sent, received) in connections.iter().filter(|(sent, _)| sent.starts_with(SSL_REQUEST)) {
        assert_only_records(&sent[SSL_REQUEST.len()..]);
        assert_only_records(received.strip_prefix(b"S").expect("the server's word for yes"));
        for word in ["marked", "scram_user", "pgodbc_test", "n=,r="] {
            let is_it = |window: &[u8]| window == word.as_bytes();
            assert!(!sent.windows(word.len()).chain(received.windows(word.len())).any(is_it), "{word} is readable");
        }
    }
}
