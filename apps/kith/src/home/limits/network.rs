//! From where somebody comes, as coarse as addresses are given out.

use axum::http::{HeaderMap, HeaderName};
use std::net::{IpAddr, SocketAddr};

/// An IPv4 address, or the /64 of an IPv6 address: what one subscriber of a provider has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(in crate::home) enum Network {
    V4([u8; 4]),
    V6([u8; 8]),
}

impl Network {
    /// The network of an address.
    pub(in crate::home) fn of(address: IpAddr) -> Self {
        match address.to_canonical() {
            IpAddr::V4(address) => Self::V4(address.octets()),
            IpAddr::V6(address) => {
                let [a, b, c, d, e, f, g, h, ..] = address.octets();
                Self::V6([a, b, c, d, e, f, g, h])
            }
        }
    }
}

/// What a proxy says in this header: the last address in it, which is the one that the proxy itself
/// added.
pub(super) fn told(headers: &HeaderMap, name: &HeaderName) -> Option<IpAddr> {
    let last = headers.get_all(name).iter().next_back()?;
    let text = last.to_str().ok()?.rsplit(',').next()?.trim();
    let bare = text.trim_start_matches('[').trim_end_matches(']');
    bare.parse()
        .ok()
        .or_else(|| text.parse().ok().map(|socket: SocketAddr| socket.ip()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_of_one_subscriber_are_one_network() {
        let network = |text: &str| Network::of(text.parse().unwrap());
        assert_eq!(network("2001:db8:1:2::3"), network("2001:db8:1:2:ffff::"));
        assert_ne!(network("2001:db8:1:2::3"), network("2001:db8:1:3::3"));
        assert_eq!(network("192.0.2.1"), network("::ffff:192.0.2.1"));
        assert_ne!(network("192.0.2.1"), network("192.0.2.2"));
    }

    #[track_caller]
    fn check(values: &[&str], expected: Option<&str>) {
        let name = HeaderName::from_static("x-forwarded-for");
        let mut headers = HeaderMap::new();
        for value in values {
            headers.append(&name, value.parse().unwrap());
        }
        let expected = expected.map(|text| text.parse::<IpAddr>().unwrap());
        assert_eq!(told(&headers, &name), expected);
    }

    #[test]
    fn only_what_the_proxy_itself_added_is_believed() {
        check(&["192.0.2.1"], Some("192.0.2.1"));
        check(&["198.51.100.7, 192.0.2.1"], Some("192.0.2.1"));
        check(&["198.51.100.7", "192.0.2.1"], Some("192.0.2.1"));
        check(&["192.0.2.1:4711"], Some("192.0.2.1"));
        check(&["2001:db8::1"], Some("2001:db8::1"));
        check(&["[2001:db8::1]"], Some("2001:db8::1"));
        check(&["[2001:db8::1]:4711"], Some("2001:db8::1"));
        check(&["192.0.2.1, unknown"], None);
        check(&[], None);
    }
}
