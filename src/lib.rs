//! kubewalk walks a Kubernetes API server the way a file manager walks a disk, and shows what a
//! pod's containers see through the Downward API.
//!
//! ```text
//!  kubewalk  dev · proxy http://127.0.0.1:8001 · v1.36.2 · as kubernetes-admin         ◉ 2 watches
//! ┌ API ─────────────────────┬ GET /api/v1/namespaces/shop/pods/db-0  200 · 6.1 KiB · 4 ms ───────┐
//! │▾ api                     │ apiVersion: v1                                                     │
//! │  ▾ v1 ★                  │ kind: Pod                                                          │
//! │    ▾ pods                │ metadata:                                                          │
//! │      ▾ shop              │ ▸ managedFields: (4)                                               │
//! │        db-0  1/1 Running │   name: db-0                                                       │
//! │  ▸ metrics.k8s.io  ✗ 503 │   ...                                                              │
//! └──────────────────────────┴────────────────────────────────────────────────────────────────────┘
//!    tree, view::tree            document, view::document
//! ```
//!
//! # Data flow
//!
//! 1. A key, an answer, a change or a timer becomes a [`app::message::Message`].
//! 2. [`app::update::update`] routes it to a flow, which changes the [`app::model::Model`]. No I/O, no
//!    clock: it returns [`app::effect::Effect`]s, plain data.
//! 3. [`app::subscriptions`] compares the watches, log streams and timers that should run in the present
//!    state with those that run, and opens, closes or restarts them.
//! 4. The [`runtime`] carries the effects out on tokio tasks, which send messages back.
//! 5. [`view::draw`] reads the model and draws a frame.
//!
//! A request is a [`app::question::Question`]: what is sent, how its answer is decoded (off the event
//! loop, by [`k8s::answer`]), and what the answer is for. The commands of [`headless`] use the same
//! decoders, the same resolution of locations ([`k8s::location::Locator`]), the same steps of discovery
//! ([`k8s::discovery::Discovery`]) and the same loading of a pod's sources
//! ([`downward::sources::Sources`]), none of which do I/O.
//!
//! # Layers
//!
//! Each uses only those below it, which a test enforces:
//!
//! | layer | what it does |
//! |---|---|
//! | `main`, [`cli`] | arguments → options |
//! | [`headless`], [`runtime`], [`ambassador`], [`report`] | commands without a screen; the event loop; the read-only proxy; bug reports |
//! | [`view`], [`api`], [`here`] | drawing; HTTP; what a process inside a pod can read. They do not know each other |
//! | [`app`] | state, messages, flows, subscriptions, input; has layers of its own |
//! | [`tree`], [`document`] | nodes, rows and collections; JSON text as lines. They do not know each other |
//! | [`config`], [`keymap`], [`theme`] | settings, keys, colours |
//! | [`downward`] | a pod and its surroundings → what each container sees |
//! | [`object`] | what one object means: health, managers, links, schema, differences |
//! | [`k8s`] | the vocabulary of Kubernetes: names, paths, requests, discovery, tables, selectors |
//! | [`settings_file`], [`text`], `system` | settings as people write them; text for a terminal; the system |
//!
//! # Decisions
//!
//! - *Questions are an enum, not trait objects.* Effects stay plain data that tests compare. A new kind of
//!   request is a variant with its decoding in `app/question.rs` and one line in `app/flows.rs`.
//! - *Streams have one state.* [`app::state::watch`] serves collections, objects and logs. What identifies
//!   a stream is its target; a collection that is listed again is a new target, so that its watch starts
//!   from the new list by itself.
//! - *Timers are due times in the model*, not effects of the features. A timer that fires late or twice
//!   finds nothing to do.
//! - *A stream that waits is hurried at most once.* Any answer of the server ends its pause, but a stream
//!   that fails again waits out the next one, or it would retry as fast as other requests are answered.
//! - *The state of the application never names the model*, so that its parts can be read alone.

pub mod ambassador;
pub mod api;
pub mod app;
pub mod cli;
pub mod config;
pub mod document;
pub mod downward;
pub mod headless;
pub mod here;
pub mod k8s;
pub mod keymap;
pub mod object;
pub mod report;
pub mod runtime;
pub mod settings_file;
mod system;
pub mod text;
pub mod theme;
pub mod tree;
pub mod view;
