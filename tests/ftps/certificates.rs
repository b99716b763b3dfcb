//! Certificates of servers: in order, and not.

use std::sync::OnceLock;

use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, CustomExtension, DnType, IsCa, KeyPair,
    date_time_ymd,
};

/// The names and addresses that a server here may be asked for by.
const NAMES: [&str; 4] = ["localhost", "127.0.0.1", "127.0.0.2", "::1"];

/// An authority, which the gateways trust.
pub fn authority() -> &'static CertifiedIssuer<'static, KeyPair> {
    static AUTHORITY: OnceLock<CertifiedIssuer<'static, KeyPair>> = OnceLock::new();
    AUTHORITY.get_or_init(new_authority)
}

/// An authority of which nobody has heard.
pub fn new_authority() -> CertifiedIssuer<'static, KeyPair> {
    let mut params = named(&[]);
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params
        .distinguished_name
        .push(DnType::CommonName, "Authority of the tests");
    CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap()
}

/// A certificate in order, and its key.
pub fn good() -> String {
    signed(named(&NAMES), authority())
}

/// One whose time is over.
pub fn expired() -> CertificateParams {
    let mut params = named(&NAMES);
    params.not_before = date_time_ymd(2020, 1, 1);
    params.not_after = date_time_ymd(2021, 1, 1);
    params
}

/// One whose time is still to come.
pub fn early() -> CertificateParams {
    let mut params = named(&NAMES);
    params.not_before = date_time_ymd(2200, 1, 1);
    params.not_after = date_time_ymd(2201, 1, 1);
    params
}

/// One with a demand that nobody understands.
pub fn odd() -> CertificateParams {
    let mut params = named(&NAMES);
    let mut demand = CustomExtension::from_oid_content(&[1, 2, 3, 4], vec![5, 0]);
    demand.set_criticality(true);
    params.custom_extensions.push(demand);
    params
}

/// One for these names.
pub fn named(names: &[&str]) -> CertificateParams {
    let names = names.iter().map(|name| (*name).to_owned());
    CertificateParams::new(names.collect::<Vec<_>>()).unwrap()
}

/// Has it signed; with its key.
pub fn signed(params: CertificateParams, by: &CertifiedIssuer<'_, KeyPair>) -> String {
    let key = KeyPair::generate().unwrap();
    let certificate = params.signed_by(&key, by).unwrap();
    format!("{}{}", certificate.pem(), key.serialize_pem())
}

/// One that has signed itself, as an authority if so wanted, and as `openssl req -x509` does; the
/// certificate, and both.
pub fn self_signed(mut params: CertificateParams, as_authority: bool) -> (String, String) {
    if as_authority {
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    }
    let key = KeyPair::generate().unwrap();
    let pem = params.self_signed(&key).unwrap().pem();
    let both = format!("{pem}{}", key.serialize_pem());
    (pem, both)
}
