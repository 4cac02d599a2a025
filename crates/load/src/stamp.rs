//! Stamps in text: the moment at which a message was to be sent, found again in whatever a protocol
//! wraps around it.

const MARK: &[u8] = b"T=";
const DIGITS: usize = 16;
const LENGTH: usize = MARK.len() + DIGITS + 1;

/// A text of `bytes` bytes that begins with a stamp and goes on with letters that do not repeat.
pub fn stamped_text(sent_ns: u64, bytes: usize) -> String {
    let mut text = format!("T={sent_ns:016x};");
    // What follows differs from message to message, so that no server gains by compressing it.
    let mut state = sent_ns | 1;
    while text.len() < bytes {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        let letter = u8::try_from(state % 26).unwrap_or(0);
        text.push(char::from(b'a' + letter));
    }
    text
}

/// Tells every whole stamp in `buffer` and drops what was looked at.
pub fn find_stamps(buffer: &mut Vec<u8>, mut found: impl FnMut(u64)) {
    let mut done = 0;
    let mut at = 0;
    while let Some(window) = buffer.get(at..at + LENGTH) {
        let digits = window
            .strip_prefix(MARK)
            .and_then(|rest| rest.strip_suffix(b";"))
            .and_then(|digits| std::str::from_utf8(digits).ok())
            .and_then(|digits| u64::from_str_radix(digits, 16).ok());
        match digits {
            Some(sent_ns) => {
                found(sent_ns);
                at += LENGTH;
                done = at;
            }
            None => at += 1,
        }
    }
    // A stamp may be cut at the end.
    let keep_from = done.max(buffer.len().saturating_sub(LENGTH - 1));
    buffer.drain(..keep_from);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stamps_are_found_once_however_they_are_cut() {
        let whole: Vec<u8> = (1..=3_u64)
            .flat_map(|of| format!("<body>{}</body>", stamped_text(of, 60)).into_bytes())
            .collect();
        for cut in 1..whole.len() {
            let (mut buffer, mut seen) = (Vec::new(), Vec::new());
            for part in whole.chunks(cut) {
                buffer.extend_from_slice(part);
                find_stamps(&mut buffer, |sent_ns| seen.push(sent_ns));
            }
            assert_eq!(seen, [1, 2, 3], "cut every {cut} bytes");
        }
    }
}
