# The state of each environment is in a bucket of its own project, with versions kept: infra/deploy makes the bucket
# and gives its name here. Two environments can so never meet.

terraform {
  backend "gcs" {}
}
