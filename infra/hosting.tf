# The public front: Firebase Hosting, which serves no files here. It sends each path of functions.yaml to its function,
# and what no function has to the one that has the front page, whose "not found" is ours and is not kept. A redirect
# comes before a rewrite, and the first that fits wins.
#
# About caching: what a function answers says itself how long it may be kept. Where addresses carry somebody's token the
# rule is repeated here, so that a mistake in a function cannot put a person's page into Hosting's cache. What lies
# below /_/ is the same for everybody, and is kept: RE2 cannot say "but not", hence the long-winded rule.

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
    create_before_destroy = true # the site is never without one
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
