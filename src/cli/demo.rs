//! The flags of the demo and of replayed recordings on the screen.

use clap::Args;

/// How the demo or a recording is shown.
#[derive(Args, Debug)]
#[command(next_help_heading = "Recording")]
pub struct Demo {
    /// Take a tour through the demo, in ten steps
    #[arg(long)]
    pub tour: bool,
    /// With --demo or --replay: do not play the recorded changes
    #[arg(long, hide_short_help = true)]
    pub still: bool,
}
