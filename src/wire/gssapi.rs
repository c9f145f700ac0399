//! The system's GSSAPI library, loaded when a server asks for Kerberos.
//!
//! Source: RFC 2744 (C bindings) and RFC 4121. Linking it would make every user install it. A ticket is fetched from the
//! realm's servers by the library, which has time limits of its own.
#![allow(unsafe_code)]

use std::ffi::{c_int, c_void};
use std::ptr::{null, null_mut};

use libloading::os::unix::{Library, RTLD_LAZY, RTLD_LOCAL};
use once_cell::sync::OnceCell;

/// MIT's library, and what others call theirs.
const LIBRARIES: &[&str] = &["libgssapi_krb5.so.2", "libgssapi.so.3", "libgssapi_krb5.2.dylib", "libgssapi_krb5.dylib"];

const COMPLETE: u32 = 0;
const CONTINUE_NEEDED: u32 = 1;
/// A status with one of these bits is an error; the others only tell something.
const ERRORS: u32 = 0xffff_0000;

const DELEGATE: u32 = 1;
/// The server proves itself, too.
const MUTUAL: u32 = 2;

/// Which part of a status gss_display_status explains.
const OF_GSS: c_int = 1;
const OF_MECHANISM: c_int = 2;

/// 1.2.840.113554.1.2.1.4, GSS_C_NT_HOSTBASED_SERVICE: `service@host`.
static HOST_BASED: [u8; 10] = [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x12, 0x01, 0x02, 0x01, 0x04];

#[repr(C)]
struct Buffer {
    length: usize,
    value: *mut c_void,
}

impl Buffer {
    const EMPTY: Buffer = Buffer { length: 0, value: null_mut() };

    /// For reading only: the library does not write into what it is given.
    fn of(bytes: &[u8]) -> Buffer {
        Buffer { length: bytes.len(), value: bytes.as_ptr().cast_mut().cast() }
    }
}

#[repr(C)]
struct Oid {
    length: u32,
    elements: *const c_void,
}

type ImportName = unsafe extern "C" fn(*mut u32, *const Buffer, *const Oid, *mut *mut c_void) -> u32;
type InitSecContext = unsafe extern "C" fn(
    minor: *mut u32,
    credentials: *mut c_void,
    context: *mut *mut c_void,
    target: *mut c_void,
    mechanism: *const Oid,
    flags: u32,
    lifetime: u32,
    bindings: *const c_void,
    input: *const Buffer,
    actual_mechanism: *mut *const Oid,
    output: *mut Buffer,
    actual_flags: *mut u32,
    actual_lifetime: *mut u32,
) -> u32;
type DeleteSecContext = unsafe extern "C" fn(*mut u32, *mut *mut c_void, *mut Buffer) -> u32;
type ReleaseName = unsafe extern "C" fn(*mut u32, *mut *mut c_void) -> u32;
type ReleaseBuffer = unsafe extern "C" fn(*mut u32, *mut Buffer) -> u32;
type DisplayStatus = unsafe extern "C" fn(*mut u32, u32, c_int, *const Oid, *mut u32, *mut Buffer) -> u32;

/// The library's functions; it stays loaded as long as the process lives.
struct Gssapi {
    import_name: ImportName,
    init_sec_context: InitSecContext,
    delete_sec_context: DeleteSecContext,
    release_name: ReleaseName,
    release_buffer: ReleaseBuffer,
    display_status: DisplayStatus,
    _library: Library,
}

impl Gssapi {
    fn load() -> Result<Gssapi, String> {
        let opened = LIBRARIES.iter().find_map(|name| {
            // SAFETY: a system library whose initialisation has no demands.
            unsafe { Library::open(Some(*name), RTLD_LAZY | RTLD_LOCAL) }.ok()
        });
        let library = opened.ok_or_else(|| {
            format!("the Kerberos library {} cannot be loaded; Debian has it in libgssapi-krb5-2", LIBRARIES[0])
        })?;
        // SAFETY: the symbols have the types that RFC 2744 gives them.
        let functions = unsafe {
            (|| {
                Ok::<_, libloading::Error>(Gssapi {
                    import_name: *library.get(b"gss_import_name\0")?,
                    init_sec_context: *library.get(b"gss_init_sec_context\0")?,
                    delete_sec_context: *library.get(b"gss_delete_sec_context\0")?,
                    release_name: *library.get(b"gss_release_name\0")?,
                    release_buffer: *library.get(b"gss_release_buffer\0")?,
                    display_status: *library.get(b"gss_display_status\0")?,
                    _library: library,
                })
            })()
        };
        functions.map_err(|error| format!("the Kerberos library lacks a function: {error}"))
    }

    /// What a status means, in the library's words.
    fn explain(&self, major: u32, minor: u32) -> String {
        let mut texts: Vec<String> = Vec::new();
        for (status, kind) in [(major, OF_GSS), (minor, OF_MECHANISM)] {
            let (mut ignored, mut more, mut text) = (0, 0, Buffer::EMPTY);
            // SAFETY: places for the results, which outlive the call. Only the first text of each is asked for.
            let shown = unsafe { (self.display_status)(&mut ignored, status, kind, null(), &mut more, &mut text) }
                & ERRORS
                == 0;
            let text = self.take(text);
            if shown && !text.is_empty() && status != 0 {
                texts.push(String::from_utf8_lossy(&text).into_owned());
            }
        }
        texts.join(": ")
    }

    /// The bytes of a buffer that the library has filled, which is given back to it.
    fn take(&self, mut buffer: Buffer) -> Vec<u8> {
        if buffer.value.is_null() {
            return Vec::new();
        }
        let mut minor = 0;
        // SAFETY: the library says how many bytes are there; they are copied before it takes them back.
        unsafe {
            let bytes = std::slice::from_raw_parts(buffer.value.cast_const().cast::<u8>(), buffer.length).to_vec();
            (self.release_buffer)(&mut minor, &mut buffer);
            bytes
        }
    }
}

/// The client's side of a Kerberos login.
pub struct SecurityContext {
    library: &'static Gssapi,
    context: *mut c_void,
    target: *mut c_void,
    flags: u32,
    complete: bool,
}

impl SecurityContext {
    /// For a service on a host (`postgres`, `db.example.org`). With `delegation` the server may use the ticket itself.
    ///
    /// # Errors
    /// The reason: no library, or no such name.
    pub fn new(service: &str, host: &str, delegation: bool) -> Result<SecurityContext, String> {
        static LIBRARY: OnceCell<Gssapi> = OnceCell::new();
        let library = LIBRARY.get_or_try_init(Gssapi::load)?;
        let name = format!("{service}@{host}");
        let kind = Oid { length: HOST_BASED.len() as u32, elements: HOST_BASED.as_ptr().cast() };
        let (mut minor, mut target) = (0, null_mut());
        // SAFETY: name and kind outlive the call, the library copies them; places for the results.
        let major = unsafe { (library.import_name)(&mut minor, &Buffer::of(name.as_bytes()), &kind, &mut target) };
        if major & ERRORS != 0 {
            return Err(library.explain(major, minor));
        }
        let flags = if delegation { MUTUAL | DELEGATE } else { MUTUAL };
        Ok(SecurityContext { library, context: null_mut(), target, flags, complete: false })
    }

    /// Takes the server's token (none at first) and gives the one to answer by, if there is one.
    ///
    /// # Errors
    /// The reason, in the library's words: no ticket, a service that the realm does not know ..
    pub fn step(&mut self, token: &[u8]) -> Result<Option<Vec<u8>>, String> {
        let (mut minor, mut output) = (0, Buffer::EMPTY);
        // SAFETY: name and context are the library's own and live as long as this object; no credentials: the user's
        // own; the input outlives the call and there are places for the results.
        let major = unsafe {
            (self.library.init_sec_context)(
                &mut minor,
                null_mut(),
                &mut self.context,
                self.target,
                null(),
                self.flags,
                0,
                null(),
                &Buffer::of(token),
                null_mut(),
                &mut output,
                null_mut(),
                null_mut(),
            )
        };
        let answer = self.library.take(output);
        match major {
            COMPLETE => self.complete = true,
            CONTINUE_NEEDED => {}
            major if major & ERRORS != 0 => return Err(self.library.explain(major, minor)),
            _ => {}
        }
        Ok((!answer.is_empty()).then_some(answer))
    }

    /// Whether both sides have proved themselves.
    pub fn is_complete(&self) -> bool {
        self.complete
    }
}

impl Drop for SecurityContext {
    fn drop(&mut self) {
        let mut minor = 0;
        // SAFETY: the library's own objects, given back once; null is allowed for both.
        unsafe {
            (self.library.delete_sec_context)(&mut minor, &mut self.context, null_mut());
            (self.library.release_name)(&mut minor, &mut self.target);
        }
    }
}
