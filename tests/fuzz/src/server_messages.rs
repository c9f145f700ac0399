//! Any bytes after a login, as the answers to two exchanges that share the wire: both end, whatever they bring.

use pgodbc::wire::{Backend, Deadline, ExchangeId, Session};

/// AuthenticationOk, BackendKeyData, ReadyForQuery.
const LOGIN: &[u8] = b"R\0\0\0\x08\0\0\0\0K\0\0\0\x0c\0\0\0\x01\0\0\0\x02Z\0\0\0\x05I";

pub fn check(data: &[u8]) {
    super::server::answering([LOGIN, data].concat(), |options| {
        let Ok(mut session) = Session::connect(options, &mut Vec::new()) else { return };
        let Some(first) = ask(&mut session) else { return };
        // One message of the first, then the second needs the wire.
        read(&mut session, first, 1);
        let second = ask(&mut session);
        read(&mut session, first, usize::MAX);
        if let Some(second) = second {
            read(&mut session, second, usize::MAX);
        }
        session.close();
    });
}

fn ask(session: &mut Session) -> Option<ExchangeId> {
    let exchange = session.begin(Deadline::never()).ok()?;
    session.frontend().extend_from_slice(b"Q\0\0\0\x06;\0");
    session.send(Deadline::never()).ok()?;
    Some(exchange)
}

/// Reads messages as a cursor does, looking at what they hold.
fn read(session: &mut Session, exchange: ExchangeId, count: usize) {
    for _ in 0..count {
        match session.next(exchange, Deadline::never()) {
            Ok(Some(Backend::DataRow(row))) => drop(row.values().flatten().map(<[u8]>::len).sum::<usize>()),
            Ok(Some(Backend::RowDescription(description))) => drop(format!("{description:?}")),
            Ok(Some(_)) => {}
            Ok(None) | Err(_) => return,
        }
        session.take_notices();
        let _ = session.current_row(exchange);
    }
}
