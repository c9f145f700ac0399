//! The application's memory, as descriptors name it.
#![allow(unsafe_code)]

/// An address that the application gave. It is kept as a number: a descriptor may outlive the memory, and only a
/// function that the reference allows to touch the buffer does so.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Address(usize);

impl Address {
    pub const NULL: Address = Address(0);

    pub fn new<T>(pointer: *const T) -> Address {
        Address(pointer.expose_provenance())
    }

    pub fn is_null(self) -> bool {
        self.0 == 0
    }

    /// The address `bytes` further on; null stays null.
    pub fn offset(self, bytes: usize) -> Address {
        if self.is_null() { self } else { Address(self.0.wrapping_add(bytes)) }
    }

    pub fn as_mut<T>(self) -> *mut T {
        std::ptr::with_exposed_provenance_mut(self.0)
    }

    pub fn as_const<T>(self) -> *const T {
        std::ptr::with_exposed_provenance(self.0)
    }

    /// The number in the pointer, for attributes that read back what was set.
    pub fn as_usize(self) -> usize {
        self.0
    }

    /// Writes a value there, unless the address is null.
    ///
    /// Used for indicators, row and parameter status, and counters: memory that the application has promised to keep
    /// valid while it is bound (`SQLBindCol`, `SQLBindParameter`, `SQLSetStmtAttr`: "deferred buffers").
    pub fn write<T: Copy>(self, value: T) {
        if !self.is_null() {
            // SAFETY: not null, and bound by the application, which keeps deferred buffers valid until it unbinds
            // them. `write_unaligned`: row-wise binding and bind offsets promise no alignment.
            unsafe { self.as_mut::<T>().write_unaligned(value) }
        }
    }

    /// Reads a value from there; `None` if the address is null. The promise is that of [`Address::write`].
    pub fn read<T: Copy>(self) -> Option<T> {
        if self.is_null() {
            return None;
        }
        // SAFETY: as in `write`; T is a plain integer wherever this is used, so any bytes are a value.
        Some(unsafe { self.as_const::<T>().read_unaligned() })
    }
}

impl From<usize> for Address {
    fn from(address: usize) -> Address {
        Address(address)
    }
}
