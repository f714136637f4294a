# Firestore. Indexes and fields are read from firestore.indexes.json, which Firebase's tools read as well, and the security
# rules from firestore.rules.

locals {
  firestore = jsondecode(file("${path.module}/../firestore.indexes.json"))

  indexes = merge([
    for database in var.databases : {
      for index in local.firestore.indexes :
      "${database}/${index.collectionGroup}/${join(",", [for field in index.fields : try(field.order, "") == "DESCENDING" ? "${field.fieldPath} desc" : field.fieldPath])}" => merge(index, { database = database })
    }
  ]...)
  fields = merge([
    for database in var.databases : {
      for field in local.firestore.fieldOverrides :
      "${database}/${field.collectionGroup}/${field.fieldPath}" => merge({ ttl = false }, field, { database = database })
    }
  ]...)
}

resource "google_firestore_database" "database" {
  for_each = var.databases

  name        = each.key
  location_id = var.region
  type        = "FIRESTORE_NATIVE"

  delete_protection_state           = "DELETE_PROTECTION_ENABLED"
  point_in_time_recovery_enablement = "POINT_IN_TIME_RECOVERY_ENABLED" # seven days, to the minute

  lifecycle {
    prevent_destroy = true
  }

  depends_on = [google_project_service.api]
}

# Backups are for mistakes that are noticed after more than seven days, which point-in-time recovery does not cover. Erased
# personal data stays in backups until these are deleted; the terms in the privacy statement take this into account.
resource "google_firestore_backup_schedule" "daily" {
  for_each = var.databases

  database  = google_firestore_database.database[each.key].name
  retention = "604800s" # 7 days

  daily_recurrence {}
}

resource "google_firestore_backup_schedule" "weekly" {
  for_each = var.databases

  database  = google_firestore_database.database[each.key].name
  retention = "4838400s" # 8 weeks

  weekly_recurrence {
    day = "SUNDAY"
  }
}

resource "google_firestore_index" "index" {
  for_each = local.indexes

  database    = google_firestore_database.database[each.value.database].name
  collection  = each.value.collectionGroup
  query_scope = each.value.queryScope

  dynamic "fields" {
    for_each = each.value.fields

    content {
      field_path   = fields.value.fieldPath
      order        = try(fields.value.order, null)
      array_config = try(fields.value.arrayConfig, null)
    }
  }
}

# Fields that are not indexed as usual (long texts have no index, because nobody searches them), and fields with
# `"ttl": true`, which hold the time at which Firestore deletes their document.
resource "google_firestore_field" "field" {
  for_each = local.fields

  database   = google_firestore_database.database[each.value.database].name
  collection = each.value.collectionGroup
  field      = each.value.fieldPath

  dynamic "index_config" {
    for_each = contains(keys(each.value), "indexes") ? [each.value.indexes] : []

    content {
      dynamic "indexes" {
        for_each = index_config.value

        content {
          order        = try(indexes.value.order, null)
          array_config = try(indexes.value.arrayConfig, null)
          query_scope  = try(indexes.value.queryScope, "COLLECTION")
        }
      }
    }
  }

  dynamic "ttl_config" {
    for_each = each.value.ttl ? [true] : []

    content {}
  }
}

# The rules forbid browsers to read or write the database; they are applied to every database, a restored one too.
resource "google_firebaserules_ruleset" "firestore" {
  source {
    files {
      name    = "firestore.rules"
      content = file("${path.module}/../firestore.rules")
    }
  }

  lifecycle {
    create_before_destroy = true # rules that are released cannot be deleted
  }

  depends_on = [google_project_service.api]
}

resource "google_firebaserules_release" "firestore" {
  for_each = var.databases

  name         = each.key == "(default)" ? "cloud.firestore" : "cloud.firestore/${each.key}"
  ruleset_name = google_firebaserules_ruleset.firestore.name

  depends_on = [google_firestore_database.database]
}
