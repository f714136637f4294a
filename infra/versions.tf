# OpenTofu reads this too: nothing here is Terraform's alone.

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

# Firebase's APIs (the rules' too) and the budget's refuse a person's call that does not say on whose quota it counts.
# Each API that is called must then be on in that project: docs/deploy.md turns on by hand the few that turn on the rest.
provider "google" {
  project               = var.project
  region                = var.region
  billing_project       = var.project
  user_project_override = true
}

# Only for what has not left beta: Firebase itself, Firebase Hosting, and the identity of a Google service.
provider "google-beta" {
  project               = var.project
  region                = var.region
  billing_project       = var.project
  user_project_override = true
}
