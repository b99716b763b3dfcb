//! One request of one client: find what it names, answer it, end the connection in the right way.

use std::net::SocketAddr;
use std::sync::Arc;

use futures::join;
use log::debug;

use super::access::Record;
use super::client::Client;
use super::fetch::{Errand, Fetch};
use super::relay::{self, unless_gone};
use super::service::Service;
use super::{listing, local, menus};
use crate::gate::path::Path;
use crate::gate::target;
use crate::gate::{Error, Target};
use crate::gopher::menu::{self, Style};
use crate::gopher::request::{self, Plus, Request};
use crate::rt::net::Stream;
use crate::rt::time::{now, timeout, utc};

/// Serves one connection to its end, and logs it.
pub async fn serve(stream: Stream, peer: SocketAddr, session: u64, service: Arc<Service>) {
    let (start, at) = (now(), utc());
    let Ok(mut client) = Client::new(stream, &service.options.deadlines) else {
        return;
    };
    let mut exchange = Exchange {
        service: &service,
        session,
        request: None,
        upstream: None,
    };
    let whole = service.options.deadlines.whole;
    let answered = timeout(whole, exchange.answer(&mut client)).await;
    let answered = answered.unwrap_or(Err(Error::WholeDeadline {
        seconds: whole.as_secs(),
    }));
    let plus = exchange.request.as_ref().and_then(|request| request.plus);
    let (whole, error) = match answered {
        Ok(error) => (true, error),
        Err(error) => (
            excuse(&mut client, &error, plus, &service).await,
            Some(error),
        ),
    };
    Record {
        peer: peer.ip(),
        session,
        at,
        selector: exchange
            .request
            .as_ref()
            .map_or(b"-".as_slice(), |request| &request.selector),
        upstream: exchange.upstream.as_deref(),
        bytes: client.sent(),
        took: now().duration_since(start),
        error: error.as_ref(),
    }
    .log(service.options.log_format);
    if whole {
        client.close().await;
    } else {
        client.reset();
    }
}

/// Tells a client that it cannot be served at all.
pub async fn refuse(stream: Stream, error: &Error, service: &Service) {
    let Ok(mut client) = Client::new(stream, &service.options.deadlines) else {
        return;
    };
    let item = menu::error(&service.options.output.encode(&error.to_string()));
    if client.send(&item).await.is_ok() {
        client.close().await;
    }
}

/// An error item, if nothing was sent yet: whether the answer is a whole one with that.
async fn excuse(client: &mut Client, error: &Error, plus: Option<Plus>, service: &Service) -> bool {
    match error {
        Error::Request(request::Error::Silent) => return true,
        Error::ClientGone | Error::ClientDeadline => return false,
        _ if client.sent() > 0 => return false,
        _ => {}
    }
    let text = service.options.output.encode(&error.to_string());
    let item = match plus {
        None => menu::error(&text),
        Some(_) => menu::gopher_plus_error(&text),
    };
    client.send(&item).await.is_ok()
}

struct Exchange<'a> {
    service: &'a Service,
    session: u64,
    request: Option<Request>,
    upstream: Option<String>,
}

impl Exchange<'_> {
    /// Answers the request. `Ok(Some(..))` is a failure that the answer itself tells of.
    async fn answer(&mut self, client: &mut Client) -> Result<Option<Error>, Error> {
        let request = client.request().await?;
        self.request = Some(request.clone());
        if request.plus == Some(Plus::Info) {
            return Err(Error::NoAttributes);
        }
        let style = match request.plus {
            None => Style::Plain,
            Some(Plus::View | Plus::Info) => Style::GopherPlus,
            Some(Plus::Directory) => Style::Attributes,
        };
        let selector = request.selector.as_slice();
        let bare = selector.strip_prefix(b"/").unwrap_or(selector);
        if bare.is_empty() {
            return menus::send(&Path::default(), client, self.service, style)
                .await
                .map(|()| None);
        }
        if bare == menus::OPEN && self.service.policy.is_open() {
            let wanted = request.search.unwrap_or_default();
            return menus::send_opened(&wanted, client, self.service, style)
                .await
                .map(|()| None);
        }
        if let Some(url) = bare
            .strip_prefix(b"URL:")
            .filter(|url| self.service.policy.links_url(url))
        {
            let page = menus::redirect_page(url);
            return menus::send_file(&page, client, style).await.map(|()| None);
        }
        // Each in a box of its own: a client that has not asked yet holds the room of none.
        match Target::parse(selector, &self.service.sites) {
            Ok(target) => Box::pin(self.fetch(target, client, style)).await,
            Err(target::Error::NotFtp) => Box::pin(self.local(selector, client, style))
                .await
                .map(|()| None),
            Err(error) => Err(error.into()),
        }
    }

    async fn fetch(
        &mut self,
        target: Target,
        client: &mut Client,
        style: Style,
    ) -> Result<Option<Error>, Error> {
        let service = self.service;
        let (target, reach) = service.policy.admit(target)?;
        let upstream = self.upstream.insert(target.to_string());
        debug!("#{} wants {upstream}", self.session);
        let settings = service.sites.settings(&target.host, target.port);
        let errand = Errand {
            target: &target,
            reach,
            settings,
            trust: service.trusts.of(settings),
            login: &service.options.logins.of(&target.host, target.port),
            restart: 0,
            doors: &service.doors,
            deadlines: &service.options.deadlines,
            session: self.session,
        };
        let opening = Box::pin(Fetch::open(&errand));
        let mut fetch = Box::new(unless_gone(client, opening).await?);
        if fetch.begun().is_some_and(|begun| begun.listing.is_some()) {
            let menu = listing::menu(&mut fetch, client, service, &target, style);
            let failure = Box::pin(menu).await?;
            match failure {
                None => drop(join!(fetch.quit(), client.end())),
                Some(_) => drop(fetch),
            }
            return Ok(failure);
        }
        let text = service.sends_as_text(target.path.name());
        menus::begin_file(client, style, text).await?;
        if text {
            relay::text(&mut fetch, client).await?;
        } else {
            relay::bytes(&mut fetch, client).await?;
        }
        join!(fetch.quit(), client.end());
        Ok(None)
    }

    async fn local(
        &mut self,
        selector: &[u8],
        client: &mut Client,
        style: Style,
    ) -> Result<(), Error> {
        let service = self.service;
        let opened = match service.policy.local(selector) {
            Err(error) => Err(error),
            Ok(paths) => {
                if let Some(path) = paths.iter().find(|path| service.menus.get(path).is_some()) {
                    return menus::send(path, client, service, style).await;
                }
                local::open_first(paths, client, service).await
            }
        };
        let (path, found) = match opened {
            Err(_) if matches!(selector, b"caps.txt" | b"/caps.txt") => {
                let caps = menus::caps(service.options.output);
                return menus::send_file(caps.as_bytes(), client, style).await;
            }
            opened => opened?,
        };
        match found {
            local::Local::Items(items) => local::send_items(&items, client, style).await,
            local::Local::File(mut file) => {
                let text = service.sends_as_text(path.name());
                menus::begin_file(client, style, text).await?;
                local::send_file(&mut file, text, client).await
            }
        }
    }
}
#[cfg(test)]
mod tests {
    use super::*;

    /// What a client holds that has not asked yet, beside its socket.
    const MOST: usize = 8 * 1024;

    #[test]
    fn a_client_that_is_silent_holds_little() {
        fn size<F>(_: impl FnOnce(Stream, SocketAddr, u64, Arc<Service>) -> F) -> usize {
            size_of::<F>()
        }
        let size = size(serve);
        assert!(size <= MOST, "{size} bytes");
    }
}
