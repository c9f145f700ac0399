use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::PathBuf;

use super::*;

struct Place(tempfile::TempDir);

impl Place {
    fn new() -> Place {
        Place(tempfile::tempdir().unwrap())
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn lines(&self) -> Vec<String> {
        fs::read_to_string(self.path("trace")).unwrap().lines().map(str::to_owned).collect()
    }

    /// What a log of this level writes for bytes of both sides, which come in pieces of `piece` bytes.
    fn log(&self, level: Level, sent: &[(&[u8], bool)], received: &[(&[u8], bool)], piece: usize) -> Vec<String> {
        let tracer = Tracer::open(&self.path("trace"), level).unwrap();
        let Some(mut log) = MessageLog::new(Some(&tracer)) else { return Vec::new() };
        for (bytes, in_session) in sent {
            bytes.chunks(piece).for_each(|bytes| log.sent(bytes, *in_session));
        }
        for (bytes, in_session) in received {
            bytes.chunks(piece).for_each(|bytes| log.received(bytes, *in_session));
        }
        let lines = self.lines().iter().map(|line| line.splitn(4, ' ').nth(3).unwrap().to_owned()).collect();
        fs::remove_file(self.path("trace")).unwrap();
        lines
    }
}

fn message(tag: u8, body: &[u8]) -> Vec<u8> {
    [&[tag], (body.len() as u32 + 4).to_be_bytes().as_slice(), body].concat()
}

#[test]
fn a_file_is_made_for_its_owner_and_appended_to() {
    let place = Place::new();
    for text in ["one", "two\nlines"] {
        Tracer::open(&place.path("trace"), Level::Calls).unwrap().line(format_args!("{text}"));
    }
    assert_eq!(fs::metadata(place.path("trace")).unwrap().permissions().mode() & 0o777, 0o600);
    let lines = place.lines();
    assert_eq!(lines.len(), 2, "{lines:?}");
    assert!(lines[0].ends_with(" one") && lines[1].ends_with(" two?lines"), "{lines:?}");
    assert!(lines[0].contains(&format!("Z {}.", std::process::id())), "{lines:?}");
}

#[test]
fn what_is_not_safe_to_write_to_is_refused_and_left_alone() {
    let place = Place::new();
    let private = fs::Permissions::from_mode(0o600);
    for name in ["target", "linked", "open"] {
        fs::write(place.path(name), "mine").unwrap();
        fs::set_permissions(place.path(name), private.clone()).unwrap();
    }
    symlink(place.path("target"), place.path("symlink")).unwrap();
    symlink(place.path("nowhere"), place.path("dangling")).unwrap();
    fs::hard_link(place.path("linked"), place.path("second")).unwrap();
    fs::set_permissions(place.path("open"), fs::Permissions::from_mode(0o644)).unwrap();
    for name in ["symlink", "dangling", "second", "linked", "open", "", "no/such"] {
        let outcome = Tracer::open(&place.path(name), Level::Calls);
        assert!(outcome.is_err(), "{name}");
    }
    assert!(Tracer::open(Path::new("/dev/null"), Level::Calls).is_err());
    for name in ["target", "linked", "open"] {
        assert_eq!(fs::read_to_string(place.path(name)).unwrap(), "mine");
    }
    assert!(!place.path("nowhere").exists());
}

#[test]
fn a_file_has_one_writer_and_its_lines_are_whole() {
    let place = Place::new();
    let tracers = [place.path("trace"), place.path("./trace")].map(|path| Tracer::open(&path, Level::Calls).unwrap());
    assert!(Arc::ptr_eq(&tracers[0].0.file, &tracers[1].0.file));
    assert_ne!(tracers[0].0.number, tracers[1].0.number);
    std::thread::scope(|scope| {
        for (tracer, letter) in tracers.iter().zip(["a", "b"]) {
            scope.spawn(move || (0..200).for_each(|_| tracer.line(format_args!("{}", letter.repeat(5000)))));
        }
    });
    let lines = place.lines();
    for letter in ["a", "b"] {
        let whole = format!(" {}", letter.repeat(5000));
        assert_eq!(lines.iter().filter(|line| line.ends_with(&whole)).count(), 200);
    }
    assert_eq!(lines.len(), 400);
}

#[test]
fn messages_are_lines_whatever_the_pieces() {
    let place = Place::new();
    let startup = [9_u32.to_be_bytes().as_slice(), b"user\0"].concat();
    let login = [startup, message(b'p', b"hunter2\0")].concat();
    let work = [message(b'Q', b"select 1\0"), message(b'S', b""), message(b'X', b"")].concat();
    let greeting = [message(b'R', &[0; 4]), message(b'K', b"pid_hunter2"), message(b'Z', b"I")].concat();
    let answer = [message(b'D', b"\0\x01\0\0\0\x01x"), message(b'Z', b"I"), message(b'%', b"hunter2")].concat();
    let (sent, received) = ([(&login[..], false), (&work, true)], [(&greeting[..], false), (&answer, true)]);
    let bare = [
        "> StartupMessage 9",
        "> PasswordMessage 12",
        "> Query 13",
        "> Sync 4",
        "> Terminate 4",
        "< Authentication 8",
        "< BackendKeyData 15",
        "< ReadyForQuery 5",
        "< DataRow 11",
        "< ReadyForQuery 5",
        "< unknown 11",
    ];
    let mut shown = bare.map(str::to_owned);
    shown[2] += r#" "select 1\x00""#;
    shown[8] += r#" "\x00\x01\x00\x00\x00\x01x""#;
    shown[9] += r#" "I""#;
    for piece in [1, 2, 7, 1000] {
        assert_eq!(place.log(Level::Wire, &sent, &received, piece), bare, "{piece}");
        assert_eq!(place.log(Level::Values, &sent, &received, piece), shown, "{piece}");
    }
    let calls = Tracer::open(&place.path("calls"), Level::Calls).unwrap();
    assert!(MessageLog::new(Some(&calls)).is_none());
    assert!(MessageLog::new(None).is_none());
}

/// Whatever a message of the login holds, even of a server that sends it out of turn.
#[test]
fn nothing_of_a_login_is_shown_and_of_long_messages_the_beginning() {
    let place = Place::new();
    let every: Vec<u8> = (0..=255).flat_map(|tag| message(tag, b"hunter2")).collect();
    let text = place.log(Level::Values, &[(&every, false)], &[(&every, false)], 1000).concat();
    assert!(!text.contains("hunter2"), "{text}");
    let password = [message(b'Q', b""), message(b'p', b"hunter2")].concat();
    let keys = [message(b'K', b"hunter2"), message(b'R', b"hunter2")].concat();
    let text = place.log(Level::Values, &[(&[0, 0, 0, 4], false), (&password, true)], &[(&keys, true)], 1000).concat();
    assert!(!text.contains("hunter2"), "{text}");
    let long = message(b'd', &vec![b'y'; 100_000]);
    let lines = place.log(Level::Values, &[], &[(&long, true)], 8192);
    assert_eq!(lines, [format!("< CopyData 100004 \"{}\"..", "y".repeat(1024))]);
}
