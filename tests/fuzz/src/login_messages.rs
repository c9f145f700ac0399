//! Any bytes as the server's part of a login: an error or a session, in time.

use pgodbc::wire::Session;

pub fn check(data: &[u8]) {
    super::server::answering(data.to_vec(), |options| {
        if let Ok(session) = Session::connect(options, &mut Vec::new()) {
            session.close();
        }
    });
}
