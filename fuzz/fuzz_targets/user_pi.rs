#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| gophergate_fuzz::user_pi::check(data));
