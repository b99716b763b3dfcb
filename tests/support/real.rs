//! Real FTP servers, each on a free loopback port over a directory of the test's choice.
//!
//! `tests/lab/install.sh` puts the daemons under `target/lab`; what it could not get is left out
//! here with a printed word. Every server runs in a process group of its own, which ends with the
//! [`RealServer`] and, through a lifeline, with the test process however that may end.

mod daemons;
mod processes;

use super::left_out;
use std::collections::HashSet;
use std::fs;
use std::io::{self, Read, Write};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, TcpListener, TcpStream};
use std::ops::RangeInclusive;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, Once};
use std::time::{Duration, Instant};

use libunftp::ServerBuilder;
use libunftp::options::ActivePassiveMode;
use rustix::process::{Resource, Rlimit, Signal};
use unftp_sbe_fs::Filesystem;

use processes::as_pid;
pub use processes::is_alive;

/// How often a server is started anew when its port was taken under its feet.
const MAX_TRIES: u32 = 5;

/// How long a server may take to its greeting: Python on a busy machine is the slowest.
const PATIENCE: Duration = Duration::from_secs(20);

/// How long to wait before looking again whether a server is up.
const LOOK_AGAIN: Duration = Duration::from_millis(10);

/// Bytes of a greeting that are read before it is taken for something else.
const MAX_GREETING: usize = 4096;

/// Runs "$@" as the leader of the process group. A watcher beside it, an orphan so that the daemon
/// does not count it among its children, ends the group when the test process lets go of stdin.
const LIFELINE: &str = r#"exec 3<&0 </dev/null
( ( cat <&3 >/dev/null 2>&1; kill -KILL 0 ) & )
exec 3<&-
exec "$@""#;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Daemon {
    Vsftpd,
    Proftpd,
    PureFtpd,
    Pyftpdlib,
    Libunftp,
}

impl Daemon {
    pub const ALL: [Self; 5] = [
        Self::Vsftpd,
        Self::Proftpd,
        Self::PureFtpd,
        Self::Pyftpdlib,
        Self::Libunftp,
    ];

    pub fn name(self) -> &'static str {
        match self {
            Self::Vsftpd => "vsftpd",
            Self::Proftpd => "proftpd",
            Self::PureFtpd => "pure-ftpd",
            Self::Pyftpdlib => "pyftpdlib",
            Self::Libunftp => "libunftp",
        }
    }

    pub fn is_installed(self) -> bool {
        self.lack().is_none()
    }

    /// Whether it serves as a user whom file modes keep out. libunftp runs inside the test process
    /// and reads what that may read: everything, for root.
    pub fn obeys_modes(self) -> bool {
        self != Self::Libunftp || !rustix::process::geteuid().is_root()
    }

    fn lack(self) -> Option<&'static str> {
        let needed: &[&str] = match self {
            Self::Vsftpd => &["vsftpd/usr/sbin/vsftpd"],
            Self::Proftpd => &["proftpd-core/usr/sbin/proftpd"],
            Self::PureFtpd => &["pure-ftpd/usr/sbin/pure-ftpd", "lib/libnss_wrapper.so"],
            Self::Pyftpdlib | Self::Libunftp => &[],
        };
        if !needed.iter().all(|file| lab().join(file).exists())
            || self == Self::Pyftpdlib && daemons::python().is_none()
        {
            return Some("not installed by tests/lab/install.sh");
        }
        (!needed.is_empty() && !rustix::process::geteuid().is_root()).then_some("needs root")
    }

    /// What of the setup this server has no switch for.
    fn cannot(self, setup: &Setup) -> Option<&'static str> {
        let module = "proftpd-mod-crypto/usr/lib/proftpd/mod_tls.so";
        if self == Self::Proftpd && setup.tls.is_some() && !lab().join(module).exists() {
            return Some("its TLS is not installed by tests/lab/install.sh");
        }
        if self == Self::Pyftpdlib && setup.tls.is_some() && !daemons::python_has_tls() {
            return Some("its TLS is not installed by tests/lab/install.sh");
        }
        if self != Self::Libunftp {
            return None;
        }
        if setup.tls.is_some() || setup.data_ports.is_some() {
            return Some("is not set up for it here");
        }
        if setup.refuse_passive || setup.refuse_extended {
            // Its active-only mode refuses PASV and goes on answering EPSV; it has no EPRT.
            return Some("cannot refuse EPSV");
        }
        setup.max_clients.map(|_| "cannot limit its clients")
    }
}

/// How the server is to differ from one that grants everything to everybody.
#[derive(Debug, Default, Clone)]
pub struct Setup {
    /// PASV and EPSV are refused.
    pub refuse_passive: bool,
    /// EPSV and EPRT are refused; pure-ftpd has a switch for EPSV only and goes on taking EPRT.
    pub refuse_extended: bool,
    /// Listens on ::1 instead of 127.0.0.1.
    pub ipv6: bool,
    /// At most so many clients at once; nothing is no limit.
    pub max_clients: Option<u32>,
    /// The ports on which it takes data connections, two at least; nothing is any.
    pub data_ports: Option<RangeInclusive<u16>>,
    /// FTPS (RFC 4217), and nothing without it.
    pub tls: Option<Tls>,
}

/// How a server under TLS shows itself. vsftpd and proftpd take a data connection only if it takes
/// up the session of its control connection; the others do not look.
#[derive(Debug, Clone)]
pub struct Tls {
    /// Its certificate and its key, in PEM.
    pub identity: String,
    /// The one version of TLS that it speaks: `1.2` or `1.3`.
    pub version: &'static str,
}

impl Tls {
    /// Where the identity is, in the server's own directory.
    fn file(dir: &Path) -> PathBuf {
        dir.join("identity.pem")
    }

    /// Writes the identity, and what tells OpenSSL of any program its version.
    fn write(&self, dir: &Path) -> io::Result<String> {
        let file = Self::file(dir);
        fs::write(&file, &self.identity)?;
        fs::set_permissions(&file, fs::Permissions::from_mode(0o600))?;
        let version = self.version;
        let conf = dir.join("openssl.cnf");
        fs::write(
            &conf,
            format!(
                "openssl_conf = init\n[init]\nssl_conf = ssl\n[ssl]\nsystem_default = all\n\
                 [all]\nMinProtocol = TLSv{version}\nMaxProtocol = TLSv{version}\n"
            ),
        )?;
        Ok(format!("OPENSSL_CONF={}", conf.display()))
    }
}

/// A running server; it ends when this is dropped.
#[derive(Debug)]
pub struct RealServer {
    addr: SocketAddr,
    running: Running,
    dir: PathBuf,
}

#[derive(Debug)]
enum Running {
    Process(Child),
    Here(Option<tokio::runtime::Runtime>),
}

impl RealServer {
    pub fn addr(&self) -> SocketAddr {
        self.addr
    }

    /// The processes it is made of, by their ids: its group, and the sessions that vsftpd and
    /// proftpd put into groups of their own. libunftp has none.
    pub fn processes(&self) -> Vec<u32> {
        let Running::Process(child) = &self.running else {
            return Vec::new();
        };
        processes::family(child.id())
    }

    /// What it wrote so far, of all its logs.
    pub fn log(&self) -> String {
        let mut files: Vec<PathBuf> = fs::read_dir(&self.dir)
            .map(|entries| entries.flatten().map(|entry| entry.path()).collect())
            .unwrap_or_default();
        files.sort();
        files.retain(|file| file.extension().is_some_and(|ending| ending == "log"));
        let bytes: Vec<u8> = files
            .iter()
            .flat_map(|f| fs::read(f).unwrap_or_default())
            .collect();
        String::from_utf8_lossy(&bytes).into_owned()
    }

    /// Waits for its greeting and for the goodbye.
    fn await_greeting(&mut self) -> Result<(), String> {
        let deadline = Instant::now() + PATIENCE;
        loop {
            let greeting = greeting(self.addr);
            if let Running::Process(child) = &mut self.running
                && let Ok(Some(status)) = child.try_wait()
            {
                return Err(format!("ended with {status}: {}", self.log()));
            }
            match greeting {
                Ok(()) => return Ok(()),
                Err(error) if Instant::now() > deadline => {
                    return Err(format!("no greeting, {error}: {}", self.log()));
                }
                Err(_) => std::thread::sleep(LOOK_AGAIN),
            }
        }
    }

    /// Waits until the process that served our own look at the greeting no longer counts as a
    /// client: a server limited to one would turn the first client of the test away.
    fn await_idle(&self) {
        let Running::Process(child) = &self.running else {
            return;
        };
        let children = format!("/proc/{0}/task/{0}/children", child.id());
        let deadline = Instant::now() + PATIENCE;
        while fs::read(&children).is_ok_and(|pids| !pids.is_empty()) && Instant::now() < deadline {
            std::thread::sleep(LOOK_AGAIN);
        }
    }
}

impl Drop for RealServer {
    fn drop(&mut self) {
        let family = self.processes();
        match &mut self.running {
            Running::Process(child) => {
                // KILL, and before the leader is waited for: its number is still its own, and no
                // session is left to linger over a transfer.
                if let Some(group) = as_pid(child.id()) {
                    let _ = rustix::process::kill_process_group(group, Signal::KILL);
                }
                for session in family.iter().filter_map(|id| as_pid(*id)) {
                    let _ = rustix::process::kill_process(session, Signal::KILL);
                }
                let _ = child.wait();
                let deadline = Instant::now() + PATIENCE;
                while family.iter().any(|id| is_alive(*id)) && Instant::now() < deadline {
                    std::thread::sleep(LOOK_AGAIN);
                }
            }
            Running::Here(runtime) => {
                if let Some(runtime) = runtime.take() {
                    runtime.shutdown_timeout(PATIENCE);
                }
            }
        }
        let _ = fs::remove_dir_all(&self.dir);
    }
}

/// Starts it over `archive`, anonymous and read-only, and waits until it answers its 220.
///
/// `None`, and a printed word, when it is not installed or cannot do what `setup` asks for.
/// libunftp is read-only only as far as file modes make it.
///
/// # Panics
///
/// When it is installed and does not come up.
pub fn start(daemon: Daemon, setup: &Setup, archive: &Path) -> Option<RealServer> {
    let ip: IpAddr = match setup.ipv6 {
        true => Ipv6Addr::LOCALHOST.into(),
        false => Ipv4Addr::LOCALHOST.into(),
    };
    let no_address = TcpListener::bind((ip, 0))
        .is_err()
        .then_some("no such address here");
    if let Some(why) = daemon
        .lack()
        .or_else(|| daemon.cannot(setup))
        .or(no_address)
    {
        left_out::say(&format!("{}: {why}", daemon.name()));
        return None;
    }
    raise_file_limit();
    sweep();
    let mut failures = Vec::new();
    for _ in 0..MAX_TRIES {
        match start_once(daemon, setup, ip, archive) {
            Ok(server) => return Some(server),
            Err(failure) => failures.push(failure),
        }
    }
    panic!("{} does not start: {failures:#?}", daemon.name());
}

/// Lets this process, and the servers it starts, hold as many files open as the system grants:
/// two hundred clients at once go beyond the usual 1024.
pub fn raise_file_limit() {
    let limit = rustix::process::getrlimit(Resource::Nofile);
    let raised = Rlimit {
        current: limit.maximum,
        ..limit
    };
    let _ = rustix::process::setrlimit(Resource::Nofile, raised);
}

fn start_once(
    daemon: Daemon,
    setup: &Setup,
    ip: IpAddr,
    archive: &Path,
) -> Result<RealServer, String> {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let number = NEXT.fetch_add(1, Ordering::Relaxed);
    let dir = lab()
        .join("run")
        .join(format!("{}-{number}", std::process::id()));
    fs::create_dir_all(&dir).map_err(|e| format!("{}: {e}", dir.display()))?;
    let (addr, running) = match daemon {
        Daemon::Libunftp => start_here(ip, archive),
        _ => start_process(daemon, setup, ip, archive, &dir),
    }
    .map_err(|e| e.to_string())?;
    let mut server = RealServer { addr, running, dir };
    server.await_greeting()?;
    if setup.max_clients.is_some() {
        server.await_idle();
    }
    Ok(server)
}

fn start_process(
    daemon: Daemon,
    setup: &Setup,
    ip: IpAddr,
    archive: &Path,
    dir: &Path,
) -> io::Result<(SocketAddr, Running)> {
    let addr = SocketAddr::new(ip, free_port(ip)?);
    let words = match daemon {
        Daemon::Vsftpd => daemons::vsftpd(setup, addr, archive, dir)?,
        Daemon::Proftpd => daemons::proftpd(setup, addr, archive, dir)?,
        Daemon::PureFtpd => daemons::pure_ftpd(setup, addr, archive, dir)?,
        Daemon::Pyftpdlib | Daemon::Libunftp => daemons::pyftpdlib(setup, addr, archive, dir),
    };
    let openssl = setup.tls.as_ref().map(|tls| tls.write(dir)).transpose()?;
    let output = fs::File::create(dir.join("output.log"))?;
    let child = Command::new("sh")
        .args(["-c", LIFELINE, daemon.name(), "env"])
        .arg(format!("LD_LIBRARY_PATH={}", lab().join("lib").display()))
        .args(openssl)
        .args(words)
        .current_dir(dir)
        .stdin(Stdio::piped())
        .stdout(output.try_clone()?)
        .stderr(output)
        .process_group(0)
        .spawn()?;
    Ok((addr, Running::Process(child)))
}

/// libunftp is a library: it runs in this process, on a listener that is ours.
fn start_here(ip: IpAddr, archive: &Path) -> io::Result<(SocketAddr, Running)> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()?;
    let listener = runtime.block_on(tokio::net::TcpListener::bind((ip, 0)))?;
    let addr = listener.local_addr()?;
    let archive = archive.to_owned();
    runtime.spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let root = archive.clone();
            let files = Box::new(move || Filesystem::new(root.clone()).unwrap());
            let server = ServerBuilder::new(files)
                .greeting("libunftp ready")
                .active_passive_mode(ActivePassiveMode::ActiveAndPassive)
                .build();
            if let Ok(server) = server {
                let _ = stream.set_nodelay(true);
                tokio::spawn(server.service(stream));
            }
        }
    });
    Ok((addr, Running::Here(Some(runtime))))
}

/// Connects, reads a whole 220 reply, says QUIT and waits for the end.
fn greeting(addr: SocketAddr) -> io::Result<()> {
    let other = |what: &str| io::Error::new(io::ErrorKind::InvalidData, what);
    let mut stream = TcpStream::connect_timeout(&addr, PATIENCE)?;
    if stream.local_addr()? == addr {
        // Nobody listens, and the system chose the very port as our own end.
        return Err(other("met itself"));
    }
    stream.set_read_timeout(Some(PATIENCE))?;
    let mut reply = Vec::new();
    while !reply
        .split(|byte| *byte == b'\n')
        .any(|line| line.starts_with(b"220 "))
    {
        let mut piece = [0; 512];
        let count = stream.read(&mut piece)?;
        if count == 0 || reply.len() > MAX_GREETING {
            return Err(other(&format!(
                "said {:?}",
                String::from_utf8_lossy(&reply)
            )));
        }
        reply.extend_from_slice(&piece[..count]);
    }
    stream.write_all(b"QUIT\r\n")?;
    // A reset in place of the end is an end too.
    let _ = stream.read_to_end(&mut Vec::new());
    Ok(())
}

/// A port that was free a moment ago and that this process has not given to a server before.
fn free_port(ip: IpAddr) -> io::Result<u16> {
    static GIVEN: Mutex<Option<HashSet<u16>>> = Mutex::new(None);
    loop {
        let port = TcpListener::bind((ip, 0))?.local_addr()?.port();
        let mut given = GIVEN
            .lock()
            .unwrap_or_else(|poisoned| poisoned.into_inner());
        if given.get_or_insert_default().insert(port) {
            return Ok(port);
        }
    }
}

/// Removes, once, what test processes that were killed have left behind.
fn sweep() {
    static SWEPT: Once = Once::new();
    SWEPT.call_once(|| {
        for entry in fs::read_dir(lab().join("run"))
            .into_iter()
            .flatten()
            .flatten()
        {
            let name = entry.file_name().to_string_lossy().into_owned();
            let pid = name.split('-').next().unwrap_or_default();
            if !Path::new("/proc").join(pid).exists() {
                let _ = fs::remove_dir_all(entry.path());
            }
        }
    });
}

fn lab() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("target/lab")
}
