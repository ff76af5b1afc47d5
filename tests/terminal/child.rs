//! A small program on the terminal: shows what it hears. Run on a pty by the tests beside it.

use std::thread;

use hubwatch::app::key::Key;
use hubwatch::terminal::backend::on_stdout;
use hubwatch::terminal::guard::Guard;
use hubwatch::terminal::input::{Input, InputStream};
use hubwatch::terminal::{backend::FrameBackend, panic};
use ratatui::Terminal;
use ratatui::widgets::Paragraph;

/// How the test binary is told to run this instead of the tests.
pub const NAME: &str = "terminal::child::program";

/// Names the file in which the program says that its terminal closed.
pub const MARKER: &str = "HUBWATCH_TEST_MARKER";

type Screen = Terminal<FrameBackend<std::fs::File>>;

#[test]
#[ignore = "a program for the tests beside it, not a test"]
fn program() {
    panic::install(thread::current().id()).unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(run());
}

async fn run() {
    let mut guard = Guard::enter().unwrap();
    let mut screen = Terminal::new(on_stdout().unwrap()).unwrap();
    let mut inputs = InputStream::open().unwrap();
    let mut heard = String::new();
    loop {
        draw(&mut screen, &heard);
        heard = match inputs.next().await {
            Input::Key(key) if key == Key::char('q') => return,
            Input::Key(key) if key == Key::char('p') => panic!("the screen fell over"),
            Input::Key(key) if key == Key::char('w') => panic_elsewhere(),
            Input::Key(key) if key == Key::ctrl('z') => {
                guard.suspend().await.unwrap();
                screen.backend_mut().forget();
                screen.clear().unwrap();
                "heard ctrl-z".to_owned()
            }
            Input::Key(key) => format!("heard {key}"),
            Input::Paste(text) => format!("pasted {text}"),
            Input::Closed => {
                return std::fs::write(std::env::var(MARKER).unwrap(), "closed").unwrap();
            }
            Input::Resized | Input::FocusGained | Input::FocusLost => heard,
        };
    }
}

fn draw(screen: &mut Screen, heard: &str) {
    // A terminal that is gone is noticed by its input.
    let _gone = screen.draw(|frame| {
        let area = frame.area();
        let text = format!("ready {}x{}\n{heard}", area.width, area.height);
        frame.render_widget(Paragraph::new(text), area);
    });
}

#[expect(
    clippy::disallowed_methods,
    reason = "a thread that panics is what is tested"
)]
fn panic_elsewhere() -> String {
    let worker = thread::Builder::new().name("worker".to_owned());
    let _panicked = worker
        .spawn(|| panic!("the worker fell over"))
        .unwrap()
        .join();
    let reports = panic::take_other_panics();
    let report = reports.first().unwrap();
    format!("{}: {}", report.thread.as_deref().unwrap(), report.message)
}
