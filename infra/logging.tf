# What may be in the logs, and which log entries cause an alert or are counted.
#
# The log entry of a request contains its address, and whoever knows the address of a registration or a survey can open it.
# It also contains the visitor's IP address, and in a flood such entries would be a large part of the bill. So entries of
# requests are kept only where they help: for calls by triggers those with status 400 or higher, and for pages those with
# status 500 or higher, of functions with `request_logs: true` in functions.yaml, and only below the function's own paths
# (the function with the front page also gets mistyped addresses, which may contain tokens). A new function has no request
# logs until somebody adds that line. What functions log themselves, and Cloud Run's metrics of all requests, are kept.

locals {
  triggered = sort([for name in keys(merge(local.by_event, local.by_schedule)) : local.service[name]])

  kept_requests = concat(
    length(local.triggered) == 0 ? [] : ["resource.labels.service_name=(${join(" OR ", [for service in local.triggered : "\"${service}\""])}) AND httpRequest.status>=400"],
    [
      for name, it in local.by_http :
      "resource.labels.service_name=\"${local.service[name]}\" AND httpRequest.status>=500 AND httpRequest.requestUrl=~\"${local.own_addresses[name]}\""
      if try(it.request_logs, false)
    ],
  )
  own_addresses = {
    for name, it in local.by_http : name =>
    "^https?://[^/]+(${join("|", concat([for path in local.paths[name] : "${path}(/[^?]*)?"], contains(try(it.also, []), "/") ? ["/"] : []))})([?].*)?$"
  }

  from_functions = "resource.type=\"cloud_run_revision\" AND resource.labels.service_name=(${join(" OR ", [for service in sort(values(local.service)) : "\"${service}\""])})"

  # Entries that cause an alert at once (monitoring.tf). Cloud Logging stores an entry with only a message as text, and one
  # with more fields as JSON, hence the two conditions.
  errors           = "${local.from_functions} AND severity>=ERROR AND NOT log_id(\"run.googleapis.com/requests\")"
  given_up         = "${local.from_functions} AND (${join(" OR ", flatten([for event in local.let_go : ["jsonPayload.message=\"${event}\"", "textPayload=\"${event}\""]]))})"
  sendgrid_refuses = "${local.from_functions} AND jsonPayload.message=\"mail.retry\" AND severity=ERROR"

  let_go = ["event.unreadable", "event.malformed", "event.not_for_us", "mail.failed", "webhook.unreadable"]
}

resource "google_logging_project_exclusion" "requests" {
  name        = "requests"
  description = "Addresses carry tokens: whoever has the address has the registration."
  filter      = "${local.from_functions} AND log_id(\"run.googleapis.com/requests\") AND NOT (${join(" OR ", [for kept in local.kept_requests : "(${kept})"])})"
}

# If somebody links Hosting to Cloud Logging in Firebase's console, Hosting logs requests too, also those with tokens.
resource "google_logging_project_exclusion" "front" {
  name        = "requests-at-the-front"
  description = "Addresses carry tokens: whoever has the address has the registration."
  filter      = "log_id(\"firebasehosting.googleapis.com/webrequests\")"
}

# What a restored backup does not know: who was erased, and which mails were sent (docs/runbooks/restore.md). These entries hold
# ids alone. They are kept apart from the database, and as long as the list of erasures in it (domain/erasures.py): longer
# than the oldest backup, and longer than the 30 days for which other logs are kept.
locals {
  since_backup = "${local.from_functions} AND jsonPayload.message=~\"^(registration[.]erased|mail[.](sent|uncertain|processed|deferred|delivered|blocked|bounce|dropped))$\""
}

resource "google_logging_project_bucket_config" "since_backup" {
  project        = var.project
  location       = var.region
  bucket_id      = "since-backup"
  description    = "Which registrations were erased and which mails were sent, for after a restore. Ids alone."
  retention_days = 100

  depends_on = [google_project_service.api]
}

resource "google_logging_project_sink" "since_backup" {
  name                   = "since-backup"
  description            = "Which registrations were erased and which mails were sent, for after a restore."
  destination            = "logging.googleapis.com/${google_logging_project_bucket_config.since_backup.id}"
  filter                 = local.since_backup
  unique_writer_identity = true
}

# `retry_mail` logs `outbox.backlog` at the end of every run, also if nothing is left. The metrics count runs and not mails:
# a distribution puts values in buckets, and 0 and 1 may be in the same bucket.
resource "google_logging_metric" "backlog" {
  for_each = {
    runs       = { only_if = "", means = "runs of retry_mail that came to their end" }
    due        = { only_if = " AND jsonPayload.due>0", means = "runs of retry_mail after which mail was still due" }
    unnotified = { only_if = " AND (jsonPayload.unnotified>0 OR jsonPayload.folded>0)", means = "runs of retry_mail after which organisers were still to be told of something" }
    old        = { only_if = " AND jsonPayload.oldest_s>7200", means = "runs of retry_mail after which a mail had waited for two hours" }
  }

  name        = "werkplaats/backlog_${each.key}"
  description = each.value.means
  filter      = "${local.from_functions} AND jsonPayload.message=\"outbox.backlog\"${each.value.only_if}"

  metric_descriptor {
    metric_kind = "DELTA"
    value_type  = "INT64"
  }

  depends_on = [google_project_service.api]
}
