//! A home's address: an origin, and nothing else.

use url::{Host, Url};

/// The path below a home's origin at which it speaks this protocol over WebSocket.
pub const SOCKET_PATH: &str = "/socket";
/// The longest address, in bytes.
const MAX_URL_BYTES: usize = 255;

/// `https://host[:port]`, or `http://` on loopback alone; normalised, without a slash at the end.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct HomeUrl(String);

/// Why a text is no home's address.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum HomeUrlError {
    /// Not a URL at all.
    #[error("this is not a web address")]
    Malformed,
    /// Plain http to a machine that is not this one.
    #[error("a home is reached by https; plain http is for this machine alone")]
    NotSecure,
    /// A path, query, fragment, user or password, which an origin has not.
    #[error("a home's address ends after the host and the port")]
    NotAnOrigin,
    /// Longer than any host name.
    #[error("a home's address has at most 255 characters, found {found}")]
    TooLong {
        /// Bytes that came.
        found: usize,
    },
}

fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(domain)) => domain == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

impl HomeUrl {
    /// Parses and normalises an address.
    ///
    /// # Errors
    /// [`HomeUrlError`] says which of the rules does not hold.
    pub fn parse(text: &str) -> Result<Self, HomeUrlError> {
        if text.len() > MAX_URL_BYTES {
            return Err(HomeUrlError::TooLong { found: text.len() });
        }
        let url = Url::parse(text.trim()).map_err(|_| HomeUrlError::Malformed)?;
        match url.scheme() {
            "https" => {}
            "http" if is_loopback(&url) => {}
            "http" => return Err(HomeUrlError::NotSecure),
            _ => return Err(HomeUrlError::Malformed),
        }
        let bare = url.path() == "/"
            && url.query().is_none()
            && url.fragment().is_none()
            && url.username().is_empty()
            && url.password().is_none();
        if !bare {
            return Err(HomeUrlError::NotAnOrigin);
        }
        let origin = url.as_str().trim_end_matches('/').to_owned();
        // A host in other letters is longer in the letters of domain names, and must read again as it is.
        if origin.len() > MAX_URL_BYTES {
            return Err(HomeUrlError::TooLong {
                found: origin.len(),
            });
        }
        Ok(Self(origin))
    }

    /// The address as text, `https://example.org`.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Host and port as people say it, `example.org`.
    pub fn host(&self) -> &str {
        self.0
            .split_once("://")
            .map_or(self.0.as_str(), |(_, host)| host)
    }

    /// Where the home's WebSocket is, `wss://example.org/socket`.
    pub fn socket(&self) -> String {
        // `http` becomes `ws` and `https` becomes `wss`.
        self.0.replacen("http", "ws", 1) + SOCKET_PATH
    }
}

impl std::fmt::Display for HomeUrl {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

crate::encoding::cbor_as_text!(HomeUrl);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_an_origin_and_secure_unless_on_this_machine() {
        let parsed = |text: &str| HomeUrl::parse(text).map(|url| url.as_str().to_owned());
        assert_eq!(
            parsed("https://Example.org/"),
            Ok("https://example.org".into())
        );
        assert_eq!(
            parsed("https://example.org:443"),
            Ok("https://example.org".into())
        );
        assert_eq!(
            parsed("http://localhost:8440"),
            Ok("http://localhost:8440".into())
        );
        assert_eq!(parsed("http://[::1]:1"), Ok("http://[::1]:1".into()));
        assert_eq!(parsed("http://example.org"), Err(HomeUrlError::NotSecure));
        assert_eq!(
            parsed("https://example.org/a"),
            Err(HomeUrlError::NotAnOrigin)
        );
        assert_eq!(
            parsed("https://u:p@example.org"),
            Err(HomeUrlError::NotAnOrigin)
        );
        assert_eq!(parsed("example.org"), Err(HomeUrlError::Malformed));
        assert_eq!(parsed("ftp://example.org"), Err(HomeUrlError::Malformed));
    }

    #[test]
    fn an_address_that_is_too_long_only_as_it_is_written_is_refused() {
        // Labels of 19 bytes as they are typed, of 25 as they are written (`xn--…`).
        let host = |labels: usize| vec!["\u{fc}bcdefghijklmnopqr"; labels].join(".");
        let short = HomeUrl::parse(&format!("https://{}", host(9))).unwrap();
        assert_eq!(HomeUrl::parse(short.as_str()), Ok(short));
        let typed = format!("https://{}", host(11));
        assert!(typed.len() <= MAX_URL_BYTES);
        let error = HomeUrl::parse(&typed).unwrap_err();
        assert!(matches!(error, HomeUrlError::TooLong { found } if found > MAX_URL_BYTES));
    }

    #[test]
    fn the_socket_stands_beside_the_page() {
        let url = HomeUrl::parse("http://127.0.0.1:8440").unwrap();
        assert_eq!(url.socket(), "ws://127.0.0.1:8440/socket");
        assert_eq!(url.host(), "127.0.0.1:8440");
        assert_eq!(
            HomeUrl::parse("https://a.org").unwrap().socket(),
            "wss://a.org/socket"
        );
    }
}
