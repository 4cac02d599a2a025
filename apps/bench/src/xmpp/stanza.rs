//! What clients write (RFC 6120, RFC 6121, XEP-0077), and what they look for.

use data_encoding::BASE64;

/// The domain of all accounts.
pub(crate) struct Domain;

impl Domain {
    pub(crate) const NAME: &'static str = "localhost";
}

/// The password of all accounts.
const PASSWORD: &str = "secret";
/// What a stanza that reports an error bears, whatever its quotes.
pub(super) const ERROR: &str = "<error";

/// Opens a stream, or opens it anew after authentication.
pub(super) fn stream() -> String {
    format!(
        "<?xml version='1.0'?><stream:stream to='{}' version='1.0' xmlns='jabber:client' \
         xmlns:stream='http://etherx.jabber.org/streams'>",
        Domain::NAME
    )
}

/// Makes an account in band.
pub(super) fn register(user: &str) -> String {
    format!(
        "<iq type='set' id='register' to='{}'><query xmlns='jabber:iq:register'><username>{user}</username>\
         <password>{PASSWORD}</password></query></iq>",
        Domain::NAME
    )
}

/// SASL PLAIN (RFC 4616).
pub(super) fn authenticate(user: &str) -> String {
    let secret = BASE64.encode(format!("\0{user}\0{PASSWORD}").as_bytes());
    format!("<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='PLAIN'>{secret}</auth>")
}

/// Binds a resource.
pub(super) fn bind() -> &'static str {
    "<iq type='set' id='bind'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'><resource>bench</resource></bind></iq>"
}

/// Says that the client takes messages.
pub(super) fn presence() -> &'static str {
    "<presence/>"
}

/// What stands before and after the body of a message to `user`.
pub(super) fn around_body(user: &str) -> (String, &'static str) {
    let domain = Domain::NAME;
    let before = format!("<message to='{user}@{domain}' type='chat'><body>");
    (before, "</body></message>")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_user_and_password_between_zeros() {
        let text = authenticate("ada");
        let secret = text.split(['<', '>']).nth(2).unwrap();
        assert_eq!(BASE64.decode(secret.as_bytes()).unwrap(), b"\0ada\0secret");
    }

    #[test]
    fn a_message_is_one_stanza() {
        let (before, after) = around_body("ben");
        assert_eq!(
            format!("{before}hello{after}"),
            "<message to='ben@localhost' type='chat'><body>hello</body></message>"
        );
    }
}
