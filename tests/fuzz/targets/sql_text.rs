#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| pgodbc_fuzz::sql_text::check(data));
