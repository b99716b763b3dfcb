//! How each daemon is told what it is to do: its configuration in the server's own directory, and
//! the words that start it, which follow `env` and so may open with variables.

use std::fs;
use std::io;
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::OnceLock;

use super::{Setup, Tls, lab};

pub(super) fn vsftpd(
    setup: &Setup,
    addr: SocketAddr,
    archive: &Path,
    dir: &Path,
) -> io::Result<Vec<String>> {
    let empty = dir.join("empty");
    fs::create_dir(&empty)?;
    let (v4, v6, suffix) = match setup.ipv6 {
        true => ("NO", "YES", "6"),
        false => ("YES", "NO", ""),
    };
    let mut conf = format!(
        "listen={v4}\nlisten_ipv6={v6}\nlisten_address{suffix}={ip}\nlisten_port={port}\n\
         background=NO\nanonymous_enable=YES\nlocal_enable=NO\nwrite_enable=NO\n\
         anon_root={archive}\nsecure_chroot_dir={empty}\nconnect_from_port_20=NO\n\
         xferlog_enable=NO\nseccomp_sandbox=NO\nisolate=NO\nisolate_network=NO\n\
         nopriv_user=nobody\nftp_username=daemon\nmax_per_ip=0\nmax_clients={max}\n",
        ip = addr.ip(),
        port = addr.port(),
        archive = archive.display(),
        empty = empty.display(),
        max = setup.max_clients.unwrap_or(0),
    );
    if setup.refuse_passive {
        conf.push_str("pasv_enable=NO\n");
    }
    if setup.refuse_extended {
        conf.push_str("cmds_denied=EPSV,EPRT\n");
    }
    if let Some(ports) = &setup.data_ports {
        conf.push_str(&format!(
            "pasv_min_port={}\npasv_max_port={}\n",
            ports.start(),
            ports.end()
        ));
    }
    if setup.tls.is_some() {
        conf.push_str(&format!(
            "ssl_enable=YES\nallow_anon_ssl=YES\nforce_anon_logins_ssl=YES\n\
             force_anon_data_ssl=YES\nrequire_ssl_reuse=YES\nssl_ciphers=HIGH\n\
             rsa_cert_file={0}\nrsa_private_key_file={0}\n",
            text(&Tls::file(dir)),
        ));
    }
    let file = dir.join("vsftpd.conf");
    fs::write(&file, conf)?;
    Ok(vec![in_lab("vsftpd/usr/sbin/vsftpd"), text(&file)])
}

pub(super) fn proftpd(
    setup: &Setup,
    addr: SocketAddr,
    archive: &Path,
    dir: &Path,
) -> io::Result<Vec<String>> {
    let max = setup
        .max_clients
        .map(|max| format!("MaxClients {max}\n"))
        .unwrap_or_default();
    let mut denied = Vec::new();
    if setup.refuse_passive {
        denied.push("PASV EPSV");
    }
    if setup.refuse_extended {
        denied.push("EPSV EPRT");
    }
    let limits: String = denied
        .iter()
        .map(|verbs| format!("<Limit {verbs}>\nDenyAll\n</Limit>\n"))
        .collect();
    let mut more = String::new();
    if let Some(ports) = &setup.data_ports {
        more.push_str(&format!("PassivePorts {} {}\n", ports.start(), ports.end()));
    }
    if setup.tls.is_some() {
        more.push_str(&format!(
            "ModulePath {modules}\nLoadModule mod_tls.c\nTLSEngine on\nTLSRequired on\n\
             TLSLog {dir}/tls.log\nTLSECCertificateFile {identity}\n\
             TLSECCertificateKeyFile {identity}\n",
            modules = in_lab("proftpd-mod-crypto/usr/lib/proftpd"),
            dir = dir.display(),
            identity = text(&Tls::file(dir)),
        ));
    }
    let conf = format!(
        "{more}ServerName lab\nServerType standalone\nPort {port}\nDefaultAddress {ip}\n\
         SocketBindTight on\nUseIPv6 {v6}\nUser nobody\nGroup nogroup\nUseFtpUsers off\n\
         AuthOrder mod_auth_unix.c\nWtmpLog off\nUseReverseDNS off\nDelayEngine off\n\
         PidFile {dir}/pid\nScoreboardFile {dir}/scoreboard\nSystemLog {dir}/proftpd.log\n\
         TransferLog none\n{limits}<Anonymous \"{archive}\">\nUser nobody\nGroup nogroup\n\
         UserAlias anonymous nobody\nRequireValidShell off\n{max}\
         <Limit WRITE>\nDenyAll\n</Limit>\n</Anonymous>\n",
        port = addr.port(),
        ip = addr.ip(),
        v6 = if setup.ipv6 { "on" } else { "off" },
        dir = dir.display(),
        archive = archive.display(),
    );
    let file = dir.join("proftpd.conf");
    fs::write(&file, conf)?;
    let binary = in_lab("proftpd-core/usr/sbin/proftpd");
    Ok(vec![
        binary,
        "-n".into(),
        "-q".into(),
        "-c".into(),
        text(&file),
    ])
}

pub(super) fn pure_ftpd(
    setup: &Setup,
    addr: SocketAddr,
    archive: &Path,
    dir: &Path,
) -> io::Result<Vec<String>> {
    // It serves the home of the user `ftp`, whom only a table of users of our own knows.
    let (users, groups) = (dir.join("passwd"), dir.join("group"));
    let root = "root:x:0:0:root:/root:/bin/sh\n";
    let ftp = format!("ftp:x:65534:65534::{}:/bin/sh\n", archive.display());
    fs::write(&users, format!("{root}{ftp}"))?;
    fs::write(&groups, "root:x:0:\nftp:x:65534:\n")?;
    let mut words = vec![
        format!("LD_PRELOAD={}", in_lab("lib/libnss_wrapper.so")),
        format!("NSS_WRAPPER_PASSWD={}", users.display()),
        format!("NSS_WRAPPER_GROUP={}", groups.display()),
        in_lab("pure-ftpd/usr/sbin/pure-ftpd"),
        format!("-S{},{}", addr.ip(), addr.port()),
        format!("-g{}", dir.join("pid").display()),
        format!("-c{}", setup.max_clients.unwrap_or(1000)),
        // Lists of 10,000 names and more, where 2,000 is its bound by itself.
        "-L100000:20".into(),
    ];
    if let Some(ports) = &setup.data_ports {
        words.push(format!("-p{}:{}", ports.start(), ports.end()));
    }
    if setup.tls.is_some() {
        // With 3 nothing goes in clear, data neither.
        words.extend(["-Y3".into(), format!("-2{}", text(&Tls::file(dir)))]);
    }
    let switches = [
        ("-e", true),
        ("-i", true),
        ("-H", true),
        ("-4", !setup.ipv6),
        ("-6", setup.ipv6),
        ("-N", setup.refuse_passive),
        ("-b", setup.refuse_extended),
    ];
    words.extend(
        switches
            .iter()
            .filter(|(_, on)| *on)
            .map(|(switch, _)| (*switch).into()),
    );
    Ok(words)
}

pub(super) fn pyftpdlib(
    setup: &Setup,
    addr: SocketAddr,
    archive: &Path,
    dir: &Path,
) -> Vec<String> {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/lab/pyftpd.py");
    let mut words = python().unwrap_or_default();
    words.extend([
        text(&script),
        addr.ip().to_string(),
        addr.port().to_string(),
        text(archive),
    ]);
    words.push(format!("--max-clients={}", setup.max_clients.unwrap_or(0)));
    if let Some(ports) = &setup.data_ports {
        words.push(format!("--data-ports={}-{}", ports.start(), ports.end()));
    }
    if setup.tls.is_some() {
        words.push(format!("--tls={}", text(&Tls::file(dir))));
    }
    if setup.refuse_passive {
        words.push("--no-passive".into());
    }
    if setup.refuse_extended {
        words.push("--no-extended".into());
    }
    words
}

/// The command that runs a Python which has pyftpdlib.
pub(super) fn python() -> Option<Vec<String>> {
    let own = in_lab("venv/bin/python");
    let library = lab().join("pylib");
    if Path::new(&own).exists() {
        Some(vec![own])
    } else if library.exists() {
        Some(vec![
            format!("PYTHONPATH={}", library.display()),
            "python3".into(),
        ])
    } else {
        None
    }
}

/// Whether that Python has what pyftpdlib needs for TLS.
pub(super) fn python_has_tls() -> bool {
    static HAS: OnceLock<bool> = OnceLock::new();
    *HAS.get_or_init(|| {
        let mut command = Command::new("env");
        command.args(python().unwrap_or_default());
        let status = command.args(["-c", "import OpenSSL"]).stderr(Stdio::null());
        status.status().is_ok_and(|status| status.success())
    })
}

fn in_lab(file: &str) -> String {
    text(&lab().join(file))
}

fn text(path: &Path) -> String {
    path.display().to_string()
}
