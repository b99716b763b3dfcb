#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| gophergate_fuzz::netrc::check(data));
