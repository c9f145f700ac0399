#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| pgodbc_fuzz::result_values::check(data));
