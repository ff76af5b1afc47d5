//! The colour of the terminal's background, which the terminal reports when asked.
//!
//! The query is OSC 11. Common terminals answer it; tmux does from 3.4 on. A second query follows, for primary device
//! attributes, which every terminal answers. If only the second answer comes, the terminal does not report its colour.
//! hubwatch does not wait for the answers: they arrive in the input, and the screen is then drawn in fitting colours.

use std::time::Duration;

/// The query for the background's colour, followed by the query for primary device attributes.
pub const QUERY: &[u8] = b"\x1b]11;?\x1b\\\x1b[c";

/// How long hubwatch waits for the answer to a query before it gives the terminal back. Without the wait, the shell
/// would take the answer for typed text.
pub const ANSWER_TIMEOUT: Duration = Duration::from_secs(1);

/// A colour, 8 bits a channel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rgb {
    pub red: u8,
    pub green: u8,
    pub blue: u8,
}

impl Rgb {
    /// The relative luminance of WCAG 2, from 0 for black to 1 for white.
    pub fn luminance(self) -> f64 {
        let linear = |channel: u8| {
            let channel = f64::from(channel) / 255.0;
            if channel <= 0.04045 {
                channel / 12.92
            } else {
                ((channel + 0.055) / 1.055).powf(2.4)
            }
        };
        0.2126 * linear(self.red) + 0.7152 * linear(self.green) + 0.0722 * linear(self.blue)
    }

    /// Parses the colour in an answer to OSC 11: `rgb:ffff/ffff/ffff` with one to four digits a channel, `rgba:` with
    /// a fourth channel, or `#ffffff`.
    pub fn parse(text: &str) -> Option<Self> {
        let channels: Vec<u8> = match text.strip_prefix('#') {
            Some(digits) => even_parts(digits)?.map(channel).collect::<Option<_>>()?,
            None => {
                let (kind, channels) = text.split_once(':')?;
                let known = matches!(kind, "rgb" | "rgba");
                let channels = channels.split('/').filter(|_| known);
                channels.map(channel).collect::<Option<_>>()?
            }
        };
        match channels.as_slice() {
            [red, green, blue] | [red, green, blue, _] => Some(Self {
                red: *red,
                green: *green,
                blue: *blue,
            }),
            _ => None,
        }
    }
}

fn even_parts(digits: &str) -> Option<impl Iterator<Item = &str>> {
    let size = digits.len() / 3;
    let is_even = digits.is_ascii() && size > 0 && digits.len().is_multiple_of(3);
    is_even.then(|| (0..3).filter_map(move |at| digits.get(at * size..(at + 1) * size)))
}

// Scales one to four hexadecimal digits so that the largest number becomes 255.
fn channel(digits: &str) -> Option<u8> {
    if !(1..=4).contains(&digits.len()) || !digits.bytes().all(|digit| digit.is_ascii_hexdigit()) {
        return None;
    }
    let value = u32::from_str_radix(digits, 16).ok()?;
    let brightest = (1_u32 << (4 * digits.len())) - 1;
    u8::try_from(value * 255 / brightest).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rgb(text: &str) -> Option<(u8, u8, u8)> {
        Rgb::parse(text).map(|it| (it.red, it.green, it.blue))
    }

    #[test]
    fn a_colour_is_read_in_each_of_its_forms() {
        for (text, expected) in [
            ("rgb:ffff/ffff/ffff", (255, 255, 255)),
            ("rgb:0000/2b2b/3636", (0, 0x2b, 0x36)),
            ("rgb:fd/f6/e3", (0xfd, 0xf6, 0xe3)),
            ("rgb:f/0/8", (255, 0, 136)),
            ("rgba:0000/0000/0000/ffff", (0, 0, 0)),
            ("#fdf6e3", (0xfd, 0xf6, 0xe3)),
            ("#ffff00000000", (255, 0, 0)),
        ] {
            assert_eq!(rgb(text), Some(expected), "{text}");
        }
        for text in [
            "",
            "?",
            "rgb:",
            "rgb:ff/ff",
            "rgb:fffff/0/0",
            "rgb:gg/00/00",
            "#",
            "#ff",
            "#éé",
            "cmyk:0/0/0",
            "rgb:+f/00/00",
        ] {
            assert_eq!(rgb(text), None, "{text}");
        }
    }

    #[test]
    fn luminance_is_that_of_the_standard() {
        let luminance = |text| Rgb::parse(text).unwrap().luminance();
        assert!(luminance("#000000").abs() < 1e-9);
        assert!((luminance("#ffffff") - 1.0).abs() < 1e-9);
        assert!((luminance("#808080") - 0.2159).abs() < 1e-3);
    }
}
