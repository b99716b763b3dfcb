//! The program itself, as an operator starts it: a process on a free port, with a gophermap of its
//! own, and a Gopher client of a few lines to talk to it.

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Shutdown, SocketAddr, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

/// No answer in a test takes longer.
pub const PATIENCE: Duration = Duration::from_secs(60);

/// A running gateway.
pub struct Gateway {
    child: Child,
    addr: SocketAddr,
    folder: PathBuf,
    log: Arc<Mutex<Vec<u8>>>,
}

/// How to start one.
#[derive(Default)]
pub struct Setup {
    map: Vec<u8>,
    config: String,
    arguments: Vec<String>,
    files: Vec<(String, Vec<u8>)>,
    links: Vec<(String, String)>,
}

impl Setup {
    /// A gateway with this gophermap.
    pub fn map(map: impl Into<Vec<u8>>) -> Self {
        Self {
            map: map.into(),
            ..Self::default()
        }
    }

    /// A gateway whose gophermap links the root of this FTP server.
    pub fn linking(server: SocketAddr) -> Self {
        Self::map(format!("1archive\tftp://{server}/\n"))
    }

    /// Adds text to its configuration file.
    pub fn config(mut self, text: &str) -> Self {
        self.config.push_str(text);
        self.config.push('\n');
        self
    }

    /// Adds an argument.
    pub fn arg(mut self, argument: &str) -> Self {
        self.arguments.push(argument.to_owned());
        self
    }

    /// Adds a file beside the gophermap; `name` may have folders in it.
    pub fn file(mut self, name: &str, content: impl Into<Vec<u8>>) -> Self {
        self.files.push((name.to_owned(), content.into()));
        self
    }

    /// Adds a symbolic link beside the gophermap, to `target` as it is written.
    pub fn link(mut self, name: &str, target: &str) -> Self {
        self.links.push((name.to_owned(), target.to_owned()));
        self
    }

    /// Starts it, and waits until it listens.
    pub fn start(self) -> Gateway {
        static NUMBER: AtomicUsize = AtomicUsize::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let base = PathBuf::from(env!("CARGO_TARGET_TMPDIR"));
        let folder = base.join(format!("gateway-{}-{number}", std::process::id()));
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(&folder).unwrap();
        fs::write(folder.join("gophermap"), &self.map).unwrap();
        fs::write(folder.join("gophergate.toml"), &self.config).unwrap();
        for (name, content) in &self.files {
            let file = folder.join(name);
            fs::create_dir_all(file.parent().unwrap()).unwrap();
            fs::write(file, content).unwrap();
        }
        for (name, target) in &self.links {
            std::os::unix::fs::symlink(target, folder.join(name)).unwrap();
        }
        let mut command = Command::new(env!("CARGO_BIN_EXE_gophergate"));
        command.arg("serve").arg(folder.join("gophermap"));
        command
            .args(["--listen", "127.0.0.1:0", "--config"])
            .arg(folder.join("gophergate.toml"));
        command.args(&self.arguments).env("GOPHERGATE_LOG", "debug");
        command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let log = Arc::new(Mutex::new(Vec::new()));
        collect(child.stderr.take().unwrap(), Arc::clone(&log));
        let mut first = String::new();
        BufReader::new(child.stdout.take().unwrap())
            .read_line(&mut first)
            .unwrap();
        let addr = first
            .strip_prefix("listening on gopher://")
            .and_then(|rest| rest.trim_end().strip_suffix('/'))
            .and_then(|addr| addr.parse().ok());
        let addr = addr.unwrap_or_else(|| panic!("{first:?}: {}", text(&log)));
        Gateway {
            child,
            addr,
            folder,
            log,
        }
    }
}

impl Gateway {
    /// Where it listens.
    pub fn addr(&self) -> SocketAddr {
        self.addr
    }

    /// The folder of its gophermap.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Its process.
    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// What it logged so far.
    pub fn log(&self) -> String {
        text(&self.log)
    }

    /// Waits until its log holds `words`.
    pub fn wait_for_log(&self, words: &str) {
        wait_until(&format!("{words:?} in the log"), || {
            self.log().contains(words)
        });
    }

    /// The descriptors that its process has open.
    pub fn descriptors(&self) -> usize {
        fs::read_dir(format!("/proc/{}/fd", self.pid()))
            .unwrap()
            .count()
    }

    /// A connection to it.
    pub fn connect(&self) -> TcpStream {
        let stream = TcpStream::connect(self.addr).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        stream.set_write_timeout(Some(PATIENCE)).unwrap();
        stream
    }

    /// Sends `request` as it is, and reads the answer to its end. An end by reset is an error, with
    /// what was received before it.
    pub fn exchange(&self, request: &[u8]) -> Result<Vec<u8>, Vec<u8>> {
        let mut stream = self.connect();
        stream.write_all(request).unwrap();
        read_to_end(&mut stream)
    }

    /// The answer to a selector; it must end well.
    pub fn get(&self, selector: impl AsRef<[u8]>) -> Vec<u8> {
        let selector = selector.as_ref();
        let request = [selector, b"\r\n"].concat();
        let shown = String::from_utf8_lossy(selector);
        self.exchange(&request)
            .unwrap_or_else(|_| panic!("{shown}: reset\n{}", self.log()))
    }

    /// The items of a menu, each as its fields: type and display, selector, host, port. The menu
    /// must be a whole one.
    pub fn menu(&self, selector: impl AsRef<[u8]>) -> Vec<Item> {
        items(&self.get(selector))
    }

    /// Sends it a signal by name, as `TERM`.
    pub fn signal(&self, name: &str) {
        let status = Command::new("kill")
            .args([&format!("-{name}"), &self.pid().to_string()])
            .status();
        assert!(status.unwrap().success());
    }

    /// Waits for its end; its exit code.
    pub fn wait(&mut self) -> Option<i32> {
        let start = Instant::now();
        while start.elapsed() < PATIENCE {
            if let Some(status) = self.child.try_wait().unwrap() {
                return status.code();
            }
            thread::sleep(Duration::from_millis(5));
        }
        panic!("it does not end\n{}", self.log());
    }
}

impl Drop for Gateway {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
        let _ = fs::remove_dir_all(&self.folder);
        if thread::panicking() {
            eprintln!("the gateway's log:\n{}", self.log());
        }
    }
}

/// An item of a menu.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item {
    /// The item type.
    pub kind: char,
    /// What is shown.
    pub display: Vec<u8>,
    /// The selector.
    pub selector: Vec<u8>,
    /// The host.
    pub host: Vec<u8>,
    /// The port.
    pub port: u16,
}

impl Item {
    /// What is shown, as text.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.display).into_owned()
    }
}

/// The items of a whole menu: each line four fields and CRLF, and the lastline at the end.
pub fn items(menu: &[u8]) -> Vec<Item> {
    let shown = String::from_utf8_lossy(menu);
    let body = menu
        .strip_suffix(b".\r\n")
        .unwrap_or_else(|| panic!("no lastline: {shown}"));
    let mut items = Vec::new();
    let mut rest = body;
    while !rest.is_empty() {
        let end = rest
            .windows(2)
            .position(|window| window == b"\r\n")
            .expect("a line without CRLF");
        assert!(end + 2 < 1024, "a line of {} bytes", end + 2);
        let fields: Vec<&[u8]> = rest[..end].split(|byte| *byte == b'\t').collect();
        assert_eq!(
            fields.len(),
            4,
            "{:?} in {shown}",
            String::from_utf8_lossy(&rest[..end])
        );
        items.push(Item {
            kind: char::from(fields[0][0]),
            display: fields[0][1..].to_vec(),
            selector: fields[1].to_vec(),
            host: fields[2].to_vec(),
            port: std::str::from_utf8(fields[3]).unwrap().parse().unwrap(),
        });
        rest = &rest[end + 2..];
    }
    items
}

/// The text of an answer that is one error item and nothing else.
pub fn error_text(answer: &[u8]) -> String {
    let items = items(answer);
    assert_eq!(items.len(), 1, "{}", String::from_utf8_lossy(answer));
    assert_eq!(
        (items[0].kind, items[0].host.as_slice(), items[0].port),
        ('3', &b"error.host"[..], 1)
    );
    items[0].text()
}

/// Reads to the end. A reset is an error, with what was received before it.
pub fn read_to_end(stream: &mut TcpStream) -> Result<Vec<u8>, Vec<u8>> {
    let mut answer = Vec::new();
    match stream.read_to_end(&mut answer) {
        Ok(_) => {
            let _ = stream.shutdown(Shutdown::Both);
            Ok(answer)
        }
        Err(error) if error.kind() == std::io::ErrorKind::ConnectionReset => Err(answer),
        Err(error) => panic!("{error} after {} bytes", answer.len()),
    }
}

/// Waits until something holds, looking often.
pub fn wait_until(what: &str, mut holds: impl FnMut() -> bool) {
    let start = Instant::now();
    while !holds() {
        assert!(
            start.elapsed() < PATIENCE,
            "{what}: not within {PATIENCE:?}"
        );
        thread::sleep(Duration::from_millis(2));
    }
}

fn collect(mut from: impl Read + Send + 'static, into: Arc<Mutex<Vec<u8>>>) {
    thread::spawn(move || {
        let mut bytes = [0; 4096];
        while let Ok(read) = from.read(&mut bytes) {
            if read == 0 {
                return;
            }
            into.lock().unwrap().extend_from_slice(&bytes[..read]);
        }
    });
}

fn text(log: &Mutex<Vec<u8>>) -> String {
    String::from_utf8_lossy(&log.lock().unwrap()).into_owned()
}
