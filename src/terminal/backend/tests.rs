use std::cell::Cell as Shared;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicU16, Ordering};

use ratatui::Terminal;
use ratatui::widgets::Paragraph;

use super::*;

/// A fake terminal that records each write separately.
#[derive(Clone, Default)]
struct Writes(Rc<Shared<Vec<String>>>);

impl Writes {
    fn take(&self) -> Vec<String> {
        self.0.take()
    }
}

impl Write for Writes {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let mut all = self.0.take();
        all.push(String::from_utf8_lossy(bytes).into_owned());
        self.0.set(all);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

type Screen = Terminal<FrameBackend<Writes>>;

fn screen() -> (Screen, Writes, Arc<AtomicU16>) {
    let (writes, width) = (Writes::default(), Arc::new(AtomicU16::new(20)));
    let shared_width = width.clone();
    let backend = FrameBackend::new(writes.clone(), move || {
        Ok(size_or_fallback(shared_width.load(Ordering::Relaxed), 3))
    });
    (Terminal::new(backend).unwrap(), writes, width)
}

fn draw(screen: &mut Screen, text: &str, cursor: Option<(u16, u16)>) {
    screen
        .draw(|frame| {
            frame.render_widget(Paragraph::new(text), frame.area());
            if let Some(position) = cursor {
                frame.set_cursor_position(position);
            }
        })
        .unwrap();
}

#[test]
fn a_frame_is_one_write_between_update_marks() {
    let (mut screen, writes, _) = screen();
    draw(&mut screen, "leap/prod down", None);
    let all = writes.take();
    assert_eq!(all.len(), 1, "{all:?}");
    assert!(all[0].starts_with("\x1b[?2026h"), "{all:?}");
    assert!(all[0].ends_with("\x1b[?2026l"), "{all:?}");
    assert!(all[0].contains("leap/prod"));
    assert_eq!(all[0].matches("\x1b[?25l").count(), 1);
    assert_eq!(screen.backend().bytes_written(), all[0].len() as u64);
}

#[test]
fn nothing_is_written_for_nothing() {
    let (mut screen, writes, _) = screen();
    draw(&mut screen, "164up", None);
    let before = screen.backend().bytes_written();
    writes.take();
    for _ in 0..100 {
        draw(&mut screen, "164up", None);
    }
    assert_eq!(writes.take(), Vec::<String>::new());
    assert_eq!(screen.backend().bytes_written(), before);
}

#[test]
fn the_cursor_is_hidden_once() {
    let (mut screen, writes, _) = screen();
    draw(&mut screen, "1", None);
    draw(&mut screen, "2", None);
    draw(&mut screen, "3", None);
    let all = writes.take().concat();
    assert_eq!(all.matches("\x1b[?25l").count(), 1, "{all:?}");
}

#[test]
fn a_visible_cursor_that_stays_is_not_written_again() {
    let (mut screen, writes, _) = screen();
    draw(&mut screen, "/le", Some((3, 0)));
    let all = writes.take().concat();
    assert!(
        all.contains("\x1b[?25h") && all.contains("\x1b[1;4H"),
        "{all:?}"
    );
    draw(&mut screen, "/le", Some((3, 0)));
    assert_eq!(writes.take(), Vec::<String>::new());
}

#[test]
fn a_visible_cursor_returns_after_cells_were_written_elsewhere() {
    let (mut screen, writes, _) = screen();
    draw(&mut screen, "/le", Some((3, 0)));
    writes.take();
    draw(&mut screen, "/le\n12 s", Some((3, 0)));
    let all = writes.take().concat();
    assert!(all.contains("\x1b[1;4H"), "{all:?}");
    assert!(!all.contains("\x1b[?25h"), "{all:?}");
}

#[test]
fn moving_the_cursor_alone_needs_no_update_marks() {
    let (mut screen, writes, _) = screen();
    draw(&mut screen, "/le", Some((3, 0)));
    writes.take();
    draw(&mut screen, "/le", Some((1, 0)));
    assert_eq!(writes.take(), ["\x1b[1;2H"]);
}

#[test]
fn leaving_the_filter_line_hides_the_cursor_again() {
    let (mut screen, writes, _) = screen();
    draw(&mut screen, "/le", Some((3, 0)));
    draw(&mut screen, "/le", None);
    writes.take();
    draw(&mut screen, "/le", Some((3, 0)));
    let all = writes.take().concat();
    assert!(
        all.contains("\x1b[?25h") && all.contains("\x1b[1;4H"),
        "{all:?}"
    );
}

#[test]
fn a_new_size_is_cleared_inside_the_same_write() {
    let (mut screen, writes, width) = screen();
    draw(&mut screen, "164up", None);
    writes.take();
    width.store(10, Ordering::Relaxed);
    draw(&mut screen, "164up", None);
    let all = writes.take();
    assert_eq!(all.len(), 1, "{all:?}");
    assert!(all[0].starts_with("\x1b[?2026h\x1b[2J"), "{all:?}");
    assert!(all[0].contains("164up"));
}

#[test]
fn after_someone_else_had_the_terminal_all_is_drawn_again() {
    let (mut screen, writes, _) = screen();
    draw(&mut screen, "164up", None);
    writes.take();
    screen.backend_mut().forget();
    screen.clear().unwrap();
    draw(&mut screen, "164up", None);
    let all = writes.take();
    assert_eq!(all.len(), 1, "{all:?}");
    assert!(all[0].contains("\x1b[2J") && all[0].contains("164up") && all[0].contains("\x1b[?25l"));
}

#[test]
fn a_lost_terminal_is_an_error_and_no_panic() {
    struct Gone;
    impl Write for Gone {
        fn write(&mut self, _: &[u8]) -> io::Result<usize> {
            Err(io::Error::from_raw_os_error(5))
        }
        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }
    let backend = FrameBackend::new(Gone, || Ok(FALLBACK_SIZE));
    let mut screen = Terminal::new(backend).unwrap();
    let drawn = screen.draw(|frame| frame.render_widget(Paragraph::new("x"), frame.area()));
    assert_eq!(drawn.unwrap_err().raw_os_error(), Some(5));
}

#[test]
fn a_terminal_without_a_size_has_the_usual_one() {
    assert_eq!(size_or_fallback(0, 0), FALLBACK_SIZE);
    assert_eq!(size_or_fallback(30, 4), Size::new(30, 4));
}
