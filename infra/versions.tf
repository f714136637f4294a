# OpenTofu can be used too, because nothing here needs features that only Terraform has.

terraform {
  required_version = ">= 1.11"

  required_providers {
    google = {
      source  = "hashicorp/google"
      version = "~> 8.7"
    }
    google-beta = {
      source  = "hashicorp/google-beta"
      version = "~> 8.7"
    }
  }
}

# The APIs of Firebase, of its rules and of budgets refuse a call by a person that does not name a project for its quota.
# Each called API must then be on in that project. docs/deploy.md turns on by hand the few APIs that turn on the others.
provider "google" {
  project               = var.project
  region                = var.region
  billing_project       = var.project
  user_project_override = true
}

# Used only for what is still in beta: Firebase, Firebase Hosting, and the identities of Google's services.
provider "google-beta" {
  project               = var.project
  region                = var.region
  billing_project       = var.project
  user_project_override = true
}
