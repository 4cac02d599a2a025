//! The contract of the stores, kept by SQLite.

#[cfg(test)]
mod contract;

use home_core::{InboxStore, LogStore};
use home_store::HomeFolder;

/// Runs each function of a suite as a test of its own, on a fresh store, and commits at the end.
macro_rules! kept {
    ($suite:ident, $open:ident, $store:ident: $($name:ident),+ $(,)?) => {
        mod $suite {
            use super::$store as _;

            $(#[test]
            fn $name() {
                let folder = tempfile::tempdir().unwrap();
                let mut store = super::HomeFolder::lock(folder.path()).unwrap().$open().unwrap();
                super::contract::$suite::$name(&mut store);
                super::commit_twice(|| store.commit());
            })+
        }
    };
}

#[cfg(test)]
fn commit_twice(mut commit: impl FnMut() -> Result<(), home_core::StoreError>) {
    commit().unwrap();
    commit().unwrap();
}

kept!(logs, logs, LogStore:
    a_token_is_granted_once_and_spent,
    a_head_is_found_by_log_and_id_with_its_keys,
    entries_come_back_in_order_and_whole,
    a_page_is_bounded_by_rows_and_bytes_but_never_empty,
    a_hash_is_seen_at_its_head_alone,
    an_entry_follows_the_last_or_is_refused,
    children_stand_in_their_order,
    bodies_of_old_days_are_dropped_and_nothing_else,
    repairs_are_found_from_below_the_head_at_which_they_were_left,
    repairs_are_counted_by_log_head_and_day,
    old_repairs_are_dropped_and_their_numbers_do_not_come_again,
    the_nearest_heads_below_are_found_first,
    a_calendar_is_kept_in_place_of_the_one_before,
    logs_are_unread_since_they_were_opened_or_last_read,
    a_lapsed_log_is_erased_in_portions_down_to_its_id,
    a_body_keeps_its_time_also_where_a_lapsed_log_gave_its_number_back,
);

kept!(blobs, logs, LogStore:
    a_blob_goes_from_state_to_state_and_never_back,
    blobs_are_counted_by_log_and_in_all_until_they_are_erased,
    blobs_whose_time_is_over_go_on_a_few_at_once,
    blobs_go_with_their_log,
);

kept!(inboxes, inboxes, InboxStore:
    a_token_is_granted_once_and_spent,
    an_unknown_invitation_is_none,
    an_inbox_begins_empty_and_counts,
    devices_stand_in_the_order_in_which_they_came,
    key_packages_are_taken_once_oldest_first,
    a_capability_counts_its_uses,
    what_was_fetched_is_remembered_in_order,
    a_revoked_capability_is_told_apart_until_it_is_forgotten,
    items_are_numbered_and_dropped_when_all_devices_hold_them,
);
