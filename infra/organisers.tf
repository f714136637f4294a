# Functions for organisers: the same bundle, built by the same buildpack, behind Identity-Aware Proxy. Nobody reaches
# them but through it: it alone may invoke them, and it lets in who is in `organisers`.
#
# Cloud Functions builds what it deploys; Cloud Run's API takes `build_config` down and builds nothing, and the provider
# leaves it at that (hashicorp/terraform-provider-google, issue 22263). So image.py has the image built first, under a
# name that is the bundle's: another bundle is another image, and with it a new revision of the service.

locals {
  # The buildpack's own base image, as Cloud Functions uses it; Google renews it under the running service.
  stack      = contains(["python311", "python312", "python313"], var.runtime) ? "google-22-full" : "google-24-full"
  base_image = "${var.region}-docker.pkg.dev/serverless-runtimes/${local.stack}/runtimes/${var.runtime}"

  image = { for name in keys(local.for_organisers) : name => "${google_artifact_registry_repository.images.registry_uri}/${local.service[name]}:${local.digest}" }
}

resource "terraform_data" "image" {
  for_each = local.for_organisers

  triggers_replace = {
    imageUri      = local.image[each.key]
    storageSource = { bucket = google_storage_bucket.source.name, object = google_storage_bucket_object.bundle.name }
    buildpackBuild = {
      baseImage              = local.base_image
      functionTarget         = each.key
      environmentVariables   = local.build_environment
      enableAutomaticUpdates = true
    }
    serviceAccount = google_service_account.builder.name
  }

  provisioner "local-exec" {
    command     = "python3 ${path.module}/image.py"
    environment = { PROJECT = var.project, REGION = var.region, BUILD = jsonencode(self.triggers_replace) }
  }

  depends_on = [
    terraform_data.groundwork,
    terraform_data.list,
  ]
}

resource "google_cloud_run_v2_service" "organisers" {
  for_each = local.for_organisers

  name        = local.service[each.key]
  location    = var.region
  labels      = merge(local.labels, { function = local.service[each.key] })
  ingress     = "INGRESS_TRAFFIC_ALL"
  iap_enabled = true

  deletion_protection = false # it holds nothing

  build_config {
    source_location          = "gs://${google_storage_bucket.source.name}/${google_storage_bucket_object.bundle.name}"
    function_target          = each.key
    image_uri                = local.image[each.key]
    base_image               = local.base_image
    enable_automatic_updates = true
    environment_variables    = local.build_environment
    service_account          = google_service_account.builder.name
  }

  template {
    service_account                  = local.function_account[each.key]
    timeout                          = "${each.value.timeout}s"
    max_instance_request_concurrency = each.value.concurrency
    labels                           = merge(local.labels, { function = local.service[each.key] })

    scaling {
      min_instance_count = each.value.min_instances
      max_instance_count = each.value.max_instances
    }

    containers {
      image          = local.image[each.key]
      base_image_uri = local.base_image

      resources {
        limits            = { cpu = tostring(each.value.cpu), memory = each.value.memory }
        cpu_idle          = true # billed while it answers
        startup_cpu_boost = true
      }

      dynamic "env" {
        for_each = local.environment[each.key]

        content {
          name  = env.key
          value = env.value
        }
      }

      dynamic "env" {
        for_each = toset(try(each.value.secrets, []))

        content {
          name = env.value
          value_source {
            secret_key_ref {
              secret  = google_secret_manager_secret.secret[env.value].secret_id
              version = lookup(var.secret_versions, env.value, "latest")
            }
          }
        }
      }
    }
  }

  lifecycle {
    ignore_changes = [client, client_version] # the console and gcloud write themselves in there
  }

  depends_on = [
    terraform_data.groundwork,
    terraform_data.image,
  ]
}

resource "google_project_service_identity" "iap" {
  count    = length(local.for_organisers) > 0 ? 1 : 0
  provider = google-beta

  service = "iap.googleapis.com"

  depends_on = [google_project_service.api]
}

resource "google_cloud_run_v2_service_iam_member" "iap" {
  for_each = local.for_organisers

  name     = google_cloud_run_v2_service.organisers[each.key].name
  location = var.region
  role     = "roles/run.invoker"
  member   = "serviceAccount:${google_project_service_identity.iap[0].email}"
}

resource "google_iap_web_cloud_run_service_iam_member" "organiser" {
  for_each = {
    for pair in setproduct(keys(local.for_organisers), var.organisers) : "${pair[0]}/${pair[1]}" => { function = pair[0], member = pair[1] }
  }

  cloud_run_service_name = google_cloud_run_v2_service.organisers[each.value.function].name
  location               = var.region
  role                   = "roles/iap.httpsResourceAccessor"
  member                 = each.value.member
}
