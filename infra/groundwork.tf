# What Google takes minutes to make known everywhere, and secrets, which a person has to fill first. It is laid by itself
# (`infra/deploy <environment> --bootstrap`), so that it is ripe when what stands on it is made: functions, the front and
# alerts wait for `terraform_data.groundwork`, and so a deployment without that first step has the same order.

locals {
  # Accounts with which Google's services act in the project. They usually come with the first use, whose first tries they
  # then spoil. Asked for beforehand they have no role, and get here the one that Google gives them otherwise.
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

# The account's address is made of the project's number: for Cloud Build the provider tells an older account's.
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
