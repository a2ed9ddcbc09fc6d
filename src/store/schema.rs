//! The tables, as both databases hold them (`migrations/`).

diesel::table! {
    schools (id) {
        id -> Text,
        uai -> Nullable<Text>,
        name -> Text,
        time_zone -> Text,
        language -> Text,
        created_at -> Timestamp,
        platform_id -> Nullable<Text>,
    }
}

diesel::table! {
    federations (id) {
        id -> Text,
        name -> Text,
        created_at -> Timestamp,
    }
}

diesel::table! {
    platforms (id) {
        id -> Text,
        name -> Text,
        time_zone -> Text,
        federation_id -> Nullable<Text>,
        created_at -> Timestamp,
    }
}

diesel::table! {
    opening_hours (school_id, weekday, from_minute) {
        school_id -> Text,
        weekday -> BigInt,
        from_minute -> BigInt,
        to_minute -> BigInt,
    }
}

diesel::table! {
    school_calendars (school_id) {
        school_id -> Text,
        holiday_zone -> Nullable<Text>,
        public_holidays -> Nullable<Text>,
    }
}

diesel::table! {
    lunch_breaks (school_id, position) {
        school_id -> Text,
        position -> BigInt,
        weekday -> Nullable<BigInt>,
        from_minute -> BigInt,
        to_minute -> BigInt,
    }
}

diesel::table! {
    school_days (school_id, opens, position) {
        school_id -> Text,
        opens -> Bool,
        position -> BigInt,
        from_day -> Text,
        to_day -> Text,
        reason -> Text,
    }
}

diesel::table! {
    groups (id) {
        id -> Text,
        school_id -> Text,
        name -> Text,
        headcount -> BigInt,
        attendance_percent -> BigInt,
    }
}

diesel::table! {
    group_overlaps (group_id, other_id) {
        group_id -> Text,
        other_id -> Text,
    }
}

diesel::table! {
    teachers (id) {
        id -> Text,
        school_id -> Text,
        name -> Text,
        email -> Nullable<Text>,
        language -> Text,
    }
}

diesel::table! {
    pools (id) {
        id -> Text,
        name -> Text,
        kind -> Text,
        window_minutes -> Nullable<BigInt>,
        connections -> BigInt,
        occupancy -> BigInt,
        platform_id -> Nullable<Text>,
        federation_id -> Nullable<Text>,
        time_zone -> Nullable<Text>,
    }
}

diesel::table! {
    pool_usage (pool_id, at) {
        pool_id -> Text,
        at -> Timestamp,
        used -> BigInt,
    }
}

diesel::table! {
    school_pools (school_id, pool_id) {
        school_id -> Text,
        pool_id -> Text,
        own -> Bool,
    }
}

diesel::table! {
    pool_weekly_limits (pool_id, weekday, from_minute) {
        pool_id -> Text,
        weekday -> BigInt,
        from_minute -> BigInt,
        to_minute -> BigInt,
        connections -> BigInt,
    }
}

diesel::table! {
    pool_dated_limits (pool_id, starts_at) {
        pool_id -> Text,
        starts_at -> Timestamp,
        ends_at -> Timestamp,
        connections -> BigInt,
    }
}

diesel::table! {
    rounds (id) {
        id -> Text,
        school_id -> Text,
        name -> Text,
        starts_at -> Timestamp,
        ends_at -> Timestamp,
        step_minutes -> BigInt,
        state -> Text,
        published_plan_id -> Nullable<Text>,
        created_at -> Timestamp,
        opens_at -> Nullable<Timestamp>,
        closes_at -> Nullable<Timestamp>,
        archived_at -> Nullable<Timestamp>,
        reminded_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    requests (id) {
        id -> Text,
        round_id -> Text,
        reference -> Text,
        title -> Text,
        connections -> BigInt,
        duration_minutes -> BigInt,
        unplaced_cost -> BigInt,
        created_at -> Timestamp,
        wish -> Nullable<Text>,
        rules -> Nullable<Text>,
        series_id -> Nullable<Text>,
    }
}

diesel::table! {
    round_answers (round_id, teacher_id) {
        round_id -> Text,
        teacher_id -> Text,
        answered_at -> Timestamp,
    }
}

diesel::table! {
    request_windows (request_id, position) {
        request_id -> Text,
        position -> BigInt,
        first_at -> Timestamp,
        last_at -> Timestamp,
        ideal_at -> Timestamp,
        base -> BigInt,
        per_step -> BigInt,
    }
}

diesel::table! {
    request_teachers (request_id, teacher_id) {
        request_id -> Text,
        teacher_id -> Text,
    }
}

diesel::table! {
    request_groups (request_id, group_id) {
        request_id -> Text,
        group_id -> Text,
    }
}

diesel::table! {
    plans (id) {
        id -> Text,
        round_id -> Text,
        parent_id -> Nullable<Text>,
        seed -> BigInt,
        objective -> BigInt,
        bound -> Nullable<Double>,
        optimal -> Bool,
        created_at -> Timestamp,
        weighted_objective -> Double,
        unplaced -> BigInt,
        seconds -> Nullable<BigInt>,
        threads -> Nullable<BigInt>,
        move_cost -> Nullable<BigInt>,
        fingerprint -> Nullable<Text>,
        asked_by -> Nullable<Text>,
    }
}

diesel::table! {
    pins (request_id) {
        request_id -> Text,
        starts_at -> Timestamp,
        note -> Nullable<Text>,
        created_at -> Timestamp,
    }
}

diesel::table! {
    plan_prices (plan_id, pool_id, starts_at) {
        plan_id -> Text,
        pool_id -> Text,
        starts_at -> Timestamp,
        price -> Double,
    }
}

diesel::table! {
    plan_sessions (plan_id, request_id) {
        plan_id -> Text,
        request_id -> Text,
        starts_at -> Nullable<Timestamp>,
        weight -> BigInt,
        pinned -> Bool,
    }
}

diesel::table! {
    sessions (id) {
        id -> Text,
        school_id -> Text,
        request_id -> Nullable<Text>,
        title -> Text,
        connections -> BigInt,
        starts_at -> Timestamp,
        ends_at -> Timestamp,
        state -> Text,
        sequence -> BigInt,
        held_until -> Nullable<Timestamp>,
        created_at -> Timestamp,
        changed_at -> Timestamp,
    }
}

diesel::table! {
    session_teachers (session_id, teacher_id) {
        session_id -> Text,
        teacher_id -> Text,
    }
}

diesel::table! {
    session_groups (session_id, group_id) {
        session_id -> Text,
        group_id -> Text,
    }
}

diesel::table! {
    booking_rules (school_id) {
        school_id -> Text,
        book_notice_minutes -> BigInt,
        move_notice_minutes -> BigInt,
        cancel_notice_minutes -> BigInt,
        hold_minutes -> BigInt,
        offer_minutes -> BigInt,
    }
}

diesel::table! {
    swaps (id) {
        id -> Text,
        school_id -> Text,
        session_id -> Text,
        other_id -> Text,
        session_starts_at -> Timestamp,
        other_starts_at -> Timestamp,
        state -> Text,
        created_at -> Timestamp,
        changed_at -> Timestamp,
    }
}

diesel::table! {
    waiting (id) {
        id -> Text,
        school_id -> Text,
        title -> Text,
        people -> Text,
        connections -> BigInt,
        duration_minutes -> BigInt,
        from_at -> Timestamp,
        to_at -> Timestamp,
        preferred_at -> Nullable<Timestamp>,
        offer_id -> Nullable<Text>,
        queued_at -> Timestamp,
        created_at -> Timestamp,
    }
}

diesel::table! {
    answers (actor_id, idempotency_key) {
        actor_id -> Text,
        idempotency_key -> Text,
        fingerprint -> Text,
        result -> Text,
        status -> Nullable<BigInt>,
        headers -> Nullable<Text>,
        body -> Nullable<Text>,
        created_at -> Timestamp,
    }
}

diesel::table! {
    audit_entries (id) {
        id -> Text,
        at -> Timestamp,
        actor_kind -> Text,
        actor_id -> Text,
        actor_name -> Text,
        school_id -> Nullable<Text>,
        action -> Text,
        target -> Text,
    }
}

diesel::table! {
    feeds (id) {
        id -> Text,
        school_id -> Text,
        group_id -> Nullable<Text>,
        teacher_id -> Nullable<Text>,
        secret_hash -> Text,
        created_at -> Timestamp,
        revoked_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    tokens (id) {
        id -> Text,
        hash -> Text,
        role -> Text,
        school_id -> Nullable<Text>,
        teacher_id -> Nullable<Text>,
        label -> Text,
        created_at -> Timestamp,
        expires_at -> Nullable<Timestamp>,
        revoked_at -> Nullable<Timestamp>,
        scope -> Text,
        last_used_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    people (id) {
        id -> Text,
        email -> Text,
        name -> Text,
        language -> Text,
        password_hash -> Nullable<Text>,
        created_at -> Timestamp,
    }
}

diesel::table! {
    memberships (id) {
        id -> Text,
        person_id -> Text,
        role -> Text,
        school_id -> Nullable<Text>,
        teacher_id -> Nullable<Text>,
        created_at -> Timestamp,
    }
}

diesel::table! {
    sign_in_links (id) {
        id -> Text,
        person_id -> Text,
        hash -> Text,
        created_at -> Timestamp,
        expires_at -> Timestamp,
        used_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    browser_sessions (id) {
        id -> Text,
        hash -> Text,
        person_id -> Nullable<Text>,
        token_id -> Nullable<Text>,
        membership_id -> Nullable<Text>,
        begun_by -> Text,
        program -> Text,
        created_at -> Timestamp,
        seen_at -> Timestamp,
        expires_at -> Timestamp,
    }
}

diesel::table! {
    failed_sign_ins (subject) {
        subject -> Text,
        failures -> BigInt,
        last_at -> Timestamp,
        wait_until -> Nullable<Timestamp>,
    }
}

diesel::table! {
    invitations (id) {
        id -> Text,
        email -> Nullable<Text>,
        name -> Text,
        language -> Text,
        role -> Text,
        school_id -> Nullable<Text>,
        teacher_id -> Nullable<Text>,
        invited_by -> Text,
        hash -> Text,
        created_at -> Timestamp,
        sent_at -> Timestamp,
        expires_at -> Timestamp,
        accepted_at -> Nullable<Timestamp>,
        withdrawn_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    jobs (id) {
        id -> Text,
        kind -> Text,
        school_id -> Text,
        subject_id -> Text,
        payload -> Text,
        state -> Text,
        attempts -> BigInt,
        run_after -> Timestamp,
        lease_owner -> Nullable<Text>,
        lease_until -> Nullable<Timestamp>,
        progress -> Nullable<Text>,
        result_id -> Nullable<Text>,
        error -> Nullable<Text>,
        created_at -> Timestamp,
        finished_at -> Nullable<Timestamp>,
        best -> Nullable<Text>,
    }
}

diesel::table! {
    notices (id) {
        id -> Text,
        school_id -> Nullable<Text>,
        teacher_id -> Nullable<Text>,
        cause -> Text,
        kind -> Text,
        message_id -> Text,
        to_name -> Text,
        to_address -> Text,
        subject -> Text,
        body_text -> Text,
        body_html -> Text,
        calendar -> Nullable<Text>,
        state -> Text,
        attempts -> BigInt,
        run_after -> Timestamp,
        lease_owner -> Nullable<Text>,
        lease_until -> Nullable<Timestamp>,
        error -> Nullable<Text>,
        created_at -> Timestamp,
        sent_at -> Nullable<Timestamp>,
    }
}

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
diesel::joinable!(sessions -> schools (school_id));
diesel::joinable!(sessions -> requests (request_id));
diesel::joinable!(session_teachers -> sessions (session_id));
diesel::joinable!(session_teachers -> teachers (teacher_id));
diesel::joinable!(session_groups -> sessions (session_id));
diesel::joinable!(session_groups -> groups (group_id));
diesel::joinable!(pool_usage -> pools (pool_id));
diesel::joinable!(schools -> platforms (platform_id));
diesel::joinable!(platforms -> federations (federation_id));
diesel::joinable!(booking_rules -> schools (school_id));
diesel::joinable!(swaps -> schools (school_id));
diesel::joinable!(waiting -> schools (school_id));
diesel::joinable!(feeds -> schools (school_id));
diesel::joinable!(feeds -> groups (group_id));
diesel::joinable!(feeds -> teachers (teacher_id));
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
diesel::joinable!(notices -> schools (school_id));
diesel::joinable!(notices -> teachers (teacher_id));

diesel::allow_tables_to_appear_in_same_query!(
    answers,
    audit_entries,
    booking_rules,
    browser_sessions,
    failed_sign_ins,
    federations,
    feeds,
    group_overlaps,
    groups,
    invitations,
    jobs,
    lunch_breaks,
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
    pool_usage,
    pool_weekly_limits,
    pools,
    request_groups,
    request_teachers,
    request_windows,
    requests,
    round_answers,
    rounds,
    school_calendars,
    school_days,
    school_pools,
    schools,
    session_groups,
    session_teachers,
    sessions,
    swaps,
    sign_in_links,
    teachers,
    tokens,
    waiting,
);
