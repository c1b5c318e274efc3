//! Client certificates and keys in the fields of a kubeconfig, in the forms that kubectl reads.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use kubewalk::api::endpoint::Options;

use super::connecting::{Machine, kubeconfig, version};
use crate::support::recordings;
use crate::support::server::Server;
use crate::support::tls::Identity;

/// Base64 in lines of 64 characters, as `openssl base64` prints it, indented for a block scalar.
fn lines(bytes: &[u8]) -> String {
    let encoded = STANDARD.encode(bytes);
    let mut lines = String::new();
    for line in encoded.as_bytes().chunks(64) {
        lines.push_str("\n      ");
        lines.push_str(std::str::from_utf8(line).unwrap());
    }
    lines
}

/// A kubeconfig in block style whose three fields with data have these values.
fn block(server: &str, [authority, certificate, key]: [&str; 3]) -> String {
    format!(
        "current-context: dev
contexts:
- name: dev
  context: {{cluster: c, user: u}}
clusters:
- name: c
  cluster:
    server: {server}
    certificate-authority-data: {authority}
users:
- name: u
  user:
    client-certificate-data: {certificate}
    client-key-data: {key}
"
    )
}

#[tokio::test]
async fn data_may_be_in_lines_or_a_binary_scalar_for_every_field() {
    let identity = Identity::signed_for("127.0.0.1");
    let client = identity.client("jane");
    let server = Server::setup(recordings::cluster()).tls(&identity).only_known_clients().start();
    let machine = Machine::new();
    let fields = [&identity.authority, &client.certificate, &client.key].map(String::as_bytes);
    let in_lines = fields.map(|pem| format!("|{}", lines(pem)));
    let without_end = fields.map(|pem| format!("|-{}", lines(pem)));
    let binary = fields.map(|pem| format!("!!binary |{}", lines(STANDARD.encode(pem).as_bytes())));
    let binary_lines =
        fields.map(|pem| format!("!!binary |{}", lines(lines(pem).replace(' ', "").as_bytes())));
    for values in [in_lines, without_end, binary, binary_lines] {
        let text = block(&server.url(), values.each_ref().map(String::as_str));
        let kubeconfig = Some(machine.write("config", &text));
        let connection = machine.connect(Options { kubeconfig, ..Options::default() }).await;
        assert_eq!(version(&connection.unwrap()).await, Ok(200), "{text}");
    }
}

#[tokio::test]
async fn data_that_kubectl_refuses_is_refused_by_the_name_of_its_field() {
    let identity = Identity::signed_for("127.0.0.1");
    let client = identity.client("jane");
    let machine = Machine::new();
    let good =
        [&identity.authority, &client.certificate, &client.key].map(|pem| STANDARD.encode(pem));
    let names = [
        "certificate-authority-data of cluster c",
        "client-certificate-data of user u",
        "client-key-data of user u",
    ];
    for (index, name) in names.into_iter().enumerate() {
        let folded = format!(">{}", lines(good[index].as_bytes()));
        let cut = good[index][..good[index].len() - 1].to_owned();
        let twice = STANDARD.encode(&good[index]);
        let binary_folded = format!("!!binary >{}", lines(twice.as_bytes()));
        let binary_cut = format!("!!binary {twice}=");
        for bad in [folded, cut, format!("'{} '", good[index]), binary_folded, binary_cut] {
            let mut values = good.each_ref().map(String::as_str);
            values[index] = &bad;
            let kubeconfig = Some(machine.write("config", &block("https://h", values)));
            let failure = machine.unusable(Options { kubeconfig, ..Options::default() }).await;
            assert!(failure.message.ends_with(&format!("{name} is not base64")), "{failure}");
            assert!(failure.hint.starts_with("Give the base64 of the PEM"), "{failure}");
        }
    }
}

#[tokio::test]
async fn a_failure_names_the_part_of_the_identity_that_is_wrong() {
    let identity = Identity::signed_for("127.0.0.1");
    let (jane, joe) = (identity.client("jane"), identity.client("joe"));
    let machine = Machine::new();
    machine.write("jane.crt", &jane.certificate);
    machine.write("jane.key", &jane.key);
    machine.write("joe.key", &joe.key);
    for (user, message) in [
        (
            "client-certificate: jane.crt, client-key: joe.key",
            "joe.key of user u is not the key of the client-certificate ",
        ),
        ("client-certificate: jane.crt", "jane.crt of user u has no key beside it"),
        (
            "client-certificate: jane.key, client-key: jane.key",
            "jane.key of user u contains no certificate",
        ),
        (
            "client-certificate: jane.crt, client-key: jane.crt",
            "jane.crt of user u contains no private key",
        ),
        ("client-certificate: jane.crt, client-key: none", "client-key of user u: "),
    ] {
        let text = kubeconfig("dev", "https://h").replace("token: 'sesame'", user);
        let kubeconfig = Some(machine.write("config", &text));
        let failure = machine.unusable(Options { kubeconfig, ..Options::default() }).await;
        assert!(failure.message.contains(message), "{user}: {failure}");
        assert!(!failure.hint.is_empty() && !failure.hint.contains("authority"), "{failure}");
    }
}
