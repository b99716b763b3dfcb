//! Whom the sites trust to vouch for FTP servers.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use crate::ftp::Tls;
use crate::gate::Sites;
use crate::gate::site::Settings;
use crate::rt::tls::Trust;

/// The authorities, by the file of those beside the system's own.
#[derive(Debug, Default)]
pub struct Trusts(HashMap<Option<PathBuf>, Trust>);

impl Trusts {
    /// Reads the authorities of all sites that use TLS.
    ///
    /// # Errors
    ///
    /// When a file of theirs will not do, with its name; when this build has no TLS.
    pub fn load(sites: &Sites) -> Result<Self, String> {
        let mut trusts = HashMap::new();
        let under_tls = sites
            .all_settings()
            .filter(|settings| settings.tls != Tls::Never);
        for settings in under_tls {
            if !trusts.contains_key(&settings.ca_file) {
                let trust = Trust::load(settings.ca_file.as_deref().map(Path::new))?;
                trusts.insert(settings.ca_file.clone(), trust);
            }
        }
        Ok(Self(trusts))
    }

    /// Whom these settings trust; `None` where there is no TLS.
    pub fn of(&self, settings: &Settings) -> Option<&Trust> {
        self.0
            .get(&settings.ca_file)
            .filter(|_| settings.tls != Tls::Never)
    }

    /// What an operator should know of them.
    pub fn doubt(&self) -> Option<&'static str> {
        self.0.values().find_map(Trust::doubt)
    }
}
