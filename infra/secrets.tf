# Secrets without their values: people add versions (docs/deploy.md), so that no value is ever in this repository, in
# the state or in a plan. A function gets those that functions.yaml names for it, and can read no others.

locals {
  secrets = toset(flatten([for it in values(local.functions) : try(it.secrets, [])]))
}

resource "google_secret_manager_secret" "secret" {
  for_each = local.secrets

  secret_id = each.key
  labels    = local.labels

  replication {
    user_managed {
      replicas {
        location = var.region
      }
    }
  }

  lifecycle {
    prevent_destroy = true # IDENTITY_KEY cannot be made again
  }

  depends_on = [google_project_service.api]
}

resource "google_secret_manager_secret_iam_member" "reader" {
  for_each = local.secrets_of

  secret_id = google_secret_manager_secret.secret[each.value.secret].secret_id
  role      = "roles/secretmanager.secretAccessor"
  member    = "serviceAccount:${local.function_account[each.value.function]}"
}
