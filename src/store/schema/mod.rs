//! The tables, as both databases hold them (`migrations/`), by what they are about.

mod accounts;
mod classes;
mod directory;
mod forecasting;
mod limits;
mod load;
mod news;
mod planning;
mod work;

pub use self::{
    accounts::*, classes::*, directory::*, forecasting::*, limits::*, load::*, news::*, planning::*, work::*,
};

diesel::joinable!(opening_hours -> schools (school_id));
diesel::joinable!(school_calendars -> schools (school_id));
diesel::joinable!(lunch_breaks -> schools (school_id));
diesel::joinable!(school_days -> schools (school_id));
diesel::joinable!(groups -> schools (school_id));
diesel::joinable!(teachers -> schools (school_id));
diesel::joinable!(school_pools -> schools (school_id));
diesel::joinable!(school_pools -> pools (pool_id));
diesel::joinable!(pool_weekly_limits -> pools (pool_id));
diesel::joinable!(pool_dated_limits -> pools (pool_id));
diesel::joinable!(rounds -> schools (school_id));
diesel::joinable!(requests -> rounds (round_id));
diesel::joinable!(round_answers -> rounds (round_id));
diesel::joinable!(round_answers -> teachers (teacher_id));
diesel::joinable!(request_windows -> requests (request_id));
diesel::joinable!(request_teachers -> requests (request_id));
diesel::joinable!(request_teachers -> teachers (teacher_id));
diesel::joinable!(request_groups -> requests (request_id));
diesel::joinable!(request_groups -> groups (group_id));
diesel::joinable!(pins -> requests (request_id));
diesel::joinable!(plans -> rounds (round_id));
diesel::joinable!(plan_prices -> plans (plan_id));
diesel::joinable!(plan_prices -> pools (pool_id));
diesel::joinable!(plan_sessions -> plans (plan_id));
diesel::joinable!(plan_sessions -> requests (request_id));
diesel::joinable!(scenarios -> schools (school_id));
diesel::joinable!(scenarios -> rounds (round_id));
diesel::joinable!(sessions -> schools (school_id));
diesel::joinable!(sessions -> requests (request_id));
diesel::joinable!(session_teachers -> sessions (session_id));
diesel::joinable!(session_teachers -> teachers (teacher_id));
diesel::joinable!(session_attendance -> sessions (session_id));
diesel::joinable!(session_groups -> sessions (session_id));
diesel::joinable!(session_groups -> groups (group_id));
diesel::joinable!(pool_usage -> pools (pool_id));
diesel::joinable!(pool_promises -> pools (pool_id));
diesel::joinable!(pool_school_usage -> pools (pool_id));
diesel::joinable!(pool_school_usage -> schools (school_id));
diesel::joinable!(schools -> platforms (platform_id));
diesel::joinable!(platforms -> federations (federation_id));
diesel::joinable!(booking_rules -> schools (school_id));
diesel::joinable!(swaps -> schools (school_id));
diesel::joinable!(waiting -> schools (school_id));
diesel::joinable!(feeds -> schools (school_id));
diesel::joinable!(feeds -> teachers (made_by));
diesel::joinable!(feed_subjects -> feeds (feed_id));
diesel::joinable!(feed_revisions -> schools (school_id));
diesel::joinable!(tokens -> schools (school_id));
diesel::joinable!(tokens -> teachers (teacher_id));
diesel::joinable!(memberships -> people (person_id));
diesel::joinable!(memberships -> schools (school_id));
diesel::joinable!(memberships -> teachers (teacher_id));
diesel::joinable!(sign_in_links -> people (person_id));
diesel::joinable!(browser_sessions -> people (person_id));
diesel::joinable!(browser_sessions -> tokens (token_id));
diesel::joinable!(browser_sessions -> memberships (membership_id));
diesel::joinable!(invitations -> schools (school_id));
diesel::joinable!(invitations -> teachers (teacher_id));
diesel::joinable!(jobs -> schools (school_id));
diesel::joinable!(forecast_profiles -> forecasts (forecast_id));
diesel::joinable!(forecast_days -> forecasts (forecast_id));
diesel::joinable!(load_cells -> load_series (series_id));
diesel::joinable!(load_hours -> load_series (series_id));
diesel::joinable!(notices -> schools (school_id));
diesel::joinable!(notices -> teachers (teacher_id));

diesel::allow_tables_to_appear_in_same_query!(
    answers,
    audit_entries,
    booking_rules,
    browser_sessions,
    deliveries,
    failed_sign_ins,
    federations,
    feed_revisions,
    feed_subjects,
    feeds,
    group_overlaps,
    groups,
    invitations,
    jobs,
    forecast_days,
    forecast_profiles,
    forecasts,
    load_alerts,
    load_cells,
    load_hours,
    load_ingestions,
    load_series,
    load_sources,
    lunch_breaks,
    mail_attempts,
    mail_readers,
    memberships,
    notices,
    opening_hours,
    people,
    pins,
    plan_prices,
    plan_sessions,
    plans,
    platforms,
    pool_dated_limits,
    pool_promises,
    pool_school_usage,
    pool_usage,
    pool_weekly_limits,
    pools,
    request_groups,
    request_teachers,
    request_windows,
    requests,
    round_answers,
    rounds,
    scenarios,
    school_calendars,
    school_days,
    school_pools,
    schools,
    session_attendance,
    session_groups,
    session_teachers,
    sessions,
    swaps,
    sign_in_links,
    teachers,
    tokens,
    waiting,
    webhooks,
);
