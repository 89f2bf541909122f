//! Files from addresses.

use super::server::{Reply, Server};
use super::{address, entry, fetch, model_files, names_in, noise};

const LENGTH: usize = 300_000;

/// Fetches a file from a server with these manners; gives the server, and the error if any.
#[track_caller]
fn fetch_from(
    contents: &[u8],
    answer: impl Fn(&super::server::Request, usize) -> Reply + Send + 'static,
) -> (Server, Option<String>) {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start(answer);
    let source = address(&server.url("model"), contents);
    let files = model_files(folder.path(), &entry("model", contents, &[source]));
    let error = fetch(&files).err().map(|error| error.to_string());
    if error.is_none() {
        assert_eq!(
            std::fs::read(files.path("model").unwrap()).unwrap(),
            contents
        );
        assert_eq!(names_in(folder.path()), [".lock", ".verified", "model.bin"]);
    } else {
        assert!(files.path("model").is_err());
    }
    (server, error)
}

#[test]
fn a_whole_file() {
    let contents = noise(LENGTH, 1);
    let body = contents.clone();
    let (server, error) = fetch_from(&contents, move |request, _| Reply::part(&body, request));
    assert_eq!((server.offsets(), error), (vec![0], None));
}

#[test]
fn a_cut_connection_is_resumed_where_it_broke() {
    let contents = noise(LENGTH, 2);
    let body = contents.clone();
    let (server, error) = fetch_from(&contents, move |request, n| {
        let reply = Reply::part(&body, request);
        if n < 2 { reply.cut(100_000) } else { reply }
    });
    assert_eq!((server.offsets(), error), (vec![0, 100_000, 200_000], None));
}

#[test]
fn a_server_without_ranges_sends_all_again() {
    let contents = noise(LENGTH, 3);
    let body = contents.clone();
    let (server, error) = fetch_from(&contents, move |_, n| {
        let reply = Reply::whole(&body);
        if n == 0 { reply.cut(100_000) } else { reply }
    });
    assert_eq!((server.offsets(), error), (vec![0, 100_000], None));
}

#[test]
fn a_server_that_sends_another_range_is_asked_for_all() {
    let contents = noise(LENGTH, 4);
    let body = contents.clone();
    let (server, error) = fetch_from(&contents, move |request, n| match n {
        0 => Reply::whole(&body).cut(100_000),
        1 => Reply::part(
            &body,
            &super::server::Request {
                from: 7,
                ..request.clone()
            },
        ),
        _ => Reply::part(&body, request),
    });
    assert_eq!((server.offsets(), error), (vec![0, 100_000, 0], None));
}

#[test]
fn errors_name_the_address_and_the_mend() {
    #[track_caller]
    fn check(expected: &[&str], answer: impl Fn(&[u8], usize) -> Reply + Send + 'static) {
        let contents = noise(1000, 5);
        let body = contents.clone();
        let (server, error) = fetch_from(&contents, move |_, n| answer(&body, n));
        let error = error.expect("an error");
        assert!(
            error.starts_with("could not fetch model.bin:\n  "),
            "{error}"
        );
        assert!(error.contains(&server.url("model")), "{error}");
        for part in expected {
            assert!(error.contains(part), "{error}");
        }
    }
    check(&["answers with status 404"], |_, _| Reply::status(404));
    check(&["answers with status 500"], |_, _| Reply::status(500));
    check(&["(is this machine online?)"], |body, _| {
        Reply::whole(body).cut(0)
    });
    check(&["has 1001 bytes instead of 1000"], |body, _| {
        Reply::whole(&[body, b"!"].concat())
    });
    check(&["has 999 bytes instead of 1000"], |body, _| {
        Reply::whole(&body[1..])
    });
    check(
        &[
            "is not what it should be (SHA-256 ",
            "run the command again",
        ],
        |body, _| {
            let mut body = body.to_vec();
            body[500] ^= 1;
            Reply::whole(&body)
        },
    );
}

#[test]
fn a_server_that_is_not_there() {
    let folder = tempfile::tempdir().unwrap();
    // A port that was free a moment ago.
    let port = std::net::TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
        .port();
    let source = address(&format!("http://127.0.0.1:{port}/model"), b"model");
    let files = model_files(folder.path(), &entry("model", b"model", &[source]));
    let error = fetch(&files).unwrap_err().to_string();
    assert!(error.contains("cannot fetch http://127.0.0.1"), "{error}");
}

#[test]
fn a_later_run_goes_on_where_an_earlier_one_stopped() {
    let contents = noise(LENGTH, 6);
    let folder = tempfile::tempdir().unwrap();
    let body = contents.clone();
    let server = Server::start(move |request, n| match n {
        0 => Reply::whole(&body).cut(120_000),
        1 => Reply::status(503),
        _ => Reply::part(&body, request),
    });
    let source = address(&server.url("model"), &contents);
    let files = model_files(folder.path(), &entry("model", &contents, &[source]));
    fetch(&files).unwrap_err();
    assert_eq!(fetch(&files).unwrap().fetched, ["model"]);
    assert_eq!(server.offsets(), [0, 120_000, 120_000]);
    assert_eq!(
        std::fs::read(files.path("model").unwrap()).unwrap(),
        contents
    );
}

#[test]
fn leftovers_of_another_version_do_not_spoil_the_file() {
    #[track_caller]
    fn check(leftover: usize, offsets: &[u64]) {
        let contents = noise(LENGTH, 7);
        let folder = tempfile::tempdir().unwrap();
        let body = contents.clone();
        let server = Server::start(move |request, _| Reply::part(&body, request));
        let source = address(&server.url("model"), &contents);
        let files = model_files(folder.path(), &entry("model", &contents, &[source]));
        let parts = folder.path().join(".parts");
        std::fs::create_dir(&parts).unwrap();
        let sha256 = wenlu::models::Sha256::of(&contents);
        std::fs::write(parts.join(format!("{sha256}.partial")), noise(leftover, 99)).unwrap();
        fetch(&files).unwrap();
        assert_eq!(
            std::fs::read(files.path("model").unwrap()).unwrap(),
            contents
        );
        assert_eq!(server.offsets(), offsets);
    }
    check(1000, &[1000, 0]);
    check(LENGTH, &[0]);
    check(LENGTH + 1, &[0]);
}

#[test]
fn the_next_source_is_taken_if_one_is_wrong() {
    #[track_caller]
    fn check(first: impl Fn(&[u8]) -> Reply + Send + 'static) {
        let contents = noise(1000, 8);
        let folder = tempfile::tempdir().unwrap();
        let body = contents.clone();
        let server = Server::start(move |request, _| match request.path.as_str() {
            "first" => first(&body),
            _ => Reply::whole(&body),
        });
        let sources = ["first", "second"].map(|path| address(&server.url(path), &contents));
        let files = model_files(folder.path(), &entry("model", &contents, &sources));
        assert_eq!(fetch(&files).unwrap().fetched, ["model"]);
        let paths: Vec<String> = server.requests().into_iter().map(|r| r.path).collect();
        assert_eq!(
            (
                paths.first().unwrap().as_str(),
                paths.last().unwrap().as_str()
            ),
            ("first", "second")
        );
    }
    check(|body| Reply::whole(&body.iter().map(|byte| !byte).collect::<Vec<_>>()));
    check(|_| Reply::status(404));
    check(|body| Reply::whole(&body[..10]));
    check(|body| Reply::whole(body).cut(0));
}

#[test]
fn parts_are_joined_in_order_and_the_whole_is_checked() {
    let folder = tempfile::tempdir().unwrap();
    let (one, two) = (noise(70_000, 9), noise(50_000, 10));
    let whole = [one.clone(), two.clone()].concat();
    let (a, b) = (one.clone(), two.clone());
    let server =
        Server::start(move |request, _| Reply::whole(if request.path == "1" { &a } else { &b }));
    let [first, second] = [("1", &one), ("2", &two)].map(|(p, c)| address(&server.url(p), c));
    let right = entry("right", &whole, &[format!("{first}, {second}")]);
    let swapped = entry("swapped", &whole, &[format!("{second}, {first}")]);
    let files = model_files(folder.path(), &format!("{right}{swapped}"));
    let error = fetch(&files).unwrap_err().to_string();
    assert_eq!(std::fs::read(files.path("right").unwrap()).unwrap(), whole);
    assert!(error.contains("could not fetch swapped.bin"), "{error}");
    assert!(error.contains("not what the manifest says"), "{error}");
    // Each part was fetched once, though two files are made of it.
    assert_eq!(server.requests().len(), 2);
}
