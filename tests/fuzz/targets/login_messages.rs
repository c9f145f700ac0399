#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| pgodbc_fuzz::login_messages::check(data));
