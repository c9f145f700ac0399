//! The system's GSSAPI library, loaded where Kerberos is spoken.
//!
//! Source: RFC 2744 (C bindings) and RFC 4121. Linking it would make every user install it. A ticket is fetched from the
//! realm's servers by the library, which has time limits of its own.
#![allow(unsafe_code)]

use std::ffi::{c_int, c_void};
use std::fmt;
use std::path::Path;
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
/// Messages that come twice, are missing or out of order are errors.
const REPLAY: u32 = 4;
const SEQUENCE: u32 = 8;
const CONFIDENTIALITY: u32 = 16;
const INTEGRITY: u32 = 32;

/// GSS_C_INITIATE: credentials to begin a context with.
const TO_INITIATE: c_int = 1;

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
type AcquireCred = unsafe extern "C" fn(
    minor: *mut u32,
    name: *mut c_void,
    lifetime: u32,
    mechanisms: *const c_void,
    usage: c_int,
    credentials: *mut *mut c_void,
    actual_mechanisms: *mut *mut c_void,
    actual_lifetime: *mut u32,
) -> u32;
type ReleaseCred = unsafe extern "C" fn(*mut u32, *mut *mut c_void) -> u32;
type WrapSizeLimit = unsafe extern "C" fn(*mut u32, *mut c_void, c_int, u32, u32, *mut u32) -> u32;
type Wrap = unsafe extern "C" fn(*mut u32, *mut c_void, c_int, u32, *const Buffer, *mut c_int, *mut Buffer) -> u32;
type Unwrap = unsafe extern "C" fn(*mut u32, *mut c_void, *const Buffer, *mut Buffer, *mut c_int, *mut u32) -> u32;
type DeleteSecContext = unsafe extern "C" fn(*mut u32, *mut *mut c_void, *mut Buffer) -> u32;
type ReleaseName = unsafe extern "C" fn(*mut u32, *mut *mut c_void) -> u32;
type ReleaseBuffer = unsafe extern "C" fn(*mut u32, *mut Buffer) -> u32;
type DisplayStatus = unsafe extern "C" fn(*mut u32, u32, c_int, *const Oid, *mut u32, *mut Buffer) -> u32;

/// The library's functions; it stays loaded as long as the process lives.
struct Gssapi {
    import_name: ImportName,
    init_sec_context: InitSecContext,
    acquire_cred: AcquireCred,
    release_cred: ReleaseCred,
    wrap_size_limit: WrapSizeLimit,
    wrap: Wrap,
    unwrap: Unwrap,
    delete_sec_context: DeleteSecContext,
    release_name: ReleaseName,
    release_buffer: ReleaseBuffer,
    display_status: DisplayStatus,
    _library: Library,
}

impl Gssapi {
    fn get() -> Result<&'static Gssapi, String> {
        static LIBRARY: OnceCell<Gssapi> = OnceCell::new();
        LIBRARY.get_or_try_init(Gssapi::load)
    }

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
                    acquire_cred: *library.get(b"gss_acquire_cred\0")?,
                    release_cred: *library.get(b"gss_release_cred\0")?,
                    wrap_size_limit: *library.get(b"gss_wrap_size_limit\0")?,
                    wrap: *library.get(b"gss_wrap\0")?,
                    unwrap: *library.get(b"gss_unwrap\0")?,
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

    fn acquires_credentials(&self) -> bool {
        let (mut minor, mut credentials) = (0, null_mut());
        // SAFETY: no name and no mechanisms: the user's own, of any; places for the results that are wanted.
        let major = unsafe {
            let found = &mut credentials;
            (self.acquire_cred)(&mut minor, null_mut(), 0, null(), TO_INITIATE, found, null_mut(), null_mut())
        };
        // SAFETY: what the library has given, given back once; null is allowed.
        unsafe { (self.release_cred)(&mut minor, &mut credentials) };
        major & ERRORS == 0
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

/// Whether the user has a ticket, or something to fetch one by. Nothing is asked over the network.
pub fn has_credentials() -> bool {
    is_configured() && Gssapi::get().is_ok_and(Gssapi::acquires_credentials)
}

/// Whether anything of Kerberos is set up. A process without is not to load a library for it at its every connection.
fn is_configured() -> bool {
    let tickets = format!("/tmp/krb5cc_{}", rustix::process::geteuid().as_raw());
    let variables = ["KRB5CCNAME", "KRB5_CONFIG", "KRB5_CLIENT_KTNAME"];
    variables.iter().any(|name| std::env::var_os(name).is_some())
        || ["/etc/krb5.conf", &tickets].iter().any(|path| Path::new(path).exists())
}

/// A service of the realm's, and whether it may use the ticket itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KerberosService {
    /// `postgres` usually.
    pub name: String,
    /// The server's host, as it was named.
    pub host: String,
    pub delegation: bool,
}

/// The client's side of a Kerberos login, and what encrypts afterwards.
pub struct SecurityContext {
    library: &'static Gssapi,
    context: *mut c_void,
    target: *mut c_void,
    flags: u32,
    complete: bool,
}

// SAFETY: the library binds a context to no thread; the application sees to it that one at a time uses it (MIT Kerberos,
// doc/threads.txt: "confined to one thread at a time"). All that use it take `&mut self`.
unsafe impl Send for SecurityContext {}

impl fmt::Debug for SecurityContext {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("SecurityContext").field("complete", &self.complete).finish_non_exhaustive()
    }
}

impl SecurityContext {
    /// To log in to a service.
    ///
    /// # Errors
    /// The reason: no library, or no such name.
    pub fn to_log_in(service: &KerberosService) -> Result<SecurityContext, String> {
        SecurityContext::new(service, MUTUAL)
    }

    /// To encrypt what is sent to a service, which logs in by the way.
    ///
    /// # Errors
    /// As [`SecurityContext::to_log_in`].
    pub fn to_encrypt(service: &KerberosService) -> Result<SecurityContext, String> {
        SecurityContext::new(service, MUTUAL | REPLAY | SEQUENCE | CONFIDENTIALITY | INTEGRITY)
    }

    fn new(service: &KerberosService, flags: u32) -> Result<SecurityContext, String> {
        let library = Gssapi::get()?;
        let name = format!("{}@{}", service.name, service.host);
        let kind = Oid { length: HOST_BASED.len() as u32, elements: HOST_BASED.as_ptr().cast() };
        let (mut minor, mut target) = (0, null_mut());
        // SAFETY: name and kind outlive the call, the library copies them; places for the results.
        let major = unsafe { (library.import_name)(&mut minor, &Buffer::of(name.as_bytes()), &kind, &mut target) };
        if major & ERRORS != 0 {
            return Err(library.explain(major, minor));
        }
        let flags = if service.delegation { flags | DELEGATE } else { flags };
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

    /// How many bytes can be wrapped at a time so that no more than `limit` come out.
    ///
    /// # Errors
    /// The reason, in the library's words.
    pub fn wrap_limit(&mut self, limit: u32) -> Result<usize, String> {
        let (mut minor, mut most) = (0, 0);
        // SAFETY: the context is this object's own and complete; a place for the result.
        let major = unsafe { (self.library.wrap_size_limit)(&mut minor, self.context, 1, 0, limit, &mut most) };
        if major & ERRORS != 0 || most == 0 {
            return Err(self.library.explain(major, minor));
        }
        Ok(most as usize)
    }

    /// Encrypts and signs.
    ///
    /// # Errors
    /// The reason; also where the library would sign only.
    pub fn wrap(&mut self, plain: &[u8]) -> Result<Vec<u8>, String> {
        let (mut minor, mut confidential, mut output) = (0, 0, Buffer::EMPTY);
        // SAFETY: the context is this object's own and complete; the input outlives the call; places for the results.
        let major = unsafe {
            let input = Buffer::of(plain);
            (self.library.wrap)(&mut minor, self.context, 1, 0, &input, &mut confidential, &mut output)
        };
        let wrapped = self.library.take(output);
        self.check_message(major, minor, confidential)?;
        Ok(wrapped)
    }

    /// Decrypts, and checks that the server has sent it, after what it sent before.
    ///
    /// # Errors
    /// The reason; also for what is signed only.
    pub fn unwrap(&mut self, wrapped: &[u8]) -> Result<Vec<u8>, String> {
        let (mut minor, mut confidential, mut output) = (0, 0, Buffer::EMPTY);
        // SAFETY: as in `wrap`; the quality of protection is not asked for, which null says.
        let major = unsafe {
            let input = Buffer::of(wrapped);
            (self.library.unwrap)(&mut minor, self.context, &input, &mut output, &mut confidential, null_mut())
        };
        let plain = self.library.take(output);
        self.check_message(major, minor, confidential)?;
        Ok(plain)
    }

    /// A message that is old, doubled or out of order has a status that is no error of the library's, and is one here.
    fn check_message(&self, major: u32, minor: u32, confidential: c_int) -> Result<(), String> {
        match major {
            COMPLETE if confidential != 0 => Ok(()),
            COMPLETE => Err("the message is not encrypted".to_owned()),
            _ => Err(self.library.explain(major, minor)),
        }
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
