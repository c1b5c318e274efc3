//! The table of which test covers which action, and the tests of actions without a file of their own.

use kubewalk::app::effect::Effect;
use kubewalk::app::state::connection::Standing;
use kubewalk::app::state::overlay::Overlay;
use kubewalk::k8s::endpoint::EndpointKind;
use kubewalk::keymap::{Action, BINDINGS};

use super::{
    POD, after, copying, events, filter, folds, health, logs, movement, overlays, panes, reading,
    search,
};
use crate::changes::{diff_screen, explain_screen, history_screen, managers_screen};
use crate::collections::{paging, sorting};
use crate::containers::layout;
use crate::links::{checking, following, owned, owner};
use crate::navigation::{identity, locations, this_pod};
use crate::report::screen as report;
use crate::start::{screen as start, tour};
use crate::support::app::{App, requests};
use crate::support::walker::screen;
use crate::watching::changes;

#[test]
fn every_bound_action_has_a_test() {
    for binding in BINDINGS {
        assert!(!tests_of(binding.action).is_empty(), "{:?}", binding.action);
    }
}

/// Returns the tests of an action. A new action does not compile without an entry here.
#[expect(clippy::too_many_lines, reason = "one entry for each action")]
fn tests_of(action: Action) -> &'static [fn()] {
    match action {
        Action::Down | Action::Up => &[
            movement::down_and_up_move_the_cursor_of_the_tree_by_a_row,
            movement::down_and_up_move_the_cursor_of_the_document_by_a_line,
        ],
        Action::HalfDown | Action::HalfUp => &[movement::half_pages_move_by_half_the_height],
        Action::PageDown | Action::PageUp => &[
            movement::pages_move_the_tree_by_its_height,
            movement::pages_move_the_document_and_back,
        ],
        Action::Top | Action::Bottom => &[
            movement::top_and_bottom_select_the_first_and_the_last_row,
            movement::top_and_bottom_select_the_first_and_the_last_line,
        ],
        Action::Open => &[
            folds::enter_loads_and_opens_a_closed_node,
            folds::enter_closes_the_open_node_that_is_shown,
        ],
        Action::Expand | Action::Collapse => &[
            folds::right_opens_a_node_and_then_enters_it,
            folds::left_selects_the_parent_and_closes_an_open_node,
            folds::left_folds_and_right_unfolds_a_line,
        ],
        Action::Toggle => &[folds::space_opens_and_closes_a_node, folds::space_folds_a_line],
        Action::ExpandAll | Action::CollapseAll => &[folds::all_folds_close_and_open_at_once],
        Action::NextPane | Action::PreviousPane => {
            &[panes::tab_cycles_through_the_visible_panes, panes::shift_tab_cycles_backwards]
        }
        Action::NextSection | Action::PreviousSection => {
            &[layout::n_moves_to_the_next_section_and_shift_n_back]
        }
        Action::NarrowTree | Action::WidenTree => &[
            panes::keys_widen_and_narrow_the_tree_for_the_rest_of_the_run,
            panes::the_tree_keeps_room_for_itself_and_the_document,
        ],
        Action::FullScreen => &[panes::full_screen_shows_the_focused_pane_alone],
        Action::Format => &[panes::the_format_cycles_through_yaml_json_and_raw],
        Action::Previous => &[logs::p_requests_the_log_of_the_previous_instance],
        Action::Follow => &[
            logs::shift_f_follows_the_log_and_stops,
            logs::following_a_previous_log_follows_the_current_one,
            logs::follow_without_a_log_shows_a_notice,
        ],
        Action::Timestamps => {
            &[logs::t_requests_timestamps_and_removes_them_again, logs::options_are_combined]
        }
        Action::Pause => &[
            changes::a_paused_document_counts_waiting_changes_and_resumes_with_the_last,
            changes::a_refresh_replaces_a_paused_document_and_drops_waiting_changes,
            changes::moving_the_cursor_ends_a_pause,
            changes::pausing_without_a_document_shows_a_notice,
        ],
        Action::Wrap => &[panes::wrapping_shows_the_end_of_a_long_line],
        Action::ScrollLeft | Action::ScrollRight => &[panes::scrolling_moves_by_eight_columns],
        Action::Filter => &[
            filter::a_filter_matches_names_in_any_case,
            filter::enter_keeps_a_filter_and_escape_clears_it,
            filter::a_filter_matches_any_cell,
            filter::a_filter_matches_short_names_of_resources,
            filter::an_exclamation_mark_inverts_a_filter,
            filter::slashes_make_a_filter_a_regular_expression,
            filter::an_invalid_regular_expression_is_reported_and_matches_as_text,
        ],
        Action::Sort => &[
            sorting::the_columns_are_offered,
            sorting::sorting_twice_by_a_column_reverses_the_order,
            sorting::sorting_by_no_column_restores_the_order_of_the_server,
            sorting::an_unknown_column_is_reported,
            sorting::sorting_outside_a_collection_shows_a_notice,
        ],
        Action::Reverse => &[sorting::reverse_toggles_the_direction],
        Action::Wide => &[
            sorting::wide_columns_in_a_narrow_pane_show_a_hint,
            sorting::wide_columns_appear_in_full_screen_and_survive_a_refresh,
            sorting::rows_are_sorted_by_a_wide_column,
        ],
        Action::Search => &[search::a_search_counts_its_matches_and_enter_selects_the_first],
        Action::NextMatch | Action::PreviousMatch => &[search::n_and_shift_n_select_other_matches],
        Action::GoTo => &[locations::a_location_is_reached_by_its_words],
        Action::Back | Action::Forward => &[
            locations::back_and_forward_follow_the_history,
            locations::back_at_the_first_location_shows_a_notice,
        ],
        Action::ThisPod => &[
            this_pod::outside_a_pod_the_key_shows_a_notice,
            this_pod::the_pod_opens_even_if_nothing_can_be_listed,
            this_pod::the_row_of_the_pod_survives_a_refresh,
        ],
        Action::Trace => &[shift_t_opens_the_trace],
        Action::Report => {
            &[report::shift_r_reports_the_request_and_the_failure_of_the_selected_row]
        }
        Action::Write => &[report::enter_writes_the_shown_report_and_names_its_file],
        Action::Refresh => &[refresh_fetches_the_selected_object, refresh_fetches_discovery],
        Action::LoadAll => &[paging::load_all_loads_every_page],
        Action::Unmask => &[x_shows_and_masks_the_values_of_a_secret],
        Action::ContainerView => &[d_opens_and_closes_the_container_view],
        Action::Compare => &[
            comparing_in_a_recording_is_refused_with_a_reason,
            comparing_shows_the_command_before_it_runs,
        ],
        Action::Run => {
            &[a_confirmed_comparison_runs_in_the_selected_pod, closing_the_question_runs_nothing]
        }
        Action::Copy => &[copying::c_opens_the_copy_menu],
        Action::Explain => &[
            explain_screen::shift_k_explains_the_field_of_the_line,
            explain_screen::on_a_row_shift_k_explains_the_kind,
        ],
        Action::History => &[
            history_screen::shift_h_lists_changes_and_events_newest_first,
            history_screen::without_an_open_object_shift_h_shows_a_notice,
        ],
        Action::Mark => &[
            diff_screen::m_marks_an_object_and_again_removes_the_mark,
            diff_screen::a_mark_survives_another_context,
        ],
        Action::Diff => &[
            diff_screen::equals_compares_the_selected_object_with_the_marked_one,
            diff_screen::without_a_mark_equals_shows_a_notice,
        ],
        Action::Managers => &[managers_screen::b_shows_who_set_each_line_and_hides_it_again],
        Action::LeftOut => &[diff_screen::i_shows_and_hides_what_is_left_out],
        Action::Swap => &[diff_screen::shift_x_swaps_the_sides],
        Action::FollowLink => &[
            following::a_line_leads_to_its_object_with_one_request_for_it_and_back_to_the_line,
            following::a_row_of_the_containers_view_leads_to_its_key_and_back,
        ],
        Action::NextLink | Action::PreviousLink => {
            &[checking::braces_go_to_the_next_reference_and_to_the_one_before]
        }
        Action::UsedBy => &[owned::u_opens_the_first_list_of_what_uses_the_object],
        Action::Owner => &[
            owner::shift_o_goes_to_the_owner_from_every_pane_and_back_returns,
            owner::without_an_owner_shift_o_shows_a_notice,
        ],
        Action::WalkAs => {
            &[identity::a_key_walks_as_the_service_account_at_the_cursor_or_of_the_pod]
        }
        Action::Events => &[
            events::e_lists_the_events_of_the_object_newest_first,
            events::on_a_collection_e_lists_its_namespace_warnings_first,
            events::the_events_that_explain_an_object_are_fetched_once,
        ],
        Action::Attention => &[
            health::an_exclamation_mark_leaves_the_rows_that_need_attention,
            health::a_filter_applies_to_the_rows_that_need_attention,
            health::escape_shows_all_rows_again,
        ],
        Action::Reasons => &[
            health::i_selects_the_first_reason_and_escape_returns,
            health::without_a_reason_i_shows_a_notice,
            health::j_and_k_choose_a_reason,
            health::enter_on_a_reason_selects_the_line_that_shows_it_and_then_what_explains_it,
        ],
        Action::CopyItem => &[copying::a_line_of_the_catalogue_is_copied_as_yaml],
        Action::CopyValue => &[copying::v_copies_the_value_of_the_line],
        Action::CopyLinePath => &[copying::p_copies_the_path_of_the_line],
        Action::CopyWhole => &[copying::o_copies_the_whole_document],
        Action::CopyApiPath => &[copying::a_copies_the_api_path],
        Action::CopyKubectl => &[copying::k_copies_a_kubectl_command],
        Action::CopyCurl => &[copying::u_copies_a_curl_command],
        Action::Help => &[overlays::the_help_opens_scrolls_and_closes],
        Action::Escape => &[
            overlays::escape_clears_the_filter_before_it_leaves_full_screen,
            overlays::escape_in_the_document_clears_the_search_before_it_leaves,
        ],
        Action::Quit => &[overlays::q_quits],
        Action::Suspend => &[overlays::ctrl_z_suspends_in_every_mode],
        Action::Demo => &[start::d_opens_the_demo],
        Action::Tour => &[tour::t_on_the_start_screen_opens_the_demo_with_the_tour],
        Action::NextStep => &[tour::ctrl_n_begins_the_tour_and_skips_its_steps],
        Action::LeaveTour => &[tour::ctrl_x_leaves_the_tour_which_is_offered_no_more],
        Action::TypeUrl => &[start::u_connects_to_a_typed_url],
        Action::BorrowToken => &[
            start::without_a_readable_token_b_does_nothing_but_show_a_notice,
            start::b_connects_with_the_token_of_another_process,
        ],
        Action::Reconnect => &[start::r_connects_again_as_at_the_start],
    }
}

#[test]
fn shift_t_opens_the_trace() {
    assert!(matches!(after("T").model.overlay, Overlay::Trace(_)));
}

#[test]
fn refresh_fetches_the_selected_object() {
    let mut app = after(":po/db-0 space -n space shop enter");
    let requested = requests(&app.press("r"));
    assert!(requested.contains(&POD.to_owned()), "{requested:?}");
}

#[test]
fn refresh_fetches_discovery() {
    let mut app = after("j j");
    let requested = requests(&app.press("r"));
    assert!(requested.contains(&"/apis".to_owned()), "{requested:?}");
}

#[test]
fn x_shows_and_masks_the_values_of_a_secret() {
    let mut app = after(":secret/db-credentials space -n space shop enter");
    assert!(screen(&app.model).contains("username: ••••• 4 bytes"), "{}", screen(&app.model));
    app.press("x");
    assert!(screen(&app.model).contains("username: shop "), "{}", screen(&app.model));
    app.press("x");
    assert!(screen(&app.model).contains("username: ••••• 4 bytes"));
}

#[test]
fn d_opens_and_closes_the_container_view() {
    let mut app = after(":po/downward-env space -n space default enter");
    app.press("d");
    app.answer_all();
    let shown = screen(&app.model);
    assert!(shown.contains("‹main› catalogue") && shown.contains("POD_NAMESPACE"), "{shown}");
    app.press("d");
    assert!(!screen(&app.model).contains("‹main›"));
}

/// The container view of a pod on an endpoint of that kind.
fn container_view(kind: EndpointKind) -> App {
    let mut app = reading();
    app.walk("d");
    let Standing::Connected(connection) = &mut app.model.standing else { panic!() };
    connection.endpoint.kind = kind;
    app
}

#[test]
fn comparing_in_a_recording_is_refused_with_a_reason() {
    let mut app = container_view(EndpointKind::Demo);
    app.press("V");
    assert!(screen(&app.model).contains("A recording has no containers"));
}

#[test]
fn comparing_shows_the_command_before_it_runs() {
    let mut app = container_view(EndpointKind::Url);
    assert_eq!(app.press("V"), []);
    assert!(screen(&app.model).contains("cat /proc/self/environ"), "{}", screen(&app.model));
}

#[test]
fn closing_the_question_runs_nothing() {
    let mut app = container_view(EndpointKind::Url);
    app.press("V");
    assert!(!app.press("x").iter().any(|effect| matches!(effect, Effect::Exec { .. })));
}

#[test]
fn a_confirmed_comparison_runs_in_the_selected_pod() {
    let mut app = container_view(EndpointKind::Url);
    app.press("V");
    let effects = app.press("y");
    let [Effect::Exec { plan, .. }, ..] = effects.as_slice() else { panic!("{effects:?}") };
    assert_eq!(plan.pod.name.as_ref(), "db-0");
    assert!(matches!(app.model.overlay, Overlay::None));
}
