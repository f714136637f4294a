# Another list of functions, with the desk and two schedules: everything follows from the list alone.

mock_provider "google" {
  override_during = plan

  mock_data "google_project" {
    defaults = { number = "123456789012" }
  }

  mock_resource "google_service_account" {
    defaults = { name = "projects/made-up/serviceAccounts/made-up" }
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
  settings     = { ORGANISERS = "platform31@example.org", SURVEY_PUBLIC_KEY = "made-up", SENDGRID_WEBHOOK_PUBLIC_KEY = "made-up-too" }
}

run "another_list" {
  command = plan

  variables {
    functions_file = "tests/another-list.yaml"
  }

  override_resource {
    target          = google_cloudfunctions2_function.function["retry_mail"]
    values          = { service_config = { uri = "https://retry-mail.run.example", service = "projects/made-up/services/retry-mail" } }
    override_during = plan
  }

  override_resource {
    target          = google_cloudfunctions2_function.function["expire_offers"]
    values          = { service_config = { uri = "https://expire-offers.run.example", service = "projects/made-up/services/expire-offers" } }
    override_during = plan
  }

  assert {
    condition = alltrue([
      for name, it in google_cloud_scheduler_job.schedule :
      it.http_target[0].uri == "https://${replace(name, "_", "-")}.run.example" && it.http_target[0].oidc_token[0].audience == it.http_target[0].uri
    ])
    error_message = "A job does not call its own function, with a token for exactly that function."
  }

  assert {
    condition     = alltrue([for name in ["retry_mail", "expire_offers"] : google_cloud_run_v2_service_iam_member.caller[name].name == replace(name, "_", "-")])
    error_message = "A job may call another function than its own."
  }

  assert {
    condition = (
      google_cloudfunctions2_function.function["organiser"].service_config[0].max_instance_request_concurrency == 16
      && google_cloudfunctions2_function.function["organiser"].service_config[0].timeout_seconds == 90
      && google_cloudfunctions2_function.function["organiser"].service_config[0].max_instance_count == 2
      && google_cloudfunctions2_function.function["organiser"].service_config[0].available_memory == "1Gi"
    )
    error_message = "The desk has another size than functions.yaml says."
  }

  assert {
    condition = google_cloudfunctions2_function.function["organiser"].service_config[0].environment_variables == tomap({
      GOOGLE_CLOUD_PROJECT = "example-werkplaats-test", FIRESTORE_DATABASE = "(default)", THREADS = "16"
      PUBLIC_URL           = "https://example-werkplaats-test.web.app", ORGANISERS = "platform31@example.org"
    })
    error_message = "The desk has not exactly the settings it asks for."
  }

  assert {
    condition = alltrue([
      for asked in ["/organisatie", "/organisatie/", "/organisatie/doorn/mensen", "/organisatie/inloggen"] : [
        for rewrite in google_firebase_hosting_version.front.config[0].rewrites : rewrite.run[0].service_id if can(regex(rewrite.regex, asked))
      ][0] == "organiser"
    ])
    error_message = "The front does not lead organisers to the desk."
  }

  assert {
    condition = alltrue([
      for asked in ["/organisatie", "/organisatie/", "/organisatie/doorn/mensen", "/organisatie/inloggen/token"] :
      anytrue([for header in google_firebase_hosting_version.front.config[0].headers : can(regex(header.regex, asked)) && header.headers["Cache-Control"] == "no-store"])
    ])
    error_message = "What is shown to somebody who is signed in could be kept by the front."
  }

  assert {
    condition     = !strcontains(split("AND NOT (", google_logging_project_exclusion.requests.filter)[1], "\"organiser\"")
    error_message = "A function that says nothing of request_logs is to have none."
  }
}

run "another_python" {
  command = plan

  variables {
    functions_file = "tests/another-list.yaml"
    runtime        = "python314"
  }

  assert {
    condition     = alltrue([for it in google_cloudfunctions2_function.function : it.build_config[0].runtime == "python314"])
    error_message = "Functions do not run on the Python that was asked for."
  }
}
