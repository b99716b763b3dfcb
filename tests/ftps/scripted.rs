//! Servers that agree to TLS and mean something else, and one that is a few lines long.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::thread;

use futures_rustls::rustls::crypto::ring;
use futures_rustls::rustls::pki_types::pem::PemObject;
use futures_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};
use futures_rustls::rustls::{ServerConfig, ServerConnection, StreamOwned};

use crate::cases::{gateway, selector};
use crate::certificates::{good, named, new_authority, signed};
use crate::support::gateway::{PATIENCE, error_text};

type Secured = StreamOwned<ServerConnection, TcpStream>;

fn listener() -> (TcpListener, SocketAddr) {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let addr = listener.local_addr().unwrap();
    (listener, addr)
}

/// Takes a connection up to AUTH TLS.
fn accept_auth(listener: &TcpListener) -> TcpStream {
    let (mut stream, _) = listener.accept().unwrap();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    stream.write_all(b"220 ready\r\n").unwrap();
    let mut command = [0; 10];
    stream.read_exact(&mut command).unwrap();
    assert_eq!(&command, b"AUTH TLS\r\n");
    stream
}

/// What a client is told whose server says these words to AUTH TLS, and then, to the first bytes of
/// the handshake, those.
fn told(agreement: &'static [u8], handshake: Option<&'static [u8]>, tls: &str) -> String {
    let (listener, addr) = listener();
    let server = thread::spawn(move || {
        let mut stream = accept_auth(&listener);
        stream.write_all(agreement).unwrap();
        let mut heard = [0; 4096];
        let read = stream.read(&mut heard).unwrap_or(0);
        // A handshake, or nothing: no word in clear.
        assert!(heard[..read].first().is_none_or(|byte| *byte == 22));
        match handshake {
            Some(bytes) => stream.write_all(bytes).unwrap(),
            // Silent until the client has had enough.
            None => drop(stream.read(&mut heard)),
        }
    });
    // Only silence is measured by the clock.
    let reply = if handshake.is_none() { 1 } else { 30 };
    let config = format!("tls = \"{tls}\"\nseconds.reply = {reply}");
    let text = error_text(&gateway(addr, &config).get(selector(addr, "README")));
    server.join().unwrap();
    text.replace(&addr.to_string(), "HERE")
}

#[test]
fn who_agrees_to_tls_and_does_not_do_it_is_never_talked_to_in_clear() {
    let yes = b"234 go on\r\n";
    for tls in ["try", "require"] {
        for (agreement, handshake, text) in [
            (
                &b"234 go on\r\n230 you are in\r\n"[..],
                Some(&b""[..]),
                "the FTP server HERE sent plain text where TLS was to begin",
            ),
            (
                yes,
                Some(b"230 you are in\r\n"),
                "the FTP server HERE agreed to TLS and does not speak it",
            ),
            (
                yes,
                Some(b""),
                "the TLS handshake with the FTP server HERE broke off: unexpected end of file",
            ),
            (
                yes,
                Some(b"\x15\x03\x03\x00\x02\x02\x46"),
                "the FTP server HERE broke off the TLS handshake: alert 70, protocol_version",
            ),
            (
                yes,
                None,
                "the FTP server HERE let 1 s pass without a TLS handshake",
            ),
        ] {
            assert_eq!(told(agreement, handshake, tls), text);
        }
    }
}

/// A server's side of TLS with this identity.
fn config(identity: &str) -> Arc<ServerConfig> {
    let pem = identity.as_bytes();
    let chain = CertificateDer::pem_slice_iter(pem).map(Result::unwrap);
    let key = PrivateKeyDer::from_pem_slice(pem).unwrap();
    let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(chain.collect(), key)
        .unwrap();
    Arc::new(config)
}

fn secured(stream: TcpStream, config: &Arc<ServerConfig>) -> Secured {
    StreamOwned::new(ServerConnection::new(Arc::clone(config)).unwrap(), stream)
}

/// A server of one file and one client, whose data connections have an identity of their own.
fn serve(control: Arc<ServerConfig>, data: Arc<ServerConfig>, begun: &'static str) -> SocketAddr {
    let (listener, addr) = listener();
    thread::spawn(move || {
        let mut stream = accept_auth(&listener);
        stream.write_all(b"234 go on\r\n").unwrap();
        let mut control = BufReader::new(secured(stream, &control));
        let (data_listener, at) = self::listener();
        let [high, low] = at.port().to_be_bytes();
        let mut command = String::new();
        while control.read_line(&mut command).is_ok_and(|read| read > 0) {
            let reply = match command.split([' ', '\r']).next().unwrap_or_default() {
                "USER" => "331 who\r\n",
                "PASS" => "230 in\r\n",
                "PASV" => &format!("227 =127,0,0,1,{high},{low}\r\n"),
                "SIZE" => "213 5\r\n",
                "RETR" => begun,
                _ => "200 ok\r\n",
            };
            control.get_mut().write_all(reply.as_bytes()).unwrap();
            if command.starts_with("RETR") {
                let mut data = secured(data_listener.accept().unwrap().0, &data);
                if data.write_all(b"hello").is_ok() {
                    data.conn.send_close_notify();
                    let _ = data.flush();
                }
                let _ = control.get_mut().write_all(b"226 done\r\n");
            }
            command.clear();
        }
    });
    addr
}

const BEGUN: &str = "150 here\r\n";

#[test]
fn a_stranger_at_the_data_port_is_found_out() {
    let stranger = signed(named(&["127.0.0.1"]), &new_authority());
    let addr = serve(config(&good()), config(&stranger), BEGUN);
    let gateway = gateway(addr, "tls = \"require\"");
    let text = error_text(&gateway.get(selector(addr, "file")));
    let verdict = "is signed by nobody we trust";
    assert_eq!(
        text,
        format!("the TLS certificate of the FTP server {addr} {verdict}")
    );
}

#[test]
fn a_server_that_takes_up_no_session_shows_its_certificate_again() {
    let addr = serve(config(&good()), config(&good()), BEGUN);
    let gateway = gateway(addr, "tls = \"require\"");
    assert_eq!(gateway.get(selector(addr, "file")), b"hello");
    gateway.wait_for_log("TLS for data: TLSv1_3\n");
}

#[test]
fn a_server_that_never_says_that_it_begins_gets_its_handshake_all_the_same() {
    let both = config(&good());
    let addr = serve(Arc::clone(&both), both, "");
    let gateway = gateway(addr, "tls = \"require\"");
    assert_eq!(gateway.get(selector(addr, "file")), b"hello");
    gateway.wait_for_log("TLS for data: TLSv1_3, resumed\n");
}
