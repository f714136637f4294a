# What may stand in the logs, and what in them is told or counted.
#
# A request's log entry holds its address, and the addresses of registrations and surveys are keys to them; it holds the
# visitor's IP address too, and in a flood such entries would be a good part of the bill. So an entry is kept only
# where it helps: of triggers' calls those that were refused or failed, of pages those that failed, and of these only of
# functions with `request_logs: true` in functions.yaml, below their own paths: to the function with the front page comes
# every address that was mistyped, tokens included. A new function is silent until somebody has thought about it.
# What a function logs itself, and Cloud Run's metrics of all requests, stay.

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

  # What is told at once (monitoring.tf). Cloud Logging keeps an entry of which only the message is left as text, and the
  # others as JSON.
  errors           = "${local.from_functions} AND severity>=ERROR AND NOT log_id(\"run.googleapis.com/requests\")"
  given_up         = "${local.from_functions} AND (${join(" OR ", flatten([for event in local.let_go : ["jsonPayload.message=\"${event}\"", "textPayload=\"${event}\""]]))})"
  sendgrid_refuses = "${local.from_functions} AND jsonPayload.message=\"mail.retry\" AND severity=ERROR"

  let_go = ["event.unreadable", "event.not_for_us", "mail.failed", "webhook.unreadable"]
}

resource "google_logging_project_exclusion" "requests" {
  name        = "requests"
  description = "Addresses carry tokens: whoever has the address has the registration."
  filter      = "${local.from_functions} AND log_id(\"run.googleapis.com/requests\") AND NOT (${join(" OR ", [for kept in local.kept_requests : "(${kept})"])})"
}

# Hosting logs requests too once somebody links it to Cloud Logging in Firebase's console: those have tokens as well.
resource "google_logging_project_exclusion" "front" {
  name        = "requests-at-the-front"
  description = "Addresses carry tokens: whoever has the address has the registration."
  filter      = "log_id(\"firebasehosting.googleapis.com/webrequests\")"
}

# `retry_mail` logs `outbox.backlog` at the end of every run, also when there is nothing left. Runs are counted, not what
# they left: a distribution keeps its values in buckets, and none and one may share a bucket.
resource "google_logging_metric" "backlog" {
  for_each = {
    runs       = { only_if = "", means = "runs of retry_mail that came to their end" }
    due        = { only_if = " AND jsonPayload.due>0", means = "runs of retry_mail after which mail was still due" }
    unnotified = { only_if = " AND jsonPayload.unnotified>0", means = "runs of retry_mail after which organisers were still to be told of something" }
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
