//! That these tests would notice: each check that every test makes is shown something that it must not pass.

use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::panic::{AssertUnwindSafe, catch_unwind};

use crate::support::browser::{Browser, Settings};
use crate::support::devtools::in_workers;
use crate::support::elsewhere::Elsewhere;
use crate::support::home::Home;
use crate::support::person::Person;
use crate::support::seats::Seats;
use crate::support::wait_for;

/// Serves one page at a free port.
fn serve(headers: &'static str, page: &'static str) -> Home {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    std::thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            let _ = stream.read(&mut [0; 4096]);
            let length = page.len();
            let answer = format!(
                "HTTP/1.1 200 OK\r\ncontent-type: text/html\r\n{headers}content-length: {length}\r\n\
                 connection: close\r\n\r\n{page}"
            );
            let _ = stream.write_all(answer.as_bytes());
        }
    });
    Home::none(port)
}

/// What is said of a visit to such a page.
fn complaint(headers: &'static str, page: &'static str) -> String {
    let _seats = Seats::take(1);
    let home = serve(headers, page);
    let visit = catch_unwind(AssertUnwindSafe(|| {
        let person = Person::new("visitor", &home);
        person.visit(&home.url());
        person.reads("Hello");
        // Its requests have come by then.
        person
            .browser()
            .script("await new Promise((done) => setTimeout(done, 300));");
    }));
    let said = visit.err();
    said.and_then(|said| said.downcast_ref::<String>().cloned())
        .unwrap_or_default()
}

#[test]
fn a_page_without_fault_is_passed() {
    assert_eq!(complaint("", "<p>Hello<link rel=icon href=data:,>"), "");
}

#[test]
fn what_a_policy_forbids_is_noticed() {
    let policy = "content-security-policy: default-src 'none'; img-src data:\r\n";
    let page = "<p>Hello<link rel=icon href=data:,><script>document.title = 'inline'</script>";
    let said = complaint(policy, page);
    assert!(said.contains("Content Security Policy"), "{said}");
}

#[test]
fn an_error_that_nobody_caught_is_noticed() {
    let page = "<p>Hello<link rel=icon href=data:,><script>setTimeout(() => nothing())</script>";
    let said = complaint("", page);
    assert!(said.contains("nothing is not defined"), "{said}");
}

#[test]
fn a_request_to_somewhere_else_is_noticed() {
    let page = "<p>Hello<link rel=icon href=data:,><script>new Worker(URL.createObjectURL(new Blob(
        [\"fetch('http://example.org/x', {mode: 'no-cors'}).catch(() => 0)\"])))</script>";
    let said = complaint("", page);
    assert!(said.contains("example.org/x"), "{said}");
}

#[test]
fn nothing_of_a_browser_is_left_when_it_was_killed() {
    let _seats = Seats::take(1);
    let folder = tempfile::tempdir().unwrap();
    let browser = Browser::start(folder.path(), &Settings::default());
    let group = browser.group();
    assert!(group.processes().len() > 3, "{:?}", group.processes());
    drop(browser);
    assert!(group.processes().is_empty(), "{:?}", group.processes());
}

#[test]
fn a_worker_can_be_made_to_fail() {
    let _seats = Seats::take(1);
    let home = serve(
        "",
        "<link rel=icon href=data:,><script>const worker = new Worker(URL.createObjectURL(new Blob(
            ['setInterval(() => 0, 1000)'])));
        worker.onerror = (event) => { document.body.innerText = event.message; event.preventDefault(); }
        </script><body>",
    );
    let (folder, elsewhere) = (tempfile::tempdir().unwrap(), Elsewhere::start());
    let settings = Settings {
        flags: elsewhere.flags(&[home.host()]).into(),
        ..Settings::default()
    };
    let browser = Browser::start(folder.path(), &settings);
    browser.go(&home.url());
    let script = "setTimeout(() => { throw new Error('planted') })";
    wait_for("the worker", || {
        (in_workers(&browser, script).len() == 1).then_some(())
    });
    wait_for("the error", || {
        let text = browser.script("return document.body.innerText;");
        text.as_str()?.contains("planted").then_some(())
    });
}
