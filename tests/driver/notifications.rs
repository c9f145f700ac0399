//! What NOTIFY sends, taken by attributes of the driver's own.

use std::time::{Duration, Instant};

use crate::common::api::Manager;
use crate::common::handles::terminate;
use crate::common::outcome::Outcome;
use crate::common::text::Wide;
use crate::common::{Connection, connect, unique};
use crate::odbc::attributes::*;
use crate::odbc::values::*;

// As include/pgodbc.h has them.
const NOTIFICATION: i32 = 0x4002;
const CHANNEL: i32 = 0x4003;
const PAYLOAD: i32 = 0x4004;
const WAITING: i32 = 0x4005;
const TIMEOUT: i32 = 0x4006;

/// Longer than any test waits for what is sure to come, in milliseconds.
const LONG: usize = 60_000;

/// Takes the next one: the outcome, and the process that sent it.
pub fn take(connection: &Connection) -> (Outcome, u32) {
    let mut process = [0, 0x5a5a_5a5a_u32];
    // SAFETY: room for the integer.
    let code = unsafe {
        let room = process.as_mut_ptr().cast();
        connection.api.SQLGetConnectAttrW(connection.handle, NOTIFICATION, room, 4, std::ptr::null_mut())
    };
    assert_eq!(process[1], 0x5a5a_5a5a);
    (connection.outcome(code), process[0])
}

fn text(connection: &Connection, attribute: i32) -> (Outcome, String, i32) {
    let room = Wide::room(8000);
    let mut length = -1;
    // SAFETY: room of the given size in bytes.
    let code = unsafe {
        let capacity = room.capacity_bytes() as i32;
        connection.api.SQLGetConnectAttrW(connection.handle, attribute, room.address(), capacity, &raw mut length)
    };
    let outcome = connection.outcome(code);
    let text = if outcome.code == SQL_SUCCESS { room.read() } else { String::new() };
    (outcome, text, length)
}

/// Channel and payload of the one that was taken last.
#[track_caller]
pub fn taken(connection: &Connection) -> (String, String) {
    let [channel, payload] = [CHANNEL, PAYLOAD].map(|attribute| {
        let (outcome, text, length) = text(connection, attribute);
        outcome.success();
        let width = connection.api.manager.wide_width();
        assert_eq!(length as usize, crate::common::text::encode(&text, width).len(), "the length is in bytes");
        text
    });
    (channel, payload)
}

/// A connection that listens on a channel of its own and waits long for what comes.
#[track_caller]
fn listener() -> (Connection, String) {
    let (connection, channel) = (connect(), unique("channel"));
    connection.run(&format!("listen {channel}"));
    connection.set(TIMEOUT, LONG).success();
    (connection, channel)
}

#[track_caller]
fn until_there_are(connection: &Connection, count: u32) {
    let start = Instant::now();
    while connection.get(WAITING) < count {
        assert!(start.elapsed() < Duration::from_millis(LONG as u64));
        std::thread::yield_now();
    }
}

#[track_caller]
fn nothing_comes(connection: &Connection) {
    connection.set(TIMEOUT, 0).success();
    take(connection).0.no_data();
    connection.set(TIMEOUT, LONG).success();
}

#[test]
fn they_come_in_order_with_channel_payload_and_process() {
    let (connection, channel) = listener();
    let other = connect();
    let process: u32 = other.backend().parse().unwrap();
    let long = "ä".repeat(3999);
    let payloads = ["first", "", "zweite: äöü €", "третий \u{1f600} 'quoted' \"\\\"", long.as_str(), "last"];
    for payload in payloads {
        other.run(&format!("select pg_notify('{channel}', '{}')", payload.replace('\'', "''")));
    }
    for payload in payloads {
        let (outcome, from) = take(&connection);
        outcome.success();
        assert_eq!(from, process);
        assert_eq!(taken(&connection), (channel.clone(), payload.to_owned()));
        // As often as one likes.
        assert_eq!(taken(&connection).1, payload);
    }
    nothing_comes(&connection);
    text(&connection, CHANNEL).0.no_data();
    text(&connection, PAYLOAD).0.no_data();
    assert_eq!(connection.value("select 'works on'").as_deref(), Some("works on"));
}

#[test]
fn ones_own_come_too_and_are_counted() {
    let (connection, channel) = listener();
    assert_eq!(connection.get(WAITING), 0);
    for number in 1..=3 {
        connection.run(&format!("notify {channel}, '{number}'"));
    }
    until_there_are(&connection, 3);
    let process: u32 = connection.backend().parse().unwrap();
    for number in 1..=3 {
        let (outcome, from) = take(&connection);
        outcome.success();
        assert_eq!((from, taken(&connection).1), (process, number.to_string()));
        assert_eq!(connection.get(WAITING), 3 - number);
    }
}

#[test]
fn a_text_that_does_not_fit_is_cut_and_can_be_read_again() {
    let (connection, channel) = listener();
    connection.run(&format!("notify {channel}, 'äbcdefgh'"));
    take(&connection).0.success();
    let room = Wide::room(3);
    let mut length = 0;
    // SAFETY: room of the given size in bytes.
    let code = unsafe {
        let capacity = room.capacity_bytes() as i32;
        connection.api.SQLGetConnectAttrW(connection.handle, PAYLOAD, room.address(), capacity, &raw mut length)
    };
    connection.outcome(code).info("01004");
    assert_eq!((room.read().as_str(), length as usize), ("äbc", 8 * connection.api.manager.wide_width()));
    assert_eq!(taken(&connection).1, "äbcdefgh");
}

#[test]
fn only_the_time_out_can_be_set() {
    let connection = connect();
    assert_eq!(connection.get(TIMEOUT), 0);
    connection.set(TIMEOUT, 1234).success();
    assert_eq!(connection.get(TIMEOUT), 1234);
    for attribute in [NOTIFICATION, WAITING] {
        connection.set(attribute, 1).error("HY092");
    }
}

#[test]
fn taking_waits_for_one_and_no_longer_than_it_may() {
    let (connection, channel) = listener();
    connection.set(TIMEOUT, 300).success();
    let start = Instant::now();
    take(&connection).0.no_data();
    assert!(start.elapsed() >= Duration::from_millis(300), "{:?}", start.elapsed());

    connection.set(TIMEOUT, LONG).success();
    let start = Instant::now();
    std::thread::scope(|scope| {
        scope.spawn(|| connect().run(&format!("notify {channel}, 'now'")));
        take(&connection).0.success();
    });
    assert!(start.elapsed() < Duration::from_millis(LONG as u64));
    assert_eq!(taken(&connection), (channel, "now".to_owned()));
}

#[test]
fn they_come_when_both_transactions_are_over() {
    let (connection, channel) = listener();
    let other = connect();
    for end in [SQL_ROLLBACK, SQL_COMMIT] {
        other.set(SQL_ATTR_AUTOCOMMIT, SQL_AUTOCOMMIT_OFF).success();
        other.run(&format!("notify {channel}, 'of {end}'"));
        nothing_comes(&connection);
        other.end_transaction(end).success();
    }
    take(&connection).0.success();
    assert_eq!(taken(&connection).1, format!("of {SQL_COMMIT}"));

    connection.set(SQL_ATTR_AUTOCOMMIT, SQL_AUTOCOMMIT_OFF).success();
    assert_eq!(connection.value("select 1").as_deref(), Some("1"));
    other.run(&format!("notify {channel}, 'meanwhile'"));
    other.end_transaction(SQL_COMMIT).success();
    nothing_comes(&connection);
    connection.end_transaction(SQL_COMMIT).success();
    take(&connection).0.success();
    assert_eq!(taken(&connection).1, "meanwhile");
    nothing_comes(&connection);
}

#[test]
fn they_come_past_a_result_that_is_not_read() {
    let (connection, channel) = listener();
    let other = connect();
    for (rows, wait) in [(100, true), (50_000, true), (50_000, false)] {
        let statement = connection.statement();
        statement.execute_direct(&format!("select i, repeat('x', 100) from generate_series(1, {rows}) i")).success();
        statement.fetch().success();
        other.run(&format!("notify {channel}, 'past {rows}'"));
        connection.set(TIMEOUT, if wait { LONG } else { 0 }).success();
        let start = Instant::now();
        while take(&connection).0.code == SQL_NO_DATA {
            assert!(!wait && start.elapsed() < Duration::from_millis(LONG as u64));
        }
        assert!(start.elapsed() < Duration::from_millis(LONG as u64), "it waited for another");
        assert_eq!(taken(&connection).1, format!("past {rows}"));
        assert_eq!(statement.get::<i32>(1), Some(1), "the current row stays");
        for row in 2..=rows {
            statement.fetch().success();
            assert_eq!(statement.get::<i32>(1), Some(row));
        }
        statement.fetch().no_data();
    }
}

#[test]
fn while_a_statement_copies_into_the_server_none_can_come() {
    let (connection, channel) = listener();
    let table = unique("fed");
    connection.run(&format!("create temp table {table} (a int)"));
    for wait in [0, LONG] {
        connection.set(TIMEOUT, wait).success();
        let statement = connection.statement();
        assert_eq!(statement.execute_direct(&format!("copy {table} from stdin")).code, SQL_NEED_DATA);
        assert_eq!(statement.parameter_data().0.code, SQL_NEED_DATA);
        connect().run(&format!("notify {channel}"));
        match wait {
            0 => take(&connection).0.no_data(),
            // Waiting would be in vain.
            _ => drop(take(&connection).0.error("HY000")),
        }
        statement.put(b"1\n").success();
        statement.parameter_data().0.success();
        connection.set(TIMEOUT, LONG).success();
        take(&connection).0.success();
        assert_eq!(taken(&connection), (channel.clone(), String::new()));
    }
}

#[test]
fn of_a_flood_the_newest_are_kept_and_the_loss_is_told() {
    const KEPT: u32 = 10_000;
    const SENT: u64 = 10_005;
    let (connection, channel) = listener();
    connection.run(&format!("select count(pg_notify('{channel}', i::text)) from generate_series(1, {SENT}) i"));
    until_there_are(&connection, KEPT);
    let (mut last, mut all_lost) = (0, 0);
    // One that comes to a full house, whenever the others have come.
    connection.run(&format!("notify {channel}, '{}'", SENT + 1));
    while last <= SENT {
        let (outcome, _) = take(&connection);
        let lost = match outcome.code {
            SQL_SUCCESS => 0,
            _ => {
                let message = outcome.info("01000").message;
                let number = message.split(' ').find_map(|word| word.parse::<u64>().ok());
                number.unwrap_or_else(|| panic!("{message}"))
            }
        };
        let number: u64 = taken(&connection).1.parse().unwrap();
        assert_eq!(number, last + lost + 1, "none is missing without a word");
        (last, all_lost) = (number, all_lost + lost);
    }
    assert!((1..=6).contains(&all_lost), "{all_lost}");
    nothing_comes(&connection);
}

#[test]
fn a_connection_that_is_lost_says_so_after_what_had_come() {
    let (connection, channel) = listener();
    let backend = connection.backend();
    connection.run(&format!("notify {channel}, 'before'"));
    until_there_are(&connection, 1);
    std::thread::scope(|scope| {
        scope.spawn(|| terminate(&backend));
        take(&connection).0.success();
        take(&connection).0.error("08S01");
    });
    take(&connection).0.error("08S01");
    text(&connection, PAYLOAD).0.no_data();
    assert_eq!(connection.get(SQL_ATTR_CONNECTION_DEAD) as usize, SQL_CD_TRUE);
}

#[test]
fn what_waits_is_no_longer_there_for_a_new_session() {
    let (connection, channel) = listener();
    for _ in 0..2 {
        connection.run(&format!("notify {channel}"));
    }
    take(&connection).0.success();
    connection.disconnect().success();
    take(&connection).0.error("08003");
    connection.driver_connect(&crate::common::server().connection_string()).0.succeeded();
    text(&connection, CHANNEL).0.no_data();
    nothing_comes(&connection);
}

/// The managers hand a driver's own attributes to its W function as they come, whatever function the application called.
#[test]
fn the_narrow_function_gives_wide_text_through_a_manager() {
    let (connection, channel) = listener();
    connection.run(&format!("notify {channel}, 'pay'"));
    take(&connection).0.success();
    let mut room = [0x5a_u8; 40];
    let mut length = 0;
    // SAFETY: room of the given size.
    let code = unsafe {
        connection.api.SQLGetConnectAttr(connection.handle, PAYLOAD, room.as_mut_ptr().cast(), 40, &raw mut length)
    };
    connection.outcome(code).success();
    let expected = match connection.api.manager {
        Manager::Direct => b"pay".to_vec(),
        manager => crate::common::text::encode("pay", manager.wide_width()),
    };
    assert_eq!(room.get(..length as usize), Some(expected.as_slice()));
}
