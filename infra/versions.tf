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

provider "google" {
  project = var.project
  region  = var.region
}

# Only for what has not left beta: Firebase itself, Firebase Hosting, and the identity of a Google service.
# These APIs, and the budget's, want to know whose quota a person's call counts on.
provider "google-beta" {
  project               = var.project
  region                = var.region
  billing_project       = var.project
  user_project_override = true
}
