//! The limits for one answer, and for all answers together.

use super::*;

/// 64 KiB of the digit `0` (0x30), compressed by gzip to 97 bytes.
const ZEROS: &[u8] = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\x03\xed\xc1\x81\x00\x00\x00\x00\x80\x20\xa5\
\xfd\xe9\x16\xa9\x0a\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\
\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\
\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x6a\x0b\x51\x49\x68\x00\x00\x01\x00";

/// An answer without a length in its header. Its only chunk has 2 MiB, which is more than the test's limit.
static CHUNKED: &[u8] = &{
    const HEAD: &[u8] = b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n200000\r\n";
    let mut all = [b'x'; HEAD.len() + (2 << 20)];
    let mut at = 0;
    while at < HEAD.len() {
        all[at] = HEAD[at];
        at += 1;
    }
    all
};

#[tokio::test]
async fn an_answer_is_measured_after_decompression() {
    let zeros = || {
        ResponseTemplate::new(200)
            .insert_header("content-encoding", "gzip")
            .set_body_raw(ZEROS, "text/plain")
    };
    let whole = answer(zeros()).await;
    assert_eq!((whole.body.len(), whole.body[0]), (65_536, b'0'));
    let server = server(zeros()).await;
    let tight = Limits {
        max_body_bytes: 65_535,
        ..limits()
    };
    let error = fetch(get(&server.uri()), &tight).await.unwrap_err();
    assert_eq!(
        (error.kind(), error.text.as_str()),
        (FailureKind::TooLarge, "answer larger than 65535 bytes")
    );
    assert_eq!(tight.budget.reserved(), 0);
}

#[tokio::test]
async fn all_answers_share_one_budget() {
    let server = server(ResponseTemplate::new(200).set_body_bytes(vec![b'x'; 600])).await;
    let limits = Limits {
        budget: ByteBudget::new(1000),
        timeout: Duration::from_millis(300),
        ..limits()
    };
    let first = fetch(get(&server.uri()), &limits).await.unwrap();
    let error = fetch(get(&server.uri()), &limits).await.unwrap_err();
    assert_eq!(
        error.text,
        "all answers together are larger than 1000 bytes"
    );
    assert_eq!(limits.budget.reserved(), 600);
    drop(first);
    assert_eq!(limits.budget.reserved(), 0);
    assert!(fetch(get(&server.uri()), &limits).await.is_ok());
}

#[tokio::test]
async fn an_answer_that_finds_no_room_gives_up_what_it_holds_and_is_asked_for_again() {
    let server = server(ResponseTemplate::new(200).set_body_bytes(vec![b'x'; 600_000])).await;
    let limits = Limits {
        budget: ByteBudget::new(1_000_000),
        max_body_bytes: 700_000,
        ..limits()
    };
    let first = fetch(get(&server.uri()), &limits).await.unwrap();
    let held = limits.budget.reserved();
    assert!((600_000..700_000).contains(&held), "{held}");
    let (url, budget) = (server.uri(), limits.budget.clone());
    let make_room = async {
        while server.received_requests().await.unwrap().len() < 2 || !budget.is_waited_for() {
            tokio::task::yield_now().await;
        }
        assert_eq!(
            budget.reserved(),
            held,
            "the other gave up all that it held"
        );
        drop(first);
    };
    let (second, ()) = tokio::join!(fetch(get(&url), &limits), make_room);
    assert_eq!(second.unwrap().body.len(), 600_000);
    assert_eq!(server.received_requests().await.unwrap().len(), 3);
    assert_eq!(limits.budget.reserved(), 0);
}

#[tokio::test]
async fn a_large_answer_in_chunks_is_held_once_and_given_back() {
    let url = rude_server(CHUNKED);
    let limits = Limits {
        max_body_bytes: 1 << 20,
        ..limits()
    };
    let error = fetch(get(&url), &limits).await.unwrap_err();
    assert_eq!(error.text, "answer larger than 1 MiB");
    assert_eq!(limits.budget.reserved(), 0);
}

#[tokio::test]
async fn a_promise_of_too_much_is_not_even_read() {
    let url = rude_server(b"HTTP/1.1 200 OK\r\ncontent-length: 314572800\r\n\r\n");
    assert_eq!(failure(&url).await.text, "answer larger than 32 MiB");
}
