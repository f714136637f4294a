# The alerts. Each alert's mail says what to do; docs/runbooks/alerts.md says more.

locals {
  channels  = [for channel in google_monitoring_notification_channel.email : channel.name]
  our_logs  = "resource.type=\"cloud_run_revision\" AND metric.type=\"logging.googleapis.com/user"
  prefix    = "Werkplaats ${var.environment}:"
  pipe_late = 1800 # seconds that an event may wait; Eventarc tries again for 24 hours and then drops it

  # An incident closes by itself after this long without measurements; half an hour is the shortest time that Google
  # accepts. If it goes wrong again after that, there is another alert.
  auto_close = "1800s"
}

resource "google_monitoring_notification_channel" "email" {
  for_each = var.alert_emails

  display_name = "Werkplaats ${var.environment}: ${each.key}"
  type         = "email"
  labels       = { email_address = each.key }
  user_labels  = local.labels

  depends_on = [terraform_data.groundwork]
}

# These alerts are caused by a log entry: the first at once, and another after an hour if it goes on. With a count of entries
# instead, the incident would stay open after the last entry, and hide the next error. Each function has its own incidents.
# Google sends at most twenty such mails a day for one policy, so the interval is not shorter than an hour.
resource "google_monitoring_alert_policy" "logged" {
  for_each = {
    errors = {
      name     = "errors"
      severity = null
      filter   = local.errors
      says     = "a function logged an error"
      content  = "A function logged an error. Look in the Logs Explorer at `severity>=ERROR`: `error` and `where` say what and where. Events and schedules that failed are tried again automatically; visitors can send their form again. While errors go on, you get this mail once an hour for each function."
    }
    given_up = {
      name     = "dead letters"
      severity = null
      filter   = local.given_up
      says     = "an event or a mail was given up"
      content  = "An event or a mail was given up. A schedule does later what a lost event would have done. Organisers are mailed about a mail that failed, with the reason."
    }
    sendgrid_refuses = {
      name     = "SendGrid refuses us"
      severity = "CRITICAL"
      filter   = local.sendgrid_refuses
      says     = "SendGrid refuses the key or the sender"
      content  = "SendGrid refuses the API key or the sender (401, 403). No mail is sent, but none is lost: all mails wait. Put a valid key into SENDGRID_API_KEY, or verify the sender at SendGrid (docs/runbooks/keys.md)."
    }
  }

  display_name          = "${local.prefix} ${each.value.name}"
  combiner              = "OR"
  severity              = each.value.severity
  notification_channels = local.channels
  user_labels           = local.labels

  documentation {
    content = each.value.content
  }

  conditions {
    display_name = each.value.says
    condition_matched_log {
      filter           = each.value.filter
      label_extractors = { service = "EXTRACT(resource.labels.service_name)" }
    }
  }

  alert_strategy {
    auto_close = local.auto_close
    notification_rate_limit {
      period = "3600s"
    }
  }
}

# This also counts requests that never reached a function: no instance was free, one failed to start, or it timed out.
resource "google_monitoring_alert_policy" "failing" {
  display_name          = "${local.prefix} answers with 5xx"
  combiner              = "OR"
  notification_channels = local.channels
  user_labels           = local.labels

  documentation {
    content = "A function answered more than three times with 5xx in five minutes. If it logged no error, the requests did not reach it: no instance was free, or none could start. Look in the Logs Explorer at `severity>=WARNING`, and at Google Cloud's status page."
  }

  conditions {
    display_name = "more than three answers with 5xx in five minutes"
    condition_threshold {
      filter          = "resource.type=\"cloud_run_revision\" AND metric.type=\"run.googleapis.com/request_count\" AND metric.labels.response_code_class=\"5xx\""
      comparison      = "COMPARISON_GT"
      threshold_value = 3
      duration        = "0s"
      aggregations {
        alignment_period     = "300s"
        per_series_aligner   = "ALIGN_DELTA"
        cross_series_reducer = "REDUCE_SUM"
        group_by_fields      = ["resource.label.service_name"]
      }
    }
  }

  alert_strategy {
    auto_close = local.auto_close
  }
}

resource "google_monitoring_alert_policy" "waiting" {
  display_name          = "${local.prefix} events are stuck"
  combiner              = "OR"
  notification_channels = local.channels
  user_labels           = local.labels

  documentation {
    content = "Events cannot be delivered to a function, because it fails or does not start: look at its errors. After 24 hours Google drops the events; schedules then do what they would have done."
  }

  conditions {
    display_name = "an event has waited for half an hour"
    condition_threshold {
      filter          = "resource.type=\"pubsub_subscription\" AND metric.type=\"pubsub.googleapis.com/subscription/oldest_unacked_message_age\" AND resource.labels.subscription_id=starts_with(\"eventarc-\")"
      comparison      = "COMPARISON_GT"
      threshold_value = local.pipe_late
      duration        = "300s"
      aggregations {
        alignment_period   = "300s"
        per_series_aligner = "ALIGN_MAX"
      }
    }
  }

  alert_strategy {
    auto_close = local.auto_close
  }
}

resource "google_monitoring_alert_policy" "mail_age" {
  display_name          = "${local.prefix} mail is late"
  combiner              = "OR"
  notification_channels = local.channels
  user_labels           = local.labels

  documentation {
    content = "Mails are waiting for too long, or `retry_mail` is not running. Look at the log events `mail.retry`, `mail.uncertain` and `outbox.backlog`, and at SendGrid's status page."
  }

  dynamic "conditions" {
    for_each = {
      due        = { lasting = "1800s", says = "mail is due and is not sent" }
      unnotified = { lasting = "1800s", says = "organisers are not mailed about something" }
      old        = { lasting = "600s", says = "a mail has waited for two hours" }
    }

    content {
      display_name = conditions.value.says
      condition_threshold {
        filter                  = "${local.our_logs}/${google_logging_metric.backlog[conditions.key].name}\""
        comparison              = "COMPARISON_GT"
        threshold_value         = 0
        duration                = conditions.value.lasting
        evaluation_missing_data = "EVALUATION_MISSING_DATA_INACTIVE" # without such runs there are no measurements, which counts as zero
        aggregations {
          alignment_period     = "600s" # two runs
          per_series_aligner   = "ALIGN_DELTA"
          cross_series_reducer = "REDUCE_SUM"
        }
      }
    }
  }

  conditions {
    display_name = "retry_mail has not run for half an hour"
    condition_threshold {
      filter                  = "${local.our_logs}/${google_logging_metric.backlog["runs"].name}\""
      comparison              = "COMPARISON_LT"
      threshold_value         = 1
      duration                = "1800s"
      evaluation_missing_data = "EVALUATION_MISSING_DATA_ACTIVE" # without measurements the alert is raised too
      aggregations {
        alignment_period     = "600s"
        per_series_aligner   = "ALIGN_DELTA"
        cross_series_reducer = "REDUCE_SUM"
      }
    }
  }

  alert_strategy {
    auto_close = local.auto_close
  }
}

resource "google_monitoring_uptime_check_config" "sign_up" {
  display_name     = "${local.prefix} the sign-up page"
  timeout          = "30s" # a cold start included
  period           = "900s"
  selected_regions = ["EUROPE", "USA_VIRGINIA", "USA_IOWA"] # Google asks for three at least

  http_check {
    path         = var.watched_path
    port         = 443
    use_ssl      = true
    validate_ssl = true
  }

  monitored_resource {
    type   = "uptime_url"
    labels = { project_id = var.project, host = trimprefix(local.public_url, "https://") }
  }

  user_labels = local.labels

  depends_on = [terraform_data.groundwork]
}

resource "google_monitoring_alert_policy" "uptime" {
  display_name          = "${local.prefix} the sign-up page does not answer"
  combiner              = "OR"
  severity              = "CRITICAL"
  notification_channels = local.channels
  user_labels           = local.labels

  documentation {
    content = "From at least two of three places in the world the sign-up page does not answer as it should. Open it yourself; then look at the errors of `signup`, and at Firebase's and Google Cloud's status pages."
  }

  conditions {
    display_name = "the sign-up page does not answer"
    condition_threshold {
      filter          = "resource.type=\"uptime_url\" AND metric.type=\"monitoring.googleapis.com/uptime_check/check_passed\" AND metric.labels.check_id=\"${google_monitoring_uptime_check_config.sign_up.uptime_check_id}\""
      comparison      = "COMPARISON_GT"
      threshold_value = 1
      duration        = "0s"
      aggregations {
        alignment_period     = "1200s"
        per_series_aligner   = "ALIGN_NEXT_OLDER"
        cross_series_reducer = "REDUCE_COUNT_FALSE"
        group_by_fields      = ["resource.label.host"]
      }
    }
  }

  alert_strategy {
    auto_close = local.auto_close
  }
}

# A budget only warns and does not stop anything; max_instances in functions.yaml limits the bill.
resource "google_billing_budget" "monthly" {
  count    = var.billing_account == null ? 0 : 1
  provider = google-beta

  billing_account = var.billing_account
  display_name    = "Werkplaats ${var.environment}"

  budget_filter {
    projects        = ["projects/${data.google_project.this.number}"]
    calendar_period = "MONTH"
  }

  amount {
    specified_amount {
      currency_code = var.budget_currency
      units         = tostring(var.monthly_budget)
    }
  }

  dynamic "threshold_rules" {
    for_each = [0.5, 0.9, 1.0]

    content {
      threshold_percent = threshold_rules.value
    }
  }
  threshold_rules {
    threshold_percent = 1.0
    spend_basis       = "FORECASTED_SPEND"
  }

  all_updates_rule {
    monitoring_notification_channels = slice(sort(local.channels), 0, min(5, length(local.channels))) # Google accepts five at most
  }

  depends_on = [terraform_data.groundwork]
}
