output "public_url" {
  description = "Where people go."
  value       = local.public_url
}

output "desk_url" {
  description = "Where organisers go, and sign in."
  value       = "${local.public_url}/organisatie/"
}

output "webhook_url" {
  description = "The address to which SendGrid's Event Webhook must post."
  value       = one([for name, it in local.by_http : "${local.public_url}${it.path}" if it.access == "sendgrid"])
}

output "dns_records" {
  description = "The records to add to the DNS of `domain`; empty once they are there."
  value       = try(google_firebase_hosting_custom_domain.front[0].required_dns_updates, [])
}

output "secrets" {
  description = "The secrets that need a version before functions can be deployed."
  value       = sort(local.secrets)
}

output "bundle" {
  description = "The name of the deployed bundle: its digest says which source it was."
  value       = google_storage_bucket_object.bundle.name
}
