# Functions with a cron line. Cloud Scheduler calls each with a token that is valid for that function only. It may call more
# than once; every scheduled function can be called again without harm.

resource "google_cloud_scheduler_job" "schedule" {
  for_each = local.by_schedule

  name             = local.service[each.key]
  region           = var.region
  schedule         = each.value.cron
  time_zone        = "Europe/Amsterdam"
  attempt_deadline = "${max(each.value.timeout, 15)}s"

  retry_config {
    retry_count          = 3
    min_backoff_duration = "30s"
    max_backoff_duration = "120s"
  }

  http_target {
    http_method = "POST"
    uri         = google_cloudfunctions2_function.function[each.key].service_config[0].uri

    oidc_token {
      service_account_email = local.caller_account[each.key]
      audience              = google_cloudfunctions2_function.function[each.key].service_config[0].uri
    }
  }

  depends_on = [google_cloud_run_v2_service_iam_member.caller]
}
