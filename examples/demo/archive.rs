//! The FTP server behind the demo: libunftp, over a folder that it can read and not change.

use std::fmt::Debug;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};

use async_trait::async_trait;
use libunftp::ServerBuilder;
use tokio::io::AsyncRead;
use tokio::net::TcpListener;
use tokio::runtime::Runtime;
use unftp_core::auth::DefaultUser as User;
use unftp_core::storage::{ErrorKind, Fileinfo, Result, StorageBackend};
use unftp_sbe_fs::{Filesystem, Meta};

/// Folders that are no part of the archive: git's own, and what cargo builds.
const LEFT_OUT: [&str; 2] = [".git", "target"];

/// A running server. It ends when this is dropped.
#[derive(Debug)]
pub(crate) struct Archive {
    addr: SocketAddr,
    _runtime: Runtime,
}

impl Archive {
    /// Serves `folder` to anyone on this machine.
    pub(crate) fn start(folder: &Path) -> io::Result<Self> {
        let folder = folder.to_owned();
        Filesystem::new(&folder)?;
        let runtime = Runtime::new()?;
        let listener = runtime.block_on(TcpListener::bind((Ipv4Addr::LOCALHOST, 0)))?;
        let addr = listener.local_addr()?;
        runtime.spawn(async move {
            while let Ok((control, _)) = listener.accept().await {
                // libunftp writes its replies piece by piece: 40 ms each, if Nagle had his way.
                let _ = control.set_nodelay(true);
                let folder = folder.clone();
                let open = move || ReadOnly(Filesystem::new(&folder).expect("it was there"));
                if let Ok(server) = ServerBuilder::new(Box::new(open)).build() {
                    tokio::spawn(server.service(control));
                }
            }
        });
        Ok(Self {
            addr,
            _runtime: runtime,
        })
    }

    /// Where it listens.
    pub(crate) fn addr(&self) -> SocketAddr {
        self.addr
    }
}

/// A folder with the left-out ones taken away, and all that would write.
#[derive(Debug)]
struct ReadOnly(Filesystem);

/// A path as libunftp gives it.
trait Name: AsRef<Path> + Send + Debug {}
impl<P: AsRef<Path> + Send + Debug> Name for P {}

#[async_trait]
impl StorageBackend<User> for ReadOnly {
    type Metadata = Meta;

    async fn metadata<P: Name>(&self, user: &User, path: P) -> Result<Meta> {
        self.0.metadata(user, shown(path)?).await
    }

    async fn list<P: Name>(&self, user: &User, path: P) -> Result<Vec<Fileinfo<PathBuf, Meta>>> {
        let mut entries = self.0.list(user, shown(path)?).await?;
        entries.retain(|entry| shown(&entry.path).is_ok());
        Ok(entries)
    }

    async fn cwd<P: Name>(&self, user: &User, path: P) -> Result<()> {
        self.0.cwd(user, shown(path)?).await
    }

    async fn get<P: Name>(
        &self,
        user: &User,
        path: P,
        start: u64,
    ) -> Result<Box<dyn AsyncRead + Send + Sync + Unpin>> {
        self.0.get(user, shown(path)?, start).await
    }

    async fn put<P: Name, R: AsyncRead + Send + Sync + Unpin + 'static>(
        &self,
        _: &User,
        _: R,
        _: P,
        _: u64,
    ) -> Result<u64> {
        refused()
    }

    async fn del<P: Name>(&self, _: &User, _: P) -> Result<()> {
        refused()
    }

    async fn mkd<P: Name>(&self, _: &User, _: P) -> Result<()> {
        refused()
    }

    async fn rename<P: Name>(&self, _: &User, _: P, _: P) -> Result<()> {
        refused()
    }

    async fn rmd<P: Name>(&self, _: &User, _: P) -> Result<()> {
        refused()
    }
}

/// The path, if it leads into no folder that is left out.
fn shown(path: impl Name) -> Result<PathBuf> {
    let path = path.as_ref();
    let left_out = |part: &std::ffi::OsStr| LEFT_OUT.iter().any(|name| part == *name);
    match path.iter().any(left_out) {
        true => Err(ErrorKind::PermanentFileNotAvailable.into()),
        false => Ok(path.to_owned()),
    }
}

fn refused<T>() -> Result<T> {
    Err(ErrorKind::PermissionDenied.into())
}
