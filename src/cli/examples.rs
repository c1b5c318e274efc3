//! The examples below the help of each command, all of which a test parses.

/// Of `kubewalk`.
pub(super) const SCREEN: &str = "\
Examples:
  kubewalk --demo                            walk a recorded cluster
  kubewalk po/db-0 -n shop                   open a pod
  kubewalk -s http://127.0.0.1:8001          use kubectl proxy
  kubewalk --record walk.har.gz              record what is loaded
  kubewalk --replay walk.har.gz              walk a recording";

/// Of `kubewalk get`.
pub(super) const GET: &str = "\
Examples:
  kubewalk get po/db-0 -n shop               an object as YAML
  kubewalk get '/livez?verbose'              any path, requested exactly once
  kubewalk get po -l app=web -o json         objects with a label
  kubewalk get '/api/v1/pods?watch=1'        changes as they happen

How to connect and to record: kubewalk help options";

/// Of `kubewalk tree`.
pub(super) const TREE: &str = "\
Examples:
  kubewalk tree /apis/batch --depth 2        a part of the API
  kubewalk tree po -n shop -l app=web        objects with a label
  kubewalk tree deploy/web --related         what belongs to it

How to connect and to record: kubewalk help options";

/// Of `kubewalk downward`.
pub(super) const DOWNWARD: &str = "\
Examples:
  kubewalk downward db-0 -n shop             what its containers see
  kubewalk downward db-0 --against db-1      where they differ
How to connect and to record: kubewalk help options";

/// Of `kubewalk info`.
pub(super) const INFO: &str = "\
Examples:
  kubewalk info                              the server, and why this one
  kubewalk info po -n shop                   also whether pods may be listed

How to connect and to record: kubewalk help options";

/// Of `kubewalk links`.
pub(super) const LINKS: &str = "\
Examples:
  kubewalk links po/db-0 -n shop             path, target, certainty
  kubewalk links deploy/web --check          exit code 3 if one is missing

How to connect and to record: kubewalk help options";

/// Of `kubewalk logs`.
pub(super) const LOGS: &str = "\
Examples:
  kubewalk logs deploy/web --since 5m        of all its pods
  kubewalk logs db-0 --previous              before the last restart
  kubewalk logs svc/web --follow             lines of new pods too

How to connect and to record: kubewalk help options";

/// Of `kubewalk problems`.
pub(super) const PROBLEMS: &str = "\
Examples:
  kubewalk problems -A                       exit code 3 if there are any
  kubewalk problems -n shop -o json          with the fields that prove them

How to connect and to record: kubewalk help options";

/// Of `kubewalk find`.
pub(super) const FIND: &str = "\
Examples:
  kubewalk find ledger -A                    path, tab and row of each
  kubewalk find '/^db-[0-9]+$/' -k po,pvc    of two kinds
  kubewalk find app=web --labels             by label

How to connect and to record: kubewalk help options";

/// Of `kubewalk diff`.
pub(super) const DIFF: &str = "\
Examples:
  kubewalk diff deploy/web web.yaml          with a manifest
  kubewalk diff deploy/web deploy/web@prod   with another context
  kubewalk diff deploy/web                   with what was last applied

How to connect and to record: kubewalk help options";

/// Of `kubewalk explain`.
pub(super) const EXPLAIN: &str = "\
Examples:
  kubewalk explain po.spec.containers.env    a field
  kubewalk explain deploy.apps --depth 2     a kind and its fields
  kubewalk explain po/db-0.spec.nodeName     a field of an object

How to connect and to record: kubewalk help options";

/// Of `kubewalk ambassador`.
pub(super) const AMBASSADOR: &str = "\
Examples:
  kubewalk ambassador                        on 127.0.0.1:8001
  kubewalk ambassador --context dev --listen 8002
  kubewalk ambassador --demo                 a recorded cluster

How to connect and to record: kubewalk help options";

/// Of `kubewalk report`.
pub(super) const REPORT: &str = "\
Examples:
  kubewalk report bug.har.gz                 the version and discovery
  kubewalk report bug.har.gz po -n shop      also what fails
  kubewalk --replay bug.har.gz               shows what a maintainer sees

How to connect and to record: kubewalk help options";

/// Of `kubewalk config`.
pub(super) const CONFIG: &str = "\
Examples:
  kubewalk config > ~/.config/kubewalk/config.toml";

/// Of `kubewalk completion`.
pub(super) const COMPLETION: &str = "\
Examples:
  source <(kubewalk completion bash)
  kubewalk completion fish > ~/.config/fish/completions/kubewalk.fish";

/// Of `kubewalk man`.
pub(super) const MAN: &str = "\
Examples:
  kubewalk man | man -l -                    that of kubewalk
  kubewalk man get | man -l -                that of a command
  kubewalk man --all man1                    the files that packages install";

/// Of `kubewalk help`.
pub(super) const HELP: &str = "\
Examples:
  kubewalk help options                      how to connect, record and draw
  kubewalk help keys                         the keys of the screen
  kubewalk help locations                    what may be opened
  kubewalk help get                          all options of a command";
