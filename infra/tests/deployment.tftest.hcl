# What must be true of everything that functions.yaml deploys, whatever it contains. These tests only make plans, and never
# call Google: values that Google would choose are made up.

mock_provider "google" {
  override_during = plan

  mock_data "google_project" {
    defaults = { number = "123456789012" }
  }

  # Google gives the name of a function's service, and only after it is made. A made-up name shows where it is used.
  mock_resource "google_cloudfunctions2_function" {
    defaults = { service_config = { service = "projects/made-up/locations/made-up/services/known-afterwards" } }
  }
}

mock_provider "google-beta" {
  override_during = plan

  mock_resource "google_firebase_hosting_version" {
    defaults = { name = "sites/front/versions/made-up" }
  }
}

variables {
  project      = "example-werkplaats-test"
  environment  = "test"
  alert_emails = ["werkplaats@example.org"]
  settings     = { SURVEY_PUBLIC_KEY = "made-up", SENDGRID_WEBHOOK_PUBLIC_KEY = "made-up-too" }
}

run "as_listed" {
  command = plan

  # Functions

  assert {
    condition     = toset(keys(local.functions)) == toset(keys(google_cloudfunctions2_function.function))
    error_message = "A function of functions.yaml is not deployed."
  }

  assert {
    condition = alltrue([
      for name, it in google_cloudfunctions2_function.function :
      it.build_config[0].entry_point == name && it.name == replace(name, "_", "-")
      && it.build_config[0].environment_variables["GOOGLE_FUNCTION_SOURCE"] == "functions/main.py"
      && it.build_config[0].source[0].storage_source[0].object == google_storage_bucket_object.bundle.name
    ])
    error_message = "A function is not built from the bundle, or not from its own entry point."
  }

  assert {
    condition = alltrue([
      for name, it in google_cloudfunctions2_function.function :
      it.service_config[0].available_memory == local.functions[name].memory
      && it.service_config[0].available_cpu == tostring(local.functions[name].cpu)
      && it.service_config[0].timeout_seconds == local.functions[name].timeout
      && it.service_config[0].min_instance_count == local.functions[name].min_instances
      && it.service_config[0].max_instance_count == local.functions[name].max_instances
      && it.service_config[0].max_instance_request_concurrency == local.functions[name].concurrency
      && it.service_config[0].environment_variables["THREADS"] == tostring(local.functions[name].concurrency)
    ])
    error_message = "A function's size is not the one in functions.yaml."
  }

  assert {
    condition = alltrue([
      for name, it in local.functions :
      toset(keys(local.environment[name])) == toset(concat(
        ["GOOGLE_CLOUD_PROJECT", "FIRESTORE_DATABASE", "THREADS"], it.env,
        [for key in try(it.optional, []) : key if contains(concat(["PUBLIC_URL"], keys(var.settings)), key)]
      ))
    ])
    error_message = "A function is given a setting it does not ask for, or lacks one it does."
  }

  assert {
    condition = alltrue([
      for name, it in google_cloudfunctions2_function.function :
      toset([for secret in it.service_config[0].secret_environment_variables : secret.key]) == toset(local.functions[name].secrets)
      && alltrue([for secret in it.service_config[0].secret_environment_variables : secret.secret == secret.key])
    ])
    error_message = "A function has not exactly the secrets functions.yaml gives it."
  }

  assert {
    condition     = alltrue([for it in google_cloudfunctions2_function.function : it.location == google_firestore_database.database[var.database].location_id])
    error_message = "A function is not where the database is."
  }

  assert {
    condition     = alltrue([for it in google_cloudfunctions2_function.function : it.labels["app"] == "werkplaats" && it.labels["environment"] == "test"])
    error_message = "A function has no labels."
  }

  # Accounts and roles

  assert {
    condition     = toset(keys(google_service_account.function)) == toset(keys(local.functions))
    error_message = "Each function has one account of its own."
  }

  assert {
    condition = alltrue([
      for name, it in google_cloudfunctions2_function.function : it.service_config[0].service_account_email == "${replace(name, "_", "-")}@example-werkplaats-test.iam.gserviceaccount.com"
    ])
    error_message = "A function does not run as its own account."
  }

  assert {
    condition = length(distinct(concat(
      values(google_service_account.function)[*].account_id, values(google_service_account.caller)[*].account_id, [google_service_account.builder.account_id]
    ))) == length(google_service_account.function) + length(google_service_account.caller) + 1
    error_message = "Two accounts are the same."
  }

  assert {
    condition = alltrue([
      for role in concat(
        values(google_project_iam_member.store)[*].role, values(google_project_iam_member.event_receiver)[*].role,
        [google_project_iam_member.builder.role, google_project_iam_member.builder_reads_copies.role]
      ) : contains(["roles/datastore.user", "roles/eventarc.eventReceiver", "roles/logging.logWriter", "roles/storage.objectViewer"], role)
    ])
    error_message = "An account has a role in the project that none may have: basic roles never, others only after thought."
  }

  assert {
    condition = { for name, it in google_project_iam_member.agent : it.member => it.role } == {
      "serviceAccount:service-123456789012@gcp-sa-eventarc.iam.gserviceaccount.com"   = "roles/eventarc.serviceAgent"
      "serviceAccount:service-123456789012@gcp-sa-cloudbuild.iam.gserviceaccount.com" = "roles/cloudbuild.serviceAgent"
    }
    error_message = "A role of Google's own agents went to somebody else."
  }

  assert {
    condition     = google_project_iam_member.builder_reads_copies.condition[0].expression == "resource.name.startsWith(\"projects/_/buckets/gcf-v2-sources-123456789012-\")"
    error_message = "Builds may read other buckets than the ones they build from."
  }

  assert {
    condition = alltrue([
      for name, it in google_project_iam_member.store : it.member == "serviceAccount:${replace(name, "_", "-")}@example-werkplaats-test.iam.gserviceaccount.com"
    ])
    error_message = "A function's access to the store went to another account."
  }

  assert {
    condition     = toset(keys(google_secret_manager_secret_iam_member.reader)) == toset(flatten([for name, it in local.functions : [for secret in it.secrets : "${name}/${secret}"]]))
    error_message = "A secret can be read by an account whose function does not ask for it."
  }

  assert {
    condition = alltrue([
      for name, it in google_secret_manager_secret_iam_member.reader :
      it.role == "roles/secretmanager.secretAccessor" && it.secret_id == split("/", name)[1]
      && it.member == "serviceAccount:${replace(split("/", name)[0], "_", "-")}@example-werkplaats-test.iam.gserviceaccount.com"
    ])
    error_message = "A secret's reader is not the account of the function that asks for it."
  }

  # Who may call what

  assert {
    condition     = toset(keys(google_cloud_run_v2_service_iam_member.everyone)) == toset([for name, it in local.functions : name if contains(["public", "sendgrid"], try(it.access, ""))])
    error_message = "Everyone may call the public functions and the webhook, and no others."
  }

  assert {
    condition     = alltrue([for it in google_cloud_run_v2_service_iam_member.everyone : it.member == "allUsers" && it.role == "roles/run.invoker"])
    error_message = "A public function cannot be called by everyone."
  }

  assert {
    condition     = alltrue([for it in google_cloud_run_v2_service_iam_member.everyone : it.name == "known-afterwards"])
    error_message = "Who may call a function is lost when the function is replaced."
  }

  assert {
    condition = alltrue([
      for name, it in google_cloud_run_v2_service_iam_member.caller :
      it.role == "roles/run.invoker" && it.name == "known-afterwards"
      && it.member == "serviceAccount:call-${replace(name, "_", "-")}@example-werkplaats-test.iam.gserviceaccount.com"
    ])
    error_message = "A trigger's account may call another function than its own."
  }

  assert {
    condition     = alltrue([for name, it in google_cloudfunctions2_function.function : (it.service_config[0].ingress_settings == "ALLOW_ALL") == contains(["public", "sendgrid"], try(local.functions[name].access, ""))])
    error_message = "A function that is for triggers only can be reached from the internet, or a public one cannot."
  }

  # Triggers and schedules

  assert {
    condition = alltrue([
      for name, it in local.functions : length(google_cloudfunctions2_function.function[name].event_trigger) == (it.trigger == "firestore" ? 1 : 0)
    ])
    error_message = "A function has an event trigger that functions.yaml does not give it, or lacks the one it does."
  }

  assert {
    condition = alltrue([
      for name, it in google_cloudfunctions2_function.function :
      it.event_trigger[0].retry_policy == "RETRY_POLICY_RETRY"
      && it.event_trigger[0].event_type == "google.cloud.firestore.document.v1.${local.functions[name].event}"
      && it.event_trigger[0].trigger_region == google_firestore_database.database[var.database].location_id
      && it.event_trigger[0].service_account_email == "call-${replace(name, "_", "-")}@example-werkplaats-test.iam.gserviceaccount.com"
      && contains(it.event_trigger[0].event_filters[*].value, local.functions[name].document)
      && contains(it.event_trigger[0].event_filters[*].value, var.database)
      && anytrue([for filter in it.event_trigger[0].event_filters : filter.attribute == "document" && filter.operator == "match-path-pattern"])
      if local.functions[name].trigger == "firestore"
    ])
    error_message = "An event trigger is not as functions.yaml says, is not tried again, or is not where the database is."
  }

  assert {
    condition     = toset(keys(google_project_iam_member.event_receiver)) == toset([for name, it in local.functions : name if it.trigger == "firestore"])
    error_message = "Only accounts of event triggers receive events."
  }

  assert {
    condition     = toset(keys(google_cloud_scheduler_job.schedule)) == toset([for name, it in local.functions : name if it.trigger == "schedule"])
    error_message = "Each function with a cron line has one job."
  }

  assert {
    condition = alltrue([
      for name, it in google_cloud_scheduler_job.schedule :
      it.schedule == local.functions[name].cron && it.time_zone == "Europe/Amsterdam" && it.http_target[0].http_method == "POST"
      && it.http_target[0].oidc_token[0].service_account_email == "call-${replace(name, "_", "-")}@example-werkplaats-test.iam.gserviceaccount.com"
      && it.attempt_deadline == "${local.functions[name].timeout}s"
    ])
    error_message = "A job does not call at its function's time, or not as the account that may call it."
  }

  # What is kept

  assert {
    condition = alltrue([
      for it in google_firestore_database.database :
      it.location_id == "europe-west1" && it.type == "FIRESTORE_NATIVE"
      && it.delete_protection_state == "DELETE_PROTECTION_ENABLED"
      && it.point_in_time_recovery_enablement == "POINT_IN_TIME_RECOVERY_ENABLED"
    ])
    error_message = "The database is not protected, cannot be taken back in time, or is elsewhere."
  }

  assert {
    condition = (
      keys(google_firestore_backup_schedule.daily) == keys(google_firestore_database.database)
      && keys(google_firestore_backup_schedule.weekly) == keys(google_firestore_database.database)
      && alltrue([for it in google_firestore_backup_schedule.daily : length(it.daily_recurrence) == 1 && it.retention == "604800s"])
      && alltrue([for it in google_firestore_backup_schedule.weekly : length(it.weekly_recurrence) == 1 && it.retention == "4838400s"])
    )
    error_message = "A database has no daily and weekly backups."
  }

  assert {
    condition     = length(google_firestore_index.index) == length(jsondecode(file("../firestore.indexes.json")).indexes)
    error_message = "An index of firestore.indexes.json is not there."
  }

  assert {
    condition = alltrue([
      for override in jsondecode(file("../firestore.indexes.json")).fieldOverrides :
      length(google_firestore_field.field["(default)/${override.collectionGroup}/${override.fieldPath}"].ttl_config) == (try(override.ttl, false) ? 1 : 0)
      && length(google_firestore_field.field["(default)/${override.collectionGroup}/${override.fieldPath}"].index_config) == (can(override.indexes) ? 1 : 0)
    ])
    error_message = "A field of firestore.indexes.json is not as it says there: its indexes, or its time to live."
  }

  assert {
    condition     = google_firebaserules_release.firestore["(default)"].name == "cloud.firestore" && google_firebaserules_ruleset.firestore.source[0].files[0].content == file("../firestore.rules")
    error_message = "The rules are not released."
  }

  assert {
    condition     = alltrue([for it in [google_storage_bucket.source] : it.uniform_bucket_level_access && it.public_access_prevention == "enforced" && it.versioning[0].enabled])
    error_message = "A bucket can be made public, or keeps no versions."
  }

  assert {
    condition     = alltrue([for it in google_secret_manager_secret.secret : it.replication[0].user_managed[0].replicas[0].location == "europe-west1"])
    error_message = "A secret is kept elsewhere."
  }

  # The public front

  assert {
    condition = alltrue(flatten([
      for name, it in local.functions : [
        for path in concat([it.path], [for path in try(it.also, []) : path if path != "/"]) : [
          for asked in [path, "${path}/x"] : try([
            for rewrite in google_firebase_hosting_version.front.config[0].rewrites : rewrite.run[0].service_id if can(regex(rewrite.regex, asked))
          ][0], "nowhere") == replace(name, "_", "-")
        ]
      ] if contains(["public", "sendgrid"], try(it.access, ""))
    ]))
    error_message = "A path of functions.yaml does not lead to its function."
  }

  assert {
    condition = alltrue(concat([
      for asked in ["/", "/Aanmelding/token", "/aanmeldingen", "/x"] : [
        for rewrite in google_firebase_hosting_version.front.config[0].rewrites : rewrite.run[0].service_id if can(regex(rewrite.regex, asked))
      ] == ["signup"]
    ], [for rewrite in google_firebase_hosting_version.front.config[0].rewrites : rewrite.run[0].region == "europe-west1"]))
    error_message = "What no function has does not lead to the one with the front page."
  }

  assert {
    condition = alltrue([
      for rewrite in google_firebase_hosting_version.front.config[0].rewrites :
      contains([for name in keys(google_cloud_run_v2_service_iam_member.everyone) : replace(name, "_", "-")], rewrite.run[0].service_id)
    ])
    error_message = "A path leads to a function that is not for everyone."
  }

  assert {
    condition     = try(google_firebase_hosting_version.front.config[0].rewrites[length(google_firebase_hosting_version.front.config[0].rewrites) - 1].regex, "") == ".*"
    error_message = "What no function has must be answered last, by ours."
  }

  assert {
    condition = alltrue(flatten([
      for it in values(local.functions) : [
        for path in concat([it.path], [for path in try(it.also, []) : path if path != "/"]) : [
          for asked in [path, "${path}/", "${path}/token", "${path}/_token", "${path}/_", "${path}/token/x"] : anytrue([
            for header in google_firebase_hosting_version.front.config[0].headers : can(regex(header.regex, asked)) && header.headers["Cache-Control"] == "no-store"
          ])
        ]
      ] if try(it.access, "") == "public" && !try(it.request_logs, false)
    ]))
    error_message = "Hosting may keep a person's page."
  }

  assert {
    condition = alltrue(flatten([
      for asked in ["/werkplaats/_/formulier.js", "/organisatie/_/aanwezig.js"] : [
        for header in google_firebase_hosting_version.front.config[0].headers : !can(regex(header.regex, asked))
      ]
    ]))
    error_message = "What is the same for everybody may not be kept."
  }

  assert {
    condition     = google_firebase_hosting_release.front.version_name == google_firebase_hosting_version.front.name
    error_message = "Another version of the front is released."
  }

  # Logs and alerts

  assert {
    condition = alltrue([
      for name, it in local.functions :
      strcontains(split("AND NOT (", google_logging_project_exclusion.requests.filter)[0], "\"${replace(name, "_", "-")}\"")
      && strcontains(split("AND NOT (", google_logging_project_exclusion.requests.filter)[1], "\"${replace(name, "_", "-")}\"") == (it.trigger != "http" || try(it.request_logs, false))
    ]) && strcontains(google_logging_project_exclusion.requests.filter, "log_id(\"run.googleapis.com/requests\")")
    error_message = "Requests with tokens in their addresses are logged."
  }

  assert {
    condition = alltrue([
      for name, it in local.functions : strcontains(google_logging_project_exclusion.requests.filter, "(resource.labels.service_name=\"${replace(name, "_", "-")}\" AND httpRequest.status>=500 AND httpRequest.requestUrl=~\"${local.own_addresses[name]}\")")
      if try(it.request_logs, false)
    ])
    error_message = "Requests for pages are logged though they did not fail, or though their address is none of the function's."
  }

  assert {
    condition = (
      alltrue([for asked in ["", "?x=1", "werkplaats", "werkplaats/doorn/aanmelden?taal=nl"] : can(regex(local.own_addresses["signup"], "https://front.example.org/${asked}"))])
      && !anytrue([for asked in ["Aanmelding/token", "aanmelding/token?x=/werkplaats/", "werkplaatsen/token", "x"] : can(regex(local.own_addresses["signup"], "https://front.example.org/${asked}"))])
      && can(regex(local.own_addresses["mail_events"], "https://front.example.org/hooks/sendgrid"))
    )
    error_message = "An address that is mistyped counts as the function's own."
  }

  assert {
    condition = (
      google_logging_project_bucket_config.since_backup.retention_days == 100
      && strcontains(google_logging_project_sink.since_backup.filter, "registration[.]erased|mail[.](sent|")
    )
    error_message = "What was erased and sent is not kept apart for as long as a backup can be restored."
  }

  assert {
    condition     = google_logging_project_exclusion.front.filter == "log_id(\"firebasehosting.googleapis.com/webrequests\")"
    error_message = "Hosting's own log holds addresses with tokens."
  }

  assert {
    condition = alltrue([for policy in concat(values(google_monitoring_alert_policy.logged), [
      google_monitoring_alert_policy.failing, google_monitoring_alert_policy.waiting, google_monitoring_alert_policy.mail_age, google_monitoring_alert_policy.uptime
    ]) : length(policy.notification_channels) == 1 && length(policy.documentation[0].content) > 50])
    error_message = "An alert reaches nobody, or does not say what to do."
  }

  assert {
    condition = alltrue([for policy in concat(values(google_monitoring_alert_policy.logged), [
      google_monitoring_alert_policy.failing, google_monitoring_alert_policy.waiting, google_monitoring_alert_policy.mail_age, google_monitoring_alert_policy.uptime
    ]) : policy.alert_strategy[0].auto_close == "1800s"])
    error_message = "An alert stays open for longer than half an hour after the last error, and tells nothing of the next one."
  }

  assert {
    condition = toset(keys(google_monitoring_alert_policy.logged)) == toset(["errors", "given_up", "sendgrid_refuses"]) && alltrue([
      for policy in google_monitoring_alert_policy.logged :
      length(policy.conditions) == 1 && policy.conditions[0].condition_matched_log[0].label_extractors["service"] == "EXTRACT(resource.labels.service_name)"
      && policy.alert_strategy[0].notification_rate_limit[0].period == "3600s"
    ])
    error_message = "What is logged once is told once: by the entry itself, and again after an hour."
  }

  # A metric of log entries has no measurements while nothing is logged, and without this setting an alert would not change
  # then. Google accepts the setting only together with a duration.
  assert {
    condition = alltrue(flatten([
      for policy in [google_monitoring_alert_policy.failing, google_monitoring_alert_policy.waiting, google_monitoring_alert_policy.mail_age] : [
        for it in policy.conditions :
        it.condition_threshold[0].duration != "0s" && it.condition_threshold[0].evaluation_missing_data != null
        if strcontains(it.condition_threshold[0].filter, "logging.googleapis.com/user")
      ]
    ]))
    error_message = "An alert on a count of log entries does not know what no entries mean."
  }

  assert {
    condition = alltrue([for it in google_logging_metric.backlog : it.metric_descriptor[0].value_type == "INT64"]) && alltrue([
      for condition in google_monitoring_alert_policy.mail_age.conditions :
      condition.condition_threshold[0].aggregations[0].per_series_aligner == "ALIGN_DELTA"
      && condition.condition_threshold[0].comparison == (strcontains(condition.condition_threshold[0].filter, "backlog_runs") ? "COMPARISON_LT" : "COMPARISON_GT")
      && condition.condition_threshold[0].threshold_value == (strcontains(condition.condition_threshold[0].filter, "backlog_runs") ? 1 : 0)
    ]) && length(google_monitoring_alert_policy.mail_age.conditions) == 4
    error_message = "An alert on late mail cannot tell none from one."
  }

  assert {
    condition     = google_monitoring_uptime_check_config.sign_up.http_check[0].path == "/werkplaats/werken-aan-wijkontwikkeling/aanmelden" && google_monitoring_uptime_check_config.sign_up.monitored_resource[0].labels["host"] == "example-werkplaats-test.web.app"
    error_message = "The sign-up page is not watched."
  }

  assert {
    condition     = length(google_billing_budget.monthly) == 0
    error_message = "Without a billing account there can be no budget."
  }
}
