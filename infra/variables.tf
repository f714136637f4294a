variable "project" {
  description = "The id of the Google Cloud project. An environment is a project of its own."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{4,28}[a-z0-9]$", var.project))
    error_message = "A project's id has 6 to 30 lower-case letters, digits and hyphens, and begins with a letter."
  }
}

variable "environment" {
  description = "The environment's name, such as `test` or `production`: a label on everything, and the alerts' prefix."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{0,30}$", var.environment))
    error_message = "An environment's name has lower-case letters, digits and hyphens."
  }
}

variable "region" {
  description = "The region in which everything runs and is stored; triggers and database must be in the same one. Choose it before the first deployment, because the database can never be moved. Google lets many new projects build in a few regions only, of which europe-west1 is the one in Europe."
  type        = string
  default     = "europe-west1"

  validation {
    condition     = can(regex("^[a-z]+-[a-z]+[1-9][0-9]*$", var.region))
    error_message = "Give one region, such as europe-west1. A multi-region (eur3, nam5) would do for the database alone: functions run in regions, and Eventarc sends the events of eur3 through a region where a new project may be restricted."
  }
}

# This warns and does not refuse: older projects, and those for which Google has lifted the restriction, may build anywhere.
check "new_projects_can_build" {
  assert {
    condition     = contains(["asia-east1", "australia-southeast1", "europe-west1", "southamerica-east1", "us-central1", "us-west2"], var.region)
    error_message = "Google restricts Cloud Build to a few regions for many new projects (cloud.google.com/build/docs/locations), and ${var.region} is none of them. Functions then cannot be built, while the database has been made there and cannot be moved. Go on only if this project has built in ${var.region} before; otherwise set `region` in the environment's file, to europe-west1 for instance."
  }
}

variable "functions_file" {
  description = "The file with the list of functions. Tests use another."
  type        = string
  default     = "functions.yaml"
}

variable "runtime" {
  description = "The Python that functions run on. python313: Google deploys on it until April 2030, and erasing personal data a year after a workshop has to run that long; python311 ends in April 2028."
  type        = string
  default     = "python313"

  validation {
    condition     = contains(["python311", "python312", "python313", "python314"], var.runtime)
    error_message = "Give python311, python312, python313 or python314, which are generally available."
  }
}

variable "settings" {
  description = "Environment variables that are no secret, by name: SURVEY_PUBLIC_KEY, SENDGRID_WEBHOOK_PUBLIC_KEY, SENDGRID_BASE_URL, ORGANISERS (who may make new workshops). A function gets those that functions.yaml says it uses."
  type        = map(string)
  default     = {}
}

variable "secret_versions" {
  description = "The version of each secret that functions get, by the secret's name; `latest` for secrets that are not named. With a number, a new value is put into use by a deployment, which can be rolled back."
  type        = map(string)
  default     = {}

  validation {
    condition     = alltrue([for version in values(var.secret_versions) : can(regex("^([1-9][0-9]*|latest)$", version))])
    error_message = "A secret's version is a number, or `latest`."
  }
}

variable "databases" {
  description = "All Firestore databases: one, and after a restore also the restored one, until the old one is deleted."
  type        = set(string)
  default     = ["(default)"]
}

variable "database" {
  description = "The database in use: functions read and write it, triggers listen to it. One of `databases`."
  type        = string
  default     = "(default)"

  validation {
    condition     = contains(var.databases, var.database)
    error_message = "`database` must be one of `databases`."
  }
}

variable "site" {
  description = "The id of the Firebase Hosting site: its address becomes https://<site>.web.app. The project's id if not given."
  type        = string
  default     = null
}

variable "domain" {
  description = "The domain people use, such as werkplaats.example.org; without one, the site's own address."
  type        = string
  default     = null
}

variable "alert_emails" {
  description = "The e-mail addresses that alerts are sent to. At least one."
  type        = set(string)

  validation {
    condition     = length(var.alert_emails) > 0
    error_message = "Give at least one address, because alerts must reach somebody."
  }
}

variable "watched_path" {
  description = "The path of the page that is requested every fifteen minutes to check that people can sign up."
  type        = string
  default     = "/werkplaats/werken-aan-wijkontwikkeling/aanmelden"
}

variable "billing_account" {
  description = "The billing account, for the budget: 000000-000000-000000. Without it there is no budget alert."
  type        = string
  default     = null
}

variable "monthly_budget" {
  description = "The month's budget, in the currency of the billing account: alerts come at parts of this amount."
  type        = number
  default     = 20
}

variable "budget_currency" {
  description = "The billing account's currency."
  type        = string
  default     = "EUR"
}
