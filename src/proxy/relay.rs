//! From the FTP server to the client: one buffer, no faster than the slower of the two.

use std::future::Future;
use std::pin::pin;

use futures::future::{Either, select};

use super::client::Client;
use super::fetch::Fetch;
use crate::gate::Error;
use crate::gopher::TextEncoder;

/// Runs `work` unless the client goes away first; then `work` is dropped, and with it every
/// connection that it holds.
///
/// # Errors
///
/// [`Error::ClientGone`], or what `work` says.
pub async fn unless_gone<T>(
    client: &mut Client,
    work: impl Future<Output = Result<T, Error>>,
) -> Result<T, Error> {
    match select(pin!(work), pin!(client.gone())).await {
        Either::Left((done, _)) => done,
        Either::Right(_) => Err(Error::ClientGone),
    }
}

/// Sends all that is fetched, byte for byte.
///
/// # Errors
///
/// Either side's. What the client has is then a part only.
pub async fn bytes(fetch: &mut Fetch, client: &mut Client) -> Result<(), Error> {
    while let Some(bytes) = unless_gone(client, fetch.next()).await? {
        client.send(bytes).await?;
    }
    Ok(())
}

/// Sends all that is fetched as RFC 1436's TextFile.
///
/// # Errors
///
/// As for [`bytes`].
pub async fn text(fetch: &mut Fetch, client: &mut Client) -> Result<(), Error> {
    let mut encoder = TextEncoder::new();
    let mut out = Vec::new();
    while let Some(bytes) = unless_gone(client, fetch.next()).await? {
        out.clear();
        encoder.encode(bytes, &mut out);
        client.send(&out).await?;
    }
    out.clear();
    encoder.end(&mut out);
    client.send(&out).await
}
