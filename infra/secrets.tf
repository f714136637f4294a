# Secrets without values: people add the values (docs/deploy.md), so that none is ever in this repository, in the state or
# in a plan. A function can read only the secrets that functions.yaml names for it.

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
    prevent_destroy = true # if IDENTITY_KEY is lost, it cannot be replaced
  }

  depends_on = [google_project_service.api]
}

resource "google_secret_manager_secret_iam_member" "reader" {
  for_each = local.secrets_of

  secret_id = google_secret_manager_secret.secret[each.value.secret].secret_id
  role      = "roles/secretmanager.secretAccessor"
  member    = "serviceAccount:${local.function_account[each.value.function]}"
}
