//! The configuration: any text is a configuration within its ranges, or an error that names the file.

use gophergate::config::Config;

/// Asserts it.
pub fn check(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else {
        return;
    };
    match Config::parse("file", text) {
        Ok(config) => {
            config.check().expect("checked");
            config.sites().expect("checked");
            let _ = (
                config.types(),
                config.reach(),
                config.options(),
                config.own(),
            );
        }
        Err(error) => {
            assert!(error.at.starts_with("file") && !error.message.is_empty());
        }
    }
}
