//! Something listens at the address, but it is no home: a bounded wait and exit code 4.

use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::time::Duration;

use crate::support::person::Person;

/// Listens on a free port and treats each connection so; ends with the test's process.
fn listens(treat: impl Fn(TcpStream) + Send + 'static) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            treat(stream.unwrap());
        }
    });
    url
}

#[track_caller]
fn is_no_home(url: &str) {
    let ada = Person::fresh();
    let said = ada.run(&["persona", "new", "Ada", "--home", url]);
    let message = said.failed(4);
    assert!(message.contains("127.0.0.1"), "{message}");
    assert!(said.took < Duration::from_secs(25), "{said:?}");
    assert_eq!(said.text("home"), url, "the result is printed");
    assert_eq!(ada.list("persona").len(), 1);
    ada.run(&["profile", "info"]).ok();
}

#[test]
fn nobody_listens() {
    is_no_home("http://127.0.0.1:9");
}

#[test]
fn somebody_closes_at_once() {
    is_no_home(&listens(drop));
}

#[test]
fn somebody_never_says_a_word() {
    let kept = std::sync::Mutex::new(Vec::new());
    is_no_home(&listens(move |stream| kept.lock().unwrap().push(stream)));
}

#[test]
fn somebody_speaks_something_else() {
    for words in [
        &b"220 mail.example.org ESMTP\r\n"[..],
        b"HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\n\r\n",
        b"HTTP/1.1 301 Moved\r\nlocation: https://example.org\r\ncontent-length: 0\r\n\r\n",
        b"HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\n\r\n",
        &[0xff; 4_096],
    ] {
        is_no_home(&listens(move |mut stream| {
            let _ = stream.read(&mut [0; 1_024]);
            let _ = stream.write_all(words);
        }));
    }
}
