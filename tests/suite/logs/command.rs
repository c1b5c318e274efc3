//! `kubewalk logs`: whose logs are printed, in which order, and the exit codes.

use serde_json::json;

use super::refusal;
use crate::support::machine::binary;
use crate::support::recordings;
use crate::support::server::Server;

const PODS: &str = "/api/v1/namespaces/team-a/pods";

/// Runs `logs` on the recording of a cluster with trouble. Returns the exit code, stdout and stderr.
fn replay(arguments: &str) -> (i32, String, String) {
    let file = format!("{}/tests/fixtures/recordings/trouble.har.gz", env!("CARGO_MANIFEST_DIR"));
    run(&format!("{arguments} --replay {file}"))
}

fn run(arguments: &str) -> (i32, String, String) {
    let words = ["logs"].into_iter().chain(arguments.split_whitespace());
    let output = binary(&words.collect::<Vec<_>>()).output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
}

/// Returns the times of lines that begin with their pod and their container.
fn times(printed: &str) -> Vec<&str> {
    printed.lines().map(|line| line.split(' ').nth(2).unwrap()).collect()
}

/// A server on which the Service `web` has a number of pods, `p00` being the oldest. Each has a log.
fn pods(count: usize) -> Server {
    let server = Server::over(recordings::cluster());
    let service = json!({"apiVersion": "v1", "kind": "Service", "metadata": {"name": "web"},
        "spec": {"selector": {"app": "web"}}});
    server.answer("/api/v1/namespaces/team-a/services/web", 200, &service.to_string());
    let pod = |at: usize| {
        json!({"metadata": {"name": format!("p{at:02}"), "namespace": "team-a", "uid": format!("u{at}"),
            "creationTimestamp": format!("2026-01-01T00:{at:02}:00Z")},
            "spec": {"containers": [{"name": "main"}]}})
    };
    let list = json!({"apiVersion": "v1", "kind": "PodList", "metadata": {"resourceVersion": "1"},
        "items": (0..count).map(pod).collect::<Vec<_>>()});
    server.answer(PODS, 200, &list.to_string());
    for at in 0..count {
        log(&server, at, &format!("2026-01-01T01:{at:02}:00Z from {at}\n"));
    }
    server
}

fn log(server: &Server, pod: usize, text: &str) {
    server.answer(&format!("{PODS}/p{pod:02}/log"), 200, text);
}

#[test]
fn the_logs_of_a_deployment_are_merged_by_time_with_pod_and_container() {
    let (_, printed, _) = replay("deploy/gateway -n payments --timestamps");
    let times = times(&printed);
    assert_eq!(times.len(), 210, "each of three pods has 70 lines");
    assert!(times.is_sorted(), "{printed}");
    let (_, plain, _) = replay("deploy/gateway -n payments");
    let first = "gateway-775545c9cc-d8hgc gateway gateway 1.7 on gateway-775545c9cc-d8hgc";
    assert_eq!(plain.lines().next(), Some(first));
    assert_eq!(plain.lines().count(), 210);
}

#[test]
fn a_log_that_cannot_be_read_ends_with_1_after_the_others() {
    let (code, printed, errors) = replay("deploy/gateway -n payments");
    assert_eq!((code, printed.lines().count()), (1, 210), "{errors}");
    let message = "cannot read the log of gateway in gateway-5f7cd98cbf-pdvs4: 400: container";
    assert!(errors.contains(message), "{errors}");
}

#[test]
fn the_only_log_of_a_pod_has_no_prefix() {
    let (code, printed, errors) = replay("crashy -n team-a");
    assert_eq!((code, printed.as_str(), errors.as_str()), (0, "failing on purpose\n", ""));
}

#[test]
fn jobs_and_cron_jobs_have_the_logs_of_their_pods() {
    let (code, printed, _) = replay("job/migrate -n payments");
    assert_eq!((code, printed.lines().count()), (0, 3), "{printed}");
    let (code, printed, _) = replay("cronjob/report -n shop");
    assert_eq!((code, printed.as_str()), (0, "report\n"));
}

#[test]
fn a_container_is_chosen_by_its_name_in_every_pod() {
    let (code, printed, _) = replay("deploy/frontend -n shop -c migrate");
    assert_eq!(code, 0);
    assert!(printed.lines().all(|line| line.contains(" migrate ")), "{printed}");
    let (code, _, errors) = replay("deploy/frontend -n shop -c nope");
    assert_eq!(code, 2);
    let message = "no container \"nope\": there are log-shipper, migrate, web";
    assert!(errors.contains(message), "{errors}");
}

#[test]
fn a_selector_without_pods_says_so_and_ends_with_0() {
    let (code, printed, errors) = replay("svc/ledger -n payments");
    assert_eq!((code, printed.as_str()), (0, ""));
    assert_eq!(errors, "no pod has the labels app=ledgr\n");
}

#[test]
fn what_has_no_logs_is_refused_with_2_and_what_does_not_exist_with_1() {
    let (code, _, errors) = replay("cm/ledger-config -n payments");
    assert_eq!(code, 2);
    assert!(errors.contains("ledger-config has no logs. Name a pod, a workload"), "{errors}");
    assert_eq!(replay("no-such-pod -n payments").0, 1);
    assert_eq!(replay("crashy -n team-a --previous --follow").0, 2);
    assert_eq!(replay("crashy -n team-a --since soon").0, 2);
}

#[test]
fn options_are_requested_of_the_server_and_timestamps_always() {
    let server = pods(1);
    let url = server.url();
    let options = "--tail 7 --since 90s --previous -c main";
    let (code, printed, _) = run(&format!("svc/web -n team-a {options} -s {url}"));
    assert_eq!((code, printed.as_str()), (0, "from 0\n"));
    let seen = server.seen();
    let request = seen.iter().find(|seen| seen.path.ends_with("/p00/log")).unwrap();
    let query = "container=main&timestamps=true&previous=true&tailLines=7&sinceSeconds=90";
    assert_eq!(request.query, query);
}

#[test]
fn of_40_containers_those_of_the_32_newest_pods_are_read() {
    let server = pods(40);
    let (code, printed, errors) = run(&format!("svc/web -n team-a -s {}", server.url()));
    assert_eq!(code, 0, "{errors}");
    let expected: Vec<String> = (8..40).map(|at| format!("p{at:02} main from {at}")).collect();
    assert_eq!(printed.lines().collect::<Vec<_>>(), expected);
    assert!(errors.contains("32 of 40 containers are read, those of the newest pods"), "{errors}");
    let logs = server.seen().iter().filter(|seen| seen.path.ends_with("/log")).count();
    assert_eq!(logs, 32);
}

#[test]
fn a_log_that_is_cut_keeps_its_lines_and_ends_with_1() {
    let server = pods(2);
    let path = format!("{PODS}/p00/log");
    server.restore(&path);
    server.cut(&path, "2026-01-01T00:00:01Z whole\n2026-01-01T00:00:02Z ha");
    let (code, printed, errors) = run(&format!("svc/web -n team-a -s {}", server.url()));
    assert_eq!(code, 1, "{errors}");
    assert_eq!(printed, "p00 main whole\np00 main ha\np01 main from 1\n");
    assert!(errors.contains("cannot read the log of main in p00"), "{errors}");
}

#[test]
fn a_refusal_of_the_kubelet_is_printed_for_its_container() {
    let server = pods(2);
    let why = "container \"main\" in pod \"p01\" is waiting to start: ContainerCreating";
    server.answer(&format!("{PODS}/p01/log"), 400, &refusal(why));
    let (code, printed, errors) = run(&format!("svc/web -n team-a -s {}", server.url()));
    assert_eq!((code, printed.as_str()), (1, "p00 main from 0\n"));
    assert!(errors.contains(why), "{errors}");
}

#[test]
fn a_recording_is_not_followed() {
    let (code, printed, _) = replay("crashy -n team-a --follow");
    assert_eq!((code, printed.as_str()), (0, "failing on purpose\n"));
}
