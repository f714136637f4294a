# Another list of functions, with pages for organisers and two schedules: everything follows from the list alone.

mock_provider "google" {
  override_during = plan

  mock_data "google_project" {
    defaults = { number = "123456789012" }
  }

  mock_resource "google_artifact_registry_repository" {
    defaults = { registry_uri = "registry.example/images" }
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
  organisers   = ["group:organisatoren@example.org"]
  settings     = { SURVEY_PUBLIC_KEY = "made-up", SENDGRID_WEBHOOK_PUBLIC_KEY = "made-up-too" }
}

run "organisers" {
  command = plan

  variables {
    functions_file = "tests/with-organiser.yaml"
  }

  override_resource {
    target          = google_cloud_run_v2_service.organisers["organiser"]
    values          = { uri = "https://organiser.run.example" }
    override_during = plan
  }

  override_resource {
    target          = google_project_service_identity.iap[0]
    values          = { email = "iap@example.org" }
    override_during = plan
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
    condition     = toset(keys(google_cloud_run_v2_service.organisers)) == toset(["organiser"]) && !contains(keys(google_cloudfunctions2_function.function), "organiser")
    error_message = "Pages for organisers are a Cloud Run service, and are deployed once."
  }

  assert {
    condition = (
      google_cloud_run_v2_service.organisers["organiser"].iap_enabled
      && google_cloud_run_v2_service.organisers["organiser"].build_config[0].function_target == "organiser"
      && google_cloud_run_v2_service.organisers["organiser"].build_config[0].environment_variables["GOOGLE_FUNCTION_SOURCE"] == "functions/main.py"
      && endswith(google_cloud_run_v2_service.organisers["organiser"].build_config[0].source_location, google_storage_bucket_object.bundle.name)
      && google_cloud_run_v2_service.organisers["organiser"].location == "europe-west1"
    )
    error_message = "Pages for organisers are not behind Identity-Aware Proxy, or not built from the bundle."
  }

  assert {
    condition = (
      google_cloud_run_v2_service.organisers["organiser"].template[0].containers[0].image == "registry.example/images/organiser:${local.digest}"
      && google_cloud_run_v2_service.organisers["organiser"].build_config[0].image_uri == google_cloud_run_v2_service.organisers["organiser"].template[0].containers[0].image
      && terraform_data.image["organiser"].triggers_replace.imageUri == google_cloud_run_v2_service.organisers["organiser"].template[0].containers[0].image
    )
    error_message = "Pages for organisers do not run the image of this very bundle."
  }

  assert {
    condition = (
      toset(keys(terraform_data.image)) == toset(["organiser"])
      && terraform_data.image["organiser"].triggers_replace.storageSource.bucket == google_storage_bucket.source.name
      && terraform_data.image["organiser"].triggers_replace.storageSource.object == google_storage_bucket_object.bundle.name
      && terraform_data.image["organiser"].triggers_replace.buildpackBuild.functionTarget == "organiser"
      && terraform_data.image["organiser"].triggers_replace.buildpackBuild.environmentVariables.GOOGLE_FUNCTION_SOURCE == "functions/main.py"
      && terraform_data.image["organiser"].triggers_replace.buildpackBuild.baseImage == google_cloud_run_v2_service.organisers["organiser"].template[0].containers[0].base_image_uri
      && terraform_data.image["organiser"].triggers_replace.serviceAccount == google_service_account.builder.name
    )
    error_message = "The image for organisers is built otherwise than the service says."
  }

  assert {
    condition = (
      google_cloud_run_v2_service.organisers["organiser"].template[0].max_instance_request_concurrency == 16
      && google_cloud_run_v2_service.organisers["organiser"].template[0].timeout == "90s"
      && google_cloud_run_v2_service.organisers["organiser"].template[0].scaling[0].max_instance_count == 2
      && google_cloud_run_v2_service.organisers["organiser"].template[0].containers[0].resources[0].limits["memory"] == "1Gi"
      && google_cloud_run_v2_service.organisers["organiser"].template[0].containers[0].resources[0].startup_cpu_boost
    )
    error_message = "The organisers' service has another size than functions.yaml says."
  }

  assert {
    condition = {
      for env in google_cloud_run_v2_service.organisers["organiser"].template[0].containers[0].env : env.name => env.value if length(env.value_source) == 0
      } == {
      GOOGLE_CLOUD_PROJECT = "example-werkplaats-test", FIRESTORE_DATABASE = "(default)", THREADS = "16"
      PUBLIC_URL           = "https://example-werkplaats-test.web.app"
      IAP_AUDIENCE         = "/projects/123456789012/locations/europe-west1/services/organiser"
    }
    error_message = "The organisers' service has not exactly the settings it asks for."
  }

  assert {
    condition = [
      for env in google_cloud_run_v2_service.organisers["organiser"].template[0].containers[0].env : env.value_source[0].secret_key_ref[0].secret if length(env.value_source) > 0
    ] == ["SIGNING_KEYS"]
    error_message = "The organisers' service has not exactly the secrets it asks for."
  }

  assert {
    condition     = !contains(keys(google_cloud_run_v2_service_iam_member.everyone), "organiser") && google_cloud_run_v2_service_iam_member.iap["organiser"].member == "serviceAccount:iap@example.org"
    error_message = "Somebody else than Identity-Aware Proxy may call the organisers' service."
  }

  assert {
    condition = (
      [for it in google_iap_web_cloud_run_service_iam_member.organiser : it.member] == ["group:organisatoren@example.org"]
      && alltrue([for it in google_iap_web_cloud_run_service_iam_member.organiser : it.role == "roles/iap.httpsResourceAccessor"])
    )
    error_message = "Others than the organisers are let in."
  }

  assert {
    condition = alltrue([
      for asked, sent in { "/organisatie" = "/organisatie/", "/organisatie/" = "/organisatie/", "/organisatie/doorn/mensen" = "/organisatie/:rest" } : [
        for redirect in google_firebase_hosting_version.front.config[0].redirects : redirect.location if can(regex(redirect.regex, asked)) && redirect.status_code == 302
      ] == ["https://organiser.run.example${sent}"]
    ]) && alltrue([for redirect in google_firebase_hosting_version.front.config[0].redirects : !can(regex(redirect.regex, "/organisaties"))])
    error_message = "The front does not send organisers to the service's own address."
  }

  assert {
    condition     = alltrue([for rewrite in google_firebase_hosting_version.front.config[0].rewrites : rewrite.run[0].service_id != "organiser"])
    error_message = "The front passes organisers' requests on itself: Identity-Aware Proxy cannot work behind it."
  }

  assert {
    condition     = !strcontains(split("AND NOT (", google_logging_project_exclusion.requests.filter)[1], "\"organiser\"")
    error_message = "A function that says nothing of request_logs is to have none."
  }
}

run "another_python" {
  command = plan

  variables {
    functions_file = "tests/with-organiser.yaml"
    runtime        = "python314"
  }

  assert {
    condition     = alltrue([for it in google_cloudfunctions2_function.function : it.build_config[0].runtime == "python314"])
    error_message = "Functions do not run on the Python that was asked for."
  }

  assert {
    condition     = endswith(google_cloud_run_v2_service.organisers["organiser"].template[0].containers[0].base_image_uri, "/google-24-full/runtimes/python314")
    error_message = "The base image of pages for organisers is none that Google has for that Python."
  }
}

run "refuses_pages_for_nobody" {
  command = plan

  variables {
    functions_file = "tests/with-organiser.yaml"
    organisers     = []
  }

  expect_failures = [terraform_data.list]
}
