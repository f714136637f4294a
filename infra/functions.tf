# Everything here is made from functions.yaml: a function that is added there is deployed with its account, trigger, secrets
# and address, without any change in this folder.

locals {
  functions = yamldecode(file("${path.module}/${var.functions_file}"))

  by_http     = { for name, it in local.functions : name => it if it.trigger == "http" }
  by_event    = { for name, it in local.functions : name => it if it.trigger == "firestore" }
  by_schedule = { for name, it in local.functions : name => it if it.trigger == "schedule" }
  open_to_all = { for name, it in local.by_http : name => it if contains(["public", "sendgrid"], it.access) }

  # A function answers all addresses below its `path` and those of `also`, except "/", which is the front page only.
  paths = { for name, it in local.by_http : name => concat([try(it.path, "")], [for path in try(it.also, []) : path if path != "/"]) }

  # Names of services and accounts may not contain an underscore.
  service = { for name, it in local.functions : name => replace(name, "_", "-") }

  labels = { app = "werkplaats", environment = var.environment }

  # What a function is given: where it is, its threads (functions-framework reads THREADS, and takes 8 at most without
  # it), and the settings functions.yaml names.
  settings  = merge(var.settings, { PUBLIC_URL = local.public_url })
  asked_for = { for name, it in local.functions : name => concat(try(it.env, []), try(it.optional, [])) }
  environment = {
    for name, it in local.functions : name => merge(
      { GOOGLE_CLOUD_PROJECT = var.project, FIRESTORE_DATABASE = var.database, THREADS = tostring(it.concurrency) },
      { for key, value in local.settings : key => value if contains(local.asked_for[name], key) && trimspace(value) != "" },
    )
  }
  missing = flatten([
    for name, it in local.functions :
    [for key in try(it.env, []) : "${key} (for ${name})" if try(trimspace(local.settings[key]), "") == ""]
  ])
  secrets_of = merge([
    for name, it in local.functions : { for secret in try(it.secrets, []) : "${name}/${secret}" => { function = name, secret = secret } }
  ]...)

  # Settings of the buildpack. The package is beside main.py, and templates and workshops are beside functions/.
  build_environment = { GOOGLE_FUNCTION_SOURCE = "functions/main.py" }
}

data "google_project" "this" {
  project_id = var.project
}

resource "google_cloudfunctions2_function" "function" {
  for_each = local.functions

  name     = local.service[each.key]
  location = var.region
  labels   = merge(local.labels, { function = local.service[each.key] })

  build_config {
    runtime               = var.runtime
    entry_point           = each.key
    environment_variables = local.build_environment
    docker_repository     = google_artifact_registry_repository.images.id
    service_account       = google_service_account.builder.name

    source {
      storage_source {
        bucket = google_storage_bucket.source.name
        object = google_storage_bucket_object.bundle.name
      }
    }
  }

  service_config {
    service_account_email            = local.function_account[each.key]
    available_memory                 = each.value.memory
    available_cpu                    = tostring(each.value.cpu)
    timeout_seconds                  = each.value.timeout
    min_instance_count               = each.value.min_instances
    max_instance_count               = each.value.max_instances
    max_instance_request_concurrency = each.value.concurrency
    all_traffic_on_latest_revision   = true
    environment_variables            = local.environment[each.key]

    # Functions that only triggers call take no requests from the internet. Eventarc and Cloud Scheduler of this project
    # count as internal.
    ingress_settings = contains(keys(local.open_to_all), each.key) ? "ALLOW_ALL" : "ALLOW_INTERNAL_ONLY"

    dynamic "secret_environment_variables" {
      for_each = toset(try(each.value.secrets, []))

      content {
        key        = secret_environment_variables.value
        project_id = var.project
        secret     = google_secret_manager_secret.secret[secret_environment_variables.value].secret_id
        version    = lookup(var.secret_versions, secret_environment_variables.value, "latest")
      }
    }
  }

  dynamic "event_trigger" {
    for_each = each.value.trigger == "firestore" ? [each.value] : []

    content {
      event_type            = "google.cloud.firestore.document.v1.${event_trigger.value.event}"
      trigger_region        = google_firestore_database.database[var.database].location_id
      retry_policy          = "RETRY_POLICY_RETRY"
      service_account_email = local.caller_account[each.key]

      event_filters {
        attribute = "database"
        value     = google_firestore_database.database[var.database].name
      }
      event_filters {
        attribute = "namespace"
        value     = "(default)"
      }
      event_filters {
        attribute = "document"
        value     = event_trigger.value.document
        operator  = "match-path-pattern"
      }
    }
  }

  depends_on = [
    terraform_data.groundwork,
    terraform_data.list,
  ]
}

# Checks for mistakes in functions.yaml and for missing settings, before anything is made.
resource "terraform_data" "list" {
  input = var.functions_file

  lifecycle {
    precondition {
      condition     = alltrue([for name in keys(local.functions) : can(regex("^[a-z][a-z0-9_]{4,23}[a-z0-9]$", name))])
      error_message = "A function's name has 6 to 25 lower-case letters, digits and underscores: service accounts are named for it."
    }
    precondition {
      condition     = alltrue([for it in values(local.functions) : contains(["http", "firestore", "schedule"], it.trigger)])
      error_message = "A function's trigger is http, firestore or schedule."
    }
    precondition {
      condition     = alltrue([for it in values(local.by_http) : contains(["public", "sendgrid"], try(it.access, ""))])
      error_message = "A function with trigger http has access: public or sendgrid."
    }
    precondition {
      condition     = alltrue([for path in flatten(values(local.paths)) : can(regex("^(/[a-z0-9-]+)+$", path))])
      error_message = "A function with trigger http has a path such as /werkplaats, and so has what it answers `also`, except for /."
    }
    precondition {
      condition     = alltrue([for it in values(local.by_event) : contains(["created", "updated", "written", "deleted"], try(it.event, "")) && try(it.document, "") != ""])
      error_message = "A function with trigger firestore has an event (created, updated, written or deleted) and a document."
    }
    precondition {
      condition     = alltrue([for it in values(local.by_schedule) : can(regex("^\\S+( \\S+){4}$", it.cron))])
      error_message = "A function with trigger schedule has a cron line of five parts."
    }
    precondition {
      condition     = length(local.missing) == 0
      error_message = "Not in `settings`: ${join(", ", local.missing)}. docs/deploy.md says where each comes from."
    }
    precondition {
      condition     = length(setintersection(keys(var.settings), toset(flatten([for it in values(local.functions) : try(it.secrets, [])])))) == 0
      error_message = "`settings` holds a secret. Secrets are versions in Secret Manager; what stands in `settings` can be read in the state."
    }
  }
}
