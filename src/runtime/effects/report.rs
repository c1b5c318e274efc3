//! Bug reports: their requests, and their files.

use std::path::{Path, PathBuf};

use tokio::task::spawn_blocking;

use super::{Delivery, Effects};
use crate::api::endpoint::Connected;
use crate::app::message::Message;
use crate::app::state::report::{ReportContent, Reported};
use crate::headless::Access;
use crate::k8s::failure::{Failure, FailureKind};
use crate::k8s::request::Ticket;
use crate::report::{Content, Subject, write_into};

impl Effects {
    /// Prepares a report. Its requests are traced like all others.
    pub(super) fn report(&mut self, ticket: Ticket, of: Reported) {
        let (sender, clock) = (self.sender.clone(), self.clock);
        let Reported { endpoint, request, failure } = of;
        let connection = self.client.clone().zip(endpoint).map(|(client, endpoint)| Connected {
            client,
            endpoint,
            tried: Vec::new(),
            clock,
        });
        self.spawn(ticket, async move {
            let content = match connection {
                Some(connection) => {
                    let access = Access { connection, chosen: None, is_terminal: true };
                    let subject = match &request {
                        Some(request) => Subject::Request(request),
                        None => Subject::Location(""),
                    };
                    Content::reproduce(access, subject).await.map(|(content, _)| content)
                }
                None => Ok(Content::unconnected()),
            };
            let content = content.map(|content| match failure {
                Some(failure) => {
                    content.with_fact(format!("the screen showed: {}", failure.short()))
                }
                None => content,
            });
            let result = content.and_then(|content| {
                Ok(ReportContent { lines: content.lines(), document: content.document()?.into() })
            });
            let result = result.map_err(|error| {
                let message = format!("the report cannot be prepared: {error}");
                Failure::new(FailureKind::Input, message, "")
            });
            _ = sender.send(Delivery::Message(Message::Report { ticket, result })).await;
        });
    }

    /// Writes reports into the first of these folders that can be written.
    #[must_use]
    pub fn reporting_into(self, report_folders: Vec<PathBuf>) -> Self {
        Self { report_folders, ..self }
    }

    /// Writes a report.
    pub(super) fn write_report(&self, document: bytes::Bytes) {
        let (sender, folders) = (self.sender.clone(), self.report_folders.clone());
        tokio::spawn(async move {
            let write = move || write_into(&folders, &document);
            let Ok(result) = spawn_blocking(write).await else { return };
            let result = result.map(|file| Path::display(&file).to_string());
            _ = sender.send(Delivery::Message(Message::Written(result))).await;
        });
    }
}
