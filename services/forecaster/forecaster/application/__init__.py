"""The use cases, named by what somebody does: one transaction each, or the part of a consumer's or a job's."""
