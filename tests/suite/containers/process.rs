//! The volumes of other kinds and the process of a container on the screen.

use super::*;

#[tokio::test]
async fn each_volume_is_shown_at_its_mount_path_with_what_it_is() {
    let (_server, mut walker) =
        with_spec(&json!({"containers": [{"name": "main", "volumeMounts": [
            {"name": "cache", "mountPath": "/cache"},
            {"name": "data", "mountPath": "/data", "readOnly": true}]}],
        "volumes": [{"name": "cache", "emptyDir": {"medium": "Memory", "sizeLimit": "64Mi"}},
            {"name": "data", "persistentVolumeClaim": {"claimName": "archive"}}]}))
        .await;
    select(&mut walker, "/cache").await;
    let screen = walker.screen();
    assert!(screen.contains("emptyDir, memory, at most 64Mi"), "{screen}");
    select(&mut walker, "/data").await;
    let screen = walker.screen();
    assert!(screen.contains("shop/archive"), "{screen}");
    assert!(screen.contains("⏎ persistentvolumeclaims/archive"), "{screen}");
}

#[tokio::test]
async fn a_mount_with_a_claim_opens_the_claim_and_any_other_mount_its_line() {
    let (server, mut walker) = with_spec(&json!({"containers": [{"name": "main", "volumeMounts": [
            {"name": "cache", "mountPath": "/cache"}, {"name": "data", "mountPath": "/data"}]}],
        "volumes": [{"name": "cache", "emptyDir": {}},
            {"name": "data", "persistentVolumeClaim": {"claimName": "archive"}}]}))
    .await;
    let claim = "/api/v1/namespaces/shop/persistentvolumeclaims/archive";
    let object = json!({"apiVersion": "v1", "kind": "PersistentVolumeClaim",
        "metadata": {"name": "archive", "namespace": "shop"}, "spec": {"volumeName": "pv-archive"}});
    server.answer(claim, 200, &object.to_string());
    let list = json!({"apiVersion": "v1", "kind": "PersistentVolumeClaimList",
        "metadata": {"resourceVersion": "1"}, "items": [object]});
    server.answer(claim.trim_end_matches("/archive"), 200, &list.to_string());
    select(&mut walker, "/data").await;
    walker.walk("enter").await;
    walker.wait_for("pv-archive").await;
    assert_eq!(walker.model.reading.shown.as_ref().unwrap().request.path.to_string(), claim);
    walker.walk("[").await;
    assert_eq!(walker.model.focus, Pane::Container);
    select(&mut walker, "/cache").await;
    walker.walk("o").await;
    assert_eq!(walker.model.focus, Pane::Document);
    let line = walker.model.reading.pane.line_path().unwrap();
    assert!(line.starts_with(".spec.containers[0].volumeMounts[0]"), "{line}");
}

#[tokio::test]
async fn the_process_of_a_container_is_shown_with_the_source_of_each_property() {
    let (_server, mut walker) = with_spec(&json!({"hostname": "web", "containers": [
        {"name": "main", "command": ["serve", "--name=$(NAME)"], "workingDir": "/srv/./x",
            "env": [{"name": "NAME", "value": "ledger"}]}]}))
    .await;
    let screen = walker.screen();
    for text in ["command[1]", "--name=led", "/srv/x", "host name", "web", "oom_score_adj"] {
        assert!(screen.contains(text), "{text}\n{screen}");
    }
    select(&mut walker, "command[1]").await;
    let screen = walker.screen();
    assert!(screen.contains("the text with NAME put in"), "{screen}");
    assert!(screen.contains(".spec.containers[0].command[1]"), "{screen}");
}

#[tokio::test]
async fn the_hosts_file_is_opened_as_a_file() {
    let (_server, mut walker) = with_spec(&json!({"hostname": "web"})).await;
    select(&mut walker, "/etc/hosts").await;
    walker.walk("enter").await;
    assert!(walker.screen().contains("fe00::2"), "{}", walker.screen());
}

#[tokio::test]
async fn a_volume_that_cannot_be_set_up_is_shown_in_the_containers_that_wait_for_it() {
    let (_server, walker) = with_spec(&json!({"containers": [{"name": "main"}, {"name": "other",
        "volumeMounts": [{"name": "settings", "mountPath": "/settings"}]}],
        "volumes": [{"name": "settings", "configMap": {"name": "absent", "defaultMode": 420}}]}))
    .await;
    let screen = walker.screen();
    assert!(screen.contains("absent does not exist in shop; it has"), "{screen}");
    assert!(screen.contains("volume settings of another container"), "{screen}");
}

#[tokio::test]
async fn the_process_of_another_container_is_computed_when_its_tab_is_shown() {
    let (_server, mut walker) = with_spec(&json!({"containers": [
        {"name": "main", "command": ["first"]}, {"name": "other", "command": ["second"]}]}))
    .await;
    let of = |walker: &Walker, at: usize| {
        let Some(Ok(view)) = &walker.model.containers.view else { panic!("no view") };
        view.containers[at].process.is_some()
    };
    assert!(of(&walker, 0) && !of(&walker, 1));
    walker.walk("l").await;
    assert!(walker.screen().contains("second"), "{}", walker.screen());
    walker.walk("h").await;
    assert!(walker.screen().contains("first"), "{}", walker.screen());
}
