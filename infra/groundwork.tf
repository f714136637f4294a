# The groundwork: resources that take Google minutes to make known everywhere, and secrets, whose values a person has to
# add. `infra/deploy <environment> --bootstrap` makes it alone, so that it is ready when the rest is made. Functions, the
# front and alerts depend on `terraform_data.groundwork`, so the order is the same in a deployment without that first step.

locals {
  # The accounts with which Google's services act in the project. Google usually makes them when a service is first used,
  # and that first use may then fail. Here they are made beforehand. Made in this way they have no role, so they are given
  # the role that Google would have given them.
  agents = {
    eventarc = {
      service = "eventarc.googleapis.com"
      account = "service-${data.google_project.this.number}@gcp-sa-eventarc.iam.gserviceaccount.com"
      role    = "roles/eventarc.serviceAgent"
    }
    cloudbuild = {
      service = "cloudbuild.googleapis.com"
      account = "service-${data.google_project.this.number}@gcp-sa-cloudbuild.iam.gserviceaccount.com"
      role    = "roles/cloudbuild.serviceAgent"
    }
  }
}

resource "google_project_service_identity" "agent" {
  for_each = local.agents
  provider = google-beta

  service = each.value.service

  depends_on = [google_project_service.api]
}

# The account's address is computed from the project's number, because for Cloud Build the provider gives the address of an
# older account.
resource "google_project_iam_member" "agent" {
  for_each = local.agents

  project = var.project
  role    = each.value.role
  member  = "serviceAccount:${each.value.account}"

  depends_on = [google_project_service_identity.agent]
}

resource "terraform_data" "groundwork" {
  depends_on = [
    google_project_service.api,
    google_project_iam_member.agent,
    google_project_iam_member.store,
    google_project_iam_member.event_receiver,
    google_project_iam_member.builder,
    google_project_iam_member.builder_reads_copies,
    google_artifact_registry_repository_iam_member.builder,
    google_storage_bucket_iam_member.builder,
    google_secret_manager_secret_iam_member.reader,
    google_service_account.caller,
    google_logging_metric.backlog,
  ]
}
