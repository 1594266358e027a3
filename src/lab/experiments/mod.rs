//! One file an experiment: what its programs do.

mod abort_linger;
mod abort_unread;
mod address_in_use;
mod blind_reset;
mod duplication;
mod echo_four_segments;
mod echo_server_closes_first;
mod echo_three_segments;
mod ecn;
mod exact_reset;
mod fast_open;
mod file_lost;
mod file_receiver_silent;
mod file_sent_and_closed;
mod full_backlog;
mod half_close;
mod half_open_discovery;
mod keep_alive;
mod keep_alive_dead_peer;
mod lost_data;
mod lost_fin;
mod lost_last_ack;
mod lost_question;
mod lost_syn;
mod lost_syn_ack;
mod lost_third_ack;
mod lost_third_ack_idle;
mod no_server;
mod numbers_wrap;
mod one_client_at_a_time;
mod path_mtu_black_hole;
mod process_per_client;
mod process_per_client_forgotten;
mod reconnect_loop;
mod reordering;
mod self_connect;
mod server_exits_with_first_client;
mod server_speaks_first;
mod simultaneous_close;
mod simultaneous_open;
mod states;
mod syn_cookies;
mod syn_inside;
mod thread_per_client;
mod time_wait_reuse;
mod udp_echo;
mod unanswered;
mod zero_window;

use std::time::Duration;

use super::catalogue::Experiment;

/// How long most may take on a busy machine.
const USUAL: Duration = Duration::from_secs(30);

/// All of them.
pub(super) const ALL: &[Experiment] = &[
    echo_server_closes_first::EXPERIMENT,
    echo_four_segments::EXPERIMENT,
    echo_three_segments::EXPERIMENT,
    file_sent_and_closed::EXPERIMENT,
    file_receiver_silent::EXPERIMENT,
    file_lost::EXPERIMENT,
    udp_echo::EXPERIMENT,
    one_client_at_a_time::EXPERIMENT,
    process_per_client::EXPERIMENT,
    process_per_client_forgotten::EXPERIMENT,
    thread_per_client::EXPERIMENT,
    server_exits_with_first_client::EXPERIMENT,
    reconnect_loop::EXPERIMENT,
    server_speaks_first::EXPERIMENT,
    no_server::EXPERIMENT,
    unanswered::EXPERIMENT,
    full_backlog::EXPERIMENT,
    syn_cookies::EXPERIMENT,
    fast_open::EXPERIMENT,
    ecn::EXPERIMENT,
    self_connect::EXPERIMENT,
    keep_alive::EXPERIMENT,
    zero_window::EXPERIMENT,
    states::EXPERIMENT,
    half_close::EXPERIMENT,
    time_wait_reuse::EXPERIMENT,
    address_in_use::EXPERIMENT,
    abort_linger::EXPERIMENT,
    abort_unread::EXPERIMENT,
    lost_syn::EXPERIMENT,
    lost_syn_ack::EXPERIMENT,
    lost_third_ack::EXPERIMENT,
    lost_third_ack_idle::EXPERIMENT,
    lost_data::EXPERIMENT,
    lost_question::EXPERIMENT,
    lost_fin::EXPERIMENT,
    lost_last_ack::EXPERIMENT,
    reordering::EXPERIMENT,
    duplication::EXPERIMENT,
    path_mtu_black_hole::EXPERIMENT,
    numbers_wrap::EXPERIMENT,
    keep_alive_dead_peer::EXPERIMENT,
    simultaneous_open::EXPERIMENT,
    simultaneous_close::EXPERIMENT,
    half_open_discovery::EXPERIMENT,
    blind_reset::EXPERIMENT,
    exact_reset::EXPERIMENT,
    syn_inside::EXPERIMENT,
];
