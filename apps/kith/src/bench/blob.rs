//! A large blob put and had, beside `cp` and a sync of the same file in the same run.
//!
//! What goes up is a file, read as it is sent; what comes down is counted and compared with nothing,
//! since `cp` does not either. Each run does all three, so that a disk that is slow for a while is so
//! for all of them; the figures are medians.

use super::home::KithHome;
use super::home_client::{HomeClient, Logs};
use super::requests::{BenchLog, random};
use axum::http::StatusCode;
use data_encoding::{BASE64, BASE64URL_NOPAD, HEXLOWER};
use load::{LoadError, Peer, Server, free_port, peak_resident_kib};
use protocol::blob_size::{blob_bytes, padded_bytes};
use protocol::frame::{Request, Response};
use protocol::id::BlobId;
use protocol::proof::Right;
use protocol::request::{BlobName, BlobPut};
use protocol::secret::DeleteSecret;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use std::fs::File;
use std::io::{self, Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

/// Bytes that are read, sent and received at once.
const BUFFER_BYTES: usize = 1024 * 1024;

/// What is measured.
pub(super) struct BlobLoad {
    /// Where the data lie meanwhile.
    pub(super) folder: PathBuf,
    /// Bytes of content.
    pub(super) bytes: u64,
    /// How often.
    pub(super) runs: u32,
}

/// The file that goes up.
struct Original {
    path: PathBuf,
    size: u64,
    digest: [u8; 32],
}

/// A blob at the home.
struct Put {
    id: BlobId,
    secret: DeleteSecret,
}

/// Seconds of one run.
struct Run {
    copy_s: f64,
    up_s: f64,
    down_s: f64,
}

/// Measures; one JSON object.
///
/// # Errors
/// [`LoadError`].
pub(super) async fn measure(load: &BlobLoad) -> Result<Value, LoadError> {
    let folder = &load.folder;
    let size = padded_bytes(load.bytes).map(blob_bytes);
    let size = size.ok_or_else(|| LoadError::answer("the size", "no blob is so long"))?;
    let original = write_original(folder, size).map_err(LoadError::system("the file"))?;
    let port = free_port()?;
    let home = KithHome::new();
    let server = Server::start(home.command(folder, port)?, folder, port)?;
    let mut client = HomeClient::connect(port).await?;
    let log = Logs::new(HomeClient::connect(port).await?).next().await?;
    client.prove(&log, Right::Write).await?;
    client.prove(&log, Right::Read).await?;
    let before_kib = peak_resident_kib(&server.processes());
    let mut runs = Vec::new();
    for _ in 0..load.runs {
        let copy_s = copy(folder, &original).map_err(LoadError::system("cp"))?;
        let (put, up_s) = up(&mut client, &log, port, &original).await?;
        let down_s = down(&mut client, &log, port, &put, size).await?;
        erase(port, &put)?;
        runs.push(Run {
            copy_s,
            up_s,
            down_s,
        });
    }
    let median = |of: fn(&Run) -> f64| {
        let mut all: Vec<f64> = runs.iter().map(of).collect();
        all.sort_by(f64::total_cmp);
        all.get(all.len() / 2).copied().unwrap_or_default()
    };
    let (copy_s, up_s) = (median(|run| run.copy_s), median(|run| run.up_s));
    let down_s = median(|run| run.down_s);
    let each = runs
        .iter()
        .map(|run| json!({ "cp_sync_s": run.copy_s, "up_s": run.up_s, "down_s": run.down_s }));
    Ok(json!({
        "bytes": size,
        "cp_sync_s": copy_s,
        "up_s": up_s,
        "down_s": down_s,
        "up_of_cp_sync": copy_s / up_s,
        "down_of_cp_sync": copy_s / down_s,
        "resident_peak_kib_before": before_kib,
        "resident_peak_kib": peak_resident_kib(&server.processes()),
        "runs": each.collect::<Vec<_>>(),
    }))
}

/// A file that nothing can make smaller, durable, so that nobody pays for it later.
fn write_original(folder: &Path, size: u64) -> io::Result<Original> {
    let path = folder.join("original");
    let mut file = File::create(&path)?;
    let mut hasher = Sha256::new();
    let mut block = vec![0; BUFFER_BYTES];
    getrandom::fill(&mut block).map_err(io::Error::other)?;
    let mut left = size;
    while left > 0 {
        // Each block another one, without waiting for more randomness.
        if let Some(first) = block.first_chunk_mut::<8>() {
            *first = left.to_be_bytes();
        }
        let length = left.min(BUFFER_BYTES as u64);
        let piece = block.get(..length as usize).unwrap_or_default();
        file.write_all(piece)?;
        hasher.update(piece);
        left -= length;
    }
    file.sync_all()?;
    Ok(Original {
        path,
        size,
        digest: hasher.finalize().into(),
    })
}

/// `cp` and a sync of what it made.
fn copy(folder: &Path, original: &Original) -> io::Result<f64> {
    let copy = folder.join("copy");
    let started = Instant::now();
    let copied = Command::new("cp")
        .arg("--reflink=never")
        .args([&original.path, &copy])
        .status()?;
    if !copied.success() {
        return Err(io::Error::other("cp failed"));
    }
    File::open(&copy)?.sync_all()?;
    let seconds = started.elapsed().as_secs_f64();
    std::fs::remove_file(&copy)?;
    Ok(seconds)
}

async fn up(
    client: &mut HomeClient,
    log: &BenchLog,
    port: u16,
    original: &Original,
) -> Result<(Put, f64), LoadError> {
    let put = Put {
        id: BlobId::new(random()?),
        secret: DeleteSecret::new(random()?),
    };
    let request = Request::BlobPut(BlobPut {
        log: log.log,
        head: log.head,
        blob: put.id,
        size: original.size,
        delete: put.secret.hash(),
    });
    let ticket = ticket(client.ask(&request).await?)?;
    let started = Instant::now();
    let mut source = File::open(&original.path).map_err(LoadError::system("the file"))?;
    let head = format!(
        "{}content-type: application/partial-upload\r\nupload-offset: 0\r\nupload-complete: ?1\r\n\
         repr-digest: sha-256=:{}:\r\ncontent-length: {}\r\n\r\n",
        begun("PATCH", &put.id, &ticket),
        BASE64.encode(&original.digest),
        original.size
    );
    let sent = send(port, &head, &mut source, original.size);
    let (status, _) = sent.map_err(LoadError::system("sending the blob"))?;
    expect(status, StatusCode::NO_CONTENT)?;
    Ok((put, started.elapsed().as_secs_f64()))
}

async fn down(
    client: &mut HomeClient,
    log: &BenchLog,
    port: u16,
    put: &Put,
    size: u64,
) -> Result<f64, LoadError> {
    let request = Request::BlobGet(BlobName {
        log: log.log,
        head: log.head,
        blob: put.id,
    });
    let ticket = ticket(client.ask(&request).await?)?;
    let started = Instant::now();
    let head = begun("GET", &put.id, &ticket) + "\r\n";
    let got = send(port, &head, &mut io::empty(), 0);
    let (status, bytes) = got.map_err(LoadError::system("receiving the blob"))?;
    expect(status, StatusCode::OK)?;
    if bytes != size {
        return Err(LoadError::answer("GET", format!("{bytes} bytes")));
    }
    Ok(started.elapsed().as_secs_f64())
}

fn erase(port: u16, put: &Put) -> Result<(), LoadError> {
    let head = begun("DELETE", &put.id, put.secret.expose()) + "\r\n";
    let erased = send(port, &head, &mut io::empty(), 0);
    let (status, _) = erased.map_err(LoadError::system("erasing the blob"))?;
    expect(status, StatusCode::NO_CONTENT)
}

fn ticket(response: Response) -> Result<Vec<u8>, LoadError> {
    match response {
        Response::BlobTicket(ticket) => Ok(ticket.ticket),
        other => Err(LoadError::answer("a ticket", other)),
    }
}

fn expect(found: u16, expected: StatusCode) -> Result<(), LoadError> {
    if found == expected.as_u16() {
        Ok(())
    } else {
        Err(LoadError::answer("the blob", found))
    }
}

fn begun(method: &str, blob: &BlobId, bearer: &[u8]) -> String {
    format!(
        "{method} /blob/{} HTTP/1.1\r\nhost: home\r\nconnection: close\r\n\
         authorization: Bearer {}\r\n",
        HEXLOWER.encode(blob.as_bytes()),
        BASE64URL_NOPAD.encode(bearer)
    )
}

/// Sends a request; the status, and how many bytes the answer's body has.
fn send(port: u16, head: &str, body: &mut impl Read, size: u64) -> io::Result<(u16, u64)> {
    let mut stream = TcpStream::connect(("127.0.0.1", port))?;
    stream.write_all(head.as_bytes())?;
    let mut buffer = vec![0; BUFFER_BYTES];
    let mut left = size;
    while left > 0 {
        let read = body.read(&mut buffer)?;
        stream.write_all(buffer.get(..read).unwrap_or_default())?;
        left = match read {
            0 => return Err(io::ErrorKind::UnexpectedEof.into()),
            read => left.saturating_sub(read as u64),
        };
    }
    let mut answer = Vec::new();
    let mut bytes = 0;
    let mut end = None;
    loop {
        let read = stream.read(&mut buffer)?;
        let piece = buffer.get(..read).unwrap_or_default();
        if end.is_some() {
            bytes += read as u64;
        } else {
            answer.extend_from_slice(piece);
            end = answer.windows(4).position(|four| four == b"\r\n\r\n");
            bytes = end.map_or(0, |end| (answer.len() - end - 4) as u64);
        }
        if read == 0 {
            break;
        }
    }
    let text = String::from_utf8_lossy(answer.get(..end.unwrap_or(0)).unwrap_or_default());
    let status = text.split(' ').nth(1).and_then(|word| word.parse().ok());
    let status = status.ok_or_else(|| io::Error::other("no answer"))?;
    Ok((status, bytes))
}
