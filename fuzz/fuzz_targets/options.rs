#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| hsanalyze_fuzz::options::feed(data));
