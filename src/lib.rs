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
//!    tree, view::tree     document, view::document          app::container_view
//! ```
//!
//! # Data flow
//!
//! A terminal event or an API answer becomes a [`app::message::Message`]; [`app::update::update`]
//! decides, synchronously and without I/O, and returns effects; the runtime carries the effects out
//! on tokio tasks, which send messages back; [`view::draw`] only reads.
//!
//! # Layers
//!
//! Each uses only those below it: `main`, [`cli`] → [`runtime`] and [`headless`] → [`view`], [`api`]
//! and [`here`] (which do not know each other) → [`app`] → [`tree`] and
//! [`document`] → [`config`] → [`keymap`], [`theme`] → [`downward`] → [`object`] → [`k8s`] → [`settings_file`], [`text`], `system`.

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
pub mod runtime;
pub mod settings_file;
mod system;
pub mod text;
pub mod theme;
pub mod tree;
pub mod view;
