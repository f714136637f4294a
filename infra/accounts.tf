# Who may do what. Each function runs as a service account of its own. Each trigger calls its function as another account,
# which may do nothing else. No account here has a basic role (owner, editor, viewer), and none has a key.

locals {
  # Addresses of accounts are computed from their ids, so that a plan shows who may do what before accounts exist.
  domain           = "${var.project}.iam.gserviceaccount.com"
  function_account = { for name, account in google_service_account.function : name => "${account.account_id}@${local.domain}" }
  caller_account   = { for name, account in google_service_account.caller : name => "${account.account_id}@${local.domain}" }
}

resource "google_service_account" "function" {
  for_each = local.functions

  account_id   = local.service[each.key]
  display_name = "Runs ${each.key}"

  depends_on = [google_project_service.api]
}

# Every function may read and write the whole store, because roles of Firestore cannot be limited to collections. What a
# function does there is limited by its code and by the secrets that it is given.
resource "google_project_iam_member" "store" {
  for_each = local.functions

  project = var.project
  role    = "roles/datastore.user"
  member  = "serviceAccount:${local.function_account[each.key]}"
}

resource "google_service_account" "caller" {
  for_each = merge(local.by_event, local.by_schedule)

  account_id   = "call-${local.service[each.key]}"
  display_name = "Calls ${each.key} for its ${each.value.trigger} trigger"

  depends_on = [google_project_service.api]
}

# The service's name is read from the function, although it could be computed: if a function is replaced, the roles on its
# service are lost with it, and because the name is then unknown until it is made again, Terraform gives the roles again.
resource "google_cloud_run_v2_service_iam_member" "caller" {
  for_each = merge(local.by_event, local.by_schedule)

  name     = basename(google_cloudfunctions2_function.function[each.key].service_config[0].service)
  location = var.region
  role     = "roles/run.invoker"
  member   = "serviceAccount:${local.caller_account[each.key]}"
}

resource "google_project_iam_member" "event_receiver" {
  for_each = local.by_event

  project = var.project
  role    = "roles/eventarc.eventReceiver"
  member  = "serviceAccount:${local.caller_account[each.key]}"
}

# Visitors and SendGrid may call these functions. SendGrid's requests are signed, and the function checks the signature.
resource "google_cloud_run_v2_service_iam_member" "everyone" {
  for_each = local.open_to_all

  name     = basename(google_cloudfunctions2_function.function[each.key].service_config[0].service)
  location = var.region
  role     = "roles/run.invoker"
  member   = "allUsers"
}

# Builds run as this account, because the project's default account may do far more than is needed.
resource "google_service_account" "builder" {
  account_id   = "build-functions"
  display_name = "Builds the functions' images"

  depends_on = [google_project_service.api]
}

resource "google_project_iam_member" "builder" {
  project = var.project
  role    = "roles/logging.logWriter"
  member  = "serviceAccount:${google_service_account.builder.email}"
}

resource "google_artifact_registry_repository_iam_member" "builder" {
  repository = google_artifact_registry_repository.images.name
  location   = var.region
  role       = "roles/artifactregistry.writer"
  member     = "serviceAccount:${google_service_account.builder.email}"
}

# Cloud Functions copies the bundle into another bucket and builds from there, so the account must read that one as well.
resource "google_storage_bucket_iam_member" "builder" {
  bucket = google_storage_bucket.source.name
  role   = "roles/storage.objectViewer"
  member = "serviceAccount:${google_service_account.builder.email}"
}

resource "google_project_iam_member" "builder_reads_copies" {
  project = var.project
  role    = "roles/storage.objectViewer"
  member  = "serviceAccount:${google_service_account.builder.email}"

  condition {
    title       = "the copies Cloud Functions builds from"
    expression  = "resource.name.startsWith(\"projects/_/buckets/gcf-v2-sources-${data.google_project.this.number}-\")"
    description = "Cloud Functions makes this bucket itself, so it cannot be named as a resource here."
  }
}
