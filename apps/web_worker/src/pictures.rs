//! Whether a file is a picture that can be shown: by its own first bytes, never by its name or what its sender says.
//!
//! Only formats that hold pixels and nothing else are known; not AVIF, whose size is not found safely yet. One whose pixels no phone has memory for is none either: how
//! many there are stands in its beginning, and a small file can hold very many.

use imagesize::ImageType;
use std::io::Cursor;
use view::{Picture, PictureFormat};

/// Bytes of a file in which its kind and size must stand. What cameras put before that is shorter.
pub const BEGINNING_BYTES: u64 = 1 << 20;
/// The largest file that is shown, in bytes: all of it is held in memory.
pub const MOST_BYTES: u64 = 64 << 20;
/// The most pixels that are shown: four bytes each are held in memory.
const MOST_PIXELS: u64 = 64_000_000;

/// What a file is by its beginning, if it is a picture that can be shown.
pub fn picture(beginning: &[u8]) -> Option<Picture> {
    let format = match imagesize::image_type(beginning).ok()? {
        ImageType::Gif => PictureFormat::Gif,
        ImageType::Jpeg => PictureFormat::Jpeg,
        ImageType::Png => PictureFormat::Png,
        ImageType::Webp => PictureFormat::Webp,
        _ => return None,
    };
    let size = imagesize::reader_size(Cursor::new(beginning)).ok()?;
    let (width, height) = (size.width as u64, size.height as u64);
    let pixels = width.checked_mul(height)?;
    (1..=MOST_PIXELS).contains(&pixels).then_some(Picture {
        format,
        width: u32::try_from(width).ok()?,
        height: u32::try_from(height).ok()?,
    })
}

#[cfg(test)]
mod tests {
    use super::picture;
    use proptest::prelude::{any, prop_oneof, proptest};
    use view::PictureFormat;

    /// The beginning of a PNG of this size.
    fn png(width: u32, height: u32) -> Vec<u8> {
        let mut bytes = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR".to_vec();
        bytes.extend(width.to_be_bytes());
        bytes.extend(height.to_be_bytes());
        bytes.extend([8, 6, 0, 0, 0]);
        bytes
    }

    fn gif(width: u16, height: u16) -> Vec<u8> {
        let mut bytes = b"GIF89a".to_vec();
        bytes.extend(width.to_le_bytes());
        bytes.extend(height.to_le_bytes());
        bytes.extend([0; 8]);
        bytes
    }

    #[test]
    fn a_picture_is_known_by_its_bytes() {
        let found = picture(&png(3, 2)).unwrap();
        assert_eq!(
            (found.format, found.width, found.height),
            (PictureFormat::Png, 3, 2)
        );
        assert_eq!(picture(&gif(7, 9)).unwrap().format, PictureFormat::Gif);
        let jpeg = b"\xff\xd8\xff\xc0\0\x11\x08\0\x02\0\x03\x03\x01\x22\0\x02\x11\x01\x03\x11\x01";
        assert_eq!(picture(jpeg).unwrap().width, 3);
        let webp = b"RIFF\x24\0\0\0WEBPVP8X\x0a\0\0\0\0\0\0\0\x04\0\0\x05\0\0\0\0\0\0";
        assert_eq!(picture(webp).unwrap().height, 6);
    }

    #[test]
    fn what_could_run_or_lies_is_no_picture() {
        for bytes in [
            &b""[..],
            b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
            b"<?xml version='1.0'?><svg/>",
            b"<!doctype html><script>alert(1)</script>",
            b"\x89PNG\r\n",
            b"%PDF-1.7",
            b"\0\0\0\x20ftypavif\0\0\0\0avifmif1miafMA1B\0\0\0\x08meta",
            b"BM\x36\0\0\0\0\0\0\0\x36\0\0\0\x28\0\0\0\x01\0\0\0\x01\0\0\0",
            b"GIF89a",
        ] {
            assert_eq!(picture(bytes), None, "{:?}", bytes.escape_ascii());
        }
    }

    #[test]
    fn one_of_more_pixels_than_there_is_memory_for_is_none() {
        assert!(picture(&png(8_000, 8_000)).is_some());
        for (width, height) in [(8_001, 8_000), (u32::MAX, u32::MAX), (0, 5), (5, 0)] {
            assert_eq!(picture(&png(width, height)), None, "{width} {height}");
        }
        assert_eq!(picture(&gif(0, 0)), None);
    }

    proptest! {
        #[test]
        fn any_bytes_are_looked_at_without_harm(
            kind in prop_oneof![
                proptest::strategy::Just(&b""[..]), proptest::strategy::Just(&b"\x89PNG\r\n\x1a\n"[..]),
                proptest::strategy::Just(&b"\xff\xd8\xff"[..]), proptest::strategy::Just(&b"GIF89a"[..]),
                proptest::strategy::Just(&b"RIFF\x24\0\0\0WEBPVP8 "[..]),
            ],
            bytes in any::<Vec<u8>>(),
        ) {
            let _ = picture(&[kind, &bytes].concat());
        }
    }
}
