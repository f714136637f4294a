# The public front: Firebase Hosting, which serves no files here. It passes each path of functions.yaml to its function. All
# other paths go to the function with the front page, so that "not found" is a Dutch page that is not cached. Redirects are
# matched before rewrites, and the first that matches is used.
#
# Caching: each answer of a function says how long it may be cached. For addresses that contain somebody's token, "do not
# cache" is repeated here, so that a mistake in a function cannot put a person's page into Hosting's cache. Files below
# <path>/_/ are the same for everybody and may be cached; RE2 has no negative lookahead, which makes the pattern long.

locals {
  site       = coalesce(var.site, var.project)
  public_url = "https://${coalesce(var.domain, "${local.site}.web.app")}"

  front_page = one([for name, it in local.open_to_all : name if contains(try(it.also, []), "/")])

  rewrites = concat(
    flatten([for name in keys(local.open_to_all) : [for path in local.paths[name] : { regex = "^${path}(/.*)?$", function = name }]]),
    local.front_page == null ? [] : [{ regex = ".*", function = local.front_page }],
  )
  private_paths = flatten([
    for name, it in local.open_to_all : [for path in local.paths[name] : "^${path}(/(_|([^_]|_[^/]).*)?)?$"] if !try(it.request_logs, false)
  ])
}

resource "google_firebase_project" "this" {
  provider = google-beta

  depends_on = [terraform_data.groundwork]
}

resource "google_firebase_hosting_site" "front" {
  provider = google-beta

  site_id = local.site

  depends_on = [google_firebase_project.this]
}

resource "google_firebase_hosting_version" "front" {
  provider = google-beta

  site_id = google_firebase_hosting_site.front.site_id

  config {
    dynamic "rewrites" {
      for_each = local.rewrites

      content {
        regex = rewrites.value.regex

        run {
          service_id = google_cloudfunctions2_function.function[rewrites.value.function].name
          region     = var.region
        }
      }
    }

    dynamic "headers" {
      for_each = local.private_paths

      content {
        regex   = headers.value
        headers = { "Cache-Control" = "no-store" }
      }
    }
  }

  lifecycle {
    create_before_destroy = true # so that the site always has a version
  }

  depends_on = [google_cloud_run_v2_service_iam_member.everyone]
}

resource "google_firebase_hosting_release" "front" {
  provider = google-beta

  site_id      = google_firebase_hosting_site.front.site_id
  version_name = google_firebase_hosting_version.front.name
  message      = "Werkplaats ${local.digest}"

  lifecycle {
    create_before_destroy = true
  }
}

resource "google_firebase_hosting_custom_domain" "front" {
  count    = var.domain == null ? 0 : 1
  provider = google-beta

  site_id               = google_firebase_hosting_site.front.site_id
  custom_domain         = var.domain
  wait_dns_verification = false # the records it asks for are in the output `dns_records`
}
