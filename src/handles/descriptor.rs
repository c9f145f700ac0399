//! Descriptor handles: which descriptor a handle means, and what the application's own ones keep beside their fields.

use std::sync::Arc;

use super::connection::{Connection, ConnectionState};
use super::slab::Id;
use super::table::{self, Object, Token};
use crate::descriptor::ApplicationDescriptor;
use crate::diag::Diagnostics;

/// Which descriptor of a connection a handle means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DescriptorPlace {
    /// An ARD or APD: allocated with a statement or by the application.
    Application(Id),
    /// The IRD of a statement.
    ImplementationRow(Id),
    /// The IPD of a statement.
    ImplementationParameter(Id),
}

/// An application descriptor with its handle.
#[derive(Debug)]
pub struct DescriptorObject {
    pub token: Token,
    pub diagnostics: Diagnostics,
    pub descriptor: ApplicationDescriptor,
}

impl DescriptorObject {
    /// Allocates an application descriptor on a connection whose lock is held, and gives its handle.
    pub fn allocate(connection: &Arc<Connection>, state: &mut ConnectionState, explicit: bool) -> (Id, Token) {
        let id = state.descriptors.insert(DescriptorObject {
            token: Token::from_raw(0),
            diagnostics: Diagnostics::default(),
            descriptor: ApplicationDescriptor::new(explicit),
        });
        let token = table::insert(Object::Descriptor(connection.clone(), DescriptorPlace::Application(id)));
        if let Some(object) = state.descriptors.get_mut(id) {
            object.token = token;
        }
        (id, token)
    }
}
