//! The error texts for answers that cannot be used.

use super::*;

#[tokio::test]
async fn statuses_that_say_no_are_words() {
    let refused = async |template| answer(template).await.error_for_status().unwrap_err();
    let error = refused(ResponseTemplate::new(401)).await;
    assert_eq!(
        (error.kind(), error.text.as_str()),
        (FailureKind::Credentials, "401: credentials refused")
    );
    let error = refused(ResponseTemplate::new(429).insert_header("retry-after", "7")).await;
    assert_eq!(error.kind(), FailureKind::RateLimited);
    assert_eq!(error.retry_after, Some(Duration::from_secs(7)));
    let error = refused(ResponseTemplate::new(503)).await;
    assert_eq!(
        (error.kind(), error.text.as_str()),
        (FailureKind::Refused, "503: service unavailable")
    );
}

#[tokio::test]
async fn what_is_not_the_promised_json_is_named() {
    let said = async |body: &str, kind: &str| {
        let template = ResponseTemplate::new(200).set_body_raw(body.as_bytes(), kind);
        parse_json::<Vec<u8>>(&answer(template).await)
            .unwrap_err()
            .text
    };
    for kind in ["text/html", "application/json"] {
        assert_eq!(
            said(" <html>", kind).await,
            "answered HTML, not JSON: is the address right?"
        );
    }
    assert_eq!(
        said("upstream connect error", "application/json").await,
        "answered text, not JSON: is the address right?"
    );
    assert_eq!(
        said("ok", "text/plain").await,
        "answered text, not JSON: is the address right?"
    );
    assert_eq!(
        said("ok", "image/png").await,
        "answered image/png, not JSON: is the address right?"
    );
    assert_eq!(
        said("", "application/json").await,
        "answered nothing: is the address right?"
    );
    assert_eq!(
        said("[1,\n2", "application/json").await,
        "the JSON breaks off in line 2, column 1"
    );
    assert_eq!(
        said("[1 2]", "application/json").await,
        "bad JSON: expected `,` or `]` at line 1 column 4"
    );
    assert_eq!(
        said(" null\n", "application/json").await,
        "answered null: is the address right?"
    );
    // The answer's values are left out, since an upstream may repeat a secret of the request.
    assert_eq!(
        said("[\"s3cret, expected x\"]", "application/json").await,
        "unexpected JSON: invalid type: string, expected u8 at line 1 column 21"
    );
}

#[tokio::test]
async fn no_name_of_a_type_of_ours_stands_in_the_words() {
    #[derive(Debug, serde::Deserialize)]
    struct Envelope {}
    let template = ResponseTemplate::new(200).set_body_raw("7", "application/json");
    let error = parse_json::<Envelope>(&answer(template).await).unwrap_err();
    assert_eq!(
        error.text,
        "unexpected JSON: invalid type: integer, expected an object at line 1 column 1"
    );
}
