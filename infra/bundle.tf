# The functions' source: the zip that bundle.py made, whose name contains the digest of its content. If the content has
# not changed, nothing is uploaded or built; if it has, every function is built again.

locals {
  root   = "${path.module}/.."
  bundle = jsondecode(file("${path.module}/bundle.json"))
  sources = sort([
    for name in setunion([for pattern in local.bundle.include : fileset(local.root, pattern)]...) :
    name if !can(regex(local.bundle.exclude, name))
  ])
  digest = substr(sha256(join("", [for name in local.sources : "${filesha256("${local.root}/${name}")}  ${name}\n"])), 0, 16)
  zip    = "${path.module}/build/source-${local.digest}.zip"
}

resource "google_storage_bucket" "source" {
  name     = "${var.project}-source"
  location = var.region
  labels   = local.labels

  uniform_bucket_level_access = true
  public_access_prevention    = "enforced"

  versioning {
    enabled = true
  }

  lifecycle_rule {
    condition {
      days_since_noncurrent_time = 90
    }
    action {
      type = "Delete"
    }
  }

  depends_on = [google_project_service.api]
}

resource "google_storage_bucket_object" "bundle" {
  name         = basename(local.zip)
  bucket       = google_storage_bucket.source.name
  source       = local.zip
  content_type = "application/zip"

  lifecycle {
    create_before_destroy = true

    precondition {
      condition     = fileexists(local.zip)
      error_message = "There is no bundle of what is checked out. `make deploy` makes it, and so does `python3 infra/bundle.py`."
    }
  }
}

# The images built from it. Only the last few are kept; Google has its own copy of the images that are running.
resource "google_artifact_registry_repository" "images" {
  repository_id = "functions"
  location      = var.region
  format        = "DOCKER"
  description   = "Images of the functions, built by Cloud Build"
  labels        = local.labels

  cleanup_policies {
    id     = "keep-the-last"
    action = "KEEP"
    most_recent_versions {
      keep_count = 3
    }
  }
  cleanup_policies {
    id     = "delete-the-rest"
    action = "DELETE"
    condition {
      older_than = "2592000s" # 30 days
    }
  }

  depends_on = [google_project_service.api]
}
