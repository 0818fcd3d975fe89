// Made by `npm run types` from the OpenAPI document. Not to be edited.

export interface paths {
    "/account": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The account
         * @description Cash, equity, realised P&L, reservations and exposure as the account has them, now or then.
         */
        get: operations["get_account"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/account/history": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The account's worth over time
         * @description The net liquidation and its drawdown, from every fill and the marks that were kept of what was held.
         */
        get: operations["get_account_history"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/agents": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Agents
         * @description The agents there are, whether they are switched on at this moment, and what each said last.
         */
        get: operations["list_agents"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/agents/performance": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Agents' performance
         * @description How often agents spoke, how sure they were, and what following them has come to.
         */
        get: operations["get_agents"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api-keys": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Keys of services
         * @description Keys of all accounts, revoked ones too, newest first.
         */
        get: operations["list_api_keys"];
        put?: never;
        /**
         * Make a key
         * @description Make a key for a service. Its text is in this answer and nowhere else.
         */
        post: operations["add_api_key"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api-keys/{key_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Revoke a key
         * @description Revoke a key: it opens nothing from now on. It stays in the list; revoked twice, it was revoked once.
         */
        delete: operations["revoke_api_key"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/bias/summary": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Bias by symbol and timeframe
         * @description The newest bias of each underlying with its timeframes, its age, and whether it is too old to go by.
         */
        get: operations["get_bias_summary_by_its_old_path"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/webhooks/chain": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * A chain
         * @description Take listed contracts, or those that changed, with dealer positioning where the sender has it; signed.
         */
        post: operations["send_chain"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/webhooks/flow": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Options trades
         * @description Take options trades, newest last; signed.
         */
        post: operations["send_flow"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/webhooks/mtf-bias": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * A bias
         * @description Take a multi-timeframe bias; authenticated as `/webhook` is.
         */
        post: operations["send_bias"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/webhooks/price": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Prices
         * @description Take one tick, or up to 1,000 in time order; signed.
         */
        post: operations["send_prices"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/audit": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Changes, by whom
         * @description What was changed by hand or by the platform itself, newest row first: the account's, and the platform's.
         */
        get: operations["list_audit"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/audit/verify": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Is the log intact?
         * @description Compare the whole log with itself and with the heads on Kafka: edits, deletions and truncations show.
         */
        get: operations["verify_audit"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/auth/login": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Log in
         * @description Give a token of 24 hours for a name and a password. Five failures a minute, then 429 with Retry-After.
         */
        post: operations["log_in"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/auth/logout": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Log out
         * @description End this session, or all of one's sessions: their tokens open nothing from now on.
         *
         *     With 503 this session is over here already, and to be ended once more so that it stays so after a restart.
         */
        post: operations["log_out"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/auth/me": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Who is asking
         * @description Who the token or key is for, and what it permits now.
         */
        get: operations["get_me"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/auth/password": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Change one's password
         * @description Change one's own password. Every other session ends; guesses at the current one count as failed logins.
         */
        post: operations["change_own_password"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/bias/summary": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Bias by symbol and timeframe
         * @description The newest bias of each underlying with its timeframes, its age, and whether it is too old to go by.
         */
        get: operations["get_bias_summary"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/brokers/{account_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The account at its broker
         * @description What the broker said last of the account.
         */
        get: operations["get_broker"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/config": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Compatibility
         * @description What is checked before a version is added.
         */
        get: operations["get_compatibility"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/config/{subject}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Compatibility of a subject
         * @description The same for every subject.
         */
        get: operations["get_compatibility_of_subject"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/control-changes": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Changes of controls
         * @description Who changed flags, limits, exit rules and kill switches, newest first, with what they were before.
         *
         *     Those of other accounts are an administrator's to see.
         */
        get: operations["list_control_changes"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/controls": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Controls
         * @description Every control that was changed, with its newest value, now or as it was known at a moment.
         *
         *     Those of other accounts are an administrator's to see.
         */
        get: operations["list_controls"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/controls/{name}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * A control
         * @description A control's newest value, with the ETag that a change may name in If-Match.
         */
        get: operations["get_control"];
        /**
         * Change a control
         * @description Change a control. It is in force from each partition's next event on.
         *
         *     `exit_rules.*`, and `risk_limits` and `kill_switch` of the caller's own account, need the permission to trade; all
         *     others that to administer.
         */
        put: operations["change_control"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/dashboard/metrics": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The account at a glance
         * @description What the account is worth, what it made, what is used of each limit, its P&L curve and what happened last.
         *
         *     Worth, positions and limits are of this moment, from the live view; trades and activity come from the history.
         */
        get: operations["get_dashboard_metrics"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/dead-letters": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Dead letters
         * @description Dead letters, newest first; `since` is the time their messages were written.
         */
        get: operations["list_dead_letters"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/dead-letters/{dead_letter_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * A dead letter
         * @description A dead letter with its message, decoded where today's schema reads it.
         */
        get: operations["get_dead_letter"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/dead-letters/{dead_letter_id}/discard": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Discard a dead letter
         * @description Put a letter away for good: its message is not sent again.
         */
        post: operations["discard_dead_letter"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/dead-letters/{dead_letter_id}/redrive": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Send a dead letter again
         * @description Send the message again to the reader that failed on it. Done twice, it has one effect.
         */
        post: operations["redrive_dead_letter"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/dead-letters/redrive": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Send dead letters again
         * @description Send letters again, at most 1000 in a request, oldest first. Those that cannot be are named with the reason.
         */
        post: operations["redrive_dead_letters"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/decisions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Decisions
         * @description How signals ended, newest first: each gate with its inputs and its limit, and the codes that stopped it.
         */
        get: operations["list_decisions"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/decisions/{decision_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * A decision
         * @description How a signal ended. What was known then stands with the signal, at `/signals/{signal_id}`.
         */
        get: operations["get_decision"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/exit-rules": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Exit rules of all
         * @description The exit rules of every underlying that has none of its own.
         */
        get: operations["get_exit_rules"];
        /**
         * Change the exit rules of all
         * @description Replace the exit rules of all underlyings. Open positions go by them from their next tick on.
         */
        put: operations["change_exit_rules"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/exit-rules/{symbol}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Exit rules of an underlying
         * @description The exit rules of one underlying.
         */
        get: operations["get_symbol_exit_rules"];
        /**
         * Change the exit rules of an underlying
         * @description Replace the exit rules of one underlying. Open positions go by them from their next tick on.
         */
        put: operations["change_symbol_exit_rules"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/experiments": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Experiments
         * @description Which engine each signal went to, newest first.
         */
        get: operations["list_experiments"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/experiments/{experiment_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * An experiment and all that followed
         * @description The assignment, the policy, what each engine recommended, and what its trade came to.
         */
        get: operations["get_experiment"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/experiments/{experiment_id}/compare": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Both engines on one signal
         * @description What both engines recommended on the same context, and what came of each.
         */
        get: operations["compare_engines_on_a_signal"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/experiments/compare": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Both engines on identical inputs
         * @description How far the engines agree on the same contexts, and by how much their outcomes differ, traded and shadow.
         */
        get: operations["compare_engines"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/experiments/results": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Engine A against engine B
         * @description Whether the outcomes of the engines, real and shadow, differ by more than chance on the same signals.
         */
        get: operations["get_results"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/feature-flags": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Feature flags
         * @description Every flag with its state, and whether the configuration or a change has set it.
         */
        get: operations["list_feature_flags"];
        put?: never;
        /**
         * Set a feature flag
         * @description Turn a flag on or off. It is in force from each partition's next event on.
         */
        post: operations["set_feature_flag"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/feature-flags/{flag}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Change a feature flag
         * @description Turn a flag on or off. It is in force from each partition's next event on.
         */
        put: operations["change_feature_flag"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/gamma/{symbol}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Gamma context of an underlying
         * @description Zero gamma, the dealers' regime and what it does to a trade's size, and the exposure strike by strike.
         */
        get: operations["get_gamma"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/health/live": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Is the process alive
         * @description 200 while the process answers at all.
         */
        get: operations["get_liveness"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/health/ready": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Can the platform do its work
         * @description 200 when Postgres answers, the view of Kafka has caught up and workers get on with all partitions; else 503.
         */
        get: operations["get_readiness"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/history/positions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Closed positions
         * @description Closed positions with what they made, the one closed last first; `since` and `until` are of the closing.
         */
        get: operations["list_closed_positions"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/intel/snapshot": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Market intelligence
         * @description Price, session, regime, bias, gamma, flow, confluence and exit intelligence of what is watched or held.
         *
         *     With `symbol`, of that underlying alone. At most 50.
         */
        get: operations["get_intel_snapshot"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/kill-switch": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Kill switch
         * @description Whether the account is halted, since when, and by whom.
         */
        get: operations["get_kill_switch"];
        put?: never;
        /**
         * Halt or resume
         * @description Halt an account, or all of them with the permission to administer, close what they hold, or go on.
         *
         *     An account opens something again when neither its own switch nor that of all is thrown.
         */
        post: operations["throw_kill_switch"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/kill-switch/{kill_switch_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What a kill switch did
         * @description What became of each working entry and each position of the account, since one throw of the switch.
         */
        get: operations["get_kill_switch_outcome"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/metrics": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Figures for Prometheus
         * @description What this process counts and measures, in Prometheus' text form. Every other process has a port of its own.
         */
        get: operations["get_metrics"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/mode": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Mode
         * @description Versions are added in the repository, not here.
         */
        get: operations["get_mode"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/monitoring": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The whole line
         * @description How each part of the line stands: its newest messages, how far who reads them is, and what waits.
         *
         *     Counts of webhooks are of the caller's account, all else of the platform.
         */
        get: operations["get_monitoring"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/monitoring/e2e": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The whole line
         * @description How each part of the line stands: its newest messages, how far who reads them is, and what waits.
         *
         *     Counts of webhooks are of the caller's account, all else of the platform.
         */
        get: operations["get_monitoring_by_its_old_path"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/monitoring/latencies": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * How long things took
         * @description Webhook to decision and fill, tick to exit, and exit to fill, as percentiles and histograms.
         */
        get: operations["get_latencies"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/order-requests/{request_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What became of an order by hand
         * @description Whether a request is still to be judged, was approved, with its order, or rejected, with the gates it met.
         */
        get: operations["get_order_request"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/orders": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Orders
         * @description Every order, newest first, from the history; `/orders/active` has those that work, as of this moment.
         */
        get: operations["list_orders"];
        put?: never;
        /**
         * Place an order
         * @description Ask for an order. The header Idempotency-Key is needed.
         *
         *     To buy passes the same gates as the engines' orders do: kill switch, pauses, limits, exposure, buying power, market
         *     hours; what became of it stands at `url`. To sell needs none of them.
         */
        post: operations["place_order"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/orders/{order_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * An order
         * @description An order with each word that was said of it and its fills, oldest first.
         */
        get: operations["get_order"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/orders/{order_id}/cancel": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Cancel an order
         * @description Ask for the end of a working order that opens a position. An exit cannot be cancelled: 409, as for one ended.
         */
        post: operations["cancel_order"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/orders/active": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Working orders
         * @description Orders that are not filled yet, newest first, from the live view.
         */
        get: operations["list_active_orders"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/orders/positions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Open positions
         * @description Open and closing positions, newest first: at their newest marks from the live view, or as of a moment, without.
         *
         *     Of the past the log knows every fill, and no prices: the tape is not in it.
         */
        get: operations["list_open_positions"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/orders/positions/{position_id}/close": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Close a position
         * @description Ask for the exit of an open position, or of some of its contracts, now.
         *
         *     A second request to close all of it changes nothing; one for a part sells as many more, unless it comes under the
         *     same idempotency key.
         */
        post: operations["close_position"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/orders/trades": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Fills
         * @description Fills, newest first, from the history.
         */
        get: operations["list_fills"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/performance": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Figures
         * @description Figures of closed trades by regime, entry mode, macro class, engine and exit reason; real and shadow apart.
         */
        get: operations["get_performance"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/performance/summary": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Performance over a period
         * @description Sharpe, Sortino, drawdown, profit factor, expectancy, returns by day and distribution of closed trades.
         *
         *     Also by engine, symbol, regime and hour. A figure that is not defined is null, with the reason.
         */
        get: operations["get_performance_summary"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/positioning/{symbol}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Positioning in an underlying
         * @description Gamma exposure, options flow, max pain and walls, as far as they are known, each with the time it is of.
         */
        get: operations["get_positioning"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/positions/{position_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * A position
         * @description A position with its orders, its fills, and the ids of what it came from.
         *
         *     An open one is at its newest mark, with the levels it is armed with and what closing it by hand would come to.
         */
        get: operations["get_position"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/positions/{position_id}/chart": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * A position's chart
         * @description Bars of the underlying and of the contract, the signal, orders and fills, and the levels it is armed with.
         */
        get: operations["get_position_chart"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/reconciliations": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Comparisons with the broker
         * @description Comparisons with the broker, newest first; of those made every so often, the ones that found differences.
         */
        get: operations["list_reconciliations"];
        put?: never;
        /**
         * Compare with the broker now
         * @description Ask the executor to compare now. It does so once it runs, also when it does not at the moment.
         */
        post: operations["ask_for_reconciliation"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/reports/pnl": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Realised P&L by day
         * @description Realised P&L by day, underlying and engine, as known now or then, with every event that has restated it.
         *
         *     What a sale has made stands on the day of the sale. A bust, a correction, an adjustment or a late fill changes that
         *     day; `known_at` leaves out what became known after it.
         */
        get: operations["get_pnl_report"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/risk": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Limits, and what is used of them
         * @description Each limit in force with what is used of it, the kill switch, and underlyings that are paused, now or then.
         */
        get: operations["get_risk"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/risk-limits": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Risk limits of all
         * @description The limits of every account that has none of its own.
         */
        get: operations["get_risk_limits"];
        /**
         * Change the risk limits of all
         * @description Replace the limits of all accounts; needs the permission to administer. What is null stays as configured.
         */
        put: operations["change_risk_limits"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/risk-limits/{account}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Risk limits of an account
         * @description The limits of one account; of others than the caller's to administrators alone.
         */
        get: operations["get_account_risk_limits"];
        /**
         * Change the risk limits of an account
         * @description Replace the limits of one account: the caller's own, or any with the permission to administer.
         */
        put: operations["change_account_risk_limits"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/schemas/ids/{schema_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * A schema by its id
         * @description The schema that the wire format's four bytes name.
         */
        get: operations["get_schema"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/schemas/ids/{schema_id}/schema": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * A schema, bare
         * @description The Avro schema itself.
         */
        get: operations["get_schema_itself"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/schemas/ids/{schema_id}/subjects": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * A schema's subjects
         * @description The subjects that have the schema.
         */
        get: operations["list_subjects_of_schema"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/schemas/ids/{schema_id}/versions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * A schema's versions
         * @description The subjects and versions that are the schema.
         */
        get: operations["list_versions_of_schema"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/schemas/types": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Kinds of schemas
         * @description Avro, and nothing else.
         */
        get: operations["list_schema_types"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/shadow-positions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Shadow positions
         * @description What became of shadow trades, newest first; open ones at their newest marks.
         */
        get: operations["list_shadow_positions"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/shadow-trades": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Shadow trades
         * @description What the engine that does not trade would have traded, and on whose words, newest first.
         */
        get: operations["list_shadow_trades"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/signals": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Signals
         * @description Signals that were taken in, newest first, and what refused each; the range is of when they came in.
         */
        get: operations["list_signals"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/signals/{signal_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * A signal and all that followed
         * @description The signal, its enrichment, what agents said, the decision gate by gate, orders, fills and positions.
         */
        get: operations["get_signal"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/signals/{signal_id}/why": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Why a signal was traded, or not
         * @description Every gate with what it saw, what it needed and how far off it was; what engines wanted; what it was made of.
         */
        get: operations["explain_signal"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/signals/refusals": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What refuses signals
         * @description How many signals each gate has refused, those that refused the most first.
         */
        get: operations["count_refusals"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/stream": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Live updates
         * @description Everything that happens to the caller's account, as it happens, as Server-Sent Events.
         *
         *     `hello` comes first; then, on a stream that goes on from a cursor, what was missed; then each position that is `held`,
         *     the account and its `risk`, and all that comes. Facts (`signal`, `decision`, `order`, `fill`, `position` with the change
         *     `closed`, `close_request`, `account`, `control`, `alert` of a dead letter or a comparison) come once each, those of one
         *     topic and partition in the order of the log, and carry the cursor as `id`. The others say how things are: the newest
         *     takes the place of what came before. The `mark` of a position, and `market`, the price of an underlying, which everybody
         *     is told, come as soon as they move, each on average about four times a second at most; `heartbeat` every few seconds.
         *
         *     `Last-Event-ID`, which browsers send by themselves, or `?cursor=` goes on after that event, on any process of the API.
         *     When that point is too far back `hello` says `resync`: read the queries, then go on. A client that takes its events too
         *     slowly is disconnected, and goes on in the same way. While Kafka cannot be read, or the tape is silent in regular
         *     hours, the stream stays, and an `alert` (`feed_stale`, later `feed_back`) says so; until Kafka was read for the first
         *     time, that comes before `hello`.
         */
        get: operations["stream_events"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/subjects": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Subjects
         * @description The subjects of the registry: one a topic, of its values.
         */
        get: operations["list_subjects"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/subjects/{subject}/versions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Versions of a subject
         * @description The versions of a subject.
         */
        get: operations["list_versions"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/subjects/{subject}/versions/{version}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * A version of a subject
         * @description A version by its number, or `latest`.
         */
        get: operations["get_version"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/subjects/{subject}/versions/{version}/schema": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * A version's schema
         * @description The Avro schema itself.
         */
        get: operations["get_version_schema"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/trades": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Closed trades
         * @description What positions made, the one closed last first; the range is of their ends. Fills are at `/orders/trades`.
         */
        get: operations["list_trades"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/underlyings": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Underlyings that are known
         * @description Every underlying that is watched, in which the caller holds anything, or of which anything was heard.
         */
        get: operations["list_underlyings"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/underlyings/{symbol}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Chain, opening range and bars
         * @description What is listed by expiration, the day's opening range, and the newest bars of a timeframe.
         */
        get: operations["get_underlying"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/users": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Users
         * @description Users of all accounts, newest first.
         */
        get: operations["list_users"];
        put?: never;
        /**
         * Add a user
         * @description Add a user, who may log in at once.
         */
        post: operations["add_user"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/users/{user_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /**
         * Change a user
         * @description Change a user's role, account or password, disable or enable it: from its next request on.
         *
         *     Another password, or being disabled, ends its sessions. The last enabled admin stays one.
         */
        patch: operations["change_user"];
        trace?: never;
    };
    "/webhook": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * An alert
         * @description Take an alert, or a multi-timeframe bias; signed, or with the signal token as `secret`.
         */
        post: operations["send_alert"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/webhook-endpoints": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Where webhooks go
         * @description Addresses and messages to paste into senders. Their secrets are shown to those who may trade the account.
         */
        get: operations["list_webhook_endpoints"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/webhook-endpoints/test": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Send a test alert
         * @description Send the account's own webhook an alert that is marked as a test, as any sender would: signed, over HTTP.
         *
         *     It is decided on like any other, and never traded at a broker. The signal, its decision and the call of the webhook
         *     are found by the ids of the answer.
         */
        post: operations["send_test_alert"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/webhook-events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Calls of the webhooks
         * @description What came to the account's webhooks, newest first, what came of it, and how long that took.
         */
        get: operations["list_webhook_events"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/webhook-events/{event_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * A call of a webhook
         * @description A call with what was sent, secrets removed.
         */
        get: operations["get_webhook_event"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/webhook/{url_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * An alert, at an unguessable address
         * @description Take an alert from a sender that can set no headers: the signal token is required as `secret`.
         */
        post: operations["send_alert_to_url"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/webhook/test": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Are webhooks taken?
         * @description Say that webhooks are taken here.
         */
        get: operations["test_webhooks"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        /**
         * AccountHistory
         * @description An account over a period, tests on the paper exchange and all: as its cash has them.
         * @example {
         *       "change": 234,
         *       "change_percent": 0.234,
         *       "max_drawdown": 0,
         *       "max_drawdown_percent": 0,
         *       "period": "1D",
         *       "points": [
         *         {
         *           "at": "2026-02-13T15:35:00Z",
         *           "cash": 96832,
         *           "drawdown": 0,
         *           "drawdown_percent": 0,
         *           "equity": 100234,
         *           "value": 3402
         *         }
         *       ],
         *       "since": "2026-02-12T15:35:00Z",
         *       "step_s": 300,
         *       "until": "2026-02-13T15:35:00Z"
         *     }
         */
        AccountHistory: {
            /**
             * Change
             * @description of equity over the period, dollars
             */
            change: number;
            /**
             * Change Percent
             * @description null where it began at 0 or below
             */
            change_percent: number | null;
            /**
             * Max Drawdown
             * @description dollars, not negative
             */
            max_drawdown: number;
            /**
             * Max Drawdown Percent
             * @description the deepest in percent of the highest equity until then
             */
            max_drawdown_percent: number | null;
            /**
             * Period
             * @enum {string}
             */
            period: "1D" | "1W" | "1M" | "3M" | "6M" | "1Y" | "ALL";
            /**
             * Points
             * @description oldest first, about 500 at most
             */
            points: components["schemas"]["EquityRow"][];
            /**
             * Since
             * Format: date-time
             */
            since: string;
            /**
             * Step S
             * @description seconds between points; those within a flat stretch are left out
             */
            step_s: number;
            /**
             * Until
             * Format: date-time
             */
            until: string;
        };
        /**
         * AccountNow
         * @description What the account is worth, dollars.
         */
        AccountNow: {
            /** Broker Cash */
            broker_cash: number | null;
            /**
             * Broker Equity
             * @description of a live account, as its broker said last
             */
            broker_equity: number | null;
            /** Cash */
            cash: number;
            /**
             * Day
             * Format: date
             * @description the exchange's date
             */
            day: string;
            /** Day Realized Pnl */
            day_realized_pnl: number;
            /**
             * Day Trades
             * @description orders let through on that date
             */
            day_trades: number;
            /**
             * Equity
             * @description opening equity, and what was made or booked since
             */
            equity: number;
            /** Is Halted */
            is_halted: boolean;
            /**
             * Market Value
             * @description of what is held; at its cost where no mark is known
             */
            market_value: number;
            /**
             * Net Liquidation
             * @description cash, and what is held at its newest marks
             */
            net_liquidation: number;
            /** Opening Equity */
            opening_equity: number;
            /**
             * Realized Pnl
             * @description over all sales, those of positions that are still open too
             */
            realized_pnl: number;
            /** Unmarked Positions */
            unmarked_positions: number;
            /**
             * Unrealized Pnl
             * @description of what is held, at its newest marks
             */
            unrealized_pnl: number;
        };
        /**
         * AccountState
         * @description An account as it has it, in dollars.
         */
        AccountState: {
            /** Account Id */
            account_id: string;
            /**
             * Adjustments
             * @description cash booked by the reconciliation
             */
            adjustments: number;
            /**
             * As Of
             * @description the moment that was asked for; null: now
             */
            as_of: string | null;
            broker: components["schemas"]["api__account__BrokerRow"] | null;
            /** Cash */
            cash: number;
            /**
             * Day
             * @description the exchange's date that the day's figures are of
             */
            day: string | null;
            /** Day Realized Pnl */
            day_realized_pnl: number;
            /**
             * Day Trades
             * @description orders let through that day
             */
            day_trades: number;
            /**
             * Equity
             * @description opening equity and what was made since, or booked by a reconciliation
             */
            equity: number;
            /**
             * Exposure
             * @description held and reserved, at cost
             */
            exposure: number;
            /** Holdings */
            holdings: components["schemas"]["HoldingRow"][];
            /**
             * Is Halted
             * @description the kill switch, as the account told it last
             */
            is_halted: boolean;
            /**
             * Open Positions
             * @description held and ordered, without those that make room
             */
            open_positions: number;
            /** Opening Equity */
            opening_equity: number;
            /** Realized Pnl */
            realized_pnl: number;
            /** Reservations */
            reservations: components["schemas"]["ReservationRow"][];
        };
        /**
         * AccountTold
         * @description An account as it stands.
         */
        AccountTold: {
            /** Account Id */
            account_id: string;
            /**
             * Equity
             * @description dollars
             */
            equity: number;
            /**
             * Exposure
             * @description dollars, at cost: positions and reserved orders
             */
            exposure: number;
            /** Halted */
            halted: boolean;
            /**
             * Positions
             * @description held and ordered, by underlying
             */
            positions: {
                [key: string]: number;
            };
            /**
             * Told At
             * Format: date-time
             */
            told_at: string;
        };
        /**
         * Activity
         * @description Something that happened.
         */
        Activity: {
            /**
             * At
             * Format: date-time
             */
            at: string;
            /** Direction */
            direction: string | null;
            /**
             * Id
             * Format: uuid
             */
            id: string;
            /**
             * Kind
             * @enum {string}
             */
            kind: "signal" | "decision" | "order" | "fill" | "exit";
            /** Pnl */
            pnl: number | null;
            /** Position Id */
            position_id: string | null;
            /** Price */
            price: number | null;
            /** Quantity */
            quantity: number | null;
            /** Signal Id */
            signal_id: string | null;
            /** Symbol */
            symbol: string;
            /**
             * What
             * @description a status, the code that stopped it, or the reason of the exit
             */
            what: string;
        };
        /**
         * AgentCharacter
         * @description An agent.
         * @example {
         *       "agent_name": "orb",
         *       "agent_type": "specialist",
         *       "confidence_highest": 100,
         *       "confidence_lowest": 0,
         *       "engine": "B",
         *       "is_enabled": false,
         *       "last_word": {
         *         "bias": "bullish",
         *         "block": false,
         *         "confidence": 70,
         *         "created_at": "2026-02-13T15:30:00Z",
         *         "reasons": [
         *           "regime_trending"
         *         ],
         *         "signal_id": "b1f7c3de-2a55-5a43-9a0c-7d8e6f5a4b03"
         *       },
         *       "switches": [
         *         "enable_variant_b",
         *         "enable_orb_specialist"
         *       ]
         *     }
         */
        AgentCharacter: {
            /** Agent Name */
            agent_name: string;
            /**
             * Agent Type
             * @enum {string}
             */
            agent_type: "core" | "specialist" | "subagent";
            /** Confidence Highest */
            confidence_highest: number;
            /** Confidence Lowest */
            confidence_lowest: number;
            /**
             * Engine
             * @constant
             */
            engine: "B";
            /**
             * Is Enabled
             * @description by settings and flags: it is asked about every signal that comes now
             */
            is_enabled: boolean;
            /** @description on the caller's signals; null: it has not spoken */
            last_word: components["schemas"]["LastWord"] | null;
            /**
             * Switches
             * @description flags that must all be on
             */
            switches: string[];
        };
        /**
         * AgentList
         * @description All agents, in the order in which they are asked; the meta decision, which weighs their words, comes last.
         * @example {
         *       "items": [
         *         {
         *           "agent_name": "orb",
         *           "agent_type": "specialist",
         *           "confidence_highest": 100,
         *           "confidence_lowest": 0,
         *           "engine": "B",
         *           "is_enabled": false,
         *           "last_word": {
         *             "bias": "bullish",
         *             "block": false,
         *             "confidence": 70,
         *             "created_at": "2026-02-13T15:30:00Z",
         *             "reasons": [
         *               "regime_trending"
         *             ],
         *             "signal_id": "b1f7c3de-2a55-5a43-9a0c-7d8e6f5a4b03"
         *           },
         *           "switches": [
         *             "enable_variant_b",
         *             "enable_orb_specialist"
         *           ]
         *         }
         *       ]
         *     }
         */
        AgentList: {
            /** Items */
            items: components["schemas"]["AgentCharacter"][];
        };
        /**
         * AgentOutputRow
         * @description What an agent said.
         */
        AgentOutputRow: {
            /** Agent Name */
            agent_name: string;
            /** Agent Type */
            agent_type: string;
            /** Bias */
            bias: string;
            /** Block */
            block: boolean;
            /** Confidence */
            confidence: number;
            /** Context Hash */
            context_hash: string;
            /**
             * Created At
             * Format: date-time
             */
            created_at: string;
            /**
             * Decision Id
             * Format: uuid
             */
            decision_id: string;
            /** Engine */
            engine: string | null;
            /**
             * Experiment Id
             * Format: uuid
             */
            experiment_id: string;
            /** Metadata */
            metadata: {
                [key: string]: unknown;
            };
            /** Reasons */
            reasons: string[];
        };
        /**
         * AgentRow
         * @description An agent: what it said, and what trades came to that it spoke on.
         *
         *     A trade's P&L counts for an agent that agreed with its direction, and with its sign turned for one that spoke for
         *     the contrary.
         */
        AgentRow: {
            /** Agent Name */
            agent_name: string;
            /** Approved Signals */
            approved_signals: number;
            /**
             * Avg Confidence
             * @description 0 to 100
             */
            avg_confidence: number | null;
            /** @description of real trades */
            real: components["schemas"]["Figures"] | null;
            /** Rejected Signals */
            rejected_signals: number;
            /** @description of shadow trades */
            shadow: components["schemas"]["Figures"] | null;
            /**
             * Total Signals
             * @description signals it spoke on
             */
            total_signals: number;
        };
        /**
         * Agents
         * @description All agents that have spoken, by name.
         */
        Agents: {
            /** Items */
            items: components["schemas"]["AgentRow"][];
        };
        /**
         * AgentSaid
         * @description An agent's words.
         */
        AgentSaid: {
            /** Agent Name */
            agent_name: string;
            /** Agent Type */
            agent_type: string;
            /** Bias */
            bias: string;
            /** Block */
            block: boolean;
            /** Confidence */
            confidence: number;
            /** Engine */
            engine: string | null;
            /** Metadata */
            metadata: {
                [key: string]: unknown;
            };
            /** Reasons */
            reasons: string[];
            /**
             * Weight
             * @description what its confidence is multiplied by in engine B's vote, hundredths; null: no part
             */
            weight: number | null;
        };
        /**
         * AlertSent
         * @description What the webhook answered; the ids lead to the signal, its decision and the call.
         * @example {
         *       "is_test": true,
         *       "processing_time_ms": 6,
         *       "request_id": "8c7b6a59-4837-4261-9504-f3e2d1c0b90b",
         *       "signal_id": "b1f7c3de-2a55-5a43-9a0c-7d8e6f5a4b03",
         *       "status": "ACCEPTED",
         *       "webhook_event_id": "2b4d6f80-1a3c-4e5f-8071-92a3b4c5d60a"
         *     }
         */
        AlertSent: {
            /**
             * Is Test
             * @constant
             */
            is_test: true;
            /** Processing Time Ms */
            processing_time_ms: number;
            /** Request Id */
            request_id: string;
            /** Signal Id */
            signal_id: string;
            /**
             * Status
             * @description DUPLICATE: the same within a minute; the first's id
             * @enum {string}
             */
            status: "ACCEPTED" | "DUPLICATE";
            /** Webhook Event Id */
            webhook_event_id: string;
        };
        /**
         * AlertTold
         * @description Something a person should know.
         */
        AlertTold: {
            /**
             * At
             * @description by the platform's clock
             */
            at?: string | null;
            /**
             * Kind
             * @enum {string}
             */
            kind: "dead_letter" | "reconciliation" | "feed_stale" | "feed_back";
            /** Message */
            message: string;
            /**
             * Paused
             * @description underlyings in which nothing is opened until both sides agree
             * @default []
             */
            paused?: string[];
            /**
             * Subject Id
             * @description the dead letter, or the comparison
             */
            subject_id?: string | null;
        };
        /**
         * AlertToTry
         * @description A test alert.
         * @example {
         *       "direction": "long",
         *       "symbol": "SPY",
         *       "timeframe": "5m"
         *     }
         */
        AlertToTry: {
            /** Confidence */
            confidence?: number | null;
            /**
             * Direction
             * @default long
             * @enum {string}
             */
            direction?: "long" | "short";
            /**
             * Price
             * @description dollars a share
             */
            price?: number | null;
            /**
             * Symbol
             * @description underlying
             */
            symbol: string;
            /**
             * Timeframe
             * @default 5m
             */
            timeframe?: string;
        };
        /**
         * Alive
         * @description The process runs.
         */
        Alive: {
            /**
             * Status
             * @default alive
             */
            status?: string;
        };
        /**
         * BrokerRow
         * @description What the broker of a live account said last.
         */
        api__account__BrokerRow: {
            /** Buying Power */
            buying_power: number;
            /** Cash */
            cash: number;
            /**
             * Day Trades
             * @description within five sessions, as the broker counts them
             */
            day_trades: number;
            /** Equity */
            equity: number;
            /** Is Blocked */
            is_blocked: boolean;
            /** Is Pattern Day Trader */
            is_pattern_day_trader: boolean;
            /**
             * Occurred At
             * Format: date-time
             */
            occurred_at: string;
            /** Options Buying Power */
            options_buying_power: number;
        };
        /**
         * BrokerRow
         * @description What the broker says of the account, in dollars.
         */
        api__reconciliations__BrokerRow: {
            /** Account Id */
            account_id: string;
            /** Buying Power */
            buying_power: number;
            /** Cash */
            cash: number;
            /**
             * Cash Difference
             * @description the broker's cash less the account's, booked as an adjustment
             */
            cash_difference: number;
            /**
             * Created At
             * Format: date-time
             */
            created_at: string;
            /**
             * Day Trades
             * @description within five sessions, as the broker counts them
             */
            day_trades: number;
            /** Equity */
            equity: number;
            /** Is Blocked */
            is_blocked: boolean;
            /** Is Pattern Day Trader */
            is_pattern_day_trader: boolean;
            /** Options Buying Power */
            options_buying_power: number;
        };
        /**
         * AuditFinding
         * @description Something that is wrong with the log.
         */
        AuditFinding: {
            /**
             * Fault
             * @enum {string}
             */
            fault: "edited" | "missing" | "reordered" | "truncated" | "unsaid" | "unlinked";
            /** Number */
            number: number;
            /** Text */
            text: string;
        };
        /**
         * AuditRow
         * @description Something that somebody changed.
         */
        AuditRow: {
            /**
             * Account Id
             * @description empty when it concerns the platform
             */
            account_id: string;
            /**
             * Action
             * @example change_control
             */
            action: string;
            /**
             * Actor
             * @description a user or key; system/<name> for what the platform did by itself
             */
            actor: string;
            /**
             * At
             * Format: date-time
             */
            at: string;
            /** Detail */
            detail: {
                [key: string]: unknown;
            };
            /**
             * Event Id
             * @description of the event that says so on Kafka; null when no event does
             */
            event_id: string | null;
            /**
             * Hash
             * @description SHA-256 over the canonical JSON of all other fields, 64 hexadecimal digits
             */
            hash: string;
            /**
             * Number
             * @description place in the log, from 1 without a gap
             */
            number: number;
            /**
             * Previous Hash
             * @description the hash of the row before
             */
            previous_hash: string;
            /**
             * Target
             * @description what was changed: a control's name, a position's id ...
             */
            target: string;
        };
        /**
         * AuditVerdict
         * @description Whether the log is as it was written.
         */
        AuditVerdict: {
            /**
             * Findings
             * @description in the order of the log
             */
            findings: components["schemas"]["AuditFinding"][];
            /**
             * Heads
             * @description numbers that Kafka was told
             */
            heads: number;
            /** Intact */
            intact: boolean;
            /**
             * Rows
             * @description in the log
             */
            rows: number;
        };
        /**
         * BarRow
         * @description A bar, dollars a share.
         */
        BarRow: {
            /** Close */
            close: number;
            /** High */
            high: number;
            /** Low */
            low: number;
            /** Open */
            open: number;
            /**
             * Start
             * Format: date-time
             */
            start: string;
            /**
             * Volume
             * @description shares
             */
            volume: number;
        };
        /**
         * BiasNow
         * @description The newest bias.
         * @example {
         *       "age_s": 300,
         *       "bias": "bullish",
         *       "bias_score": 72,
         *       "chop_score": 21,
         *       "confidence": 80,
         *       "entry_mode_hint": "breakout",
         *       "is_stale": false,
         *       "macro_class": "risk_on",
         *       "regime_type": "trending",
         *       "risk_multiplier": 1,
         *       "stale_after_s": 3600,
         *       "state_strength_delta": 0.4,
         *       "timeframes": {
         *         "1d": "neutral",
         *         "1h": "bullish",
         *         "5m": "bullish"
         *       },
         *       "timestamp": "2026-02-13T15:25:00Z",
         *       "trade_suppressed": false
         *     }
         */
        BiasNow: {
            /**
             * Age S
             * @description seconds
             */
            age_s: number;
            /**
             * Bias
             * @enum {string}
             */
            bias: "bullish" | "bearish" | "neutral";
            /**
             * Bias Score
             * @description -100 to 100
             */
            bias_score: number;
            /**
             * Chop Score
             * @description 0 to 100
             */
            chop_score: number;
            /**
             * Confidence
             * @description 0 to 100
             */
            confidence: number;
            /** Entry Mode Hint */
            entry_mode_hint: string | null;
            /** Is Stale */
            is_stale: boolean;
            /** Macro Class */
            macro_class: string | null;
            /** Regime Type */
            regime_type: string | null;
            /**
             * Risk Multiplier
             * @description scales the quantity
             */
            risk_multiplier: number;
            /** Stale After S */
            stale_after_s: number;
            /**
             * State Strength Delta
             * @description acceleration of the state
             */
            state_strength_delta: number | null;
            /** Timeframes */
            timeframes: {
                [key: string]: "bullish" | "bearish" | "neutral";
            };
            /**
             * Timestamp
             * Format: date-time
             */
            timestamp: string;
            /** Trade Suppressed */
            trade_suppressed: boolean;
        };
        /**
         * BiasSummary
         * @description All biases that are known, by symbol.
         * @example {
         *       "at": "2026-02-13T15:30:00Z",
         *       "counts": {
         *         "bearish": 0,
         *         "bullish": 1,
         *         "neutral": 0
         *       },
         *       "items": [
         *         {
         *           "age_s": 300,
         *           "bias": "bullish",
         *           "bias_score": 72,
         *           "chop_score": 21,
         *           "confidence": 80,
         *           "entry_mode_hint": "breakout",
         *           "is_stale": false,
         *           "macro_class": "risk_on",
         *           "regime_type": "trending",
         *           "risk_multiplier": 1,
         *           "stale_after_s": 3600,
         *           "state_strength_delta": 0.4,
         *           "symbol": "SPY",
         *           "timeframes": {
         *             "1d": "neutral",
         *             "1h": "bullish",
         *             "5m": "bullish"
         *           },
         *           "timestamp": "2026-02-13T15:25:00Z",
         *           "trade_suppressed": false
         *         }
         *       ],
         *       "stale": 0,
         *       "suppressed": 0
         *     }
         */
        BiasSummary: {
            /**
             * At
             * Format: date-time
             * @description the platform's time of this answer, by which ages are reckoned
             */
            at: string;
            /**
             * Counts
             * @description of those that are not stale, by bias
             */
            counts: {
                [key: string]: number;
            };
            /** Items */
            items: components["schemas"]["SymbolBias"][];
            /** Stale */
            stale: number;
            /**
             * Suppressed
             * @description that say not to trade
             */
            suppressed: number;
        };
        /**
         * BinOfLatencies
         * @description Spans of `low` or more and less than `high`, milliseconds.
         */
        BinOfLatencies: {
            /** Count */
            count: number;
            /**
             * High
             * @description null: no end
             */
            high: number | null;
            /** Low */
            low: number;
        };
        /**
         * BinRow
         * @description Trades that made `low` or more, and less than `high`.
         */
        BinRow: {
            /** High */
            high: number;
            /** Low */
            low: number;
            /** Trades */
            trades: number;
        };
        /**
         * Bounds
         * @description Which numbers are taken; null: no bound.
         */
        Bounds: {
            /**
             * Is Above Minimum
             * @description more than the minimum, not the minimum itself
             */
            is_above_minimum: boolean;
            /** Is Whole */
            is_whole: boolean;
            /** Maximum */
            maximum: number | null;
            /** Minimum */
            minimum: number | null;
        };
        /**
         * CancelAccepted
         * @description The request is durable; the order's end stands in its status.
         */
        CancelAccepted: {
            /**
             * Cancel Request Id
             * Format: uuid
             */
            cancel_request_id: string;
            /**
             * Order Id
             * Format: uuid
             */
            order_id: string;
            /**
             * Requested At
             * Format: date-time
             */
            requested_at: string;
        };
        /**
         * ChartBar
         * @description Prices of an interval, dollars a share.
         */
        ChartBar: {
            /**
             * At
             * Format: date-time
             * @description its beginning
             */
            at: string;
            /** Close */
            close: number;
            /** High */
            high: number;
            /** Low */
            low: number;
            /** Open */
            open: number;
        };
        /**
         * Check
         * @description One thing the platform needs.
         */
        Check: {
            /** Detail */
            detail: string;
            /** Ok */
            ok: boolean;
        };
        /**
         * CloseRequestTold
         * @description Somebody, or the account for its capacity, asked for a position to be closed.
         */
        CloseRequestTold: {
            /** Account Id */
            account_id: string;
            /**
             * Created At
             * Format: date-time
             */
            created_at: string;
            /**
             * Position Id
             * Format: uuid
             */
            position_id: string;
            /**
             * Quantity
             * @description contracts; null: all
             */
            quantity: number | null;
            /**
             * Reason
             * @enum {string}
             */
            reason: "profit_target" | "stop_loss" | "max_hold_time" | "min_dte_exit" | "total_loss" | "expired" | "deep_loss" | "near_expiration" | "partial_profit" | "trailing_stop" | "exit_intelligence" | "capacity_near_target" | "capacity_aged" | "manual" | "kill_switch";
            /**
             * Request Id
             * Format: uuid
             */
            request_id: string;
            /** Requested By */
            requested_by: string;
            /** Symbol */
            symbol: string;
        };
        /**
         * Closing
         * @description How much of a position to close.
         */
        Closing: {
            /**
             * Quantity
             * @description contracts; null: all
             */
            quantity?: number | null;
        };
        /**
         * ClosingAccepted
         * @description The request is durable; the position's book asks for its exit, which fills at the contract's next quote.
         */
        ClosingAccepted: {
            /**
             * Close Request Id
             * Format: uuid
             */
            close_request_id: string;
            /**
             * Position Id
             * Format: uuid
             */
            position_id: string;
            /**
             * Quantity
             * @description contracts asked to be closed
             */
            quantity: number;
            /**
             * Requested At
             * Format: date-time
             */
            requested_at: string;
        };
        /**
         * ClosingNow
         * @description What closing a position by hand would come to at the newest quote.
         * @example {
         *       "ask": 3.8,
         *       "bid": 3.76,
         *       "expected_pnl": 234,
         *       "expected_price": 3.78,
         *       "mid": 3.78,
         *       "quoted_at": "2026-02-13T15:41:07Z"
         *     }
         */
        ClosingNow: {
            /** Ask */
            ask: number | null;
            /**
             * Bid
             * @description dollars a share; null: nobody bids
             */
            bid: number | null;
            /**
             * Expected Pnl
             * @description dollars, of the contracts held
             */
            expected_pnl: number | null;
            /**
             * Expected Price
             * @description the mid on the paper exchange, the bid at a broker
             */
            expected_price: number | null;
            /** Mid */
            mid: number | null;
            /**
             * Quoted At
             * Format: date-time
             */
            quoted_at: string;
        };
        /**
         * Compatibility
         * @description What a new version must be able to do.
         */
        Compatibility: {
            /**
             * Compatibilitylevel
             * @default BACKWARD_TRANSITIVE
             */
            compatibilityLevel?: string;
        };
        /**
         * ConfluenceNow
         * @description How far today's flow and the dealers would agree with an alert; 50 is no evidence either way.
         */
        ConfluenceNow: {
            /**
             * Evidence
             * @description 0 to 1, by the number of flow entries
             */
            evidence: number;
            /**
             * Flow Alignment
             * @description -1 to 1
             */
            flow_alignment: number;
            /** Flow Entries */
            flow_entries: number;
            /**
             * Gamma Alignment
             * @description -1, 0 or 1
             */
            gamma_alignment: number;
            /**
             * Passes
             * @description at or above the threshold that is in force
             */
            passes: boolean;
            /**
             * Score
             * @description 0 to 100
             */
            score: number;
        };
        /**
         * ControlChangeRow
         * @description A change of a control.
         * @example {
         *       "change_id": "4c5d6e7f-8091-5a2b-9c3d-4e5f60718290",
         *       "changed_at": "2026-02-13T15:30:00Z",
         *       "changed_by": "trader",
         *       "name": "exit_rules.default",
         *       "value": {
         *         "stop_loss_percent": 30
         *       },
         *       "was": {
         *         "stop_loss_percent": 50
         *       }
         *     }
         */
        ControlChangeRow: {
            /**
             * Change Id
             * Format: uuid
             */
            change_id: string;
            /**
             * Changed At
             * Format: date-time
             */
            changed_at: string;
            /**
             * Changed By
             * @description a user or key, or what of the platform did it by itself
             */
            changed_by: string;
            /** Name */
            name: string;
            /** Value */
            value: {
                [key: string]: unknown;
            };
            /**
             * Was
             * @description before; null: as configured
             */
            was: {
                [key: string]: unknown;
            } | null;
        };
        /**
         * ControlList
         * @description Controls that were ever changed; the others are as configured.
         */
        ControlList: {
            /**
             * Items
             * @description by name
             */
            items: components["schemas"]["ControlRow"][];
        };
        /**
         * ControlRead
         * @description A control; one that was never changed has no value, and what is configured is in force.
         */
        ControlRead: {
            /** Changed At */
            changed_at?: string | null;
            /** Changed By */
            changed_by?: string | null;
            /** Name */
            name: string;
            /** Value */
            value?: {
                [key: string]: unknown;
            } | null;
        };
        /**
         * ControlRow
         * @description A control as it was last changed.
         */
        ControlRow: {
            /**
             * Changed At
             * Format: date-time
             */
            changed_at: string;
            /** Changed By */
            changed_by: string;
            /** Name */
            name: string;
            /** Value */
            value: {
                [key: string]: unknown;
            };
        };
        /**
         * Credentials
         * @description A login.
         */
        Credentials: {
            /** Password */
            password: string;
            /** Username */
            username: string;
        };
        /**
         * CurvePairRow
         * @description What both engines had made by an instant on the pairs that were complete, dollars.
         */
        CurvePairRow: {
            /** A */
            a: number;
            /**
             * At
             * Format: date-time
             */
            at: string;
            /** B */
            b: number;
            /** Difference */
            difference: number;
        };
        /**
         * CurvePoint
         * @description The P&L of all trades closed by an instant, dollars.
         */
        CurvePoint: {
            /**
             * At
             * Format: date-time
             */
            at: string;
            /** Pnl */
            pnl: number;
        };
        /**
         * DashboardMetrics
         * @description The account at a glance.
         * @example {
         *       "account": {
         *         "cash": 98416,
         *         "day": "2026-02-13",
         *         "day_realized_pnl": 1584,
         *         "day_trades": 2,
         *         "equity": 101584,
         *         "is_halted": false,
         *         "market_value": 3402,
         *         "net_liquidation": 101818,
         *         "opening_equity": 100000,
         *         "realized_pnl": 1584,
         *         "unmarked_positions": 0,
         *         "unrealized_pnl": 234
         *       },
         *       "active_positions": 1,
         *       "all_time": {
         *         "pnl": 1584,
         *         "profit_factor": 1.4211,
         *         "trades": 41,
         *         "win_rate": 58.5366,
         *         "wins": 24
         *       },
         *       "at": "2026-02-13T16:31:00Z",
         *       "curve": [
         *         {
         *           "at": "2026-01-14T16:31:00Z",
         *           "pnl": 771.5
         *         },
         *         {
         *           "at": "2026-02-13T16:31:00Z",
         *           "pnl": 1584
         *         }
         *       ],
         *       "exposure": 3168,
         *       "in_period": {
         *         "pnl": 812.5,
         *         "profit_factor": 1.8034,
         *         "trades": 9,
         *         "win_rate": 66.6667,
         *         "wins": 6
         *       },
         *       "limits": [
         *         {
         *           "is_enabled": true,
         *           "limit": 5,
         *           "name": "open_positions",
         *           "used": 1,
         *           "used_percent": 20
         *         },
         *         {
         *           "is_enabled": true,
         *           "limit": 10000,
         *           "name": "total_exposure",
         *           "used": 3168,
         *           "used_percent": 31.68
         *         },
         *         {
         *           "is_enabled": true,
         *           "name": "daily_trades",
         *           "used": 2
         *         }
         *       ],
         *       "period": "1M",
         *       "recent": [
         *         {
         *           "at": "2026-02-13T16:30:00Z",
         *           "direction": "long",
         *           "id": "1f2e3d4c-5b6a-5978-8a9b-0c1d2e3f4a09",
         *           "kind": "exit",
         *           "pnl": 1584,
         *           "position_id": "e2d4c6b8-1f3a-5c5d-9e7b-8a6f4d2c0b05",
         *           "price": 5.28,
         *           "quantity": 9,
         *           "signal_id": "b1f7c3de-2a55-5a43-9a0c-7d8e6f5a4b03",
         *           "symbol": "SPY",
         *           "what": "profit_target"
         *         }
         *       ],
         *       "working_orders": 0
         *     }
         */
        DashboardMetrics: {
            account: components["schemas"]["AccountNow"];
            /** Active Positions */
            active_positions: number;
            all_time: components["schemas"]["TradesCameTo"];
            /**
             * At
             * Format: date-time
             * @description the platform's time of this answer
             */
            at: string;
            /**
             * Curve
             * @description oldest first; it begins with what had been made before the period
             */
            curve: components["schemas"]["CurvePoint"][];
            /**
             * Exposure
             * @description held and reserved, at cost, dollars
             */
            exposure: number;
            in_period: components["schemas"]["TradesCameTo"];
            /** Limits */
            limits: components["schemas"]["LimitUse"][];
            /**
             * Period
             * @enum {string}
             */
            period: "1D" | "1W" | "1M" | "3M" | "6M" | "1Y" | "ALL";
            /**
             * Recent
             * @description newest first, at most 10 of each kind
             */
            recent: components["schemas"]["Activity"][];
            /** Working Orders */
            working_orders: number;
        };
        /**
         * DayRow
         * @description A day of the exchange; a session without a trade made nothing.
         */
        DayRow: {
            /**
             * Day
             * Format: date
             */
            day: string;
            /**
             * Equity
             * @description at its end, of closed trades
             */
            equity: number;
            /** Pnl */
            pnl: number;
            /**
             * Return Percent
             * @description of the equity it began with; null where that was 0 or below
             */
            return_percent: number | null;
            /** Trades */
            trades: number;
        };
        /**
         * DeadLetterDetail
         * @description A dead letter with its message.
         */
        DeadLetterDetail: {
            /**
             * Attempts
             * @description how often it was sent again
             */
            attempts: number;
            /**
             * Cannot Be Redriven
             * @description why not, or null
             */
            cannot_be_redriven: string | null;
            /**
             * Change Reason
             * @description of a discarded one
             */
            change_reason: string | null;
            /**
             * Changed At
             * @description when somebody dealt with it last
             */
            changed_at: string | null;
            /** Changed By */
            changed_by: string | null;
            /**
             * Created At
             * Format: date-time
             */
            created_at: string;
            /**
             * Dead Letter Id
             * Format: uuid
             */
            dead_letter_id: string;
            /** Error */
            error: string;
            /** Headers */
            headers: {
                [key: string]: string;
            };
            /**
             * Is Complete
             * @description false: too large to keep here; it is at its offset
             */
            is_complete: boolean;
            /** Key */
            key: string | null;
            /** Offset */
            offset: number;
            /** Partition */
            partition: number;
            /**
             * Reader
             * @description market, account, history, executor
             */
            reader: string;
            /**
             * Reason
             * @enum {string}
             */
            reason: "undecodable" | "invalid" | "failed";
            /**
             * Record
             * @description the reader's record that failed on it; empty: no record has taken it
             */
            record: string;
            /**
             * Redrive Of
             * @description the letter that its message was sent again for, and failed again
             */
            redrive_of: string | null;
            /** Redriven At */
            redriven_at: string | null;
            /**
             * Status
             * @enum {string}
             */
            status: "open" | "redriven" | "discarded";
            /** Topic */
            topic: string;
            /**
             * Value
             * @description the event, where today's schema reads it; else null
             */
            value: unknown;
            /**
             * Value Base64
             * @description the bytes, where it does not
             */
            value_base64: string | null;
        };
        /**
         * DeadLetterRow
         * @description A message that one reader could not process.
         */
        DeadLetterRow: {
            /**
             * Attempts
             * @description how often it was sent again
             */
            attempts: number;
            /**
             * Change Reason
             * @description of a discarded one
             */
            change_reason: string | null;
            /**
             * Changed At
             * @description when somebody dealt with it last
             */
            changed_at: string | null;
            /** Changed By */
            changed_by: string | null;
            /**
             * Created At
             * Format: date-time
             */
            created_at: string;
            /**
             * Dead Letter Id
             * Format: uuid
             */
            dead_letter_id: string;
            /** Error */
            error: string;
            /** Offset */
            offset: number;
            /** Partition */
            partition: number;
            /**
             * Reader
             * @description market, account, history, executor
             */
            reader: string;
            /**
             * Reason
             * @enum {string}
             */
            reason: "undecodable" | "invalid" | "failed";
            /**
             * Record
             * @description the reader's record that failed on it; empty: no record has taken it
             */
            record: string;
            /**
             * Redrive Of
             * @description the letter that its message was sent again for, and failed again
             */
            redrive_of: string | null;
            /** Redriven At */
            redriven_at: string | null;
            /**
             * Status
             * @enum {string}
             */
            status: "open" | "redriven" | "discarded";
            /** Topic */
            topic: string;
        };
        /**
         * Dealers
         * @description What positions and flow call for, as an alert at this moment would be judged.
         */
        Dealers: {
            /**
             * Confidence
             * @description 0 to 1
             */
            confidence: number;
            /** Direction */
            direction: ("long" | "short") | null;
            /** Reasons */
            reasons: string[];
        };
        /**
         * DealtList
         * @description What became of each letter asked for; `left` more match and wait for the next request.
         */
        DealtList: {
            /** Items */
            items: components["schemas"]["DealtRow"][];
            /**
             * Left
             * @default 0
             */
            left?: number;
        };
        /**
         * DealtRow
         * @description What became of one letter.
         */
        DealtRow: {
            /**
             * Dead Letter Id
             * Format: uuid
             */
            dead_letter_id: string;
            /**
             * Status
             * @enum {string}
             */
            status: "redriven" | "discarded" | "refused";
            /** Why */
            why: string | null;
        };
        /**
         * DecisionDetail
         * @description A decision, with the signal that it ended.
         * @example {
         *       "account_id": "paper",
         *       "codes": [
         *         "max_open_positions_exceeded"
         *       ],
         *       "context_hash": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
         *       "created_at": "2026-02-13T15:30:00Z",
         *       "decision_id": "6f0b4a52-93bb-5f0c-9d6c-0f2f3c1b8a01",
         *       "direction": "long",
         *       "engine": "A",
         *       "experiment": {
         *         "split_percentage": 0,
         *         "variant": "A"
         *       },
         *       "gates": [
         *         {
         *           "code": "max_open_positions_exceeded",
         *           "detail": "the account holds, or has ordered, as many positions as it may",
         *           "gate": "open_positions",
         *           "inputs": {
         *             "open_positions": "5"
         *           },
         *           "limit": "fewer than 5",
         *           "verdict": "block"
         *         }
         *       ],
         *       "is_test": false,
         *       "order_ids": [],
         *       "policy": {
         *         "executed_engine": "A",
         *         "execution_mode": "ENGINE_A_PRIMARY"
         *       },
         *       "proposal_id": "0d6c1f8e-7a44-5f07-8b5e-4c2a90f3d102",
         *       "recommendation": {
         *         "engine": "A",
         *         "option_symbol": "SPY260220C00596000",
         *         "quantity": 9
         *       },
         *       "recommendations": [
         *         {
         *           "engine": "A",
         *           "option_symbol": "SPY260220C00596000",
         *           "quantity": 9
         *         }
         *       ],
         *       "rejection_reason": "max_open_positions_exceeded",
         *       "shadow_gates": [],
         *       "signal_id": "b1f7c3de-2a55-5a43-9a0c-7d8e6f5a4b03",
         *       "status": "rejected",
         *       "symbol": "SPY",
         *       "timeframe": "5m"
         *     }
         */
        DecisionDetail: {
            /** Account Id */
            account_id: string;
            /** Codes */
            codes: string[];
            /** Context Hash */
            context_hash: string;
            /**
             * Created At
             * Format: date-time
             */
            created_at: string;
            /**
             * Decision Id
             * Format: uuid
             */
            decision_id: string;
            /**
             * Direction
             * @enum {string}
             */
            direction: "long" | "short";
            /**
             * Engine
             * @description the engine that trades; where none does, the one assigned
             */
            engine: ("A" | "B") | null;
            /** Experiment */
            experiment: {
                [key: string]: unknown;
            };
            /** Gates */
            gates: components["schemas"]["Gate"][];
            /** Is Test */
            is_test: boolean;
            /** Order Id */
            order_id: string | null;
            /**
             * Order Ids
             * @description of every engine that trades, the leading one first
             */
            order_ids: string[];
            /** Policy */
            policy: {
                [key: string]: unknown;
            };
            /**
             * Proposal Id
             * Format: uuid
             */
            proposal_id: string;
            /** Recommendation */
            recommendation: {
                [key: string]: unknown;
            } | null;
            /**
             * Recommendations
             * @description of every engine that made one
             */
            recommendations: {
                [key: string]: unknown;
            }[];
            /** Rejection Reason */
            rejection_reason: string | null;
            /**
             * Shadow Gates
             * @description what the engine that does not trade met
             */
            shadow_gates: components["schemas"]["Gate"][];
            /**
             * Signal Id
             * Format: uuid
             */
            signal_id: string;
            /**
             * Status
             * @enum {string}
             */
            status: "approved" | "rejected";
            /**
             * Symbol
             * @description underlying
             */
            symbol: string;
            /** Timeframe */
            timeframe: string;
        };
        /**
         * DecisionRow
         * @description How the signal ended: each gate with its inputs and its limit, and the codes that stopped it.
         */
        DecisionRow: {
            /** Codes */
            codes: string[];
            /** Context Hash */
            context_hash: string;
            /**
             * Created At
             * Format: date-time
             */
            created_at: string;
            /**
             * Decision Id
             * Format: uuid
             */
            decision_id: string;
            /** Experiment */
            experiment: {
                [key: string]: unknown;
            };
            /** Gates */
            gates: components["schemas"]["Gate"][];
            /** Order Id */
            order_id: string | null;
            /**
             * Order Ids
             * @description of every engine that trades, the leading one first
             */
            order_ids: string[];
            /** Policy */
            policy: {
                [key: string]: unknown;
            };
            /**
             * Proposal Id
             * Format: uuid
             */
            proposal_id: string;
            /** Recommendation */
            recommendation: {
                [key: string]: unknown;
            } | null;
            /**
             * Recommendations
             * @description of every engine that made one
             */
            recommendations: {
                [key: string]: unknown;
            }[];
            /** Rejection Reason */
            rejection_reason: string | null;
            /**
             * Shadow Gates
             * @description what the engine that does not trade met
             */
            shadow_gates: components["schemas"]["Gate"][];
            /**
             * Status
             * @enum {string}
             */
            status: "approved" | "rejected";
        };
        /**
         * DecisionTold
         * @description A decision, with the signal that it ends.
         */
        DecisionTold: {
            /** Account Id */
            account_id: string;
            /** Codes */
            codes: string[];
            /** Context Hash */
            context_hash: string;
            /**
             * Created At
             * Format: date-time
             */
            created_at: string;
            /**
             * Decision Id
             * Format: uuid
             */
            decision_id: string;
            /**
             * Direction
             * @enum {string}
             */
            direction: "long" | "short";
            /** Experiment */
            experiment: {
                [key: string]: unknown;
            };
            /** Gates */
            gates: components["schemas"]["Gate"][];
            /** Is Test */
            is_test: boolean;
            /** Order Id */
            order_id: string | null;
            /**
             * Order Ids
             * @description of every engine that trades, the leading one first
             */
            order_ids: string[];
            /** Policy */
            policy: {
                [key: string]: unknown;
            };
            /**
             * Proposal Id
             * Format: uuid
             */
            proposal_id: string;
            /** Recommendation */
            recommendation: {
                [key: string]: unknown;
            } | null;
            /**
             * Recommendations
             * @description of every engine that made one
             */
            recommendations: {
                [key: string]: unknown;
            }[];
            /** Rejection Reason */
            rejection_reason: string | null;
            /**
             * Shadow Gates
             * @description what the engine that does not trade met
             */
            shadow_gates: components["schemas"]["Gate"][];
            /**
             * Signal Id
             * Format: uuid
             */
            signal_id: string;
            /**
             * Status
             * @enum {string}
             */
            status: "approved" | "rejected";
            /** Symbol */
            symbol: string;
            /** Timeframe */
            timeframe: string;
        };
        /**
         * Difference
         * @description One thing on which the broker and the tables do not agree.
         */
        Difference: {
            /**
             * Kind
             * @enum {string}
             */
            kind: "order_missing_at_broker" | "order_unknown_here" | "order_status" | "execution_missing" | "position_quantity" | "position_unknown_here" | "cash";
            /** Ours */
            ours: string;
            /**
             * Repair
             * @description what follows: the event that repairs it, waiting for a second look, or a person
             */
            repair: string;
            /**
             * Subject
             * @description an order id, a client order id, an option symbol, or cash
             */
            subject: string;
            /**
             * Symbol
             * @description underlying; empty for cash
             */
            symbol: string;
            /** Theirs */
            theirs: string;
        };
        /**
         * Discarding
         * @description Why a letter is put away.
         */
        Discarding: {
            /** Reason */
            reason: string;
        };
        /**
         * DrawdownRow
         * @description The deepest fall of equity from a peak, trade by trade.
         */
        DrawdownRow: {
            /**
             * Amount
             * @description dollars, not negative
             */
            amount: number;
            /** Low At */
            low_at: string | null;
            /**
             * Peak At
             * @description null: at the period's beginning, or it never fell
             */
            peak_at: string | null;
            /**
             * Percent
             * @description of the peak; null where that was 0 or below
             */
            percent: number | null;
        };
        /**
         * EngineView
         * @description What an engine wanted on the same context.
         */
        EngineView: {
            /** Blocked By */
            blocked_by: components["schemas"]["GateWeighed"][];
            /**
             * Difference
             * @description what it would have done; empty where it is what was done
             */
            difference: string;
            /** Engine */
            engine: string;
            /**
             * Is Other
             * @description whether alone it would have come to something else than what was done
             */
            is_other: boolean;
            /** Recommendation */
            recommendation: {
                [key: string]: unknown;
            } | null;
            /**
             * Trades
             * @description whether the policy lets it trade; otherwise it shadows
             */
            trades: boolean;
            /** Wants Trade */
            wants_trade: boolean;
        };
        /**
         * EnrichmentRow
         * @description What was known when the signal was judged.
         */
        EnrichmentRow: {
            /** Context Hash */
            context_hash: string;
            /**
             * Enriched Data
             * @description the context that both engines judged
             */
            enriched_data: unknown;
            /**
             * Processed At
             * Format: date-time
             */
            processed_at: string;
            /**
             * Refactored Signal Id
             * Format: uuid
             */
            refactored_signal_id: string;
        };
        /**
         * EquityRow
         * @description An account at a moment, dollars.
         * @example {
         *       "at": "2026-02-13T15:35:00Z",
         *       "cash": 96832,
         *       "drawdown": 0,
         *       "drawdown_percent": 0,
         *       "equity": 100234,
         *       "value": 3402
         *     }
         */
        EquityRow: {
            /**
             * At
             * Format: date-time
             */
            at: string;
            /** Cash */
            cash: number;
            /**
             * Drawdown
             * @description below the highest equity of the period until then, not negative
             */
            drawdown: number;
            /**
             * Drawdown Percent
             * @description of that highest equity; null where that was 0 or below
             */
            drawdown_percent: number | null;
            /**
             * Equity
             * @description cash and value: the net liquidation
             */
            equity: number;
            /**
             * Value
             * @description of what was held, at its newest mark; without one at what it was traded at last
             */
            value: number;
        };
        /**
         * ExitIntelligence
         * @description What biases since its entry have said of a position that is open.
         */
        ExitIntelligence: {
            /**
             * Bias Seen At
             * @description of the newest bias it was judged by; null: none since its entry
             */
            bias_seen_at: string | null;
            /**
             * Direction
             * @enum {string}
             */
            direction: "long" | "short";
            /**
             * Exit Codes
             * @description what has called for exits so far
             */
            exit_codes: string[];
            /**
             * Fired
             * @description rules that apply once, and have
             */
            fired: string[];
            /** Option Symbol */
            option_symbol: string;
            /**
             * Position Id
             * Format: uuid
             */
            position_id: string;
        };
        /**
         * ExitNow
         * @description A level of the contract, and about where the underlying stands when it is reached.
         * @example {
         *       "distance": 2.02,
         *       "distance_percent": 53.44,
         *       "pnl_percent": -50,
         *       "price": 1.76,
         *       "reason": "stop_loss",
         *       "side": "at_or_below",
         *       "takes": "all",
         *       "underlying_price": 591.87
         *     }
         */
        ExitNow: {
            /**
             * Distance
             * @description from the mark to it, dollars a share; null without a mark
             */
            distance: number | null;
            /**
             * Distance Percent
             * @description of the mark
             */
            distance_percent: number | null;
            /**
             * Pnl Percent
             * @description the gain there, of the entry price
             */
            pnl_percent: number;
            /**
             * Price
             * @description of the contract, dollars a share
             */
            price: number;
            /**
             * Reason
             * @description of the exit; trail: the stop begins to follow the mark, or follows it further
             */
            reason: string;
            /**
             * Side
             * @enum {string}
             */
            side: "at_or_below" | "at_or_above";
            /**
             * Takes
             * @enum {string}
             */
            takes: "all" | "part" | "nothing";
            /**
             * Underlying Price
             * @description reckoned with delta and gamma at this moment; null where the chain tells no delta
             */
            underlying_price?: number | null;
        };
        /**
         * ExitRow
         * @description A mark of the contract at which a position is reduced or closed, or its stop moves.
         */
        ExitRow: {
            /**
             * Distance
             * @description from the mark to it, dollars a share; null without a mark
             */
            distance: number | null;
            /**
             * Distance Percent
             * @description of the mark
             */
            distance_percent: number | null;
            /**
             * Pnl Percent
             * @description the gain there, of the entry price
             */
            pnl_percent: number;
            /**
             * Price
             * @description of the contract, dollars a share
             */
            price: number;
            /**
             * Reason
             * @description of the exit; trail: the stop begins to follow the mark, or follows it further
             */
            reason: string;
            /**
             * Side
             * @enum {string}
             */
            side: "at_or_below" | "at_or_above";
            /**
             * Takes
             * @enum {string}
             */
            takes: "all" | "part" | "nothing";
        };
        /**
         * ExitRules
         * @description When a position is reduced or closed; null, of a control: as what lies under it.
         */
        ExitRules: {
            /** Decision Engine */
            decision_engine?: boolean | null;
            /** Deep Loss Percent */
            deep_loss_percent?: number | null;
            /** Enabled */
            enabled?: boolean | null;
            /** Exit Intelligence */
            exit_intelligence?: boolean | null;
            /** Max Hold Time Hours */
            max_hold_time_hours?: number | null;
            /**
             * Min Dte Exit
             * @description days to expiration
             */
            min_dte_exit?: number | null;
            /** Partial Profit Percent */
            partial_profit_percent?: number | null;
            /**
             * Profit Target Percent
             * @description of the entry price, as all percentages
             */
            profit_target_percent?: number | null;
            /** Stop Loss Percent */
            stop_loss_percent?: number | null;
            /**
             * Trailing Distance Percent
             * @description of the highest mark
             */
            trailing_distance_percent?: number | null;
            /** Trailing From Percent */
            trailing_from_percent?: number | null;
        };
        /**
         * ExitRulesControl
         * @description `exit_rules.default`, or `exit_rules.<underlying>`: fields that are null stay as they are.
         *
         *     Not enabled, the set is as if it had not been written: what lies under it is in force.
         */
        ExitRulesControl: {
            /** Decision Engine */
            decision_engine?: boolean | null;
            /** Deep Loss Percent */
            deep_loss_percent?: number | string | null;
            /**
             * Enabled
             * @default true
             */
            enabled?: boolean;
            /** Exit Intelligence */
            exit_intelligence?: boolean | null;
            /** Max Hold Time Hours */
            max_hold_time_hours?: number | null;
            /** Min Dte Exit */
            min_dte_exit?: number | null;
            /** Partial Profit Percent */
            partial_profit_percent?: number | string | null;
            /** Profit Target Percent */
            profit_target_percent?: number | string | null;
            /** Stop Loss Percent */
            stop_loss_percent?: number | string | null;
            /** Trailing Distance Percent */
            trailing_distance_percent?: number | string | null;
            /** Trailing From Percent */
            trailing_from_percent?: number | string | null;
        };
        /**
         * ExitRulesInForce
         * @description Exit rules of an underlying, or those of all.
         */
        ExitRulesInForce: {
            /**
             * Bounds
             * @description which numbers a change takes, by field
             */
            bounds: {
                [key: string]: components["schemas"]["Bounds"];
            };
            /** Changed At */
            changed_at?: string | null;
            /**
             * Changed By
             * @description null: never changed
             */
            changed_by?: string | null;
            configured: components["schemas"]["ExitRules"];
            /** @description what was changed here; null: nothing */
            control?: components["schemas"]["ExitRules"] | null;
            /** @description the control over the default one over what is configured */
            in_force: components["schemas"]["ExitRules"];
            /**
             * Name
             * @description the control that changes them
             */
            name: string;
        };
        /**
         * ExperimentDetail
         * @description An experiment and all that followed, each part as far as it has come.
         */
        ExperimentDetail: {
            experiment: components["schemas"]["ExperimentRow"];
            /**
             * Outcomes
             * @description real and shadow, by engine
             */
            outcomes: components["schemas"]["OutcomeRow"][];
            policy: components["schemas"]["PolicyRow"] | null;
            /**
             * Recommendations
             * @description by engine
             */
            recommendations: components["schemas"]["RecommendationRow"][];
        };
        /**
         * ExperimentRow
         * @description Which engine a signal was assigned to, as the columns of `experiments`.
         */
        ExperimentRow: {
            /** Account Id */
            account_id: string;
            /** Assignment Hash */
            assignment_hash: string;
            /**
             * Bucket
             * @description 0 to 1, from the hash's first eight digits
             */
            bucket: number;
            /**
             * Created At
             * Format: date-time
             */
            created_at: string;
            /**
             * Experiment Id
             * Format: uuid
             */
            experiment_id: string;
            /** Is Test */
            is_test: boolean;
            /** Policy Version */
            policy_version: string;
            /**
             * Signal Id
             * Format: uuid
             */
            signal_id: string;
            /**
             * Split Percentage
             * @description percent of signals that go to engine B
             */
            split_percentage: number;
            /** Symbol */
            symbol: string;
            /** Timeframe */
            timeframe: string;
            /**
             * Variant
             * @enum {string}
             */
            variant: "A" | "B";
        };
        /**
         * ExpirationRow
         * @description Contracts that expire on a day. Open interest and volume in contracts; null where no contract tells any.
         */
        ExpirationRow: {
            /** Call Open Interest */
            call_open_interest: number | null;
            /** Call Volume */
            call_volume: number | null;
            /** Contracts */
            contracts: number;
            /**
             * Expiration
             * Format: date
             */
            expiration: string;
            /** Put Open Interest */
            put_open_interest: number | null;
            /** Put Volume */
            put_volume: number | null;
        };
        /**
         * FeedState
         * @description The tape.
         */
        FeedState: {
            /** Age S */
            age_s: number | null;
            /**
             * Is Stale
             * @description in regular hours nothing has come for longer than MARKET_DATA_MAX_AGE_S
             */
            is_stale: boolean;
            /**
             * Last Frame At
             * @description when the newest frame was written; null: never
             */
            last_frame_at: string | null;
            /**
             * Session
             * @description at the platform's time
             * @enum {string}
             */
            session: "regular" | "premarket" | "afterhours" | "closed";
        };
        /**
         * FieldError
         * @description What is wrong with one field.
         */
        FieldError: {
            /** Code */
            code: string;
            /**
             * Field
             * @description its name, dotted when nested
             */
            field: string;
            /**
             * Location
             * @description body, query, path, header or cookie
             */
            location: string;
            /** Message */
            message: string;
        };
        /**
         * FigureRow
         * @description A number, or why there is none.
         */
        FigureRow: {
            /**
             * Reason
             * @description empty where there is a value
             */
            reason: string;
            /** Value */
            value: number | null;
        };
        /**
         * Figures
         * @description What closed trades come to. A win made more than nothing.
         */
        Figures: {
            /**
             * Avg Loss
             * @description dollars, not positive
             */
            avg_loss: number | null;
            /**
             * Avg Win
             * @description dollars
             */
            avg_win: number | null;
            /**
             * Duration Minutes
             * @description sum
             */
            duration_minutes: number;
            /**
             * Expectancy
             * @description dollars a trade
             */
            expectancy: number;
            /**
             * Pnl R
             * @description sum of R
             */
            pnl_r: number;
            /** Trades */
            trades: number;
            /**
             * Updated At
             * Format: date-time
             */
            updated_at: string;
            /**
             * Win Rate
             * @description percent
             */
            win_rate: number;
            /** Wins */
            wins: number;
        };
        /**
         * FiguresRow
         * @description Figures of trades that have something in common.
         */
        FiguresRow: {
            /**
             * Avg Loss
             * @description dollars, not positive
             */
            avg_loss: number | null;
            /**
             * Avg Win
             * @description dollars
             */
            avg_win: number | null;
            /**
             * Dimension
             * @enum {string}
             */
            dimension: "regime" | "mode" | "macro_class" | "engine" | "agent" | "exit_reason";
            /**
             * Duration Minutes
             * @description sum
             */
            duration_minutes: number;
            /**
             * Expectancy
             * @description dollars a trade
             */
            expectancy: number;
            /** Is Shadow */
            is_shadow: boolean;
            /** Name */
            name: string;
            /**
             * Pnl R
             * @description sum of R
             */
            pnl_r: number;
            /** Trades */
            trades: number;
            /**
             * Updated At
             * Format: date-time
             */
            updated_at: string;
            /**
             * Win Rate
             * @description percent
             */
            win_rate: number;
            /** Wins */
            wins: number;
        };
        /**
         * FillRow
         * @description A fill, as the columns of `trades`.
         */
        FillRow: {
            /** Account Id */
            account_id: string;
            /** Commission */
            commission: number;
            /**
             * Created At
             * Format: date-time
             */
            created_at: string;
            /** Engine */
            engine: string | null;
            /** Exit Reason */
            exit_reason?: string | null;
            /** Experiment Id */
            experiment_id: string | null;
            /** Fill Price */
            fill_price: number;
            /**
             * Fill Quantity
             * @description contracts
             */
            fill_quantity: number;
            /**
             * Fill Timestamp
             * Format: date-time
             */
            fill_timestamp: string;
            /** Is Test */
            is_test: boolean;
            /** Option Symbol */
            option_symbol: string;
            /**
             * Order Id
             * Format: uuid
             */
            order_id: string;
            /**
             * Position Id
             * Format: uuid
             */
            position_id: string;
            /**
             * Side
             * @enum {string}
             */
            side: "buy_to_open" | "sell_to_close";
            /**
             * Signal Id
             * Format: uuid
             */
            signal_id: string;
            /** Symbol */
            symbol: string;
            /**
             * Trade Id
             * Format: uuid
             */
            trade_id: string;
        };
        /**
         * FlagList
         * @description Every flag there is.
         */
        FlagList: {
            /**
             * Items
             * @description by name
             */
            items: components["schemas"]["FlagRow"][];
        };
        /**
         * FlagRow
         * @description A flag as it is in force.
         */
        FlagRow: {
            /** Changed At */
            changed_at?: string | null;
            /**
             * Changed By
             * @description null: as configured
             */
            changed_by?: string | null;
            /** Enabled */
            enabled: boolean;
            /** Flag */
            flag: string;
            /**
             * Source
             * @description the configuration, or a change while it runs
             * @enum {string}
             */
            source: "setting" | "control";
        };
        /**
         * FlagSet
         * @description Which flag is to be what.
         */
        FlagSet: {
            /** Enabled */
            enabled: boolean;
            /** Flag */
            flag: string;
        };
        /**
         * FlagValue
         * @description What a flag is to be.
         */
        FlagValue: {
            /** Enabled */
            enabled: boolean;
        };
        /**
         * FlowNow
         * @description Options flow of a trading day, in dollars of premium.
         * @example {
         *       "call_bought": 12500000,
         *       "call_premium": 18400000,
         *       "call_sold": 5900000,
         *       "day": "2026-02-13",
         *       "entries": 214,
         *       "is_today": true,
         *       "netflow": 6300000,
         *       "put_bought": 4700000,
         *       "put_premium": 9100000,
         *       "put_sold": 4400000
         *     }
         */
        FlowNow: {
            /** Call Bought */
            call_bought: number;
            /** Call Premium */
            call_premium: number;
            /** Call Sold */
            call_sold: number;
            /**
             * Day
             * Format: date
             */
            day: string;
            /** Entries */
            entries: number;
            /**
             * Is Today
             * @description false: of an earlier day; decisions look at today's only
             */
            is_today: boolean;
            /**
             * Netflow
             * @description bullish minus bearish
             */
            netflow: number;
            /** Put Bought */
            put_bought: number;
            /** Put Premium */
            put_premium: number;
            /** Put Sold */
            put_sold: number;
        };
        /**
         * GammaContext
         * @description Where zero gamma lies, what regime dealers make, and what follows for the size of a trade.
         * @example {
         *       "as_of": "2026-02-13T15:29:59.870000Z",
         *       "at": "2026-02-13T15:30:00Z",
         *       "chain_at": "2026-02-13T15:29:00Z",
         *       "dealers": {
         *         "confidence": 0.0926,
         *         "reasons": [
         *           "dealer_long_gamma"
         *         ]
         *       },
         *       "gex": {
         *         "age_s": 60,
         *         "computed": true,
         *         "dealer_position": "long_gamma",
         *         "max_pain": 595,
         *         "net_gex": 1250000000,
         *         "timestamp": "2026-02-13T15:29:00Z",
         *         "zero_gamma_distance_percent": 1.28,
         *         "zero_gamma_level": 588.4
         *       },
         *       "is_applied": true,
         *       "position_size_multiplier": 1.25,
         *       "price": 596.02,
         *       "price_at": "2026-02-13T15:29:59.870000Z",
         *       "regime": "long_gamma",
         *       "strikes": [
         *         {
         *           "call_gex": 410000000,
         *           "call_open_interest": 18250,
         *           "net_gex": 318000000,
         *           "put_gex": -92000000,
         *           "put_open_interest": 4100,
         *           "strike": 600
         *         }
         *       ],
         *       "symbol": "SPY",
         *       "walls": {
         *         "call": 600,
         *         "put": 585
         *       }
         *     }
         */
        GammaContext: {
            /**
             * As Of
             * @description newest time of anything that is known; null: nothing is
             */
            as_of: string | null;
            /**
             * At
             * Format: date-time
             * @description the platform's time of this answer
             */
            at: string;
            /** Chain At */
            chain_at: string | null;
            /** @description null while it is not applied, or no exposure is known */
            dealers: components["schemas"]["Dealers"] | null;
            gex: components["schemas"]["GexNow"] | null;
            /**
             * Is Applied
             * @description false: enable_dealer_gex is off, and the multiplier is not used
             */
            is_applied: boolean;
            /**
             * Nothing Since
             * @description where nothing is known: since when nothing has been heard
             */
            nothing_since: string | null;
            /**
             * Position Size Multiplier
             * @description on the quantity, by the regime
             */
            position_size_multiplier: number | null;
            /**
             * Price
             * @description newest price, dollars a share
             */
            price: number | null;
            /** Price At */
            price_at: string | null;
            /** Regime */
            regime: ("long_gamma" | "short_gamma" | "neutral") | null;
            /**
             * Strikes
             * @description lowest first; empty without a chain that tells open interest
             */
            strikes: components["schemas"]["StrikeRow"][];
            /** Symbol */
            symbol: string;
            walls: components["schemas"]["WallsNow"] | null;
        };
        /**
         * Gate
         * @description What one gate said.
         */
        Gate: {
            /** Code */
            code?: string | null;
            /**
             * Detail
             * @default
             */
            detail?: string;
            /**
             * Engine
             * @description the engine that was asked; null: both, or the account
             */
            engine?: string | null;
            /** Gate */
            gate: string;
            /** Inputs */
            inputs?: {
                [key: string]: string;
            };
            /** Limit */
            limit?: string | null;
            /**
             * Verdict
             * @enum {string}
             */
            verdict: "pass" | "reduce" | "block";
        };
        /**
         * GateMet
         * @description What one gate said.
         */
        GateMet: {
            /** Code */
            code: string | null;
            /** Detail */
            detail: string;
            /** Gate */
            gate: string;
            /** Inputs */
            inputs: {
                [key: string]: string;
            };
            /** Limit */
            limit: string | null;
            /**
             * Verdict
             * @enum {string}
             */
            verdict: "pass" | "reduce" | "block";
        };
        /**
         * GateUnreached
         * @description A gate that was not asked, as something before it had stopped the signal.
         */
        GateUnreached: {
            /**
             * Engine
             * @description whose chain it belongs to; null: the account's
             */
            engine: string | null;
            /** Gate */
            gate: string;
        };
        /**
         * GateWeighed
         * @description What one gate said, and how far it was from its bound.
         */
        GateWeighed: {
            /** Bound */
            bound: number | null;
            /** Code */
            code: string | null;
            /** Comparison */
            comparison: ("at least" | "at most" | "fewer than" | "under") | null;
            /**
             * Engine
             * @description the engine that was asked; null: both, or the account
             */
            engine: string | null;
            /** Gate */
            gate: string;
            /** Inputs */
            inputs: {
                [key: string]: string;
            };
            /** Limit */
            limit: string | null;
            /**
             * Margin
             * @description what there was to spare; below zero: what was lacking, or too much
             */
            margin: number | null;
            /**
             * Says
             * @description a few words for a person
             */
            says: string;
            /** Unit */
            unit: string | null;
            /**
             * Value
             * @description what it held against its bound; null where that is not a number
             */
            value: number | null;
            /**
             * Verdict
             * @enum {string}
             */
            verdict: "pass" | "reduce" | "block";
        };
        /**
         * GexNow
         * @description Dealers' gamma exposure as it was told last, or worked out from the chain.
         * @example {
         *       "age_s": 60,
         *       "computed": true,
         *       "dealer_position": "long_gamma",
         *       "max_pain": 595,
         *       "net_gex": 1250000000,
         *       "timestamp": "2026-02-13T15:29:00Z",
         *       "zero_gamma_distance_percent": 1.28,
         *       "zero_gamma_level": 588.4
         *     }
         */
        GexNow: {
            /**
             * Age S
             * @description seconds
             */
            age_s: number;
            /**
             * Computed
             * @description from the chain by the platform; else as received
             */
            computed: boolean;
            /**
             * Dealer Position
             * @enum {string}
             */
            dealer_position: "long_gamma" | "short_gamma" | "neutral";
            /**
             * Max Pain
             * @description strike at which the options listed pay out least
             */
            max_pain: number | null;
            /**
             * Net Gex
             * @description dollars a percent move
             */
            net_gex: number;
            /**
             * Timestamp
             * Format: date-time
             */
            timestamp: string;
            /**
             * Zero Gamma Distance Percent
             * @description how far the price lies above it
             */
            zero_gamma_distance_percent: number | null;
            /**
             * Zero Gamma Level
             * @description price at which net gamma changes sign
             */
            zero_gamma_level: number | null;
        };
        /**
         * GroupRow
         * @description Trades that have something in common.
         */
        GroupRow: {
            /** @description of those that did not win, not positive */
            average_loss: components["schemas"]["FigureRow"];
            average_win: components["schemas"]["FigureRow"];
            /** @description dollars a trade */
            expectancy: components["schemas"]["FigureRow"];
            largest_loss: components["schemas"]["FigureRow"];
            largest_win: components["schemas"]["FigureRow"];
            /** Name */
            name: string;
            /** Pnl */
            pnl: number;
            /** @description dollars won over dollars lost */
            profit_factor: components["schemas"]["FigureRow"];
            /** Trades */
            trades: number;
            /** @description percent */
            win_rate: components["schemas"]["FigureRow"];
            /** Wins */
            wins: number;
        };
        /**
         * GroupState
         * @description How far a consumer group is with a topic.
         */
        GroupState: {
            /**
             * Behind
             * @description messages not committed yet, over its partitions
             */
            behind: number;
            /**
             * Commit Age S
             * @description since the commit of one with lag has moved: the longest
             */
            commit_age_s: number;
            /** Group */
            group: string;
            /** Topic */
            topic: string;
        };
        /**
         * GuardsOf
         * @description What stands between a process and those it asks, by their names.
         */
        GuardsOf: {
            /**
             * Answers
             * @description false: the process is not there, or does not say
             */
            answers: boolean;
            /**
             * Breakers
             * @default {}
             */
            breakers?: {
                [key: string]: "closed" | "half-open" | "open";
            };
            /**
             * Limiters
             * @default {}
             */
            limiters?: {
                [key: string]: components["schemas"]["LimiterNow"];
            };
            /** Process */
            process: string;
        };
        /**
         * Heartbeat
         * @description The stream is there. Its `id` is the newest cursor, so that a quiet account's does not grow old.
         */
        Heartbeat: {
            /**
             * At
             * Format: date-time
             * @description the wall's clock
             */
            at: string;
        };
        /**
         * Hello
         * @description The stream begins, or goes on from a cursor without a gap.
         */
        Hello: {
            /** Account Id */
            account_id: string;
            /**
             * Cursor
             * @description as `id` of this event; `Last-Event-ID` or `?cursor=` goes on from here
             */
            cursor: string;
            /**
             * Heartbeat S
             * @description a stream that is silent for longer than a few of these is broken
             */
            heartbeat_s: number;
            /**
             * Resync
             * @description the point asked for is no longer known: read what is shown by the queries, then go on with this
             */
            resync: boolean;
        };
        /**
         * HoldingRow
         * @description A position at its cost.
         */
        HoldingRow: {
            /** Engine */
            engine: string;
            /** Entry Price */
            entry_price: number;
            /** Entry Timestamp */
            entry_timestamp: string | null;
            /**
             * Is Closing
             * @description asked to close for the account's capacity
             */
            is_closing: boolean;
            /** Option Symbol */
            option_symbol: string;
            /** Position Id */
            position_id: string;
            /**
             * Quantity
             * @description contracts
             */
            quantity: number;
            /**
             * Symbol
             * @description underlying
             */
            symbol: string;
        };
        /**
         * Inputs
         * @description What the decision was made of.
         */
        Inputs: {
            /**
             * Context Hash
             * @description SHA-256, hex, of the context that both engines were given
             */
            context_hash: string | null;
            /** Enriched At */
            enriched_at: string | null;
            /**
             * Partition
             * @description the signal's; what is read of an underlying is on the same one
             */
            partition: number | null;
            /**
             * Read Positions
             * @description newest offset that had been read when the signal was judged, by topic, on the signal's partition
             */
            read_positions: {
                [key: string]: number;
            };
        };
        /**
         * IntakeState
         * @description Where webhooks go.
         */
        IntakeState: {
            /**
             * Kafka Answers
             * @description false: the spool in Postgres stands in for it
             */
            kafka_answers: boolean;
            /**
             * Spooled
             * @description events that wait there
             */
            spooled: number;
        };
        /**
         * Intelligence
         * @description What is known of an underlying; null as far as nobody has told it.
         */
        Intelligence: {
            /**
             * As Of
             * @description newest time of anything that is known; null: nothing is
             */
            as_of: string | null;
            /**
             * At
             * Format: date-time
             * @description the platform's time of this answer
             */
            at: string;
            bias: components["schemas"]["BiasNow"] | null;
            /**
             * Confluence
             * @description by direction; empty without flow of today
             */
            confluence: {
                [key: string]: components["schemas"]["ConfluenceNow"];
            };
            /**
             * Exit Intelligence
             * @description of the caller's open positions
             */
            exit_intelligence: components["schemas"]["ExitIntelligence"][];
            flow: components["schemas"]["FlowNow"] | null;
            gamma: components["schemas"]["GexNow"] | null;
            /**
             * Nothing Since
             * @description where nothing is known: since when nothing has been heard
             */
            nothing_since: string | null;
            /**
             * Price
             * @description newest price, dollars a share
             */
            price: number | null;
            /** Price At */
            price_at: string | null;
            regime: components["schemas"]["Regime"] | null;
            /** Symbol */
            symbol: string;
        };
        /**
         * IntelSnapshot
         * @description Every underlying that is watched, or in which the caller holds anything.
         * @example {
         *       "at": "2026-02-13T15:30:00Z",
         *       "items": [
         *         {
         *           "as_of": "2026-02-13T15:29:59.870000Z",
         *           "at": "2026-02-13T15:30:00Z",
         *           "bias": {
         *             "age_s": 300,
         *             "bias": "bullish",
         *             "bias_score": 72,
         *             "chop_score": 21,
         *             "confidence": 80,
         *             "entry_mode_hint": "breakout",
         *             "is_stale": false,
         *             "macro_class": "risk_on",
         *             "regime_type": "trending",
         *             "risk_multiplier": 1,
         *             "stale_after_s": 3600,
         *             "state_strength_delta": 0.4,
         *             "timeframes": {
         *               "1d": "neutral",
         *               "1h": "bullish",
         *               "5m": "bullish"
         *             },
         *             "timestamp": "2026-02-13T15:25:00Z",
         *             "trade_suppressed": false
         *           },
         *           "confluence": {
         *             "long": {
         *               "evidence": 1,
         *               "flow_alignment": 0.2291,
         *               "flow_entries": 214,
         *               "gamma_alignment": 1,
         *               "passes": true,
         *               "score": 86
         *             }
         *           },
         *           "exit_intelligence": [
         *             {
         *               "bias_seen_at": "2026-02-13T15:25:00Z",
         *               "direction": "long",
         *               "exit_codes": [
         *                 "chop_spike"
         *               ],
         *               "fired": [
         *                 "chop_spike"
         *               ],
         *               "option_symbol": "SPY260220C00596000",
         *               "position_id": "e2d4c6b8-1f3a-5c5d-9e7b-8a6f4d2c0b05"
         *             }
         *           ],
         *           "flow": {
         *             "call_bought": 12500000,
         *             "call_premium": 18400000,
         *             "call_sold": 5900000,
         *             "day": "2026-02-13",
         *             "entries": 214,
         *             "is_today": true,
         *             "netflow": 6300000,
         *             "put_bought": 4700000,
         *             "put_premium": 9100000,
         *             "put_sold": 4400000
         *           },
         *           "gamma": {
         *             "age_s": 60,
         *             "computed": true,
         *             "dealer_position": "long_gamma",
         *             "max_pain": 595,
         *             "net_gex": 1250000000,
         *             "timestamp": "2026-02-13T15:29:00Z",
         *             "zero_gamma_distance_percent": 1.28,
         *             "zero_gamma_level": 588.4
         *           },
         *           "price": 596.02,
         *           "price_at": "2026-02-13T15:29:59.870000Z",
         *           "regime": {
         *             "chop_score": 21,
         *             "dealer_position": "long_gamma",
         *             "entry_mode_hint": "breakout",
         *             "macro_class": "risk_on",
         *             "regime_type": "trending"
         *           },
         *           "symbol": "SPY"
         *         }
         *       ],
         *       "session": {
         *         "day": "2026-02-13",
         *         "minutes_to_close": 330,
         *         "next_open_at": "2026-02-17T14:30:00Z",
         *         "phase": "regular"
         *       }
         *     }
         */
        IntelSnapshot: {
            /**
             * At
             * Format: date-time
             * @description the platform's time of this answer
             */
            at: string;
            /** Items */
            items: components["schemas"]["Intelligence"][];
            session: components["schemas"]["SessionNow"];
        };
        /**
         * KeyMade
         * @description A key with its text, which is told this once.
         */
        KeyMade: {
            /** Account Id */
            account_id: string;
            /**
             * Created At
             * Format: date-time
             */
            created_at: string;
            /** Created By */
            created_by: string;
            /**
             * Expires At
             * @description null: it does not expire
             */
            expires_at: string | null;
            /**
             * Key
             * @description to send as `Authorization: Bearer ts_...` or as `X-API-Key`
             */
            key: string;
            /**
             * Key Id
             * Format: uuid
             */
            key_id: string;
            /**
             * Last Used At
             * @description to the minute
             */
            last_used_at: string | null;
            /** Name */
            name: string;
            /** Permissions */
            permissions: ("read" | "trade")[];
            /**
             * Prefix
             * @description the key begins with ts_, this, and _
             */
            prefix: string;
            /** Revoked At */
            revoked_at: string | null;
        };
        /**
         * KeyRow
         * @description A service's key, without its secret.
         */
        KeyRow: {
            /** Account Id */
            account_id: string;
            /**
             * Created At
             * Format: date-time
             */
            created_at: string;
            /** Created By */
            created_by: string;
            /**
             * Expires At
             * @description null: it does not expire
             */
            expires_at: string | null;
            /**
             * Key Id
             * Format: uuid
             */
            key_id: string;
            /**
             * Last Used At
             * @description to the minute
             */
            last_used_at: string | null;
            /** Name */
            name: string;
            /** Permissions */
            permissions: ("read" | "trade")[];
            /**
             * Prefix
             * @description the key begins with ts_, this, and _
             */
            prefix: string;
            /** Revoked At */
            revoked_at: string | null;
        };
        /**
         * KillSwitchOutcome
         * @description What has become of each order and position of the caller's account since the switch was thrown.
         */
        KillSwitchOutcome: {
            /**
             * Action
             * @enum {string}
             */
            action: "halt" | "halt_and_close" | "resume";
            /**
             * Changed At
             * Format: date-time
             */
            changed_at: string;
            /** Changed By */
            changed_by: string;
            /**
             * Complete
             * @description nothing is left on its way
             */
            complete: boolean;
            /**
             * Kill Switch Id
             * Format: uuid
             */
            kill_switch_id: string;
            /** Orders */
            orders: components["schemas"]["OrderOutcome"][];
            /** Positions */
            positions: components["schemas"]["PositionOutcome"][];
            /** Reason */
            reason: string | null;
            /**
             * Scope
             * @enum {string}
             */
            scope: "account" | "all";
            /**
             * Url
             * @description where its outcome stands
             */
            url: string;
        };
        /**
         * KillSwitchState
         * @description Whether the caller's account opens anything.
         */
        KillSwitchState: {
            account: components["schemas"]["Switch"];
            all: components["schemas"]["Switch"];
            /**
             * Halted
             * @description by its own switch or by that of all
             */
            halted: boolean;
        };
        /**
         * LastWord
         * @description What an agent said of the newest signal that it spoke on.
         */
        LastWord: {
            /**
             * Bias
             * @enum {string}
             */
            bias: "bullish" | "bearish" | "neutral";
            /** Block */
            block: boolean;
            /**
             * Confidence
             * @description 0 to 100
             */
            confidence: number;
            /**
             * Created At
             * Format: date-time
             */
            created_at: string;
            /** Reasons */
            reasons: string[];
            /**
             * Signal Id
             * Format: uuid
             */
            signal_id: string;
        };
        /**
         * LatenciesAnswer
         * @description How long things took in the caller's account; tests on the paper exchange among them.
         * @example {
         *       "hours": 24,
         *       "items": [
         *         {
         *           "bins": [
         *             {
         *               "count": 9,
         *               "high": 20,
         *               "low": 10
         *             },
         *             {
         *               "count": 3,
         *               "high": 50,
         *               "low": 20
         *             }
         *           ],
         *           "count": 12,
         *           "longest": 40,
         *           "p50": 14,
         *           "p95": 31,
         *           "p99": 40,
         *           "reason": "",
         *           "span": "signal_to_decision"
         *         }
         *       ]
         *     }
         */
        LatenciesAnswer: {
            /** Hours */
            hours: number;
            /**
             * Items
             * @description webhook: answering a call; signal_to_decision and signal_to_fill: from the signal's place on Kafka to the other's; tick_to_exit: from the time of the tick that called for it to the order on Kafka; exit_to_fill: from there to its first fill, which waits for a quote
             */
            items: components["schemas"]["SpanRow"][];
        };
        /**
         * LimiterNow
         * @description A rate limiter.
         */
        LimiterNow: {
            /**
             * Limit
             * @description requests that there may be in it
             */
            limit: number;
            /**
             * Used
             * @description requests within its window
             */
            used: number;
            /**
             * Waits
             * @description requests that had to wait, were not made, or were refused, since the process began
             */
            waits: number;
        };
        /**
         * LimitRow
         * @description A limit that is in force, and what is used of it.
         */
        LimitRow: {
            /**
             * Allowed
             * @description null: no limit
             */
            allowed: number | null;
            /**
             * Is Reached
             * @description an order that adds to it is refused
             */
            is_reached: boolean;
            /** Left */
            left: number | null;
            /**
             * Limit
             * @description its name, as the control risk_limits has it
             */
            limit: string;
            /**
             * Symbol
             * @description the underlying that it is about; null: all
             */
            symbol: string | null;
            /**
             * Unit
             * @enum {string}
             */
            unit: "positions" | "contracts" | "dollars" | "percent" | "orders";
            /**
             * Used
             * @description null where the limit is on each order alone
             */
            used: number | null;
        };
        /**
         * LimitUse
         * @description A risk limit that is in force, and what is used of it.
         */
        LimitUse: {
            /**
             * Is Enabled
             * @description false: it blocks nothing at the moment
             */
            is_enabled: boolean;
            /**
             * Limit
             * @description null: none
             */
            limit: number | null;
            /**
             * Name
             * @enum {string}
             */
            name: "open_positions" | "positions_per_symbol" | "total_exposure" | "exposure_percent" | "daily_loss" | "daily_trades";
            /** Used */
            used: number;
            /**
             * Used Percent
             * @description null without a limit, or with one of 0
             */
            used_percent: number | null;
        };
        /**
         * Lineage
         * @description A signal and all that followed, each part as far as it has come.
         */
        Lineage: {
            /** Agent Outputs */
            agent_outputs: components["schemas"]["AgentOutputRow"][];
            decision: components["schemas"]["DecisionRow"] | null;
            enrichment: components["schemas"]["EnrichmentRow"] | null;
            /** Fills */
            fills: components["schemas"]["FillRow"][];
            /** Orders */
            orders: components["schemas"]["OrderRow"][];
            /** Positions */
            positions: components["schemas"]["PositionRow"][];
            signal: components["schemas"]["SignalDetail"];
        };
        /**
         * LineageIds
         * @description What a position came from and led to; null or empty as far as it has not come.
         */
        LineageIds: {
            /**
             * Context Hash
             * @description of what was known when its signal was judged
             */
            context_hash: string | null;
            /** Decision Id */
            decision_id: string | null;
            /** Experiment Id */
            experiment_id: string | null;
            /**
             * Fill Ids
             * @description oldest first
             */
            fill_ids: string[];
            /**
             * Order Ids
             * @description oldest first
             */
            order_ids: string[];
            /**
             * Outcome Id
             * @description of the closed trade
             */
            outcome_id: string | null;
            /** Proposal Id */
            proposal_id: string | null;
            /**
             * Signal Id
             * Format: uuid
             */
            signal_id: string;
        };
        /**
         * LoggedAt
         * @description A message about the signal, and its place on Kafka.
         */
        LoggedAt: {
            /** Event Id */
            event_id: string;
            /** Kind */
            kind: string;
            /**
             * Known At
             * Format: date-time
             * @description Kafka's time of it
             */
            known_at: string;
            /**
             * Occurred At
             * Format: date-time
             */
            occurred_at: string;
            /** Offset */
            offset: number;
            /** Partition */
            partition: number;
            /** Topic */
            topic: string;
        };
        /**
         * LoggingOut
         * @description What to log out of.
         */
        LoggingOut: {
            /**
             * Everywhere
             * @description all sessions of this user, not only this one
             * @default false
             */
            everywhere?: boolean;
        };
        /**
         * Marker
         * @description Something that happened to a position.
         */
        Marker: {
            /**
             * At
             * Format: date-time
             */
            at: string;
            /**
             * Id
             * Format: uuid
             */
            id: string;
            /**
             * Kind
             * @enum {string}
             */
            kind: "signal" | "decision" | "order" | "fill";
            /**
             * Price
             * @description of the underlying for a signal, else of the contract; dollars a share
             */
            price: number | null;
            /**
             * Quantity
             * @description contracts
             */
            quantity: number | null;
            /**
             * What
             * @description a direction, a status, or the side; of an exit its reason
             */
            what: string;
        };
        /**
         * MarketTold
         * @description What an underlying costs by the tape. Everybody is told, whatever they hold.
         */
        MarketTold: {
            /**
             * Price
             * @description newest price, dollars a share
             */
            price: number;
            /**
             * Price At
             * Format: date-time
             * @description its time on the tape
             */
            price_at: string;
            /** Symbol */
            symbol: string;
        };
        /**
         * MarkTold
         * @description What a position is worth at its newest mark.
         */
        MarkTold: {
            /** Account Id */
            account_id: string;
            /** Current Price */
            current_price: number;
            /**
             * Marked At
             * Format: date-time
             * @description the time of the mark, on the tape
             */
            marked_at: string;
            /** Option Symbol */
            option_symbol: string;
            /**
             * Position Id
             * Format: uuid
             */
            position_id: string;
            /** Position Pnl Percent */
            position_pnl_percent: number;
            /** Symbol */
            symbol: string;
            /**
             * Unrealized Pnl
             * @description dollars, of the contracts held
             */
            unrealized_pnl: number;
        };
        /**
         * Me
         * @description Who is asking.
         */
        Me: {
            /** Account Id */
            account_id: string;
            /**
             * Environment
             * @description live: with real money
             * @enum {string}
             */
            environment: "paper" | "live";
            /** Permissions */
            permissions: ("read" | "trade" | "administer")[];
            /**
             * Role
             * @enum {string}
             */
            role: "viewer" | "trader" | "admin" | "service";
            /**
             * User Id
             * @description null of a service
             */
            user_id: string | null;
            /** Username */
            username: string;
        };
        /**
         * Mode
         * @description Whether versions can be added here.
         */
        Mode: {
            /**
             * Mode
             * @default READONLY
             */
            mode?: string;
        };
        /**
         * Monitoring
         * @description The state of the whole line.
         * @example {
         *       "at": "2026-02-13T15:30:00Z",
         *       "checks": {
         *         "postgres": {
         *           "detail": "answers",
         *           "ok": true
         *         }
         *       },
         *       "dead_letters_open": {
         *         "market": 0
         *       },
         *       "detail": "everything it needs is there",
         *       "feed": {
         *         "age_s": 1,
         *         "is_stale": false,
         *         "last_frame_at": "2026-02-13T15:29:59Z",
         *         "session": "regular"
         *       },
         *       "groups": [
         *         {
         *           "behind": 0,
         *           "commit_age_s": 0,
         *           "group": "tapestream",
         *           "topic": "signals.v1"
         *         }
         *       ],
         *       "guards": [
         *         {
         *           "answers": true,
         *           "breakers": {
         *             "alpaca": "closed"
         *           },
         *           "limiters": {
         *             "alpaca": {
         *               "limit": 200,
         *               "used": 12,
         *               "waits": 0
         *             }
         *           },
         *           "process": "providers"
         *         }
         *       ],
         *       "intake": {
         *         "kafka_answers": true,
         *         "spooled": 0
         *       },
         *       "is_ready": true,
         *       "live_view": "current",
         *       "markets": "current",
         *       "topics": [
         *         {
         *           "age_s": 2,
         *           "messages": 12,
         *           "offset": 4,
         *           "partition": 3,
         *           "per_s": 0.2,
         *           "topic": "signals.v1",
         *           "written_at": "2026-02-13T15:29:58Z"
         *         }
         *       ],
         *       "webhooks_last_hour": {
         *         "accepted": 12,
         *         "duplicate": 1
         *       },
         *       "workers": [
         *         {
         *           "behind": 0,
         *           "name": "worker-0",
         *           "recovering": 0,
         *           "tables": {
         *             "books": {
         *               "records": 3
         *             }
         *           }
         *         }
         *       ]
         *     }
         */
        Monitoring: {
            /**
             * At
             * Format: date-time
             * @description the platform's time of this answer
             */
            at: string;
            /** Checks */
            checks: {
                [key: string]: components["schemas"]["Check"];
            };
            /**
             * Dead Letters Open
             * @description of the platform, by reader
             */
            dead_letters_open: {
                [key: string]: number;
            };
            /**
             * Detail
             * @description what keeps it from being ready, in a sentence
             */
            detail: string;
            feed: components["schemas"]["FeedState"];
            /**
             * Groups
             * @description empty while the broker does not answer
             */
            groups: components["schemas"]["GroupState"][];
            /**
             * Guards
             * @description of the API, whose limiters tell of who asks most, and of the processes that ask others
             */
            guards: components["schemas"]["GuardsOf"][];
            intake: components["schemas"]["IntakeState"];
            /** Is Ready */
            is_ready: boolean;
            /**
             * Live View
             * @description current, or what keeps it from being so
             */
            live_view: string;
            /**
             * Markets
             * @description likewise, of what is known of the underlyings
             */
            markets: string;
            /** Topics */
            topics: components["schemas"]["TopicState"][];
            /**
             * Webhooks Last Hour
             * @description calls of the account's webhooks, by what came of them
             */
            webhooks_last_hour: {
                [key: string]: number;
            };
            /** Workers */
            workers: components["schemas"]["WorkerLine"][];
        };
        /**
         * NewKey
         * @description A key that is to be made.
         */
        NewKey: {
            /**
             * Account Id
             * @description by default that of who makes it
             */
            account_id?: string | null;
            /**
             * Expires At
             * @description by default never
             */
            expires_at?: string | null;
            /**
             * Name
             * @description of the service, for people
             */
            name: string;
            /** Permissions */
            permissions: ("read" | "trade")[];
        };
        /**
         * NewOwnPassword
         * @description Another password.
         */
        NewOwnPassword: {
            /** Current Password */
            current_password: string;
            /** New Password */
            new_password: string;
        };
        /**
         * NewUser
         * @description Somebody who is to log in.
         */
        NewUser: {
            /** Account Id */
            account_id: string;
            /** Password */
            password: string;
            /**
             * Role
             * @enum {string}
             */
            role: "viewer" | "trader" | "admin";
            /**
             * Username
             * @description of nobody else
             */
            username: string;
        };
        /**
         * OpeningRangeNow
         * @description The range of the first minutes of a day's regular session, dollars a share.
         */
        OpeningRangeNow: {
            /**
             * Day
             * Format: date
             */
            day: string;
            /** High */
            high: number;
            /**
             * Is Complete
             * @description its last minute has closed
             */
            is_complete: boolean;
            /**
             * Is Today
             * @description false: of an earlier day; decisions look at today's only
             */
            is_today: boolean;
            /** Low */
            low: number;
            /** Minutes */
            minutes: number;
            /**
             * Volume
             * @description shares
             */
            volume: number;
        };
        /**
         * OrderAccepted
         * @description The request is durable; it is judged by the account's gates, or, to sell, worked in by the position's book.
         */
        OrderAccepted: {
            /**
             * Order Request Id
             * Format: uuid
             */
            order_request_id: string;
            /**
             * Requested At
             * Format: date-time
             */
            requested_at: string;
            /**
             * Side
             * @enum {string}
             */
            side: "buy_to_open" | "sell_to_close";
            /**
             * Status
             * @default pending
             * @constant
             */
            status?: "pending";
            /**
             * Url
             * @description where its outcome stands
             */
            url: string;
        };
        /**
         * OrderDetail
         * @description An order with all that was said of it, and its fills.
         * @example {
         *       "account_id": "paper",
         *       "client_order_id": "ts-3c9e5d1a0b4f",
         *       "created_at": "2026-02-13T15:30:00Z",
         *       "direction": "long",
         *       "engine": "A",
         *       "experiment_id": "7a1b3c5d-9e8f-5a6b-8c4d-2e0f1a3b5c06",
         *       "expiration": "2026-02-20",
         *       "expires_at": "2026-02-13T15:35:00Z",
         *       "filled_at": "2026-02-13T15:30:01Z",
         *       "filled_quantity": 9,
         *       "fills": [
         *         {
         *           "account_id": "paper",
         *           "commission": 0,
         *           "created_at": "2026-02-13T15:30:01Z",
         *           "engine": "A",
         *           "experiment_id": "7a1b3c5d-9e8f-5a6b-8c4d-2e0f1a3b5c06",
         *           "fill_price": 3.52,
         *           "fill_quantity": 9,
         *           "fill_timestamp": "2026-02-13T15:30:01Z",
         *           "is_test": false,
         *           "option_symbol": "SPY260220C00596000",
         *           "order_id": "3c9e5d1a-0b4f-5e62-8a77-1d2c3b4a5f04",
         *           "position_id": "e2d4c6b8-1f3a-5c5d-9e7b-8a6f4d2c0b05",
         *           "side": "buy_to_open",
         *           "signal_id": "b1f7c3de-2a55-5a43-9a0c-7d8e6f5a4b03",
         *           "symbol": "SPY",
         *           "trade_id": "5b7d9f1e-3c2a-5d4e-8f6a-0c8b6d4e2f07"
         *         }
         *       ],
         *       "is_test": false,
         *       "limit_price": 3.45,
         *       "option_symbol": "SPY260220C00596000",
         *       "order_id": "3c9e5d1a-0b4f-5e62-8a77-1d2c3b4a5f04",
         *       "order_type": "paper",
         *       "position_id": "e2d4c6b8-1f3a-5c5d-9e7b-8a6f4d2c0b05",
         *       "pricing": "limit",
         *       "quantity": 9,
         *       "side": "buy_to_open",
         *       "signal_id": "b1f7c3de-2a55-5a43-9a0c-7d8e6f5a4b03",
         *       "status": "filled",
         *       "step": 0,
         *       "strike": 596,
         *       "symbol": "SPY",
         *       "type": "call",
         *       "updates": [
         *         {
         *           "created_at": "2026-02-13T15:30:01Z",
         *           "filled_quantity": 0,
         *           "quantity": 0,
         *           "status": "filled",
         *           "update_id": "9d8c7b6a-5f4e-5d3c-8b2a-1f0e9d8c7b08"
         *         }
         *       ]
         *     }
         */
        OrderDetail: {
            /** Account Id */
            account_id: string;
            /** Broker Order Id */
            broker_order_id?: string | null;
            /** Client Order Id */
            client_order_id: string;
            /**
             * Created At
             * Format: date-time
             */
            created_at: string;
            /**
             * Direction
             * @enum {string}
             */
            direction: "long" | "short";
            /** Engine */
            engine: string | null;
            /**
             * Exit Codes
             * @description what exactly called for the exit
             * @default []
             */
            exit_codes?: string[];
            /** Exit Reason */
            exit_reason?: string | null;
            /** Experiment Id */
            experiment_id: string | null;
            /**
             * Expiration
             * Format: date
             */
            expiration: string;
            /** Expires At */
            expires_at: string | null;
            /** Failure Reason */
            failure_reason?: string | null;
            /** Filled At */
            filled_at?: string | null;
            /**
             * Filled Quantity
             * @description contracts
             * @default 0
             */
            filled_quantity?: number;
            /**
             * Fills
             * @description oldest first
             * @default []
             */
            fills?: components["schemas"]["FillRow"][];
            /** Is Test */
            is_test: boolean;
            /** Limit Price */
            limit_price: number;
            /** Option Symbol */
            option_symbol: string;
            /**
             * Order Id
             * Format: uuid
             */
            order_id: string;
            /**
             * Order Type
             * @enum {string}
             */
            order_type: "paper" | "live";
            /**
             * Position Id
             * Format: uuid
             */
            position_id: string;
            /**
             * Pricing
             * @default limit
             * @enum {string}
             */
            pricing?: "limit" | "market";
            /**
             * Quantity
             * @description contracts
             */
            quantity: number;
            /**
             * Remaining Quantity
             * @description contracts the position keeps once a closing order has filled
             * @default 0
             */
            remaining_quantity?: number;
            /**
             * Side
             * @enum {string}
             */
            side: "buy_to_open" | "sell_to_close";
            /** Signal Id */
            signal_id: string | null;
            /**
             * Status
             * @enum {string}
             */
            status: "pending_execution" | "accepted" | "partially_filled" | "filled" | "failed" | "canceled" | "expired" | "busted" | "corrected";
            /**
             * Step
             * @description of an exit in steps: 0 is the first order, each further one is bolder
             * @default 0
             */
            step?: number;
            /** Strike */
            strike: number;
            /**
             * Symbol
             * @description underlying
             */
            symbol: string;
            /** Trigger Price */
            trigger_price?: number | null;
            /**
             * Type
             * @enum {string}
             */
            type: "call" | "put";
            /**
             * Updates
             * @description oldest first
             * @default []
             */
            updates?: components["schemas"]["OrderUpdateRow"][];
        };
        /**
         * OrderOutcome
         * @description A working order to open something, and what became of it.
         */
        OrderOutcome: {
            /**
             * Filled Quantity
             * @description contracts executed before it ended
             * @default 0
             */
            filled_quantity?: number;
            /** Option Symbol */
            option_symbol: string;
            /**
             * Order Id
             * Format: uuid
             */
            order_id: string;
            /**
             * Quantity
             * @description contracts
             */
            quantity: number;
            /** Reason */
            reason?: string | null;
            /**
             * Status
             * @description filled: before it could be cancelled
             * @enum {string}
             */
            status: "asked" | "canceled" | "filled";
            /** Symbol */
            symbol: string;
        };
        /**
         * OrderPlacedTold
         * @description An order was placed.
         */
        OrderPlacedTold: {
            /** Account Id */
            account_id: string;
            /**
             * Change
             * @default placed
             * @constant
             */
            change?: "placed";
            /** Client Order Id */
            client_order_id: string;
            /**
             * Created At
             * Format: date-time
             */
            created_at: string;
            /**
             * Direction
             * @enum {string}
             */
            direction: "long" | "short";
            /** Engine */
            engine: string | null;
            /**
             * Exit Codes
             * @description what exactly called for the exit
             * @default []
             */
            exit_codes?: string[];
            /** Exit Reason */
            exit_reason?: string | null;
            /** Experiment Id */
            experiment_id: string | null;
            /**
             * Expiration
             * Format: date
             */
            expiration: string;
            /** Expires At */
            expires_at: string | null;
            /** Failure Reason */
            failure_reason?: string | null;
            /** Filled At */
            filled_at?: string | null;
            /** Is Test */
            is_test: boolean;
            /** Limit Price */
            limit_price: number;
            /** Option Symbol */
            option_symbol: string;
            /**
             * Order Id
             * Format: uuid
             */
            order_id: string;
            /**
             * Order Type
             * @enum {string}
             */
            order_type: "paper" | "live";
            /**
             * Position Id
             * Format: uuid
             */
            position_id: string;
            /**
             * Quantity
             * @description contracts
             */
            quantity: number;
            /**
             * Remaining Quantity
             * @description contracts the position keeps once a closing order has filled
             * @default 0
             */
            remaining_quantity?: number;
            /**
             * Side
             * @enum {string}
             */
            side: "buy_to_open" | "sell_to_close";
            /** Signal Id */
            signal_id: string | null;
            /**
             * Status
             * @enum {string}
             */
            status: "pending_execution" | "accepted" | "partially_filled" | "filled" | "failed" | "canceled" | "expired" | "busted" | "corrected";
            /** Strike */
            strike: number;
            /**
             * Symbol
             * @description underlying
             */
            symbol: string;
            /** Trigger Price */
            trigger_price?: number | null;
            /**
             * Type
             * @enum {string}
             */
            type: "call" | "put";
        };
        /**
         * OrderRequestOutcome
         * @description An order by hand: pending until it is judged, then approved, with its order, or rejected, with its codes.
         */
        OrderRequestOutcome: {
            /**
             * Codes
             * @description why it was rejected, the first reason first
             * @default []
             */
            codes?: string[];
            /** Decision Id */
            decision_id?: string | null;
            /**
             * Gates
             * @default []
             */
            gates?: components["schemas"]["GateMet"][];
            /**
             * Limit Price
             * @description null: at the market
             */
            limit_price?: number | null;
            /** Option Symbol */
            option_symbol?: string | null;
            /** Order Id */
            order_id?: string | null;
            /**
             * Order Request Id
             * Format: uuid
             */
            order_request_id: string;
            /** Order Status */
            order_status?: ("pending_execution" | "accepted" | "partially_filled" | "filled" | "failed" | "canceled" | "expired" | "busted" | "corrected") | null;
            /**
             * Quantity
             * @description contracts; of a sale, null: all that was held
             */
            quantity?: number | null;
            /** Requested At */
            requested_at?: string | null;
            /** Requested By */
            requested_by?: string | null;
            /**
             * Side
             * @description null: not in history yet
             */
            side?: ("buy_to_open" | "sell_to_close") | null;
            /**
             * Status
             * @enum {string}
             */
            status: "pending" | "approved" | "rejected";
        };
        /**
         * OrderRow
         * @description An order, as the columns of `orders`.
         */
        OrderRow: {
            /** Account Id */
            account_id: string;
            /** Client Order Id */
            client_order_id: string;
            /**
             * Created At
             * Format: date-time
             */
            created_at: string;
            /**
             * Direction
             * @enum {string}
             */
            direction: "long" | "short";
            /** Engine */
            engine: string | null;
            /**
             * Exit Codes
             * @description what exactly called for the exit
             * @default []
             */
            exit_codes?: string[];
            /** Exit Reason */
            exit_reason?: string | null;
            /** Experiment Id */
            experiment_id: string | null;
            /**
             * Expiration
             * Format: date
             */
            expiration: string;
            /** Expires At */
            expires_at: string | null;
            /** Failure Reason */
            failure_reason?: string | null;
            /** Filled At */
            filled_at?: string | null;
            /** Is Test */
            is_test: boolean;
            /** Limit Price */
            limit_price: number;
            /** Option Symbol */
            option_symbol: string;
            /**
             * Order Id
             * Format: uuid
             */
            order_id: string;
            /**
             * Order Type
             * @enum {string}
             */
            order_type: "paper" | "live";
            /**
             * Position Id
             * Format: uuid
             */
            position_id: string;
            /**
             * Quantity
             * @description contracts
             */
            quantity: number;
            /**
             * Remaining Quantity
             * @description contracts the position keeps once a closing order has filled
             * @default 0
             */
            remaining_quantity?: number;
            /**
             * Side
             * @enum {string}
             */
            side: "buy_to_open" | "sell_to_close";
            /** Signal Id */
            signal_id: string | null;
            /**
             * Status
             * @enum {string}
             */
            status: "pending_execution" | "accepted" | "partially_filled" | "filled" | "failed" | "canceled" | "expired" | "busted" | "corrected";
            /** Strike */
            strike: number;
            /**
             * Symbol
             * @description underlying
             */
            symbol: string;
            /** Trigger Price */
            trigger_price?: number | null;
            /**
             * Type
             * @enum {string}
             */
            type: "call" | "put";
        };
        /**
         * OrderUpdatedTold
         * @description What became of an order: lay it over the row of the order.
         */
        OrderUpdatedTold: {
            /** Account Id */
            account_id: string;
            /**
             * Change
             * @default updated
             * @constant
             */
            change?: "updated";
            /**
             * Failure Reason
             * @description of an order that ended unfilled
             */
            failure_reason: string | null;
            /**
             * Filled Quantity
             * @description contracts executed so far
             */
            filled_quantity: number;
            /**
             * Order Id
             * Format: uuid
             */
            order_id: string;
            /**
             * Price
             * @description of this execution
             */
            price: number | null;
            /**
             * Quantity
             * @description contracts of this execution; 0: it is none
             */
            quantity: number;
            /**
             * Status
             * @enum {string}
             */
            status: "pending_execution" | "accepted" | "partially_filled" | "filled" | "failed" | "canceled" | "expired" | "busted" | "corrected";
            /**
             * Symbol
             * @description underlying
             */
            symbol: string;
            /**
             * Updated At
             * Format: date-time
             */
            updated_at: string;
        };
        /**
         * OrderUpdateRow
         * @description A word on an order, as the columns of `order_updates`.
         */
        OrderUpdateRow: {
            /** Broker Order Id */
            broker_order_id: string | null;
            /**
             * Created At
             * Format: date-time
             */
            created_at: string;
            /**
             * Filled Quantity
             * @description contracts executed by then
             */
            filled_quantity: number;
            /**
             * Price
             * @description of this execution
             */
            price: number | null;
            /**
             * Quantity
             * @description contracts of this execution; 0: it is none
             */
            quantity: number;
            /** Reason */
            reason: string | null;
            /**
             * Status
             * @enum {string}
             */
            status: "pending_execution" | "accepted" | "partially_filled" | "filled" | "failed" | "canceled" | "expired" | "busted" | "corrected";
            /**
             * Update Id
             * Format: uuid
             */
            update_id: string;
            /**
             * Was Price
             * @description of an execution that was taken back or corrected, as first told
             */
            was_price: number | null;
        };
        /**
         * OrderWanted
         * @description An order: `buy_to_open` a contract, or `sell_to_close` (some of) a position.
         */
        OrderWanted: {
            /** Expiration */
            expiration?: string | null;
            /**
             * Limit Price
             * @description dollars a share, of a buying order; null: at the market. Exits find their own price
             */
            limit_price?: number | string | null;
            /**
             * Option Symbol
             * @description OCC form, such as SPY260220C00596000; or name the contract by the next four
             */
            option_symbol?: string | null;
            /**
             * Position Id
             * @description needed to sell, and only then
             */
            position_id?: string | null;
            /**
             * Quantity
             * @description contracts; needed to buy; to sell, null: all that is held
             */
            quantity?: number | null;
            /**
             * Side
             * @enum {string}
             */
            side: "buy_to_open" | "sell_to_close";
            /** Strike */
            strike?: number | string | null;
            /**
             * Symbol
             * @description underlying
             */
            symbol?: string | null;
            /** Type */
            type?: ("call" | "put") | null;
        };
        /**
         * OutcomeRow
         * @description What a trade of the experiment came to, as the columns of `trade_outcomes`.
         */
        OutcomeRow: {
            /** Duration Minutes */
            duration_minutes: number;
            /** Engine */
            engine: string;
            /** Entry Price */
            entry_price: number;
            /**
             * Entry Time
             * Format: date-time
             */
            entry_time: string;
            /** Exit Codes */
            exit_codes: string[];
            /** Exit Price */
            exit_price: number;
            /** Exit Reason */
            exit_reason: string;
            /**
             * Exit Time
             * Format: date-time
             */
            exit_time: string;
            /** Is Shadow */
            is_shadow: boolean;
            /**
             * Outcome Id
             * Format: uuid
             */
            outcome_id: string;
            /** Partial Exits */
            partial_exits: number;
            /**
             * Pnl
             * @description dollars
             */
            pnl: number;
            /** Pnl Percent */
            pnl_percent: number;
            /** Pnl R */
            pnl_r: number;
            /**
             * Position Id
             * Format: uuid
             */
            position_id: string;
            /**
             * Quantity
             * @description contracts
             */
            quantity: number;
            /**
             * Trade Id
             * Format: uuid
             * @description the order that opened it, or the shadow trade
             */
            trade_id: string;
        };
        /**
         * OutlookRow
         * @description Whether the test may be read, and what it still takes.
         */
        OutlookRow: {
            /**
             * Is Told
             * @description a difference has been told from chance
             */
            is_told: boolean;
            /**
             * Least
             * @description pairs before which nothing may be read from it
             */
            least: number;
            /**
             * More
             * @description pairs that it takes still if they go on as they have; null: nobody can say
             */
            more: number | null;
            /**
             * Pairs
             * @description complete ones
             */
            pairs: number;
            /**
             * Says
             * @description all of it in plain English
             */
            says: string;
        };
        /** Page[AuditRow] */
        Page_AuditRow_: {
            /** Items */
            items: components["schemas"]["AuditRow"][];
            /**
             * Next Cursor
             * @description null on the last page
             */
            next_cursor?: string | null;
        };
        /** Page[ControlChangeRow] */
        Page_ControlChangeRow_: {
            /** Items */
            items: components["schemas"]["ControlChangeRow"][];
            /**
             * Next Cursor
             * @description null on the last page
             */
            next_cursor?: string | null;
        };
        /** Page[DeadLetterRow] */
        Page_DeadLetterRow_: {
            /** Items */
            items: components["schemas"]["DeadLetterRow"][];
            /**
             * Next Cursor
             * @description null on the last page
             */
            next_cursor?: string | null;
        };
        /** Page[DecisionDetail] */
        Page_DecisionDetail_: {
            /** Items */
            items: components["schemas"]["DecisionDetail"][];
            /**
             * Next Cursor
             * @description null on the last page
             */
            next_cursor?: string | null;
        };
        /** Page[ExperimentRow] */
        Page_ExperimentRow_: {
            /** Items */
            items: components["schemas"]["ExperimentRow"][];
            /**
             * Next Cursor
             * @description null on the last page
             */
            next_cursor?: string | null;
        };
        /** Page[FillRow] */
        Page_FillRow_: {
            /** Items */
            items: components["schemas"]["FillRow"][];
            /**
             * Next Cursor
             * @description null on the last page
             */
            next_cursor?: string | null;
        };
        /** Page[KeyRow] */
        Page_KeyRow_: {
            /** Items */
            items: components["schemas"]["KeyRow"][];
            /**
             * Next Cursor
             * @description null on the last page
             */
            next_cursor?: string | null;
        };
        /** Page[OrderRow] */
        Page_OrderRow_: {
            /** Items */
            items: components["schemas"]["OrderRow"][];
            /**
             * Next Cursor
             * @description null on the last page
             */
            next_cursor?: string | null;
        };
        /** Page[PositionRow] */
        Page_PositionRow_: {
            /** Items */
            items: components["schemas"]["PositionRow"][];
            /**
             * Next Cursor
             * @description null on the last page
             */
            next_cursor?: string | null;
        };
        /** Page[ReconciliationRow] */
        Page_ReconciliationRow_: {
            /** Items */
            items: components["schemas"]["ReconciliationRow"][];
            /**
             * Next Cursor
             * @description null on the last page
             */
            next_cursor?: string | null;
        };
        /** Page[ShadowPositionRow] */
        Page_ShadowPositionRow_: {
            /** Items */
            items: components["schemas"]["ShadowPositionRow"][];
            /**
             * Next Cursor
             * @description null on the last page
             */
            next_cursor?: string | null;
        };
        /** Page[ShadowTradeRow] */
        Page_ShadowTradeRow_: {
            /** Items */
            items: components["schemas"]["ShadowTradeRow"][];
            /**
             * Next Cursor
             * @description null on the last page
             */
            next_cursor?: string | null;
        };
        /** Page[SignalListed] */
        Page_SignalListed_: {
            /** Items */
            items: components["schemas"]["SignalListed"][];
            /**
             * Next Cursor
             * @description null on the last page
             */
            next_cursor?: string | null;
        };
        /** Page[TradeRow] */
        Page_TradeRow_: {
            /** Items */
            items: components["schemas"]["TradeRow"][];
            /**
             * Next Cursor
             * @description null on the last page
             */
            next_cursor?: string | null;
        };
        /** Page[UserRow] */
        Page_UserRow_: {
            /** Items */
            items: components["schemas"]["UserRow"][];
            /**
             * Next Cursor
             * @description null on the last page
             */
            next_cursor?: string | null;
        };
        /** Page[WebhookEventRow] */
        Page_WebhookEventRow_: {
            /** Items */
            items: components["schemas"]["WebhookEventRow"][];
            /**
             * Next Cursor
             * @description null on the last page
             */
            next_cursor?: string | null;
        };
        /**
         * PairedComparison
         * @description Engine A against engine B on identical inputs.
         */
        PairedComparison: {
            /** Agreements */
            agreements: {
                [key: string]: number;
            };
            /**
             * Differences
             * @description A - B of complete pairs in dollars, in their order, the newest 1000 at most
             */
            differences: number[];
            /**
             * Items
             * @description newest first, 200 at most
             */
            items: components["schemas"]["PairRow"][];
            /**
             * Left Out
             * @description signals on which their contexts differ
             */
            left_out: number;
            outlook: components["schemas"]["OutlookRow"];
            paired: components["schemas"]["PairedFigures"];
            /**
             * Pairs
             * @description signals that both judged on the same context
             */
            pairs: number;
            /** @description paired outcomes, real and shadow, in dollars; differences are A - B */
            results: components["schemas"]["Results"];
            /**
             * Verdict
             * @description what may be said of it, in plain English; too early while there is too little
             */
            verdict: string;
        };
        /**
         * PairedFigures
         * @description Differences A - B of pairs on identical inputs of which both outcomes are known.
         */
        PairedFigures: {
            /** Bootstrap High */
            bootstrap_high: number | null;
            /**
             * Bootstrap Low
             * @description 95 % percentile interval of the mean difference
             */
            bootstrap_low: number | null;
            /**
             * By Regime
             * @description at the entry; pairs without one are left out
             */
            by_regime: components["schemas"]["RegimeRow"][];
            /**
             * Curve
             * @description oldest first, about 500 at most
             */
            curve: components["schemas"]["CurvePairRow"][];
            /**
             * More Pairs Needed
             * @description until anything may be concluded; 0: enough
             */
            more_pairs_needed: number;
            /**
             * Pairs
             * @description complete ones
             */
            pairs: number;
            sign_test: components["schemas"]["SignTestRow"];
            t_test: components["schemas"]["PairedTRow"];
        };
        /**
         * PairedTRow
         * @description The paired t-test, two-sided, with a 95 % interval: valid where the number of pairs was settled beforehand.
         */
        PairedTRow: {
            /** Degrees Of Freedom */
            degrees_of_freedom: number | null;
            /** High */
            high: number | null;
            /** Low */
            low: number | null;
            /**
             * Mean
             * @description difference a pair, dollars
             */
            mean: number | null;
            /** P */
            p: number | null;
            /**
             * Reason
             * @description why it could not be made
             */
            reason: string;
            /** T */
            t: number | null;
        };
        /**
         * PairOutcome
         * @description What a trade came to.
         */
        PairOutcome: {
            /** Is Shadow */
            is_shadow: boolean;
            /**
             * Pnl
             * @description dollars
             */
            pnl: number;
        };
        /**
         * PairRow
         * @description Both engines on one signal.
         */
        PairRow: {
            /** @description null: it recommended nothing */
            a: components["schemas"]["WantedRow"] | null;
            /**
             * Agreement
             * @enum {string}
             */
            agreement: "same_contract" | "same_direction" | "opposite" | "only_a" | "only_b" | "neither";
            b: components["schemas"]["WantedRow"] | null;
            /**
             * Created At
             * Format: date-time
             */
            created_at: string;
            /**
             * Difference
             * @description dollars, A - B
             */
            difference: number | null;
            /**
             * Experiment Id
             * Format: uuid
             */
            experiment_id: string;
            /**
             * Is Identical
             * @description whether both looked at the same context
             */
            is_identical: boolean;
            /** @description null: not closed, if there ever was a trade */
            outcome_a: components["schemas"]["PairOutcome"] | null;
            outcome_b: components["schemas"]["PairOutcome"] | null;
            /**
             * Signal Id
             * Format: uuid
             */
            signal_id: string;
            /** Symbol */
            symbol: string;
        };
        /**
         * Performance
         * @description An account's figures.
         */
        Performance: {
            /** Items */
            items: components["schemas"]["FiguresRow"][];
        };
        /**
         * PerformanceSummary
         * @description An account's closed trades over a period. Tests are left out.
         * @example {
         *       "by_engine": [
         *         {
         *           "average_loss": {
         *             "reason": "every trade has won"
         *           },
         *           "average_win": {
         *             "reason": "",
         *             "value": 942
         *           },
         *           "expectancy": {
         *             "reason": "",
         *             "value": 942
         *           },
         *           "largest_loss": {
         *             "reason": "every trade has won"
         *           },
         *           "largest_win": {
         *             "reason": "",
         *             "value": 1584
         *           },
         *           "name": "A",
         *           "pnl": 1884,
         *           "profit_factor": {
         *             "reason": "nothing was lost"
         *           },
         *           "trades": 2,
         *           "win_rate": {
         *             "reason": "",
         *             "value": 100
         *           },
         *           "wins": 2
         *         }
         *       ],
         *       "by_hour": [
         *         {
         *           "average_loss": {
         *             "reason": "every trade has won"
         *           },
         *           "average_win": {
         *             "reason": "",
         *             "value": 942
         *           },
         *           "expectancy": {
         *             "reason": "",
         *             "value": 942
         *           },
         *           "largest_loss": {
         *             "reason": "every trade has won"
         *           },
         *           "largest_win": {
         *             "reason": "",
         *             "value": 1584
         *           },
         *           "name": "10",
         *           "pnl": 1884,
         *           "profit_factor": {
         *             "reason": "nothing was lost"
         *           },
         *           "trades": 2,
         *           "win_rate": {
         *             "reason": "",
         *             "value": 100
         *           },
         *           "wins": 2
         *         }
         *       ],
         *       "by_regime": [
         *         {
         *           "average_loss": {
         *             "reason": "every trade has won"
         *           },
         *           "average_win": {
         *             "reason": "",
         *             "value": 942
         *           },
         *           "expectancy": {
         *             "reason": "",
         *             "value": 942
         *           },
         *           "largest_loss": {
         *             "reason": "every trade has won"
         *           },
         *           "largest_win": {
         *             "reason": "",
         *             "value": 1584
         *           },
         *           "name": "trending",
         *           "pnl": 1884,
         *           "profit_factor": {
         *             "reason": "nothing was lost"
         *           },
         *           "trades": 2,
         *           "win_rate": {
         *             "reason": "",
         *             "value": 100
         *           },
         *           "wins": 2
         *         }
         *       ],
         *       "by_symbol": [
         *         {
         *           "average_loss": {
         *             "reason": "every trade has won"
         *           },
         *           "average_win": {
         *             "reason": "",
         *             "value": 942
         *           },
         *           "expectancy": {
         *             "reason": "",
         *             "value": 942
         *           },
         *           "largest_loss": {
         *             "reason": "every trade has won"
         *           },
         *           "largest_win": {
         *             "reason": "",
         *             "value": 1584
         *           },
         *           "name": "SPY",
         *           "pnl": 1884,
         *           "profit_factor": {
         *             "reason": "nothing was lost"
         *           },
         *           "trades": 2,
         *           "win_rate": {
         *             "reason": "",
         *             "value": 100
         *           },
         *           "wins": 2
         *         }
         *       ],
         *       "days": [
         *         {
         *           "day": "2026-02-13",
         *           "equity": 101884,
         *           "pnl": 1884,
         *           "return_percent": 1.884,
         *           "trades": 2
         *         }
         *       ],
         *       "distribution": [
         *         {
         *           "high": 500,
         *           "low": 0,
         *           "trades": 1
         *         }
         *       ],
         *       "equity": 101884,
         *       "is_shadow": false,
         *       "max_drawdown": {
         *         "amount": 0,
         *         "percent": 0
         *       },
         *       "opening_equity": 100000,
         *       "period": "1W",
         *       "return_percent": {
         *         "reason": "",
         *         "value": 1.884
         *       },
         *       "sharpe": {
         *         "reason": "",
         *         "value": 8.6947
         *       },
         *       "since": "2026-02-06T21:00:00Z",
         *       "sortino": {
         *         "reason": "no day lost anything"
         *       },
         *       "total": {
         *         "average_loss": {
         *           "reason": "every trade has won"
         *         },
         *         "average_win": {
         *           "reason": "",
         *           "value": 942
         *         },
         *         "expectancy": {
         *           "reason": "",
         *           "value": 942
         *         },
         *         "largest_loss": {
         *           "reason": "every trade has won"
         *         },
         *         "largest_win": {
         *           "reason": "",
         *           "value": 1584
         *         },
         *         "pnl": 1884,
         *         "profit_factor": {
         *           "reason": "nothing was lost"
         *         },
         *         "trades": 2,
         *         "win_rate": {
         *           "reason": "",
         *           "value": 100
         *         },
         *         "wins": 2
         *       },
         *       "until": "2026-02-13T21:00:00Z",
         *       "volatility_percent": {
         *         "reason": "",
         *         "value": 11.2207
         *       }
         *     }
         */
        PerformanceSummary: {
            /** By Engine */
            by_engine: components["schemas"]["GroupRow"][];
            /**
             * By Hour
             * @description the exchange's hour of the entry, 00 to 23
             */
            by_hour: components["schemas"]["GroupRow"][];
            /**
             * By Regime
             * @description at entry; trades without one are left out
             */
            by_regime: components["schemas"]["GroupRow"][];
            /** By Symbol */
            by_symbol: components["schemas"]["GroupRow"][];
            /**
             * Days
             * @description oldest first, the newest 1000 at most
             */
            days: components["schemas"]["DayRow"][];
            /**
             * Distribution
             * @description lowest first, in equal bins that have 0 for an edge
             */
            distribution: components["schemas"]["BinRow"][];
            /**
             * Equity
             * @description at its end
             */
            equity: number;
            /** Is Shadow */
            is_shadow: boolean;
            max_drawdown: components["schemas"]["DrawdownRow"];
            /**
             * Opening Equity
             * @description at the period's beginning: of closed trades, dollars
             */
            opening_equity: number;
            /**
             * Period
             * @enum {string}
             */
            period: "1D" | "1W" | "1M" | "3M" | "6M" | "1Y" | "ALL";
            return_percent: components["schemas"]["FigureRow"];
            /** @description of daily returns, a year of 252 sessions, risk-free rate 0 */
            sharpe: components["schemas"]["FigureRow"];
            /**
             * Since
             * Format: date-time
             */
            since: string;
            /** @description likewise, against the downside deviation from 0 */
            sortino: components["schemas"]["FigureRow"];
            total: components["schemas"]["SummaryRow"];
            /**
             * Until
             * Format: date-time
             */
            until: string;
            /** @description of daily returns, a year */
            volatility_percent: components["schemas"]["FigureRow"];
        };
        /**
         * PnlChange
         * @description What a restatement has changed of a day, dollars.
         */
        PnlChange: {
            /** Amount */
            amount: number;
            /**
             * Day
             * Format: date
             */
            day: string;
            /** Engine */
            engine: string;
            /** Symbol */
            symbol: string;
        };
        /**
         * PnlReport
         * @description Realised P&L of an account by day, underlying and engine, dollars.
         */
        PnlReport: {
            /** Account Id */
            account_id: string;
            /**
             * Known At
             * @description the moment that was asked for; null: now
             */
            known_at: string | null;
            /**
             * Realized Pnl
             * @description in all, as known then
             */
            realized_pnl: number;
            /** Realized Pnl Now */
            realized_pnl_now: number;
            /** Restated */
            restated: number;
            /**
             * Restatements
             * @description in the order in which they became known
             */
            restatements: components["schemas"]["RestatementRow"][];
            /**
             * Rows
             * @description by day, underlying and engine
             */
            rows: components["schemas"]["PnlRow"][];
        };
        /**
         * PnlRow
         * @description What the sales of a day have made in one underlying by one engine, dollars.
         */
        PnlRow: {
            /**
             * Day
             * Format: date
             * @description the exchange's date of the sales
             */
            day: string;
            /** Engine */
            engine: string;
            /**
             * Realized Pnl
             * @description as known then
             */
            realized_pnl: number;
            /** Realized Pnl Now */
            realized_pnl_now: number;
            /**
             * Restated
             * @description what it has changed by since then
             */
            restated: number;
            /**
             * Sales
             * @description closing fills that stood
             */
            sales: number;
            /**
             * Symbol
             * @description underlying
             */
            symbol: string;
        };
        /**
         * PolicyRow
         * @description Which engines trade and which one shadows.
         */
        PolicyRow: {
            /**
             * Created At
             * Format: date-time
             */
            created_at: string;
            /** Executed Engine */
            executed_engine: string | null;
            /** Executed Engines */
            executed_engines: string[];
            /** Execution Mode */
            execution_mode: string;
            /**
             * Policy Id
             * Format: uuid
             */
            policy_id: string;
            /** Policy Version */
            policy_version: string;
            /** Reason */
            reason: string;
            /** Shadow Engine */
            shadow_engine: string | null;
            /**
             * Shares
             * @description percent of the capital, by engine
             */
            shares: {
                [key: string]: number;
            };
        };
        /**
         * PositionChart
         * @description What a chart of a position shows. Bars are kept of the time in which `tapestream` ran.
         * @example {
         *       "contract": [
         *         {
         *           "at": "2026-02-13T15:30:00Z",
         *           "close": 3.78,
         *           "high": 3.81,
         *           "low": 3.49,
         *           "open": 3.52
         *         }
         *       ],
         *       "levels": [
         *         {
         *           "distance": 2.02,
         *           "distance_percent": 53.44,
         *           "pnl_percent": -50,
         *           "price": 1.76,
         *           "reason": "stop_loss",
         *           "side": "at_or_below",
         *           "takes": "all",
         *           "underlying_price": 591.87
         *         }
         *       ],
         *       "markers": [
         *         {
         *           "at": "2026-02-13T15:30:01Z",
         *           "id": "5b7d9f1e-3c2a-5d4e-8f6a-0c8b6d4e2f07",
         *           "kind": "fill",
         *           "price": 3.52,
         *           "quantity": 9,
         *           "what": "buy_to_open"
         *         }
         *       ],
         *       "option_symbol": "SPY260220C00596000",
         *       "position_id": "e2d4c6b8-1f3a-5c5d-9e7b-8a6f4d2c0b05",
         *       "since": "2026-02-13T15:00:01Z",
         *       "step_s": 60,
         *       "symbol": "SPY",
         *       "underlying": [
         *         {
         *           "at": "2026-02-13T15:30:00Z",
         *           "close": 597,
         *           "high": 597,
         *           "low": 596,
         *           "open": 596
         *         }
         *       ],
         *       "until": "2026-02-13T15:41:07Z"
         *     }
         */
        PositionChart: {
            /**
             * Contract
             * @description from its first purchase on
             */
            contract: components["schemas"]["ChartBar"][];
            /**
             * Levels
             * @description that an open position is armed with now
             */
            levels: components["schemas"]["ExitNow"][];
            /**
             * Markers
             * @description oldest first
             */
            markers: components["schemas"]["Marker"][];
            /** Option Symbol */
            option_symbol: string;
            /**
             * Position Id
             * Format: uuid
             */
            position_id: string;
            /**
             * Since
             * Format: date-time
             */
            since: string;
            /**
             * Step S
             * @description seconds a bar
             */
            step_s: number;
            /** Symbol */
            symbol: string;
            /**
             * Underlying
             * @description oldest first, about 500 at most
             */
            underlying: components["schemas"]["ChartBar"][];
            /**
             * Until
             * Format: date-time
             */
            until: string;
        };
        /**
         * PositionDetail
         * @description A position with its orders, fills and lineage.
         * @example {
         *       "account_id": "paper",
         *       "closing": {
         *         "ask": 3.8,
         *         "bid": 3.76,
         *         "expected_pnl": 234,
         *         "expected_price": 3.78,
         *         "mid": 3.78,
         *         "quoted_at": "2026-02-13T15:41:07Z"
         *       },
         *       "current_price": 3.78,
         *       "direction": "long",
         *       "due_at": "2026-02-18T15:30:01Z",
         *       "due_reason": "max_hold_time",
         *       "engine": "A",
         *       "entry_bias_score": 72,
         *       "entry_order_id": "3c9e5d1a-0b4f-5e62-8a77-1d2c3b4a5f04",
         *       "entry_price": 3.52,
         *       "entry_timestamp": "2026-02-13T15:30:01Z",
         *       "exits": [
         *         {
         *           "distance": 2.02,
         *           "distance_percent": 53.44,
         *           "pnl_percent": -50,
         *           "price": 1.76,
         *           "reason": "stop_loss",
         *           "side": "at_or_below",
         *           "takes": "all",
         *           "underlying_price": 591.87
         *         }
         *       ],
         *       "experiment_id": "7a1b3c5d-9e8f-5a6b-8c4d-2e0f1a3b5c06",
         *       "expiration": "2026-02-20",
         *       "fills": [
         *         {
         *           "account_id": "paper",
         *           "commission": 0,
         *           "created_at": "2026-02-13T15:30:01Z",
         *           "engine": "A",
         *           "experiment_id": "7a1b3c5d-9e8f-5a6b-8c4d-2e0f1a3b5c06",
         *           "fill_price": 3.52,
         *           "fill_quantity": 9,
         *           "fill_timestamp": "2026-02-13T15:30:01Z",
         *           "is_test": false,
         *           "option_symbol": "SPY260220C00596000",
         *           "order_id": "3c9e5d1a-0b4f-5e62-8a77-1d2c3b4a5f04",
         *           "position_id": "e2d4c6b8-1f3a-5c5d-9e7b-8a6f4d2c0b05",
         *           "side": "buy_to_open",
         *           "signal_id": "b1f7c3de-2a55-5a43-9a0c-7d8e6f5a4b03",
         *           "symbol": "SPY",
         *           "trade_id": "5b7d9f1e-3c2a-5d4e-8f6a-0c8b6d4e2f07"
         *         }
         *       ],
         *       "initial_quantity": 9,
         *       "is_test": false,
         *       "lineage": {
         *         "context_hash": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
         *         "decision_id": "6f0b4a52-93bb-5f0c-9d6c-0f2f3c1b8a01",
         *         "experiment_id": "7a1b3c5d-9e8f-5a6b-8c4d-2e0f1a3b5c06",
         *         "fill_ids": [
         *           "5b7d9f1e-3c2a-5d4e-8f6a-0c8b6d4e2f07"
         *         ],
         *         "order_ids": [
         *           "3c9e5d1a-0b4f-5e62-8a77-1d2c3b4a5f04"
         *         ],
         *         "proposal_id": "0d6c1f8e-7a44-5f07-8b5e-4c2a90f3d102",
         *         "signal_id": "b1f7c3de-2a55-5a43-9a0c-7d8e6f5a4b03"
         *       },
         *       "marked_at": "2026-02-13T15:41:07Z",
         *       "option_symbol": "SPY260220C00596000",
         *       "orders": [
         *         {
         *           "account_id": "paper",
         *           "client_order_id": "ts-3c9e5d1a0b4f",
         *           "created_at": "2026-02-13T15:30:00Z",
         *           "direction": "long",
         *           "engine": "A",
         *           "experiment_id": "7a1b3c5d-9e8f-5a6b-8c4d-2e0f1a3b5c06",
         *           "expiration": "2026-02-20",
         *           "expires_at": "2026-02-13T15:35:00Z",
         *           "filled_at": "2026-02-13T15:30:01Z",
         *           "is_test": false,
         *           "limit_price": 3.45,
         *           "option_symbol": "SPY260220C00596000",
         *           "order_id": "3c9e5d1a-0b4f-5e62-8a77-1d2c3b4a5f04",
         *           "order_type": "paper",
         *           "position_id": "e2d4c6b8-1f3a-5c5d-9e7b-8a6f4d2c0b05",
         *           "quantity": 9,
         *           "side": "buy_to_open",
         *           "signal_id": "b1f7c3de-2a55-5a43-9a0c-7d8e6f5a4b03",
         *           "status": "filled",
         *           "strike": 596,
         *           "symbol": "SPY",
         *           "type": "call"
         *         }
         *       ],
         *       "position_id": "e2d4c6b8-1f3a-5c5d-9e7b-8a6f4d2c0b05",
         *       "position_pnl_percent": 7.39,
         *       "quantity": 9,
         *       "signal_id": "b1f7c3de-2a55-5a43-9a0c-7d8e6f5a4b03",
         *       "status": "open",
         *       "strike": 596,
         *       "symbol": "SPY",
         *       "type": "call",
         *       "unrealized_pnl": 234
         *     }
         */
        PositionDetail: {
            /** Account Id */
            account_id: string;
            /** @description null unless it is held and its contract is quoted */
            closing?: components["schemas"]["ClosingNow"] | null;
            /**
             * Current Price
             * @description newest mark; null when none is known
             */
            current_price?: number | null;
            /**
             * Direction
             * @enum {string}
             */
            direction: "long" | "short";
            /**
             * Due At
             * @description when a time rule closes it
             */
            due_at?: string | null;
            /** Due Reason */
            due_reason?: string | null;
            /** Engine */
            engine: string | null;
            /** Entry Acceleration State Strength Delta */
            entry_acceleration_state_strength_delta?: number | null;
            /** Entry Bias Score */
            entry_bias_score?: number | null;
            /** Entry Macro Class */
            entry_macro_class?: string | null;
            /** Entry Mode Hint */
            entry_mode_hint?: string | null;
            /**
             * Entry Order Id
             * Format: uuid
             */
            entry_order_id: string;
            /** Entry Price */
            entry_price: number;
            /** Entry Regime Type */
            entry_regime_type?: string | null;
            /**
             * Entry Timestamp
             * Format: date-time
             */
            entry_timestamp: string;
            /**
             * Exit Codes
             * @description every reason it was reduced or closed for
             * @default []
             */
            exit_codes?: string[];
            /** Exit Order Id */
            exit_order_id?: string | null;
            /** Exit Price */
            exit_price?: number | null;
            /** Exit Reason */
            exit_reason?: string | null;
            /** Exit Timestamp */
            exit_timestamp?: string | null;
            /**
             * Exits
             * @description levels it is armed with now, lowest first
             * @default []
             */
            exits?: components["schemas"]["ExitNow"][];
            /** Experiment Id */
            experiment_id: string | null;
            /**
             * Expiration
             * Format: date
             */
            expiration: string;
            /**
             * Fills
             * @description oldest first
             */
            fills: components["schemas"]["FillRow"][];
            /**
             * Initial Quantity
             * @description contracts it was opened with
             */
            initial_quantity?: number | null;
            /** Is Test */
            is_test: boolean;
            lineage: components["schemas"]["LineageIds"];
            /**
             * Marked At
             * @description the time of the mark, on the tape
             */
            marked_at?: string | null;
            /** Option Symbol */
            option_symbol: string;
            /**
             * Orders
             * @description oldest first
             */
            orders: components["schemas"]["OrderRow"][];
            /**
             * Pnl R
             * @description realized_pnl over one percent of the cost
             */
            pnl_r?: number | null;
            /**
             * Position Id
             * Format: uuid
             */
            position_id: string;
            /**
             * Position Pnl Percent
             * @description of the entry price
             */
            position_pnl_percent?: number | null;
            /**
             * Quantity
             * @description contracts held; of a closed position, those it was opened with
             */
            quantity: number;
            /**
             * Realized Pnl
             * @description dollars, of the contracts sold so far
             */
            realized_pnl?: number | null;
            /**
             * Signal Id
             * Format: uuid
             */
            signal_id: string;
            /**
             * Status
             * @enum {string}
             */
            status: "open" | "closing" | "closed";
            /** Strike */
            strike: number;
            /** Symbol */
            symbol: string;
            /**
             * Type
             * @enum {string}
             */
            type: "call" | "put";
            /**
             * Unrealized Pnl
             * @description dollars, of the contracts held
             */
            unrealized_pnl?: number | null;
        };
        /**
         * Positioning
         * @description Gamma exposure, flow, max pain and walls of an underlying; null as far as nobody has told them.
         * @example {
         *       "as_of": "2026-02-13T15:29:59.870000Z",
         *       "at": "2026-02-13T15:30:00Z",
         *       "chain_at": "2026-02-13T15:29:00Z",
         *       "flow": {
         *         "call_bought": 12500000,
         *         "call_premium": 18400000,
         *         "call_sold": 5900000,
         *         "day": "2026-02-13",
         *         "entries": 214,
         *         "is_today": true,
         *         "netflow": 6300000,
         *         "put_bought": 4700000,
         *         "put_premium": 9100000,
         *         "put_sold": 4400000
         *       },
         *       "gex": {
         *         "age_s": 60,
         *         "computed": true,
         *         "dealer_position": "long_gamma",
         *         "max_pain": 595,
         *         "net_gex": 1250000000,
         *         "timestamp": "2026-02-13T15:29:00Z",
         *         "zero_gamma_distance_percent": 1.28,
         *         "zero_gamma_level": 588.4
         *       },
         *       "listed_contracts": 412,
         *       "max_pain": 595,
         *       "price": 596.02,
         *       "price_at": "2026-02-13T15:29:59.870000Z",
         *       "symbol": "SPY",
         *       "walls": {
         *         "call": 600,
         *         "put": 585
         *       }
         *     }
         */
        Positioning: {
            /**
             * As Of
             * @description newest time of anything that is known; null: nothing is
             */
            as_of: string | null;
            /**
             * At
             * Format: date-time
             * @description the platform's time of this answer
             */
            at: string;
            /** Chain At */
            chain_at: string | null;
            flow: components["schemas"]["FlowNow"] | null;
            gex: components["schemas"]["GexNow"] | null;
            /** Listed Contracts */
            listed_contracts: number;
            /** Max Pain */
            max_pain: number | null;
            /**
             * Nothing Since
             * @description where nothing is known: since when nothing has been heard
             */
            nothing_since: string | null;
            /**
             * Price
             * @description newest price, dollars a share
             */
            price: number | null;
            /** Price At */
            price_at: string | null;
            /** Symbol */
            symbol: string;
            /** @description of the chain; null without one, or without a price */
            walls: components["schemas"]["WallsNow"] | null;
        };
        /**
         * PositionOutcome
         * @description A position that was to be closed, and what became of it.
         */
        PositionOutcome: {
            /** Exit Price */
            exit_price?: number | null;
            /** Option Symbol */
            option_symbol: string;
            /**
             * Position Id
             * Format: uuid
             */
            position_id: string;
            /**
             * Quantity
             * @description contracts
             */
            quantity: number;
            /**
             * Realized Pnl
             * @description dollars
             */
            realized_pnl?: number | null;
            /**
             * Reason
             * @description why its exit failed
             */
            reason?: string | null;
            /**
             * Status
             * @description failed: its exit came to nothing
             * @enum {string}
             */
            status: "asked" | "closing" | "closed" | "failed";
            /** Symbol */
            symbol: string;
        };
        /**
         * PositionRow
         * @description A position, as the columns of `refactored_positions`; open and closing ones with their newest mark.
         */
        PositionRow: {
            /** Account Id */
            account_id: string;
            /**
             * Current Price
             * @description newest mark; null when none is known
             */
            current_price?: number | null;
            /**
             * Direction
             * @enum {string}
             */
            direction: "long" | "short";
            /**
             * Due At
             * @description when a time rule closes it
             */
            due_at?: string | null;
            /** Due Reason */
            due_reason?: string | null;
            /** Engine */
            engine: string | null;
            /** Entry Acceleration State Strength Delta */
            entry_acceleration_state_strength_delta?: number | null;
            /** Entry Bias Score */
            entry_bias_score?: number | null;
            /** Entry Macro Class */
            entry_macro_class?: string | null;
            /** Entry Mode Hint */
            entry_mode_hint?: string | null;
            /**
             * Entry Order Id
             * Format: uuid
             */
            entry_order_id: string;
            /** Entry Price */
            entry_price: number;
            /** Entry Regime Type */
            entry_regime_type?: string | null;
            /**
             * Entry Timestamp
             * Format: date-time
             */
            entry_timestamp: string;
            /**
             * Exit Codes
             * @description every reason it was reduced or closed for
             * @default []
             */
            exit_codes?: string[];
            /** Exit Order Id */
            exit_order_id?: string | null;
            /** Exit Price */
            exit_price?: number | null;
            /** Exit Reason */
            exit_reason?: string | null;
            /** Exit Timestamp */
            exit_timestamp?: string | null;
            /**
             * Exits
             * @description levels it is armed with now, lowest first; empty of the past, and while it is closing
             * @default []
             */
            exits?: components["schemas"]["ExitRow"][];
            /** Experiment Id */
            experiment_id: string | null;
            /**
             * Expiration
             * Format: date
             */
            expiration: string;
            /**
             * Initial Quantity
             * @description contracts it was opened with
             */
            initial_quantity?: number | null;
            /** Is Test */
            is_test: boolean;
            /**
             * Marked At
             * @description the time of the mark, on the tape
             */
            marked_at?: string | null;
            /** Option Symbol */
            option_symbol: string;
            /**
             * Pnl R
             * @description realized_pnl over one percent of the cost
             */
            pnl_r?: number | null;
            /**
             * Position Id
             * Format: uuid
             */
            position_id: string;
            /**
             * Position Pnl Percent
             * @description of the entry price
             */
            position_pnl_percent?: number | null;
            /**
             * Quantity
             * @description contracts held; of a closed position, those it was opened with
             */
            quantity: number;
            /**
             * Realized Pnl
             * @description dollars, of the contracts sold so far
             */
            realized_pnl?: number | null;
            /**
             * Signal Id
             * Format: uuid
             */
            signal_id: string;
            /**
             * Status
             * @enum {string}
             */
            status: "open" | "closing" | "closed";
            /** Strike */
            strike: number;
            /** Symbol */
            symbol: string;
            /**
             * Type
             * @enum {string}
             */
            type: "call" | "put";
            /**
             * Unrealized Pnl
             * @description dollars, of the contracts held
             */
            unrealized_pnl?: number | null;
        };
        /**
         * PositionTold
         * @description A position as it is now: it takes the place of what was told before.
         *
         *     `held` are those there are when the stream begins; `closed` is its outcome.
         */
        PositionTold: {
            /** Account Id */
            account_id: string;
            /**
             * Change
             * @enum {string}
             */
            change: "held" | "opened" | "changed" | "closing" | "closed";
            /**
             * Current Price
             * @description newest mark; null when none is known
             */
            current_price?: number | null;
            /**
             * Direction
             * @enum {string}
             */
            direction: "long" | "short";
            /**
             * Due At
             * @description when a time rule closes it
             */
            due_at?: string | null;
            /** Due Reason */
            due_reason?: string | null;
            /** Engine */
            engine: string | null;
            /** Entry Acceleration State Strength Delta */
            entry_acceleration_state_strength_delta?: number | null;
            /** Entry Bias Score */
            entry_bias_score?: number | null;
            /** Entry Macro Class */
            entry_macro_class?: string | null;
            /** Entry Mode Hint */
            entry_mode_hint?: string | null;
            /**
             * Entry Order Id
             * Format: uuid
             */
            entry_order_id: string;
            /** Entry Price */
            entry_price: number;
            /** Entry Regime Type */
            entry_regime_type?: string | null;
            /**
             * Entry Timestamp
             * Format: date-time
             */
            entry_timestamp: string;
            /**
             * Exit Codes
             * @description every reason it was reduced or closed for
             * @default []
             */
            exit_codes?: string[];
            /** Exit Order Id */
            exit_order_id?: string | null;
            /** Exit Price */
            exit_price?: number | null;
            /** Exit Reason */
            exit_reason?: string | null;
            /** Exit Timestamp */
            exit_timestamp?: string | null;
            /**
             * Exits
             * @description levels it is armed with now, lowest first; empty of the past, and while it is closing
             * @default []
             */
            exits?: components["schemas"]["ExitRow"][];
            /** Experiment Id */
            experiment_id: string | null;
            /**
             * Expiration
             * Format: date
             */
            expiration: string;
            /**
             * Initial Quantity
             * @description contracts it was opened with
             */
            initial_quantity?: number | null;
            /** Is Test */
            is_test: boolean;
            /**
             * Marked At
             * @description the time of the mark, on the tape
             */
            marked_at?: string | null;
            /** Option Symbol */
            option_symbol: string;
            /**
             * Pnl R
             * @description realized_pnl over one percent of the cost
             */
            pnl_r?: number | null;
            /**
             * Position Id
             * Format: uuid
             */
            position_id: string;
            /**
             * Position Pnl Percent
             * @description of the entry price
             */
            position_pnl_percent?: number | null;
            /**
             * Quantity
             * @description contracts held; of a closed position, those it was opened with
             */
            quantity: number;
            /**
             * Realized Pnl
             * @description dollars, of the contracts sold so far
             */
            realized_pnl?: number | null;
            /**
             * Signal Id
             * Format: uuid
             */
            signal_id: string;
            /**
             * Status
             * @enum {string}
             */
            status: "open" | "closing" | "closed";
            /** Strike */
            strike: number;
            /** Symbol */
            symbol: string;
            /**
             * Type
             * @enum {string}
             */
            type: "call" | "put";
            /**
             * Unrealized Pnl
             * @description dollars, of the contracts held
             */
            unrealized_pnl?: number | null;
        };
        /**
         * ProblemBody
         * @description RFC 9457. `type` is about:blank: `status` says all there is to say, `detail` the occasion.
         */
        ProblemBody: {
            /** Detail */
            detail: string;
            /**
             * Errors
             * @description by field, where fields are to blame
             */
            errors?: components["schemas"]["FieldError"][] | null;
            /** Status */
            status: number;
            /** Title */
            title: string;
            /**
             * Type
             * @default about:blank
             */
            type?: string;
        };
        /**
         * Readiness
         * @description Whether the platform does its work, and what keeps it from it.
         */
        Readiness: {
            /** Checks */
            checks: {
                [key: string]: components["schemas"]["Check"];
            };
            /**
             * Detail
             * @description what keeps it from being ready, in a sentence
             */
            detail: string;
            /**
             * Status
             * @description ready or not_ready
             */
            status: string;
            /** Workers */
            workers: components["schemas"]["WorkerState"][];
        };
        /**
         * RecommendationRow
         * @description What an engine would trade, and why.
         */
        RecommendationRow: {
            /** Direction */
            direction: string;
            /** Engine */
            engine: string;
            /** Entry Price */
            entry_price: number;
            /** Is Shadow */
            is_shadow: boolean;
            /** Option Symbol */
            option_symbol: string;
            /**
             * Quantity
             * @description contracts
             */
            quantity: number;
            /** Rationale */
            rationale: {
                [key: string]: unknown;
            };
        };
        /**
         * ReconciliationAsked
         * @description A comparison that is on its way: it will be listed under this id.
         */
        ReconciliationAsked: {
            /**
             * Reconciliation Id
             * Format: uuid
             */
            reconciliation_id: string;
        };
        /**
         * ReconciliationRow
         * @description A comparison of the broker with the books.
         */
        ReconciliationRow: {
            /** Account Id */
            account_id: string;
            /**
             * Cause
             * @enum {string}
             */
            cause: "start" | "period" | "gap" | "bust" | "manual";
            /**
             * Created At
             * Format: date-time
             */
            created_at: string;
            /** Differences */
            differences: components["schemas"]["Difference"][];
            /**
             * Orders
             * @description compared
             */
            orders: number;
            /**
             * Paused
             * @description underlyings in which nothing is opened until the two sides agree
             */
            paused: string[];
            /**
             * Positions
             * @description contracts compared; 0 also while the stages are behind
             */
            positions: number;
            /**
             * Reconciliation Id
             * Format: uuid
             */
            reconciliation_id: string;
        };
        /**
         * Redriving
         * @description Which letters to send again: by their ids, or all open ones that match every filter given.
         */
        Redriving: {
            /**
             * All
             * @description every open letter; needed where there is no filter
             * @default false
             */
            all?: boolean;
            /** Ids */
            ids?: string[] | null;
            /** Reader */
            reader?: string | null;
            /** Reason */
            reason?: ("undecodable" | "invalid" | "failed") | null;
            /** Since */
            since?: string | null;
            /** Topic */
            topic?: string | null;
        };
        /**
         * RefusalList
         * @description The gates that have refused signals, those that refused the most first.
         * @example {
         *       "items": [
         *         {
         *           "gate": "confluence",
         *           "signals": 12
         *         }
         *       ]
         *     }
         */
        RefusalList: {
            /** Items */
            items: components["schemas"]["Refusals"][];
        };
        /**
         * Refusals
         * @description How many signals a gate has refused. One that several refused counts for each.
         * @example {
         *       "gate": "confluence",
         *       "signals": 12
         *     }
         */
        Refusals: {
            /** Gate */
            gate: string;
            /** Signals */
            signals: number;
        };
        /**
         * Regime
         * @description What kind of market the bias and the dealers say this is.
         */
        Regime: {
            /**
             * Chop Score
             * @description 0 to 100
             */
            chop_score: number | null;
            /** Dealer Position */
            dealer_position: ("long_gamma" | "short_gamma" | "neutral") | null;
            /** Entry Mode Hint */
            entry_mode_hint: string | null;
            /** Macro Class */
            macro_class: string | null;
            /** Regime Type */
            regime_type: string | null;
        };
        /**
         * RegimeRow
         * @description Pairs that were entered in one regime.
         */
        RegimeRow: {
            /**
             * A
             * @description what A made of them, dollars
             */
            a: number;
            /** B */
            b: number;
            /** High */
            high: number | null;
            /**
             * Low
             * @description of the mean: holds however often it is read; null while it is unbounded
             */
            low: number | null;
            /**
             * Mean
             * @description difference a pair, dollars
             */
            mean: number | null;
            /**
             * Pairs
             * @description complete ones
             */
            pairs: number;
            /** Regime */
            regime: string;
            /** Verdict */
            verdict: string;
        };
        /**
         * RegisteredSchema
         * @description One version of a subject.
         */
        RegisteredSchema: {
            /** Id */
            id: number;
            /**
             * Schema
             * @description Avro as JSON text
             */
            schema: string;
            /**
             * Schematype
             * @default AVRO
             */
            schemaType?: string;
            /** Subject */
            subject: string;
            /** Version */
            version: number;
        };
        /**
         * RegistryErrorBody
         * @description What is wrong, in the registry's own words.
         */
        RegistryErrorBody: {
            /** Error Code */
            error_code: number;
            /** Message */
            message: string;
        };
        /**
         * Related
         * @description What belongs to the signal, by id.
         */
        Related: {
            /** Decision Id */
            decision_id: string | null;
            /** Experiment Id */
            experiment_id: string | null;
            /** Order Ids */
            order_ids: string[];
            /** Position Ids */
            position_ids: string[];
            /** Proposal Id */
            proposal_id: string | null;
            /** Shadow Trade Ids */
            shadow_trade_ids: string[];
        };
        /**
         * ReservationRow
         * @description Capacity held for an order that is on its way.
         */
        ReservationRow: {
            /** Engine */
            engine: string;
            /** Option Symbol */
            option_symbol: string;
            /** Order Id */
            order_id: string;
            /** Position Id */
            position_id: string;
            /** Price */
            price: number;
            /**
             * Quantity
             * @description contracts
             */
            quantity: number;
            /**
             * Symbol
             * @description underlying
             */
            symbol: string;
        };
        /**
         * RestatementRow
         * @description An event that has changed what could have been reported before it was known.
         */
        RestatementRow: {
            /** Amount */
            amount: number;
            /** Changes */
            changes: components["schemas"]["PnlChange"][];
            /**
             * Event Id
             * @description the broker's word on the execution where there is one, else the fill
             */
            event_id: string;
            /**
             * Is Included
             * @description whether it was known by then, so that realized_pnl has it
             */
            is_included: boolean;
            /**
             * Kind
             * @enum {string}
             */
            kind: "busted" | "corrected" | "adjusted" | "late_fill";
            /**
             * Known At
             * Format: date-time
             */
            known_at: string;
            /**
             * Occurred At
             * Format: date-time
             */
            occurred_at: string;
            /** Order Id */
            order_id: string;
            /** Position Id */
            position_id: string;
            /**
             * Undoes
             * @description the fill that is taken back, or the reason of an adjustment
             */
            undoes: string | null;
        };
        /**
         * Results
         * @description Engine A against engine B, on experiments in which the trades of both are closed; differences are A - B.
         */
        Results: {
            a: components["schemas"]["SampleFigures"];
            /** Alpha */
            alpha: number;
            b: components["schemas"]["SampleFigures"];
            /** Bootstrap High */
            bootstrap_high: number | null;
            /**
             * Bootstrap Low
             * @description percentile interval of the difference of means
             */
            bootstrap_low: number | null;
            /** Difference */
            difference: number | null;
            /**
             * Measure
             * @description pnl: dollars a trade; pnl_percent: of the cost, whatever the quantity
             * @enum {string}
             */
            measure: "pnl" | "pnl_percent";
            /**
             * Readable
             * @description whether there is enough to conclude from
             */
            readable: boolean;
            /** Reason */
            reason: string;
            sequential: components["schemas"]["SequentialTest"];
            welch: components["schemas"]["WelchTest"];
        };
        /**
         * RiskLimits
         * @description What an account may carry; null: no limit, or, of a control, as what lies under it.
         */
        RiskLimits: {
            /** Enabled */
            enabled?: boolean | null;
            /**
             * Max Daily Loss
             * @description dollars
             */
            max_daily_loss?: number | null;
            /**
             * Max Daily Trades
             * @description 0: no limit
             */
            max_daily_trades?: number | null;
            /**
             * Max Exposure Percent
             * @description of equity
             */
            max_exposure_percent?: number | null;
            /** Max Open Positions */
            max_open_positions?: number | null;
            /**
             * Max Position Size
             * @description contracts of an order
             */
            max_position_size?: number | null;
            /** Max Positions Per Symbol */
            max_positions_per_symbol?: number | null;
            /**
             * Max Total Exposure
             * @description dollars, at cost
             */
            max_total_exposure?: number | null;
        };
        /**
         * RiskLimitsControl
         * @description `risk_limits.default`, or `risk_limits.<account>`: fields that are null stay as they are.
         *
         *     Not enabled, limits on positions, exposure and the day block nothing. The kill switch and the portfolio guard do.
         */
        RiskLimitsControl: {
            /**
             * Enabled
             * @default true
             */
            enabled?: boolean;
            /** Max Daily Loss */
            max_daily_loss?: number | string | null;
            /** Max Daily Trades */
            max_daily_trades?: number | null;
            /** Max Exposure Percent */
            max_exposure_percent?: number | string | null;
            /** Max Open Positions */
            max_open_positions?: number | null;
            /** Max Position Size */
            max_position_size?: number | null;
            /** Max Positions Per Symbol */
            max_positions_per_symbol?: number | null;
            /** Max Total Exposure */
            max_total_exposure?: number | string | null;
        };
        /**
         * RiskLimitsInForce
         * @description Limits of an account, or those of all.
         */
        RiskLimitsInForce: {
            /**
             * Bounds
             * @description which numbers a change takes, by field
             */
            bounds: {
                [key: string]: components["schemas"]["Bounds"];
            };
            /** Changed At */
            changed_at?: string | null;
            /**
             * Changed By
             * @description null: never changed
             */
            changed_by?: string | null;
            configured: components["schemas"]["RiskLimits"];
            /** @description what was changed here; null: nothing */
            control?: components["schemas"]["RiskLimits"] | null;
            /** @description the control over the default one over what is configured */
            in_force: components["schemas"]["RiskLimits"];
            /**
             * Name
             * @description the control that changes them
             */
            name: string;
        };
        /**
         * RiskState
         * @description What an account may carry, what it carries, and what else keeps it from opening anything.
         */
        RiskState: {
            /** Account Id */
            account_id: string;
            /**
             * As Of
             * @description the moment that was asked for; null: now
             */
            as_of: string | null;
            /**
             * Changed By
             * @description controls that the configured limits are overlaid with, by name
             */
            changed_by: string[];
            /**
             * Day
             * @description the exchange's date that the day's figures are of
             */
            day: string | null;
            /** Equity */
            equity: number;
            /**
             * Is Enabled
             * @description whether limits on positions, exposure and the day block anything
             */
            is_enabled: boolean;
            /**
             * Is Halted
             * @description the kill switch, configured or thrown
             */
            is_halted: boolean;
            /** Limits */
            limits: components["schemas"]["LimitRow"][];
            /**
             * Paused
             * @description underlyings in which nothing is opened
             */
            paused: string[];
            /** Portfolio Guard */
            portfolio_guard: boolean;
        };
        /**
         * RiskTold
         * @description What an account carries, beside its limits in force.
         */
        RiskTold: {
            /** Account Id */
            account_id: string;
            /**
             * Enabled
             * @description false: limits on positions, exposure and the day block nothing
             */
            enabled: boolean;
            /**
             * Equity
             * @description dollars; null: nothing is known of the account yet
             */
            equity: number | null;
            /** Exposure */
            exposure: number | null;
            /**
             * Exposure Percent
             * @description of equity
             */
            exposure_percent: number | null;
            /**
             * Halted
             * @description the kill switch, of all accounts or this one
             */
            halted: boolean;
            /** Max Daily Loss */
            max_daily_loss: number;
            /**
             * Max Daily Trades
             * @description 0: any number
             */
            max_daily_trades: number;
            /** Max Exposure Percent */
            max_exposure_percent: number;
            /** Max Open Positions */
            max_open_positions: number;
            /** Max Position Size */
            max_position_size: number | null;
            /** Max Positions Per Symbol */
            max_positions_per_symbol: number;
            /** Max Total Exposure */
            max_total_exposure: number;
            /** Most Positions In A Symbol */
            most_positions_in_a_symbol: number | null;
            /** Open Positions */
            open_positions: number | null;
        };
        /**
         * SampleFigures
         * @description One engine's outcomes; null where there are too few.
         */
        SampleFigures: {
            /** Average Loss */
            average_loss: number | null;
            /** Average Win */
            average_win: number | null;
            /** Expectancy */
            expectancy: number | null;
            /** Mean */
            mean: number | null;
            /** N */
            n: number;
            /**
             * Sd
             * @description standard deviation of a sample
             */
            sd: number | null;
            /**
             * Win Rate
             * @description percent
             */
            win_rate: number | null;
        };
        /**
         * SchemaText
         * @description A schema by its id.
         */
        SchemaText: {
            /**
             * Schema
             * @description Avro as JSON text
             */
            schema: string;
        };
        /**
         * SequentialTest
         * @description The test that may be read at any time, however often: p stays valid, and all intervals hold at once.
         */
        SequentialTest: {
            /** High */
            high: number | null;
            /**
             * Low
             * @description of the mean difference; null while it is unbounded
             */
            low: number | null;
            /** P */
            p: number;
            /** Pairs */
            pairs: number;
            /** Readable */
            readable: boolean;
            /** Reason */
            reason: string;
        };
        /**
         * SessionNow
         * @description Where the platform's time lies in the exchange's day.
         */
        SessionNow: {
            /**
             * Day
             * Format: date
             */
            day: string;
            /**
             * Minutes To Close
             * @description null outside regular hours
             */
            minutes_to_close: number | null;
            /**
             * Next Open At
             * Format: date-time
             */
            next_open_at: string;
            /**
             * Phase
             * @enum {string}
             */
            phase: "regular" | "premarket" | "afterhours" | "closed";
        };
        /**
         * SessionsEnded
         * @description What was ended.
         */
        SessionsEnded: {
            /** Sessions Ended */
            sessions_ended: number;
        };
        /**
         * ShadowPositionRow
         * @description A shadow position, as the columns of `shadow_positions`; open ones at their newest mark.
         */
        ShadowPositionRow: {
            /** Account Id */
            account_id: string;
            /** Current Price */
            current_price: number | null;
            /**
             * Direction
             * @enum {string}
             */
            direction: "long" | "short";
            /** Engine */
            engine: string;
            /** Entry Acceleration State Strength Delta */
            entry_acceleration_state_strength_delta: number | null;
            /** Entry Bias Score */
            entry_bias_score: number | null;
            /** Entry Macro Class */
            entry_macro_class: string | null;
            /** Entry Mode Hint */
            entry_mode_hint: string | null;
            /** Entry Price */
            entry_price: number;
            /** Entry Regime Type */
            entry_regime_type: string | null;
            /**
             * Entry Timestamp
             * Format: date-time
             */
            entry_timestamp: string;
            /** Exit Codes */
            exit_codes: string[];
            /** Exit Price */
            exit_price: number | null;
            /** Exit Reason */
            exit_reason: string | null;
            /** Exit Timestamp */
            exit_timestamp: string | null;
            /**
             * Experiment Id
             * Format: uuid
             */
            experiment_id: string;
            /**
             * Expiration
             * Format: date
             */
            expiration: string;
            /**
             * Initial Quantity
             * @description contracts it was opened with
             */
            initial_quantity: number;
            /** Is Test */
            is_test: boolean;
            /**
             * Marked At
             * @description the time of the mark, on the tape
             */
            marked_at?: string | null;
            /** Option Symbol */
            option_symbol: string;
            /** Pnl R */
            pnl_r: number | null;
            /**
             * Position Pnl Percent
             * @description of the entry price
             */
            position_pnl_percent: number | null;
            /**
             * Quantity
             * @description contracts held; of a closed position, those it was opened with
             */
            quantity: number;
            /**
             * Realized Pnl
             * @description dollars, of the contracts sold so far
             */
            realized_pnl: number | null;
            /**
             * Shadow Position Id
             * Format: uuid
             */
            shadow_position_id: string;
            /**
             * Shadow Trade Id
             * Format: uuid
             */
            shadow_trade_id: string;
            /**
             * Signal Id
             * Format: uuid
             */
            signal_id: string;
            /**
             * Status
             * @enum {string}
             */
            status: "open" | "closing" | "closed";
            /** Strike */
            strike: number;
            /**
             * Symbol
             * @description underlying
             */
            symbol: string;
            /**
             * Type
             * @enum {string}
             */
            type: "call" | "put";
            /**
             * Unrealized Pnl
             * @description dollars, of the contracts held
             */
            unrealized_pnl: number | null;
        };
        /**
         * ShadowTradeRow
         * @description What the engine that does not trade would have traded, as the columns of `shadow_trades`.
         */
        ShadowTradeRow: {
            /** Account Id */
            account_id: string;
            /** Contributing Agents */
            contributing_agents: string[];
            /**
             * Created At
             * Format: date-time
             */
            created_at: string;
            /** Dealer Decision */
            dealer_decision: {
                [key: string]: unknown;
            } | null;
            /**
             * Direction
             * @enum {string}
             */
            direction: "long" | "short";
            /** Engine */
            engine: string;
            /**
             * Entry Price
             * @description at the time of the recommendation
             */
            entry_price: number;
            /**
             * Entry Timestamp
             * Format: date-time
             */
            entry_timestamp: string;
            /**
             * Experiment Id
             * Format: uuid
             */
            experiment_id: string;
            /**
             * Expiration
             * Format: date
             */
            expiration: string;
            /** Expires At */
            expires_at: string | null;
            /** Is Test */
            is_test: boolean;
            /**
             * Meta Confidence
             * @description 0 to 100
             */
            meta_confidence: number | null;
            /** Option Symbol */
            option_symbol: string;
            /**
             * Position Id
             * Format: uuid
             */
            position_id: string;
            /**
             * Quantity
             * @description contracts
             */
            quantity: number;
            /**
             * Shadow Trade Id
             * Format: uuid
             */
            shadow_trade_id: string;
            /**
             * Signal Id
             * Format: uuid
             */
            signal_id: string;
            /** Strike */
            strike: number;
            /**
             * Symbol
             * @description underlying
             */
            symbol: string;
            /**
             * Type
             * @enum {string}
             */
            type: "call" | "put";
        };
        /**
         * SignalDetail
         * @description A signal with what was sent, secrets removed.
         */
        SignalDetail: {
            /** Account Id */
            account_id: string;
            /** Confidence */
            confidence: number | null;
            /**
             * Created At
             * Format: date-time
             */
            created_at: string;
            /**
             * Direction
             * @enum {string}
             */
            direction: "long" | "short";
            /** Experiment Id */
            experiment_id: string | null;
            /** Is Test */
            is_test: boolean;
            /** Next Retry At */
            next_retry_at: string | null;
            /** Price */
            price: number | null;
            /** Processed */
            processed: boolean;
            /**
             * Processing Attempts
             * @description times it was tried again
             */
            processing_attempts: number;
            /** Queue Reason */
            queue_reason: string | null;
            /**
             * Queued At
             * @description since when it waits, or has waited
             */
            queued_at: string | null;
            /** Queued Until */
            queued_until: string | null;
            /**
             * Raw Payload
             * @description the alert as it was sent, without secrets
             */
            raw_payload?: unknown;
            /**
             * Rejection Reason
             * @description the code that stopped it
             */
            rejection_reason: string | null;
            /** Sequence Number */
            sequence_number: number | null;
            /** Signal Hash */
            signal_hash: string | null;
            /**
             * Signal Id
             * Format: uuid
             */
            signal_id: string;
            /**
             * Status
             * @enum {string}
             */
            status: "pending" | "approved" | "rejected";
            /** Symbol */
            symbol: string;
            /** Test Scenario */
            test_scenario: string | null;
            /** Test Session Id */
            test_session_id: string | null;
            /** Timeframe */
            timeframe: string;
            /**
             * Timestamp
             * Format: date-time
             * @description when the alert says it fired
             */
            timestamp: string;
        };
        /**
         * SignalListed
         * @description A signal, and what ended it.
         * @example {
         *       "account_id": "paper",
         *       "confidence": 72,
         *       "created_at": "2026-02-13T15:30:00Z",
         *       "direction": "long",
         *       "engine": "A",
         *       "experiment_id": "0d6c1f8e-7a44-5f07-8b5e-4c2a90f3d102",
         *       "gate": "confluence",
         *       "is_test": false,
         *       "price": 596.12,
         *       "processed": true,
         *       "processing_attempts": 0,
         *       "rejection_reason": "confluence_below_threshold",
         *       "says": "confluence 47, needed at least 50 points (3 short)",
         *       "sequence_number": 42,
         *       "signal_id": "b1f7c3de-2a55-5a43-9a0c-7d8e6f5a4b03",
         *       "status": "rejected",
         *       "symbol": "SPY",
         *       "timeframe": "5m",
         *       "timestamp": "2026-02-13T15:29:58Z"
         *     }
         */
        SignalListed: {
            /** Account Id */
            account_id: string;
            /** Confidence */
            confidence: number | null;
            /**
             * Created At
             * Format: date-time
             */
            created_at: string;
            /**
             * Direction
             * @enum {string}
             */
            direction: "long" | "short";
            /**
             * Engine
             * @description the engine that trades; where none does, the one assigned
             */
            engine: string | null;
            /** Experiment Id */
            experiment_id: string | null;
            /**
             * Gate
             * @description the gate that refused it
             */
            gate: string | null;
            /** Is Test */
            is_test: boolean;
            /** Next Retry At */
            next_retry_at: string | null;
            /** Price */
            price: number | null;
            /** Processed */
            processed: boolean;
            /**
             * Processing Attempts
             * @description times it was tried again
             */
            processing_attempts: number;
            /** Queue Reason */
            queue_reason: string | null;
            /**
             * Queued At
             * @description since when it waits, or has waited
             */
            queued_at: string | null;
            /** Queued Until */
            queued_until: string | null;
            /**
             * Rejection Reason
             * @description the code that stopped it
             */
            rejection_reason: string | null;
            /**
             * Says
             * @description what that gate saw, needed, and lacked
             */
            says: string | null;
            /** Sequence Number */
            sequence_number: number | null;
            /** Signal Hash */
            signal_hash: string | null;
            /**
             * Signal Id
             * Format: uuid
             */
            signal_id: string;
            /**
             * Status
             * @enum {string}
             */
            status: "pending" | "approved" | "rejected";
            /** Symbol */
            symbol: string;
            /** Test Scenario */
            test_scenario: string | null;
            /** Test Session Id */
            test_session_id: string | null;
            /** Timeframe */
            timeframe: string;
            /**
             * Timestamp
             * Format: date-time
             * @description when the alert says it fired
             */
            timestamp: string;
        };
        /**
         * SignalRow
         * @description A signal, as the columns of `signals`.
         */
        SignalRow: {
            /** Account Id */
            account_id: string;
            /** Confidence */
            confidence: number | null;
            /**
             * Created At
             * Format: date-time
             */
            created_at: string;
            /**
             * Direction
             * @enum {string}
             */
            direction: "long" | "short";
            /** Experiment Id */
            experiment_id: string | null;
            /** Is Test */
            is_test: boolean;
            /** Next Retry At */
            next_retry_at: string | null;
            /** Price */
            price: number | null;
            /** Processed */
            processed: boolean;
            /**
             * Processing Attempts
             * @description times it was tried again
             */
            processing_attempts: number;
            /** Queue Reason */
            queue_reason: string | null;
            /**
             * Queued At
             * @description since when it waits, or has waited
             */
            queued_at: string | null;
            /** Queued Until */
            queued_until: string | null;
            /**
             * Rejection Reason
             * @description the code that stopped it
             */
            rejection_reason: string | null;
            /** Sequence Number */
            sequence_number: number | null;
            /** Signal Hash */
            signal_hash: string | null;
            /**
             * Signal Id
             * Format: uuid
             */
            signal_id: string;
            /**
             * Status
             * @enum {string}
             */
            status: "pending" | "approved" | "rejected";
            /** Symbol */
            symbol: string;
            /** Test Scenario */
            test_scenario: string | null;
            /** Test Session Id */
            test_session_id: string | null;
            /** Timeframe */
            timeframe: string;
            /**
             * Timestamp
             * Format: date-time
             * @description when the alert says it fired
             */
            timestamp: string;
        };
        /**
         * SignTestRow
         * @description The sign test, exact and two-sided: how often A made more than B.
         */
        SignTestRow: {
            /** Ahead */
            ahead: number;
            /** Behind */
            behind: number;
            /**
             * P
             * @description null without a pair that is no tie
             */
            p: number | null;
            /** Ties */
            ties: number;
        };
        /**
         * SpanRow
         * @description A span by its name.
         * @example {
         *       "bins": [
         *         {
         *           "count": 9,
         *           "high": 20,
         *           "low": 10
         *         },
         *         {
         *           "count": 3,
         *           "high": 50,
         *           "low": 20
         *         }
         *       ],
         *       "count": 12,
         *       "longest": 40,
         *       "p50": 14,
         *       "p95": 31,
         *       "p99": 40,
         *       "reason": "",
         *       "span": "signal_to_decision"
         *     }
         */
        SpanRow: {
            /**
             * Bins
             * @description 1, 2, 5, 10 and so on, from the first to the last not empty
             */
            bins: components["schemas"]["BinOfLatencies"][];
            /**
             * Count
             * @description the newest 10000 at most
             */
            count: number;
            /** Longest */
            longest: number | null;
            /** P50 */
            p50: number | null;
            /** P95 */
            p95: number | null;
            /** P99 */
            p99: number | null;
            /**
             * Reason
             * @description why it cannot be measured; empty where it can
             */
            reason: string;
            /**
             * Span
             * @enum {string}
             */
            span: "webhook" | "signal_to_decision" | "signal_to_fill" | "tick_to_exit" | "exit_to_fill";
        };
        /**
         * StreamEvent
         * @description An event of the stream: the lines `event:`, `data:` (JSON, one line) and, of what can be resumed from, `id:`.
         */
        StreamEvent: {
            /**
             * Data
             * @description by the event, in the order of its list: order has two forms, by `change`
             */
            data: components["schemas"]["Hello"] | components["schemas"]["SignalRow"] | components["schemas"]["DecisionTold"] | components["schemas"]["OrderPlacedTold"] | components["schemas"]["OrderUpdatedTold"] | components["schemas"]["FillRow"] | components["schemas"]["PositionTold"] | components["schemas"]["MarkTold"] | components["schemas"]["MarketTold"] | components["schemas"]["CloseRequestTold"] | components["schemas"]["AccountTold"] | components["schemas"]["RiskTold"] | components["schemas"]["ControlRow"] | components["schemas"]["AlertTold"] | components["schemas"]["Heartbeat"] | {
                [key: string]: unknown;
            };
            /**
             * Event
             * @enum {string}
             */
            event: "hello" | "signal" | "decision" | "order" | "fill" | "position" | "mark" | "market" | "close_request" | "account" | "risk" | "control" | "alert" | "heartbeat";
            /**
             * Id
             * @description the cursor: the stream goes on after this event
             */
            id?: string | null;
        };
        /**
         * StrikeRow
         * @description What is open at a strike, over all expirations alive. Exposure is in dollars a percent move.
         */
        StrikeRow: {
            /** Call Gex */
            call_gex: number;
            /**
             * Call Open Interest
             * @description contracts
             */
            call_open_interest: number;
            /** Net Gex */
            net_gex: number;
            /**
             * Put Gex
             * @description not positive
             */
            put_gex: number;
            /**
             * Put Open Interest
             * @description contracts
             */
            put_open_interest: number;
            /** Strike */
            strike: number;
        };
        /**
         * SubjectVersion
         * @description Where a schema is.
         */
        SubjectVersion: {
            /** Subject */
            subject: string;
            /** Version */
            version: number;
        };
        /**
         * SummaryRow
         * @description What trades come to, dollars. A win made more than nothing.
         */
        SummaryRow: {
            /** @description of those that did not win, not positive */
            average_loss: components["schemas"]["FigureRow"];
            average_win: components["schemas"]["FigureRow"];
            /** @description dollars a trade */
            expectancy: components["schemas"]["FigureRow"];
            largest_loss: components["schemas"]["FigureRow"];
            largest_win: components["schemas"]["FigureRow"];
            /** Pnl */
            pnl: number;
            /** @description dollars won over dollars lost */
            profit_factor: components["schemas"]["FigureRow"];
            /** Trades */
            trades: number;
            /** @description percent */
            win_rate: components["schemas"]["FigureRow"];
            /** Wins */
            wins: number;
        };
        /**
         * Switch
         * @description One of the two switches that an account goes by.
         */
        Switch: {
            /** Changed At */
            changed_at?: string | null;
            /** Changed By */
            changed_by?: string | null;
            /**
             * Closing
             * @description what is held is closed
             * @default false
             */
            closing?: boolean;
            /** Halted */
            halted: boolean;
            /**
             * Kill Switch Id
             * @description of the change that set it so; null: never thrown
             */
            kill_switch_id?: string | null;
            /** Reason */
            reason?: string | null;
        };
        /**
         * SymbolBias
         * @description The newest bias of an underlying.
         * @example {
         *       "age_s": 300,
         *       "bias": "bullish",
         *       "bias_score": 72,
         *       "chop_score": 21,
         *       "confidence": 80,
         *       "entry_mode_hint": "breakout",
         *       "is_stale": false,
         *       "macro_class": "risk_on",
         *       "regime_type": "trending",
         *       "risk_multiplier": 1,
         *       "stale_after_s": 3600,
         *       "state_strength_delta": 0.4,
         *       "symbol": "SPY",
         *       "timeframes": {
         *         "1d": "neutral",
         *         "1h": "bullish",
         *         "5m": "bullish"
         *       },
         *       "timestamp": "2026-02-13T15:25:00Z",
         *       "trade_suppressed": false
         *     }
         */
        SymbolBias: {
            /**
             * Age S
             * @description seconds
             */
            age_s: number;
            /**
             * Bias
             * @enum {string}
             */
            bias: "bullish" | "bearish" | "neutral";
            /**
             * Bias Score
             * @description -100 to 100
             */
            bias_score: number;
            /**
             * Chop Score
             * @description 0 to 100
             */
            chop_score: number;
            /**
             * Confidence
             * @description 0 to 100
             */
            confidence: number;
            /** Entry Mode Hint */
            entry_mode_hint: string | null;
            /** Is Stale */
            is_stale: boolean;
            /** Macro Class */
            macro_class: string | null;
            /** Regime Type */
            regime_type: string | null;
            /**
             * Risk Multiplier
             * @description scales the quantity
             */
            risk_multiplier: number;
            /** Stale After S */
            stale_after_s: number;
            /**
             * State Strength Delta
             * @description acceleration of the state
             */
            state_strength_delta: number | null;
            /** Symbol */
            symbol: string;
            /** Timeframes */
            timeframes: {
                [key: string]: "bullish" | "bearish" | "neutral";
            };
            /**
             * Timestamp
             * Format: date-time
             */
            timestamp: string;
            /** Trade Suppressed */
            trade_suppressed: boolean;
        };
        /**
         * TableState
         * @description A table as the worker that owns it holds it.
         */
        TableState: {
            /**
             * Changelog End
             * @description end of the changelog, the sum of its partitions
             * @default 0
             */
            changelog_end?: number;
            /**
             * Records
             * @default 0
             */
            records?: number;
            /**
             * Watermark At
             * @description when the newest message that its records know was written to Kafka
             */
            watermark_at?: string | null;
        };
        /**
         * Throw
         * @description What the kill switch is to do.
         */
        Throw: {
            /**
             * Action
             * @description halt: nothing is opened; halt_and_close: and what is held is closed
             * @enum {string}
             */
            action: "halt" | "halt_and_close" | "resume";
            /** Reason */
            reason: string;
            /**
             * Scope
             * @description the caller's account, or every account
             * @default account
             * @enum {string}
             */
            scope?: "account" | "all";
        };
        /**
         * Thrown
         * @description The kill switch was thrown: durable, and in force from each partition's next event on.
         */
        Thrown: {
            /**
             * Action
             * @enum {string}
             */
            action: "halt" | "halt_and_close" | "resume";
            /**
             * Changed At
             * Format: date-time
             */
            changed_at: string;
            /** Changed By */
            changed_by: string;
            /**
             * Kill Switch Id
             * Format: uuid
             */
            kill_switch_id: string;
            /** Reason */
            reason: string | null;
            /**
             * Scope
             * @enum {string}
             */
            scope: "account" | "all";
            /**
             * Url
             * @description where its outcome stands
             */
            url: string;
        };
        /**
         * TokenIssued
         * @description A token to send as `Authorization: Bearer ...`.
         */
        TokenIssued: {
            /** Access Token */
            access_token: string;
            /**
             * Expires In
             * @description seconds
             */
            expires_in: number;
            /**
             * Token Type
             * @default bearer
             */
            token_type?: string;
        };
        /**
         * TopicState
         * @description The newest message of a topic.
         */
        TopicState: {
            /** Age S */
            age_s: number | null;
            /**
             * Messages
             * @description that it holds; of a compacted one also those that compaction has removed
             */
            messages: number;
            /** Offset */
            offset: number | null;
            /** Partition */
            partition: number | null;
            /**
             * Per S
             * @description messages a second since somebody asked before; null at the first time
             */
            per_s?: number | null;
            /** Topic */
            topic: string;
            /**
             * Written At
             * @description null: the topic is empty
             */
            written_at: string | null;
        };
        /**
         * TradeRow
         * @description A closed trade, as the columns of `trade_outcomes`.
         * @example {
         *       "account_id": "paper",
         *       "direction": "long",
         *       "duration_minutes": 59,
         *       "engine": "A",
         *       "entry_price": 3.52,
         *       "entry_time": "2026-02-13T15:30:01Z",
         *       "exit_codes": [
         *         "profit_target"
         *       ],
         *       "exit_price": 5.28,
         *       "exit_reason": "profit_target",
         *       "exit_time": "2026-02-13T16:30:00Z",
         *       "experiment_id": "7a1b3c5d-9e8f-5a6b-8c4d-2e0f1a3b5c06",
         *       "is_shadow": false,
         *       "is_test": false,
         *       "outcome_id": "1f2e3d4c-5b6a-5978-8a9b-0c1d2e3f4a09",
         *       "partial_exits": 0,
         *       "pnl": 1584,
         *       "pnl_percent": 50,
         *       "pnl_r": 50,
         *       "position_id": "e2d4c6b8-1f3a-5c5d-9e7b-8a6f4d2c0b05",
         *       "quantity": 9,
         *       "signal_id": "b1f7c3de-2a55-5a43-9a0c-7d8e6f5a4b03",
         *       "symbol": "SPY"
         *     }
         */
        TradeRow: {
            /** Account Id */
            account_id: string;
            /**
             * Direction
             * @enum {string}
             */
            direction: "long" | "short";
            /** Duration Minutes */
            duration_minutes: number;
            /**
             * Engine
             * @enum {string}
             */
            engine: "A" | "B";
            /** Entry Price */
            entry_price: number;
            /**
             * Entry Time
             * Format: date-time
             */
            entry_time: string;
            /**
             * Exit Codes
             * @description every reason it was reduced or closed for, in order
             */
            exit_codes: string[];
            /**
             * Exit Price
             * @description mean over its closing fills
             */
            exit_price: number;
            /** Exit Reason */
            exit_reason: string;
            /**
             * Exit Time
             * Format: date-time
             */
            exit_time: string;
            /**
             * Experiment Id
             * Format: uuid
             */
            experiment_id: string;
            /** Is Shadow */
            is_shadow: boolean;
            /** Is Test */
            is_test: boolean;
            /**
             * Outcome Id
             * Format: uuid
             */
            outcome_id: string;
            /** Partial Exits */
            partial_exits: number;
            /**
             * Pnl
             * @description dollars
             */
            pnl: number;
            /**
             * Pnl Percent
             * @description of the cost
             */
            pnl_percent: number;
            /**
             * Pnl R
             * @description P&L over one percent of the cost
             */
            pnl_r: number;
            /**
             * Position Id
             * Format: uuid
             */
            position_id: string;
            /**
             * Quantity
             * @description contracts it was opened with
             */
            quantity: number;
            /**
             * Signal Id
             * Format: uuid
             */
            signal_id: string;
            /**
             * Symbol
             * @description underlying
             */
            symbol: string;
        };
        /**
         * TradesCameTo
         * @description What closed trades come to. Tests and shadow trades are left out.
         */
        TradesCameTo: {
            /**
             * Pnl
             * @description dollars
             */
            pnl: number;
            /**
             * Profit Factor
             * @description dollars won over dollars lost; null when none was lost
             */
            profit_factor: number | null;
            /** Trades */
            trades: number;
            /**
             * Win Rate
             * @description percent; null without trades
             */
            win_rate: number | null;
            /** Wins */
            wins: number;
        };
        /**
         * Underlying
         * @description An underlying that is watched, held or known.
         */
        Underlying: {
            /**
             * Is Held
             * @description the caller holds contracts on it
             */
            is_held: boolean;
            /**
             * Is Known
             * @description false: nothing has been heard of it yet
             */
            is_known: boolean;
            /**
             * Is Watched
             * @description prices are asked for
             */
            is_watched: boolean;
            /** Symbol */
            symbol: string;
        };
        /**
         * UnderlyingDetail
         * @description An underlying: its chain by expiration, opening range and newest bars.
         * @example {
         *       "as_of": "2026-02-13T15:29:59.870000Z",
         *       "at": "2026-02-13T15:30:00Z",
         *       "bars": [
         *         {
         *           "close": 596.02,
         *           "high": 596.11,
         *           "low": 595.72,
         *           "open": 595.8,
         *           "start": "2026-02-13T15:25:00Z",
         *           "volume": 184200
         *         }
         *       ],
         *       "chain_at": "2026-02-13T15:29:00Z",
         *       "expirations": [
         *         {
         *           "call_open_interest": 182500,
         *           "call_volume": 50210,
         *           "contracts": 206,
         *           "expiration": "2026-02-20",
         *           "put_open_interest": 201400,
         *           "put_volume": 61877
         *         }
         *       ],
         *       "opening_range": {
         *         "day": "2026-02-13",
         *         "high": 597.1,
         *         "is_complete": true,
         *         "is_today": true,
         *         "low": 594.85,
         *         "minutes": 15,
         *         "volume": 4812000
         *       },
         *       "price": 596.02,
         *       "price_at": "2026-02-13T15:29:59.870000Z",
         *       "symbol": "SPY",
         *       "timeframe": "5m"
         *     }
         */
        UnderlyingDetail: {
            /**
             * As Of
             * @description newest time of anything that is known; null: nothing is
             */
            as_of: string | null;
            /**
             * At
             * Format: date-time
             * @description the platform's time of this answer
             */
            at: string;
            /**
             * Bars
             * @description oldest first, at most 65; the last is still being built
             */
            bars: components["schemas"]["BarRow"][];
            /** Chain At */
            chain_at: string | null;
            /**
             * Expirations
             * @description the nearest first
             */
            expirations: components["schemas"]["ExpirationRow"][];
            /**
             * Nothing Since
             * @description where nothing is known: since when nothing has been heard
             */
            nothing_since: string | null;
            opening_range: components["schemas"]["OpeningRangeNow"] | null;
            /**
             * Price
             * @description newest price, dollars a share
             */
            price: number | null;
            /** Price At */
            price_at: string | null;
            /** Symbol */
            symbol: string;
            /**
             * Timeframe
             * @enum {string}
             */
            timeframe: "1m" | "5m" | "15m" | "1h" | "1d";
        };
        /**
         * Underlyings
         * @description What may be asked about.
         * @example {
         *       "items": [
         *         {
         *           "is_held": false,
         *           "is_known": true,
         *           "is_watched": true,
         *           "symbol": "SPY"
         *         }
         *       ]
         *     }
         */
        Underlyings: {
            /**
             * Items
             * @description by symbol
             */
            items: components["schemas"]["Underlying"][];
        };
        /**
         * UserChange
         * @description What is to become of a user; what is left out stays.
         */
        UserChange: {
            /** Account Id */
            account_id?: string | null;
            /** Is Disabled */
            is_disabled?: boolean | null;
            /** Password */
            password?: string | null;
            /** Role */
            role?: ("viewer" | "trader" | "admin") | null;
        };
        /**
         * UserRow
         * @description Somebody who may log in.
         */
        UserRow: {
            /**
             * Account Id
             * @description the account whose signals, orders and positions it sees and trades
             */
            account_id: string;
            /**
             * Changed At
             * Format: date-time
             */
            changed_at: string;
            /**
             * Created At
             * Format: date-time
             */
            created_at: string;
            /** Is Disabled */
            is_disabled: boolean;
            /**
             * Role
             * @enum {string}
             */
            role: "viewer" | "trader" | "admin";
            /**
             * User Id
             * Format: uuid
             */
            user_id: string;
            /** Username */
            username: string;
        };
        /**
         * WallsNow
         * @description The strikes at which calls, and puts, carry most gamma.
         * @example {
         *       "call": 600,
         *       "put": 585
         *     }
         */
        WallsNow: {
            /** Call */
            call: number | null;
            /** Put */
            put: number | null;
        };
        /**
         * WantedRow
         * @description What an engine recommended.
         */
        WantedRow: {
            /**
             * Confidence
             * @description 0 to 100
             */
            confidence: number | null;
            /** Context Hash */
            context_hash: string;
            /** Direction */
            direction: string;
            /** Option Symbol */
            option_symbol: string;
            /**
             * Quantity
             * @description contracts
             */
            quantity: number;
        };
        /**
         * WebhookAccepted
         * @description The event is durable; a duplicate was so before.
         */
        WebhookAccepted: {
            /**
             * Accepted
             * @description ticks, contracts, trades or biases taken
             */
            accepted?: number | null;
            /** Is Test */
            is_test?: boolean | null;
            /** Processing Time Ms */
            processing_time_ms?: number | null;
            /**
             * Request Id
             * @description of this call
             */
            request_id: string;
            /**
             * Signal Id
             * @description of an alert; a duplicate's is the first one's
             */
            signal_id?: string | null;
            /**
             * Status
             * @enum {string}
             */
            status: "ACCEPTED" | "DUPLICATE";
            /** Test Session Id */
            test_session_id?: string | null;
            /**
             * Webhook Event Id
             * @description of this call's row in the log of calls
             */
            webhook_event_id?: string | null;
        };
        /**
         * WebhookAlive
         * @description Webhooks are taken here.
         */
        WebhookAlive: {
            /**
             * Message
             * @example Webhook endpoint is active
             */
            message: string;
            /**
             * Status
             * @constant
             */
            status: "ok";
            /**
             * Timestamp
             * @description the platform's time, ISO 8601
             */
            timestamp: string;
        };
        /**
         * WebhookEndpoint
         * @description An address that takes events for the account.
         * @example {
         *       "kind": "alert",
         *       "message": "{\"symbol\": \"{{ticker}}\", \"direction\": \"long\", \"timeframe\": \"{{interval}}\", \"price\": {{close}}, \"timestamp\": \"{{timenow}}\", \"secret\": \"…\"}",
         *       "name": "TradingView",
         *       "needs": "token",
         *       "says": "paste the message into an alert, once with the direction long and once with short",
         *       "url": "https://desk.example/webhook/…"
         *     }
         */
        WebhookEndpoint: {
            /**
             * Kind
             * @enum {string}
             */
            kind: "alert" | "bias" | "prices" | "chain" | "flow";
            /**
             * Message
             * @description to be sent as it is; what a sender fills in stands in double braces
             */
            message: string;
            /** Name */
            name: string;
            /**
             * Needs
             * @description what shows who sends; a signature is the header x-webhook-signature
             * @enum {string}
             */
            needs: "token" | "signature" | "token or signature" | "nothing";
            /**
             * Says
             * @description a few words for a person
             */
            says: string;
            /**
             * Url
             * @description as the caller of this route reaches the platform
             */
            url: string;
        };
        /**
         * WebhookEndpoints
         * @description Where the account's webhooks are.
         * @example {
         *       "items": [
         *         {
         *           "kind": "alert",
         *           "message": "{\"symbol\": \"{{ticker}}\", \"direction\": \"long\", \"timeframe\": \"{{interval}}\", \"price\": {{close}}, \"timestamp\": \"{{timenow}}\", \"secret\": \"…\"}",
         *           "name": "TradingView",
         *           "needs": "token",
         *           "says": "paste the message into an alert, once with the direction long and once with short",
         *           "url": "https://desk.example/webhook/…"
         *         }
         *       ],
         *       "shows_secrets": false
         *     }
         */
        WebhookEndpoints: {
            /**
             * Items
             * @description empty where no webhook leads to the caller's account
             */
            items: components["schemas"]["WebhookEndpoint"][];
            /**
             * Shows Secrets
             * @description false: … stands for each secret, as the caller may not trade
             */
            shows_secrets: boolean;
        };
        /**
         * WebhookEventDetail
         * @description A call with what was sent.
         * @example {
         *       "account_id": "paper",
         *       "created_at": "2026-02-13T15:30:00Z",
         *       "direction": "long",
         *       "event_id": "2b4d6f80-1a3c-4e5f-8071-92a3b4c5d60a",
         *       "is_test": false,
         *       "processing_time_ms": 6,
         *       "raw_payload": {
         *         "symbol": "SPY"
         *       },
         *       "request_id": "8c7b6a59-4837-4261-9504-f3e2d1c0b90b",
         *       "signal_id": "b1f7c3de-2a55-5a43-9a0c-7d8e6f5a4b03",
         *       "status": "accepted",
         *       "symbol": "SPY",
         *       "timeframe": "5m"
         *     }
         */
        WebhookEventDetail: {
            /** Account Id */
            account_id: string;
            /**
             * Created At
             * Format: date-time
             */
            created_at: string;
            /** Direction */
            direction: string | null;
            /** Error Message */
            error_message: string | null;
            /**
             * Event Id
             * Format: uuid
             */
            event_id: string;
            /** Is Test */
            is_test: boolean;
            /** Processing Time Ms */
            processing_time_ms: number | null;
            /**
             * Raw Payload
             * @description secrets removed; null where it is not kept
             */
            raw_payload?: unknown;
            /** Request Id */
            request_id: string | null;
            /**
             * Signal Id
             * @description of an accepted alert, or the one that a duplicate repeats
             */
            signal_id: string | null;
            /**
             * Status
             * @enum {string}
             */
            status: "accepted" | "duplicate" | "invalid_signature" | "invalid_payload" | "rate_limited" | "error";
            /** Symbol */
            symbol: string | null;
            /** Test Scenario */
            test_scenario: string | null;
            /** Test Session Id */
            test_session_id: string | null;
            /** Timeframe */
            timeframe: string | null;
        };
        /**
         * WebhookEventRow
         * @description A call of a webhook, as the columns of `webhook_events`.
         * @example {
         *       "account_id": "paper",
         *       "created_at": "2026-02-13T15:30:00Z",
         *       "direction": "long",
         *       "event_id": "2b4d6f80-1a3c-4e5f-8071-92a3b4c5d60a",
         *       "is_test": false,
         *       "processing_time_ms": 6,
         *       "request_id": "8c7b6a59-4837-4261-9504-f3e2d1c0b90b",
         *       "signal_id": "b1f7c3de-2a55-5a43-9a0c-7d8e6f5a4b03",
         *       "status": "accepted",
         *       "symbol": "SPY",
         *       "timeframe": "5m"
         *     }
         */
        WebhookEventRow: {
            /** Account Id */
            account_id: string;
            /**
             * Created At
             * Format: date-time
             */
            created_at: string;
            /** Direction */
            direction: string | null;
            /** Error Message */
            error_message: string | null;
            /**
             * Event Id
             * Format: uuid
             */
            event_id: string;
            /** Is Test */
            is_test: boolean;
            /** Processing Time Ms */
            processing_time_ms: number | null;
            /** Request Id */
            request_id: string | null;
            /**
             * Signal Id
             * @description of an accepted alert, or the one that a duplicate repeats
             */
            signal_id: string | null;
            /**
             * Status
             * @enum {string}
             */
            status: "accepted" | "duplicate" | "invalid_signature" | "invalid_payload" | "rate_limited" | "error";
            /** Symbol */
            symbol: string | null;
            /** Test Scenario */
            test_scenario: string | null;
            /** Test Session Id */
            test_session_id: string | null;
            /** Timeframe */
            timeframe: string | null;
        };
        /**
         * WebhookField
         * @description What is wrong with a field.
         */
        WebhookField: {
            /** Field */
            field: string;
            /** Message */
            message: string;
        };
        /**
         * WebhookRefused
         * @description Nothing was taken.
         */
        WebhookRefused: {
            /**
             * Details
             * @description field by field, of a 400
             */
            details?: components["schemas"]["WebhookField"][] | null;
            /**
             * Error
             * @example Invalid payload
             */
            error: string;
            /** Request Id */
            request_id: string;
            /**
             * Status
             * @enum {string}
             */
            status: "REJECTED" | "ERROR";
            /** Webhook Event Id */
            webhook_event_id: string;
        };
        /**
         * WelchTest
         * @description Welch's t-test of equal means, two-sided: valid where the number of pairs was settled beforehand.
         */
        WelchTest: {
            /** Degrees Of Freedom */
            degrees_of_freedom: number | null;
            /** P */
            p: number | null;
            /**
             * Reason
             * @description why it could not be made
             */
            reason: string;
            /** T */
            t: number | null;
        };
        /**
         * Why
         * @description The provenance of a decision, traded or not.
         */
        Why: {
            /** Agents */
            agents: components["schemas"]["AgentSaid"][];
            /**
             * Deciding
             * @description gates that blocked, the one that gave the reason first
             */
            deciding: components["schemas"]["GateWeighed"][];
            /** Engines */
            engines: components["schemas"]["EngineView"][];
            /**
             * Gates
             * @description in the order in which they were asked
             */
            gates: components["schemas"]["GateWeighed"][];
            inputs: components["schemas"]["Inputs"];
            /**
             * Messages
             * @description in the order in which they became known
             */
            messages: components["schemas"]["LoggedAt"][];
            related: components["schemas"]["Related"];
            /**
             * Shadow Gates
             * @description what the engine that does not trade met
             */
            shadow_gates: components["schemas"]["GateWeighed"][];
            /**
             * Signal Id
             * Format: uuid
             */
            signal_id: string;
            /**
             * Status
             * @enum {string}
             */
            status: "pending" | "approved" | "rejected";
            /**
             * Summary
             * @description one sentence
             */
            summary: string;
            /**
             * Unreached
             * @description not asked: of engines that held, then the account
             */
            unreached: components["schemas"]["GateUnreached"][];
        };
        /**
         * WorkerLine
         * @description A worker, and the watermarks of its tables.
         */
        WorkerLine: {
            /** Behind */
            behind: number;
            /** Name */
            name: string;
            /**
             * Recovering
             * @description records its tables have still to read; null: it has not said
             */
            recovering: number | null;
            /** Tables */
            tables: {
                [key: string]: components["schemas"]["TableState"];
            };
        };
        /**
         * WorkerState
         * @description A worker as its group and, where its metrics are known, it itself tells of it.
         */
        WorkerState: {
            /**
             * Behind
             * @description messages of its partitions that are not committed yet
             */
            behind: number;
            /**
             * Commit Age S
             * @description since the commit of one of its partitions with lag has moved: the longest
             */
            commit_age_s: number;
            /** Last Message At */
            last_message_at?: string | null;
            /** Name */
            name: string;
            /**
             * Partitions
             * @description of the topics that the stages read
             */
            partitions: number;
            /**
             * Recovering
             * @description records its tables have still to read
             */
            recovering?: number | null;
            /** Tables */
            tables?: {
                [key: string]: components["schemas"]["TableState"];
            };
        };
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    get_account: {
        parameters: {
            query?: {
                /** @description as it was known at that moment; now, when it is left out */
                as_of?: string | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AccountState"];
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    /** @description by quota: requests left (r), and seconds until it is whole again (t); with all answers */
                    RateLimit?: string;
                    /** @description by quota: its name, requests (q) and the seconds in which they come back (w); with all answers */
                    "RateLimit-Policy"?: string;
                    /** @description seconds to wait */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
        };
    };
    get_account_history: {
        parameters: {
            query?: {
                /** @description back from the platform's time; ALL: from the first trade on */
                period?: "1D" | "1W" | "1M" | "3M" | "6M" | "1Y" | "ALL";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AccountHistory"];
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    /** @description by quota: requests left (r), and seconds until it is whole again (t); with all answers */
                    RateLimit?: string;
                    /** @description by quota: its name, requests (q) and the seconds in which they come back (w); with all answers */
                    "RateLimit-Policy"?: string;
                    /** @description seconds to wait */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
        };
    };
    list_agents: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AgentList"];
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    /** @description by quota: requests left (r), and seconds until it is whole again (t); with all answers */
                    RateLimit?: string;
                    /** @description by quota: its name, requests (q) and the seconds in which they come back (w); with all answers */
                    "RateLimit-Policy"?: string;
                    /** @description seconds to wait */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
        };
    };
    get_agents: {
        parameters: {
            query?: {
                /** @description an agent's name */
                agent?: string | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Agents"];
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    /** @description by quota: requests left (r), and seconds until it is whole again (t); with all answers */
                    RateLimit?: string;
                    /** @description by quota: its name, requests (q) and the seconds in which they come back (w); with all answers */
                    "RateLimit-Policy"?: string;
                    /** @description seconds to wait */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
        };
    };
    list_api_keys: {
        parameters: {
            query?: {
                /** @description next_cursor of the page before */
                cursor?: string | null;
                /** @description csv and parquet give the rows as a file, up to 50000 of them when there is no limit */
                format?: "json" | "csv" | "parquet";
                /** @description rows at most */
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    /** @description of a file that holds not all: where the next begins */
                    Link?: string;
                    /** @description likewise, as a cursor */
                    "X-Next-Cursor"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_KeyRow_"];
                    "application/vnd.apache.parquet": string;
                    "text/csv": string;
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    /** @description by quota: requests left (r), and seconds until it is whole again (t); with all answers */
                    RateLimit?: string;
                    /** @description by quota: its name, requests (q) and the seconds in which they come back (w); with all answers */
                    "RateLimit-Policy"?: string;
                    /** @description seconds to wait */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
        };
    };
    add_api_key: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewKey"];
            };
        };
        responses: {
            /** @description Successful Response */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["KeyMade"];
                };
            };
            /** @description Bad Request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Request Entity Too Large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    /** @description by quota: requests left (r), and seconds until it is whole again (t); with all answers */
                    RateLimit?: string;
                    /** @description by quota: its name, requests (q) and the seconds in which they come back (w); with all answers */
                    "RateLimit-Policy"?: string;
                    /** @description seconds to wait */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
        };
    };
    revoke_api_key: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                key_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["KeyRow"];
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description There is no such key */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    /** @description by quota: requests left (r), and seconds until it is whole again (t); with all answers */
                    RateLimit?: string;
                    /** @description by quota: its name, requests (q) and the seconds in which they come back (w); with all answers */
                    "RateLimit-Policy"?: string;
                    /** @description seconds to wait */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
        };
    };
    get_bias_summary_by_its_old_path: {
        parameters: {
            query?: {
                /** @description underlying */
                symbol?: string | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["BiasSummary"];
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    /** @description by quota: requests left (r), and seconds until it is whole again (t); with all answers */
                    RateLimit?: string;
                    /** @description by quota: its name, requests (q) and the seconds in which they come back (w); with all answers */
                    "RateLimit-Policy"?: string;
                    /** @description seconds to wait */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
        };
    };
    send_chain: {
        parameters: {
            query?: never;
            header?: {
                /** @description the sender's name of the call, of letters, digits, - and _; an alert sent again under its name counts once */
                "X-Webhook-Id"?: string;
                /** @description HMAC-SHA256 of the body, hexadecimal; without it `secret` in the body is the token */
                "X-Webhook-Signature"?: string;
                /** @description Unix seconds, within 300 of now. With it and X-Webhook-Id, which come together, the signature is over `<id>.<seconds>.<body>`: a call that was listened in on is of no use to others */
                "X-Webhook-Timestamp"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    [key: string]: unknown;
                };
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WebhookAccepted"];
                };
            };
            /** @description Invalid payload */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WebhookRefused"];
                };
            };
            /** @description Neither signed nor with the token */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WebhookRefused"];
                };
            };
            /** @description Not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WebhookRefused"];
                };
            };
            /** @description Payload too large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WebhookRefused"];
                };
            };
            /** @description Too many requests: send it again after the seconds of Retry-After */
            429: {
                headers: {
                    /** @description by quota: requests left (r), and seconds until it is whole again (t); with all answers */
                    RateLimit?: string;
                    /** @description by quota: its name, requests (q) and the seconds in which they come back (w); with all answers */
                    "RateLimit-Policy"?: string;
                    /** @description seconds to wait */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WebhookRefused"];
                };
            };
            /** @description Not stored: send it again */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WebhookRefused"];
                };
            };
        };
    };
    send_flow: {
        parameters: {
            query?: never;
            header?: {
                /** @description the sender's name of the call, of letters, digits, - and _; an alert sent again under its name counts once */
                "X-Webhook-Id"?: string;
                /** @description HMAC-SHA256 of the body, hexadecimal; without it `secret` in the body is the token */
                "X-Webhook-Signature"?: string;
                /** @description Unix seconds, within 300 of now. With it and X-Webhook-Id, which come together, the signature is over `<id>.<seconds>.<body>`: a call that was listened in on is of no use to others */
                "X-Webhook-Timestamp"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    [key: string]: unknown;
                };
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WebhookAccepted"];
                };
            };
            /** @description Invalid payload */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WebhookRefused"];
                };
            };
            /** @description Neither signed nor with the token */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WebhookRefused"];
                };
            };
            /** @description Not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WebhookRefused"];
                };
            };
            /** @description Payload too large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WebhookRefused"];
                };
            };
            /** @description Too many requests: send it again after the seconds of Retry-After */
            429: {
                headers: {
                    /** @description by quota: requests left (r), and seconds until it is whole again (t); with all answers */
                    RateLimit?: string;
                    /** @description by quota: its name, requests (q) and the seconds in which they come back (w); with all answers */
                    "RateLimit-Policy"?: string;
                    /** @description seconds to wait */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WebhookRefused"];
                };
            };
            /** @description Not stored: send it again */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WebhookRefused"];
                };
            };
        };
    };
    send_bias: {
        parameters: {
            query?: never;
            header?: {
                /** @description the sender's name of the call, of letters, digits, - and _; an alert sent again under its name counts once */
                "X-Webhook-Id"?: string;
                /** @description HMAC-SHA256 of the body, hexadecimal; without it `secret` in the body is the token */
                "X-Webhook-Signature"?: string;
                /** @description Unix seconds, within 300 of now. With it and X-Webhook-Id, which come together, the signature is over `<id>.<seconds>.<body>`: a call that was listened in on is of no use to others */
                "X-Webhook-Timestamp"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    [key: string]: unknown;
                };
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WebhookAccepted"];
                };
            };
            /** @description Invalid payload */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WebhookRefused"];
                };
            };
            /** @description Neither signed nor with the token */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WebhookRefused"];
                };
            };
            /** @description Not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WebhookRefused"];
                };
            };
            /** @description Payload too large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WebhookRefused"];
                };
            };
            /** @description Too many requests: send it again after the seconds of Retry-After */
            429: {
                headers: {
                    /** @description by quota: requests left (r), and seconds until it is whole again (t); with all answers */
                    RateLimit?: string;
                    /** @description by quota: its name, requests (q) and the seconds in which they come back (w); with all answers */
                    "RateLimit-Policy"?: string;
                    /** @description seconds to wait */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WebhookRefused"];
                };
            };
            /** @description Not stored: send it again */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WebhookRefused"];
                };
            };
        };
    };
    send_prices: {
        parameters: {
            query?: never;
            header?: {
                /** @description the sender's name of the call, of letters, digits, - and _; an alert sent again under its name counts once */
                "X-Webhook-Id"?: string;
                /** @description HMAC-SHA256 of the body, hexadecimal; without it `secret` in the body is the token */
                "X-Webhook-Signature"?: string;
                /** @description Unix seconds, within 300 of now. With it and X-Webhook-Id, which come together, the signature is over `<id>.<seconds>.<body>`: a call that was listened in on is of no use to others */
                "X-Webhook-Timestamp"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    [key: string]: unknown;
                };
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WebhookAccepted"];
                };
            };
            /** @description Invalid payload */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WebhookRefused"];
                };
            };
            /** @description Neither signed nor with the token */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WebhookRefused"];
                };
            };
            /** @description Not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WebhookRefused"];
                };
            };
            /** @description Payload too large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WebhookRefused"];
                };
            };
            /** @description Too many requests: send it again after the seconds of Retry-After */
            429: {
                headers: {
                    /** @description by quota: requests left (r), and seconds until it is whole again (t); with all answers */
                    RateLimit?: string;
                    /** @description by quota: its name, requests (q) and the seconds in which they come back (w); with all answers */
                    "RateLimit-Policy"?: string;
                    /** @description seconds to wait */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WebhookRefused"];
                };
            };
            /** @description Not stored: send it again */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WebhookRefused"];
                };
            };
        };
    };
    list_audit: {
        parameters: {
            query?: {
                action?: string | null;
                actor?: string | null;
                /** @description next_cursor of the page before */
                cursor?: string | null;
                /** @description csv and parquet give the rows as a file, up to 50000 of them when there is no limit */
                format?: "json" | "csv" | "parquet";
                /** @description rows at most */
                limit?: number;
                /** @description at or after */
                since?: string | null;
                /** @description before */
                until?: string | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    /** @description of a file that holds not all: where the next begins */
                    Link?: string;
                    /** @description likewise, as a cursor */
                    "X-Next-Cursor"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_AuditRow_"];
                    "application/vnd.apache.parquet": string;
                    "text/csv": string;
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    /** @description by quota: requests left (r), and seconds until it is whole again (t); with all answers */
                    RateLimit?: string;
                    /** @description by quota: its name, requests (q) and the seconds in which they come back (w); with all answers */
                    "RateLimit-Policy"?: string;
                    /** @description seconds to wait */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
        };
    };
    verify_audit: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AuditVerdict"];
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    /** @description by quota: requests left (r), and seconds until it is whole again (t); with all answers */
                    RateLimit?: string;
                    /** @description by quota: its name, requests (q) and the seconds in which they come back (w); with all answers */
                    "RateLimit-Policy"?: string;
                    /** @description seconds to wait */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
        };
    };
    log_in: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Credentials"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TokenIssued"];
                };
            };
            /** @description Bad Request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Request Entity Too Large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Too many failed logins */
            429: {
                headers: {
                    /** @description by quota: requests left (r), and seconds until it is whole again (t); with all answers */
                    RateLimit?: string;
                    /** @description by quota: its name, requests (q) and the seconds in which they come back (w); with all answers */
                    "RateLimit-Policy"?: string;
                    /** @description seconds to wait */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
        };
    };
    log_out: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["LoggingOut"] | null;
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SessionsEnded"];
                };
            };
            /** @description Bad Request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Request Entity Too Large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    /** @description by quota: requests left (r), and seconds until it is whole again (t); with all answers */
                    RateLimit?: string;
                    /** @description by quota: its name, requests (q) and the seconds in which they come back (w); with all answers */
                    "RateLimit-Policy"?: string;
                    /** @description seconds to wait */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
        };
    };
    get_me: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Me"];
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    /** @description by quota: requests left (r), and seconds until it is whole again (t); with all answers */
                    RateLimit?: string;
                    /** @description by quota: its name, requests (q) and the seconds in which they come back (w); with all answers */
                    "RateLimit-Policy"?: string;
                    /** @description seconds to wait */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
        };
    };
    change_own_password: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewOwnPassword"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SessionsEnded"];
                };
            };
            /** @description Bad Request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Request Entity Too Large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Too many failed logins */
            429: {
                headers: {
                    /** @description by quota: requests left (r), and seconds until it is whole again (t); with all answers */
                    RateLimit?: string;
                    /** @description by quota: its name, requests (q) and the seconds in which they come back (w); with all answers */
                    "RateLimit-Policy"?: string;
                    /** @description seconds to wait */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
        };
    };
    get_bias_summary: {
        parameters: {
            query?: {
                /** @description underlying */
                symbol?: string | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["BiasSummary"];
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    /** @description by quota: requests left (r), and seconds until it is whole again (t); with all answers */
                    RateLimit?: string;
                    /** @description by quota: its name, requests (q) and the seconds in which they come back (w); with all answers */
                    "RateLimit-Policy"?: string;
                    /** @description seconds to wait */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
        };
    };
    get_broker: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                account_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["api__reconciliations__BrokerRow"];
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    /** @description by quota: requests left (r), and seconds until it is whole again (t); with all answers */
                    RateLimit?: string;
                    /** @description by quota: its name, requests (q) and the seconds in which they come back (w); with all answers */
                    "RateLimit-Policy"?: string;
                    /** @description seconds to wait */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
        };
    };
    get_compatibility: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/vnd.schemaregistry.v1+json": components["schemas"]["Compatibility"];
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/vnd.schemaregistry.v1+json": components["schemas"]["RegistryErrorBody"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/vnd.schemaregistry.v1+json": components["schemas"]["RegistryErrorBody"];
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/vnd.schemaregistry.v1+json": components["schemas"]["RegistryErrorBody"];
                };
            };
            /** @description Not a version */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/vnd.schemaregistry.v1+json": components["schemas"]["RegistryErrorBody"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    /** @description by quota: requests left (r), and seconds until it is whole again (t); with all answers */
                    RateLimit?: string;
                    /** @description by quota: its name, requests (q) and the seconds in which they come back (w); with all answers */
                    "RateLimit-Policy"?: string;
                    /** @description seconds to wait */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/vnd.schemaregistry.v1+json": components["schemas"]["RegistryErrorBody"];
                };
            };
        };
    };
    get_compatibility_of_subject: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                subject: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/vnd.schemaregistry.v1+json": components["schemas"]["Compatibility"];
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/vnd.schemaregistry.v1+json": components["schemas"]["RegistryErrorBody"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/vnd.schemaregistry.v1+json": components["schemas"]["RegistryErrorBody"];
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                    "application/vnd.schemaregistry.v1+json": components["schemas"]["RegistryErrorBody"];
                };
            };
            /** @description Not a version */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/vnd.schemaregistry.v1+json": components["schemas"]["RegistryErrorBody"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    /** @description by quota: requests left (r), and seconds until it is whole again (t); with all answers */
                    RateLimit?: string;
                    /** @description by quota: its name, requests (q) and the seconds in which they come back (w); with all answers */
                    "RateLimit-Policy"?: string;
                    /** @description seconds to wait */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/vnd.schemaregistry.v1+json": components["schemas"]["RegistryErrorBody"];
                };
            };
        };
    };
    list_control_changes: {
        parameters: {
            query?: {
                /** @description next_cursor of the page before */
                cursor?: string | null;
                /** @description csv and parquet give the rows as a file, up to 50000 of them when there is no limit */
                format?: "json" | "csv" | "parquet";
                /** @description rows at most */
                limit?: number;
                /** @description of one */
                name?: string | null;
                /** @description from then on */
                since?: string | null;
                /** @description before then */
                until?: string | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    /** @description of a file that holds not all: where the next begins */
                    Link?: string;
                    /** @description likewise, as a cursor */
                    "X-Next-Cursor"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_ControlChangeRow_"];
                    "application/vnd.apache.parquet": string;
                    "text/csv": string;
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    /** @description by quota: requests left (r), and seconds until it is whole again (t); with all answers */
                    RateLimit?: string;
                    /** @description by quota: its name, requests (q) and the seconds in which they come back (w); with all answers */
                    "RateLimit-Policy"?: string;
                    /** @description seconds to wait */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
        };
    };
    list_controls: {
        parameters: {
            query?: {
                /** @description as it was known at that moment; now, when it is left out */
                as_of?: string | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ControlList"];
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    /** @description by quota: requests left (r), and seconds until it is whole again (t); with all answers */
                    RateLimit?: string;
                    /** @description by quota: its name, requests (q) and the seconds in which they come back (w); with all answers */
                    "RateLimit-Policy"?: string;
                    /** @description seconds to wait */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
        };
    };
    get_control: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description exit_rules.default, risk_limits.paper, flag.enable_variant_b */
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ControlRead"];
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description There is no such control */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    /** @description by quota: requests left (r), and seconds until it is whole again (t); with all answers */
                    RateLimit?: string;
                    /** @description by quota: its name, requests (q) and the seconds in which they come back (w); with all answers */
                    "RateLimit-Policy"?: string;
                    /** @description seconds to wait */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
        };
    };
    change_control: {
        parameters: {
            query?: never;
            header?: {
                /** @description the ETag of what was read; 412 when it has changed since. Without it, and with *, it is replaced */
                "If-Match"?: string | null;
            };
            path: {
                /** @description exit_rules.default, risk_limits.paper, flag.enable_variant_b */
                name: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    [key: string]: unknown;
                };
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ControlRow"];
                };
            };
            /** @description Bad Request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description It has changed since it was read */
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Request Entity Too Large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    /** @description by quota: requests left (r), and seconds until it is whole again (t); with all answers */
                    RateLimit?: string;
                    /** @description by quota: its name, requests (q) and the seconds in which they come back (w); with all answers */
                    "RateLimit-Policy"?: string;
                    /** @description seconds to wait */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
        };
    };
    get_dashboard_metrics: {
        parameters: {
            query?: {
                /** @description back from the platform's time */
                period?: "1D" | "1W" | "1M" | "3M" | "6M" | "1Y" | "ALL";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DashboardMetrics"];
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    /** @description by quota: requests left (r), and seconds until it is whole again (t); with all answers */
                    RateLimit?: string;
                    /** @description by quota: its name, requests (q) and the seconds in which they come back (w); with all answers */
                    "RateLimit-Policy"?: string;
                    /** @description seconds to wait */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
        };
    };
    list_dead_letters: {
        parameters: {
            query?: {
                /** @description next_cursor of the page before */
                cursor?: string | null;
                /** @description csv and parquet give the rows as a file, up to 50000 of them when there is no limit */
                format?: "json" | "csv" | "parquet";
                /** @description rows at most */
                limit?: number;
                reader?: string | null;
                reason?: ("undecodable" | "invalid" | "failed") | null;
                since?: string | null;
                status?: ("open" | "redriven" | "discarded") | null;
                topic?: string | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    /** @description of a file that holds not all: where the next begins */
                    Link?: string;
                    /** @description likewise, as a cursor */
                    "X-Next-Cursor"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_DeadLetterRow_"];
                    "application/vnd.apache.parquet": string;
                    "text/csv": string;
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    /** @description by quota: requests left (r), and seconds until it is whole again (t); with all answers */
                    RateLimit?: string;
                    /** @description by quota: its name, requests (q) and the seconds in which they come back (w); with all answers */
                    "RateLimit-Policy"?: string;
                    /** @description seconds to wait */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
        };
    };
    get_dead_letter: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                dead_letter_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DeadLetterDetail"];
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    /** @description by quota: requests left (r), and seconds until it is whole again (t); with all answers */
                    RateLimit?: string;
                    /** @description by quota: its name, requests (q) and the seconds in which they come back (w); with all answers */
                    "RateLimit-Policy"?: string;
                    /** @description seconds to wait */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
        };
    };
    discard_dead_letter: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                dead_letter_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Discarding"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DealtRow"];
                };
            };
            /** @description Bad Request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Conflict */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Request Entity Too Large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    /** @description by quota: requests left (r), and seconds until it is whole again (t); with all answers */
                    RateLimit?: string;
                    /** @description by quota: its name, requests (q) and the seconds in which they come back (w); with all answers */
                    "RateLimit-Policy"?: string;
                    /** @description seconds to wait */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
        };
    };
    redrive_dead_letter: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                dead_letter_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DealtRow"];
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Conflict */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    /** @description by quota: requests left (r), and seconds until it is whole again (t); with all answers */
                    RateLimit?: string;
                    /** @description by quota: its name, requests (q) and the seconds in which they come back (w); with all answers */
                    "RateLimit-Policy"?: string;
                    /** @description seconds to wait */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
        };
    };
    redrive_dead_letters: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Redriving"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DealtList"];
                };
            };
            /** @description Bad Request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Request Entity Too Large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    /** @description by quota: requests left (r), and seconds until it is whole again (t); with all answers */
                    RateLimit?: string;
                    /** @description by quota: its name, requests (q) and the seconds in which they come back (w); with all answers */
                    "RateLimit-Policy"?: string;
                    /** @description seconds to wait */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
        };
    };
    list_decisions: {
        parameters: {
            query?: {
                /** @description one of the codes that stopped it */
                code?: string | null;
                /** @description next_cursor of the page before */
                cursor?: string | null;
                /** @description the engine that trades; where none does, the one assigned */
                engine?: ("A" | "B") | null;
                /** @description csv and parquet give the rows as a file, up to 50000 of them when there is no limit */
                format?: "json" | "csv" | "parquet";
                /** @description rows at most */
                limit?: number;
                /** @description from then on */
                since?: string | null;
                status?: ("approved" | "rejected") | null;
                /** @description underlying */
                symbol?: string | null;
                /** @description before then */
                until?: string | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    /** @description of a file that holds not all: where the next begins */
                    Link?: string;
                    /** @description likewise, as a cursor */
                    "X-Next-Cursor"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_DecisionDetail_"];
                    "application/vnd.apache.parquet": string;
                    "text/csv": string;
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    /** @description by quota: requests left (r), and seconds until it is whole again (t); with all answers */
                    RateLimit?: string;
                    /** @description by quota: its name, requests (q) and the seconds in which they come back (w); with all answers */
                    "RateLimit-Policy"?: string;
                    /** @description seconds to wait */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
        };
    };
    get_decision: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                decision_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DecisionDetail"];
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description The account has no such decision */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    /** @description by quota: requests left (r), and seconds until it is whole again (t); with all answers */
                    RateLimit?: string;
                    /** @description by quota: its name, requests (q) and the seconds in which they come back (w); with all answers */
                    "RateLimit-Policy"?: string;
                    /** @description seconds to wait */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
        };
    };
    get_exit_rules: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ExitRulesInForce"];
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    /** @description by quota: requests left (r), and seconds until it is whole again (t); with all answers */
                    RateLimit?: string;
                    /** @description by quota: its name, requests (q) and the seconds in which they come back (w); with all answers */
                    "RateLimit-Policy"?: string;
                    /** @description seconds to wait */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
        };
    };
    change_exit_rules: {
        parameters: {
            query?: never;
            header?: {
                /** @description the ETag of what was read; 412 when it has changed since. Without it, and with *, it is replaced */
                "If-Match"?: string | null;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ExitRulesControl"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ExitRulesInForce"];
                };
            };
            /** @description Bad Request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description It has changed since it was read */
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Request Entity Too Large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    /** @description by quota: requests left (r), and seconds until it is whole again (t); with all answers */
                    RateLimit?: string;
                    /** @description by quota: its name, requests (q) and the seconds in which they come back (w); with all answers */
                    "RateLimit-Policy"?: string;
                    /** @description seconds to wait */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
        };
    };
    get_symbol_exit_rules: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description an underlying, or default */
                symbol: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ExitRulesInForce"];
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description There are none of this name */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    /** @description by quota: requests left (r), and seconds until it is whole again (t); with all answers */
                    RateLimit?: string;
                    /** @description by quota: its name, requests (q) and the seconds in which they come back (w); with all answers */
                    "RateLimit-Policy"?: string;
                    /** @description seconds to wait */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
        };
    };
    change_symbol_exit_rules: {
        parameters: {
            query?: never;
            header?: {
                /** @description the ETag of what was read; 412 when it has changed since. Without it, and with *, it is replaced */
                "If-Match"?: string | null;
            };
            path: {
                /** @description an underlying, or default */
                symbol: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ExitRulesControl"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ExitRulesInForce"];
                };
            };
            /** @description Bad Request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description It has changed since it was read */
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Request Entity Too Large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    /** @description by quota: requests left (r), and seconds until it is whole again (t); with all answers */
                    RateLimit?: string;
                    /** @description by quota: its name, requests (q) and the seconds in which they come back (w); with all answers */
                    "RateLimit-Policy"?: string;
                    /** @description seconds to wait */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
        };
    };
    list_experiments: {
        parameters: {
            query?: {
                /** @description next_cursor of the page before */
                cursor?: string | null;
                /** @description csv and parquet give the rows as a file, up to 50000 of them when there is no limit */
                format?: "json" | "csv" | "parquet";
                /** @description rows at most */
                limit?: number;
                /** @description from then on */
                since?: string | null;
                /** @description underlying */
                symbol?: string | null;
                /** @description before then */
                until?: string | null;
                variant?: ("A" | "B") | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    /** @description of a file that holds not all: where the next begins */
                    Link?: string;
                    /** @description likewise, as a cursor */
                    "X-Next-Cursor"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_ExperimentRow_"];
                    "application/vnd.apache.parquet": string;
                    "text/csv": string;
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    /** @description by quota: requests left (r), and seconds until it is whole again (t); with all answers */
                    RateLimit?: string;
                    /** @description by quota: its name, requests (q) and the seconds in which they come back (w); with all answers */
                    "RateLimit-Policy"?: string;
                    /** @description seconds to wait */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
        };
    };
    get_experiment: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                experiment_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ExperimentDetail"];
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description The account has no such experiment */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    /** @description by quota: requests left (r), and seconds until it is whole again (t); with all answers */
                    RateLimit?: string;
                    /** @description by quota: its name, requests (q) and the seconds in which they come back (w); with all answers */
                    "RateLimit-Policy"?: string;
                    /** @description seconds to wait */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
        };
    };
    compare_engines_on_a_signal: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                experiment_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PairedComparison"];
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description The account has no such experiment */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    /** @description by quota: requests left (r), and seconds until it is whole again (t); with all answers */
                    RateLimit?: string;
                    /** @description by quota: its name, requests (q) and the seconds in which they come back (w); with all answers */
                    "RateLimit-Policy"?: string;
                    /** @description seconds to wait */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
        };
    };
    compare_engines: {
        parameters: {
            query?: {
                /** @description signals from then on */
                from?: string | null;
                /** @description underlying */
                symbol?: string | null;
                /** @description signals before then */
                to?: string | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PairedComparison"];
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    /** @description by quota: requests left (r), and seconds until it is whole again (t); with all answers */
                    RateLimit?: string;
                    /** @description by quota: its name, requests (q) and the seconds in which they come back (w); with all answers */
                    "RateLimit-Policy"?: string;
                    /** @description seconds to wait */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
        };
    };
    get_results: {
        parameters: {
            query?: {
                /** @description chance of seeing a difference where none is */
                alpha?: number;
                measure?: "pnl" | "pnl_percent";
                /** @description from then on */
                since?: string | null;
                /** @description underlying */
                symbol?: string | null;
                /** @description before then */
                until?: string | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Results"];
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    /** @description by quota: requests left (r), and seconds until it is whole again (t); with all answers */
                    RateLimit?: string;
                    /** @description by quota: its name, requests (q) and the seconds in which they come back (w); with all answers */
                    "RateLimit-Policy"?: string;
                    /** @description seconds to wait */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
        };
    };
    list_feature_flags: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FlagList"];
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    /** @description by quota: requests left (r), and seconds until it is whole again (t); with all answers */
                    RateLimit?: string;
                    /** @description by quota: its name, requests (q) and the seconds in which they come back (w); with all answers */
                    "RateLimit-Policy"?: string;
                    /** @description seconds to wait */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
        };
    };
    set_feature_flag: {
        parameters: {
            query?: never;
            header?: {
                /** @description the ETag of what was read; 412 when it has changed since. Without it, and with *, it is replaced */
                "If-Match"?: string | null;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["FlagSet"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FlagRow"];
                };
            };
            /** @description Bad Request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description It has changed since it was read */
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Request Entity Too Large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    /** @description by quota: requests left (r), and seconds until it is whole again (t); with all answers */
                    RateLimit?: string;
                    /** @description by quota: its name, requests (q) and the seconds in which they come back (w); with all answers */
                    "RateLimit-Policy"?: string;
                    /** @description seconds to wait */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
        };
    };
    change_feature_flag: {
        parameters: {
            query?: never;
            header?: {
                /** @description the ETag of what was read; 412 when it has changed since. Without it, and with *, it is replaced */
                "If-Match"?: string | null;
            };
            path: {
                flag: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["FlagValue"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FlagRow"];
                };
            };
            /** @description Bad Request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description It has changed since it was read */
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Request Entity Too Large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    /** @description by quota: requests left (r), and seconds until it is whole again (t); with all answers */
                    RateLimit?: string;
                    /** @description by quota: its name, requests (q) and the seconds in which they come back (w); with all answers */
                    "RateLimit-Policy"?: string;
                    /** @description seconds to wait */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
        };
    };
    get_gamma: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description underlying */
                symbol: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GammaContext"];
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Nothing is known of the symbol, and it is not watched */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    /** @description by quota: requests left (r), and seconds until it is whole again (t); with all answers */
                    RateLimit?: string;
                    /** @description by quota: its name, requests (q) and the seconds in which they come back (w); with all answers */
                    "RateLimit-Policy"?: string;
                    /** @description seconds to wait */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
        };
    };
    get_liveness: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Alive"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    /** @description by quota: requests left (r), and seconds until it is whole again (t); with all answers */
                    RateLimit?: string;
                    /** @description by quota: its name, requests (q) and the seconds in which they come back (w); with all answers */
                    "RateLimit-Policy"?: string;
                    /** @description seconds to wait */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
        };
    };
    get_readiness: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Readiness"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    /** @description by quota: requests left (r), and seconds until it is whole again (t); with all answers */
                    RateLimit?: string;
                    /** @description by quota: its name, requests (q) and the seconds in which they come back (w); with all answers */
                    "RateLimit-Policy"?: string;
                    /** @description seconds to wait */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Something it needs is not there */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Readiness"];
                };
            };
        };
    };
    list_closed_positions: {
        parameters: {
            query?: {
                /** @description next_cursor of the page before */
                cursor?: string | null;
                /** @description csv and parquet give the rows as a file, up to 50000 of them when there is no limit */
                format?: "json" | "csv" | "parquet";
                /** @description as it was known then; now, when left out */
                known_at?: string | null;
                /** @description rows at most */
                limit?: number;
                /** @description from then on */
                since?: string | null;
                /** @description underlying */
                symbol?: string | null;
                /** @description before then */
                until?: string | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    /** @description of a file that holds not all: where the next begins */
                    Link?: string;
                    /** @description likewise, as a cursor */
                    "X-Next-Cursor"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_PositionRow_"];
                    "application/vnd.apache.parquet": string;
                    "text/csv": string;
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    /** @description by quota: requests left (r), and seconds until it is whole again (t); with all answers */
                    RateLimit?: string;
                    /** @description by quota: its name, requests (q) and the seconds in which they come back (w); with all answers */
                    "RateLimit-Policy"?: string;
                    /** @description seconds to wait */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
        };
    };
    get_intel_snapshot: {
        parameters: {
            query?: {
                /** @description underlying */
                symbol?: string | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["IntelSnapshot"];
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Nothing is known of the symbol, and it is not watched */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    /** @description by quota: requests left (r), and seconds until it is whole again (t); with all answers */
                    RateLimit?: string;
                    /** @description by quota: its name, requests (q) and the seconds in which they come back (w); with all answers */
                    "RateLimit-Policy"?: string;
                    /** @description seconds to wait */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
        };
    };
    get_kill_switch: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["KillSwitchState"];
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    /** @description by quota: requests left (r), and seconds until it is whole again (t); with all answers */
                    RateLimit?: string;
                    /** @description by quota: its name, requests (q) and the seconds in which they come back (w); with all answers */
                    "RateLimit-Policy"?: string;
                    /** @description seconds to wait */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
        };
    };
    throw_kill_switch: {
        parameters: {
            query?: never;
            header?: {
                /** @description 1 to 255 visible ASCII characters, chosen anew for each request that is meant to have an effect; the same request under the same key gets the first answer again, for 24 hours */
                "Idempotency-Key"?: string | null;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Throw"];
            };
        };
        responses: {
            /** @description Successful Response */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Thrown"];
                };
            };
            /** @description The idempotency key is missing or has a form it must not have */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description A request with this key is still worked on, or it is too late for it */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Request Entity Too Large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    /** @description by quota: requests left (r), and seconds until it is whole again (t); with all answers */
                    RateLimit?: string;
                    /** @description by quota: its name, requests (q) and the seconds in which they come back (w); with all answers */
                    "RateLimit-Policy"?: string;
                    /** @description seconds to wait */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
        };
    };
    get_kill_switch_outcome: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                kill_switch_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["KillSwitchOutcome"];
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description No kill switch of the account has this id */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    /** @description by quota: requests left (r), and seconds until it is whole again (t); with all answers */
                    RateLimit?: string;
                    /** @description by quota: its name, requests (q) and the seconds in which they come back (w); with all answers */
                    "RateLimit-Policy"?: string;
                    /** @description seconds to wait */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
        };
    };
    get_metrics: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Prometheus' text */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example # HELP tapestream_consumer_lag_messages Messages that a group has not committed yet.
                     *     # TYPE tapestream_consumer_lag_messages gauge
                     *     tapestream_consumer_lag_messages{group="tapestream",topic="signals.v1",partition="0"} 0.0
                     */
                    "text/plain; version=1.0.0; charset=utf-8": string;
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    /** @description by quota: requests left (r), and seconds until it is whole again (t); with all answers */
                    RateLimit?: string;
                    /** @description by quota: its name, requests (q) and the seconds in which they come back (w); with all answers */
                    "RateLimit-Policy"?: string;
                    /** @description seconds to wait */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
        };
    };
    get_mode: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/vnd.schemaregistry.v1+json": components["schemas"]["Mode"];
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/vnd.schemaregistry.v1+json": components["schemas"]["RegistryErrorBody"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/vnd.schemaregistry.v1+json": components["schemas"]["RegistryErrorBody"];
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/vnd.schemaregistry.v1+json": components["schemas"]["RegistryErrorBody"];
                };
            };
            /** @description Not a version */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/vnd.schemaregistry.v1+json": components["schemas"]["RegistryErrorBody"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    /** @description by quota: requests left (r), and seconds until it is whole again (t); with all answers */
                    RateLimit?: string;
                    /** @description by quota: its name, requests (q) and the seconds in which they come back (w); with all answers */
                    "RateLimit-Policy"?: string;
                    /** @description seconds to wait */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/vnd.schemaregistry.v1+json": components["schemas"]["RegistryErrorBody"];
                };
            };
        };
    };
    get_monitoring: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Monitoring"];
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    /** @description by quota: requests left (r), and seconds until it is whole again (t); with all answers */
                    RateLimit?: string;
                    /** @description by quota: its name, requests (q) and the seconds in which they come back (w); with all answers */
                    "RateLimit-Policy"?: string;
                    /** @description seconds to wait */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
        };
    };
    get_monitoring_by_its_old_path: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Monitoring"];
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    /** @description by quota: requests left (r), and seconds until it is whole again (t); with all answers */
                    RateLimit?: string;
                    /** @description by quota: its name, requests (q) and the seconds in which they come back (w); with all answers */
                    "RateLimit-Policy"?: string;
                    /** @description seconds to wait */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
        };
    };
    get_latencies: {
        parameters: {
            query?: {
                /** @description back from now */
                hours?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LatenciesAnswer"];
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    /** @description by quota: requests left (r), and seconds until it is whole again (t); with all answers */
                    RateLimit?: string;
                    /** @description by quota: its name, requests (q) and the seconds in which they come back (w); with all answers */
                    "RateLimit-Policy"?: string;
                    /** @description seconds to wait */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
        };
    };
    get_order_request: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                request_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OrderRequestOutcome"];
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description The account has none of this */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    /** @description by quota: requests left (r), and seconds until it is whole again (t); with all answers */
                    RateLimit?: string;
                    /** @description by quota: its name, requests (q) and the seconds in which they come back (w); with all answers */
                    "RateLimit-Policy"?: string;
                    /** @description seconds to wait */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
        };
    };
    list_orders: {
        parameters: {
            query?: {
                /** @description next_cursor of the page before */
                cursor?: string | null;
                /** @description csv and parquet give the rows as a file, up to 50000 of them when there is no limit */
                format?: "json" | "csv" | "parquet";
                /** @description rows at most */
                limit?: number;
                /** @description from then on */
                since?: string | null;
                status?: ("pending_execution" | "accepted" | "partially_filled" | "filled" | "failed" | "canceled" | "expired" | "busted" | "corrected") | null;
                /** @description underlying */
                symbol?: string | null;
                /** @description before then */
                until?: string | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    /** @description of a file that holds not all: where the next begins */
                    Link?: string;
                    /** @description likewise, as a cursor */
                    "X-Next-Cursor"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_OrderRow_"];
                    "application/vnd.apache.parquet": string;
                    "text/csv": string;
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    /** @description by quota: requests left (r), and seconds until it is whole again (t); with all answers */
                    RateLimit?: string;
                    /** @description by quota: its name, requests (q) and the seconds in which they come back (w); with all answers */
                    "RateLimit-Policy"?: string;
                    /** @description seconds to wait */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
        };
    };
    place_order: {
        parameters: {
            query?: never;
            header?: {
                /** @description 1 to 255 visible ASCII characters, chosen anew for each request that is meant to have an effect; the same request under the same key gets the first answer again, for 24 hours */
                "Idempotency-Key"?: string | null;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["OrderWanted"];
            };
        };
        responses: {
            /** @description Successful Response */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OrderAccepted"];
                };
            };
            /** @description The idempotency key is missing or has a form it must not have */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description The account has none of this */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description A request with this key is still worked on, or it is too late for it */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Request Entity Too Large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    /** @description by quota: requests left (r), and seconds until it is whole again (t); with all answers */
                    RateLimit?: string;
                    /** @description by quota: its name, requests (q) and the seconds in which they come back (w); with all answers */
                    "RateLimit-Policy"?: string;
                    /** @description seconds to wait */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
        };
    };
    get_order: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                order_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OrderDetail"];
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description The account has no such order */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    /** @description by quota: requests left (r), and seconds until it is whole again (t); with all answers */
                    RateLimit?: string;
                    /** @description by quota: its name, requests (q) and the seconds in which they come back (w); with all answers */
                    "RateLimit-Policy"?: string;
                    /** @description seconds to wait */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
        };
    };
    cancel_order: {
        parameters: {
            query?: never;
            header?: {
                /** @description 1 to 255 visible ASCII characters, chosen anew for each request that is meant to have an effect; the same request under the same key gets the first answer again, for 24 hours */
                "Idempotency-Key"?: string | null;
            };
            path: {
                order_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CancelAccepted"];
                };
            };
            /** @description The idempotency key is missing or has a form it must not have */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description The account has none of this */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description A request with this key is still worked on, or it is too late for it */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    /** @description by quota: requests left (r), and seconds until it is whole again (t); with all answers */
                    RateLimit?: string;
                    /** @description by quota: its name, requests (q) and the seconds in which they come back (w); with all answers */
                    "RateLimit-Policy"?: string;
                    /** @description seconds to wait */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
        };
    };
    list_active_orders: {
        parameters: {
            query?: {
                /** @description next_cursor of the page before */
                cursor?: string | null;
                /** @description csv and parquet give the rows as a file, up to 50000 of them when there is no limit */
                format?: "json" | "csv" | "parquet";
                /** @description rows at most */
                limit?: number;
                /** @description underlying */
                symbol?: string | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    /** @description of a file that holds not all: where the next begins */
                    Link?: string;
                    /** @description likewise, as a cursor */
                    "X-Next-Cursor"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_OrderRow_"];
                    "application/vnd.apache.parquet": string;
                    "text/csv": string;
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    /** @description by quota: requests left (r), and seconds until it is whole again (t); with all answers */
                    RateLimit?: string;
                    /** @description by quota: its name, requests (q) and the seconds in which they come back (w); with all answers */
                    "RateLimit-Policy"?: string;
                    /** @description seconds to wait */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
        };
    };
    list_open_positions: {
        parameters: {
            query?: {
                /** @description as it was known at that moment; now, when it is left out */
                as_of?: string | null;
                /** @description next_cursor of the page before */
                cursor?: string | null;
                /** @description csv and parquet give the rows as a file, up to 50000 of them when there is no limit */
                format?: "json" | "csv" | "parquet";
                /** @description rows at most */
                limit?: number;
                /** @description underlying */
                symbol?: string | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    /** @description of a file that holds not all: where the next begins */
                    Link?: string;
                    /** @description likewise, as a cursor */
                    "X-Next-Cursor"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_PositionRow_"];
                    "application/vnd.apache.parquet": string;
                    "text/csv": string;
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    /** @description by quota: requests left (r), and seconds until it is whole again (t); with all answers */
                    RateLimit?: string;
                    /** @description by quota: its name, requests (q) and the seconds in which they come back (w); with all answers */
                    "RateLimit-Policy"?: string;
                    /** @description seconds to wait */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
        };
    };
    close_position: {
        parameters: {
            query?: never;
            header?: {
                /** @description 1 to 255 visible ASCII characters, chosen anew for each request that is meant to have an effect; the same request under the same key gets the first answer again, for 24 hours */
                "Idempotency-Key"?: string | null;
            };
            path: {
                position_id: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["Closing"] | null;
            };
        };
        responses: {
            /** @description Successful Response */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ClosingAccepted"];
                };
            };
            /** @description The idempotency key is missing or has a form it must not have */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description No open position of the account has this id */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description A request with this key is still worked on, or it is too late for it */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Request Entity Too Large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    /** @description by quota: requests left (r), and seconds until it is whole again (t); with all answers */
                    RateLimit?: string;
                    /** @description by quota: its name, requests (q) and the seconds in which they come back (w); with all answers */
                    "RateLimit-Policy"?: string;
                    /** @description seconds to wait */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
        };
    };
    list_fills: {
        parameters: {
            query?: {
                /** @description next_cursor of the page before */
                cursor?: string | null;
                /** @description csv and parquet give the rows as a file, up to 50000 of them when there is no limit */
                format?: "json" | "csv" | "parquet";
                /** @description rows at most */
                limit?: number;
                /** @description underlying */
                symbol?: string | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    /** @description of a file that holds not all: where the next begins */
                    Link?: string;
                    /** @description likewise, as a cursor */
                    "X-Next-Cursor"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_FillRow_"];
                    "application/vnd.apache.parquet": string;
                    "text/csv": string;
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    /** @description by quota: requests left (r), and seconds until it is whole again (t); with all answers */
                    RateLimit?: string;
                    /** @description by quota: its name, requests (q) and the seconds in which they come back (w); with all answers */
                    "RateLimit-Policy"?: string;
                    /** @description seconds to wait */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
        };
    };
    get_performance: {
        parameters: {
            query?: {
                dimension?: ("regime" | "mode" | "macro_class" | "engine" | "agent" | "exit_reason") | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Performance"];
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    /** @description by quota: requests left (r), and seconds until it is whole again (t); with all answers */
                    RateLimit?: string;
                    /** @description by quota: its name, requests (q) and the seconds in which they come back (w); with all answers */
                    "RateLimit-Policy"?: string;
                    /** @description seconds to wait */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
        };
    };
    get_performance_summary: {
        parameters: {
            query?: {
                /** @description trades of the engine that does not trade, instead */
                is_shadow?: boolean;
                /** @description back from the platform's time */
                period?: "1D" | "1W" | "1M" | "3M" | "6M" | "1Y" | "ALL";
                /** @description underlying */
                symbol?: string | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PerformanceSummary"];
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    /** @description by quota: requests left (r), and seconds until it is whole again (t); with all answers */
                    RateLimit?: string;
                    /** @description by quota: its name, requests (q) and the seconds in which they come back (w); with all answers */
                    "RateLimit-Policy"?: string;
                    /** @description seconds to wait */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
        };
    };
    get_positioning: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description underlying */
                symbol: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Positioning"];
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Nothing is known of the symbol, and it is not watched */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    /** @description by quota: requests left (r), and seconds until it is whole again (t); with all answers */
                    RateLimit?: string;
                    /** @description by quota: its name, requests (q) and the seconds in which they come back (w); with all answers */
                    "RateLimit-Policy"?: string;
                    /** @description seconds to wait */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
        };
    };
    get_position: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                position_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PositionDetail"];
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description The account has no such position */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    /** @description by quota: requests left (r), and seconds until it is whole again (t); with all answers */
                    RateLimit?: string;
                    /** @description by quota: its name, requests (q) and the seconds in which they come back (w); with all answers */
                    "RateLimit-Policy"?: string;
                    /** @description seconds to wait */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
        };
    };
    get_position_chart: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                position_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PositionChart"];
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description The account has no such position */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    /** @description by quota: requests left (r), and seconds until it is whole again (t); with all answers */
                    RateLimit?: string;
                    /** @description by quota: its name, requests (q) and the seconds in which they come back (w); with all answers */
                    "RateLimit-Policy"?: string;
                    /** @description seconds to wait */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
        };
    };
    list_reconciliations: {
        parameters: {
            query?: {
                /** @description next_cursor of the page before */
                cursor?: string | null;
                /** @description csv and parquet give the rows as a file, up to 50000 of them when there is no limit */
                format?: "json" | "csv" | "parquet";
                /** @description rows at most */
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    /** @description of a file that holds not all: where the next begins */
                    Link?: string;
                    /** @description likewise, as a cursor */
                    "X-Next-Cursor"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_ReconciliationRow_"];
                    "application/vnd.apache.parquet": string;
                    "text/csv": string;
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    /** @description by quota: requests left (r), and seconds until it is whole again (t); with all answers */
                    RateLimit?: string;
                    /** @description by quota: its name, requests (q) and the seconds in which they come back (w); with all answers */
                    "RateLimit-Policy"?: string;
                    /** @description seconds to wait */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
        };
    };
    ask_for_reconciliation: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ReconciliationAsked"];
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Conflict */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    /** @description by quota: requests left (r), and seconds until it is whole again (t); with all answers */
                    RateLimit?: string;
                    /** @description by quota: its name, requests (q) and the seconds in which they come back (w); with all answers */
                    "RateLimit-Policy"?: string;
                    /** @description seconds to wait */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
        };
    };
    get_pnl_report: {
        parameters: {
            query: {
                /** @description the exchange's date */
                from: string;
                /** @description as it was known then; as it is known now, when left out */
                known_at?: string | null;
                /** @description the exchange's date, itself included */
                to: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PnlReport"];
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    /** @description by quota: requests left (r), and seconds until it is whole again (t); with all answers */
                    RateLimit?: string;
                    /** @description by quota: its name, requests (q) and the seconds in which they come back (w); with all answers */
                    "RateLimit-Policy"?: string;
                    /** @description seconds to wait */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
        };
    };
    get_risk: {
        parameters: {
            query?: {
                /** @description as it was known at that moment; now, when it is left out */
                as_of?: string | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RiskState"];
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    /** @description by quota: requests left (r), and seconds until it is whole again (t); with all answers */
                    RateLimit?: string;
                    /** @description by quota: its name, requests (q) and the seconds in which they come back (w); with all answers */
                    "RateLimit-Policy"?: string;
                    /** @description seconds to wait */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
        };
    };
    get_risk_limits: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RiskLimitsInForce"];
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    /** @description by quota: requests left (r), and seconds until it is whole again (t); with all answers */
                    RateLimit?: string;
                    /** @description by quota: its name, requests (q) and the seconds in which they come back (w); with all answers */
                    "RateLimit-Policy"?: string;
                    /** @description seconds to wait */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
        };
    };
    change_risk_limits: {
        parameters: {
            query?: never;
            header?: {
                /** @description the ETag of what was read; 412 when it has changed since. Without it, and with *, it is replaced */
                "If-Match"?: string | null;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["RiskLimitsControl"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RiskLimitsInForce"];
                };
            };
            /** @description Bad Request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description It has changed since it was read */
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Request Entity Too Large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    /** @description by quota: requests left (r), and seconds until it is whole again (t); with all answers */
                    RateLimit?: string;
                    /** @description by quota: its name, requests (q) and the seconds in which they come back (w); with all answers */
                    "RateLimit-Policy"?: string;
                    /** @description seconds to wait */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
        };
    };
    get_account_risk_limits: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description an account, or default */
                account: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RiskLimitsInForce"];
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description There are none of this name */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    /** @description by quota: requests left (r), and seconds until it is whole again (t); with all answers */
                    RateLimit?: string;
                    /** @description by quota: its name, requests (q) and the seconds in which they come back (w); with all answers */
                    "RateLimit-Policy"?: string;
                    /** @description seconds to wait */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
        };
    };
    change_account_risk_limits: {
        parameters: {
            query?: never;
            header?: {
                /** @description the ETag of what was read; 412 when it has changed since. Without it, and with *, it is replaced */
                "If-Match"?: string | null;
            };
            path: {
                /** @description an account, or default */
                account: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["RiskLimitsControl"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RiskLimitsInForce"];
                };
            };
            /** @description Bad Request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description It has changed since it was read */
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Request Entity Too Large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    /** @description by quota: requests left (r), and seconds until it is whole again (t); with all answers */
                    RateLimit?: string;
                    /** @description by quota: its name, requests (q) and the seconds in which they come back (w); with all answers */
                    "RateLimit-Policy"?: string;
                    /** @description seconds to wait */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
        };
    };
    get_schema: {
        parameters: {
            query?: {
                subject?: string | null;
            };
            header?: never;
            path: {
                schema_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/vnd.schemaregistry.v1+json": components["schemas"]["SchemaText"];
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/vnd.schemaregistry.v1+json": components["schemas"]["RegistryErrorBody"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/vnd.schemaregistry.v1+json": components["schemas"]["RegistryErrorBody"];
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                    "application/vnd.schemaregistry.v1+json": components["schemas"]["RegistryErrorBody"];
                };
            };
            /** @description Not a version */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/vnd.schemaregistry.v1+json": components["schemas"]["RegistryErrorBody"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    /** @description by quota: requests left (r), and seconds until it is whole again (t); with all answers */
                    RateLimit?: string;
                    /** @description by quota: its name, requests (q) and the seconds in which they come back (w); with all answers */
                    "RateLimit-Policy"?: string;
                    /** @description seconds to wait */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/vnd.schemaregistry.v1+json": components["schemas"]["RegistryErrorBody"];
                };
            };
        };
    };
    get_schema_itself: {
        parameters: {
            query?: {
                subject?: string | null;
            };
            header?: never;
            path: {
                schema_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/vnd.schemaregistry.v1+json": {
                        [key: string]: unknown;
                    };
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/vnd.schemaregistry.v1+json": components["schemas"]["RegistryErrorBody"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/vnd.schemaregistry.v1+json": components["schemas"]["RegistryErrorBody"];
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                    "application/vnd.schemaregistry.v1+json": components["schemas"]["RegistryErrorBody"];
                };
            };
            /** @description Not a version */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/vnd.schemaregistry.v1+json": components["schemas"]["RegistryErrorBody"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    /** @description by quota: requests left (r), and seconds until it is whole again (t); with all answers */
                    RateLimit?: string;
                    /** @description by quota: its name, requests (q) and the seconds in which they come back (w); with all answers */
                    "RateLimit-Policy"?: string;
                    /** @description seconds to wait */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/vnd.schemaregistry.v1+json": components["schemas"]["RegistryErrorBody"];
                };
            };
        };
    };
    list_subjects_of_schema: {
        parameters: {
            query?: {
                subject?: string | null;
            };
            header?: never;
            path: {
                schema_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/vnd.schemaregistry.v1+json": string[];
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/vnd.schemaregistry.v1+json": components["schemas"]["RegistryErrorBody"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/vnd.schemaregistry.v1+json": components["schemas"]["RegistryErrorBody"];
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                    "application/vnd.schemaregistry.v1+json": components["schemas"]["RegistryErrorBody"];
                };
            };
            /** @description Not a version */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/vnd.schemaregistry.v1+json": components["schemas"]["RegistryErrorBody"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    /** @description by quota: requests left (r), and seconds until it is whole again (t); with all answers */
                    RateLimit?: string;
                    /** @description by quota: its name, requests (q) and the seconds in which they come back (w); with all answers */
                    "RateLimit-Policy"?: string;
                    /** @description seconds to wait */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/vnd.schemaregistry.v1+json": components["schemas"]["RegistryErrorBody"];
                };
            };
        };
    };
    list_versions_of_schema: {
        parameters: {
            query?: {
                subject?: string | null;
            };
            header?: never;
            path: {
                schema_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/vnd.schemaregistry.v1+json": components["schemas"]["SubjectVersion"][];
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/vnd.schemaregistry.v1+json": components["schemas"]["RegistryErrorBody"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/vnd.schemaregistry.v1+json": components["schemas"]["RegistryErrorBody"];
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                    "application/vnd.schemaregistry.v1+json": components["schemas"]["RegistryErrorBody"];
                };
            };
            /** @description Not a version */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/vnd.schemaregistry.v1+json": components["schemas"]["RegistryErrorBody"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    /** @description by quota: requests left (r), and seconds until it is whole again (t); with all answers */
                    RateLimit?: string;
                    /** @description by quota: its name, requests (q) and the seconds in which they come back (w); with all answers */
                    "RateLimit-Policy"?: string;
                    /** @description seconds to wait */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/vnd.schemaregistry.v1+json": components["schemas"]["RegistryErrorBody"];
                };
            };
        };
    };
    list_schema_types: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/vnd.schemaregistry.v1+json": string[];
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/vnd.schemaregistry.v1+json": components["schemas"]["RegistryErrorBody"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/vnd.schemaregistry.v1+json": components["schemas"]["RegistryErrorBody"];
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/vnd.schemaregistry.v1+json": components["schemas"]["RegistryErrorBody"];
                };
            };
            /** @description Not a version */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/vnd.schemaregistry.v1+json": components["schemas"]["RegistryErrorBody"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    /** @description by quota: requests left (r), and seconds until it is whole again (t); with all answers */
                    RateLimit?: string;
                    /** @description by quota: its name, requests (q) and the seconds in which they come back (w); with all answers */
                    "RateLimit-Policy"?: string;
                    /** @description seconds to wait */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/vnd.schemaregistry.v1+json": components["schemas"]["RegistryErrorBody"];
                };
            };
        };
    };
    list_shadow_positions: {
        parameters: {
            query?: {
                /** @description next_cursor of the page before */
                cursor?: string | null;
                /** @description csv and parquet give the rows as a file, up to 50000 of them when there is no limit */
                format?: "json" | "csv" | "parquet";
                /** @description rows at most */
                limit?: number;
                status?: ("open" | "closing" | "closed") | null;
                /** @description underlying */
                symbol?: string | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    /** @description of a file that holds not all: where the next begins */
                    Link?: string;
                    /** @description likewise, as a cursor */
                    "X-Next-Cursor"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_ShadowPositionRow_"];
                    "application/vnd.apache.parquet": string;
                    "text/csv": string;
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    /** @description by quota: requests left (r), and seconds until it is whole again (t); with all answers */
                    RateLimit?: string;
                    /** @description by quota: its name, requests (q) and the seconds in which they come back (w); with all answers */
                    "RateLimit-Policy"?: string;
                    /** @description seconds to wait */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
        };
    };
    list_shadow_trades: {
        parameters: {
            query?: {
                /** @description an agent's name */
                agent?: string | null;
                /** @description next_cursor of the page before */
                cursor?: string | null;
                /** @description csv and parquet give the rows as a file, up to 50000 of them when there is no limit */
                format?: "json" | "csv" | "parquet";
                /** @description rows at most */
                limit?: number;
                /** @description from then on */
                since?: string | null;
                /** @description underlying */
                symbol?: string | null;
                /** @description before then */
                until?: string | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    /** @description of a file that holds not all: where the next begins */
                    Link?: string;
                    /** @description likewise, as a cursor */
                    "X-Next-Cursor"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_ShadowTradeRow_"];
                    "application/vnd.apache.parquet": string;
                    "text/csv": string;
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    /** @description by quota: requests left (r), and seconds until it is whole again (t); with all answers */
                    RateLimit?: string;
                    /** @description by quota: its name, requests (q) and the seconds in which they come back (w); with all answers */
                    "RateLimit-Policy"?: string;
                    /** @description seconds to wait */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
        };
    };
    list_signals: {
        parameters: {
            query?: {
                /** @description next_cursor of the page before */
                cursor?: string | null;
                direction?: ("long" | "short") | null;
                /** @description the engine that trades; where none does, the one assigned */
                engine?: ("A" | "B") | null;
                /** @description csv and parquet give the rows as a file, up to 50000 of them when there is no limit */
                format?: "json" | "csv" | "parquet";
                /** @description a gate that refused it */
                gate?: string | null;
                /** @description tests alone, or without them */
                is_test?: boolean | null;
                /** @description rows at most */
                limit?: number;
                /** @description the code that stopped it */
                reason?: string | null;
                /** @description from then on */
                since?: string | null;
                status?: ("pending" | "approved" | "rejected") | null;
                /** @description underlying */
                symbol?: string | null;
                /** @description before then */
                until?: string | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    /** @description of a file that holds not all: where the next begins */
                    Link?: string;
                    /** @description likewise, as a cursor */
                    "X-Next-Cursor"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_SignalListed_"];
                    "application/vnd.apache.parquet": string;
                    "text/csv": string;
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    /** @description by quota: requests left (r), and seconds until it is whole again (t); with all answers */
                    RateLimit?: string;
                    /** @description by quota: its name, requests (q) and the seconds in which they come back (w); with all answers */
                    "RateLimit-Policy"?: string;
                    /** @description seconds to wait */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
        };
    };
    get_signal: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                signal_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Lineage"];
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description The account has no such signal */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    /** @description by quota: requests left (r), and seconds until it is whole again (t); with all answers */
                    RateLimit?: string;
                    /** @description by quota: its name, requests (q) and the seconds in which they come back (w); with all answers */
                    "RateLimit-Policy"?: string;
                    /** @description seconds to wait */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
        };
    };
    explain_signal: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                signal_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Why"];
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description The account has no such signal */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    /** @description by quota: requests left (r), and seconds until it is whole again (t); with all answers */
                    RateLimit?: string;
                    /** @description by quota: its name, requests (q) and the seconds in which they come back (w); with all answers */
                    "RateLimit-Policy"?: string;
                    /** @description seconds to wait */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
        };
    };
    count_refusals: {
        parameters: {
            query?: {
                /** @description from then on */
                since?: string | null;
                /** @description underlying */
                symbol?: string | null;
                /** @description before then */
                until?: string | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RefusalList"];
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    /** @description by quota: requests left (r), and seconds until it is whole again (t); with all answers */
                    RateLimit?: string;
                    /** @description by quota: its name, requests (q) and the seconds in which they come back (w); with all answers */
                    "RateLimit-Policy"?: string;
                    /** @description seconds to wait */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
        };
    };
    stream_events: {
        parameters: {
            query?: {
                /** @description `id` of the last event one has */
                cursor?: string | null;
            };
            header?: {
                /** @description the same; it goes before `cursor` */
                "last-event-id"?: string | null;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Events, each of this form, until one of both sides leaves */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/event-stream": string;
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    /** @description by quota: requests left (r), and seconds until it is whole again (t); with all answers */
                    RateLimit?: string;
                    /** @description by quota: its name, requests (q) and the seconds in which they come back (w); with all answers */
                    "RateLimit-Policy"?: string;
                    /** @description seconds to wait */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
        };
    };
    list_subjects: {
        parameters: {
            query?: {
                subjectPrefix?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/vnd.schemaregistry.v1+json": string[];
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/vnd.schemaregistry.v1+json": components["schemas"]["RegistryErrorBody"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/vnd.schemaregistry.v1+json": components["schemas"]["RegistryErrorBody"];
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/vnd.schemaregistry.v1+json": components["schemas"]["RegistryErrorBody"];
                };
            };
            /** @description Not a version */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/vnd.schemaregistry.v1+json": components["schemas"]["RegistryErrorBody"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    /** @description by quota: requests left (r), and seconds until it is whole again (t); with all answers */
                    RateLimit?: string;
                    /** @description by quota: its name, requests (q) and the seconds in which they come back (w); with all answers */
                    "RateLimit-Policy"?: string;
                    /** @description seconds to wait */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/vnd.schemaregistry.v1+json": components["schemas"]["RegistryErrorBody"];
                };
            };
        };
    };
    list_versions: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                subject: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/vnd.schemaregistry.v1+json": number[];
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/vnd.schemaregistry.v1+json": components["schemas"]["RegistryErrorBody"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/vnd.schemaregistry.v1+json": components["schemas"]["RegistryErrorBody"];
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                    "application/vnd.schemaregistry.v1+json": components["schemas"]["RegistryErrorBody"];
                };
            };
            /** @description Not a version */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/vnd.schemaregistry.v1+json": components["schemas"]["RegistryErrorBody"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    /** @description by quota: requests left (r), and seconds until it is whole again (t); with all answers */
                    RateLimit?: string;
                    /** @description by quota: its name, requests (q) and the seconds in which they come back (w); with all answers */
                    "RateLimit-Policy"?: string;
                    /** @description seconds to wait */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/vnd.schemaregistry.v1+json": components["schemas"]["RegistryErrorBody"];
                };
            };
        };
    };
    get_version: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                subject: string;
                version: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/vnd.schemaregistry.v1+json": components["schemas"]["RegisteredSchema"];
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/vnd.schemaregistry.v1+json": components["schemas"]["RegistryErrorBody"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/vnd.schemaregistry.v1+json": components["schemas"]["RegistryErrorBody"];
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                    "application/vnd.schemaregistry.v1+json": components["schemas"]["RegistryErrorBody"];
                };
            };
            /** @description Not a version */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/vnd.schemaregistry.v1+json": components["schemas"]["RegistryErrorBody"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    /** @description by quota: requests left (r), and seconds until it is whole again (t); with all answers */
                    RateLimit?: string;
                    /** @description by quota: its name, requests (q) and the seconds in which they come back (w); with all answers */
                    "RateLimit-Policy"?: string;
                    /** @description seconds to wait */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/vnd.schemaregistry.v1+json": components["schemas"]["RegistryErrorBody"];
                };
            };
        };
    };
    get_version_schema: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                subject: string;
                version: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/vnd.schemaregistry.v1+json": {
                        [key: string]: unknown;
                    };
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/vnd.schemaregistry.v1+json": components["schemas"]["RegistryErrorBody"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/vnd.schemaregistry.v1+json": components["schemas"]["RegistryErrorBody"];
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                    "application/vnd.schemaregistry.v1+json": components["schemas"]["RegistryErrorBody"];
                };
            };
            /** @description Not a version */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/vnd.schemaregistry.v1+json": components["schemas"]["RegistryErrorBody"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    /** @description by quota: requests left (r), and seconds until it is whole again (t); with all answers */
                    RateLimit?: string;
                    /** @description by quota: its name, requests (q) and the seconds in which they come back (w); with all answers */
                    "RateLimit-Policy"?: string;
                    /** @description seconds to wait */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/vnd.schemaregistry.v1+json": components["schemas"]["RegistryErrorBody"];
                };
            };
        };
    };
    list_trades: {
        parameters: {
            query?: {
                /** @description next_cursor of the page before */
                cursor?: string | null;
                engine?: ("A" | "B") | null;
                /** @description csv and parquet give the rows as a file, up to 50000 of them when there is no limit */
                format?: "json" | "csv" | "parquet";
                /** @description those of the engine that does not trade, instead */
                is_shadow?: boolean;
                /** @description rows at most */
                limit?: number;
                /** @description what closed it */
                reason?: ("profit_target" | "stop_loss" | "max_hold_time" | "min_dte_exit" | "total_loss" | "expired" | "deep_loss" | "near_expiration" | "partial_profit" | "trailing_stop" | "exit_intelligence" | "capacity_near_target" | "capacity_aged" | "manual" | "kill_switch") | null;
                /** @description from then on */
                since?: string | null;
                /** @description underlying */
                symbol?: string | null;
                /** @description before then */
                until?: string | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    /** @description of a file that holds not all: where the next begins */
                    Link?: string;
                    /** @description likewise, as a cursor */
                    "X-Next-Cursor"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_TradeRow_"];
                    "application/vnd.apache.parquet": string;
                    "text/csv": string;
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    /** @description by quota: requests left (r), and seconds until it is whole again (t); with all answers */
                    RateLimit?: string;
                    /** @description by quota: its name, requests (q) and the seconds in which they come back (w); with all answers */
                    "RateLimit-Policy"?: string;
                    /** @description seconds to wait */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
        };
    };
    list_underlyings: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Underlyings"];
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    /** @description by quota: requests left (r), and seconds until it is whole again (t); with all answers */
                    RateLimit?: string;
                    /** @description by quota: its name, requests (q) and the seconds in which they come back (w); with all answers */
                    "RateLimit-Policy"?: string;
                    /** @description seconds to wait */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
        };
    };
    get_underlying: {
        parameters: {
            query?: {
                /** @description of the bars */
                timeframe?: "1m" | "5m" | "15m" | "1h" | "1d";
            };
            header?: never;
            path: {
                /** @description underlying */
                symbol: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["UnderlyingDetail"];
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Nothing is known of the symbol, and it is not watched */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    /** @description by quota: requests left (r), and seconds until it is whole again (t); with all answers */
                    RateLimit?: string;
                    /** @description by quota: its name, requests (q) and the seconds in which they come back (w); with all answers */
                    "RateLimit-Policy"?: string;
                    /** @description seconds to wait */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
        };
    };
    list_users: {
        parameters: {
            query?: {
                /** @description next_cursor of the page before */
                cursor?: string | null;
                /** @description csv and parquet give the rows as a file, up to 50000 of them when there is no limit */
                format?: "json" | "csv" | "parquet";
                /** @description rows at most */
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    /** @description of a file that holds not all: where the next begins */
                    Link?: string;
                    /** @description likewise, as a cursor */
                    "X-Next-Cursor"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_UserRow_"];
                    "application/vnd.apache.parquet": string;
                    "text/csv": string;
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    /** @description by quota: requests left (r), and seconds until it is whole again (t); with all answers */
                    RateLimit?: string;
                    /** @description by quota: its name, requests (q) and the seconds in which they come back (w); with all answers */
                    "RateLimit-Policy"?: string;
                    /** @description seconds to wait */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
        };
    };
    add_user: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewUser"];
            };
        };
        responses: {
            /** @description Successful Response */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["UserRow"];
                };
            };
            /** @description Bad Request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description There is a user of that name */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Request Entity Too Large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    /** @description by quota: requests left (r), and seconds until it is whole again (t); with all answers */
                    RateLimit?: string;
                    /** @description by quota: its name, requests (q) and the seconds in which they come back (w); with all answers */
                    "RateLimit-Policy"?: string;
                    /** @description seconds to wait */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
        };
    };
    change_user: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                user_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["UserChange"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["UserRow"];
                };
            };
            /** @description Bad Request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description There is no such user */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description It is the last enabled admin */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Request Entity Too Large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    /** @description by quota: requests left (r), and seconds until it is whole again (t); with all answers */
                    RateLimit?: string;
                    /** @description by quota: its name, requests (q) and the seconds in which they come back (w); with all answers */
                    "RateLimit-Policy"?: string;
                    /** @description seconds to wait */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
        };
    };
    send_alert: {
        parameters: {
            query?: never;
            header?: {
                /** @description the sender's name of the call, of letters, digits, - and _; an alert sent again under its name counts once */
                "X-Webhook-Id"?: string;
                /** @description HMAC-SHA256 of the body, hexadecimal; without it `secret` in the body is the token */
                "X-Webhook-Signature"?: string;
                /** @description Unix seconds, within 300 of now. With it and X-Webhook-Id, which come together, the signature is over `<id>.<seconds>.<body>`: a call that was listened in on is of no use to others */
                "X-Webhook-Timestamp"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    [key: string]: unknown;
                };
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WebhookAccepted"];
                };
            };
            /** @description Invalid payload */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WebhookRefused"];
                };
            };
            /** @description Neither signed nor with the token */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WebhookRefused"];
                };
            };
            /** @description Not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WebhookRefused"];
                };
            };
            /** @description Payload too large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WebhookRefused"];
                };
            };
            /** @description Too many requests: send it again after the seconds of Retry-After */
            429: {
                headers: {
                    /** @description by quota: requests left (r), and seconds until it is whole again (t); with all answers */
                    RateLimit?: string;
                    /** @description by quota: its name, requests (q) and the seconds in which they come back (w); with all answers */
                    "RateLimit-Policy"?: string;
                    /** @description seconds to wait */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WebhookRefused"];
                };
            };
            /** @description Not stored: send it again */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WebhookRefused"];
                };
            };
        };
    };
    list_webhook_endpoints: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WebhookEndpoints"];
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    /** @description by quota: requests left (r), and seconds until it is whole again (t); with all answers */
                    RateLimit?: string;
                    /** @description by quota: its name, requests (q) and the seconds in which they come back (w); with all answers */
                    "RateLimit-Policy"?: string;
                    /** @description seconds to wait */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
        };
    };
    send_test_alert: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["AlertToTry"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AlertSent"];
                };
            };
            /** @description Bad Request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description No webhook leads to the caller's account */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Request Entity Too Large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    /** @description by quota: requests left (r), and seconds until it is whole again (t); with all answers */
                    RateLimit?: string;
                    /** @description by quota: its name, requests (q) and the seconds in which they come back (w); with all answers */
                    "RateLimit-Policy"?: string;
                    /** @description seconds to wait */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
        };
    };
    list_webhook_events: {
        parameters: {
            query?: {
                /** @description next_cursor of the page before */
                cursor?: string | null;
                direction?: ("long" | "short") | null;
                /** @description csv and parquet give the rows as a file, up to 50000 of them when there is no limit */
                format?: "json" | "csv" | "parquet";
                /** @description rows at most */
                limit?: number;
                /** @description from then on */
                since?: string | null;
                /** @description rejected: a bad signature, a bad payload or too many calls */
                status?: ("accepted" | "duplicate" | "rejected" | "error" | "invalid_signature" | "invalid_payload" | "rate_limited") | null;
                /** @description underlying */
                symbol?: string | null;
                timeframe?: string | null;
                /** @description before then */
                until?: string | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    /** @description of a file that holds not all: where the next begins */
                    Link?: string;
                    /** @description likewise, as a cursor */
                    "X-Next-Cursor"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_WebhookEventRow_"];
                    "application/vnd.apache.parquet": string;
                    "text/csv": string;
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    /** @description by quota: requests left (r), and seconds until it is whole again (t); with all answers */
                    RateLimit?: string;
                    /** @description by quota: its name, requests (q) and the seconds in which they come back (w); with all answers */
                    "RateLimit-Policy"?: string;
                    /** @description seconds to wait */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
        };
    };
    get_webhook_event: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                event_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WebhookEventDetail"];
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description The account has no such call */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    /** @description by quota: requests left (r), and seconds until it is whole again (t); with all answers */
                    RateLimit?: string;
                    /** @description by quota: its name, requests (q) and the seconds in which they come back (w); with all answers */
                    "RateLimit-Policy"?: string;
                    /** @description seconds to wait */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
        };
    };
    send_alert_to_url: {
        parameters: {
            query?: never;
            header?: {
                /** @description the sender's name of the call, of letters, digits, - and _; an alert sent again under its name counts once */
                "X-Webhook-Id"?: string;
                /** @description HMAC-SHA256 of the body, hexadecimal; without it `secret` in the body is the token */
                "X-Webhook-Signature"?: string;
                /** @description Unix seconds, within 300 of now. With it and X-Webhook-Id, which come together, the signature is over `<id>.<seconds>.<body>`: a call that was listened in on is of no use to others */
                "X-Webhook-Timestamp"?: string;
            };
            path: {
                url_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    [key: string]: unknown;
                };
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WebhookAccepted"];
                };
            };
            /** @description Invalid payload */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WebhookRefused"];
                };
            };
            /** @description Neither signed nor with the token */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WebhookRefused"];
                };
            };
            /** @description Not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WebhookRefused"];
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Payload too large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WebhookRefused"];
                };
            };
            /** @description Validation Error */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Too many requests: send it again after the seconds of Retry-After */
            429: {
                headers: {
                    /** @description by quota: requests left (r), and seconds until it is whole again (t); with all answers */
                    RateLimit?: string;
                    /** @description by quota: its name, requests (q) and the seconds in which they come back (w); with all answers */
                    "RateLimit-Policy"?: string;
                    /** @description seconds to wait */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WebhookRefused"];
                };
            };
            /** @description Not stored: send it again */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WebhookRefused"];
                };
            };
        };
    };
    test_webhooks: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WebhookAlive"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    /** @description by quota: requests left (r), and seconds until it is whole again (t); with all answers */
                    RateLimit?: string;
                    /** @description by quota: its name, requests (q) and the seconds in which they come back (w); with all answers */
                    "RateLimit-Policy"?: string;
                    /** @description seconds to wait */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
        };
    };
}
