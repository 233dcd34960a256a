package io.upriver.api;

import org.eclipse.microprofile.openapi.annotations.media.Schema;

import java.util.List;

/** File jobs. */
@Schema(requiredProperties = "jobs")
record JobList(@Schema(description = "Jobs of this instance, the newest first.") List<Job> jobs) {}
