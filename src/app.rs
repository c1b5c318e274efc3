//! The application: what it knows and how that changes. Pure: no I/O, no clock, no terminal.
//!
//! A [`message::Message`] says what happened. [`update::update`] routes it to a flow, which changes
//! the [`model::Model`] and returns [`effect::Effect`]s as plain data. Afterwards
//! [`subscriptions`] compares the watches, log streams and timers that should run with those that do.
//!
//! Layers, each using only those before it:
//!
//! 1. `state`: one file per part of the state; none names the model.
//! 2. `answer`, `question`, `message`, `effect`: what is requested, what happened, what to do.
//! 3. `model`, `layout`, `start_screen`: the whole state and lookups on it.
//! 4. `flows`: one file per story; a flow changes what is wanted, and never starts or stops a watch
//!    or a timer.
//! 5. `subscriptions`, `input`: what should run; keys and the mouse.
//! 6. `update`.

pub mod answer;
pub mod effect;
pub mod flows;
pub mod help;
pub mod input;
pub mod layout;
pub mod message;
pub mod model;
pub mod question;
pub mod start_screen;
pub mod state;
pub mod subscriptions;
pub mod update;
