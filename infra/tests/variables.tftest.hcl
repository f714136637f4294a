# What each variable changes, and which values are refused.

mock_provider "google" {
  override_during = plan

  mock_data "google_project" {
    defaults = { number = "123456789012" }
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

run "budget_and_domain" {
  command = plan

  variables {
    billing_account = "000000-000000-000000"
    domain          = "werkplaats.example.org"
  }

  assert {
    condition     = google_billing_budget.monthly[0].amount[0].specified_amount[0].units == "20" && length(google_billing_budget.monthly[0].threshold_rules) == 4
    error_message = "There is no budget to warn by."
  }

  assert {
    condition     = google_firebase_hosting_custom_domain.front[0].custom_domain == "werkplaats.example.org" && output.public_url == "https://werkplaats.example.org"
    error_message = "The domain is not the front's."
  }

  assert {
    condition     = google_cloudfunctions2_function.function["deliver_mail"].service_config[0].environment_variables["PUBLIC_URL"] == "https://werkplaats.example.org"
    error_message = "Links in mails do not begin with the domain."
  }
}

run "restored_database" {
  command = plan

  variables {
    databases = ["(default)", "restored"]
    database  = "restored"
  }

  assert {
    condition = alltrue([
      for name, it in google_cloudfunctions2_function.function :
      it.service_config[0].environment_variables["FIRESTORE_DATABASE"] == "restored"
      && (local.functions[name].trigger != "firestore" || contains([for filter in it.event_trigger[*].event_filters : one([for one in filter : one.value if one.attribute == "database"])], "restored"))
    ])
    error_message = "A function reads, or listens to, the database that was given up."
  }

  assert {
    condition = (
      length(google_firestore_index.index) == 2 * length(jsondecode(file("../firestore.indexes.json")).indexes)
      && google_firebaserules_release.firestore["restored"].name == "cloud.firestore/restored"
      && google_firestore_database.database["restored"].delete_protection_state == "DELETE_PROTECTION_ENABLED"
      && length(google_firestore_backup_schedule.daily) == 2
    )
    error_message = "The restored database lacks indexes, rules, protection or backups."
  }
}

run "another_region" {
  command = plan

  variables {
    region = "us-central1"
  }

  assert {
    condition = alltrue(concat(
      [for it in google_cloudfunctions2_function.function : it.location == var.region],
      [for it in google_firestore_database.database : it.location_id == var.region],
      [for it in google_cloud_scheduler_job.schedule : it.region == var.region],
      [google_storage_bucket.source.location == var.region, google_artifact_registry_repository.images.location == var.region],
    ))
    error_message = "Something is made in another region than the one that was asked for."
  }
}

# An older project may build in any region, so its owner is warned and not stopped.
run "warns_of_a_region_where_a_new_project_may_not_build" {
  command = plan

  variables {
    region = "europe-west3"
  }

  expect_failures = [check.new_projects_can_build]
}

run "refuses_a_multi_region" {
  command = plan

  variables {
    region = "eur3"
  }

  expect_failures = [var.region]
}

run "refuses_a_setting_that_is_missing" {
  command = plan

  variables {
    settings = { SURVEY_PUBLIC_KEY = " " }
  }

  expect_failures = [terraform_data.list]
}

run "refuses_a_secret_among_the_settings" {
  command = plan

  variables {
    settings = { SURVEY_PUBLIC_KEY = "made-up", SENDGRID_API_KEY = "made-up" }
  }

  expect_failures = [terraform_data.list]
}

run "refuses_values_that_cannot_be" {
  command = plan

  variables {
    database        = "restored"
    alert_emails    = []
    runtime         = "python39"
    secret_versions = { SIGNING_KEYS = "newest" }
  }

  expect_failures = [var.database, var.alert_emails, var.runtime, var.secret_versions]
}
